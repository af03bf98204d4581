"""How each utterance was said, against its speaker's own baseline.

A speaker's *baseline* is all of their voiced frames in this session in which nobody else speaks. An utterance's
loudness and pitch are the medians of its own such frames, less the baseline's median (dB, semitones).
Frames in which two speak belong to neither. With less than 5 s of baseline, or less than 0.3 s of voiced
sound in an utterance, the measure is None.

`arousal` is rule-based, after Bone, Lee & Narayanan (2014): for pitch, level and brightness the share of the
speaker's baseline frames that the utterance's frames exceed, from -1 (below all) to 1 (above all), averaged.
It says that a voice is activated compared with the same voice on the same evening. It is not anger: joy,
fear and a noisy kitchen raise it as well.

Where the gain or the microphone changed during the recording (`relative_only`), a level says nothing about another
one minutes away: loudness is None, and arousal rests on pitch and brightness.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from analysis.prosody.pace import pace
from analysis.session import Frames, Prosody, Turn, Utterance, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["describe"]

LEAST_VOICED = 0.3
LEAST_BASELINE = 5.0


def describe(
    utterances: Sequence[Utterance],
    words: Sequence[Word],
    turns: Sequence[Turn],
    frames: Frames | None,
    language: str | None,
    relative_only: bool = False,
) -> tuple[Utterance, ...]:
    """The utterances with their `prosody`; without `frames` only the pace is known."""
    sound = _Sound(frames, turns, relative_only) if frames is not None and frames.level_db else None
    described = []
    for utterance in utterances:
        spoken = words[slice(*utterance.words)]
        measured = sound.describe(utterance) if sound is not None else Prosody()
        speed = pace(spoken) if language == "en" else None
        described.append(replace(utterance, prosody=replace(measured, pace_syl_s=speed)))
    return tuple(described)


class _Sound:
    """The curves as arrays, and each speaker's baseline in them."""

    def __init__(self, frames: Frames, turns: Sequence[Turn], relative_only: bool) -> None:
        self.step = frames.step
        self.relative_only = relative_only
        hz = np.array(frames.pitch_hz, dtype=float)
        # Semitones re 1 Hz: only differences are ever shown, so the reference does not matter.
        self.curves = np.stack(
            [
                np.array(frames.level_db, dtype=float),
                12 * np.log2(hz),
                np.array(frames.brightness_db, dtype=float),
            ]
        )
        self.voiced = np.isfinite(self.curves).all(axis=0)
        self.alone: dict[str, NDArray[np.bool_]] = self._alone(turns)
        # Sorted once: the middle is the median, and a share exceeded is one binary search.
        self.baseline = {
            speaker: np.sort(self.curves[:, alone & self.voiced], axis=1)
            for speaker, alone in self.alone.items()
            if (alone & self.voiced).sum() * self.step >= LEAST_BASELINE
        }

    def _alone(self, turns: Sequence[Turn]) -> dict[str, NDArray[np.bool_]]:
        """For each speaker the frames in which they, and nobody else, have a turn."""
        size = self.curves.shape[1]
        active: dict[str, NDArray[np.bool_]] = {}
        for turn in turns:
            mask = active.setdefault(turn.speaker, np.zeros(size, bool))
            mask[round(turn.start / self.step) : round(turn.end / self.step)] = True
        together = sum((mask.astype(int) for mask in active.values()), np.zeros(size, int))
        return {speaker: mask & (together == 1) for speaker, mask in active.items()}

    def describe(self, utterance: Utterance) -> Prosody:
        if utterance.speaker is None or utterance.speaker not in self.alone:
            return Prosody()
        span = slice(int(utterance.start / self.step), int(np.ceil(utterance.end / self.step)))
        own = self.curves[:, span][:, self.alone[utterance.speaker][span] & self.voiced[span]]
        seconds = round(own.shape[1] * self.step, 2)
        baseline = self.baseline.get(utterance.speaker)
        if baseline is None or seconds < LEAST_VOICED:
            return Prosody(voiced_s=seconds)
        level, pitch, bright = np.median(own, axis=1) - baseline[:, baseline.shape[1] // 2]
        low, high = np.percentile(own[1], [10, 90])
        exceeded = [_exceeds(o, b) for o, b in zip(own, baseline, strict=True)][1 if self.relative_only else 0 :]
        return Prosody(
            loudness_db=None if self.relative_only else round(float(level), 1),
            pitch_st=round(float(pitch), 1),
            pitch_range_st=round(float(high - low), 1),
            brightness=round(float(bright), 1),
            arousal=round(float(np.mean(exceeded)), 3),
            voiced_s=seconds,
        )


def _exceeds(own: Array, baseline: Array) -> float:
    """Share of (sorted) baseline values below each own one, less the share above, on average; in [-1, 1]."""
    below = np.searchsorted(baseline, own, side="left")
    above = len(baseline) - np.searchsorted(baseline, own, side="right")
    return float((below - above).mean() / len(baseline))
