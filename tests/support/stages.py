"""Stages for tests of the workers: they leave a line for each window that they are given."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.audio import Window
from recorder.errors import SoundError


@dataclass(frozen=True)
class Noting:
    """Notes each window in a file; its result is the window's index."""

    notes: Path

    name = "noting"

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        def note(window: Window) -> bytes:
            with self.notes.open("a") as file:
                file.write(f"{window.index}\n")
            return str(window.index).encode()

        return note

    def finish(self, windows: Mapping[int, bytes]) -> list[str]:
        return [windows[index].decode() for index in sorted(windows)]


@dataclass(frozen=True)
class Digesting:
    """Its result is where the window lies, and a digest of all that it holds; says how nice it is, too."""

    name: str
    takes: float = 0.0

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        def digest(window: Window) -> bytes:
            time.sleep(self.takes)
            return f"{window.start} {window.end} {digest_of(window)}".encode()

        return digest

    def finish(self, windows: Mapping[int, bytes]) -> tuple[list[bytes], int]:
        return [windows[index] for index in sorted(windows)], os.nice(0)


def digest_of(window: Window) -> str:
    """Of every sample in it."""
    parts = [window.samples, window.ahead, *([] if window.channels is None else [window.channels])]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


@dataclass(frozen=True)
class Failing:
    """Fails on its first window, in the way it is told to."""

    how: str

    name = "failing"

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        def fail(window: Window) -> bytes:
            if self.how == "mistake":
                raise SoundError("the sound is too quiet: move nearer")
            if self.how == "killed":
                os.kill(os.getpid(), 9)
            raise ZeroDivisionError("a bug of ours")

        return fail
