"""What a report says of what passed between the two: answers, silences after a question, laughter, who goes along.

Nothing here is anybody's doing: a silence is told with what was asked before and with what else it may mean, and a
slope only where its interval leaves 0 out.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from analysis.report.wording import clock, quote
from analysis.session import Estimate, Session

__all__ = ["between"]

FEWEST_ANSWERS = 5


def between(session: Session) -> list[str]:
    """The sentences, in the order in which a reader would ask."""
    return [
        *_answers(session),
        *_unanswered(session),
        *_brief(session),
        *_laughter(session),
        *_reactions(session),
        *_drifts(session),
    ]


def _answers(session: Session) -> Iterator[str]:
    for participant in session.couple:
        seconds = [latency.seconds for latency in session.latencies if latency.by == participant.id]
        if len(seconds) >= FEWEST_ANSWERS:
            middle = median(seconds)
            when = f"{middle:.1f} s after the other had ended" if middle > 0 else "before the other had quite ended"
            yield f"{participant.name} mostly took the floor {when} (median of {len(seconds)})."


def _unanswered(session: Session) -> Iterator[str]:
    for pause in session.pauses:
        if pause.possible_stonewalling and pause.asked is not None:
            asked = session.utterance(pause.asked)
            yield (
                f"At {clock(pause.start)} nobody spoke for {pause.duration:.0f} s after a question: "
                f"{quote(session, asked)} ({session.name(asked.speaker)}). Possibly withdrawing; people also think, "
                "cry and look for words."
            )


def _brief(session: Session) -> Iterator[str]:
    for stretch in session.shared.brief:
        name, start, end = session.name(stretch.speaker), clock(stretch.start), clock(stretch.end)
        yield f"From {start} to {end} each of {name}'s answers was one word or two."


def _laughter(session: Session) -> Iterator[str]:
    shared = [laugh for laugh in session.nonverbal if laugh.kind == "laughter" and laugh.shared]
    if shared:
        yield f"They laughed together, first at {clock(shared[0].start)}."
    for sigh in session.nonverbal:
        if sigh.kind == "sigh" and sigh.asked is not None:
            yield f"At {clock(sigh.start)} a sigh follows a question."


def _reactions(session: Session) -> Iterator[str]:
    for reaction in session.dyad.reactions:
        if reaction.arousal is not None and reaction.arousal.certain:
            by, to = session.name(reaction.by), session.name(reaction.to)
            along = "rose and fell with" if reaction.arousal.value > 0 else "went against"
            yield (
                f"{by}'s arousal {along} {to}'s in the line before ({_with_interval(reaction.arousal)}); a hard topic "
                "may raise both."
            )


def _drifts(session: Session) -> Iterator[str]:
    for drift in session.dyad.drifts:
        if drift.pitch_st is not None and drift.pitch_st.certain:
            way = "rose" if drift.pitch_st.value > 0 else "fell"
            yield (
                f"Over the talk {session.name(drift.speaker)}'s pitch {way}, in semitones for 10 minutes: "
                f"{_with_interval(drift.pitch_st)}."
            )


def _with_interval(estimate: Estimate) -> str:
    """The value with its interval and what it rests on.

    >>> _with_interval(Estimate(value=0.4, low=0.1, high=0.7, n=40))
    '0.4, between 0.1 and 0.7, from 40 lines'
    """
    return f"{estimate.value:.1f}, between {estimate.low:.1f} and {estimate.high:.1f}, from {estimate.n} lines"
