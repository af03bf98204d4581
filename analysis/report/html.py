"""The report as one HTML file: sentences, the curve, the transcript with tags. No script, nothing fetched.

The chart is SVG that we draw ourselves: one line, three shaded parts, two lanes of speech, all on one time axis.
Everything that people said goes through Jinja's escaping.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.escalation.curve import FLOOR, VOICE, WORDS
from analysis.report.about import about, consent, place
from analysis.report.findings import sentences, voice_note
from analysis.report.met import met
from analysis.report.wording import clock, named, reason
from analysis.session import Curve, Session, Tag, Utterance, spaced
from analysis.tagging import DEFENSIVE, HEALING, MEANING, TURNING_AWAY

__all__ = ["html"]

WIDTH, HEIGHT = 960.0, 180.0
LANE = 14.0


@dataclass(frozen=True)
class _Chart:
    """Ready-made SVG coordinates; the template only writes them down."""

    height: float
    line: str
    parts: Sequence[tuple[str, str]]
    episodes: Sequence[tuple[float, float, str]]
    ticks: Sequence[tuple[float, str]]
    lanes: Sequence[tuple[str, float, Sequence[tuple[float, float]]]]
    unheard: Sequence[tuple[float, float]]
    """Where each stretch without sound begins, and its width."""


def html(session: Session) -> str:
    """The whole report as one self-contained page."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("analysis.report", ""), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template("session.html.j2")
    return template.render(
        session=session,
        sentences=sentences(session),
        chart=_chart(session),
        consent=consent(session),
        about=about(session),
        rows=_rows(session),
        met=met(session),
        clock=clock,
        width=WIDTH,
        height=HEIGHT,
        lane=LANE,
    )


@dataclass(frozen=True)
class _Piece:
    """A run of words that look alike."""

    text: str
    marked: bool
    supported: bool
    doubts: str
    """Why it is not supported."""


@dataclass(frozen=True)
class _Row:
    """One line of the transcript."""

    id: str
    at: str
    name: str
    side: int
    pieces: Sequence[_Piece]
    tags: Sequence[tuple[str, str, str, str]]
    """Label, direction, meaning, ground."""
    voice: str


@dataclass(frozen=True)
class _Note:
    """What happened to the recording at this place of the transcript."""

    at: str
    text: str


def _rows(session: Session) -> list[_Row | _Note]:
    """The transcript: the utterances, and what happened to the recording between them."""
    rows: list[tuple[float, _Row | _Note]] = [(u.start, _row(session, u)) for u in session.utterances]
    rows += [(mark.start, _Note(clock(mark.start), text)) for mark in session.marks if (text := place(mark))]
    return [row for _, row in sorted(rows, key=lambda row: row[0])]


def _row(session: Session, utterance: Utterance) -> _Row:
    speakers = [participant.id for participant in session.participants]
    tags = utterance.live_tags
    return _Row(
        id=utterance.id,
        at=clock(utterance.start),
        name=session.name(utterance.speaker),
        side=speakers.index(utterance.speaker) % 2 if utterance.speaker in speakers else 2,
        pieces=_pieces(session, utterance, tags),
        tags=[(named(t), _direction(t.label), MEANING[t.label], _ground(t)) for t in tags],
        voice=voice_note(utterance),
    )


def _pieces(session: Session, utterance: Utterance, tags: Sequence[Tag]) -> list[_Piece]:
    """The words in runs; those that a tag rests on are marked."""
    glue = " " if spaced(session.language) else ""
    runs: list[tuple[list[str], bool, bool, str]] = []
    for word in session.words[slice(*utterance.words)]:
        middle = (word.start + word.end) / 2
        marked = any(tag.evidence.start <= middle <= tag.evidence.end for tag in tags)
        looks = (marked, word.supported, "; ".join(word.doubts))
        if not runs or runs[-1][1:] != looks:
            runs.append(([], *looks))
        runs[-1][0].append(word.text)
    return [_Piece(glue.join(texts), marked, supported, doubts) for texts, marked, supported, doubts in runs]


def _direction(label: str) -> str:
    if label in TURNING_AWAY:
        return "away"
    return "towards" if label in HEALING else "open"


def _ground(tag: Tag) -> str:
    kind = " (a kind of defensiveness)" if tag.label in DEFENSIVE else ""
    return f"{kind} {reason(tag)}".strip()


def _chart(session: Session) -> _Chart | None:
    curve = session.escalation
    if curve is None or len(curve.value) < 2:
        return None
    scale = WIDTH / max(session.duration, curve.step)
    names = [(p.id, p.name) for p in session.participants]
    lanes = [
        (
            name,
            HEIGHT + 8 + k * (LANE + 4),
            [(t.start * scale, max(1.0, t.duration * scale)) for t in session.turns if t.speaker == id],
        )
        for k, (id, name) in enumerate(names)
    ]
    return _Chart(
        height=HEIGHT + 8 + len(lanes) * (LANE + 4) + 22,
        line=_points(curve.value, curve, scale),
        parts=_stacked(curve, scale),
        episodes=[
            (e.start * scale, (e.end - e.start) * scale, f"heated up {clock(e.start)} to {clock(e.end)}")
            for e in session.episodes
        ],
        ticks=_ticks(session.duration, scale),
        lanes=lanes,
        unheard=[(start * scale, (end - start) * scale) for start, end in session.unheard],
    )


def _points(values: Sequence[float], curve: Curve, scale: float) -> str:
    return " ".join(
        f"{(k + 0.5) * curve.step * scale:.1f},{HEIGHT * (1 - value):.1f}" for k, value in enumerate(values)
    )


def _stacked(curve: Curve, scale: float) -> list[tuple[str, str]]:
    """One polygon for each part, standing on the one before, so that the topmost edge is the line itself."""
    floor = [0.0] * len(curve.value)
    polygons = []
    for name, weight, values in (
        ("voice", VOICE, curve.voice),
        ("words", WORDS, curve.words),
        ("floor", FLOOR, curve.floor),
    ):
        top = [below + weight * value for below, value in zip(floor, values, strict=True)]
        back = " ".join(reversed(_points(floor, curve, scale).split(" ")))
        polygons.append((name, f"{_points(top, curve, scale)} {back}"))
        floor = top
    return polygons


def _ticks(duration: float, scale: float) -> list[tuple[float, str]]:
    """About eight round times along the axis."""
    steps = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    step = next((s for s in steps if duration / s <= 8), steps[-1])
    return [(k * step * scale, clock(k * step)) for k in range(int(duration // step) + 1)]
