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

from analysis.prosody.arousal import fused, means, places, weights
from analysis.prosody.sound import Line, Sound
from analysis.session import Baseline, Calm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Slices = tuple[NDArray[np.intp], NDArray[np.intp]]
    """Where each slice begins and ends."""

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
        self._weights = weights(self._scores(spoken, self.calm)) if self.calm is not None and spoken else np.ones(3)

    def level(self, frames: NDArray[np.intp]) -> Array:
        """Levels re the calm middle of their stretch, dB; NaN where that is not known."""
        assert self.calm is not None
        return self._relative(frames, self.calm.middles)

    def arousals(self, lines: Sequence[Line]) -> list[float | None]:
        """Each line's arousal in [-1, 1]; None where too little is known."""
        if self.calm is None:
            return [None] * len(lines)
        enough = (len(line.voiced) * self._sound.step >= LEAST_VOICED for line in lines)
        scores = self._scores(lines, self.calm).tolist()
        return [fused(three, self._weights) if known else None for known, three in zip(enough, scores, strict=True)]

    def curve(self, lines: Sequence[Line], seconds: int) -> tuple[float | None, ...]:
        """Arousal for each second of the talk, from the lines' frames in the 3 s around it."""
        if self.calm is None:
            return (None,) * seconds
        sounding, voiced = _frames(lines)
        middle = np.arange(seconds, dtype=np.float64) + 0.5
        heard_from, heard_to = self._slices(sounding, middle - 0.5, middle + 0.5)
        of_sounding, of_voiced = (
            self._slices(part, middle - AROUND / 2, middle + AROUND / 2) for part in (sounding, voiced)
        )
        enough = (heard_to > heard_from) & ((of_voiced[1] - of_voiced[0]) * self._sound.step >= LEAST_VOICED)
        scores = self._means(sounding, voiced, of_sounding, of_voiced, self.calm).tolist()
        values = (fused(scores[k], self._weights) if enough[k] else None for k in range(seconds))
        return tuple(None if value is None else round(value, 3) for value in values)

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

    def _slices(self, part: NDArray[np.intp], start: Array, end: Array) -> Slices:
        """Of the sorted frames `part`, the slices that lie between times in seconds."""
        first, last = (np.searchsorted(part, np.rint(times / self._sound.step)) for times in (start, end))
        return first, last

    def _calm_lines(self, lines: Sequence[Line]) -> list[Line]:
        least = 0.0 if self._earlier else sum(len(line.voiced) for line in lines) / 2
        kept = [] if self._earlier else list(lines)
        for _ in range(ROUNDS):
            calm = self._pool(kept)
            if calm is None:
                return kept
            above = np.nanmean(self._scores(lines, calm), axis=1).tolist()
            scored = sorted(zip(above, range(len(lines)), strict=True))
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

    def _scores(self, lines: Sequence[Line], calm: _Calm) -> Array:
        """By how much each line exceeds the baseline in level, pitch and brightness; each in [-1, 1], or NaN."""
        lengths = np.array([(len(line.sounding), len(line.voiced)) for line in lines], int).reshape(-1, 2)
        last = lengths.cumsum(axis=0)
        of_sounding, of_voiced = zip((last - lengths).T, last.T, strict=True)
        return self._means(*_frames(lines), of_sounding, of_voiced, calm)

    def _means(
        self,
        sounding: NDArray[np.intp],
        voiced: NDArray[np.intp],
        of_sounding: Slices,
        of_voiced: Slices,
        calm: _Calm,
    ) -> Array:
        """The same for slices of frames; shape (slices, 3)."""
        level = means(places(self._relative(sounding, calm.middles), calm.level), *of_sounding)
        pitch = means(places(self._sound.pitch[voiced], calm.pitch), *of_voiced)
        bright = means(places(self._sound.bright[sounding], calm.bright), *of_sounding)
        return np.stack([level, pitch, bright], axis=1)


def _frames(lines: Sequence[Line]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The sounding frames of all these lines, and the voiced ones."""
    nothing = np.zeros(0, np.intp)
    return (
        np.concatenate([nothing, *(line.sounding for line in lines)]),
        np.concatenate([nothing, *(line.voiced for line in lines)]),
    )
