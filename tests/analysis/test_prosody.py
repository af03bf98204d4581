"""How it was said: sounds with known pitch, level and brightness, and voices against their own baseline."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from analysis.prosody import Said, describe, frames_of
from analysis.prosody.frames import Measuring, measure
from analysis.prosody.pace import from_sound, pace, syllables
from analysis.prosody.room import room_of
from analysis.prosody.sound import Sound
from analysis.session import Frames, Mark, Prosody, Room, Session, Turn, Utterance, Word
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


def described(
    said: list[Utterance], words: list[Word], turns: list[Turn], frames: Frames | None, language: str, *marks: Mark
) -> Said:
    return describe(
        Session(
            id="x", recorded_at="", language=language, words=tuple(words), turns=tuple(turns), utterances=tuple(said),
            frames=frames, marks=marks,
        )
    )  # fmt: skip


def test_a_raised_voice_is_raised_against_its_own_baseline_only() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("B", 20, -20, 220), ("A", 4, -30, 139), ("B", 4, -20, 220))
    found = [u.prosody for u in described(said, [], turns, frames, "en").utterances]
    assert found[2].loudness_db == pytest.approx(10, abs=0.5)
    assert found[2].pitch_st == pytest.approx(4, abs=0.3)
    assert found[2].arousal > 0.7
    # B is always 20 dB louder than A and an octave higher: that is B's own voice.
    assert abs(found[3].loudness_db) < 0.5
    assert abs(found[3].arousal) < 0.3


def test_frames_in_which_two_speak_measure_neither() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("A", 4, -20, 110))
    turns.append(Turn(speaker="B", start=20, end=24))
    found = described(said, [], turns, frames, "en").utterances
    assert found[1].prosody.loudness_db is None
    assert found[1].prosody.voiced_s == 0


def test_no_baseline_no_number() -> None:
    said, turns, frames = talk(("A", 3, -40, 110), ("B", 30, -40, 200))
    assert described(said, [], turns, frames, "en").utterances[0].prosody.arousal is None
    assert described(said, [], turns, None, "en").utterances[1].prosody.loudness_db is None


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
    assert described(said, words, [], None, "en").utterances[0].prosody.pace_syl_s == pytest.approx(5.0)
    assert described(said, words, [], None, "de").utterances[0].prosody.pace_syl_s is None


def prosodies(parts: list[tuple[str, float, float, float]], marks: tuple[Mark, ...] = (), **changed) -> list[Prosody]:
    said, turns, frames = talk(*parts)
    return [u.prosody for u in described(said, [], turns, replace(frames, **changed), "en", *marks).utterances]


def test_a_gain_that_changes_by_itself_leaves_loudness_open() -> None:
    parts = [("A", 20.0, -40.0, 110.0), ("A", 4.0, -20.0, 110.0)]
    whole = prosodies(parts)[1]
    relative = prosodies(parts, (Mark(kind="gain", start=0, text="the gain changes by itself"),))[1]
    assert whole.loudness_db == pytest.approx(20, abs=1.5)
    assert (relative.loudness_db, relative.pitch_st) == (None, whole.pitch_st)
    assert "gain" in relative.unknown["loudness"]
    assert relative.arousal < whole.arousal


def test_loudness_is_compared_within_the_stretches_between_two_gains() -> None:
    turned = (Mark(kind="gain", start=26, text="the microphone's volume went from 50% to 100%: loudness is relative"),)
    parts = [("A", 20.0, -40.0, 110.0), ("A", 6.0, -34.0, 112.0), ("A", 20.0, -28.0, 110.0), ("A", 6.0, -22.0, 112.0)]
    found = prosodies(parts, turned)
    assert [p.loudness_db for p in found] == [pytest.approx(x, abs=1.2) for x in (0, 6, 0, 6)]
    assert prosodies(parts)[2].loudness_db > 5, "without the mark the gain looks like a voice"


def alternating(levels: dict[float, float], hz: float = 1.0) -> list[tuple[str, float, float, float]]:
    """Two voices by turns of 4 s; from each second on their level is so many dB more; brightness goes with `hz`."""
    parts = []
    for k in range(45):
        more = next(db for at, db in sorted(levels.items(), reverse=True) if k * 4 >= at)
        speaker, base, pitch = (("A", -40.0, 110.0), ("B", -34.0, 210.0))[k % 2]
        parts.append((speaker, 4.0, base + more, pitch * (hz if more else 1)))
    return parts


def test_a_moved_microphone_is_heard_and_a_raised_voice_is_not_taken_for_it() -> None:
    said, turns, frames = talk(*alternating({0: 0, 92: 9}))
    moved = replace(frames, brightness_db=tuple(3.0 + 0 * x for x in frames.brightness_db))
    found = described(said, [], turns, moved, "en")
    assert found.gain_changes == (pytest.approx(92, abs=4.1),)
    assert max(abs(u.prosody.loudness_db) for u in found.utterances) < 3
    assert max(abs(u.prosody.arousal) for u in found.utterances) < 0.5
    said, turns, frames = talk(*alternating({0: 0, 92: 9}, hz=1.2))
    assert described(said, [], turns, frames, "en").gain_changes == ()


def test_the_baseline_is_the_calm_part_even_where_much_is_loud() -> None:
    found = described(*(lambda s, t, f: (s, [], t, f, "en"))(*talk(*alternating({0: 0, 100: 12}, hz=1.3))))
    calm = [u.prosody for u in found.utterances[:24]]
    loud = [u.prosody for u in found.utterances[26:]]
    assert max(abs(p.loudness_db) for p in calm) < 1.5 and min(p.loudness_db for p in loud) > 10
    assert max(p.arousal for p in calm) < 0.3 and min(p.arousal for p in loud) > 0.8
    (first, second) = found.baselines
    assert (first.speaker, second.speaker) == ("A", "B")
    assert first.pitch_hz == pytest.approx(110, rel=0.03) and second.level_db == pytest.approx(-34, abs=1)
    assert found.arousal is not None and found.arousal.of["A"][2] < 0.5 < found.arousal.of["A"][170 // 8 * 8 + 1]


PARTS = [("A", 20.0, -40.0, 110.0), ("A", 4.0, -30.0, 130.0)]


def test_clipped_sound_has_no_level_and_says_why() -> None:
    loud = prosodies(PARTS, clipped=tuple(range(205, 235)))[1]
    assert (loud.loudness_db, loud.brightness, loud.arousal) == (None, None, None)
    assert "clipped" in loud.unknown["loudness"] and loud.pitch_st > 2


def test_clipped_seconds_have_no_arousal_either() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("A", 4, -20, 150), ("A", 10, -40, 110))
    clipped = described(said, [], turns, replace(frames, clipped=tuple(range(200, 240))), "en").arousal
    whole = described(said, [], turns, frames, "en").arousal
    assert whole is not None and min(whole.of["A"][21:23]) > 0.8
    assert clipped is not None and clipped.of["A"][20:24] == (None,) * 4 and None not in clipped.of["A"][1:19]


def test_nobodys_line_has_no_pace_and_says_why() -> None:
    words = [Word(text="tomorrow", start=k * 3.0, end=k * 3.0 + 0.6) for k in range(3)]
    said = [Utterance(id="u", speaker=None, start=0, end=9, text="", words=(0, 3))]
    (line,) = described(said, words, [], measure(voice(9, 120)), "en").utterances
    assert line.prosody.pace_syl_s is None and "nobody" in line.prosody.unknown["pace"]


def test_a_room_as_loud_as_the_voice_leaves_level_open() -> None:
    said, turns, frames = talk(*PARTS)
    with_room = replace(
        frames,
        level_db=(*frames.level_db, *[-42.0] * 50),
        pitch_hz=(*frames.pitch_hz, *[None] * 50),
        brightness_db=(*frames.brightness_db, *[0.0] * 50),
        speech=(*[1.0] * len(frames.level_db), *[0.0] * 50),
    )
    found = described(said, [], turns, with_room, "en")
    assert found.room.noise_db == -42
    assert found.utterances[1].prosody.loudness_db is None
    assert "room" in found.utterances[1].prosody.unknown["arousal"]


def test_a_whisper_and_a_speaker_of_two_seconds_have_their_reasons() -> None:
    said, turns, frames = talk(("A", 20, -40, 110), ("A", 4, -60, 110), ("B", 2, -40, 200))
    whisper = replace(frames, pitch_hz=tuple(None if 200 <= k < 240 else x for k, x in enumerate(frames.pitch_hz)))
    found = [u.prosody for u in described(said, [], turns, whisper, "en").utterances]
    for prosody, reason in zip(found[1:], ("whisper", "too little of this voice"), strict=True):
        for name, value in (
            ("loudness", prosody.loudness_db),
            ("pitch", prosody.pitch_st),
            ("brightness", prosody.brightness),
            ("arousal", prosody.arousal),
        ):
            assert value is None and reason in prosody.unknown[name]


def test_noise_far_above_the_voice_gives_no_wild_number() -> None:
    rng = np.random.default_rng(3)
    sound = np.concatenate([voice(1.5, 120, 0.002) if k % 2 else np.zeros(RATE, np.float32) for k in range(20)])
    noisy = sound + rng.normal(0, 0.2, len(sound)).astype(np.float32)
    length = len(sound) / RATE
    said = [Utterance(id="u", speaker="A", start=0, end=length, text="", words=(0, 0))]
    found = described(said, [], [Turn(speaker="A", start=0, end=length)], measure(noisy), "de")
    prosody = found.utterances[0].prosody
    assert (prosody.loudness_db, prosody.pitch_st, prosody.arousal, prosody.pace_syl_s) == (None,) * 4
    assert set(prosody.unknown) == {"loudness", "pitch", "brightness", "arousal", "pace"}


def syllabic(rate: float, seconds: float = 6.0, hz: float = 130.0) -> np.ndarray:
    """A voice that swells and fades `rate` times a second, as syllables do."""
    now = np.arange(int(seconds * RATE)) / RATE
    shape = np.clip(np.sin(np.pi * rate * now) ** 2, 0.03, 1)
    return (voice(seconds, hz, 0.2) * shape).astype(np.float32)


@pytest.mark.parametrize("rate", [3.0, 4.5, 6.0])
def test_syllables_are_counted_in_the_sound_and_gain_does_not_matter(rate: float) -> None:
    counts = []
    for gain in (1.0, 0.05):
        frames = measure(syllabic(rate) * np.float32(gain))
        sound = Sound(frames, [Turn(speaker="A", start=0, end=6)])
        counts.append(from_sound(sound, sound.own("A", 0, 6)))
        assert sum(frames.syllables) == pytest.approx(rate * 6, rel=0.07)
    assert counts == [pytest.approx(rate, rel=0.1)] * 2
    assert counts[0] == pytest.approx(counts[1], rel=0.02)


def test_pace_comes_from_the_sound_where_the_words_are_unsure_or_another_language() -> None:
    frames = measure(syllabic(4.0))
    turn = Turn(speaker="A", start=0, end=6)
    said = [Utterance(id="u", speaker="A", start=0, end=6, text="", words=(0, 3))]
    sure = [Word(text="tomorrow", start=k * 2.0, end=k * 2.0 + 0.6, speaker="A", probability=0.9) for k in range(3)]
    unsure = [replace(word, probability=0.2) for word in sure]
    timeless = [replace(word, end=word.start) for word in sure]
    for words, language, source in (
        (sure, "en", "words"),
        (unsure, "en", "sound"),
        (sure, "fr", "sound"),
        (timeless, "en", "sound"),
    ):
        prosody = described(said, words, [turn], frames, language).utterances[0].prosody
        assert prosody.pace_from == source
        assert prosody.pace_syl_s == pytest.approx(5.0 if source == "words" else 4.0, rel=0.1)
    nothing = described(said, timeless, [turn], None, "en").utterances[0].prosody
    assert nothing.pace_syl_s is None and "no sound" in nothing.unknown["pace"]


def test_german_syllables_are_counted_in_the_words_and_their_time_in_the_sound() -> None:
    frames = measure(syllabic(4.0))
    turn = Turn(speaker="A", start=0, end=6)
    said = [Utterance(id="u", speaker="A", start=0, end=6, text="", words=(0, 4))]
    text = ["Der", "Lappen", "Eisschrank", "häufiger"]
    words = [Word(text=w, start=k * 1.5, end=k * 1.5 + 1, speaker="A", probability=0.9) for k, w in enumerate(text)]
    prosody = described(said, words, [turn], frames, "de").utterances[0].prosody
    assert prosody.pace_from == "words"
    assert prosody.pace_syl_s == pytest.approx(8 / 6, rel=0.05)
    unheard = [replace(word, supported=False) for word in words]
    assert described(said, unheard, [turn], frames, "de").utterances[0].prosody.pace_from == "sound"


def test_pace_is_a_ratio_to_ones_own() -> None:
    said = [
        Utterance(id=f"u{k}", speaker="A", start=3 * k, end=3 * k + 3, text="", words=(k * 3, k * 3 + 3))
        for k in range(3)
    ]
    words = [Word(text="tomorrow", start=k, end=k + (0.3 if k >= 6 else 0.6), speaker="A") for k in range(9)]
    assert [u.prosody.pace_ratio for u in described(said, words, [], None, "en").utterances] == [1.0, 1.0, 2.0]


def test_reverberation_is_told_from_decays_and_clipping_from_flat_tops() -> None:
    rng = np.random.default_rng(0)
    tail = np.arange(int(1.2 * RATE)) / RATE
    echo = (rng.normal(size=len(tail)) * 10 ** (-3 * tail / 1.0)).astype(np.float32)
    bursts = np.concatenate([np.r_[voice(0.3, 120 + 5 * k), np.zeros(int(0.9 * RATE), np.float32)] for k in range(20)])
    dry = room_of(measure(bursts.astype(np.float32)))
    wet = room_of(measure((np.convolve(bursts, echo / np.linalg.norm(echo))[: len(bursts)] * 0.5).astype(np.float32)))
    assert wet.reverberation_s > 0.6, "a rough estimate, that tells a reverberant room"
    assert dry.reverberation_s is None or dry.reverberation_s < 0.3
    loud = np.clip(voice(2, 120, 2.0), -1, 1).astype(np.float32)
    assert room_of(measure(loud)).clipped == 1 and dry.clipped == 0
    assert room_of(Frames(step=0.1, level_db=(), pitch_hz=(), brightness_db=())) == Room()


def test_clipped_frames_keep_their_place_over_windows() -> None:
    from analysis.audio import Window

    quiet, loud = voice(2, 120, 0.1), np.clip(voice(2, 120, 3.0), -1, 1).astype(np.float32)
    listen = Measuring().open({})
    empty = np.zeros(0, np.float32)
    stored = {0: listen(Window(0, 0, quiet, empty)), 1: listen(Window(1, 32_000, loud, empty))}
    assert frames_of(stored).clipped == tuple(range(20, 40))


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
