"""The sealed tape: what is recorded, encrypted and on the disk before the next second is over.

    Writer     one process appends to it: sound, marks, strikes, and the end
    Tape       anyone with the library key reads it, whole or damaged, ended or cut off
    Follower   another process reads it while it is being written

A tape lies in `<library>/tapes/<id>.tape`; its bytes are `recorder.sealing`'s business and told in
`docs/tape-format.md`. What a crash, a full disk or a power cut can take is the frame that was being written.

Conventions
-----------
- Places on the timeline are whole samples at `RATE` (see `recorder.frames`); a `Survey` speaks in seconds.
- Whatever is appended is on the disk when the call returns.
- The file only ever grows; what was struck is overwritten in place. A frame that could not be written is cut off again.
- A tape is never opened again for appending: what comes after a crash is another tape.
- A tape cannot be read: a `TapeError` of one line. A tape cannot be written: `TapeFull`, or another `OSError`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

from recorder.errors import RecordingError, TapeError
from recorder.frames import RATE, End, Frame, Head, Mark, Sound, Strike
from recorder.sealing import (
    FIRST_FRAME,
    Found,
    Seal,
    SealedSound,
    SealedStrike,
    Span,
    Wire,
    kept,
    pack,
    spans_of,
    struck,
    struck_bytes,
    unpack,
    walk,
)

if TYPE_CHECKING:
    from recorder.frames import Samples

__all__ = ["Disk", "Follower", "Survey", "Tape", "TapeFull", "Writer", "finish_strikes", "shred", "tapes"]

FOLDER = "tapes"
RESERVE_BYTES = 1 << 16
GAP = RATE // 100
"""Samples without sound from which on a survey speaks of a gap: 10 ms."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ZEROS = bytes(1 << 20)


class TapeFull(OSError):
    """The disk is full, the quota used up, or the file as large as may be; nothing was appended, `end` still works."""


