"""A third voice (a child, the television) is written down; it stays out of the couple's measures until it is named."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from analysis.naming import in_order_of_yes, name_speakers
from analysis.pipeline import measure
from analysis.report.text import in_short as sentences
from analysis.session import Consent, Mark, Participant, Session, Turn, Word

THIRD = Participant(id="S3", name="Speaker 3", aside=True)


def said(speaker: str, text: str, start: float) -> list[Word]:
    return [
        Word(text=word, start=start + 0.4 * k, end=start + 0.4 * k + 0.35, speaker=speaker)
        for k, word in enumerate(text.split())
    ]


def turn(speaker: str, start: float, end: float) -> Turn:
    return Turn(speaker=speaker, start=start, end=end)


@pytest.fixture
def talk() -> Session:
    """The two talk; a film calls somebody names, right over one of them."""
    words = [
        *said("S3", "You are always so stupid!", 0.0),
        *said("S1", "Where were you on Thursday evening then?", 4.0),
        *said("S3", "You never listen, you idiot!", 5.0),
        *said("S2", "I was at work until nine.", 8.0),
    ]
    turns = (turn("S3", 0, 2), turn("S1", 4, 7), turn("S3", 5, 7), turn("S2", 8, 10.5))
    session = Session(
        id="x", recorded_at="2026-11-23T20:00:00+01:00", language="en", words=tuple(words), turns=turns,
        participants=(THIRD,),
    )  # fmt: skip
    return measure(session)


def test_the_couple_comes_first_though_the_film_spoke_first(talk: Session) -> None:
    assert [p.id for p in talk.participants] == ["S1", "S2", "S3"]
    assert [p.id for p in talk.couple] == ["S1", "S2"]
    named = name_speakers(talk, ["Maya", "Jonas"])
    assert [named.name(id) for id in ("S1", "S2", "S3")] == ["Maya", "Jonas", "Speaker 3"]
    assert named.aside == {"S3"}


def test_its_words_are_there_and_count_for_nothing(talk: Session) -> None:
    assert any("stupid" in u.text for u in talk.utterances if u.speaker == "S3")
    assert not any(u.tags for u in talk.utterances if u.speaker == "S3")
    assert talk.overlaps == ()
    assert all({pause.after, pause.before} <= {"S1", "S2"} for pause in talk.pauses)
    text = " ".join(sentences(name_speakers(talk, ["Maya", "Jonas"])))
    assert "Maya 55%, Jonas 45%" in text.replace(" and ", ", ") and "Speaker 3" not in text
    assert "Somebody else was heard, too, for 0:04" in text


def test_once_it_has_a_name_it_counts(talk: Session) -> None:
    named = measure(name_speakers(talk, ["Maya", "Jonas", "Aunt Eva"]))
    assert named.aside == frozenset()
    assert any(u.tags for u in named.utterances if u.speaker == "S3")
    assert [overlap.by for overlap in named.overlaps] == ["S3"]
    assert "Aunt Eva" in " ".join(sentences(named))


def test_without_a_third_voice_nothing_is_said_of_one(talk: Session) -> None:
    two = replace(talk, participants=(), words=tuple(w for w in talk.words if w.speaker != "S3"),
                  turns=tuple(t for t in talk.turns if t.speaker != "S3"))  # fmt: skip
    assert "Somebody else" not in " ".join(sentences(measure(two)))


def test_who_says_yes_is_one_of_the_two_however_much_a_visitor_talks(talk: Session) -> None:
    visitor = Participant(id="S2", name="Speaker 2", aside=True)
    yes = (Mark(kind="yes", start=0, end=3, text="Maya"), Mark(kind="yes", start=3, end=8, text="Jonas"))
    session = replace(talk, participants=(visitor,), marks=yes, consent=Consent(state="recorded", by=("Maya", "Jonas")))
    turns = (turn("S2", 0, 2), turn("S3", 4, 7), turn("S1", 8, 30))
    measured = measure(replace(session, turns=turns))
    ordered = in_order_of_yes(measured)
    assert [p.id for p in ordered.couple] == ["S2", "S3"] and ordered.aside == {"S1"}
    assert in_order_of_yes(ordered) == ordered
    unsaid = replace(measured, marks=())
    assert in_order_of_yes(unsaid) == unsaid, "no yes was heard: the order of first speech stays"


@pytest.mark.slow  # pyannote.core takes seconds to import
def test_a_voice_is_a_third_one_only_if_it_sounds_like_neither() -> None:
    from pyannote.core import Annotation, Segment

    from analysis.speech.diarization import _besides

    maya, jonas, raised, film, cough = np.eye(8)[0], np.eye(8)[1], np.zeros(8), np.eye(8)[3], np.eye(8)[4]
    raised[[1, 5]] = 0.7, 0.7  # Jonas, raised: nearer to him than to anybody
    found = Annotation()
    for label, start, end in [("a", 0, 40), ("b", 40, 75), ("b2", 75, 90), ("film", 90, 100), ("cough", 100, 101)]:
        found[Segment(start, end), label] = label
    voices = {"a": maya, "b": jonas, "b2": raised, "film": film, "cough": cough}
    named, besides = _besides(found, voices, 2)
    assert besides == {"film"}
    assert named["b2"] == "b" and set(named) == {"b2", "cough"}
    # One's own two moods are not two people, even where they are the two that are heard longest.
    _, none = _besides(found.subset(["b", "b2"]), {"b": jonas, "b2": raised}, 2)
    assert none == frozenset()
