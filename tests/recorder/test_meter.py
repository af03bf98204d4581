"""The meter: levels are what they say, and hints come when something can be done, not when nobody speaks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
import soxr

from recorder.frames import RATE
from recorder.meter import Meter

if TYPE_CHECKING:
    from recorder.frames import Samples

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "kitchen-table.flac"


@pytest.fixture(scope="module")
def talk() -> np.ndarray:
    """The example at 48 kHz, shape (n,), in [-1, 1]."""
    sound, rate = soundfile.read(EXAMPLE, dtype="float32", frames=60 * 16_000)
    return soxr.resample(sound, rate, RATE)


def samples(*channels: np.ndarray) -> Samples:
    return np.round(np.clip(np.stack(channels, axis=1) * 32768, -32768, 32767)).astype(np.int16)


def noise(seconds: float, level_db: float) -> np.ndarray:
    return np.random.default_rng(3).standard_normal(round(seconds * RATE)) * 10 ** (level_db / 20)


def shown(meter: Meter, sound: Samples) -> list[tuple[float, tuple[str, ...]]]:
    """Seconds and hints, each time that the hints change."""
    changes: list[tuple[float, tuple[str, ...]]] = [(0.0, meter.hints)]
    for begin in range(0, len(sound), 1200):
        meter.hear(sound[begin : begin + 1200])
        if meter.hints != changes[-1][1]:
            changes.append((begin / RATE, meter.hints))
    return changes


@pytest.mark.parametrize("block", [1, 333, 2400, 9600])
def test_levels_do_not_depend_on_the_blocks(block: int) -> None:
    meter, time = Meter(2), np.arange(RATE // 4) / RATE
    sound = samples(np.sin(2 * np.pi * 440 * time) * 0.5, np.sin(2 * np.pi * 440 * time) * 0.05)
    for begin in range(0, len(sound), block):
        meter.hear(sound[begin : begin + block])
    assert meter.level_db == pytest.approx((-9.0, -29.0), abs=0.1)
    assert meter.peak_db == pytest.approx((-6.0, -26.0), abs=0.1)


def test_silence_is_minus_a_hundred_before_and_after_reset() -> None:
    meter = Meter(1)
    assert meter.level_db == meter.peak_db == (-100.0,)
    meter.hear(np.full((RATE, 1), 32767, np.int16))
    assert meter.level_db == meter.peak_db == (0.0,)
    assert meter.hints
    meter.reset()
    assert meter.level_db == meter.peak_db == (-100.0,)
    assert meter.hints == ()
    meter.hear(np.zeros((RATE, 1), np.int16))
    assert meter.level_db == (-100.0,)


def test_the_level_is_of_a_tenth_and_the_peak_of_a_second() -> None:
    meter = Meter(1)
    meter.hear(samples(np.full(RATE // 2, 0.5)))
    meter.hear(np.zeros((RATE // 2, 1), np.int16))
    assert (meter.level_db[0], meter.peak_db[0]) == (-100.0, pytest.approx(-6.0, abs=0.1))
    meter.hear(np.zeros((RATE // 2 + 2400, 1), np.int16))
    assert meter.peak_db == (-100.0,)


@pytest.mark.parametrize("rail", [32767, -32768, -32767])
def test_clipping_is_told_for_three_seconds(rail: int) -> None:
    sound = np.zeros((RATE * 6, 1), np.int16)
    sound[RATE : RATE + 3] = rail
    (_, nothing), (begin, hints), (end, gone) = shown(Meter(1), sound)
    assert nothing == gone == ()
    assert hints == ("too loud: move the microphone away a little, or turn it down",)
    assert begin == pytest.approx(1.0, abs=0.06) and end - begin == pytest.approx(3.0, abs=0.06)


def test_two_samples_at_full_scale_are_no_clipping() -> None:
    sound = np.zeros((RATE, 1), np.int16)
    sound[100:102] = sound[200:202] = 32767
    assert shown(Meter(1), sound) == [(0.0, ())]


def test_good_talk_brings_no_hint(talk: np.ndarray) -> None:
    assert shown(Meter(1), samples(talk)) == [(0.0, ())]


@pytest.mark.parametrize("quieter_db", [24, 36])
def test_weak_talk_is_told_calmly(talk: np.ndarray, quieter_db: float) -> None:
    changes = shown(Meter(1), samples(talk * 10 ** (-quieter_db / 20)))
    assert changes[1][1] == ("too quiet: move the microphone nearer, or turn it up",)
    assert changes[1][0] < 20
    assert len(changes) <= 4
    assert all(later - earlier >= 3 for (earlier, _), (later, _) in pairwise(changes[1:]))


def test_talk_that_drowns_in_noise_is_told(talk: np.ndarray) -> None:
    changes = shown(Meter(1), samples(talk + noise(60, -36)))
    assert any(hint.startswith("too quiet: ") for _, hints in changes for hint in hints)


@pytest.mark.parametrize("level_db", [-90, -65, -50])
def test_silence_is_no_reason_for_a_hint(level_db: float) -> None:
    assert shown(Meter(1), samples(noise(120, level_db))) == [(0.0, ())]


def test_a_car_that_passes_is_no_talk() -> None:
    swell = 10 ** (np.interp(np.arange(60 * RATE) / RATE, [0, 20, 30, 40, 60], [0, 0, 15, 0, 0]) / 20)
    assert shown(Meter(1), samples(noise(60, -65) * swell)) == [(0.0, ())]


def test_of_two_microphones_the_weak_one_is_named(talk: np.ndarray) -> None:
    """They speak in turns of five seconds, and each microphone hears the other one 10 dB weaker."""
    first = (np.arange(len(talk)) // (5 * RATE)) % 2 == 0
    left, right = talk * first, talk * ~first
    hiss = noise(60, -75)[: len(talk)], noise(60, -75)[::-1][: len(talk)]
    fair = samples(left + right * 0.3 + hiss[0], right + left * 0.3 + hiss[1])
    assert shown(Meter(2), fair) == [(0.0, ())]
    faint = samples(left + right * 0.3 + hiss[0], (right + left * 0.3 + hiss[1]) * 0.03)
    hints = {hint for _, hints in shown(Meter(2), faint) for hint in hints}
    assert hints == {"too quiet: move the right microphone nearer, or turn it up"}


def test_who_only_listens_is_not_too_quiet(talk: np.ndarray) -> None:
    sound = samples(talk + noise(60, -75)[: len(talk)], talk * 0.1 + noise(60, -75)[::-1][: len(talk)])
    assert shown(Meter(2), sound) == [(0.0, ())]


def test_the_callers_memory_may_be_used_again() -> None:
    meter, block = Meter(1), np.full((1800, 1), 16384, np.int16)
    meter.hear(block)
    block[:] = 0
    meter.hear(np.full((600, 1), 16384, np.int16))
    assert meter.level_db == pytest.approx((-6.0,), abs=0.1)
