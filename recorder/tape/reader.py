"""Reading a tape, whole or damaged, ended or cut off, or while another process writes it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from recorder.errors import TapeError
from recorder.frames import RATE, End, Frame, Head, Mark, Sound, Strike
from recorder.tape.sealing import (
    FIRST_FRAME,
    Seal,
    SealedSound,
    SealedStrike,
    Wire,
    kept,
    spans_of,
    struck,
    unpack,
    walk,
)
from recorder.tape.writer import FOLDER

if TYPE_CHECKING:
    from recorder.frames import Samples

__all__ = ["Follower", "Survey", "Tape", "reading", "tapes", "timeline"]

GAP = RATE // 100
"""Samples without sound from which on a survey speaks of a gap: 10 ms."""


@dataclass(frozen=True)
class Survey:
    """What is on a tape, without its sound; all times in seconds."""

    duration: float
    """Of the timeline, up to the last frame."""
    kept: float
    """Of sound."""
    complete: bool
    """Whether the recording was ended properly, for `reason`."""
    reason: str | None
    marks: tuple[Mark, ...]
    strikes: tuple[Strike, ...]
    gaps: tuple[tuple[float, float], ...]
    """Stretches of at least 10 ms without sound, for whatever reason."""
    damage: tuple[str, ...]
    """What is not as it was written, a sentence each. An unfinished tape may break off within a frame: no damage."""


@dataclass(frozen=True)
class Tape:
    """A tape that can be read, as often as wanted; no file stays open. Made by `Tape.open`."""

    path: Path
    head: Head
    seal: Seal = field(repr=False)

    @classmethod
    def open(cls, path: Path, key: bytes) -> Self:
        """The tape in this file, to be read with the 32 bytes of the library key.

        Raises
        ------
        TapeError
            If it is missing or no tape, of another library, of a newer version, or damaged at its very beginning.
        """
        with reading(path) as file:
            seal = Seal.read(file.read(FIRST_FRAME), key, path)
            for found in walk(file, seal):
                if isinstance(found.frame, Head):
                    return cls(path, found.frame, seal)
                if found.seq > 1:
                    break
        raise TapeError(f"{path} has no head: the recording broke off before it began, or both copies are damaged")

    @property
    def id(self) -> str:
        """The tape's id, 32 hexadecimal digits, whatever the file is called."""
        return self.seal.id

    def frames(self) -> Iterator[Sound | Mark | Strike | End]:
        """Everything after the head that verifies and was not struck, in order.

        Raises
        ------
        TapeError
            If the file cannot be read any more.
        """
        for frame in self._sealed():
            if not isinstance(frame, Head):
                yield _plain(frame)

    def sound(self) -> Iterator[Samples]:
        """The whole timeline from 0 to `Survey.duration`, zeros where there is no sound.

        Yields
        ------
        Blocks of at most a second: int16, shape (samples, channels).
        """
        return timeline(self.frames(), self.head.channels)

    def survey(self) -> Survey:
        """What is on the tape; quick, because no sound is decoded."""
        damage: list[str] = []
        events: list[Mark | SealedStrike | End] = []
        gaps: list[tuple[float, float]] = []
        heard = last = count = 0
        for frame in self._sealed(damage):
            last = max(last, _reach(frame))
            if isinstance(frame, SealedSound):
                gaps += _gap(heard, frame.at)
                heard, count = frame.end, count + frame.count
            elif not isinstance(frame, Head):
                events.append(frame)
        end = events[-1] if events and isinstance(events[-1], End) else None
        return Survey(
            duration=last / RATE,
            kept=count / RATE,
            complete=end is not None,
            reason=end.reason if end else None,
            marks=tuple(event for event in events if isinstance(event, Mark)),
            strikes=tuple(Strike(start=e.start, end=e.end) for e in events if isinstance(e, SealedStrike)),
            gaps=(*gaps, *_gap(heard, last)),
            damage=tuple(damage),
        )

    def _sealed(self, damage: list[str] | None = None) -> Iterator[Wire]:
        with reading(self.path) as file:
            yield from kept(file, self.seal, [] if damage is None else damage)


class Follower:
    """Reads a tape while another process writes it. It may start at any time, and sees everything from the start on."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._place = FIRST_FRAME  # of the last frame that was read, in bytes
        self._seq = -1

    def read(self) -> list[Frame]:
        """What came since the last call; a frame that is not yet whole comes with a later call.

        What is struck afterwards has been given out already: the `Strike` says what to forget. In the same way a frame
        may have been given out that the writer could not get onto the disk and cut off again.
        """
        return list(self.news())

    def news(self) -> Iterator[Frame]:
        """As `read`, one frame at a time, for the first call may bring hours; to be taken to its end."""
        with reading(self._tape.path) as file:
            size = os.fstat(file.fileno()).st_size
            begin, seen, spans = self._place, self._seq, []
            # From the last frame on, once more: it may have been struck, or cut off and replaced by another.
            for found in walk(file, self._tape.seal, begin):
                if found.end > size:  # came while we read: the frame before it may have been seen half-written
                    break
                self._place = found.offset
                if found.seq > self._seq:
                    self._seq = found.seq
                    spans += spans_of([found])
            last = self._seq
            for found in walk(file, self._tape.seal, begin):
                if found.seq > last or found.offset > self._place:
                    break
                if found.seq > seen:
                    seen = found.seq
                    if not (isinstance(found.frame, Head) or struck(found.seq, spans)):
                        yield _plain(found.frame)


def timeline(frames: Iterable[Frame], channels: int) -> Iterator[Samples]:
    """The sound of these frames from 0 to as far as any of them reaches, zeros where there is no sound.

    Yields
    ------
    Blocks of at most a second: int16, shape (samples, channels).
    """
    import numpy as np

    def silence(until: int) -> Iterator[Samples]:
        for start in range(place, until, RATE):
            yield np.zeros((min(RATE, until - start), channels), np.int16)

    place = last = 0
    for frame in frames:
        last = max(last, _reach(frame))
        if isinstance(frame, Sound):
            yield from silence(frame.at)
            yield frame.samples
            place = frame.end
    yield from silence(last)


def tapes(library: Path) -> tuple[Path, ...]:
    """The tapes of this library, by id."""
    return tuple(sorted((library / FOLDER).glob("*.tape")))


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The open file; a `TapeError` of one line where it cannot be read."""
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise TapeError(f"{path} is missing: see `lens recover`, or put it back from a backup") from None
    except OSError as error:
        raise TapeError(f"{path} cannot be read ({error.strerror}): check the disk, and who owns the file") from None


def _plain(frame: SealedSound | Mark | SealedStrike | End) -> Sound | Mark | Strike | End:
    if isinstance(frame, SealedSound):
        return unpack(frame)
    return Strike(start=frame.start, end=frame.end) if isinstance(frame, SealedStrike) else frame


def _reach(frame: Wire | Frame) -> int:
    """How far on the timeline we know of once we have seen this frame."""
    if isinstance(frame, Sound | SealedSound):
        return frame.end
    return frame.at if isinstance(frame, Mark | End) else 0


def _gap(start: int, end: int) -> tuple[tuple[float, float], ...]:
    return ((start / RATE, end / RATE),) if end - start >= GAP else ()
