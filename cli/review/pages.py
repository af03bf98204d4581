"""The pages of the review, as HTML, and what of them a change has changed.

The parts are those of the report (`analysis.report`); here they can be played and edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.library import Row
from analysis.report.exchanges import exchanges, ledger
from analysis.report.findings import episode_told, findings
from analysis.report.html import environment, facts, heading
from analysis.report.met import met
from analysis.report.rows import labels, rows
from analysis.report.sentences import opening, sentences
from analysis.session import Session
from analysis.tagging import LABELS, MEANING

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["chart", "library", "line", "message", "session", "updated"]


def library(rows: Sequence[Row]) -> str:
    """The list of sessions, the latest first."""
    return _templates().get_template("library.html.j2").render(rows=list(rows)[::-1])


def session(session: Session, trouble: str | None, undo: str | None) -> str:
    """The page of one session; `trouble` says why it has no sound."""
    return _templates().get_template("session.html.j2").render(**facts(session), trouble=trouble, undo=undo)


def message(title: str, text: str) -> str:
    """A page that says one thing."""
    return _templates().get_template("message.html.j2").render(title=title, text=text)


def line(session: Session, id: str) -> str:
    """What can be changed of one line, to be put into a dialog; KeyError if there is no such line."""
    utterance = session.utterance(id)
    taken = {tag.label for tag in utterance.tags}
    return (
        _templates()
        .get_template("line.html.j2")
        .render(
            session=session,
            line=utterance,
            words=list(enumerate(session.words[slice(*utterance.words)])),
            tags=list(zip(labels(utterance.tags), utterance.tags, strict=True)),
            others=[(label, MEANING[label]) for label in LABELS if label not in taken],
            taggable=session.language == "en" and utterance.speaker in {p.id for p in session.couple},
        )
    )


def updated(before: Session, after: Session, undo: str | None) -> dict[str, Any]:
    """What the page has to put in the place of what it shows: lines by id or the whole talk, sections, the chart."""
    old, new = rows(before), rows(after)
    lines: dict[str, str] = {}
    whole = [row.id for row in old] != [row.id for row in new]
    if not whole:
        lines = {str(b.id): _line(b) for a, b in zip(old, new, strict=True) if a != b}
    shown = _sections(before)
    sections = {name: html for name, html in _sections(after).items() if html != shown[name]}
    chart_before, chart_after = chart(before), chart(after)
    return {
        "title": heading(after) if heading(after) != heading(before) else None,
        "lines": lines,
        "talk": "".join(_line(row) for row in new) if whole else None,
        "sections": sections,
        "chart": chart_after if chart_after != chart_before else None,
        "undo": undo,
    }


def chart(session: Session) -> dict[str, Any]:
    """What the chart shows, all on one time axis (seconds)."""
    couple = [participant.id for participant in session.couple]
    curve = session.escalation
    lanes = [
        {
            "name": participant.name,
            "spans": [[round(t.start, 2), round(t.end, 2)] for t in session.turns if t.speaker == participant.id],
        }
        for participant in session.couple
    ]
    tags = [
        [round(u.start, 2), couple.index(u.speaker), label.direction, label.shown]
        for u in session.utterances
        if u.speaker in couple
        for label in labels(u.live_tags)
    ]
    return {
        "duration": session.duration,
        "curve": {
            "step": curve.step,
            "value": curve.value,
            "voice": curve.voice,
            "words": curve.words,
            "floor": curve.floor,
            "pace": curve.pace,
        }
        if curve is not None
        else None,
        "lanes": lanes,
        "tags": tags,
        "episodes": [[e.start, e.end] for e in session.episodes],
        "topics": [[t.start, t.end, t.name] for t in session.topics],
        "unheard": [list(span) for span in session.unheard],
        "notes": [[note.at, "private note" if note.private else "note"] for note in session.written],
    }


def _sections(session: Session) -> dict[str, str]:
    """The parts of the page that may change, by the id of their place."""
    part = _parts()
    episodes = [(episode, episode_told(session, episode)) for episode in session.episodes]
    edit = _templates().get_template("names.html.j2")
    return {
        "part-short": str(part.short(session, opening(session), findings(session), True)),
        "part-rises": str(part.rises(session, episodes, True)),
        "part-passed": str(part.passed(exchanges(session), True)),
        "part-met": str(part.answered(met(session), True)),
        "part-floor": str(part.floor(session, sentences(session), ledger(session), True)),
        "part-names": edit.render(session=session),
    }


def _line(row: Any) -> str:
    return str(_parts().line(row, True, True))


@cache
def _parts() -> Any:
    return environment().get_template("parts.html.j2").module


@cache
def _templates() -> Environment:
    from jinja2 import ChoiceLoader, PackageLoader

    return environment().overlay(
        loader=ChoiceLoader([PackageLoader("cli.review", "templates"), PackageLoader("analysis.report", "")])
    )
