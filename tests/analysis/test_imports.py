"""A session.json from outside: words are enough; what cannot be is said with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.imports import read_session
from analysis.naming import name_speakers
from analysis.pipeline import measure
from recorder.errors import SessionFileError

WORDS = [
    {"text": "Where", "start": 0.0, "end": 0.3, "speaker": "Ann"},
    {"text": "were", "start": 0.3, "end": 0.5, "speaker": "Ann"},
    {"text": "you?", "start": 0.5, "end": 1.0, "speaker": "Ann"},
    {"text": "Whatever.", "start": 2.0, "end": 2.8, "speaker": "Ben"},
]

AUDIO = {"name": "x", "sha256": "0", "duration": 3, "sample_rate": 16000, "channels": 1, "codec": "flac"}
FRAMES = {"step": 0.1, "level_db": [-40], "pitch_hz": [120], "brightness_db": [0]}


def write(tmp_path: Path, data: object) -> Path:
    path = tmp_path / "talk.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_everything_that_needs_no_sound_is_computed(tmp_path: Path) -> None:
    session = measure(read_session(write(tmp_path, {"words": WORDS})))
    assert [u.text for u in session.utterances] == ["Where were you?", "Whatever."]
    assert [p.name for p in session.participants] == ["Ann", "Ben"]
    assert [tag.label for tag in session.utterances[1].tags] == ["withdrawing"]
    assert session.pauses[0].duration == pytest.approx(1.0)
    assert session.utterances[0].prosody.loudness_db is None
    assert session.recorded_at


def test_words_without_speakers_are_given_to_the_turns(tmp_path: Path) -> None:
    words = [{k: v for k, v in word.items() if k != "speaker"} for word in WORDS]
    turns = [{"speaker": "Ann", "start": 0, "end": 1.2}, {"speaker": "Ben", "start": 1.8, "end": 3}]
    session = measure(read_session(write(tmp_path, {"words": words, "turns": turns})))
    assert [u.speaker for u in session.utterances] == ["Ann", "Ben"]


def test_a_line_of_nobody_carries_no_tag(tmp_path: Path) -> None:
    words = [*WORDS[:3], {k: v for k, v in WORDS[3].items() if k != "speaker"}]
    session = measure(read_session(write(tmp_path, {"words": words})))
    assert (session.utterances[1].text, session.utterances[1].speaker) == ("Whatever.", None)
    assert session.utterances[1].tags == ()


def test_measuring_again_changes_nothing(tmp_path: Path) -> None:
    once = measure(read_session(write(tmp_path, {"words": WORDS})))
    assert measure(once) == once


def test_a_rename_keeps_every_id(tmp_path: Path) -> None:
    before = measure(read_session(write(tmp_path, {"words": WORDS})))
    after = measure(name_speakers(before, ["Anna"]))
    assert after.utterances == before.utterances
    assert [p.name for p in after.participants] == ["Anna", "Ben"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "has no words"),
        ({"words": []}, "has no words"),
        ({"words": [{"text": "hi"}]}, "start"),
        ({"words": [{"text": "hi", "start": 2, "end": 1}]}, "word 1 ends at 1"),
        ({"words": WORDS, "turns": [{"speaker": "Ann", "start": 5, "end": 4}]}, "turn 1 ends"),
        ({"words": [{"text": "hi", "start": 0, "end": 9e7}]}, "milliseconds"),
        ({"words": WORDS, "schema": "conversation-lens/session/9"}, "session/9"),
        ('{"words": [{"text": "hi", "start": NaN, "end": 1}]}', "is not JSON"),
        ('{"words": [{"text": "hi", "start": 0, "end": 1e999}]}', "is not JSON|word 1"),
        ('{"words": [{"text": "\\ud800", "start": 0, "end": 1}]}', "is not JSON"),
        ('{"words": ' + "[" * 5000 + "]" * 5000 + "}", "is not JSON|is no session"),
        ({"words": WORDS, "id": "\x1b[2J"}, "its id"),
        ({"words": WORDS, "language": "English, mostly"}, "is no code"),
        ({"words": WORDS, "frames": FRAMES | {"step": 0}, "audio": AUDIO}, "step"),
        ({"words": WORDS, "frames": FRAMES | {"pitch_hz": []}, "audio": AUDIO}, "one length"),
        ({"words": WORDS, "frames": FRAMES | {"pitch_hz": [-100]}, "audio": AUDIO}, "above 0 Hz"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, data: object, says: str) -> None:
    with pytest.raises(SessionFileError, match=says) as caught:
        read_session(write(tmp_path, data))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SessionFileError, match="no file"):
        read_session(tmp_path / "none.json")


def recorded(tmp_path: Path, id: str, **mark: object) -> Path:
    marks = [{"kind": "break", "start": 3, "end": 9} | mark]
    return write(tmp_path, {"words": WORDS, "id": id, "audio": AUDIO | {"tape": "ab" * 16}, "marks": marks})


def test_only_the_session_of_a_tape_may_say_that_it_has_one(tmp_path: Path) -> None:
    assert read_session(recorded(tmp_path, "ababababab")).audio.tape == "ab" * 16
    assert read_session(recorded(tmp_path, "another")).audio.tape is None


def test_a_mark_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SessionFileError, match="mark 1 ends at 1"):
        read_session(recorded(tmp_path, "a", end=1))
    with pytest.raises(SessionFileError, match="no session"):
        read_session(recorded(tmp_path, "a", kind="verdict"))
