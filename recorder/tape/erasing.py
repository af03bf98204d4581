"""Destroying: a whole tape with its key, and what a crash left of a stretch that was struck."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from recorder.errors import TapeError
from recorder.tape.disk import DISK, ZEROS, reserve, write, zero
from recorder.tape.reader import Tape, reading
from recorder.tape.sealing import FIRST_FRAME, struck_bytes

__all__ = ["finish_strikes", "shred"]


def shred(path: Path) -> None:
    """Destroy a tape, readable or not: overwrite the only copies of its key, then remove the file.

    What a solid-state disk, a file system with snapshots or a backup may keep of it is told in `docs/tape-format.md`.

    Raises
    ------
    TapeError
        If it is missing, or cannot be overwritten or removed.
    """
    with _writing(path) as handle:
        write(DISK, handle, os.urandom(FIRST_FRAME), 0)
        DISK.sync(handle)
    try:
        for name in (path, reserve(path)):
            DISK.unlink(name)
        DISK.sync_folder(path.parent)
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
    with reading(path) as file:
        left = [stretch for stretch in struck_bytes(file, tape.seal) if not _is_zero(file, *stretch)]
    if left:
        with _writing(path) as handle:
            for stretch in left:
                zero(DISK, handle, *stretch)
    with suppress(OSError):  # of a recorder that was killed; it holds nothing
        DISK.unlink(reserve(path))


def _is_zero(file: BinaryIO, start: int, end: int) -> bool:
    file.seek(start)
    return not any(file.read(min(len(ZEROS), end - offset)).strip(b"\0") for offset in range(start, end, len(ZEROS)))


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
