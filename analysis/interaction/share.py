"""Who had how much of the floor: talk share, the longest turns, and stretches of one-word answers.

*Talk share* is each one's speaking time over the sum of all speaking times, over the whole talk and in windows of
2.5 min every 30 s; overlapping speech counts for both. No share is the right one: it says who spoke, not who was heard.

A *brief stretch* is three or more answers in a row by one person, of one or two words each, that took the floor
(a "mm-hm" inside the other's turn is listening, not an answer; a laugh, "[laughter]", is none either).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence

from analysis.interaction.pauses import transfers
from analysis.interaction.turns import joined
from analysis.session import Shared, Turn, Word

__all__ = ["shared", "talk_share"]

WINDOW, STEP = 150.0, 30.0
BRIEF_WORDS = 2
FEWEST_BRIEF = 3


def shared(turns: Sequence[Turn], words: Sequence[Word], duration: float) -> Shared:
    """Shares in the whole talk of `duration` seconds and along it, each one's longest turn, brief stretches.

    >>> talk = [Turn(speaker="S1", start=0, end=90), Turn(speaker="S2", start=90, end=180)]
    >>> shared(talk, [], 180).windows[1]
    {'S1': 0.4, 'S2': 0.6}
    """
    whole = joined(turns)
    longest: dict[str, Turn] = {}
    for turn in whole:
        if turn.speaker not in longest or turn.duration > longest[turn.speaker].duration:
            longest[turn.speaker] = turn
    count = 1 + max(0, math.ceil((duration - WINDOW) / STEP))
    return Shared(
        share=talk_share(turns),
        window=WINDOW,
        step=STEP,
        windows=tuple(talk_share(_within(turns, k * STEP, k * STEP + WINDOW)) for k in range(count)),
        longest=tuple(longest[speaker] for speaker in sorted(longest)),
        brief=_brief(whole, words),
    )


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


def _within(turns: Sequence[Turn], start: float, end: float) -> list[Turn]:
    return [
        Turn(speaker=turn.speaker, start=max(turn.start, start), end=min(turn.end, end))
        for turn in turns
        if turn.start < end and turn.end > start
    ]


def _brief(turns: Sequence[Turn], words: Sequence[Word]) -> tuple[Turn, ...]:
    """Stretches from the first to the last of three or more brief answers in a row of one person."""
    spoken: dict[str | None, list[float]] = {}
    for word in words:
        if word.supported and word.text[:1] not in "[(<*":
            insort(spoken.setdefault(word.speaker, []), (word.start + word.end) / 2)
    runs: dict[str, list[Turn]] = {}
    found = []
    for _, answer in transfers(turns):
        own = spoken.get(answer.speaker, [])
        said = bisect_right(own, answer.end + 0.2) - bisect_left(own, answer.start - 0.2)
        run = runs.setdefault(answer.speaker, [])
        if 0 < said <= BRIEF_WORDS:
            run.append(answer)
        elif said:
            found.append(run)
            runs[answer.speaker] = []
    made = [
        Turn(speaker=run[0].speaker, start=run[0].start, end=run[-1].end)
        for run in [*found, *runs.values()]
        if len(run) >= FEWEST_BRIEF
    ]
    return tuple(sorted(made, key=lambda turn: turn.start))
