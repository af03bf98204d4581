"""How loud it is: levels of the last moments per channel, and calm hints when something could be better.

Conventions
-----------
- Levels are dB re full scale: the root mean square of samples in [-1, 1], so that 0 dB is a square wave from rail to
  rail and the loudest sine is -3 dB. They never go below -100 dB. `analysis.prosody.frames` counts the same way.
- Sound is cut into frames of 50 ms; everything here is known per frame, and moves on twenty times a second.

The hints
---------
- **too loud** is clipping: three or more samples in a row at full scale (one or two may be a true peak) within a
  frame of the last 3 s. What was clipped cannot be mended afterwards.
- **too quiet** needs talk that is heard and weak; silence alone is part of such conversations and never hinted at. The
  noise is the level that 10 % of the last 20 s stay below; frames 6 dB above it are active, and they are talk where
  they last 3 s in all and change by 2 dB or more from frame to frame on average, as syllables do (speech 3 to 7 dB; a
  car, a kettle or a fan well below 1 dB). Talk is weak below -45 dB, where 16 bits and the microphone's own hiss begin
  to show in quiet syllables, or less than 12 dB above the noise, where words start to get lost. A microphone that
  hears nothing at all cannot be told from two people who are silent; the level on the screen shows it.
- With two microphones each one hears the other person too, weakly. A frame counts for the channel that stands higher
  above its own noise, so that nobody's microphone is called too quiet because the other one speaks.

A hint that has shown stays for 3 s at least, and one about quiet talk goes only when the talk is 2 dB better.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from recorder.frames import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recorder.frames import Samples

    Floats = NDArray[np.floating[Any]]
    Flags = NDArray[np.bool_]

__all__ = ["FRAME", "FRAMES_PER_S", "Cutter", "Meter", "decibels"]

FRAMES_PER_S = 20
FRAME = RATE // FRAMES_PER_S
FLOOR_DB = -100.0
FULL = 32768.0

LEVEL_FRAMES = 2
PEAK_FRAMES = FRAMES_PER_S
HOLD_FRAMES = 3 * FRAMES_PER_S
TALK_FRAMES = 20 * FRAMES_PER_S

CLIPPED = 32767
CLIPPED_RUN = 3

ACTIVE_DB = 6.0
LEAST_ACTIVE = 3 * FRAMES_PER_S
SYLLABIC_DB = 2.0
WEAK_DB = -45.0
WEAK_ABOVE_NOISE_DB = 12.0
BETTER_DB = 2.0


class Cutter:
    """Cuts a stream of blocks of any length into frames of 50 ms."""

    def __init__(self) -> None:
        self._rest: Samples | None = None

    def cut(self, samples: Samples) -> Samples:
        """The frames that these samples complete, int16 of shape (frames, 2400, channels).

        >>> cutter = Cutter()
        >>> [cutter.cut(np.zeros((1800, 1), np.int16)).shape[0] for _ in range(4)]
        [0, 1, 1, 1]
        """
        if self._rest is not None and len(self._rest):
            samples = np.concatenate((self._rest, samples))
        whole = len(samples) // FRAME
        # A copy: the caller may fill the same memory with the next block.
        self._rest = samples[whole * FRAME :].copy()
        return samples[: whole * FRAME].reshape(whole, FRAME, samples.shape[1])


def decibels(power: Floats) -> Floats:
    """Mean squares of int16 samples in dB re full scale, -100 at least.

    >>> decibels(np.array([32768.0**2, 0.0])).tolist()
    [0.0, -100.0]
    """
    levels: Floats = np.maximum(10 * np.log10(np.maximum(power, 1e-9) / FULL**2), FLOOR_DB)
    return levels


class Meter:
    """Levels and hints, from blocks that are heard in order.

    Examples
    --------
    >>> meter = Meter(channels=1)
    >>> meter.hear(np.full((4800, 1), 16384, np.int16))
    >>> [round(x, 1) for x in meter.level_db + meter.peak_db]
    [-6.0, -6.0]
    """

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self.reset()

    def reset(self) -> None:
        """Forget everything, as after a pause or a gap."""
        self._cutter = Cutter()
        self._powers: deque[Floats] = deque(maxlen=TALK_FRAMES)
        self._peaks: deque[Floats] = deque(maxlen=PEAK_FRAMES)
        self._heard = 0
        self._loud_until = (0,) * self._channels
        self._quiet_until = (0,) * self._channels
        self.level_db = (FLOOR_DB,) * self._channels
        """Root mean square of the last 0.1 s of each channel, in dB re full scale."""
        self.peak_db = (FLOOR_DB,) * self._channels
        """The highest sample of the last 1 s of each channel, in dB re full scale."""
        self.hints: tuple[str, ...] = ()
        """What could be better right now, in plain words, beginning with "too loud: " or "too quiet: "."""

    def hear(self, samples: Samples) -> None:
        """Take the next block, int16 of shape (n, channels) at 48 kHz."""
        frames = self._cutter.cut(samples)
        for frame in frames:
            self._take(frame)
        if len(frames):
            last = [self._powers[-1 - back] for back in range(min(LEVEL_FRAMES, len(self._powers)))]
            self.level_db = _told(decibels(np.mean(last, axis=0)))
            self.peak_db = _told(decibels(np.square(np.max(self._peaks, axis=0))))
            self.hints = self._hints()

    def _take(self, frame: Samples) -> None:
        self._heard += 1
        exact = frame.T.astype(np.float32, order="C")  # a channel in one piece is added up several times faster
        peak = np.abs(exact).max(axis=1)
        self._powers.append(np.square(exact).mean(axis=1))
        self._peaks.append(peak)
        if peak.max() >= CLIPPED:
            self._loud_until = self._renewed(self._loud_until, _clipped(frame))
        if self._heard % FRAMES_PER_S == 0 and self._heard >= LEAST_ACTIVE:
            shown = np.array(self._quiet_until) > self._heard
            self._quiet_until = self._renewed(self._quiet_until, weak_talk(decibels(np.array(self._powers)), shown))

    def _renewed(self, until: tuple[int, ...], again: Flags) -> tuple[int, ...]:
        """Up to which frame a hint is shown, per channel, where it is true `again` now."""
        return tuple(self._heard + HOLD_FRAMES if now else end for end, now in zip(until, again, strict=True))

    def _hints(self) -> tuple[str, ...]:
        loud = [end > self._heard for end in self._loud_until]
        quiet = [end > self._heard for end in self._quiet_until]
        hints = []
        if any(loud):
            hints.append(f"too loud: move the {_which(loud)} away a little, or turn it down")
        if any(quiet):
            hints.append(f"too quiet: move the {_which(quiet)} nearer, or turn it up")
        return tuple(hints)


def weak_talk(levels: Floats, shown: Flags) -> Flags:
    """Whether talk is heard in each channel but weak; `shown` where that was said before.

    Parameters
    ----------
    levels : array of shape (frames, channels)
        dB re full scale of 50 ms each, of some 20 s.
    shown : array of bool, one per channel
        There the talk must be 2 dB better before it counts as good.
    """
    noise = np.percentile(levels, 10, axis=0)
    above = levels - noise
    active = (above > ACTIVE_DB) & (above == above.max(axis=1, keepdims=True))
    moves = np.abs(np.diff(levels, axis=0, prepend=levels[:1]))
    weak = np.zeros(levels.shape[1], bool)
    for channel, mine in enumerate(active.T):
        if mine.sum() < LEAST_ACTIVE or moves[mine, channel].mean() < SYLLABIC_DB:
            continue
        talk = float(10 * np.log10(np.mean(10 ** (levels[mine, channel] / 10))))
        better = BETTER_DB if shown[channel] else 0.0
        weak[channel] = talk < WEAK_DB + better or talk - noise[channel] < WEAK_ABOVE_NOISE_DB + better
    return weak


def _clipped(frame: Samples) -> Flags:
    """Whether each channel of one frame stays at full scale for three samples or more."""
    at_rail = (frame >= CLIPPED) | (frame <= -CLIPPED)
    together = at_rail[: 1 - CLIPPED_RUN].copy()
    for later in range(1, CLIPPED_RUN):
        together &= at_rail[later : len(at_rail) - CLIPPED_RUN + 1 + later]
    return np.asarray(together.any(axis=0))


def _which(channels: list[bool]) -> str:
    if len(channels) == 1:
        return "microphone"
    if all(channels):
        return "microphones"
    return f"{('left', 'right')[channels.index(True)]} microphone"


def _told(levels: Floats) -> tuple[float, ...]:
    return tuple(round(float(level), 1) for level in levels)
