"""One speaker's voice, against the calm part of the same voice.

The *baseline* is found as outliers are clipped: first it is all of the speaker's lines; then those whose level, pitch
and brightness lie far above it (0.5 and more on average) leave it, and so on until none does. At least half of what was
said stays in. Levels enter it less the median of their own stretch (`analysis.prosody.stretches`).

Where the voice is known from earlier sessions (`analysis.prosody.baselines`), these are the first baseline; the lines
that do not lie far above it join them. Then all of a talk may lie above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.prosody.arousal import exceeded, fused, weights
from analysis.prosody.sound import Line, Sound
from analysis.session import Baseline, Calm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["LEAST_BASELINE", "LEAST_VOICED", "Voice"]

LEAST_VOICED = 0.3
LEAST_BASELINE = 5.0
ACTIVATED = 0.5
ROUNDS = 6
QUANTILES = (np.arange(20) + 0.5) / 20
"""Of which a `Calm` keeps the values."""
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


@dataclass(frozen=True)
class _Samples:
    """What earlier sessions left, as if it had been heard in this one: as many samples as it lasted."""

    level: Array
    pitch: Array
    bright: Array

    @classmethod
    def of(cls, calm: Iterable[Calm], step: float) -> _Samples:
        level, pitch, bright = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
        for part in calm:
            times = max(1, round(part.seconds / step / len(QUANTILES)))
            level.append(np.repeat(part.level_db, times))
            pitch.append(np.repeat(12 * np.log2(part.pitch_hz), times))
            bright.append(np.repeat(part.brightness_db, times))
        return cls(*(np.concatenate(values) for values in (level, pitch, bright)))


class Voice:
    """A voice that was heard long enough to know how it usually is.

    Parameters
    ----------
    sound : Sound
    stretch : array of int, shape (frames,)
        The number of the stretch that each frame belongs to; -1 where no level can be trusted.
    lines : sequence of Line
        All that the speaker said.
    earlier : dict, optional
        Ids of earlier sessions -> the calm part of this voice there, at the same gain; then there is one stretch only.
    """

    def __init__(
        self, sound: Sound, stretch: NDArray[np.intp], lines: Sequence[Line], earlier: Mapping[str, Calm] | None = None
    ) -> None:
        self._sound, self._stretch, self._earlier = sound, stretch, earlier or {}
        self._before = _Samples.of(self._earlier.values(), sound.step)
        spoken = [line for line in lines if len(line.voiced) * sound.step >= LEAST_VOICED]
        self._kept = self._calm_lines(spoken)
        self.calm = self._pool(self._kept)
        known = self.calm is not None and spoken
        self._weights = weights([self.scores(line) for line in spoken]) if known else np.ones(3)

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
        sounding, voiced = _frames(lines)
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
            own=self.own(),
            earlier=tuple(sorted(self._earlier)),
        )

    def own(self) -> Calm | None:
        """The calm part of this session alone; None where that is too little, or the gain did not stay the same."""
        sounding, voiced = _frames(self._kept)
        seconds = len(voiced) * self._sound.step
        if seconds < LEAST_BASELINE or self._stretch.any():
            return None
        values = (self._sound.level[sounding], 2 ** (self._sound.pitch[voiced] / 12), self._sound.bright[sounding])
        level, pitch, bright = (
            tuple(round(float(value), 1) for value in np.nanquantile(part, QUANTILES)) for part in values
        )
        return Calm(seconds=round(seconds, 1), level_db=level, pitch_hz=pitch, brightness_db=bright)

    def _between(self, part: NDArray[np.intp], start: float, end: float) -> NDArray[np.intp]:
        first, last = np.searchsorted(part, [round(start / self._sound.step), round(end / self._sound.step)])
        return part[first:last]

    def _calm_lines(self, lines: Sequence[Line]) -> list[Line]:
        least = 0.0 if self._earlier else sum(len(line.voiced) for line in lines) / 2
        kept = [] if self._earlier else list(lines)
        for _ in range(ROUNDS):
            calm = self._pool(kept)
            if calm is None:
                return kept
            scored = sorted((float(np.nanmean(self._scores(line, calm))), k) for k, line in enumerate(lines))
            before, kept, said = kept, [], 0
            for score, k in scored:
                if score > ACTIVATED and said >= least:
                    break
                kept.append(lines[k])
                said += len(lines[k].voiced)
            if {id(line) for line in kept} == {id(line) for line in before}:
                break
        return kept

    def _pool(self, lines: Sequence[Line]) -> _Calm | None:
        before = self._before
        sounding, voiced = _frames(lines)
        seconds = (len(voiced) + len(before.pitch)) * self._sound.step
        if seconds < LEAST_BASELINE:
            return None
        middles = np.full(max(0, int(self._stretch.max(initial=-1))) + 1, np.nan)
        for k in range(len(middles)):
            levels = self._sound.level[sounding[self._stretch[sounding] == k]]
            levels = np.concatenate([levels, before.level])
            if len(levels) * self._sound.step >= LEAST_BASELINE:
                middles[k] = np.median(levels)
        level = np.concatenate([self._relative(sounding, middles), before.level - middles[0]])
        bright = np.concatenate([self._sound.bright[sounding], before.bright])
        return _Calm(
            level=np.sort(level[np.isfinite(level)]),
            pitch=np.sort(np.concatenate([self._sound.pitch[voiced], before.pitch])),
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


def _frames(lines: Sequence[Line]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The sounding frames of all these lines, and the voiced ones."""
    nothing = np.zeros(0, np.intp)
    return (
        np.concatenate([nothing, *(line.sounding for line in lines)]),
        np.concatenate([nothing, *(line.voiced for line in lines)]),
    )
