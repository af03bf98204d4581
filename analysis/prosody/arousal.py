"""Arousal: how activated a voice is, compared with the same voice when calm. From -1 to 1.

After Bone, Lee & Narayanan (2014), rule-based and without training: for level, pitch and high-frequency energy the
share of the speaker's baseline samples that are exceeded, less the share that is not reached, each in [-1, 1]; fused
by weights, each measure's Spearman correlation with the mean of all, over the speaker's lines in this session.

What it is not: anger. Joy, fear, a laugh and a noisy kitchen raise it as well, and cold contempt in a low voice does
not. It says nothing about the words. No baseline, no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["exceeded", "fused", "weights"]

FEWEST_LINES = 5
FEWEST_MEASURES = 2
"""One measure alone has too many other reasons to be high."""


def exceeded(own: Array, baseline: Array) -> float:
    """Share of baseline samples below each own one, less the share above, on average over the own ones; in [-1, 1].

    Parameters
    ----------
    own : array of shape (n,)
        NaN where unknown.
    baseline : array of shape (m,), sorted

    Returns
    -------
    float
        NaN if less than half of the own ones are known, or there is no baseline.

    Examples
    --------
    >>> exceeded(np.array([5.0, 5.0]), np.arange(4.0))
    1.0
    """
    known = own[np.isfinite(own)]
    if not len(baseline) or not len(known) or len(known) < len(own) / 2:
        return float("nan")
    below = np.searchsorted(baseline, known, side="left")
    above = len(baseline) - np.searchsorted(baseline, known, side="right")
    return float((below - above).mean() / len(baseline))


def weights(scores: Sequence[Sequence[float]]) -> Array:
    """The weight of each measure: Spearman's correlation, not below 0, with the mean of all over the lines.

    Parameters
    ----------
    scores : sequence of n lines, each of k scores
        One line at least. NaN where unknown; measures that are unknown throughout, and lines in which another one is,
        are left out.

    Returns
    -------
    array of shape (k,)
        All 1 with fewer than five lines, or where nothing agrees.
    """
    from scipy.stats import rankdata

    table = np.array(scores, dtype=float)
    result = np.ones(table.shape[1])
    measured = np.isfinite(table).any(axis=0)
    lines = table[:, measured]
    lines = lines[np.isfinite(lines).all(axis=1)]
    if len(lines) < FEWEST_LINES or measured.sum() < FEWEST_MEASURES:
        return result
    ranks = np.stack([rankdata(column) for column in [*lines.T, lines.mean(axis=1)]])
    if (ranks.std(axis=1) == 0).any():
        return result
    agreeing = np.maximum(np.corrcoef(ranks)[-1, :-1], 0)
    if agreeing.any():
        result[measured] = agreeing
    return result


def fused(scores: Sequence[float], weight: Array) -> float | None:
    """The weighted mean of the known scores; None with fewer than two.

    >>> fused([1.0, 0.5, float("nan")], np.array([1.0, 1.0, 1.0]))
    0.75
    """
    known = [(score, float(share)) for score, share in zip(scores, weight, strict=True) if np.isfinite(score)]
    total = sum(share for _, share in known)
    if len(known) < FEWEST_MEASURES or total == 0:
        return None
    return sum(score * share for score, share in known) / total
