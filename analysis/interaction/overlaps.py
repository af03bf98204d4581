"""The overlap ledger: every stretch in which somebody comes in while another still speaks, and of what kind it is.

An *overlap* is no interruption by itself; most are none (Schegloff 2000). The kinds, in the order in which they are
tried:

- **choral**: both say the same words at the same time, as in a greeting or a song (Lerner 2002);
- **continuer**: at most four words that all hand the floor back: "mm-hm", "yeah", "oh no", "that's great" (Schegloff
  1982; Goodwin 1986 for assessments). Not where it answers a question;
- **terminal**: comes in on the last word or so of the other's turn (Jefferson 1984: the commonest, and harmless);
- **collaborative completion**: finishes the other's unfinished sentence in a few words, and the other agrees or says
  them again (Lerner 1991);
- **competitive**: both go on for at least half a second until one stops: what people call an interruption. The holder
  *kept* the floor or *lost* it, and who stopped, *yielded*;
- **unclear**: short of evidence.

Without words only terminal, competitive and unclear can be told. `confidence` is a judgement by rule, not a calibrated
probability. A turn in a contest is louder and higher (French & Local 1983): where the sound is known, the rise of the
one who goes on, in the first second alone, is noted, and a raised voice makes a contest surer.

A stretch without sound (`unheard`) is nobody's turn: no overlap reaches into it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from analysis.interaction.turns import cut, joined
from analysis.session import Overlap, OverlapKind, Turn, Word

__all__ = ["Rise", "is_question", "overlaps"]

Rise = Callable[[str, float, float], tuple[float | None, float | None]]
"""Of a speaker between two times: dB above their usual level, and semitones above their usual pitch."""

CONTINUERS = frozenset({
    "mm", "mhm", "mmhm", "mm-hm", "mmhmm", "mm-hmm", "um-hum", "uh-huh", "uhhuh", "uh-hum", "huh", "hm", "hmm", "yeah",
    "yes", "yep", "yup", "right", "okay", "ok", "sure", "oh", "ah", "ooh", "aw", "wow", "really", "exactly", "true",
    "um", "uh", "goodness", "gosh", "jeez", "gee", "boy", "god", "lord", "great", "absolutely", "definitely",
})  # fmt: skip
"""Words that leave the floor where it is, if a turn has no others."""
ASSESSMENTS = re.compile(
    r"(?:(?:oh|yeah|well|uh-huh|um-hum|okay|wow|right) )*"
    r"(?:i see|i bet|i know|oh no|oh my|my (?:god|goodness|gosh)|you're kidding|good|nice|of course|for sure|i'm sure"
    r"|(?:that's|it's|that is|that sounds|sounds|how) (?:so |too |really |pretty |very )?(?:right|true|great|good|nice"
    r"|bad|interesting|terrible|awful|funny|neat|amazing|exciting|weird|strange|wonderful|sad|sure|fine|hard|tough))"
    r"(?: (?:yeah|right|okay|exactly))*"
)
LONGEST_CONTINUER = 4
"""Words."""
CONTEST = 0.5
LAST_WORDS = 0.5
"""Seconds from a turn's end in which coming in is terminal."""
SHORTEST_OVERLAP = 0.1
SAME_TIME = 0.3
LONGEST_COMPLETION = 6
ACCEPTED_WITHIN = 2.0
RAISED_DB, RAISED_ST = 3.0, 2.0
LEVELLED = 1.0
"""Seconds after an overlap in which the voice of the one who goes on is measured."""

AUXILIARIES = (
    r"(?:do|did|does|don't|didn't|are|aren't|is|isn't|was|wasn't|were|have|has|had|can|could|will|would|should)"
)
QUESTION_OPENERS = re.compile(
    r"(?:(?:and|so|but|well|okay|then|now) )*"
    rf"(?:(?:who|what|when|where|why|how|which|whose)"
    rf"(?:'s|'d| (?:{AUXILIARIES}|about|come|much|many|long|often|kind))\b"
    rf"|{AUXILIARIES} (?:you|i|we|they|he|she|it|that|this|there)\b)"
)


