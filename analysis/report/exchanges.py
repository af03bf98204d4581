"""What passed between the two: tagged lines that follow each other, and the overlaps by kind.

Tags are told as what one line did after another, never as a person's sum: who counts is nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.report.rows import Label, labels
from analysis.report.wording import clock
from analysis.session import OverlapKind, Session, Utterance

__all__ = ["Exchange", "Step", "Together", "exchanges", "ledger"]

APART = 20.0
"""Seconds between two tagged lines after which the second answers something else."""

OVERLAPS: dict[OverlapKind, str] = {
    "continuer": "a small “mm-hm” or “yeah” while the other goes on",
    "collaborative completion": "finishing the other’s sentence with them",
    "choral": "saying the same at once",
    "terminal": "coming in at the very end of the other’s turn",
    "competitive": "both go on until one of you stops",
    "unclear": "cannot be told",
}


@dataclass(frozen=True)
class Step:
    """A line in an exchange: who, and what it did."""

    id: str
    name: str
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Exchange:
    """Tagged lines of both that follow each other."""

    start: float
    end: float
    at: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Together:
    """The overlaps of one kind."""

    kind: str
    meaning: str
    spans: tuple[tuple[str, float, float], ...]
    """When: as a clock shows it, and from and to which second it can be heard."""


def exchanges(session: Session) -> list[Exchange]:
    """The exchanges of a session, in the order of time; only those in which both have a tagged line."""
    tagged = [u for u in session.utterances if u.live_tags and u.speaker is not None and u.speaker not in session.aside]
    groups: list[list[Utterance]] = []
    for line in tagged:
        if not groups or line.start - groups[-1][-1].end > APART:
            groups.append([])
        groups[-1].append(line)
    return [_exchange(session, group) for group in groups if len({line.speaker for line in group}) > 1]


def _exchange(session: Session, lines: Sequence[Utterance]) -> Exchange:
    steps = tuple(Step(line.id, session.name(line.speaker), labels(line.live_tags)) for line in lines)
    return Exchange(lines[0].start, lines[-1].end, clock(lines[0].start), steps)


def ledger(session: Session) -> list[Together]:
    """The overlaps by kind, from those that carry the talk to those that contest the floor."""
    return [
        Together(kind, meaning, tuple((clock(o.start), max(0.0, o.start - 1), o.end + 1) for o in found))
        for kind, meaning in OVERLAPS.items()
        if (found := [overlap for overlap in session.overlaps if overlap.kind == kind])
    ]
