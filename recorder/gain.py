"""Whether the level changes by itself (automatic gain control), told from the noise between words.

The idea
--------
While somebody speaks, an automatic gain turns the sound down, and when they stop it lets the gain creep up again. So
the noise of the room *rises* during a pause. In an untouched recording it falls a little (the room's echo) or stays.

The rule
--------
Levels are dB re full scale of 50 ms of the difference between samples 8 apart: it weakens rumble (-20 dB at 100 Hz),
which wanders by itself, and leaves hiss, which does not.

- A *pause* is a stretch in which no frame lies more than 2 dB from the mean of the three before it (no syllable is so
  even, no gain so quick) and which lies 6 dB or more below something within the 3 s before it. Its first and last
  0.1 s are left out, for echo and for the drawing of breath; of the rest 0.6 to 1.5 s are judged, since later most
  gains have reached their limit.
- It *rises* or *falls* if a straight line through it is steeper than 0.6 dB/s, with a slope of five times its standard
  error or more, and if the middle third lies between the others, a fifth of the way off each at least. A step (a
  fridge) of more than 2 dB ends the pause; a smaller one would have to fall into its very middle.
- The gain changes by itself if 8 or more of the last 24 pauses rise, and a third of them, and for each that falls there
  are eight that rise; and if the floor ends less than half as far up as all these rises together would bring it. What
  comes and goes by itself (cars, rain, a kettle) falls as often as it rises, or climbs through speech as well.

What it can do (`benchmarks/gain.py`)
-------------------------------------
Untouched: no false alarm in 13 real recordings (32 minutes in all, but only 41 pauses in them were long and even enough
to be judged: none rises, 4 fall), nor in 43 rooms made around the example conversation (5 minutes each: steady noise
from -80 to -45 dB, fridge, kettle, rain, cars, streets, breaths). Controlled, simulated: all of 24 gains with 20 dB of
range or more that rise by 3 or 6 dB/s, or with a time constant of 0.5 or 2 s, are noticed, after 106 to 134 s of that
conversation; those of 1 dB/s in 2 of 6 (it is hardly more than `STEEP`). *Not* noticed are gains of 12 dB (0 of 15):
the noise rises in 1 to 5 of their 24 pauses only, for they soon stand at their limit; gains that rise during speech
only, as WebRTC's newer control (0 of 3); and any gain under which the noise stays below -99 dB, where 16 bits end. That
nothing was noticed is no proof.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recorder.meter import FRAMES_PER_S, Cutter, decibels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recorder.frames import Samples

__all__ = ["GainWatch"]

APART = 8
SILENCE_DB = -99.0

SMOOTH_DB = 2.0
BEFORE = 3 * FRAMES_PER_S
BELOW_DB = 6.0
EDGE = 2
SHORTEST, LONGEST = 12, 30

STEEP = 0.6
CERTAIN = 5.0
EVEN = 0.2

REMEMBERED = 24
RISES = 8
SHARE = 1 / 3
RISES_PER_FALL = 8


@dataclass(frozen=True)
class Trend:
    """What the noise did during one pause."""

    start: float
    """dB re full scale where it begins, on the line."""
    rise: float
    """dB from its begin to its end, on the line."""
    direction: int
    """1 where it certainly rises, -1 where it certainly falls, else 0."""


class GainWatch:
    """Watches the noise of blocks that are heard in order."""

    def __init__(self) -> None:
        self.changes_by_itself = False
        """Whether the gain is controlled automatically; once sure, it stays so."""
        self._trends: deque[Trend] = deque(maxlen=REMEMBERED)
        self.reset()

    def reset(self) -> None:
        """Forget the last seconds, as after a pause or a gap; what was learned stays."""
        self._cutter = Cutter()
        self._before: deque[float] = deque([SILENCE_DB], maxlen=BEFORE)
        self._pause: list[float] = []

    def hear(self, samples: Samples) -> None:
        """Take the next block, int16 of shape (n, channels) at 48 kHz."""
        for frame in self._cutter.cut(samples):
            exact = frame.astype(np.float32)
            power = np.square(exact[APART:] - exact[:-APART]).mean()
            self._take(float(decibels(power)))

    def _take(self, level: float) -> None:
        """The level of the next frame: the pause goes on, or it ends and is judged."""
        pause = self._pause
        last = pause[-3:]
        if last and abs(level - sum(last) / len(last)) > SMOOTH_DB:
            self._judge(pause[EDGE:-EDGE][:LONGEST])
            self._before.extend(pause)
            pause.clear()
        if len(pause) >= BEFORE:
            del pause[EDGE + LONGEST]  # of a long pause only its begin is judged
        pause.append(level)

    def _judge(self, levels: list[float]) -> None:
        if len(levels) < SHORTEST or not SILENCE_DB < levels[0] <= max(self._before) - BELOW_DB:
            return
        self._trends.append(trend(levels))
        self.changes_by_itself = self.changes_by_itself or creeps(self._trends)


def trend(levels: Sequence[float]) -> Trend:
    """The line through the levels of one pause, 50 ms each.

    >>> trend([-60 + 0.1 * frame + 0.05 * (frame % 2) for frame in range(20)]).direction
    1
    >>> trend([-60.0] * 15 + [-58.5] * 5).direction
    0
    """
    level = np.array(levels)
    seconds = (np.arange(len(level)) - (len(level) - 1) / 2) / FRAMES_PER_S
    spread = float(seconds @ seconds)
    slope = float(seconds @ level) / spread
    rest = level - level.mean() - slope * seconds
    error = float(np.sqrt(rest @ rest / (len(level) - 2) / spread))
    first, middle, last = (float(part.mean()) for part in np.array_split(level, 3))
    even = min((middle - first) * slope, (last - middle) * slope) > EVEN * abs((last - first) * slope)
    direction = (1 if slope > 0 else -1) if abs(slope) >= max(STEEP, CERTAIN * error) and even else 0
    start = float(level.mean() + slope * seconds[0])
    return Trend(start, slope * float(seconds[-1] - seconds[0]), direction)


def creeps(trends: Sequence[Trend]) -> bool:
    """Whether so many pauses agree that the noise rises while nobody speaks, and falls back while somebody does."""
    rising = [one for one in trends if one.direction > 0]
    falls = sum(one.direction < 0 for one in trends)
    if len(rising) < max(RISES, SHARE * len(trends), RISES_PER_FALL * falls):
        return False
    climbed = trends[-1].start + trends[-1].rise - trends[0].start
    return climbed < sum(one.rise for one in rising) / 2
