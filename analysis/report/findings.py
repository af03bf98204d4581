"""The few things that a report says first: each in plain words, playable, with its uncertainty, and as much about what
went well as about what was hard.

A `Finding` is about what happened *between* two people at some seconds of the talk. Candidates are collected in the
order in which a reader would ask; of them at most five are shown, and never more that were hard than went well by more
than one, as long as there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from analysis.report.wording import clock, counted, named, quote, supported
from analysis.session import Answer, Episode, Session, Tag, Uptake, Utterance
from analysis.tagging import HEALING

__all__ = ["Finding", "episode_told", "findings"]

MOST, MOST_OF_A_KIND = 5, 3
SURE = 0.6
OFFERS = {"repair": "a repair", "apology": "an apology", "validation": "a validation"}
BREAK = "A break of 20 minutes, apart and without rehearsing it, is known to help."
BY_WORDS = "Read from the words alone; about one in four is read wrongly."
TAGGED = "Tags are often wrong: check it by ear."
CURVE = (
    "The curve adds up voice, floor, pace and words by weights that are a judgment; a raised voice is not hostility."
)


class Finding(Struct, frozen=True, kw_only=True):
    """Something that a report says, and the seconds at which it can be heard."""

    statement: str
    tone: Literal["well", "hard", "neither"]
    measure: str
    """What it rests on, in a word: "curve", "answers", "offers", "tags", "overlaps", "pauses"."""
    value: float | None
    uncertainty: str
    evidence: tuple[tuple[str, float, float], ...]
    """(session id, start, end), in the order in which they are to be played."""


def findings(session: Session) -> list[Finding]:
    """The three to five findings of a session; fewer where there is less to say."""
    well = [*_in_turn(session, (_taken_up, _straight, _tagged, _calm))]
    hard = [*_in_turn(session, (_episodes, _unanswered, _rejected, _contests))]
    well, hard = well[:MOST_OF_A_KIND], hard[:MOST_OF_A_KIND]
    while len(well) + len(hard) > MOST:
        (hard if len(hard) >= len(well) else well).pop()
    return sorted([*well, *hard], key=lambda finding: finding.evidence[0][1])


def episode_told(session: Session, episode: Episode) -> str:
    """One rise of the curve in sentences: after which line, how high and how long, what cooled it."""
    text = f"At {clock(episode.start)} the talk heated up"
    if episode.topic is not None:
        text += f", on “{episode.topic}”"
    if episode.trigger is not None and supported(session, line := session.utterance(episode.trigger)):
        text += f"; the line before was {quote(session, line)} ({session.name(line.speaker)})"
    text += f". It was highest at {clock(episode.peak)}"
    if episode.recovery_s is None:
        stopped = any(start - 5 <= episode.end < end for start, end in session.unheard)
        text += f" and had not come down when the {'sound stopped there' if stopped else 'recording ended'}."
    else:
        text += f" and had come down {clock(episode.recovery_s)} later."
    if episode.what_cooled_it is not None and supported(session, line := session.utterance(episode.what_cooled_it)):
        text += f" What was said as it cooled: {quote(session, line)} ({session.name(line.speaker)})."
    if episode.possible_flooding:
        who = " and ".join(session.name(speaker) for speaker in episode.possible_flooding)
        text += f" Possible flooding of {who}: a voice is no heart-rate monitor. {BREAK}"
    return text


Teller = Callable[[Session], Iterator[Finding]]


def _in_turn(session: Session, tellers: Sequence[Teller]) -> Iterator[Finding]:
    """The first finding of each, then the second of each, and so on."""
    waiting = [teller(session) for teller in tellers]
    while waiting:
        still = []
        for teller in waiting:
            if (finding := next(teller, None)) is not None:
                still.append(teller)
                yield finding
        waiting = still


def _episodes(session: Session) -> Iterator[Finding]:
    for episode in sorted(session.episodes, key=lambda episode: -episode.level):
        start = episode.start
        if episode.trigger is not None:
            start = min(start, session.utterance(episode.trigger).start)
        yield Finding(
            statement=episode_told(session, episode),
            tone="hard",
            measure="curve",
            value=episode.level,
            uncertainty=CURVE,
            evidence=((session.id, start, episode.end),),
        )


def _calm(session: Session) -> Iterator[Finding]:
    if session.episodes or session.escalation is None or session.arousal is None:
        return
    yield Finding(
        statement="The curve shows no stretch in which the talk heated up.",
        tone="well",
        measure="curve",
        value=max(session.escalation.value, default=0.0),
        uncertainty=f"{CURVE} Cold contempt in a low voice would not show.",
        evidence=((session.id, 0.0, session.duration),),
    )


def _taken_up(session: Session) -> Iterator[Finding]:
    """Offers to come closer that the other took up; repairs first."""
    taken = [u for u in session.uptakes if u.kind == "taken up" and _heard(session, u.offer, u.response)]
    for uptake in sorted(taken, key=lambda uptake: list(OFFERS).index(uptake.label)):
        yield _offer(session, uptake, "well", "took it up")


def _rejected(session: Session) -> Iterator[Finding]:
    for uptake in session.uptakes:
        if uptake.kind == "rejected" and _heard(session, uptake.offer, uptake.response):
            yield _offer(session, uptake, "hard", "could not take it up then")


def _offer(session: Session, uptake: Uptake, tone: Literal["well", "hard"], how: str) -> Finding:
    offer, response = session.utterance(uptake.offer), session.utterance(str(uptake.response))
    return Finding(
        statement=f"At {clock(offer.start)} {session.name(offer.speaker)} offered {OFFERS[uptake.label]}: "
        f"{quote(session, offer)} {session.name(response.speaker)} {how}: {quote(session, response)}",
        tone=tone,
        measure="offers",
        value=None,
        uncertainty=BY_WORDS,
        evidence=((session.id, offer.start, response.end),),
    )


def _straight(session: Session) -> Iterator[Finding]:
    """Questions that were answered straight."""
    for answer in session.answers:
        if answer.kind == "straight" and _heard(session, answer.question, answer.answer):
            yield _answer(session, answer, "well", "was answered straight")


def _unanswered(session: Session) -> Iterator[Finding]:
    how = {"evaded": "got an answer that went around it", "counter-attack": "was met with a reproach"}
    for answer in session.answers:
        if answer.kind in how and _heard(session, answer.question, answer.answer):
            yield _answer(session, answer, "hard", how[answer.kind])
        elif answer.kind == "not answered" and _heard(session, answer.question):
            asked = session.utterance(answer.question)
            yield Finding(
                statement=f"{session.name(asked.speaker)}’s question at {clock(asked.start)}, {quote(session, asked)}, "
                "got no answer. People also think, cry and look for words.",
                tone="hard",
                measure="answers",
                value=None,
                uncertainty=BY_WORDS,
                evidence=((session.id, asked.start, min(session.duration, asked.end + 10)),),
            )


def _heard(session: Session, *ids: str | None) -> bool:
    """Whether there are such lines, with words to be quoted."""
    return all(id is not None and supported(session, session.utterance(id)) for id in ids)


def _answer(session: Session, answer: Answer, tone: Literal["well", "hard"], how: str) -> Finding:
    asked, answered = session.utterance(answer.question), session.utterance(str(answer.answer))
    return Finding(
        statement=f"{session.name(asked.speaker)}’s question at {clock(asked.start)}, {quote(session, asked)}, {how}: "
        f"{quote(session, answered)} ({session.name(answered.speaker)})",
        tone=tone,
        measure="answers",
        value=None,
        uncertainty=f"{BY_WORDS} Whether an answer is true, only you can say.",
        evidence=((session.id, asked.start, answered.end),),
    )


def _tagged(session: Session) -> Iterator[Finding]:
    """Lines that turned towards the other, the surest first; those of an offer are told elsewhere."""
    found: list[tuple[Tag, Utterance]] = [
        (tag, u)
        for u in session.utterances
        for tag in u.live_tags
        if tag.label in HEALING and tag.label not in OFFERS and (tag.confidence >= SURE or tag.reviewed)
    ]
    for tag, line in sorted(found, key=lambda pair: -pair[0].confidence):
        yield Finding(
            statement=f"At {clock(line.start)} {session.name(line.speaker)} turned towards the other ({named(tag)}): "
            f"{quote(session, line)}",
            tone="well",
            measure="tags",
            value=tag.confidence,
            uncertainty=TAGGED if tag.reviewed is None else "One of you says so.",
            evidence=((session.id, line.start, line.end),),
        )


def _contests(session: Session) -> Iterator[Finding]:
    contests = [overlap for overlap in session.overlaps if overlap.kind == "competitive"]
    if contests:
        times = "Once" if len(contests) == 1 else f"{counted(len(contests)).capitalize()} times"
        yield Finding(
            statement=f"{times} both spoke on at once until one of you stopped, first at {clock(contests[0].start)}.",
            tone="hard",
            measure="overlaps",
            value=len(contests),
            uncertainty="Lively talk has overlaps, too; which of them are contests is told by rules.",
            evidence=tuple((session.id, max(0.0, o.start - 2), o.end + 2) for o in contests),
        )
