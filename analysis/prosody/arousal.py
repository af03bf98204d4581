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

__all__ = ["fused", "means", "places", "weights"]

FEWEST_LINES = 5
FEWEST_MEASURES = 2
"""One measure alone has too many other reasons to be high."""


def places(own: Array, baseline: Array) -> Array:
    """Where each sample lies in the baseline: the share of it that lies below, less the share above; in [-1, 1].

    Parameters
    ----------
    own : array of shape (n,)
        NaN where unknown; the result is NaN there, too.
    baseline : array of shape (m,), sorted

    Examples
    --------
    >>> places(np.array([5.0, -1.0]), np.arange(4.0))
    array([ 1., -1.])
    """
    if not len(baseline):
        return np.full(len(own), np.nan)
    below = np.searchsorted(baseline, own, side="left")
    above = len(baseline) - np.searchsorted(baseline, own, side="right")
    return np.where(np.isfinite(own), (below - above) / len(baseline), np.nan)


def means(values: Array, first: NDArray[np.intp], last: NDArray[np.intp]) -> Array:
    """The mean of each slice ``values[first:last]``; NaN if less than half of it is known.

    >>> means(np.array([1.0, np.nan, 3.0]), np.array([0, 1]), np.array([3, 2]))
    array([ 2., nan])
    """
    known = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    there = counts[last] - counts[first]
    enough = (there > 0) & (there >= (last - first) / 2)
    return np.where(enough, (sums[last] - sums[first]) / np.maximum(there, 1), np.nan)


def weights(scores: Sequence[Sequence[float]] | Array) -> Array:
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
