"""What is played is what was analyzed, to the sample, and never lies on a disk."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from analysis.audio import Playback, probe
from analysis.audio.playback import HEADER

RATE = 16_000


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Seventy seconds whose every second is louder than the one before."""
    path = tmp_path / "tone.wav"
    times = np.arange(70 * RATE) / RATE
    soundfile.write(path, (np.floor(times) + 1) / 100 * np.sin(2 * np.pi * 440 * times), RATE, subtype="PCM_16")
    return path


def test_it_is_a_wav_file_of_the_very_samples(tone: Path) -> None:
    sound = Playback(tone, 70.0)
    whole = sound.read(0, sound.size)
    with wave.open(io.BytesIO(whole)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    expected, _ = soundfile.read(tone, dtype="int16")
    assert len(samples) == len(expected)
    assert np.abs(samples.astype(int) - expected).max() <= 1
    assert sound.progress == 1


@pytest.mark.parametrize(
    "span", [(0, 10), (0, 45), (43, 47), (44, 46), (45, 46), (1_000_001, 1_000_100), (2_239_990, 2_240_044)]
)
def test_any_piece_is_a_piece_of_the_whole(tone: Path, span: tuple[int, int]) -> None:
    sound = Playback(tone, 70.0)
    assert sound.read(*span) == sound.read(0, sound.size)[slice(*span)]


def test_as_flac_it_loses_nothing(tone: Path) -> None:
    sound = Playback(tone, 70.0)
    samples, rate = soundfile.read(io.BytesIO(sound.flac()), dtype="int16")
    assert rate == RATE
    assert samples.astype("<i2").tobytes() == sound.read(HEADER, sound.size)


def test_a_file_that_is_another_one_now_is_not_played(tone: Path) -> None:
    right = Playback(tone, 70.0, probe(tone).sha256)
    assert any(right.read(HEADER, HEADER + 20_000))
    assert right.trouble is None
    wrong = Playback(tone, 70.0, "0" * 64)
    assert not any(wrong.read(HEADER, wrong.size))
    assert wrong.trouble is not None and "not the recording any more" in wrong.trouble


def test_a_file_that_breaks_off_or_goes_away_is_silent_and_says_why(tone: Path, tmp_path: Path) -> None:
    short = Playback(tone, 90.0)
    assert len(short.read(0, short.size)) == short.size
    gone = Playback(tmp_path / "gone.wav", 10.0)
    assert not any(gone.read(HEADER, gone.size))
    assert gone.trouble is not None and "gone.wav" in gone.trouble


def test_stopped_it_forgets(tone: Path) -> None:
    sound = Playback(tone, 70.0)
    sound.stop()
    assert sound.read(HEADER, 100_000) == b""
