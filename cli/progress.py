"""Progress bars on standard error: one per stage, with the time left and how fast it goes.

Speed is the *real-time factor*: seconds of work per second of sound, so 0.20 means that an hour of talk takes 12
minutes. Without a terminal there is one line per stage and minute of work at most.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress"]

NAMES = {
    "words": "writing down",
    "voices": "telling voices apart",
    "frames": "measuring the sound",
    "reading": "reading the words",
}
QUIET_FOR = 60.0


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float, float, float], None]]:
    """A function to be called with (stage, seconds done, seconds in all, seconds done by an earlier run)."""
    if quiet:
        yield lambda stage, done, total, already: None
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        yield _lines()


def _bars() -> Iterator[Callable[[str, float, float, float], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:22}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[speed]:>14}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}
        speed = _speed()

        def advance(stage: str, done: float, total: float, already: float) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(NAMES.get(stage, stage), total=total, speed="")
            bars.update(tasks[stage], completed=min(done, total), speed=speed(stage, done - already))

        yield advance


def _lines() -> Callable[[str, float, float, float], None]:
    speed = _speed()
    told: dict[str, float] = {}

    def advance(stage: str, done: float, total: float, already: float) -> None:
        now = time.monotonic()
        if done < total - 0.05 and now - told.get(stage, -QUIET_FOR) < QUIET_FOR:
            return
        told[stage] = now
        share = min(1.0, done / total) if total else 1.0
        print(
            f"{NAMES.get(stage, stage)}: {share:.0%} {speed(stage, done - already)}".rstrip(),
            file=sys.stderr,
            flush=True,
        )

    return advance


def _speed() -> Callable[[str, float], str]:
    """The real-time factor of each stage, over the seconds of sound that this run has behind it."""
    begun: dict[str, float] = {}

    def speed(stage: str, heard: float) -> str:
        now = time.monotonic()
        began = begun.setdefault(stage, now)
        return f"{(now - began) / heard:.2f} x real time" if heard > 0 else ""

    return speed
