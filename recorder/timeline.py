"""Where each sample belongs: from blocks of sound to frames of the tape, without ever closing time up.

The timeline counts whole samples since the start of the recording, by the clock that goes on during sleep. Within one
stream the samples themselves count, for a clock that is read at each block would tear the sound apart. Only where
samples may be missing (another stream, sleep) the clock says where the next block begins; and where the watchdog
has found samples lost, so many places are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from recorder.frames import RATE, Kind, Mark, Sound, Strike

if TYPE_CHECKING:
    from recorder.capture import Block
    from recorder.frames import Samples
    from recorder.tape import Writer
    from recorder.watchdog import Instant

__all__ = ["FRAME_S", "Timeline"]

FRAME_S = 0.5
"""Seconds of sound in one frame of the tape: what a crash can cost, with a margin for the disk."""
SLEPT_S = 1.0


class Timeline:
    """The timeline of one recording, and what of it is on the tape.

    Parameters
    ----------
    tape
        Where sound and marks go.
    start
        The moment that is 0.
    """

    def __init__(self, tape: Writer, start: Instant) -> None:
        self.at = 0
        """Where the next sample belongs, as far as is known."""
        self._tape = tape
        self._start = start
        self._anchored = False
        self._asleep = start.elapsed - start.ticking
        self._pending: list[Samples] = []
        self._pending_from = (0, 0.0, 0.0)  # where they begin: timeline, wall clock, stream clock
        self._kept: list[tuple[int, int]] = []

    @property
    def kept(self) -> int:
        """Samples per channel on the tape."""
        return sum(end - start for start, end in self._kept)

    def here(self, now: Instant) -> int:
        """Where we are: after the last sample, or, where none is expected, by the clock."""
        return self.at if self._anchored else max(self.at, self._place(now))

    def unanchor(self) -> None:
        """Samples may be missing from here on: the clock will say where the next block begins."""
        self.flush()
        self._anchored = False

    def skip(self, seconds: float) -> None:
        """Leave room for sound that was lost."""
        if seconds > 0:
            self.flush()
            self.at += round(seconds * RATE)

    def take(self, block: Block, keep: bool) -> None:
        """Move on by a block, and keep its sound or not."""
        asleep = block.instant.elapsed - block.instant.ticking
        # By the block's own clocks: what was heard before the night may be handed in after it.
        if block.first or asleep - self._asleep > SLEPT_S:
            self.unanchor()
        self._asleep = asleep
        count = len(block.samples)
        if not self._anchored:
            self.at = max(self.at, self._place(block.instant) - count)
            self._anchored = True
        if keep:
            if not self._pending:
                self._pending_from = (self.at, block.instant.wall - count / RATE, block.stream)
            self._pending.append(block.samples)
        self.at += count
        if self._pending and self.at - self._pending_from[0] >= FRAME_S * RATE:
            self.flush()

    def flush(self) -> None:
        """Put on the tape what was kept so far."""
        if not self._pending:
            return
        import numpy as np

        samples = np.concatenate(self._pending)
        at, wall, stream = self._pending_from
        self._pending = []
        for begin in range(0, len(samples), RATE):  # a stream that stalled may hand over seconds at once
            piece, later = samples[begin : begin + RATE], begin / RATE
            self._tape.sound(Sound(at=at + begin, samples=piece, wall=wall + later, stream=stream + later))
        begin = self._kept.pop()[0] if self._kept and self._kept[-1][1] == at else at
        self._kept.append((begin, at + len(samples)))

    def forget(self) -> None:
        """Drop what has not yet reached the tape."""
        self._pending, self._kept = [], []

    def mark(self, kind: Kind, text: str, at: int, now: Instant) -> None:
        """Write a mark, after all the sound before it. It does not move the timeline: earlier sound may still come."""
        self.flush()
        self._tape.mark(Mark(at=at, kind=kind, text=text, wall=now.wall))

    def strike(self, seconds: float, since: int, now: Instant) -> tuple[Strike, int] | None:
        """Destroy the last so many seconds *of sound*, nothing before `since`; pauses between do not count.

        Returns
        -------
        What was struck, and how many samples of sound that were; None if there was none.
        """
        self.flush()
        before, left = self.kept, round(seconds * RATE)
        start = None
        for begin, end in reversed(self._kept):
            begin = max(begin, since)
            if end <= begin or left <= 0:
                break
            start = max(begin, end - left)
            left -= end - start
        if start is None:
            return None
        struck = self._tape.strike(start, self.here(now))
        self.at = max(self.at, struck.end)
        self._kept = [(begin, min(end, struck.start)) for begin, end in self._kept if begin < struck.start]
        return struck, before - self.kept

    def _place(self, instant: Instant) -> int:
        return round((instant.elapsed - self._start.elapsed) * RATE)
