"""Laughter, sighs and crying, as far as the transcript marks them: "[laughter]", "(sighs)", "[laughter-yes]".

From the sound alone nothing is said: there is no detector here that could be validated on recordings of couples, and
a wrong sigh is worse than none. What an import or a recognizer wrote down as a mark is taken over, with whom it is by;
laughter is *shared* if the other laughs within 2 s, and a sigh is noted with the question that it follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from analysis.interaction import is_question
from analysis.session import Nonverbal, NonverbalKind, Utterance, Word

__all__ = ["nonverbal"]

KINDS: dict[NonverbalKind, re.Pattern[str]] = {
    "laughter": re.compile(r"[\[(<*]+\s*(?:laugh|chuckl|giggl)", re.IGNORECASE),
    "sigh": re.compile(r"[\[(<*]+\s*sigh", re.IGNORECASE),
    "crying": re.compile(r"[\[(<*]+\s*(?:cry|cries|sob|weep)", re.IGNORECASE),
}
TOGETHER = 2.0
AFTER_QUESTION = 5.0


def nonverbal(words: Sequence[Word], utterances: Sequence[Utterance]) -> tuple[Nonverbal, ...]:
    """What the transcript marks as no words, in the order of time.

    >>> laughs = [Word(text="[laughter]", start=k, end=k + 1, speaker=who) for k, who in enumerate("AB")]
    >>> [(n.kind, n.by, n.shared) for n in nonverbal(laughs, ())]
    [('laughter', 'A', True), ('laughter', 'B', True)]
    """
    found = [
        Nonverbal(kind=kind, start=word.start, end=word.end, by=word.speaker)
        for word in sorted(words, key=lambda word: word.start)
        for kind, mark in KINDS.items()
        if word.supported and mark.match(word.text)
    ]
    return tuple(
        replace(
            one,
            shared=one.kind == "laughter" and any(_together(one, other) for other in found),
            asked=_asked(one, utterances) if one.kind == "sigh" else None,
        )
        for one in found
    )


def _together(one: Nonverbal, other: Nonverbal) -> bool:
    apart = max(one.start, other.start) - min(one.end, other.end)
    return one.kind == other.kind and None not in (one.by, other.by) and one.by != other.by and apart <= TOGETHER


def _asked(sigh: Nonverbal, utterances: Sequence[Utterance]) -> str | None:
    """The other's question that ended within the 5 s before."""
    before = [u for u in utterances if u.speaker != sigh.by and u.end <= sigh.start + 0.5]
    last = max(before, key=lambda u: u.end, default=None)
    return last.id if last and sigh.start - last.end <= AFTER_QUESTION and is_question(last.text) else None
