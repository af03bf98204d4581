"""Silences and how soon people answer.

- A *pause* is a silence of everyone of at least 0.25 s (Goldman-Eisler 1968), within one speaker's talk or between two.
- A *latency* is the floor transfer offset (de Ruiter, Mitterer & Enfield 2006; Heldner & Edlund 2010): from the end
  of one speaker's turn to the start of the next one's, negative where they came in early. Speech that begins and ends
  within the other's turn transfers nothing.
- A *long silence* lasts 4 s or more, four times what conversations usually tolerate (Jefferson 1989). After a question
  it is **possible** stonewalling: people also think, cry and look for words.

What lies in a stretch without sound (`unheard`) is not known: no pause and no latency reaches into one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from analysis.interaction.overlaps import is_question
from analysis.interaction.turns import cut, joined
from analysis.session import Latency, Pause, Turn, Utterance

__all__ = ["latencies", "pauses", "transfers"]

SHORTEST_PAUSE = 0.25
LONG = 4.0
EARLIER, LATER = 1.0, 0.5
"""Seconds by which the last word may end before or after its turn does."""
LONGEST_ANSWER = 10.0
"""Seconds after which somebody begins anew rather than answers."""

Stretches = Sequence[tuple[float, float]]


def pauses(turns: Sequence[Turn], unheard: Stretches = (), utterances: Sequence[Utterance] = ()) -> tuple[Pause, ...]:
    """Silences of everyone of at least 0.25 s, between the first and the last turn; none that touches `unheard`.

    Examples
    --------
    >>> a, b = Turn(speaker="S1", start=0.0, end=1.0), Turn(speaker="S2", start=2.0, end=3.0)
    >>> pauses([a, b])[0].kind, pauses([a, b])[0].duration
    ('between', 1.0)
    """
    asked = _Asked(utterances)
    found = []
    last: Turn | None = None
    for turn in sorted(turns, key=lambda turn: (turn.start, turn.end)):
        if last is not None and turn.start - last.end >= SHORTEST_PAUSE and not _touches(last.end, turn.start, unheard):
            question = asked.by(last.speaker, last.end)
            found.append(
                Pause(
                    kind="within" if turn.speaker == last.speaker else "between",
                    start=last.end,
                    end=turn.start,
                    after=last.speaker,
                    before=turn.speaker,
                    asked=question,
                    possible_stonewalling=question is not None and turn.start - last.end >= LONG,
                )
            )
        if last is None or turn.end > last.end:
            last = turn
    return tuple(found)


def latencies(
    turns: Sequence[Turn], unheard: Stretches = (), utterances: Sequence[Utterance] = ()
) -> tuple[Latency, ...]:
    """Each change of speaker, and after how many seconds; none of more than 10 s, and none across `unheard`.

    Examples
    --------
    >>> a, b = Turn(speaker="S1", start=0.0, end=1.0), Turn(speaker="S2", start=1.4, end=3.0)
    >>> [(x.by, x.after, x.seconds) for x in latencies([a, b])]
    [('S2', 'S1', 0.4)]
    """
    asked = _Asked(utterances)
    found = []
    for before, turn in transfers(cut(joined(turns), unheard)):
        seconds = round(turn.start - before.end, 3)
        if seconds <= LONGEST_ANSWER and not _touches(before.end, turn.start, unheard):
            question = asked.by(before.speaker, before.end)
            found.append(
                Latency(by=turn.speaker, after=before.speaker, start=turn.start, seconds=seconds, asked=question)
            )
    return tuple(found)


def transfers(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Turn]]:
    """Pairs of turns (by start) in which the floor goes from one speaker to another."""
    floor: Turn | None = None
    for turn in turns:
        if floor is not None and turn.end <= floor.end:
            continue
        if floor is not None and turn.speaker != floor.speaker:
            yield floor, turn
        floor = turn


class _Asked:
    """Which questions were asked, found by when they ended."""

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self.spoken: dict[str | None, list[Utterance]] = {}
        for utterance in sorted(utterances, key=lambda u: u.end):
            self.spoken.setdefault(utterance.speaker, []).append(utterance)

    def by(self, speaker: str, end: float) -> str | None:
        """The id of what the speaker said last before `end` (times of words and turns differ), if it is a question."""
        own = self.spoken.get(speaker, [])
        k = bisect_right(own, end + LATER, key=lambda u: u.end) - 1
        if k < 0 or own[k].end < end - EARLIER or not is_question(own[k].text):
            return None
        return own[k].id


def _touches(start: float, end: float, unheard: Stretches) -> bool:
    return any(a < end and b > start for a, b in unheard)
