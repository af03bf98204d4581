"""The data model is plain frozen values, and its JSON is the exchange format."""

from __future__ import annotations

import json

import msgspec
import pytest

from analysis.session import SCHEMA, Mark, Session, Turn, Utterance, Word, decode, encode


def test_a_session_survives_its_json() -> None:
    said = Utterance(id="u0001", speaker="S1", start=0.0, end=1.0, text="I lied.", words=(0, 2))
    words = (Word(text="I", start=0.0, end=0.2, speaker="S1"), Word(text="lied.", start=0.3, end=1.0, speaker="S1"))
    session = Session(id="a", recorded_at="2026-11-23T20:00:00+01:00", words=words, utterances=(said,))
    assert decode(encode(session)) == session
    assert json.loads(encode(session))["schema"] == SCHEMA


def test_words_alone_are_a_valid_import() -> None:
    session = decode('{"id": "x", "recorded_at": "", "words": [{"text": "hi", "start": 0, "end": 1}]}')
    assert session.words[0].supported
    assert session.duration == 1


def test_what_a_newer_version_adds_is_ignored() -> None:
    assert decode('{"id": "x", "recorded_at": "", "moon_phase": "full"}').id == "x"


@pytest.mark.parametrize(
    "word", ['{"text": "hi"}', '{"text": "hi", "start": -1, "end": 1}', '{"text": 3, "start": 0, "end": 1}']
)
def test_impossible_words_are_refused(word: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"words\[0\]|words"):
        decode(f'{{"id": "x", "recorded_at": "", "words": [{word}]}}')


def test_values_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Turn(speaker="S1", start=0, end=1).speaker = "S2"  # type: ignore[misc]


OLDER = """{"id": "5e9a", "recorded_at": "2026-01-01T20:00:00+01:00", "notes": [], "audio": {"name": "talk.m4a",
"sha256": "00", "duration": 60, "stated_duration": 60, "sample_rate": 48000, "channels": 1, "codec": "aac"},
"consent": {"state": "not recorded here", "by": [], "at": null}, "schema": "conversation-lens/session/1"}"""


def test_a_session_from_before_there_were_recordings_is_read() -> None:
    session = decode(OLDER)
    assert (session.audio.tape, session.audio.relative_only, session.marks, session.unheard) == (None, False, (), ())
    assert decode(encode(session)) == session


def test_stretches_without_sound_are_joined_and_tiny_ones_hide_nothing() -> None:
    marks = [
        Mark(kind="sound missing", start=20, end=20.2),
        Mark(kind="struck", start=8, end=12),
        Mark(kind="break", start=3, end=9),
        Mark(kind="bookmark", start=15, text="this"),
        Mark(kind="yes", start=0, end=2, text="Ann"),
    ]
    assert Session(id="a", recorded_at="", marks=tuple(marks)).unheard == ((3, 12),)


@pytest.mark.parametrize("tape", ["../../x", "0" * 31, "0" * 33, "A" * 32, "0" * 32 + "\\n"])
def test_a_tape_is_named_by_its_id_only(tape: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="tape"):
        decode(OLDER.replace('"codec"', f'"tape": "{tape}", "codec"'))
