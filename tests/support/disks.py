"""Disks that fail: in place of `recorder.tape.Disk`, over real files.

WatchedDisk     counts what is asked of it, and remembers every byte that was ever written
FailingDisk     the n-th thing asked of it fails, or it writes only a few bytes at a time
PowerCutDisk    knows what was synced; `cut` leaves on the real disk what a power cut might
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

from recorder.tape import Disk

SECTOR = 512


class WatchedDisk(Disk):
    """Works like the real one, counts the operations and keeps every write: (path, offset, bytes)."""

    def __init__(self) -> None:
        self.count = 0
        self.written: list[tuple[Path, int, bytes]] = []
        self.paths: dict[int, Path] = {}

    def step(self, name: str) -> None:
        """Comes before every operation."""
        self.count += 1

    def create(self, path: Path) -> int:
        self.step("create")
        handle = super().create(path)
        self.paths[handle] = path
        return handle

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        self.step("write")
        written = super().write(handle, data, offset)
        self.written.append((self.paths[handle], offset, bytes(data[:written])))
        return written

    def sync(self, handle: int) -> None:
        self.step("sync")
        super().sync(handle)

    def truncate(self, handle: int, size: int) -> None:
        self.step("truncate")
        super().truncate(handle, size)

    def unlink(self, path: Path) -> None:
        self.step("unlink")
        super().unlink(path)

    def sync_folder(self, path: Path) -> None:
        self.step("sync_folder")
        super().sync_folder(path)


class FailingDisk(WatchedDisk):
    """The operations from `first` to `last` (counted from 1) raise an OSError with this number.

    A write that fails has written a part of its bytes, as real ones do. With `most`, every write takes at most that
    many bytes.
    """

    def __init__(self, first: int, error: int, last: int | None = None, most: int | None = None) -> None:
        super().__init__()
        self.failing = range(first, (last or first) + 1)
        self.error = error
        self.most = most
        self.failed: list[str] = []

    def step(self, name: str) -> None:
        super().step(name)
        if self.count in self.failing:
            self.failed.append(name)
            raise OSError(self.error, os.strerror(self.error))

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        if self.count + 1 in self.failing:
            part = data[: len(data) // 2]
            os.pwrite(handle, part, offset)
            self.written.append((self.paths[handle], offset, bytes(part)))
        return super().write(handle, data[: self.most], offset)


class PowerCut(BaseException):
    """The power is gone: nothing in the program may catch this and go on."""


class PowerCutDisk(WatchedDisk):
    """The power fails instead of the n-th operation; from then on nothing works.

    The real files are written all along. What they would hold after the cut is worked out from what was synced: of
    each later write any sectors, a later cut or not, and a new name only perhaps if its folder was not synced.
    """

    def __init__(self, n: int, seed: int = 0) -> None:
        super().__init__()
        self.n = n
        self.random = random.Random(seed)
        self.durable: dict[Path, bytearray] = {}
        self.later: dict[Path, list[Callable[[bytearray], None]]] = {}
        self.unnamed: set[Path] = set()
        self.removed: set[Path] = set()

    def step(self, name: str) -> None:
        if self.count + 1 >= self.n:
            raise PowerCut(name)
        super().step(name)

    def create(self, path: Path) -> int:
        handle = super().create(path)
        self.durable[path], self.later[path] = bytearray(), []
        self.unnamed.add(path)
        return handle

    def write(self, handle: int, data: bytes | memoryview, offset: int) -> int:
        whole = bytes(data)
        if self.count + 1 >= self.n:  # the power fails while this is under way
            self.later[self.paths[handle]].append(lambda content: self.tear(content, whole, offset))
        written = super().write(handle, data, offset)
        self.later[self.paths[handle]].append(lambda content: self.tear(content, whole[:written], offset))
        return written

    def sync(self, handle: int) -> None:
        super().sync(handle)
        path = self.paths[handle]
        self.durable[path], self.later[path] = bytearray(path.read_bytes()), []

    def truncate(self, handle: int, size: int) -> None:
        super().truncate(handle, size)
        self.later[self.paths[handle]].append(lambda content: self.shorten(content, size))

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self.removed.add(path)

    def sync_folder(self, path: Path) -> None:
        super().sync_folder(path)
        self.unnamed = {name for name in self.unnamed if name.parent != path}
        for name in [name for name in self.removed if name.parent == path]:
            del self.durable[name]
        self.removed = {name for name in self.removed if name.parent != path}

    def cut(self) -> None:
        """Make the real files what they are after the power cut."""
        for path, content in self.durable.items():
            for change in self.later[path]:
                change(content)
            path.unlink(missing_ok=True)
            if path not in self.unnamed or self.random.random() < 0.5:
                path.write_bytes(content)

    def tear(self, content: bytearray, data: bytes, offset: int) -> None:
        """Let some of the sectors of this write reach the disk; the file may or may not have become longer."""
        size = len(content)
        grown = self.random.choice([size, max(size, offset + self.random.randint(0, len(data)))])
        content += bytes(max(0, grown - size))
        for start in range(offset - offset % SECTOR, offset + len(data), SECTOR):
            first, last = max(start, offset), min(start + SECTOR, offset + len(data), len(content))
            if first < last and self.random.random() < 0.5:
                content[first:last] = data[first - offset : last - offset]

    def shorten(self, content: bytearray, size: int) -> None:
        """Let the file be cut back, or not."""
        if self.random.random() < 0.5:
            del content[size:]
