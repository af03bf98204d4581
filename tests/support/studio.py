"""A recording without a microphone, on clocks of our own: hours pass in seconds, and every fault can be played.

A `Script` is an inbox that was written beforehand. Taking an item from it sets the clocks to the moment of that item,
so the recording lives in the time of the script. The tape is a real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from recorder.capture import Block
from recorder.consent import Agreement
from recorder.frames import RATE, Head, Sound
from recorder.recording import Inbox, Recording
from recorder.state import Command, Do, State
from recorder.tape import Disk, Tape, Writer
from recorder.watchdog import Instant, Source

KEY = bytes(range(32))
NAMES = ("Maya", "Jonas")
BLOCK = 1200
"""Samples in a block: 25 ms, as PulseAudio gives them."""


def head(channels: int = 1) -> Head:
    """The head of a tape on which both agreed."""
    agreement = Agreement(by=NAMES, at="2026-11-23T20:14:58+01:00")
    return Head(
        started_at="2026-11-23T20:15:00+01:00",
        agreement=agreement,
        microphone="Built-in",
        channels=2 if channels == 2 else 1,
        program="conversation-lens test",
    )


def numbered(start: int, count: int, channels: int = 1) -> np.ndarray:
    """Samples that say where they are: a ramp without zeros, shape (count, channels), int16."""
    ramp = (np.arange(start, start + count) % 30_000 + 1).astype(np.int16)
    return np.stack([ramp, -ramp][:channels], axis=1)


class Script(Inbox):
    """What comes in, in order; the clocks follow it. Also stands in for the ears and for the operating system."""

    def __init__(self, channels: int = 1, drift: float = 0.0) -> None:
        super().__init__()
        self.channels = channels
        self.drift = drift
        self.alive = True
        self.reopened = 0
        self.source: Source | None = None
        self.hours = 40.0
        self.visible = "screen"
        self.clock = Instant(ticking=1000.0, elapsed=5000.0, wall=1_700_000_000.0)
        self.heard = 0
        self.states: list[State] = []
        self._items: Iterator[Block | Command | None] = iter(())

    def reopen(self) -> None:
        """As the ears' own."""
        self.reopened += 1

    def pass_time(self, seconds: float, asleep: float = 0.0, wall: float = 0.0) -> None:
        """Time goes by; `asleep` only for those clocks that do not stand still in sleep, `wall` only on the wall."""
        c = self.clock
        self.clock = Instant(c.ticking + seconds, c.elapsed + seconds + asleep, c.wall + seconds + asleep + wall)

    def sound(self, seconds: float, first: bool = False, samples: np.ndarray | None = None) -> Iterator[Block]:
        """Blocks of numbered samples (or of the given ones), in their own time."""
        for k in range(round(seconds * RATE / BLOCK)):
            self.pass_time(BLOCK / RATE * (1 + self.drift))
            block = numbered(self.heard, BLOCK, self.channels) if samples is None else samples[:BLOCK]
            self.heard += BLOCK
            yield Block(block, self.clock, self.heard / RATE, first=first and k == 0)

    def quiet(self, seconds: float) -> Iterator[None]:
        """Nothing comes."""
        for _ in range(round(seconds / 0.1)):
            self.pass_time(0.1)
            yield None

    def do(self, what: Do, text: str = "", minutes: float = 0.0) -> Iterator[Command]:
        """Somebody presses a key."""
        yield Command(do=what, text=text, minutes=minutes)

    def agreed(self) -> Iterator[Block | Command]:
        """Both say yes aloud, a second each."""
        yield from self.sound(1, first=True)
        yield from self.do("yes")
        yield from self.sound(1)
        yield from self.do("yes")

    def take(self, timeout: float) -> Block | Command | None:
        """As `Inbox.take`."""
        return next(self._items)

    def play(
        self, library: Path, items: Iterator[Block | Command | None], disk: Disk | None = None, key: bytes = KEY
    ) -> State:
        """Record what `items` brings; the last state. All states are kept in `states`, the tape's path in `path`."""
        self._items = items
        tape = Writer.create(library, key, head(self.channels), *([disk] if disk else []))
        self.path = tape.path
        recording = Recording(
            tape,
            NAMES,
            self.channels,
            "Built-in",
            self,
            source=lambda: self.source,
            now=lambda: self.clock,
            free_hours=lambda: self.hours,
            visible=lambda: self.visible,  # type: ignore[arg-type,return-value]
        )
        return recording.run(self, self.states.append)


def timeline(path: Path) -> np.ndarray:
    """The whole sound of a tape, shape (samples, channels)."""
    return np.concatenate([np.zeros((0, Tape.open(path, KEY).head.channels), np.int16), *Tape.open(path, KEY).sound()])


def last_heard(path: Path) -> float:
    """When the last sample of a tape was heard, by the wall clock."""
    sounds = [frame for frame in Tape.open(path, KEY).frames() if isinstance(frame, Sound)]
    return sounds[-1].wall + len(sounds[-1].samples) / RATE
