"""How it was said: sounds with known pitch, level and brightness, and voices against their own baseline."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.prosody import describe, frames_of
from analysis.prosody.frames import Measuring, measure
from analysis.prosody.pace import pace, syllables
from analysis.session import Frames, Turn, Utterance, Word
from tests.support.sounds import tone

RATE = 16_000


def voice(seconds: float, hz: float, level: float = 0.05) -> np.ndarray:
    """Ten harmonics with falling amplitude: buzzing as a throat does."""
    return sum(
        (tone(seconds, RATE, hz * k, level / k) for k in range(1, 11)), np.zeros(int(seconds * RATE), np.float32)
    )


@pytest.mark.parametrize("hz", [80, 120, 200, 330])
def test_pitch_of_a_voice_is_its_fundamental(hz: float) -> None:
    found = measure(voice(2, hz))
    known = [x for x in found.pitch_hz if x is not None]
    assert len(known) >= 18
    assert np.median(known) == pytest.approx(hz, rel=0.01)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 2 * RATE).astype(np.float32)
    assert sum(x is not None for x in measure(noise).pitch_hz) <= 1
    assert all(x is None for x in measure(np.zeros(RATE, np.float32)).pitch_hz)
    assert all(x is None for x in measure(np.zeros(RATE, np.float32)).brightness_db)


def test_level_is_decibel_of_full_scale() -> None:
    assert measure(tone(1, RATE, 220, 1.0)).level_db == pytest.approx([-3.0] * 10, abs=0.1)
    assert measure(tone(1, RATE, 220, 0.1)).level_db == pytest.approx([-23.0] * 10, abs=0.1)


def test_brightness_is_energy_above_against_below_500_hz() -> None:
    even = tone(1, RATE, 200) + tone(1, RATE, 1000)
    assert measure(even).brightness_db == pytest.approx([0.0] * 10, abs=0.3)
    bright = tone(1, RATE, 200) + tone(1, RATE, 1000, 0.2)
    assert measure(bright).brightness_db == pytest.approx([6.0] * 10, abs=0.3)


def test_windows_measured_one_by_one_join_to_the_whole() -> None:
    from analysis.audio import Window

    sound = voice(4, 150)
    listen = Measuring().open({})
    empty = np.zeros(0, np.float32)
    stored = {1: listen(Window(1, 32_000, sound[32_000:], empty)), 0: listen(Window(0, 0, sound[:32_000], empty))}
    assert len(frames_of(stored).level_db) == 40
    assert frames_of(stored).level_db == measure(sound).level_db


def talk(*parts: tuple[str, float, float, float]) -> tuple[list[Utterance], list[Turn], Frames]:
    """Parts of (speaker, seconds, dB, Hz) one after the other, with a slow vibrato so that pitch has a range."""
    level, pitch, bright, said, turns = [], [], [], [], []
    now = 0.0
    for number, (speaker, seconds, db, hz) in enumerate(parts):
        steps = round(seconds * 10)
        wave = np.sin(np.arange(steps))
        level += list(db + wave)
        pitch += list(hz * 2 ** (wave / 24))
        bright += list(db / 4 + wave)
        span = {"speaker": speaker, "start": now, "end": now + seconds}
        said.append(Utterance(id=f"u{number}", text="", words=(0, 0), **span))
        turns.append(Turn(**span))
        now += seconds
    return said, turns, Frames(step=0.1, level_db=tuple(level), pitch_hz=tuple(pitch), brightness_db=tuple(bright))


def test_a_raised_voice_is_raised_against_its_own_baseline_only() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("B", 20, -20, 220), ("A", 4, -30, 139), ("B", 4, -20, 220))
    found = [u.prosody for u in describe(said, [], turns, frames, "en")]
    assert found[2].loudness_db == pytest.approx(10, abs=0.5)
    assert found[2].pitch_st == pytest.approx(4, abs=0.3)
    assert found[2].arousal > 0.7
    # B is always 20 dB louder than A and an octave higher: that is B's own voice.
    assert abs(found[3].loudness_db) < 0.5
    assert abs(found[3].arousal) < 0.3


def test_frames_in_which_two_speak_measure_neither() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("A", 4, -20, 110))
    turns.append(Turn(speaker="B", start=20, end=24))
    found = describe(said, [], turns, frames, "en")
    assert found[1].prosody.loudness_db is None
    assert found[1].prosody.voiced_s == 0


def test_no_baseline_no_number() -> None:
    said, turns, frames = talk(("A", 3, -40, 110), ("B", 30, -40, 200))
    assert describe(said, [], turns, frames, "en")[0].prosody.arousal is None
    assert describe(said, [], turns, None, "en")[1].prosody.loudness_db is None


@pytest.mark.parametrize(
    ("word", "count"), [("sorry", 2), ("Accountability.", 6), ("don’t", 1), ("Maya's", 2), ("fribbled", 2), ("…", 0)]
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_pace_leaves_pauses_out_and_needs_something_said() -> None:
    said = [Word(text="tomorrow", start=k * 3.0, end=k * 3.0 + 0.6) for k in range(3)]
    assert pace(said) == pytest.approx(5.0)
    assert pace(said[:1]) is None
    doubtful = [Word(text=w.text, start=w.start, end=w.end, supported=False) for w in said]
    assert pace(doubtful) is None


def test_pace_is_unknown_in_another_language() -> None:
    said = [Utterance(id="u", speaker="A", start=0, end=9, text="", words=(0, 3))]
    words = [Word(text="tomorrow", start=k * 3.0, end=k * 3.0 + 0.6, speaker="A") for k in range(3)]
    assert describe(said, words, [], None, "en")[0].prosody.pace_syl_s == pytest.approx(5.0)
    assert describe(said, words, [], None, "de")[0].prosody.pace_syl_s is None


def test_where_the_gain_changed_loudness_is_left_open() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("A", 4, -20, 110))
    whole, relative = (describe(said, [], turns, frames, "en", only)[1].prosody for only in (False, True))
    assert (relative.loudness_db, relative.pitch_st) == (None, whole.pitch_st)
    assert whole.loudness_db == pytest.approx(20, abs=1)
    assert relative.arousal < whole.arousal


def test_each_person_is_measured_on_their_own_channel() -> None:
    from analysis.audio import Window

    first, second = voice(4, 120, 0.1), voice(4, 210, 0.05)
    both = np.stack([first, second])
    listen = Measuring(own_channels=True).open({})
    stored = {0: listen(Window(0, 0, both.mean(axis=0), both[0, :0], both))}
    found = frames_of(stored, [Turn(speaker="S1", start=0, end=2), Turn(speaker="S2", start=2, end=4)])
    assert np.median([x for x in found.pitch_hz[:20] if x]) == pytest.approx(120, rel=0.01)
    assert np.median([x for x in found.pitch_hz[20:] if x]) == pytest.approx(210, rel=0.01)
    assert found.level_db[5] - found.level_db[25] == pytest.approx(6, abs=0.5)
    assert frames_of(stored).level_db[25] > found.level_db[25], "nobody's frame is the louder channel's"
    assert frames_of({}).level_db == ()
