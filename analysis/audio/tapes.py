"""A sealed tape as blocks of sound at its own rate.

A tape's time runs on where there is no sound (off the record, struck, missing); there its blocks are zeros. Sound that
is damaged is left out in the same way: everything that verifies is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.session import Audio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recorder.tape import Tape

    Samples = NDArray[np.float32]

__all__ = ["Recording", "facts", "opened"]

FULL_SCALE = 32_768.0


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
        relative_only=any(mark.kind in ("gain", "device") for mark in survey.marks),
    )


@contextmanager
def opened(source: Recording) -> Iterator[tuple[int, Iterator[Samples]]]:
    """The tape's samples per second, and its sound in blocks of float32 in [-1, 1), shape (n, channels)."""
    tape = source.open()
    yield tape.head.rate, (block.astype(np.float32) / FULL_SCALE for block in tape.sound())
