"""A sealed tape as blocks of sound at its own rate.

A tape's time runs on where there is no sound (off the record, struck, missing); there its blocks are zeros. Sound that
is damaged is left out in the same way: everything that verifies is used.

A `Following` is a tape that is still being recorded: its blocks are the very ones that the finished tape will have, and
come as they are recorded. Nobody may go on with sound that was struck since it was read; so whoever reads is stopped
(`Struck`), drops what came of it (`analysis.audio.windows.first_touched`), and begins anew. The tape is only read: no
lock is taken on it, and the recorder knows nothing of who follows.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.session import Audio
from recorder.errors import RecorderLost
from recorder.frames import RATE, End, Frame, Strike

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recorder.tape import Tape

    Samples = NDArray[np.float32]

__all__ = ["Following", "Recording", "Struck", "facts", "opened"]

FULL_SCALE = 32_768.0
POLL_S = 0.25
"""Seconds between two looks at a tape that is being recorded; half a second of sound comes at once."""
PATIENCE_S = 2.0
"""Seconds without anything new after which to ask whether this tape is being recorded at all."""


@dataclass(frozen=True)
class Recording:
    """A sealed tape, and the key of its library: what a process needs to read it. Picklable; never shows the key."""

    path: Path
    key: bytes = field(repr=False)

    def open(self) -> Tape:
        """The tape, ready to be read.

        Raises
        ------
        TapeError
            If it is missing, or cannot be opened with this key.
        """
        from recorder.tape import Tape

        return Tape.open(self.path, self.key)

    def frames(self) -> Iterator[Frame]:
        """What is on the tape, in order. Raises TapeError as `open`."""
        yield from self.open().frames()


class Struck(Exception):
    """Sound was struck from a tape that is being followed; internal, nobody ever sees it.

    Parameters
    ----------
    strikes : tuple of Strike
        All that are on the tape as far as it was read; the last one is new.
    """

    def __init__(self, strikes: tuple[Strike, ...]) -> None:
        super().__init__(strikes)
        self.strikes = strikes

    @property
    def start(self) -> float:
        """Seconds from the start of the recording from which on it is not any more what it was."""
        return self.strikes[-1].start / RATE


@dataclass(frozen=True)
class Following(Recording):
    """A tape that is being recorded, followed to its end.

    `struck` are the strikes on it that are known: of their sound nothing is handed out; another one ends the reading.
    """

    struck: tuple[Strike, ...] = ()

    @property
    def finished(self) -> Recording:
        """The same tape, to be read as it is."""
        return Recording(self.path, self.key)

    @property
    def folder(self) -> Path:
        """The library that it is recorded in."""
        return self.path.parent.parent

    def frames(self, wait: Callable[[float], object] = time.sleep) -> Iterator[Frame]:
        """What is on the tape, and what comes, up to its `End`; calls `wait` with seconds while nothing comes.

        Raises
        ------
        Struck
            At a strike that is not one of `struck`.
        RecorderLost
            If it has no `End` and nobody records it any more: what is on it is `lens recover`'s.
        TapeError
            As `open`, or if it was destroyed meanwhile.
        """
        from recorder.tape import Follower

        follower = Follower(self.open())
        strikes: list[Strike] = []
        quiet = 0.0
        while True:
            # Asked before the last look: what was written until then is seen by it.
            lost = quiet >= PATIENCE_S and not self._is_recorded()
            quiet = 0.0 if quiet >= PATIENCE_S else quiet + POLL_S
            for frame in follower.news():
                quiet, lost = 0.0, False
                if isinstance(frame, Strike):
                    strikes.append(frame)
                    if len(strikes) > len(self.struck):
                        raise Struck(tuple(strikes))
                yield frame
                if isinstance(frame, End):
                    return
            if lost:
                raise RecorderLost(f"the recording {self.path.stem[:10]} broke off: see `lens recover`")
            wait(POLL_S)

    def _is_recorded(self) -> bool:
        from recorder.remote import current

        return current(self.folder) == self.path.stem


def facts(source: Recording) -> Audio:
    """What the tape holds, found by reading all of it once. Raises TapeError as `Recording.open`."""
    tape = source.open()
    survey = tape.survey()
    with source.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Audio(
        name=f"recording of {tape.head.started_at[:16].replace('T', ' ')}",
        sha256=digest,
        duration=round(survey.duration, 3),
        sample_rate=tape.head.rate,
        channels=tape.head.channels,
        codec="sealed tape",
        tape=tape.id,
        microphone=tape.head.microphone,
        relative_only=any(mark.kind in ("gain", "device") for mark in survey.marks),
    )


@contextmanager
def opened(source: Recording) -> Iterator[tuple[int, Iterator[Samples]]]:
    """The tape's samples per second, and its sound in blocks of float32 in [-1, 1), shape (n, channels).

    Of a `Following` the blocks come as they are recorded; raises as `Following.frames`.
    """
    from recorder.tape import timeline

    head = source.open().head
    yield head.rate, (block.astype(np.float32) / FULL_SCALE for block in timeline(source.frames(), head.channels))
