"""From a real tape to what a session knows of its recording."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analysis.audio import SAMPLE_RATE, probe, windows
from analysis.prosody.frames import measure
from analysis.recordings import first_voices, marks_of, origin, recording_of
from analysis.session import Mark, Session, Turn
from recorder.errors import TapeError
from recorder.frames import RATE
from tests.analysis.tapes import KEY, NAMES, Step, agreed, int16, noise, record
from tests.support import sounds


def happened(folder: Path, *steps: Step, ended: str | None = "stopped") -> list[tuple]:
    """Kind, start, end and text of each mark of a tape on which this happened."""
    survey = record(folder, steps, ended=ended).open().survey()
    return [(mark.kind, mark.start, mark.end, mark.text) for mark in marks_of(survey)]


# Its sound


def test_a_tape_is_a_sound_like_any_other(folder: Path) -> None:
    tone = sounds.tone(20, RATE, 440)
    tape = record(folder, [("sound", int16(tone)), ("silent", 15), ("sound", int16(tone))])
    audio = probe(tape)
    assert (audio.duration, audio.sample_rate, audio.channels) == (55, RATE, 1)
    assert (audio.name, audio.tape) == ("recording of 2026-11-23 20:15", tape.open().id)
    assert len(audio.sha256) == 64 and not audio.relative_only
    found = list(windows(tape))
    assert all(a.end == b.start for a, b in pairwise(found)) and found[-1].end == pytest.approx(55, abs=0.001)
    heard = np.concatenate([window.samples for window in found])
    assert all(window.channels is None for window in found)
    assert np.abs(heard[21 * SAMPLE_RATE : 34 * SAMPLE_RATE]).max() == 0
    file = sounds.wav(folder / "same.wav", int16(tone), RATE)
    same = np.concatenate([window.samples for window in windows(file)])
    np.testing.assert_allclose(heard[: 19 * SAMPLE_RATE], same[: 19 * SAMPLE_RATE], atol=1e-6)


def test_two_channels_come_as_their_mean_and_each_for_itself(folder: Path) -> None:
    left, right = sounds.tone(40, RATE, 300, 0.2), sounds.tone(40, RATE, 1000, 0.1)
    tape = record(folder, [("sound", int16(np.stack([left, right], axis=1)))], channels=2)
    assert probe(tape).channels == 2
    for window in windows(tape):
        assert window.channels.shape == (2, len(window.samples))
        np.testing.assert_allclose(window.channels.mean(axis=0), window.samples, atol=1e-7)
        middle = window.channels[:, 1000:-1000]
        assert np.sqrt(np.square(middle).mean(axis=1)) == pytest.approx([0.1414, 0.0707], rel=0.01)


def test_a_damaged_tape_gives_everything_that_verifies(folder: Path) -> None:
    tape = record(folder, [*agreed(), ("sound", noise(30))])
    data = bytearray(tape.path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    tape.path.write_bytes(data)
    audio, known = probe(tape), origin(tape, probe(tape))
    assert audio.duration == 32
    assert any("damage" in note or "verif" in note or "lost" in note for note in known.notes), known.notes
    (missing,) = [mark for mark in marks_of(known.survey) if mark.kind == "sound missing"]
    assert missing.end - missing.start == pytest.approx(0.5)
    assert missing.text == "the tape is damaged there"
    assert sum(len(window.samples) for window in windows(tape)) == pytest.approx(32 * SAMPLE_RATE, abs=2)


def test_another_process_may_read_it_and_nobody_sees_the_key(folder: Path) -> None:
    tape = record(folder, [("sound", noise(1))])
    assert pickle.loads(pickle.dumps(tape)) == tape
    assert "key" not in repr(tape) and KEY.hex() not in repr(tape)
    with pytest.raises(TapeError):
        probe(type(tape)(tape.path, bytes(32)))


# What it tells


def test_it_tells_who_agreed_and_when(folder: Path) -> None:
    tape = record(folder, [*agreed(), ("sound", noise(3))])
    known = origin(tape, probe(tape))
    assert known.id == tape.open().id[:10]
    assert known.recorded_at == "2026-11-23T20:15:00+01:00"
    assert known.names == known.consent.by == NAMES
    assert (known.consent.state, known.consent.at) == ("recorded", "2026-11-23T20:14:00+01:00")
    assert known.notes == ()


def test_a_file_tells_nothing(tmp_path: Path) -> None:
    path = sounds.wav(tmp_path / "memo.wav", sounds.tone(1))
    known = origin(path, probe(path))
    assert known.consent.state == "not recorded here" and known.names == () and known.survey is None


def test_a_tape_that_was_cut_off_says_so(folder: Path) -> None:
    tape = record(folder, [("sound", noise(2))], ended=None)
    assert "broke off" in origin(tape, probe(tape)).notes[0]
    full = record(folder, [("sound", noise(2))], ended="disk full")
    assert "disk was full" in origin(full, probe(full)).notes[0]


def test_its_session_finds_it_again(folder: Path) -> None:
    tape = record(folder, [("sound", noise(1))])
    session = Session(id="a", recorded_at="", audio=probe(tape))
    assert recording_of(session, folder, KEY) == tape
    tape.path.unlink()
    assert recording_of(session, folder, KEY) is None
    assert recording_of(Session(id="a", recorded_at=""), folder, KEY) is None


# What happened to it


def test_a_pause_is_off_the_record_until_it_goes_on(folder: Path) -> None:
    steps = [("sound", noise(5)), ("mark", ("pause", "")), ("silent", 130.0), ("mark", ("resume", ""))]
    assert happened(folder, *steps, ("sound", noise(2))) == [("off the record", 5, 135, "")]
    assert happened(folder, *steps) == [("off the record", 5, 135, "")]
    assert happened(folder, *steps[:3]) == [("off the record", 5, 135, "")]


def test_a_break_may_follow_a_pause(folder: Path) -> None:
    steps = [("sound", noise(1)), ("mark", ("pause", "")), ("silent", 10), ("mark", ("break", "")), ("silent", 600)]
    assert happened(folder, *steps, ("mark", ("resume", "")), ("sound", noise(1))) == [
        ("off the record", 1, 11, ""),
        ("break", 11, 611, ""),
    ]


def test_yeses_end_where_the_next_thing_begins(folder: Path) -> None:
    assert happened(folder, *agreed()) == [("yes", 0, 1, "Maya"), ("yes", 1, 2, "Jonas")]
    assert happened(folder, *agreed()[:4]) == [("yes", 0, 1, "Maya"), ("yes", 1, None, "Jonas")]


def test_missing_sound_has_its_reason(folder: Path) -> None:
    gone = ("mark", ("gap", "the microphone was gone"))
    assert happened(folder, ("sound", noise(3)), gone, ("silent", 4), ("sound", noise(1))) == [
        ("sound missing", 3, 7, "the microphone was gone")
    ]
    assert happened(folder, ("sound", noise(3)), ("silent", 4), ("sound", noise(1))) == [("sound missing", 3, 7, "")]
    assert happened(folder, ("sound", noise(3)), ("silent", 0.1), ("sound", noise(1))) == []


def test_a_microphone_may_be_gone_when_they_go_on(folder: Path) -> None:
    steps = [("sound", noise(3)), ("mark", ("pause", "")), ("silent", 4), ("mark", ("resume", ""))]
    steps += [("mark", ("gap", "the microphone was gone")), ("silent", 5), ("sound", noise(1))]
    assert happened(folder, *steps) == [
        ("off the record", 3, 7, ""),
        ("sound missing", 7, 12, "the microphone was gone"),
    ]


def test_what_was_struck_takes_its_bookmarks_along(folder: Path) -> None:
    steps = [("sound", noise(4)), ("mark", ("bookmark", "early")), ("sound", noise(4)), ("mark", ("bookmark", "late"))]
    steps += [("sound", noise(2)), ("strike", (6, 10)), ("sound", noise(2))]
    assert happened(folder, *steps) == [("bookmark", 4, None, "early"), ("struck", 6, 10, "")]


def test_a_strike_that_takes_the_pause_along_leaves_the_rest_off_the_record(folder: Path) -> None:
    steps = [("sound", noise(8)), ("mark", ("pause", "")), ("silent", 5), ("strike", (5, 13)), ("silent", 4)]
    assert happened(folder, *steps, ("mark", ("resume", "")), ("sound", noise(1))) == [
        ("struck", 5, 13, ""),
        ("off the record", 13, 17, ""),
    ]


def test_a_strike_that_takes_the_resume_along_does_not_silence_what_follows(folder: Path) -> None:
    steps = [("sound", noise(8)), ("mark", ("pause", "")), ("silent", 10), ("mark", ("resume", ""))]
    steps += [("sound", noise(4)), ("strike", (15, 22)), ("sound", noise(5))]
    assert happened(folder, *steps) == [("off the record", 8, 15, ""), ("struck", 15, 22, "")]


def test_changes_are_told_and_make_loudness_relative(folder: Path) -> None:
    steps = [("sound", noise(2)), ("mark", ("device", "Webcam")), ("mark", ("gain", "it rises")), ("sound", noise(2))]
    assert happened(folder, *steps) == [
        ("gain", 2, None, "it rises"),
        ("microphone", 2, None, "another microphone: Webcam"),
    ]
    assert probe(record(folder, steps)).relative_only


def test_exact_zeros_are_no_silence_of_anybody(folder: Path) -> None:
    zeros = int16(np.zeros(3 * RATE))
    steps = [("sound", noise(2)), ("sound", zeros), ("mark", ("zeros", "is it muted?")), ("sound", zeros)]
    tape = record(folder, [*steps, ("sound", noise(2))])
    frames = measure(np.concatenate([window.samples for window in windows(tape)]))
    (mark,) = marks_of(tape.open().survey(), frames)
    assert (mark.kind, mark.text) == ("sound missing", "is it muted?")
    assert (mark.start, mark.end) == pytest.approx((2, 8), abs=0.2)
    assert [mark.kind for mark in marks_of(tape.open().survey())] == ["microphone"]


# Whose name


def yes(*spans: tuple[float, float, str]) -> list[Mark]:
    return [Mark(kind="yes", start=start, end=end, text=name) for start, end, name in spans]


def test_names_follow_the_spoken_yeses_not_a_cleared_throat() -> None:
    turns = [Turn(speaker=s, start=a, end=b) for s, a, b in [("S1", 0.1, 0.4), ("S2", 1, 3), ("S1", 4, 6)]]
    assert first_voices(turns, yes((0, 3.5, "Maya"), (3.5, 7, "Jonas")), NAMES) == ("S2", "S1")
    assert first_voices(turns, yes((0, 3.5, "Maya")), NAMES) is None
    assert first_voices(turns, yes((0, 2, "Maya"), (2, 3, "Jonas")), NAMES) is None, "the same voice twice"
