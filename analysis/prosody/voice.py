"""One speaker's voice, against the calm part of the same voice in the same session.

The *baseline* is found as outliers are clipped: first it is all of the speaker's lines; then those whose level, pitch
and brightness lie far above it (0.5 and more on average) leave it, and so on until none does. At least half of what was
said stays in. Levels enter it less the median of their own stretch (`analysis.prosody.stretches`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.prosody.arousal import exceeded, fused, weights
from analysis.prosody.sound import Line, Sound
from analysis.session import Baseline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LEAST_BASELINE", "LEAST_VOICED", "Voice"]

LEAST_VOICED = 0.3
LEAST_BASELINE = 5.0
ACTIVATED = 0.5
ROUNDS = 6
AROUND = 3
"""Seconds of the voice that one value of the curve rests on."""


@dataclass(frozen=True)
class _Calm:
    """The baseline: sorted samples, and the middle of each stretch's levels (NaN: too little was said in it)."""

    level: Array
    pitch: Array
    bright: Array
    middles: Array
    seconds: float


class Voice:
    """A voice that was heard long enough to know how it usually is.

    Parameters
    ----------
    sound : Sound
    stretch : array of int, shape (frames,)
        The number of the stretch that each frame belongs to; -1 where no level can be trusted.
    lines : sequence of Line
        All that the speaker said.
    """

    def __init__(self, sound: Sound, stretch: NDArray[np.intp], lines: Sequence[Line]) -> None:
        self._sound, self._stretch = sound, stretch
        spoken = [line for line in lines if len(line.voiced) * sound.step >= LEAST_VOICED]
        self.calm = self._find_calm(spoken)
        self._weights = weights([self.scores(line) for line in spoken]) if self.calm is not None else np.ones(3)

    def level(self, frames: NDArray[np.intp]) -> Array:
        """Levels re the calm middle of their stretch, dB; NaN where that is not known."""
        assert self.calm is not None
        return self._relative(frames, self.calm.middles)

    def scores(self, line: Line) -> list[float]:
        """By how much the line exceeds the baseline in level, pitch and brightness; each in [-1, 1], or NaN."""
        assert self.calm is not None
        return self._scores(line, self.calm)

    def arousal(self, line: Line) -> float | None:
        """The line's arousal in [-1, 1]; None where too little is known."""
        if self.calm is None or len(line.voiced) * self._sound.step < LEAST_VOICED:
            return None
        return fused(self.scores(line), self._weights)

    def curve(self, lines: Sequence[Line], seconds: int) -> tuple[float | None, ...]:
        """Arousal for each second of the talk, from the lines' frames in the 3 s around it."""
        sounding = np.concatenate([np.zeros(0, np.intp), *(line.sounding for line in lines)])
        voiced = np.concatenate([np.zeros(0, np.intp), *(line.voiced for line in lines)])
        values = []
        for k in range(seconds):
            here = [self._between(part, k, k + 1) for part in (sounding, voiced)]
            near = [self._between(part, k + 0.5 - AROUND / 2, k + 0.5 + AROUND / 2) for part in (sounding, voiced)]
            value = self.arousal(Line(*near)) if len(here[0]) else None
            values.append(None if value is None else round(value, 3))
        return tuple(values)

    def baseline(self, speaker: str) -> Baseline | None:
        """The baseline's medians."""
        if self.calm is None:
            return None
        known = self.calm.middles[np.isfinite(self.calm.middles)]
        return Baseline(
            speaker=speaker,
            seconds=round(self.calm.seconds, 1),
            level_db=round(float(known[0]), 1) if len(known) else None,
            pitch_hz=round(float(2 ** (np.median(self.calm.pitch) / 12)), 1),
            brightness_db=round(float(np.median(self.calm.bright)), 1),
        )

    def _between(self, part: NDArray[np.intp], start: float, end: float) -> NDArray[np.intp]:
        first, last = np.searchsorted(part, [round(start / self._sound.step), round(end / self._sound.step)])
        return part[first:last]

    def _find_calm(self, lines: Sequence[Line]) -> _Calm | None:
        kept = list(lines)
        calm = self._pool(kept)
        for _ in range(ROUNDS):
            if calm is None:
                return None
            before = kept
            scored = [(float(np.nanmean(self._scores(line, calm))), k) for k, line in enumerate(lines)]
            kept, said = [], 0
            half = sum(len(line.voiced) for line in lines) / 2
            for score, k in sorted(scored):
                if score > ACTIVATED and said >= half:
                    break
                kept.append(lines[k])
                said += len(lines[k].voiced)
            if {id(line) for line in kept} == {id(line) for line in before}:
                break
            calm = self._pool(kept)
        return calm

    def _pool(self, lines: Sequence[Line]) -> _Calm | None:
        seconds = sum(len(line.voiced) for line in lines) * self._sound.step
        if seconds < LEAST_BASELINE:
            return None
        sounding = np.concatenate([line.sounding for line in lines])
        voiced = np.concatenate([line.voiced for line in lines])
        middles = np.full(max(0, int(self._stretch.max(initial=-1))) + 1, np.nan)
        for k in range(len(middles)):
            levels = self._sound.level[sounding[self._stretch[sounding] == k]]
            if len(levels) * self._sound.step >= LEAST_BASELINE:
                middles[k] = np.median(levels)
        level = self._relative(sounding, middles)
        bright = self._sound.bright[sounding]
        return _Calm(
            level=np.sort(level[np.isfinite(level)]),
            pitch=np.sort(self._sound.pitch[voiced]),
            bright=np.sort(bright[np.isfinite(bright)]),
            middles=middles,
            seconds=seconds,
        )

    def _relative(self, frames: NDArray[np.intp], middles: Array) -> Array:
        stretch = self._stretch[frames]
        relative: Array = np.where(stretch >= 0, self._sound.level[frames] - middles[stretch], np.nan)
        return relative

    def _scores(self, line: Line, calm: _Calm) -> list[float]:
        return [
            exceeded(self._relative(line.sounding, calm.middles), calm.level),
            exceeded(self._sound.pitch[line.voiced], calm.pitch),
            exceeded(self._sound.bright[line.sounding], calm.bright),
        ]
