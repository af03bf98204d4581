"""Who was heard, and when: what telling the voices apart, or reading the channels, adds up to.

`Heard` is what the stages `Diarization` and `Channels` hand to everything behind them: the turns, how sure it is that
anybody spoke at all (`Activity`), what each voice sounds like (`Voiceprint`), and what each moment (`Likeness`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from analysis.session import Turn
from analysis.speech.likeness import Likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Activity", "Heard", "Voiceprint"]


class Voiceprint(Struct, frozen=True, kw_only=True):
    """What one speaker of one conversation sounds like.

    `values` is the mean embedding at unit length; voiceprints compare only where `model` (the sha256 of the embedding's
    weights) is the same.
    """

    speaker: str
    model: str
    seconds: float
    """Of this speaker's turns."""
    values: tuple[float, ...]

    @classmethod
    def of(cls, speaker: str, model: str, seconds: float, embedding: NDArray[np.floating]) -> Voiceprint:
        """From an embedding of any length, shape (dimension,)."""
        unit = embedding / np.linalg.norm(embedding)
        return cls(speaker=speaker, model=model, seconds=round(seconds, 3), values=tuple(map(float, unit)))


@dataclass(frozen=True)
class Activity:
    """How sure it is that anybody speaks: shares in 0..1, one every `step` seconds from the start.

    The segmentation model looks at each moment several times, from chunks that begin at different places; the
    share of looks in which it heard a voice is the value.

    >>> Activity(0.5, np.array([0, 0, 1, 1])).share(0.5, 1.5)
    0.5
    """

    step: float
    values: NDArray[np.floating]

    def share(self, start: float, end: float) -> float:
        """The mean from `start` to `end` seconds; 0 beyond the end."""
        first = max(0, int(start / self.step))
        part = self.values[first : max(first + 1, round(end / self.step))]
        return float(part.mean()) if len(part) else 0.0


@dataclass(frozen=True)
class Heard:
    """Everything that the voices, or the channels, tell of a whole conversation."""

    turns: tuple[Turn, ...] | None
    """In the order of time; None where nobody can be told from anybody."""
    activity: Activity | None = None
    """None where nothing is known about it."""
    voiceprints: Sequence[Voiceprint] = ()
    besides: frozenset[str] = frozenset()
    """Speakers who are none of the people whose names are known: a child, a visitor, the television."""
    likeness: Likeness | None = None
    """None where there are no two voices, or where nobody compared them."""
