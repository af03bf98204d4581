"""Turns where there is no sound: an imported transcript has words with times and speakers, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.session import Turn, Word

__all__ = ["turns_from_words"]

JOIN = 0.5
"""Seconds between two words of a speaker that do not end the turn."""


def turns_from_words(words: Sequence[Word]) -> tuple[Turn, ...]:
    """One turn for each stretch of a speaker's words with gaps below half a second.

    >>> a = Word(text="a", start=0.0, end=1.0, speaker="S1")
    >>> b = Word(text="b", start=1.2, end=2.0, speaker="S1")
    >>> [(t.start, t.end) for t in turns_from_words([a, b])]
    [(0.0, 2.0)]
    """
    turns: list[Turn] = []
    latest: dict[str, int] = {}
    for word in sorted(words, key=lambda word: word.start):
        if word.speaker is None:
            continue
        k = latest.get(word.speaker)
        if k is not None and word.start - turns[k].end < JOIN:
            end = max(turns[k].end, word.end)
            turns[k] = Turn(speaker=word.speaker, start=turns[k].start, end=end)
        else:
            latest[word.speaker] = len(turns)
            turns.append(Turn(speaker=word.speaker, start=word.start, end=word.end))
    return tuple(sorted(turns, key=lambda turn: turn.start))