def is_question(text: str) -> bool:
    """Whether what was said asks something: by its mark, or, where nothing is punctuated, by how it opens.

    >>> is_question("Where were you?"), is_question("did you call her"), is_question("What a day.")
    (True, True, False)
    >>> is_question("when I was young"), is_question("when did you know")
    (False, True)
    """
    text = text.strip().lower().replace("’", "'")
    if re.search(r"[.!?]", text):
        return text.endswith("?")
    return bool(QUESTION_OPENERS.match(text))


def overlaps(
    turns: Sequence[Turn],
    words: Sequence[Word] = (),
    unheard: Sequence[tuple[float, float]] = (),
    rise: Rise | None = None,
) -> tuple[Overlap, ...]:
    """Every stretch in which a turn begins inside another speaker's turn, in the order of time.

    Turns of one speaker with less than half a second between them count as one: drawing breath yields nothing.

    Parameters
    ----------
    turns : sequence of Turn
        Of any number of speakers, in seconds.
    words : sequence of Word, optional
        Supported ones tell more kinds apart.
    unheard : sequence of (start, end), optional
        Stretches without sound.
    rise : Rise, optional
        Where there is sound.

    Examples
    --------
    >>> a, b = Turn(speaker="S1", start=0, end=3), Turn(speaker="S2", start=2, end=6)
    >>> overlaps([a, b])[0].kind, overlaps([a, b])[0].yielded_by, overlaps([a, b])[0].holder
    ('competitive', 'S1', 'lost')
    """
    lines = {speaker: _Line(words, speaker) for speaker in {turn.speaker for turn in turns}}
    running: list[Turn] = []
    found = []
    for incoming in cut(joined(turns), unheard):
        running = [turn for turn in running if turn.end - incoming.start >= SHORTEST_OVERLAP]
        for holder in running:
            if holder.speaker != incoming.speaker:
                overlap = _typed(incoming, holder, lines[incoming.speaker], lines[holder.speaker])
                found.append(
                    _heard(overlap, max(incoming, holder, key=lambda turn: turn.end), rise) if rise else overlap
                )
        running.append(incoming)
    return tuple(found)


class _Line:
    """One speaker's supported words in the order of time."""

    def __init__(self, words: Sequence[Word], speaker: str) -> None:
        own = [word for word in words if word.speaker == speaker and word.supported]
        self.words = sorted(own, key=lambda word: word.start)

    def between(self, start: float, end: float) -> list[Word]:
        """Those whose middle lies there, 0.2 s more or less: times of words and turns differ."""
        first = bisect_left(self.words, start - 10, key=lambda word: word.start)
        last = bisect_left(self.words, end + 0.2, key=lambda word: word.start)
        return [w for w in self.words[first:last] if start - 0.2 <= (w.start + w.end) / 2 <= end + 0.2]


class _Kind(NamedTuple):
    name: OverlapKind
    confidence: float


def _typed(incoming: Turn, holder: Turn, coming: _Line, holding: _Line) -> Overlap:
    kind = _kind(incoming, holder, coming, holding)
    first, last = sorted((incoming, holder), key=lambda turn: turn.end)
    contest = kind.name == "competitive" and last.end - first.end >= SHORTEST_OVERLAP
    return Overlap(
        kind=kind.name,
        start=incoming.start,
        end=first.end,
        by=incoming.speaker,
        over=holder.speaker,
        confidence=kind.confidence,
        holder=("lost" if first is holder else "kept") if contest else None,
        yielded_by=first.speaker if contest else None,
        yielding_latency=round(first.end - incoming.start, 3) if contest else None,
    )


