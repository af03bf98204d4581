"""The curve, its episodes and the lanes of the two as SVG coordinates, all on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.escalation.curve import FLOOR, PACE, VOICE, WORDS
from analysis.report.wording import clock
from analysis.session import Curve, Session

__all__ = ["HEIGHT", "LANE", "PARTS", "WIDTH", "Chart", "chart"]

WIDTH, HEIGHT = 960.0, 180.0
LANE = 14.0
PARTS = (("voice", VOICE), ("words", WORDS), ("floor", FLOOR), ("pace", PACE))
"""The parts of the curve from the bottom up, and their weights."""


@dataclass(frozen=True)
class Chart:
    """Ready-made SVG coordinates; the template only writes them down."""

    height: float
    line: str
    parts: Sequence[tuple[str, str]]
    episodes: Sequence[tuple[float, float, str]]
    ticks: Sequence[tuple[float, str]]
    lanes: Sequence[tuple[str, float, Sequence[tuple[float, float]]]]
    unheard: Sequence[tuple[float, float]]
    """Where each stretch without sound begins, and its width."""


def chart(session: Session) -> Chart | None:
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
    return Chart(
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
    for name, weight in PARTS:
        values = getattr(curve, name) or (0.0,) * len(curve.value)
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
