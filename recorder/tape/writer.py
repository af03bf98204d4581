"""Writing a tape: every frame is on the disk when the call returns, and what is struck is overwritten."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from recorder.errors import RecordingError
from recorder.frames import RATE, End, Head, Mark, Sound, Strike
from recorder.tape.disk import DISK, FULL, Disk, TapeFull, reserve, write, zero
from recorder.tape.sealing import Seal, SealedStrike, Span, Wire, pack

__all__ = ["FOLDER", "Writer", "path_of"]

FOLDER = "tapes"
RESERVE_BYTES = 1 << 16


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
    def create(cls, library: Path, key: bytes, head: Head, disk: Disk = DISK) -> Self:
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
        path = path_of(library, seal.id)
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
            handle = self._disk.create(reserve(self.path))
            try:
                # Random: a file system that compresses would keep nothing free for zeros.
                write(self._disk, handle, os.urandom(RESERVE_BYTES), 0)
                self._disk.sync(handle)
            finally:
                self._disk.close(handle)
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
            write(self._disk, handle, data, self.size)
            self._disk.sync(handle)
        except OSError as error:
            with suppress(OSError):  # what stays does not verify, and the next frame is written over it
                self._disk.truncate(handle, self.size)
            if error.errno in FULL:
                raise TapeFull(error.errno, error.strerror, str(self.path)) from None
            raise
        self.size += len(data)

    def _wipe(self) -> None:
        """Overwrite what was struck; what fails is left for the next time."""
        while self._unwiped:
            zero(self._disk, self._opened(), *self._unwiped[-1])
            self._unwiped.pop()

    def _release(self) -> None:
        self._reserved = False
        with suppress(OSError):  # a file of random bytes stays; `finish_strikes` and `shred` remove it
            self._disk.unlink(reserve(self.path))

    def _opened(self) -> int:
        if self._handle is None:
            raise ValueError("this tape is closed, and is never opened again: begin another one with Writer.create")
        return self._handle


def path_of(library: Path, id: str) -> Path:
    """Where the tape with this id lies in a library, or would lie."""
    return library / FOLDER / f"{id}.tape"


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
