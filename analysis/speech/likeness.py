"""What each moment sounds like: short pieces of the talk compared with the voices in it.

Diarization hears 10 s at once and then says of each frame who speaks; now and then it gives the beginning of a
sentence, or a whole short one, to the other. A second witness looks at pieces of 1.5 s, one every 0.5 s, and says how
much each of them resembles each voice (cosine of the embeddings). `analysis.speech.attribution` weighs both, word by
word. This is the sliding-window embedding of classic diarization (Sell & Garcia-Romero, 2014), used for one thing only:
to doubt, and to settle a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.audio import SAMPLE_RATE, Window
from analysis.session import Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.floating]

__all__ = ["LENGTH", "Likeness", "compare", "pieces"]

LENGTH, HOP = 1.5, 0.5
"""Seconds of a piece, and from one to the next (docs/method.md has the measurement)."""
NEAR = 0.9
"""Pieces whose middle is nearer than this to a moment say something about it, the nearest most."""
ALONE, OTHERS = 0.6, 0.15
"""A piece shows what a voice sounds like if its turns cover so much of it, and the others' no more than this."""


@dataclass(frozen=True)
class Likeness:
    """How much the pieces around a moment sound like each speaker.

    `middles` are seconds, shape (pieces,), ascending; `values` are cosines, shape (pieces, speakers).
    """

    speakers: tuple[str, ...]
    middles: Array
    values: Array

    def at(self, moment: float) -> Array:
        """The cosines at this moment, shape (speakers,); zeros where no piece is near.

        >>> Likeness(("S1", "S2"), np.array([1.0]), np.array([[0.9, 0.1]])).at(1.2)
        array([0.9, 0.1])
        """
        first, last = np.searchsorted(self.middles, [moment - NEAR, moment + NEAR])
        weights = NEAR - np.abs(self.middles[first:last] - moment)
        if not weights.sum() > 0:
            return np.zeros(len(self.speakers))
        mean: Array = weights @ self.values[first:last] / weights.sum()
        return mean


def pieces(window: Window) -> tuple[list[int], Array]:
    """The pieces that begin in a window: their first samples in the recording, and their sound, shape (pieces, n).

    They lie on one grid for the whole recording; a piece that the recording does not hold to its end is left out.
    """
    length, hop = round(LENGTH * SAMPLE_RATE), round(HOP * SAMPLE_RATE)
    sound = np.concatenate([window.samples, window.ahead])
    first = -(-window.offset // hop) * hop
    ends = window.offset + min(len(window.samples), len(sound) - length + 1)
    starts = list(range(first, ends, hop))
    cut = [sound[start - window.offset :][:length] for start in starts]
    return starts, np.stack(cut) if cut else np.zeros((0, length), np.float32)


def compare(starts: Sequence[float], embeddings: Array, turns: Sequence[Turn]) -> Likeness | None:
    """How much each piece sounds like each speaker of `turns`; None where there are no two to tell apart.

    Parameters
    ----------
    starts : sequence of float
        Where the pieces begin, in seconds, ascending.
    embeddings : array of shape (pieces, dimension)
        NaN where a piece was not listened to.
    """
    speakers = tuple(sorted({turn.speaker for turn in turns}))
    known = ~np.isnan(embeddings).any(axis=1) if len(embeddings) else np.zeros(0, bool)
    if len(speakers) < 2 or not known.any():
        return None
    begin = np.asarray(starts)[known]
    unit = embeddings[known] / np.linalg.norm(embeddings[known], axis=1, keepdims=True)
    covers = _covers(begin, turns, speakers)
    voices = np.stack([_voice(unit, covers, k) for k in range(len(speakers))])
    return Likeness(speakers, begin + LENGTH / 2, unit @ voices.T)


def _covers(begin: Array, turns: Sequence[Turn], speakers: Sequence[str]) -> Array:
    """The share of each piece that each speaker's turns cover, shape (pieces, speakers)."""
    covers = np.zeros((len(begin), len(speakers)))
    for turn in turns:
        first, last = np.searchsorted(begin, [turn.start - LENGTH, turn.end])
        shared = np.minimum(turn.end, begin[first:last] + LENGTH) - np.maximum(turn.start, begin[first:last])
        covers[first:last, speakers.index(turn.speaker)] += np.maximum(0, shared) / LENGTH
    return covers


def _voice(unit: Array, covers: Array, speaker: int) -> Array:
    """The mean of the pieces in which (nearly) only this speaker is heard, at unit length; of all of theirs if none."""
    own = covers[:, speaker]
    alone = own * (own >= ALONE) * (covers.sum(axis=1) - own < OTHERS)
    mean: Array = (alone if alone.any() else own) @ unit
    return mean / max(float(np.linalg.norm(mean)), 1e-9)