class Disk:
    """The few things that a tape asks of the operating system; tests put a failing one in its place."""

    def create(self, path: Path) -> int:
        """A handle of a new file, 0600; FileExistsError if there is one."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        """Write at this offset; the number of bytes written, which may be fewer than there are."""
        os.lseek(handle, offset, os.SEEK_SET)
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        """Return when everything written is on the disk."""
        getattr(os, "fdatasync", os.fsync)(handle)

    def truncate(self, handle: int, size: int) -> None:
        """Cut the file back to this size in bytes."""
        os.ftruncate(handle, size)

    def close(self, handle: int) -> None:
        """Close the handle."""
        os.close(handle)

    def unlink(self, path: Path) -> None:
        """Remove the file; one that is gone is no mistake."""
        path.unlink(missing_ok=True)

    def sync_folder(self, path: Path) -> None:
        """Return when the names in the folder are on the disk."""
        if os.name == "posix":  # Windows needs no such thing
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


_DISK = Disk()


class _Place(NamedTuple):
    """Where a frame that can be struck lies: on the timeline (a mark takes one sample), in the file, in the chain."""

    at: int
    until: int
    offset: int
    end: int
    previous: int
    seq: int


class Writer:
    """Writes one tape; a context manager that closes it, without an `End` frame. Made by `Writer.create`.

    Not for several threads at once.
    """

    def __init__(self, path: Path, seal: Seal, channels: int, disk: Disk) -> None:
        self.id = seal.id
        self.path = path
        self.size = 0
        """Bytes written and kept."""
        self._seal = seal
        self._channels = channels
        self._disk = disk
        self._handle: int | None = disk.create(path)
        self._next = 0
        self._previous = -1
        self._heard = 0  # where the last sound ended
        self._index: list[_Place] = []
        self._unwiped: list[tuple[int, int]] = []  # bytes that were struck, but not yet overwritten
        self._reserved = True

    @classmethod
    def create(cls, library: Path, key: bytes, head: Head, disk: Disk = _DISK) -> Self:
        """Begin a new tape of this library; its head is on the disk when this returns.

        Parameters
        ----------
        library
            The library folder; the tape lies in its folder `tapes`, which is made with mode 0700 if it is missing.
        key
            The 32 bytes of `recorder.keys.Opened.key`.
        head
            Who agreed, and with what is recorded.

        Raises
        ------
        RecordingError
            If it cannot be written there: no permission, a read-only or a full disk.
        """
        seal = Seal.new(key)
        path = library / FOLDER / f"{seal.id}.tape"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            writer = cls(path, seal, head.channels, disk)
            writer._begin(head)
        except OSError as error:
            raise RecordingError(
                f"{path.parent} cannot be written ({error.strerror}): make room there, or choose another --library"
            ) from None
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sound(self, sound: Sound) -> None:
        """Append at most a second of sound.

        Raises
        ------
        TapeFull
            If there is no more room. Nothing was appended; no further sound will be, so that the `End` fits.
        OSError
            If the disk fails in another way. Nothing was appended.
        ValueError
            If it is too long, goes back in time, or has another shape than the tape.
        """
        count, shape = len(sound.samples), (len(sound.samples), self._channels)
        if not 0 < count <= RATE:
            raise ValueError(f"a frame of sound has 1 to {RATE} samples (a second), not {count}: cut it into pieces")
        if sound.samples.shape != shape or sound.samples.dtype != "int16":
            raise ValueError(
                f"this tape takes int16 of shape {shape}, not {sound.samples.dtype} of {sound.samples.shape}"
            )
        if sound.at < self._heard:
            raise ValueError(f"sound at {sound.at} goes back: the tape has sound until {self._heard}")
        if self._handle is not None and not self._reserved:  # what was freed is for the End alone
            raise TapeFull(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._index.append(self._append(pack(sound), sound.at, sound.end))
        self._heard = sound.end

    def mark(self, mark: Mark) -> None:
        """Append a mark; errors as in `sound`."""
        self._index.append(self._append(mark, mark.at, mark.at + 1))

    def strike(self, start: int, end: int) -> Strike:
        """Destroy every frame that overlaps `[start, end)` of the timeline, marks too; the head always stays.

        First a `Strike` frame is appended: from then on nobody is given these frames, even if the power fails. Then
        their bytes are overwritten with zeros.

        Returns
        -------
        The stretch asked for, widened to whole frames.

        Raises
        ------
        TapeFull, OSError
            If the `Strike` frame could not be appended: nothing is struck. Or if the bytes could not be overwritten:
            nobody is given them any more; the next `strike`, `end` or `finish_strikes` tries again.
        """
        widened = [place for place in self._index if _overlap(place, start, end)]
        start = min([start, *(place.at for place in widened)])
        end = max([end, *(place.until for place in widened)])
        spans, stretches = _runs([place for place in self._index if _overlap(place, start, end)])
        self._append_at_last(SealedStrike(start=start, end=end, spans=spans))
        self._index = [place for place in self._index if not _overlap(place, start, end)]
        self._unwiped += stretches
        self._wipe()
        return Strike(start=start, end=end)

    def end(self, end: End) -> None:
        """Append the `End`, for which room is kept on a full disk; close in any case. Errors as in `sound`."""
        try:
            self._append_at_last(end)
            self._wipe()
        finally:
            self.close()

    def close(self) -> None:
        """Close the file as it is; closing twice is fine."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            with suppress(OSError):  # everything on the tape is synced already
                self._disk.close(handle)
            self._release()

    def _begin(self, head: Head) -> None:
        try:
            reserve = self._disk.create(_reserve(self.path))
            try:
                # Random: a file system that compresses would keep nothing free for zeros.
                _write(self._disk, reserve, os.urandom(RESERVE_BYTES), 0)
                self._disk.sync(reserve)
            finally:
                self._disk.close(reserve)
            self._put(self._seal.begin)
            for _ in range(2):  # without a head there is no tape: like the header, it may lose one copy
                self._append(head)
            self._disk.sync_folder(self.path.parent)
            self._disk.sync_folder(self.path.parent.parent)
        except OSError:
            self.close()
            with suppress(OSError):
                self._disk.unlink(self.path)
            raise

    def _append_at_last(self, frame: SealedStrike | End) -> None:
        """Append what must not fail for want of room."""
        try:
            self._append(frame)
        except TapeFull:
            self._release()
            self._append(frame)

    def _append(self, frame: Wire, at: int = 0, until: int = 0) -> _Place:
        # The number is spent even if the write fails: no two plaintexts may ever be sealed under one.
        seq, self._next = self._next, self._next + 1
        offset, previous = self.size, self._previous
        self._put(self._seal.seal(seq, previous, frame))
        self._previous = seq
        return _Place(at, until, offset, self.size, previous, seq)

    def _put(self, data: bytes) -> None:
        handle = self._opened()
        try:
            _write(self._disk, handle, data, self.size)
            self._disk.sync(handle)
        except OSError as error:
            with suppress(OSError):  # what stays does not verify, and the next frame is written over it
                self._disk.truncate(handle, self.size)
            if error.errno in _FULL:
                raise TapeFull(error.errno, error.strerror, str(self.path)) from None
            raise
        self.size += len(data)

    def _wipe(self) -> None:
        """Overwrite what was struck; what fails is left for the next time."""
        while self._unwiped:
            _zero(self._disk, self._opened(), *self._unwiped[-1])
            self._unwiped.pop()

    def _release(self) -> None:
        self._reserved = False
        with suppress(OSError):  # a file of random bytes stays; `finish_strikes` and `shred` remove it
            self._disk.unlink(_reserve(self.path))

    def _opened(self) -> int:
        if self._handle is None:
            raise ValueError("this tape is closed, and is never opened again: begin another one with Writer.create")
        return self._handle


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
    _seal: Seal = field(repr=False)

    @classmethod
    def open(cls, path: Path, key: bytes) -> Self:
        """The tape in this file, to be read with the 32 bytes of the library key.

        Raises
        ------
        TapeError
            If it is missing or no tape, of another library, of a newer version, or damaged at its very beginning.
        """
        with _reading(path) as file:
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
        return self._seal.id

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
        import numpy as np

        def silence(until: int) -> Iterator[Samples]:
            for start in range(place, until, RATE):
                yield np.zeros((min(RATE, until - start), self.head.channels), np.int16)

        place = last = 0
        for frame in self._sealed():
            last = max(last, _reach(frame))
            if isinstance(frame, SealedSound):
                yield from silence(frame.at)
                yield unpack(frame).samples
                place = frame.end
        yield from silence(last)

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
        with _reading(self.path) as file:
            yield from kept(file, self._seal, [] if damage is None else damage)


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
        news: list[Found] = []
        with _reading(self._tape.path) as file:
            size = os.fstat(file.fileno()).st_size
            # From the last frame on, once more: it may have been struck, or cut off and replaced by another.
            for found in walk(file, self._tape._seal, self._place):
                if found.end > size:  # came while we read: the frame before it may have been seen half-written
                    break
                self._place = found.offset
                if found.seq > self._seq:
                    self._seq = found.seq
                    news.append(found)
        spans = spans_of(news)
        return [_plain(new.frame) for new in news if not (isinstance(new.frame, Head) or struck(new.seq, spans))]


