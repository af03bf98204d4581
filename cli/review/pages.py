"""The pages of the review, as HTML, and what of them a change has changed.

The parts are those of the report (`analysis.report`); here they can be played and edited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from analysis.library import Row as Listed
from analysis.report.chart import PARTS
from analysis.report.exchanges import exchanges, ledger
from analysis.report.findings import episode_told, findings
from analysis.report.html import environment, facts, heading
from analysis.report.met import met
from analysis.report.rows import Beside, Row, labels, rows
from analysis.report.sentences import opening, sentences
from analysis.session import Session, encode
from analysis.tagging import LABELS, MEANING

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["View", "library", "line", "message", "session", "updated"]

PIECES = 40
"""Pieces of the page that are sent together; a line is one."""


def library(rows: Sequence[Listed]) -> str:
    """The list of sessions, the latest first."""
    return _templates().get_template("library.html.j2").render(rows=list(rows)[::-1])


def session(view: View, trouble: str | None, undo: str | None) -> Iterator[str]:
    """The page of one session, piece by piece, so that a browser shows the beginning of a long talk at once.

    `trouble` says why it has no sound.
    """
    told = {**facts(view.session), "trouble": trouble, "sound": trouble is None, "edit": True, "undo": undo}
    pieces = _templates().get_template("session.html.j2").stream(told, token=view.token)
    pieces.enable_buffering(PIECES)
    return iter(pieces)


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


class View:
    """What a page shows of one state of a session; each part is made when it is first needed, and kept."""

    def __init__(self, session: Session, sound: bool = True) -> None:
        self.session = session
        self.sound = sound

    @cached_property
    def token(self) -> str:
        """Differs from that of any other state."""
        return blake2b(encode(self.session), digest_size=12).hexdigest()

    @cached_property
    def rows(self) -> list[Row | Beside]:
        """The transcript."""
        return list(rows(self.session))

    @cached_property
    def chart(self) -> dict[str, Any]:
        """What the chart shows."""
        return chart(self.session)

    @cached_property
    def sections(self) -> dict[str, str]:
        """The parts of the page that may change, by the id of their place."""
        part, session, sound = _parts(), self.session, self.sound
        episodes = [(episode, episode_told(session, episode)) for episode in session.episodes]
        return {
            "part-short": str(part.short(session, opening(session), findings(session), sound)),
            "part-rises": str(part.rises(session, episodes, sound)),
            "part-passed": str(part.passed(exchanges(session), sound)),
            "part-met": str(part.answered(met(session), sound)),
            "part-floor": str(part.floor(session, sentences(session), ledger(session), sound)),
            "part-names": _templates().get_template("names.html.j2").render(session=session),
        }


def updated(before: View, after: View, undo: str | None) -> dict[str, Any]:
    """What the page has to put in the place of what it shows: lines by id or the whole talk, sections, the chart."""
    title = heading(after.session)
    whole = [row.id for row in before.rows] != [row.id for row in after.rows]
    changed = [new for old, new in zip(before.rows, after.rows, strict=False) if old != new]
    return {
        "title": title if title != heading(before.session) else None,
        "lines": {} if whole else {str(row.id): _line(row, after.sound) for row in changed},
        "talk": _talk(after) if whole else None,
        "sections": {place: html for place, html in after.sections.items() if html != before.sections[place]},
        "chart": after.chart if after.chart != before.chart else None,
        "undo": undo,
        "token": after.token,
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
            "parts": [{"name": name, "weight": weight, "value": getattr(curve, name)} for name, weight in PARTS],
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


def _talk(view: View) -> str:
    return environment().get_template("talk.html.j2").render(rows=view.rows, sound=view.sound, edit=True)


def _line(row: Row | Beside, sound: bool) -> str:
    return str(_parts().line(row, sound, True))


@cache
def _parts() -> Any:
    return environment().get_template("parts.html.j2").module


@cache
def _templates() -> Environment:
    from jinja2 import ChoiceLoader, PackageLoader

    return environment().overlay(
        loader=ChoiceLoader([PackageLoader("cli.review", "templates"), PackageLoader("analysis.report", "")])
    )
