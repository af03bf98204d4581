"""The curves of the sound as arrays, and which of their frames are whose.

A frame belongs to a speaker if they, and nobody else, have a turn in it: a frame in which two talk measures neither.
Of a line's own frames those are *sounding* that lie within 15 dB of its loudest, so that breaths and gaps between words
say nothing of a voice; chosen by what tells calm from angry best (`benchmarks/measures.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.session import Frames, Turn, Utterance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

__all__ = ["Line", "Sound"]

SOUNDING_DB = 15.0


@dataclass(frozen=True)
class Line:
    """Where one utterance sounds: numbers of its speaker's own frames, all and the voiced ones of them."""

    sounding: NDArray[np.intp]
    voiced: NDArray[np.intp]


class Sound:
    """Level (dB), pitch (semitones re 1 Hz: only differences are ever shown) and brightness (dB), every `step` seconds.

    Unknown is NaN. `alone` has for each speaker the frames in which they, and nobody else, have a turn.
    """

    def __init__(self, frames: Frames, turns: Sequence[Turn]) -> None:
        self.step = frames.step
        self.level = np.array(frames.level_db, dtype=float)
        self.pitch = 12 * np.log2(np.array(frames.pitch_hz, dtype=float))
        self.bright = np.array(frames.brightness_db, dtype=float)
        self.voiced: Mask = np.isfinite(self.level) & np.isfinite(self.pitch) & np.isfinite(self.bright)
        self.clipped = np.zeros(len(self.level), bool)
        self.clipped[[k for k in frames.clipped if k < len(self.level)]] = True
        self.syllables, self.phonation = np.array(frames.syllables), np.array(frames.phonation)
        active: dict[str, Mask] = {}
        for turn in turns:
            active.setdefault(turn.speaker, np.zeros(len(self.level), bool))[self.span(turn)] = True
        together = sum((mask.astype(int) for mask in active.values()), np.zeros(len(self.level), int))
        self.alone = {speaker: mask & (together == 1) for speaker, mask in active.items()}
        self.nobody: Mask = together == 0

    def span(self, of: Turn | Utterance) -> slice:
        """The frames that it covers."""
        return slice(round(of.start / self.step), round(of.end / self.step))

    def own(self, speaker: str | None, start: float, end: float) -> NDArray[np.intp]:
        """The numbers of the speaker's own frames from `start` to `end` seconds."""
        if speaker is None or speaker not in self.alone:
            return np.zeros(0, np.intp)
        first = max(0, int(start / self.step))
        return first + np.flatnonzero(self.alone[speaker][first : int(np.ceil(end / self.step))])

    def line(self, utterance: Utterance) -> Line:
        """Where this utterance sounds."""
        own = self.own(utterance.speaker, utterance.start, utterance.end)
        own = own[np.isfinite(self.level[own])]
        if len(own):
            own = own[self.level[own] >= self.level[own].max() - SOUNDING_DB]
        return Line(own, own[self.voiced[own]])
