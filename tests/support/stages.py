"""Stages for tests of the workers: they leave a line for each window that they are given."""

from __future__ import annotations

import os
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
