"""The few things that a tape asks of the operating system, and what becomes of them when the disk says no."""

from __future__ import annotations

import errno
import os
from pathlib import Path

__all__ = ["DISK", "FULL", "ZEROS", "Disk", "TapeFull", "reserve", "write", "zero"]

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
ZEROS = bytes(1 << 20)


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


DISK = Disk()


def reserve(path: Path) -> Path:
    """The file beside a tape that keeps room for its last frames."""
    return path.with_suffix(".reserve")


def write(disk: Disk, handle: int, data: bytes, offset: int) -> None:
    """Write all of it, however many calls that takes."""
    rest = memoryview(data)
    while rest:
        written = disk.write(handle, rest, offset)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        offset, rest = offset + written, rest[written:]


def zero(disk: Disk, handle: int, start: int, end: int) -> None:
    """Overwrite these bytes with zeros, on the disk when this returns."""
    for offset in range(start, end, len(ZEROS)):
        write(disk, handle, ZEROS[: end - offset], offset)
    disk.sync(handle)
