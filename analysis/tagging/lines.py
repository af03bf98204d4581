"""The lines of a talk as a reader gets them: plain words, and who spoke, by turns.

Three lines before a line count for it. A reader is never told who speaks, only which lines are by one speaker; so
nothing can hang on what somebody is called, or on who is thought to be the hurt one. Words that the sound does not
support are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.session import Evidence, Utterance, Word

__all__ = ["BACK", "CLASSIFIER", "Line", "evidence", "key", "lines_of"]

BACK = 3
"""How many lines before count, by the codebook."""
CLASSIFIER = "classifier"
"""What the trained classifier is called as a reader."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker said; `speaker` is any mark that tells the speakers apart, None where nobody could be told."""

    speaker: str | None
    text: str


def lines_of(utterances: Sequence[Utterance], words: Sequence[Word]) -> list[Line]:
    """The lines of a talk: of each utterance the words that the sound supports."""
    return [Line(u.speaker, _supported(u, words)) for u in utterances]


def _supported(utterance: Utterance, words: Sequence[Word]) -> str:
    spoken = words[slice(*utterance.words)]
    texts = (word.text for word in spoken if word.supported) if spoken else utterance.text.split()
    return " ".join(" ".join(texts).split())


def evidence(utterance: Utterance, words: Sequence[Word], span: tuple[int, int] | None = None) -> Evidence:
    """The seconds and words of a slice of the line's words; of the whole line without one."""
    spoken = [word for word in words[slice(*utterance.words)] if word.supported]
    # A word of the recognizer may hold several words of the line, or none.
    pieces = [(piece, word) for word in spoken for piece in word.text.split()]
    if not pieces:
        texts = utterance.text.split()
        chosen = texts[slice(*span)] if span else texts
        return Evidence(start=utterance.start, end=utterance.end, words=" ".join(chosen or texts))
    cut = (pieces[slice(*span)] if span else pieces) or pieces
    return Evidence(start=cut[0][1].start, end=cut[-1][1].end, words=" ".join(piece for piece, _ in cut))


def key(lines: Sequence[Line], k: int) -> str:
    """What stands for line `k` with the lines before it, in 16 hexadecimal digits; alike for alike talk.

    >>> here = [Line("Ann", "Hello."), Line("Ben", "Hi.")]
    >>> key(here, 1) == key([Line("S2", "Hello."), Line("S1", "Hi.")], 1)
    True
    """
    now = lines[k].speaker
    parts = []
    for line in lines[max(0, k - BACK) : k + 1]:
        who = "?" if line.speaker is None or now is None else "=" if line.speaker == now else "/"
        parts.append(who + line.text)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
