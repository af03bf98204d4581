"""The gain watch: a gain that creeps up between words is noticed, and what rooms do is not.

`benchmarks/gain.py` measures it at length; here are the corners.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from recorder.frames import RATE
from recorder.gain import GainWatch, Trend, creeps, trend

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "kitchen-table.flac"


@pytest.fixture(scope="module")
def talk() -> np.ndarray:
    """The example twice over, at 48 kHz, shape (n,), in [-1, 1], in a room with -60 dB of noise."""
    sound, rate = soundfile.read(EXAMPLE, dtype="float32")
    sound = soxr.resample(np.tile(sound, 2), rate, RATE)
    return sound + np.random.default_rng(5).standard_normal(len(sound)).astype(np.float32) * 0.001


def controlled(sound: np.ndarray, rise_db_per_s: float, most_db: float) -> np.ndarray:
    """Turned up towards -9 dB, down again at once."""
    hop = RATE // 200
    peaks = np.abs(sound[: len(sound) // hop * hop]).reshape(-1, hop).max(axis=1)
    gains, gain = [], 0.0
    for wanted in np.clip(-9 - 20 * np.log10(peaks), 0, most_db):
        gain = min(float(wanted), gain + rise_db_per_s / 200)
        gains.append(gain)
    return sound * 10 ** (np.interp(np.arange(len(sound)), np.arange(len(gains)) * hop, gains) / 20)


def heard(sound: np.ndarray, block: int = 1200) -> GainWatch:
    watch = GainWatch()
    samples = np.round(np.clip(sound * 32768, -32768, 32767)).astype(np.int16)
    samples = samples if samples.ndim == 2 else samples[:, None]
    for begin in range(0, len(samples), block):
        watch.hear(samples[begin : begin + block])
    return watch


def step(talk: np.ndarray, points: list[tuple[float, float]]) -> np.ndarray:
    """The talk with noise of -58 dB along (second, dB)."""
    seconds, db = zip(*points, strict=True)
    room = np.random.default_rng(6).standard_normal(len(talk)) * 10 ** (-58 / 20)
    return talk + room * 10 ** (np.interp(np.arange(len(talk)) / RATE, seconds, db) / 20)


def test_untouched_talk_is_left_alone(talk: np.ndarray) -> None:
    assert not heard(talk).changes_by_itself


@pytest.mark.parametrize(("rise", "most"), [(3, 20), (6, 30)])
def test_a_gain_that_creeps_up_is_noticed(talk: np.ndarray, rise: float, most: float) -> None:
    assert heard(controlled(talk, rise, most)).changes_by_itself


def test_two_channels_in_blocks_of_any_size(talk: np.ndarray) -> None:
    made = controlled(talk, 3, 30)
    assert heard(np.stack([made, made], axis=1), block=999).changes_by_itself


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (60, 0), (60.2, 10)],
        [(at + t, db) for at in range(20, 300, 30) for t, db in ((0, 0), (0.1, 8), (15, 8), (15.1, 0))],
        [(0, 0), (150, 20), (300, 0)],
        [(at + t, db) for at in range(9, 300, 14) for t, db in ((-4, 0), (0, 12), (4, 0))],
    ],
    ids=["a dishwasher starts", "a fridge", "rain", "cars"],
)
def test_what_rooms_do_is_left_alone(talk: np.ndarray, points: list[tuple[float, float]]) -> None:
    assert not heard(step(talk, points)).changes_by_itself


def test_digital_silence_and_nothing_are_left_alone() -> None:
    assert not heard(np.zeros(RATE * 10)).changes_by_itself
    assert not heard(np.zeros((0, 1))).changes_by_itself


def test_once_sure_it_stays_sure(talk: np.ndarray) -> None:
    watch = heard(controlled(talk, 3, 30))
    watch.reset()
    watch.hear(np.zeros((RATE, 1), np.int16))
    assert watch.changes_by_itself


def test_a_trend_is_certain_or_none() -> None:
    wobble = 0.1 * np.random.default_rng(0).standard_normal(20)
    assert trend(list(-60 + 0.15 * np.arange(20) + wobble)).direction == 1
    assert trend(list(-60 - 0.15 * np.arange(20) + wobble)).direction == -1
    assert trend(list(-60 + 0.01 * np.arange(20) + wobble)).direction == 0
    assert trend(list(-60 + 0.15 * np.arange(20) + 20 * wobble)).direction == 0


def test_pauses_must_agree() -> None:
    up, even, down = Trend(-60, 2, 1), Trend(-60, 0, 0), Trend(-60, -2, -1)
    assert creeps([up] * 8)
    assert not creeps([up] * 7)
    assert creeps([up, even, even] * 8)
    assert not creeps([even] * 17 + [up] * 7)
    assert creeps([up] * 8 + [down])
    assert not creeps([up] * 8 + [down] * 2)
    assert not creeps([Trend(-60 + 2 * index, 2, 1) for index in range(12)]), "that is a kettle"
