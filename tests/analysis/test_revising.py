"""A change in the library: stored at once, measured, taken back across restarts; and what it does to later sessions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from analysis import changes, prosody
from analysis.library import Library
from analysis.pipeline import measure, read
from analysis.reading import classified
from analysis.report import shareable
from analysis.revising import ready, revise, take_back
from analysis.session import Session, Topic
from tests.support.evenings import evening

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def short() -> Session:
    """Six minutes with sound, read by the classifier."""
    return measure(classified(measure(evening(lines=150, seconds=360.0))))


@pytest.fixture
def stored(library: Library, short: Session) -> Session:
    library.save(short)
    return library.load(short.id)


def test_a_corrected_word_is_read_and_measured_as_if_it_had_been_heard_so(library: Library, stored: Session) -> None:
    line = stored.utterances[20]
    after = revise(stored, changes.corrected(stored, line.id, 0, "Sorry,"), library)
    assert library.load(stored.id) == after
    afresh = measure(classified(measure(replace(after, readings=None))))
    assert [u.text for u in afresh.utterances] == [u.text for u in after.utterances]
    assert [u.prosody for u in afresh.utterances] == [u.prosody for u in after.utterances]
    near = slice(20, 24)
    assert [u.tags for u in afresh.utterances[near]] == [u.tags for u in after.utterances[near]]
    assert (afresh.overlaps, afresh.dyad, afresh.shared) == (after.overlaps, after.dyad, after.shared)


def test_a_removed_tag_changes_the_curve_at_once(library: Library, stored: Session) -> None:
    line, tag = next(
        (u, t) for u in stored.utterances for t in u.tags if t.label in ("criticism", "complaint", "rushing")
    )
    after = revise(stored, changes.judged(stored, line.id, tag.label, "removed"), library)
    assert after == measure(after)
    assert after.utterance(line.id).live_tags != line.live_tags


def test_a_line_of_the_other_is_compared_with_the_others_voice(library: Library, stored: Session) -> None:
    line = next(u for u in stored.utterances if u.prosody.pitch_st is not None and u.speaker == "S1")
    after = revise(stored, changes.moved(stored, line.id, "S2"), library)
    afresh = measure(replace(after, dyad=stored.dyad))
    for now, then in zip(after.utterances, afresh.utterances, strict=True):
        assert now.speaker == then.speaker
        for field in ("pitch_st", "loudness_db", "arousal"):
            one, other = getattr(now.prosody, field), getattr(then.prosody, field)
            assert (one is None) == (other is None)
            assert one is None or one == pytest.approx(other, abs=0.3)
    assert (after.shared, after.overlaps, after.pauses) == (afresh.shared, afresh.overlaps, afresh.pauses)


def test_changes_are_taken_back_one_after_the_other_in_another_run(
    folder: Path, library: Library, stored: Session
) -> None:
    line = stored.utterances[5]
    first = revise(stored, changes.corrected(stored, line.id, 0, "Sorry,"), library)
    second = revise(first, changes.renamed(first, "S1", "Mia"), library)
    revise(second, changes.noted(second, 3.0, "here", False), library)
    library.close()
    from tests.analysis.tapes import KEY

    with Library.open(folder, KEY) as again:
        for what in ("a note", "the name “Maya”", f"the word “{stored.words[line.words[0]].text}”"):
            taken = take_back(again.load(stored.id), again)
            assert taken is not None
            assert taken[1].what == what
        assert take_back(again.load(stored.id), again) is None
        back = again.load(stored.id)
        assert (back.words, back.participants, back.written) == (stored.words, stored.participants, stored.written)
        assert [u.tags for u in back.utterances] == [u.tags for u in stored.utterances]


def test_what_was_changed_otherwise_since_cannot_be_taken_back_and_does_not_stay_in_the_way(
    library: Library, stored: Session
) -> None:
    noted = revise(stored, changes.noted(stored, 1.0, "here", False), library)
    renamed = revise(noted, changes.renamed(noted, "S1", "Mia"), library)
    people = tuple(replace(p, name="Ann") if p.id == "S1" else p for p in renamed.participants)
    library.save(replace(renamed, participants=people))
    with pytest.raises(ValueError, match="cannot be taken back"):
        take_back(library.load(stored.id), library)
    taken = take_back(library.load(stored.id), library)
    assert taken and taken[1].what == "a note"


def test_a_new_analysis_ends_what_can_be_taken_back(library: Library, stored: Session) -> None:
    revise(stored, changes.noted(stored, 1.0, "here", False), library)
    job = library.jobs.begin("0" * 64 + "1" * 64)
    library.save(stored, job)
    assert library.revisions.last(stored.id) is None


def test_a_name_given_to_a_topic_stays_for_the_next_session(library: Library) -> None:
    said = [
        "The phone bill shows you called her again.", "You deleted all the messages on your phone.",
        "I saw her texts on your screen at night.", "Why did you hide the chat from me?",
        "I changed the password of the phone because I was ashamed.", "You still text with her every day.",
        "Show me the messages then.", "I will give you the phone and the passwords.",
    ]  # fmt: skip

    def session(id: str) -> Session:
        made = evening(lines=8, seconds=60.0, id=id)
        words = []
        for k, text in enumerate(said):
            spoken = text.split()
            words += [
                replace(made.words[0], text=word, start=k * 7.5 + n * 0.5, end=k * 7.5 + n * 0.5 + 0.4,
                        speaker=f"S{1 + k % 2}")
                for n, word in enumerate(spoken)
            ]  # fmt: skip
        return measure(replace(made, words=tuple(words), turns=(), frames=None))

    first = session("first")
    first = replace(first, topics=(Topic(id="t1", name="phone and messages", start=0.0, end=60.0),))
    library.save(first)
    revise(first, changes.named_topic(first, "t1", "our phones"), library)
    second = read(session("second"), library)
    assert {topic.name for topic in second.topics} == {"our phones"}
    assert {topic.named_by for topic in second.topics} == {"earlier"}


def test_another_process_that_changes_something_is_seen(library: Library, stored: Session, folder: Path) -> None:
    from tests.analysis.tapes import KEY

    before = library.state()
    assert library.state() == before
    with Library.open(folder, KEY) as other:
        revise(other.load(stored.id), changes.noted(stored, 1.0, "here", False), other)
    assert library.state() != before


def test_getting_ready_changes_nothing(stored: Session) -> None:
    before = replace(stored)
    ready(stored)
    assert stored == before
    assert prosody.carried(stored, stored).utterances == tuple(replace(u, tags=u.tags) for u in stored.utterances)


def test_naming_one_voice_after_the_other_keeps_both_voiceprints(library: Library, stored: Session) -> None:
    from analysis.people import Enrolment
    from analysis.speech.heard import Voiceprint

    people = tuple(replace(p, name=f"Speaker {p.id[1:]}") for p in stored.participants)
    session = replace(stored, participants=people)
    prints = [Voiceprint.of(id, "model", 60.0, np.ones(4, np.float32) * k) for k, id in enumerate(("S1", "S2"), 1)]
    library.save(session, enrolment=Enrolment(prints))
    session = revise(session, changes.renamed(session, "S1", "Maya"), library)
    session = revise(session, changes.renamed(session, "S2", "Jonas"), library)
    assert set(library.people.voices()) == {"Maya", "Jonas"}
    for _ in range(2):
        taken = take_back(session, library)
        assert taken
        session = taken[0]
    assert library.people.voices() == {}
    revise(session, changes.renamed(session, "S2", "Jonas"), library)
    assert set(library.people.voices()) == {"Jonas"}


def test_an_export_that_is_read_again_takes_no_note_away(library: Library, stored: Session) -> None:
    session = stored
    for text, private in (("for both", False), ("for me", True)):
        session = revise(session, changes.noted(session, 1.0, text, private), library)
    brought = read(shareable(session), library)
    assert {note.text for note in brought.written} == {"for both", "for me"}
    assert len(brought.written) == 2


def test_what_another_process_stored_meanwhile_is_not_lost(library: Library, stored: Session) -> None:
    noted = revise(stored, changes.noted(stored, 1.0, "here", False), library)
    with pytest.raises(ValueError, match="changed meanwhile"):
        revise(stored, changes.renamed(stored, "S1", "Mia"), library)
    assert library.load(stored.id) == noted


def test_a_topic_name_that_is_taken_back_is_forgotten(library: Library, stored: Session) -> None:
    session = replace(stored, topics=(Topic(id="t1", name="trust", start=0.0, end=360.0),))
    library.save(session)
    after = revise(session, changes.named_topic(session, "t1", "monney"), library)
    assert [known.name for known in library.revisions.topics()] == ["monney"]
    take_back(after, library)
    assert library.revisions.topics() == []
