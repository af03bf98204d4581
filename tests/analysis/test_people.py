"""The people in a library: whose voiceprints are kept, under which name, and that they are gone when they are gone."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import library as module
from analysis.library import Library
from analysis.people import Enrolment, Person
from analysis.session import Consent, Participant, Session
from analysis.speech.heard import Voiceprint
from recorder.errors import LibraryError
from tests.analysis.tapes import KEY


def talk(id: str, *names: str) -> Session:
    people = tuple(Participant(id=f"S{k}", name=name) for k, name in enumerate(names, 1))
    return Session(id=id, recorded_at=f"2026-03-0{id[-1]}T20:00:00+01:00", participants=people)


def prints(*speakers: str) -> list[Voiceprint]:
    return [Voiceprint.of(s, "model", 60.0, np.eye(192)[int(s[1:])]) for s in speakers]


def stored(library: Library) -> list[tuple[str, str, str | None]]:
    return [tuple(r) for r in library._read("SELECT session, speaker, name FROM voiceprints ORDER BY session, speaker")]


def named(library: Library, id: str, *names: str) -> Session:
    """A session whose names people gave."""
    session = talk(id, *names)
    given = {p.id: p.name for p in session.participants}
    library.save(session, enrolment=Enrolment(prints(*given), given))
    return session


def test_voiceprints_of_named_people_come_back(library):
    named(library, "t1", "Maya", "Jonas")
    voices = library.people.voices()
    assert list(voices) == ["Maya", "Jonas"]
    (maya,) = voices["Maya"]
    assert (maya.speaker, maya.model, maya.seconds, maya.values) == ("S1", "model", 60.0, prints("S1")[0].values)
    assert library.people.voices(besides="t1") == {}


def test_a_save_without_voices_keeps_those_there(library):
    session = named(library, "t1", "Maya", "Jonas")
    library.save(session)
    assert stored(library) == [("t1", "S1", "Maya"), ("t1", "S2", "Jonas")]
    assert library.load("t1") == session
    library.save(talk("t1", "Maya", "Someone else"))
    assert stored(library) == [("t1", "S1", "Maya")], "a name that the session does not show is nobody's"


def test_what_the_program_found_by_itself_has_no_name(library):
    enrolment = Enrolment(prints("S1", "S2"), recognized=frozenset({"S1", "S2"}))
    library.save(talk("t1", "Maya", "Jonas"), enrolment=enrolment)
    assert stored(library) == [("t1", "S1", None), ("t1", "S2", None)]
    assert library.people.voices() == {} and library.people.unnamed() == 2
    assert library.people.guessed("t1")
    library.save(talk("t1", "Maya", "Jonas"), enrolment=Enrolment(given={"S1": "Maya", "S2": "Jonas"}))
    assert set(library.people.voices()) == {"Maya", "Jonas"}, "a person said so"
    assert not library.people.guessed("t1") and not library.people.guessed("never heard of")


def test_third_voices_are_dropped_as_soon_as_others_are_known(library):
    three = talk("t1", "Speaker 1", "Speaker 2", "Speaker 3")
    library.save(three, enrolment=Enrolment(prints("S1", "S2", "S3")))
    assert len(stored(library)) == 3, "nobody is named: any of them may be, later"
    given = {"S1": "Maya", "S2": "Speaker 2", "S3": "Jonas"}
    library.save(talk("t1", *given.values()), enrolment=Enrolment(given=given))
    assert stored(library) == [("t1", "S1", "Maya"), ("t1", "S3", "Jonas")]
    library.save(three, enrolment=Enrolment(prints("S1", "S2", "S3"), recognized=frozenset({"S2", "S3"})))
    assert stored(library) == [("t1", "S2", None), ("t1", "S3", None)]
    library.save(three, enrolment=Enrolment(prints("S1", "S2", "S3"), recognized=frozenset({"S2"})))
    assert len(stored(library)) == 3


def test_deleting_a_session_deletes_its_voices(library):
    named(library, "t1", "Maya", "Jonas")
    named(library, "t2", "Maya", "Jonas")
    library.delete("t1")
    assert {row[0] for row in stored(library)} == {"t2"}


def test_everyone_with_a_name_is_listed(library):
    named(library, "t2", "Maya", "Jonas")
    named(library, "t1", "Maya", "Speaker 2")
    library.save(talk("t3", "Kim", "Speaker 2"))
    assert library.people.all() == [
        Person("Maya", 2, 120.0, "2026-03-01T20:00:00+01:00"),
        Person("Jonas", 1, 60.0, "2026-03-02T20:00:00+01:00"),
        Person("Kim", 1, 0.0, "2026-03-03T20:00:00+01:00"),
    ]


def test_rename(library):
    named(library, "t1", "Maya", "Jonas")
    agreed = Consent(state="recorded", by=("Jonas", "Maya"), at="2026-03-02")
    library.save(
        Session(id="t2", recorded_at="2026-03-02", participants=talk("t2", "Jonas").participants, consent=agreed)
    )
    assert library.people.rename("Jonas", "Jo") == 2
    assert [row.names for row in library.sessions()] == [("Maya", "Jo"), ("Jo",)]
    assert library.load("t1").name("S2") == "Jo" and set(library.people.voices()) == {"Maya", "Jo"}
    assert library.load("t2").consent == agreed, "what was agreed to stays as it was"
    with pytest.raises(LibraryError, match=r"there is a Maya already: .*`lens speakers merge Jo Maya`"):
        library.people.rename("Jo", "Maya")
    for bad in ("", "Speaker 2"):
        with pytest.raises(LibraryError, match="no name for a person"):
            library.people.rename("Jo", bad)
    with pytest.raises(LibraryError, match="there is no 'Mya': try Maya"):
        library.people.rename("Mya", "Kim")


def test_merge(library):
    named(library, "t1", "Maya", "Jonas")
    named(library, "t2", "Maja", "Jonas")
    assert library.people.merge("Maja", "Maya") == 1
    assert len(library.people.voices()["Maya"]) == 2
    for one, other in (("Maya", "Jonas"), ("Jonas", "Maya")):
        with pytest.raises(LibraryError, match="both speak in session t1, so they are two people"):
            library.people.merge(one, other)
    with pytest.raises(LibraryError, match="is one person already"):
        library.people.merge("Maya", "Maya")


def test_a_rename_that_fails_changes_nothing(library):
    named(library, "t1", "Maya", "Jonas")
    named(library, "t2", "Maya", "Jonas")
    library._database.execute("UPDATE sessions SET document = ? WHERE id = 't2'", (b'{"id": 7}',))
    with pytest.raises(LibraryError, match="session t2 cannot be read"):
        library.people.rename("Maya", "Mia")
    assert library.load("t1").name("S1") == "Maya" and "Mia" not in library.people.voices()


def test_forgotten_is_gone(library, folder):
    named(library, "t1", "Maya", "Jonas")
    recognized = Enrolment(prints("S1", "S2"), recognized=frozenset({"S1", "S2"}))
    library.save(talk("t2", "Maya", "Jonas"), enrolment=recognized)
    assert library.people.forget("Maya") == 2
    assert stored(library) == [("t1", "S2", "Jonas"), ("t2", "S2", None)]
    assert library.load("t1").name("S1") == "Maya"
    assert (folder / "library.db-wal").stat().st_size == 0, "the log that held it is emptied"
    assert library.people.forget("Maya") == 0
    with pytest.raises(LibraryError, match="there is no 'Nobody'"):
        library.people.forget("Nobody")


def test_a_library_from_before_there_were_voices(folder, monkeypatch):
    monkeypatch.setattr(module, "MIGRATIONS", module.MIGRATIONS[:2])
    monkeypatch.setattr(module.people, "enrol", lambda *_: None)
    with Library.open(folder, KEY) as library:
        library.save(talk("t1", "Maya", "Jonas"))
        assert library._version() == 2
    monkeypatch.undo()
    with Library.open(folder, KEY) as library:
        assert library.load("t1") == talk("t1", "Maya", "Jonas")
        assert library.people.voices() == {} and [p.name for p in library.people.all()] == ["Maya", "Jonas"]
        named(library, "t2", "Maya", "Jonas")
        assert set(library.people.voices()) == {"Maya", "Jonas"}
