"""The best cuts are found, whatever the points are."""

from __future__ import annotations

import time
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.topics import segmentation
from analysis.topics.embedding import unit
from analysis.topics.segmentation import cuts, stretches

NUMBERS = st.lists(st.floats(-5, 5).map(lambda number: round(number, 2)), min_size=1, max_size=7)


def cost(points: NDArray[np.float64], found: list[int], penalty: float) -> float:
    parts = (points[slice(*part)] for part in stretches(found, len(points)))
    return sum(float(((part - part.mean(axis=0)) ** 2).sum()) for part in parts) + penalty * len(found)


@given(NUMBERS, st.floats(0.1, 20))
@settings(max_examples=150, deadline=None)
def test_no_other_cuts_cost_less(numbers: list[float], penalty: float) -> None:
    points = np.array([[number, number * number / 9] for number in numbers])
    inside = range(1, len(points))
    all_cuts = chain.from_iterable(combinations(inside, size) for size in range(len(points)))
    least = min(cost(points, list(some), penalty) for some in all_cuts)
    assert cost(points, cuts(points, penalty), penalty) == pytest.approx(least, abs=1e-9)


def test_a_row_of_stretches_is_cut_between_them_and_nowhere_else() -> None:
    chance = np.random.default_rng(0)
    means = unit(chance.normal(size=(5, 40)))
    points = np.repeat(means, 20, axis=0) + chance.normal(scale=0.05, size=(100, 40))
    assert cuts(points, penalty=2.0) == [20, 40, 60, 80]
    assert cuts(points, penalty=1000.0) == []


def test_blocks_of_products_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(1).normal(size=(30, 3))
    whole = cuts(points, 3.0)
    monkeypatch.setattr(segmentation, "TOGETHER", 7)
    assert whole and cuts(points, 3.0) == whole


def test_one_line_and_none_have_no_cuts() -> None:
    assert cuts(np.zeros((1, 4)), 1.0) == cuts(np.zeros((0, 4)), 1.0) == []
    assert stretches([], 0) == []


@pytest.mark.slow
def test_a_long_talk_is_cut_in_a_moment() -> None:
    points = unit(np.random.default_rng(0).normal(size=(3000, 395)))
    begin = time.process_time()
    cuts(points, 2.2)
    assert time.process_time() - begin < 2
