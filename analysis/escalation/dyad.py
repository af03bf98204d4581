"""Who raises whom, and who calms whom: each one's voice as an answer to the other's last line, with its uncertainty.

- A **reaction** is the slope of one's own arousal (or pitch, in semitones) on the other's in the line before, given
  one's own in the line before that: how far one goes along. 1 is all the way, 0 not at all, below 0 the other way.
- A **drift** is the slope of arousal or pitch along the talk, for 10 minutes. Pitch that rises across a talk goes with
  distress (Fischer et al. 2024).
- **Coming down** is the median time from an episode's peak until the curve was low again.

Lines depend on their neighbors, so intervals come from a bootstrap of blocks of five exchanges (Künsch 1989), 95 %.
With less than twenty exchanges, or less than three episodes that came down, nothing is said. A slope is no cause: a
topic that is hard for both raises both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from analysis.session import Drift, Dyad, Episode, Estimate, Reaction, Utterance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["dyad"]

FEWEST_EXCHANGES = 20
FEWEST_EPISODES = 3
SHORTEST_TALK = 300.0
ANSWERED_WITHIN = 10.0
BLOCK = 5
RESAMPLES = 500

MEASURES: dict[str, Callable[[Utterance], float | None]] = {
    "arousal": lambda u: u.prosody.arousal,
    "pitch_st": lambda u: u.prosody.pitch_st,
}


def dyad(utterances: Sequence[Utterance], episodes: Sequence[Episode], before: Dyad | None = None) -> Dyad:
    """What passes between the speakers of these utterances (in the order of time).

    `before` is what was found of the same voices: then only the episodes are looked at.
    """
    recovered = np.array([episode.recovery_s for episode in episodes if episode.recovery_s is not None])
    few = len(recovered) < FEWEST_EPISODES
    coming_down = None if few else _estimate(recovered, 1, lambda many: np.median(many, axis=1))
    if before is not None:
        return replace(before, coming_down_s=coming_down)
    known = [u for u in utterances if u.speaker is not None]
    speakers = sorted({str(u.speaker) for u in known})
    reactions = [
        Reaction(
            by=by, to=to, **{name: _reaction(_exchanges(known, by, to, value)) for name, value in MEASURES.items()}
        )
        for by in speakers
        for to in speakers
        if by != to
    ]
    drifts = [
        Drift(speaker=speaker, **{name: _drift(known, speaker, value) for name, value in MEASURES.items()})
        for speaker in speakers
    ]
    return Dyad(
        reactions=tuple(r for r in reactions if r.arousal or r.pitch_st),
        drifts=tuple(d for d in drifts if d.arousal or d.pitch_st),
        coming_down_s=coming_down,
    )


def _exchanges(
    utterances: Sequence[Utterance], by: str, to: str, value: Callable[[Utterance], float | None]
) -> list[tuple[float, float, float]]:
    """(own, the other's in the line before, own in the line before that) for each line of `by` that answers `to`."""
    found = []
    own: float | None = None
    for before, now in pairwise(utterances):
        if before.speaker == by:
            own = value(before)
        if (before.speaker, now.speaker) != (to, by) or now.start - before.end > ANSWERED_WITHIN:
            continue
        other, answer = value(before), value(now)
        if other is not None and answer is not None and own is not None:
            found.append((answer, other, own))
    return found


def _reaction(exchanges: Sequence[tuple[float, float, float]]) -> Estimate | None:
    if len(exchanges) < FEWEST_EXCHANGES:
        return None
    return _estimate(np.array(exchanges), BLOCK, lambda many: _slope(many[:, :, 0], many[:, :, 1:]))


def _drift(
    utterances: Sequence[Utterance], speaker: str, value: Callable[[Utterance], float | None]
) -> Estimate | None:
    """By how much it changes in 10 minutes."""
    own = [(v, u.start / 600) for u in utterances if u.speaker == speaker and (v := value(u)) is not None]
    if len(own) < FEWEST_EXCHANGES or (own[-1][1] - own[0][1]) * 600 < SHORTEST_TALK:
        return None
    return _estimate(np.array(own), BLOCK, lambda many: _slope(many[:, :, 0], many[:, :, 1:]))


def _slope(values: Array, on: Array) -> Array:
    """Least-squares coefficient of the first regressor, with a constant, for each sample; shapes (b, n), (b, n, k)."""
    design = np.concatenate([on, np.ones((*on.shape[:2], 1))], axis=2)
    turned = design.transpose(0, 2, 1)
    normal = turned @ design + 1e-9 * np.eye(design.shape[2])
    slopes: Array = np.linalg.solve(normal, turned @ values[:, :, None])[:, 0, 0]
    return slopes


def _estimate(sample: Array, block: int, of: Callable[[Array], Array]) -> Estimate:
    """The statistic of the sample, and the middle 95 % of those of its resamples in blocks (always the same ones)."""
    size = len(sample)
    rng = np.random.default_rng(0)
    starts = rng.integers(0, size - block + 1, (RESAMPLES, -(-size // block)))
    picked = (starts[:, :, None] + np.arange(block)).reshape(RESAMPLES, -1)[:, :size]
    low, high = np.percentile(of(sample[picked]), [2.5, 97.5])
    value = float(of(sample[None])[0])
    return Estimate(value=round(value, 3), low=round(float(low), 3), high=round(float(high), 3), n=size)
