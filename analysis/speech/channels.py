"""Who speaks, where each of the two has a microphone: read from the channels, without any model.

One's own microphone hears the other too (*crosstalk*), later and quieter. So it is not the loud channel that counts
but the *difference* of the two, in dB: while one person speaks alone it stays near one value, while the other does
near another one. The two values are found in the talk itself, so that neither the gains nor the distances need be
known. Where the difference lies well between them, crosstalk does not explain it: both speak.

Levels are those of 20 ms, of 200 to 4000 Hz, above the noise floor of their channel. What is one frame's doubt is
smoothed away: a turn lasts at least 0.2 s, and a silence within a turn less than 0.25 s (the shortest pause). Where the
two values are one (the same sound in both channels, a microphone that is dead), nobody can be told.

The speakers are "S1" (first channel) and "S2" (second channel), whoever speaks first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.audio import SAMPLE_RATE, Window
from analysis.session import Turn
from analysis.speech.heard import Heard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Mask = NDArray[np.bool_]

__all__ = ["Channels", "levels", "turns"]

STEP = 0.02
HOP = int(STEP * SAMPLE_RATE)
LOWEST_HZ, HIGHEST_HZ = 200, 4000
NOTHING_DB = -120.0
FLOOR = 10
"""The percentile of a channel's levels that counts as its noise floor."""
ABOVE_FLOOR_DB = 7.0
CLEAR_DB = 15.0
"""dB above the floor from which a frame helps to find the two differences."""
APART_DB = 3.0
"""Below so many dB between the two differences, the channels do not tell the people apart."""
MOSTLY = 0.5
"""A channel that is dead for this share of the time tells nothing."""
BETWEEN = 0.5
"""Half of the way from one difference to the other is where both speak."""
SMOOTH = 5
STEADY = 11
"""Frames of 20 ms: over the first, power is averaged; over the second, the majority decides."""
SHORTEST_TURN, SHORTEST_PAUSE = 0.2, 0.25


@dataclass(frozen=True)
class Channels:
    """The stage that finds out who speaks in a recording with a channel for each."""

    name = "voices"

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        """Returns the function that turns a window into the encoded levels of its two channels."""
        del done  # nothing is carried from window to window

        def listen(window: Window) -> bytes:
            assert window.channels is not None, "this stage is for two channels"
            return levels(window.channels).tobytes()

        return listen

    def finish(self, windows: Mapping[int, bytes]) -> Heard:
        """The turns of the whole conversation; None where the channels do not tell the two apart."""
        stored = [np.frombuffer(windows[index], np.float32).reshape(2, -1) for index in sorted(windows)]
        return Heard(turns(np.concatenate(stored, axis=1)) if stored else ())


def levels(channels: Array) -> Array:
    """dB re full scale every 20 ms of two channels (2, n) of 16 kHz sound; shape (2, frames), -120 for nothing."""
    frames = -(-channels.shape[1] // HOP)
    padded = np.pad(channels, ((0, 0), (0, frames * HOP - channels.shape[1])))
    cut = padded.reshape(2, frames, HOP) * np.hanning(HOP).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(cut, axis=2))) / HOP**2
    hz = np.fft.rfftfreq(HOP, 1 / SAMPLE_RATE)
    band = power[:, :, (hz >= LOWEST_HZ) & (hz <= HIGHEST_HZ)].sum(axis=2)
    level: Array = (10 * np.log10(band + 10 ** (NOTHING_DB / 10))).astype(np.float32)
    return level


def turns(level: Array) -> tuple[Turn, ...] | None:
    """The turns that `levels` of a whole conversation tell, shape (2, frames); turns of the two may overlap.

    None where the channels do not tell who speaks.
    """
    heard: Mask = np.any(level > NOTHING_DB + 1, axis=0)
    if not heard.any():
        return ()
    dead = (level[:, heard] <= NOTHING_DB + 1).mean(axis=1).max() > MOSTLY
    both = None if dead else _active(level, heard)
    if both is None:
        return None
    found = []
    for speaker, active in zip(("S1", "S2"), both, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(int)))
        found += [
            Turn(speaker=speaker, start=round(float(start) * STEP, 3), end=round(float(end) * STEP, 3))
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    return tuple(sorted(found, key=lambda turn: (turn.start, turn.end)))


def _active(level: Array, heard: Mask) -> tuple[Mask, Mask] | None:
    """For each of the two the frames in which they speak; None if that cannot be told."""
    floor = np.percentile(level[:, heard], FLOOR, axis=1)[:, None]
    noise = 10 ** (floor / 10)
    power = np.stack([np.convolve(row, np.ones(SMOOTH) / SMOOTH, mode="same") for row in 10 ** (level / 10)])
    loud = (10 * np.log10(power) - floor).max(axis=0)
    voice = 10 * np.log10(np.maximum(power - noise, noise / 10))
    difference = voice[0] - voice[1]
    speech = heard & (loud >= ABOVE_FLOOR_DB)
    clear = heard & (loud >= CLEAR_DB)
    low, high = _two_values(difference[clear]) if clear.any() else (0.0, 0.0)
    middle, reach = (low + high) / 2, (high - low) / 2
    if high - low < APART_DB:
        if not speech.any():
            return speech, speech
        if abs(middle) < APART_DB:
            return None
        middle, reach = 0.0, 0.0  # only one of them speaks, and their own channel is plainly the louder one
    first = speech & (difference > middle - BETWEEN * reach)
    second = speech & (difference < middle + BETWEEN * reach)
    return _steady(first), _steady(second)


def _two_values(difference: Array) -> tuple[float, float]:
    """The two values around which the difference of the channels lies, by two means."""
    low, high = np.percentile(difference, [10, 90])
    for _ in range(20):
        upper = difference > (low + high) / 2
        if upper.all() or not upper.any():
            break
        low, high = np.median(difference[~upper]), np.median(difference[upper])
    return float(low), float(high)


def _steady(active: Mask) -> Mask:
    """Without single frames, short silences within a turn, and turns too short to be one."""
    votes = np.convolve(active.astype(int), np.ones(STEADY, int), mode="same")
    steady = votes > STEADY // 2
    steady = ~_without_short(~steady, round(SHORTEST_PAUSE / STEP))
    return _without_short(steady, round(SHORTEST_TURN / STEP))


def _without_short(active: Mask, least: int) -> Mask:
    """Runs of fewer than `least` frames are taken out."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(int)))
    kept = np.zeros_like(active)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start:end] = end - start >= least
    return kept
