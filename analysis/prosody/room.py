"""What the room and the recording do to the sound, told from the sound: noise, reverberation, clipping.

- **Noise** is the 10th percentile of the level where nobody has a turn, and nobody seems to speak (speech probability
  below 0.3); unknown where that is less than 2 s.
- **Reverberation** comes from decays, as in blind estimators (Ratnam et al. 2003; Löllmann et al. 2010): where the
  level falls on and on by 12 dB or more, a straight line through it leads to a reverberation time. Voices fade by
  themselves too, so the median of these is rough (`benchmarks/measures.py room`): it tells 0.3 s from 0.8 s, and fails
  above.
- **Clipping**: three samples or more in a row at full scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.audio import SAMPLE_RATE
from analysis.session import Frames, Room

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["clipped", "decays", "room_of"]

RATE = 100
"""Levels a second."""
NO_SPEECH = 0.3
LEAST_NOISE = 20
SILENT_DB = -99.0
LEAST_FALL_DB, SHORTEST_FALL = 12.0, 8
FEWEST_DECAYS = 10
FULL_SCALE = 0.985
IN_A_ROW = 3


def room_of(frames: Frames, nobody: NDArray[np.bool_] | None = None) -> Room:
    """The room that these curves were recorded in; `nobody`: where nobody has a turn, shape (frames,)."""
    if not frames.level_db:
        return Room()
    level = np.array(frames.level_db, dtype=float)
    quiet = np.array(frames.speech) < NO_SPEECH if frames.speech else np.zeros(len(level), bool)
    if nobody is not None:
        quiet = quiet & nobody
    between = level[quiet & (level > SILENT_DB)]
    return Room(
        noise_db=round(float(np.percentile(between, 10)), 1) if len(between) >= LEAST_NOISE else None,
        reverberation_s=round(float(np.median(frames.decays)), 2) if len(frames.decays) >= FEWEST_DECAYS else None,
        clipped=round(len(frames.clipped) / len(level), 4),
    )


def clipped(samples: NDArray[np.float32], block: int) -> list[int]:
    """The numbers of the blocks of `block` samples in which the sound is clipped."""
    full = np.abs(samples) >= FULL_SCALE
    run = np.convolve(full, np.ones(IN_A_ROW, int), "valid") == IN_A_ROW
    return [int(k) for k in np.unique(np.flatnonzero(run) // block)]


def decays(samples: NDArray[np.float32]) -> list[float]:
    """Seconds to -60 dB to which each long fall of the level would lead."""
    hop = SAMPLE_RATE // RATE
    count = len(samples) // hop
    if count <= SHORTEST_FALL:
        return []
    power = np.square(samples[: count * hop]).reshape(count, hop).mean(axis=1)
    level = 10 * np.log10(np.convolve(power, np.ones(5) / 5, "same") + 1e-10)
    falling = np.concatenate([[False], np.diff(level) < 0, [False]]).astype(int)
    edges = np.diff(falling)
    found = []
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        if end - start >= SHORTEST_FALL and level[start] - level[end] >= LEAST_FALL_DB:
            slope = np.polyfit(np.arange(start + 1, end) / RATE, level[start + 1 : end], 1)[0]
            found.append(round(float(-60 / slope), 2))
    return found
