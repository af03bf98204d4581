"""How questions and offers were met, as the reports tell it: in the order in which it happened, between the two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.report.wording import clock, counted, listed, quote
from analysis.session import Answer, Session, Uptake, Utterance

__all__ = ["Met", "met", "told"]

ANSWERED = {
    "straight": "answered straight",
    "partly": "answered in part",
    "evaded": "the answer went around it",
    "counter-attack": "met with a reproach",
    "sigh": "met with a sigh",
    "not answered": "no answer",
    "unclear": "cannot be told from the words",
}
TAKEN = {
    "taken up": "taken up",
    "rejected": "the reply turned against it",
    "ignored": "the reply asked for something else",
    "unclear": "cannot be told from the words",
}
OFFERED = {"repair": "a repair", "apology": "an apology", "validation": "a validation"}


@dataclass(frozen=True)
class Met:
    """One question or offer and what came of it, in words."""

    id: str
    start: float
    end: float
    """Of the reply, where there is one."""
    at: str
    who: str
    what: str
    """"a question", "a repair", …"""
    line: str
    how: str
    reply_id: str | None
    reply: str
    """Quoted, with the name of who said it; empty where nobody replied."""


def met(session: Session) -> list[Met]:
    """Every question and offer, in the order of time."""
    of = {utterance.id: utterance for utterance in session.utterances}
    found = [_met(session, of, a.question, "a question", ANSWERED[a.kind], a.answer) for a in session.answers]
    found += [_met(session, of, u.offer, OFFERED[u.label], TAKEN[u.kind], u.response) for u in session.uptakes]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def _met(
    session: Session, of: dict[str, Utterance], id: str, what: str, how: str, reply: str | None
) -> tuple[float, Met]:
    line = of[id]
    answer = of[reply] if reply is not None else None
    said = f"{session.name(answer.speaker)}: {quote(session, answer)}" if answer is not None else ""
    end = answer.end if answer is not None else line.end
    name = session.name(line.speaker)
    row = Met(id, line.start, end, clock(line.start), name, what, quote(session, line), how, reply, said)
    return line.start, row


def told(answers: Sequence[Answer], uptakes: Sequence[Uptake]) -> list[str]:
    """The sentences on how questions and offers were met, whoever asked or offered.

    >>> told([Answer(question="u1", kind="straight"), Answer(question="u3", kind="straight")], [])[0]
    'Two questions were owed a straight answer: two were answered straight.'
    """
    sentences = []
    if answers:
        were = "question was" if len(answers) == 1 else "questions were"
        kinds = _counted((answer.kind for answer in answers), _AS_COUNTED)
        sentences.append(f"{counted(len(answers)).capitalize()} {were} owed a straight answer: {kinds}.")
    if uptakes:
        were = "offer was" if len(uptakes) == 1 else "offers were"
        kinds = _counted((uptake.kind for uptake in uptakes), _AS_TAKEN)
        sentences.append(
            f"{counted(len(uptakes)).capitalize()} {were} made to come closer (repair, apology, validation): {kinds}."
        )
    if sentences:
        sentences.append("How they were met is read from the words alone; about one in four is read wrongly.")
    return sentences


_AS_COUNTED = {
    "straight": ("was answered straight", "were answered straight"),
    "partly": ("was answered in part", "were answered in part"),
    "evaded": ("got an answer that went around it", "got answers that went around them"),
    "counter-attack": ("was met with a reproach", "were met with reproaches"),
    "sigh": ("was met with a sigh", "were met with sighs"),
    "not answered": ("got no answer", "got no answer"),
    "unclear": ("cannot be told from the words", "cannot be told from the words"),
}
_AS_TAKEN = {
    "taken up": ("was taken up", "were taken up"),
    "rejected": ("got a reply that turned against it", "got replies that turned against them"),
    "ignored": ("was followed by another question", "were followed by another question"),
    "unclear": ("cannot be told from the words", "cannot be told from the words"),
}


def _counted(kinds: Iterable[str], words: dict[str, tuple[str, str]]) -> str:
    given = list(kinds)
    return listed(f"{counted(count)} {words[kind][count > 1]}" for kind in words if (count := given.count(kind)))
