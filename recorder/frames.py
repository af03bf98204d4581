"""What lies on a tape: the frames, in plain values. How they are sealed and stored is `recorder.tape`'s business.

A tape is a `Head`, then `Sound`, `Mark` and `Strike` frames in the order of time, then, if the recording was ended
properly, an `End`.

Conventions
-----------
- `at` is the *timeline*: whole samples at `RATE` from the start of the recording. The timeline runs on through
  pauses, gaps and sleep, so that a moment on the tape is that many seconds after the start, whatever happened.
- Where no `Sound` covers a stretch of the timeline, there is none: `Mark`s and `Strike`s say why.
- Samples are int16, shape (samples, channels).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from recorder.consent import Agreement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]

__all__ = ["RATE", "End", "Frame", "Head", "Kind", "Mark", "Sound", "Strike"]

RATE = 48_000
"""Samples per second and channel, of every tape."""

Kind = Literal[
    "yes",  # someone's spoken yes begins here; text: the name
    "conversation",  # all spoken yeses are given; what follows is the conversation
    "pause",  # off the record from here; no sound is kept
    "break",  # the same, for the twenty-minute break
    "resume",  # on the record again
    "bookmark",  # text: the word that was typed, or empty
    "gap",  # sound is missing from here until the next Sound; text: why
    "device",  # another microphone from here; text: its name
    "gain",  # the gain changed, or changes by itself: loudness is relative only; text: what was seen
    "zeros",  # the microphone gives exact zeros from here; text: what that may mean
    "clock",  # the wall clock jumped; text: by how much
    "screen",  # the screen was lost, or came back; text: which
]


class Head(Struct, frozen=True, kw_only=True, tag="head"):
    """The first frame: who agreed, with what it was recorded."""

    started_at: str
    """ISO 8601 with zone."""
    agreement: Agreement
    microphone: str
    channels: Literal[1, 2]
    """Two channels mean one person each, in the order of `agreement.by`."""
    program: str
    rate: int = RATE


class Sound(Struct, frozen=True, kw_only=True, tag="sound"):
    """At most one second of sound, beginning at `at`."""

    at: int
    samples: Samples
    wall: float
    """Seconds since the epoch at which the first sample was heard, by the system's clock."""
    stream: float
    """The same moment by the stream's own clock, in seconds."""

    @property
    def end(self) -> int:
        """The place on the timeline of the first sample after these."""
        return self.at + len(self.samples)


class Mark(Struct, frozen=True, kw_only=True, tag="mark"):
    """Something happened at `at`."""

    at: int
    kind: Kind
    text: str = ""
    wall: float = 0.0


class Strike(Struct, frozen=True, kw_only=True, tag="strike"):
    """Everything between two places on the timeline was struck from the tape: it is not there any more."""

    start: int
    end: int


class End(Struct, frozen=True, kw_only=True, tag="end"):
    """The recording was ended properly; text says by what ("stopped", "disk full", …)."""

    at: int
    reason: str


Frame = Head | Sound | Mark | Strike | End