def _kind(incoming: Turn, holder: Turn, coming: _Line, holding: _Line) -> _Kind:
    said = coming.between(incoming.start, incoming.end)
    left = holder.end - incoming.start
    inside = incoming.end <= holder.end
    if _choral(said, holding.between(incoming.start, min(incoming.end, holder.end))):
        return _Kind("choral", 0.8)
    if is_continuer(_texts(said)):
        before = holding.between(max(holder.start, incoming.start - 6), incoming.start)
        asked = bool(before) and before[-1].text.endswith("?") and incoming.start - before[-1].end < 1
        return _Kind("unclear", 0.0) if asked else _Kind("continuer", 0.9 if inside else 0.7)
    if not inside and (left < LAST_WORDS or _last_word(holder, incoming.start, holding)):
        return _Kind("terminal", 0.8 if said else 0.6)
    if said and _completes(said, incoming, holder, holding):
        return _Kind("collaborative completion", 0.6)
    together = min(incoming.end, holder.end) - incoming.start
    if together < CONTEST or (inside and len(said) < 3 and incoming.duration <= 1.2):
        return _Kind("unclear", 0.0)
    return _Kind("competitive", 0.7 if len(said) >= 3 else 0.5)


def is_continuer(said: Sequence[str]) -> bool:
    """Whether these plain words only hand the floor back (a hesitation alone does, too).

    >>> is_continuer(["uh-huh"]), is_continuer(["oh", "that's", "great"]), is_continuer(["no", "wait"])
    (True, True, False)
    """
    if not 0 < len(said) <= LONGEST_CONTINUER:
        return False
    return all(word in CONTINUERS for word in said) or bool(ASSESSMENTS.fullmatch(" ".join(said)))


def _texts(words: Sequence[Word]) -> list[str]:
    """The words in small letters; what is no word ("[laughter]") left out, laughed words ("[laughter-yes]") kept."""
    spoken = (re.sub(r"\[laughter-([^\]]*)\]", r"\1", word.text.lower()) for word in words)
    plain = (re.sub(r"\[[^\]]*\]|\([^)]*\)|_\d$", "", text).strip(" .,!?…-") for text in spoken)
    return [text.replace("’", "'") for text in plain if text]


def _choral(said: Sequence[Word], meanwhile: Sequence[Word]) -> bool:
    """Whether at least two words, and most of what comes in, are said by both at the same time."""
    pairs = [(text, word.start) for word in meanwhile for text in _texts([word])]
    shared = sum(
        any(text == other and abs(word.start - start) <= SAME_TIME for other, start in pairs)
        for word in said
        for text in _texts([word])
        if text not in CONTINUERS
    )
    return shared >= 2 and shared >= 0.75 * len(said)


def _last_word(holder: Turn, start: float, holding: _Line) -> bool:
    """Whether the holder had no more than one word, shorter than 1 s, to go.

    Under another voice words get lost: the one that is known must last to the end of the turn.
    """
    rest = [word for word in holding.between(start, holder.end) if word.end > start]
    return len(rest) == 1 and rest[0].end >= holder.end - 0.2 and holder.end - start < 1.0


def _completes(said: Sequence[Word], incoming: Turn, holder: Turn, holding: _Line) -> bool:
    """Whether a few words end the other's open sentence, and the other then takes them up."""
    before = holding.between(max(holder.start, incoming.start - 5), incoming.start)
    if not before or len(said) > LONGEST_COMPLETION or re.search(r"[.!?]$", before[-1].text):
        return False
    own = set(_texts(said)) - CONTINUERS
    after = _texts(
        [w for w in holding.between(incoming.start, incoming.end + ACCEPTED_WITHIN) if w.start > said[0].end]
    )
    if not own or not after:
        return False
    again = [text for text in after if text in own and len(text) > 3]
    return bool(again) or after[0] in {"exactly", "yeah", "yes", "right"}


def _heard(overlap: Overlap, last: Turn, rise: Rise) -> Overlap:
    """With the rise of whoever goes on, in the turn that ends `last`; a raised voice makes a contest surer."""
    db, st = rise(last.speaker, overlap.end, min(last.end, overlap.end + LEVELLED))
    raised = (db is not None and db >= RAISED_DB) or (st is not None and st >= RAISED_ST)
    surer = 0.2 if raised and overlap.kind == "competitive" else 0.0
    return replace(
        overlap, level_rise_db=db, pitch_rise_st=st, confidence=round(min(1.0, overlap.confidence + surer), 2)
    )
