"""Turns of one speaker that belong together, turns that a stretch without sound cuts, and turns without any sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.session import Turn, Word

__all__ = ["cut", "joined", "turns_from_words"]

BREATH = 0.5
"""Seconds of a speaker's silence that do not end what they are saying."""


def cut(turns: Iterable[Turn], unheard: Sequence[tuple[float, float]]) -> tuple[Turn, ...]:
    """The turns without what lies in stretches without sound: nobody was heard there, so nobody has a turn.

    >>> cut([Turn(speaker="S1", start=0, end=9)], [(2, 4), (8, 9)])[1].start
    4
    """
    for start, end in unheard:
        pieces = []
        for turn in turns:
            parts = [(turn.start, min(turn.end, start)), (max(turn.start, end), turn.end)]
            pieces += [Turn(speaker=turn.speaker, start=a, end=b) for a, b in parts if a < b]
        turns = pieces
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))


def joined(turns: Iterable[Turn], gap: float = BREATH) -> tuple[Turn, ...]:
    """Each speaker's turns with gaps below `gap` seconds made one; in the order of time.

    >>> a, b = Turn(speaker="S1", start=0.0, end=1.0), Turn(speaker="S1", start=1.2, end=2.0)
    >>> [(t.start, t.end) for t in joined([a, b])]
    [(0.0, 2.0)]
    """
    made: list[Turn] = []
    latest: dict[str, int] = {}
    for turn in sorted(turns, key=lambda turn: (turn.start, turn.end)):
        k = latest.get(turn.speaker)
        if k is not None and turn.start - made[k].end < gap:
            made[k] = Turn(speaker=turn.speaker, start=made[k].start, end=max(made[k].end, turn.end))
        else:
            latest[turn.speaker] = len(made)
            made.append(turn)
    return tuple(made)


def turns_from_words(words: Sequence[Word]) -> tuple[Turn, ...]:
    """Turns for an imported transcript, which has words with times and speakers and nothing else.

    >>> a = Word(text="a", start=0.0, end=1.0, speaker="S1")
    >>> b = Word(text="b", start=2.0, end=3.0, speaker="S1")
    >>> len(turns_from_words([a, b]))
    2
    """
    return joined(Turn(speaker=w.speaker, start=w.start, end=w.end) for w in words if w.speaker is not None)
