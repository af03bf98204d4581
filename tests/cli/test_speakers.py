"""`lens speakers`, as a user without a terminal meets it; and a session whose speakers are known by their voices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.library import Library
from analysis.people import Enrolment
from analysis.session import Participant, Session, decode
from analysis.speech.heard import Voiceprint
from recorder.keys import open_or_create
from tests.conftest import EXAMPLE, Lens


@pytest.fixture
def couple(library: Path) -> Path:
    """A library in which Maya and Jonas are known, and a voice has no name."""
    people = (Participant(id="S1", name="Maya"), Participant(id="S2", name="Jonas"))
    voices = [Voiceprint.of(p.id, "m", 90.0, np.eye(192)[k]) for k, p in enumerate(people)]
    with Library.open(library, open_or_create(library, "a long evening").key) as opened:
        given = {p.id: p.name for p in people}
        opened.save(
            Session(id="a", recorded_at="2026-03-01T20:00:00+01:00", participants=people),
            enrolment=Enrolment(voices, given),
        )
        unknown = (Participant(id="S1", name="Speaker 1"),)
        opened.save(
            Session(id="b", recorded_at="2026-03-02T20:00:00+01:00", participants=unknown),
            enrolment=Enrolment(voices[:1]),
        )
    return library


def test_people_are_listed(lens: Lens, couple: Path) -> None:
    done = lens("speakers")
    assert done.returncode == 0, done.stderr
    maya, jonas, unnamed, kept = done.stdout.splitlines()
    assert maya.split() == ["Maya", "1", "session", "1.5", "min", "of", "voice", "since", "2026-03-01"]
    assert jonas.startswith("Jonas")
    assert unnamed.startswith("1 voice has no name") and "lens rename" in unnamed
    assert "192 numbers" in kept and "needs no network" in kept
    people = json.loads(lens("--json", "speakers").stdout)
    since = "2026-03-01T20:00:00+01:00"
    assert people[0] == {"name": "Maya", "sessions": 1, "seconds": 90.0, "since": since}


def test_nobody_yet(lens: Lens) -> None:
    assert "nobody has a name yet" in lens("speakers").stdout
    assert json.loads(lens("--json", "speakers").stdout) == []


@pytest.mark.slow
def test_rename_merge_forget(lens: Lens, couple: Path) -> None:
    assert lens("speakers", "rename", "Jonas", "Jo").stdout == "Jonas is now Jo, in 1 session\n"
    assert "Jo" in lens("show", "a").stdout
    assert lens("rename", "b", "--names", "Mia").returncode == 0
    assert "no name" not in lens("speakers").stdout, "a rename enrolls the voice, without a model"
    assert lens("speakers", "merge", "Mia", "Maya").stdout == "Mia is now Maya, in 1 session\n"
    assert json.loads(lens("--json", "speakers").stdout)[0]["seconds"] == 180
    assert lens("speakers", "forget", "Maya").returncode == 130, "nobody said yes"
    assert json.loads(lens("--json", "speakers").stdout)[0]["seconds"] == 180
    assert lens("speakers", "forget", "Maya", "--yes").stdout == "forgot the voice of Maya, from 2 sessions\n"
    assert "voice not known" in lens("speakers").stdout
    assert "nothing was known" in lens("speakers", "forget", "Maya", "--yes").stdout


@pytest.mark.slow
def test_mistakes_are_one_line(lens: Lens, couple: Path) -> None:
    mistakes = {
        ("rename", "Mya", "Kim"): "there is no 'Mya': try Maya, or see `lens speakers`",
        ("rename", "Maya", "Jonas"): "there is a Jonas already",
        ("rename", "Maya", "Kim,Lou"): "a name has no comma",
        ("rename", "Speaker 1", "Kim"): "there is no 'Speaker 1'",
        ("merge", "Maya", "Jonas"): "both speak in session a",
        ("forget", "\x1b[2J"): "there is no",
        ("frobnicate",): "No such command",
    }
    for arguments, says in mistakes.items():
        done = lens("speakers", *arguments)
        assert done.returncode == 2
        assert says in done.stderr and "\x1b" not in done.stderr and len(done.stderr.splitlines()) == 1
    assert [p["name"] for p in json.loads(lens("--json", "speakers").stdout)] == ["Maya", "Jonas"]


@pytest.mark.slow
def test_the_next_talk_knows_them_by_their_voices(lens: Lens, library: Path, kitchen_files: Path) -> None:
    """Jonas speaks first in the second half of the example; nobody says so."""
    import soundfile

    shutil.copytree(kitchen_files / "library", library)
    sound, rate = soundfile.read(EXAMPLE, dtype="float32")
    later = library.parent / "later.flac"
    soundfile.write(later, sound[int(75.5 * rate) : int(126 * rate)], rate)
    session = decode(lens("--json", "analyze", later).stdout)
    assert [p.name for p in session.participants] == ["Jonas", "Maya"]
    assert session.utterances[0].text.startswith("Wait")
    assert "Jonas and Maya were recognized by their voices (9" in session.notes[-1]
    before = {p["name"]: p for p in json.loads(lens("--json", "speakers").stdout)}
    assert before["Maya"]["sessions"] == 2
    assert lens("rename", session.id, "--names", "Jonas,Maya").returncode == 0
    people = {p["name"]: p for p in json.loads(lens("--json", "speakers").stdout)}
    assert people["Maya"]["seconds"] > before["Maya"]["seconds"], "only a name that a person gave is learned from"