def tapes(library: Path) -> tuple[Path, ...]:
    """The tapes of this library, by id."""
    return tuple(sorted((library / FOLDER).glob("*.tape")))


def shred(path: Path) -> None:
    """Destroy a tape, readable or not: overwrite the only copies of its key, then remove the file.

    What a solid-state disk, a file system with snapshots or a backup may keep of it is told in `docs/tape-format.md`.

    Raises
    ------
    TapeError
        If it is missing, or cannot be overwritten or removed.
    """
    with _writing(path) as handle:
        _write(_DISK, handle, os.urandom(FIRST_FRAME), 0)
        _DISK.sync(handle)
    try:
        for name in (path, _reserve(path)):
            _DISK.unlink(name)
        _DISK.sync_folder(path.parent)
    except OSError as error:
        raise TapeError(f"{path} cannot be read any more, but not removed ({error.strerror}): remove it") from None


def finish_strikes(path: Path, key: bytes) -> None:
    """Overwrite what was struck, where a crash or a failing disk left that undone; for tapes that nobody writes.

    Bytes between what is kept and what was struck that do not verify are overwritten too: they may be the rest of it.

    Raises
    ------
    TapeError
        As in `Tape.open`, or if it cannot be overwritten.
    """
    tape = Tape.open(path, key)
    with _reading(path) as file:
        left = [stretch for stretch in struck_bytes(file, tape._seal) if not _is_zero(file, *stretch)]
    if left:
        with _writing(path) as handle:
            for stretch in left:
                _zero(_DISK, handle, *stretch)
    with suppress(OSError):  # of a recorder that was killed; it holds nothing
        _DISK.unlink(_reserve(path))


def _overlap(place: _Place, start: int, end: int) -> bool:
    return max(start, place.at) < min(end, place.until)


def _runs(places: list[_Place]) -> tuple[tuple[Span, ...], list[tuple[int, int]]]:
    """The spans of seqs and the stretches of bytes that these frames take, neighbors joined."""
    spans: list[Span] = []
    stretches: list[tuple[int, int]] = []
    for place in places:
        if stretches and stretches[-1][1] == place.offset:
            spans[-1] = (spans[-1][0], place.seq)
            stretches[-1] = (stretches[-1][0], place.end)
        else:
            spans.append((place.previous, place.seq))
            stretches.append((place.offset, place.end))
    return tuple(spans), stretches


def _plain(frame: SealedSound | Mark | SealedStrike | End) -> Sound | Mark | Strike | End:
    if isinstance(frame, SealedSound):
        return unpack(frame)
    return Strike(start=frame.start, end=frame.end) if isinstance(frame, SealedStrike) else frame


def _reach(frame: Wire) -> int:
    """How far on the timeline we know of once we have seen this frame."""
    if isinstance(frame, SealedSound):
        return frame.end
    return frame.at if isinstance(frame, Mark | End) else 0


def _gap(start: int, end: int) -> tuple[tuple[float, float], ...]:
    return ((start / RATE, end / RATE),) if end - start >= GAP else ()


def _reserve(path: Path) -> Path:
    return path.with_suffix(".reserve")


def _write(disk: Disk, handle: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = disk.write(handle, rest, offset)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        offset, rest = offset + written, rest[written:]


def _zero(disk: Disk, handle: int, start: int, end: int) -> None:
    for offset in range(start, end, len(_ZEROS)):
        _write(disk, handle, _ZEROS[: end - offset], offset)
    disk.sync(handle)


def _is_zero(file: BinaryIO, start: int, end: int) -> bool:
    file.seek(start)
    return not any(file.read(min(len(_ZEROS), end - offset)).strip(b"\0") for offset in range(start, end, len(_ZEROS)))


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise TapeError(f"{path} is missing: see `lens tapes`, or put it back from a backup") from None
    except OSError as error:
        raise TapeError(f"{path} cannot be read ({error.strerror}): check the disk, and who owns the file") from None


@contextmanager
def _writing(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            yield handle
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise TapeError(f"{path} is missing: there is nothing to destroy") from None
    except OSError as error:
        raise TapeError(f"{path} cannot be overwritten ({error.strerror}): check who owns the file") from None
