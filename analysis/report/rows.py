"""The transcript as pages show it: each line with its words, its tags and their reasons, what happened in between, and
what the two wrote beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Literal

from analysis.report.about import place
from analysis.report.sentences import voice_note
from analysis.report.wording import clock, named, reason
from analysis.session import Session, Tag, Utterance, spaced
from analysis.tagging import DEFENSIVE, HEALING, MEANING, TURNING_AWAY

__all__ = ["Beside", "Label", "Piece", "Row", "direction", "labels", "rows"]

Direction = Literal["away", "towards", "open"]


@dataclass(frozen=True)
class Piece:
    """A run of words that look alike."""

    text: str
    marked: bool
    supported: bool
    doubts: str
    """Why it is not supported."""


@dataclass(frozen=True)
class Label:
    """A tag as it is shown."""

    label: str
    shown: str
    """With "perhaps" where it is more probably wrong than right, and with what a person said of it."""
    direction: Direction
    meaning: str
    ground: str
    reviewed: str | None


@dataclass(frozen=True)
class Row:
    """One line of the transcript."""

    id: str
    start: float
    end: float
    at: str
    name: str
    side: int
    """0 or 1 for the two, 2 for anybody else."""
    pieces: tuple[Piece, ...]
    labels: tuple[Label, ...]
    voice: str


@dataclass(frozen=True)
class Beside:
    """What happened to the recording at this place of the transcript, or a note that one of the two wrote there."""

    at: str
    start: float
    text: str
    kind: Literal["happened", "note", "private note"] = "happened"
    id: str | None = None
    """Of the note."""


def rows(session: Session) -> Iterator[Row | Beside]:
    """The transcript: the utterances, and what stands between them, in the order of time."""
    beside = [Beside(clock(mark.start), mark.start, text) for mark in session.marks if (text := place(mark))]
    beside += [
        Beside(clock(note.at), note.at, note.text, "private note" if note.private else "note", note.id)
        for note in session.written
    ]
    lines = (_row(session, utterance) for utterance in session.utterances)
    return merge(lines, sorted(beside, key=_start), key=_start)


def _start(row: Row | Beside) -> float:
    return row.start


def labels(tags: Sequence[Tag]) -> tuple[Label, ...]:
    """The tags as they are shown."""
    return tuple(
        Label(tag.label, named(tag), direction(tag.label), MEANING[tag.label], _ground(tag), tag.reviewed)
        for tag in tags
    )


def direction(label: str) -> Direction:
    """Whether a tag turns away, turns towards, or neither."""
    if label in TURNING_AWAY:
        return "away"
    return "towards" if label in HEALING else "open"


def _row(session: Session, utterance: Utterance) -> Row:
    couple = [participant.id for participant in session.couple]
    return Row(
        id=utterance.id,
        start=utterance.start,
        end=utterance.end,
        at=clock(utterance.start),
        name=session.name(utterance.speaker),
        side=couple.index(utterance.speaker) % 2 if utterance.speaker in couple else 2,
        pieces=_pieces(session, utterance),
        labels=labels(utterance.live_tags),
        voice=voice_note(utterance),
    )


def _pieces(session: Session, utterance: Utterance) -> tuple[Piece, ...]:
    """The words in runs; those that a tag rests on are marked."""
    glue = " " if spaced(session.language) else ""
    words = session.words[slice(*utterance.words)]
    if not utterance.live_tags and all(word.supported for word in words):
        return (Piece(glue.join(word.text for word in words), False, True, ""),)
    runs: list[tuple[list[str], bool, bool, str]] = []
    for word in words:
        middle = (word.start + word.end) / 2
        marked = any(tag.evidence.start <= middle <= tag.evidence.end for tag in utterance.live_tags)
        looks = (marked, word.supported, "; ".join(word.doubts))
        if not runs or runs[-1][1:] != looks:
            runs.append(([], *looks))
        runs[-1][0].append(word.text)
    return tuple(Piece(glue.join(texts), marked, supported, doubts) for texts, marked, supported, doubts in runs)


def _ground(tag: Tag) -> str:
    kind = "(a kind of defensiveness) " if tag.label in DEFENSIVE else ""
    return f"{kind}{reason(tag)}"
