"""A change does what it says, is taken back exactly, and is refused where it makes no sense."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analysis import changes
from analysis.changes import applied
from analysis.pipeline import measure
from analysis.session import Mark, Note, Participant, Session, Topic, Word

LINES = (("S1", "I was scared the whole spring."), ("S2", "It was just a few messages."), ("S1", "You always hide."))


def talk() -> Session:
    words: list[Word] = []
    for speaker, text in LINES:
        for spoken in text.split():
            start = 0.5 * len(words)
            words.append(Word(text=spoken, start=start, end=start + 0.4, speaker=speaker))
    people = (Participant(id="S1", name="Maya"), Participant(id="S2", name="Jonas"))
    topics = (
        Topic(id="t1", name="messages", start=0.0, end=3.0),
        Topic(id="t2", name="trust", start=3.0, end=6.0),
        Topic(id="t3", name="messages", start=6.0, end=9.0),
    )
    return measure(
        Session(
            id="a", recorded_at="2026-11-20T20:00:00+01:00", language="en", participants=people, words=tuple(words),
            topics=topics, written=(Note(id="n1", at=1.0, text="here", private=False),),
        )
    )  # fmt: skip


TALK = talk()


def test_a_word_reads_what_was_said_and_an_empty_one_is_struck_out() -> None:
    after = measure(applied(TALK, changes.corrected(TALK, "u0001", 2, " afraid  of you ")))
    assert after.utterance("u0001").text == "I was afraid of you the whole spring."
    struck = measure(applied(TALK, changes.corrected(TALK, "u0002", 2, "")))
    assert not struck.words[8].supported
    assert struck.words[8].doubts == ("struck out by one of you",)
    back = changes.corrected(struck, "u0002", 2, "just")
    assert applied(struck, back).words[8].supported


def test_a_line_and_its_time_go_to_the_other_speaker() -> None:
    after = measure(applied(TALK, changes.moved(TALK, "u0002", "S1")))
    assert {word.speaker for word in after.words} == {"S1"}
    assert after.shared.share == {"S1": 1.0}


def test_a_line_in_the_middle_of_a_turn_cuts_it() -> None:
    turn = TALK.turns[0]
    line = replace(TALK.utterances[0], start=1.0, end=2.0)
    change = changes.moved(replace(TALK, utterances=(line, *TALK.utterances[1:])), "u0001", "S2")
    spans = [(t.speaker, t.start, t.end) for t in change.turns[1]]
    assert spans == [("S1", turn.start, 1.0), ("S1", 2.0, turn.end), ("S2", 1.0, 2.0)]


def test_where_there_is_no_sound_nothing_is_changed() -> None:
    cut = measure(replace(TALK, marks=(Mark(kind="struck", start=3.0, end=3.9),)))
    with pytest.raises(ValueError, match="no sound"):
        changes.corrected(cut, "u0002", 0, "x")
    with pytest.raises(ValueError, match="no sound"):
        changes.moved(cut, "u0002", "S1")


def test_a_topic_is_renamed_wherever_it_comes_back() -> None:
    after = applied(TALK, changes.named_topic(TALK, "t1", "the messages"))
    assert [topic.name for topic in after.topics] == ["the messages", "trust", "the messages"]
    assert [topic.named_by for topic in after.topics] == ["person", "words", "person"]


def test_notes_get_ids_of_their_own() -> None:
    after = applied(TALK, changes.noted(TALK, 0.5, "one\ntwo", True))
    assert [(note.id, note.at, note.private) for note in after.written] == [("n2", 0.5, True), ("n1", 1.0, False)]
    assert applied(after, changes.unnoted(after, "n1")).written == after.written[:1]


@pytest.mark.parametrize(
    ("make", "trouble"),
    [
        (lambda: changes.corrected(TALK, "u9", 0, "x"), "no utterance"),
        (lambda: changes.corrected(TALK, "u0001", 99, "x"), "no word"),
        (lambda: changes.corrected(TALK, "u0001", -1, "x"), "no word"),
        (lambda: changes.corrected(TALK, "u0001", 0, "I"), "reads so already"),
        (lambda: changes.corrected(TALK, "u0001", 0, "x" * 201), "at most 200"),
        (lambda: changes.moved(TALK, "u0001", "S1"), "already"),
        (lambda: changes.moved(TALK, "u0001", "S9"), "no speaker"),
        (lambda: changes.renamed(TALK, "S1", "Jonas"), "somebody else"),
        (lambda: changes.renamed(TALK, "S1", "\u202e \n"), "needs letters"),
        (lambda: changes.named_topic(TALK, "t9", "x"), "no topic"),
        (lambda: changes.judged(TALK, "u0001", "guilty", "added"), "no tag"),
        (lambda: changes.noted(TALK, -1, "x", False), "a moment"),
        (lambda: changes.noted(TALK, float("nan"), "x", False), "a moment"),
        (lambda: changes.noted(TALK, 1, "x" * 4001, False), "at most 4000"),
        (lambda: changes.unnoted(TALK, "n9"), "no note"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Any, trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        make()


def test_what_was_changed_meanwhile_is_not_overwritten() -> None:
    first, second = changes.corrected(TALK, "u0001", 2, "afraid"), changes.corrected(TALK, "u0001", 2, "frightened")
    after = applied(TALK, first)
    with pytest.raises(ValueError, match="changed meanwhile"):
        applied(after, second)


EVERY = st.one_of(
    st.builds(lambda n, text: ("corrected", f"u000{n}", 0, text), st.integers(1, 3), st.text(max_size=20)),
    st.builds(lambda n: ("moved", f"u000{n}", "S2" if n != 2 else "S1"), st.integers(1, 3)),
    st.builds(lambda name: ("renamed", "S1", name), st.text(min_size=1, max_size=60)),
    st.builds(lambda name: ("named_topic", "t1", name), st.text(min_size=1, max_size=60)),
    st.builds(lambda n: ("judged", f"u000{n}", "repair", "added"), st.integers(1, 3)),
    st.builds(lambda at, text: ("noted", at, text, True), st.floats(0, 6), st.text(min_size=1)),
)


@given(EVERY)
def test_whatever_is_done_is_taken_back_exactly(meant: tuple[Any, ...]) -> None:
    name, *arguments = meant
    try:
        change = getattr(changes, name)(TALK, *arguments)
    except ValueError:
        return
    after = applied(TALK, change)
    assert after != TALK
    assert applied(after, change.undone) == TALK
    assert change.undone.undone == change
