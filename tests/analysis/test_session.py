"""The data model is plain frozen values, and its JSON is the exchange format."""

from __future__ import annotations

import json

import msgspec
import pytest

from analysis.session import SCHEMA, Session, Turn, Utterance, Word, decode, encode


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
