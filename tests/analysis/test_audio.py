"""The way in for sound: what comes out is the file's own time, in windows that join without a seam."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from analysis.audio import SAMPLE_RATE, probe, windows
from analysis.audio.windows import LONGEST, SHORTEST
from recorder.errors import SoundError
from tests.support import sounds


def whole(path: Path) -> np.ndarray:
    return np.concatenate([window.samples for window in windows(path)])


def loudest_hz(samples: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(power) * SAMPLE_RATE / len(samples))


def video(path: Path, samples: np.ndarray, rate: int) -> Path:
    """What a phone films: pictures, and sound beside them."""
    with av.open(str(path), "w") as container:
        pictures, sound = container.add_stream("mpeg4", rate=10), container.add_stream("aac", rate=rate)
        pictures.width = pictures.height = 64
        pictures.pix_fmt, sound.layout = "yuv420p", "mono"
        for _ in range(len(samples) * 10 // rate):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(pictures.encode(picture))
        for begin in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, begin : begin + 1024], format="fltp", layout="mono")
            frame.rate, frame.pts = rate, begin
            container.mux(sound.encode(frame))
        container.mux(pictures.encode(None))
        container.mux(sound.encode(None))
    return path


def test_windows_join_without_gap_or_overlap(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, 100 * SAMPLE_RATE).astype(np.float32)
    path = sounds.wav(tmp_path / "noise.wav", noise, subtype="FLOAT")
    found = list(windows(path))
    assert [window.index for window in found] == list(range(len(found)))
    assert all(a.end == b.start for a, b in pairwise(found))
    assert all(SHORTEST <= window.end - window.start <= LONGEST for window in found[:-1])
    np.testing.assert_allclose(whole(path), noise, atol=1e-6)
    for before, after in pairwise(found):
        shared = min(len(before.ahead), len(after.samples))
        np.testing.assert_array_equal(before.ahead[:shared], after.samples[:shared])


def test_a_window_is_cut_where_it_is_quiet(tmp_path: Path) -> None:
    sound = sounds.tone(60)
    sound[int(22.0 * SAMPLE_RATE) : int(22.5 * SAMPLE_RATE)] = 0
    first = next(iter(windows(sounds.wav(tmp_path / "talk.wav", sound))))
    assert 22.0 < first.end < 22.5


@pytest.mark.parametrize(
    ("suffix", "codec", "rate"),
    [
        ("m4a", "aac", 44_100),
        ("mp3", "libmp3lame", 44_100),
        ("webm", "libopus", 48_000),
        ("ogg", "libopus", 48_000),
        ("mp4", "aac", 48_000),
        ("flac", "flac", 48_000),
        ("wav", "pcm_s16le", 44_100),
    ],
)
def test_what_phones_and_browsers_write_is_read_at_its_own_time(
    tmp_path: Path, suffix: str, codec: str, rate: int
) -> None:
    samples = np.concatenate([sounds.tone(2, rate, 300), sounds.tone(2, rate, 1000)])
    path = sounds.encoded(tmp_path / f"memo.{suffix}", samples, rate, codec)
    facts = probe(path)
    assert facts.duration == pytest.approx(4, abs=0.1)
    assert (facts.sample_rate, facts.channels) == (rate, 1)
    heard = whole(path)
    assert len(heard) / SAMPLE_RATE == pytest.approx(facts.duration, abs=0.01)
    assert loudest_hz(heard[8000:24000]) == pytest.approx(300, abs=3)
    assert loudest_hz(heard[40000:56000]) == pytest.approx(1000, abs=3)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (96_000, 6), (44_100, 2)])
def test_any_rate_and_any_number_of_channels(tmp_path: Path, rate: int, channels: int) -> None:
    samples = np.repeat(sounds.tone(3, rate, 440)[:, None], channels, axis=1)
    path = sounds.wav(tmp_path / "odd.wav", samples, rate)
    assert probe(path).channels == channels
    heard = whole(path)
    assert len(heard) == pytest.approx(3 * SAMPLE_RATE, abs=2)
    assert loudest_hz(heard) == pytest.approx(440, abs=1)
    assert np.abs(heard[1000:-1000]).max() == pytest.approx(0.1, rel=0.05)


def test_resampling_folds_nothing_back(tmp_path: Path) -> None:
    """A 12 kHz tone cannot exist at 16 kHz; a careless resampler turns it into one of 4 kHz."""
    path = sounds.wav(tmp_path / "high.wav", sounds.tone(3, 48_000, 12_000, 0.5), 48_000)
    assert np.abs(whole(path)[1000:-1000]).max() < 0.5 * 10 ** (-60 / 20)


def test_a_file_cut_off_midway_gives_what_it_has(tmp_path: Path) -> None:
    path = sounds.encoded(tmp_path / "call.mp3", sounds.tone(10, 44_100), 44_100, "libmp3lame")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert probe(path).duration == pytest.approx(5, abs=0.3)


def test_a_video_gives_its_sound_and_a_silent_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="no audio track"):
        probe(sounds.silent_video(tmp_path / "garden.mp4"))


def test_a_video_with_sound_is_as_long_as_its_sound(tmp_path: Path) -> None:
    path = video(tmp_path / "garden.mp4", sounds.tone(3, 48_000, 300), 48_000)
    assert probe(path).duration == pytest.approx(3, abs=0.1)
    heard = whole(path)
    assert len(heard) / SAMPLE_RATE == pytest.approx(probe(path).duration, abs=0.01)
    assert loudest_hz(heard[8000:40000]) == pytest.approx(300, abs=3)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("Dear diary, this is no sound at all. " * 50)


def cut_m4a(path: Path) -> None:
    whole_file = sounds.encoded(path.with_name("whole.m4a"), sounds.tone(5, 44_100), 44_100, "aac")
    path.write_bytes(whole_file.read_bytes()[:20_000])


def not_numbers(path: Path) -> None:
    samples = sounds.tone(2)
    samples[20_000] = np.nan
    sounds.wav(path, samples, subtype="FLOAT")


@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (lambda path: None, "missing.wav", "there is no file"),
        (lambda path: path.mkdir(), "folder", "is a folder"),
        (nothing, "empty.wav", "is empty"),
        (text, "diary.wav", "cannot be read as sound"),
        (cut_m4a, "cut.m4a", "cannot be read as sound"),
        (not_numbers, "nan.wav", "not numbers"),
    ],
)
def test_bad_sound_is_told_in_one_line(tmp_path: Path, make, name: str, says: str) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(SoundError, match=says) as caught:
        probe(path)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
