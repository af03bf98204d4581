"""Who had the floor: overlaps, pauses and talk share, from turns (and words, where they are known).

Terms follow the conversation-analysis literature. An *overlap* is a stretch in which one speaker comes in
while another still has a turn; it is no interruption by itself. The kinds told apart here are

- **continuer**: "mm-hm", "yeah", "okay" that leave the floor where it is (Schegloff 1982);
- **terminal**: the incoming turn starts in the last half second of the other's (Jefferson 1984: orientation to
  a turn's end, the commonest and most harmless kind);
- **competitive**: both go on for at least half a second, and one of them then stops while the other keeps the
  floor (Schegloff 2000): what people call an interruption;
- **unclear**: everything else.

A *pause* is a silence of everyone of at least 0.25 s (Goldman-Eisler 1968), within one speaker's talk or
between two. *Talk share* is each one's speaking time over the sum of all speaking times.

A stretch of a recording without sound (`unheard`: off the record, struck, missing) is no silence of anybody: what
happened there is not known, so no pause, turn or overlap reaches into it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from analysis.interaction.turns import cut, joined
from analysis.session import Overlap, Pause, Turn, Word

__all__ = ["overlaps", "pauses", "talk_share"]

CONTINUERS = frozenset({
    "mm", "mhm", "mmhm", "mm-hm", "mmhmm", "mm-hmm", "uh-huh", "uhhuh", "huh", "hm", "hmm", "yeah", "yes", "yep", "yup",
    "right", "okay", "ok", "sure", "oh", "ah", "i", "see",
})  # fmt: skip
LONGEST_CONTINUER = 1.2
CONTEST = 0.5
SHORTEST_OVERLAP = 0.1
SHORTEST_PAUSE = 0.25


def overlaps(
    turns: Sequence[Turn], words: Sequence[Word] = (), unheard: Sequence[tuple[float, float]] = ()
) -> tuple[Overlap, ...]:
    """Every stretch in which a turn begins inside another speaker's turn, in the order of time.

    Turns of one speaker with less than half a second between them count as one: drawing breath yields nothing.

    Parameters
    ----------
    turns : sequence of Turn
        Of any number of speakers, in seconds.
    words : sequence of Word, optional
        Without them no overlap can be told to be a continuer.
    unheard : sequence of (start, end), optional
        Stretches without sound.

    Examples
    --------
    >>> a, b = Turn(speaker="S1", start=0, end=3), Turn(speaker="S2", start=2, end=6)
    >>> overlaps([a, b])[0].kind, overlaps([a, b])[0].yielded_by
    ('competitive', 'S1')
    """
    words = sorted(words, key=lambda word: word.start)
    running: list[Turn] = []
    found = []
    for incoming in cut(joined(turns), unheard):
        running = [turn for turn in running if turn.end - incoming.start >= SHORTEST_OVERLAP]
        for holder in running:
            if holder.speaker == incoming.speaker:
                continue
            kind = _kind(incoming, holder, words)
            first, last = sorted((incoming, holder), key=lambda turn: turn.end)
            yielded = kind == "competitive" and last.end - first.end >= SHORTEST_OVERLAP
            found.append(
                Overlap(
                    kind=kind,
                    start=incoming.start,
                    end=first.end,
                    by=incoming.speaker,
                    over=holder.speaker,
                    yielded_by=first.speaker if yielded else None,
                    yielding_latency=round(first.end - incoming.start, 3) if yielded else None,
                )
            )
        running.append(incoming)
    return tuple(found)


def _kind(
    incoming: Turn, holder: Turn, words: Sequence[Word]
) -> Literal["continuer", "terminal", "competitive", "unclear"]:
    if incoming.end <= holder.end and incoming.duration <= LONGEST_CONTINUER:
        return "continuer" if _only_continuers(incoming, words) else "unclear"
    together = min(incoming.end, holder.end) - incoming.start
    if holder.end <= incoming.end and together < CONTEST:
        return "terminal"
    return "competitive" if together >= CONTEST else "unclear"


def _only_continuers(turn: Turn, words: Sequence[Word]) -> bool:
    """Whether all that was said in this turn are continuers; `words` by start."""
    first = bisect_left(words, turn.start - LONGEST_CONTINUER, key=lambda word: word.start)
    last = bisect_left(words, turn.end + LONGEST_CONTINUER, key=lambda word: word.start)
    said = [
        word.text.strip(" .,!?…-").lower()
        for word in words[first:last]
        if word.speaker == turn.speaker and turn.start - 0.2 <= (word.start + word.end) / 2 <= turn.end + 0.2
    ]
    return bool(said) and all(word in CONTINUERS for word in said)


def pauses(turns: Sequence[Turn], unheard: Sequence[tuple[float, float]] = ()) -> tuple[Pause, ...]:
    """Silences of everyone of at least 0.25 s, between the first and the last turn; none that touches `unheard`.

    Examples
    --------
    >>> a, b = Turn(speaker="S1", start=0.0, end=1.0), Turn(speaker="S2", start=2.0, end=3.0)
    >>> pauses([a, b])[0].kind, pauses([a, b])[0].duration
    ('between', 1.0)
    """
    found = []
    last: Turn | None = None
    for turn in sorted(turns, key=lambda turn: (turn.start, turn.end)):
        silent = last is not None and turn.start - last.end >= SHORTEST_PAUSE
        if last is not None and silent and not any(a < turn.start and b > last.end for a, b in unheard):
            found.append(
                Pause(
                    kind="within" if turn.speaker == last.speaker else "between",
                    start=last.end,
                    end=turn.start,
                    after=last.speaker,
                    before=turn.speaker,
                )
            )
        if last is None or turn.end > last.end:
            last = turn
    return tuple(found)


def talk_share(turns: Sequence[Turn]) -> dict[str, float]:
    """Each speaker's share of all speaking time, in 0..1; overlapping speech counts for both.

    >>> talk_share([Turn(speaker="S1", start=0, end=3), Turn(speaker="S2", start=3, end=4)])
    {'S1': 0.75, 'S2': 0.25}
    """
    seconds: dict[str, float] = {}
    for turn in turns:
        seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + turn.duration
    total = sum(seconds.values())
    return {speaker: round(value / total, 4) for speaker, value in sorted(seconds.items())} if total else {}
