"""Where a talk turns to something else: change points in a row of points.

Each line of the talk is a point (a row of an array), and a stretch costs what its points lie away from their mean, in
squares. It is cut where that cost falls by more than `penalty` (kernel change-point detection with a linear kernel:
Arlot, Celisse & Harchaoui 2019). The best of all cuts is found exactly, by dynamic programming (optimal partitioning:
Jackson et al. 2005), in time that grows with the square of the lines: 3,000 take less than a second.

A cut is the number of the line that begins a new stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["cuts", "stretches"]

TOGETHER = 512
"""Lines whose products with all others are computed at once; all of a long talk's would not fit into memory."""


def cuts(points: NDArray[Any], penalty: float) -> list[int]:
    """The cuts with the least scatter of all stretches together, where each cut costs `penalty`.

    Parameters
    ----------
    points
        Shape (lines, dimensions).
    penalty
        In the points' unit, squared; the larger, the fewer cuts.

    >>> cuts(np.array([[0.0], [0.1], [0.0], [5.0], [5.1]]), penalty=1.0)
    [3]
    """
    number = len(points)
    sums = np.vstack([np.zeros(points.shape[1]), np.cumsum(points, axis=0, dtype=float)])
    lengths = (sums**2).sum(axis=1)
    squares = np.append(0.0, np.cumsum((points.astype(float) ** 2).sum(axis=1)))
    best = np.zeros(number + 1)
    before = np.zeros(number + 1, dtype=int)
    for end in range(1, number + 1):
        row = (end - 1) % TOGETHER
        if row == 0:
            products = sums[end : end + TOGETHER] @ sums.T
        # The scatter of a stretch: its squares less those of its mean, where |a - b|² = |a|² + |b|² - 2ab.
        of_mean = (lengths[end] + lengths[:end] - 2 * products[row, :end]) / np.arange(end, 0, -1)
        cost = best[:end] + squares[end] - squares[:end] - of_mean
        cost[1:] += penalty
        before[end] = cost.argmin()
        best[end] = cost[before[end]]
    found = []
    end = int(before[number])
    while end > 0:
        found.append(end)
        end = int(before[end])
    return found[::-1]


def stretches(cuts: Sequence[int], number: int) -> list[tuple[int, int]]:
    """The stretches (begin, end) between the cuts of `number` lines.

    >>> stretches([3], 5)
    [(0, 3), (3, 5)]
    """
    return [(begin, end) for begin, end in pairwise([0, *cuts, number]) if begin < end]
