"""RTTM: pyannote.database reads the turns back."""

from __future__ import annotations

from pathlib import Path

from analysis.report.rttm import rttm
from analysis.session import Participant, Session, Turn
from tests.analysis.report.made import HOSTILE, hostile, long, spoken


def test_turns_come_back_with_overlaps_and_names(tmp_path: Path) -> None:
    from pyannote.database.util import load_rttm

    session = spoken(("S2", 3, 5, "no"), ("S1", 1.25, 4, "I was there"), names=["Mary Ann", "Jo/Nas"])
    target = tmp_path / "talk.rttm"
    target.write_text(rttm(session), encoding="utf-8")
    (annotation,) = load_rttm(target).values()
    turns = [(segment.start, segment.end, label) for segment, _, label in annotation.itertracks(yield_label=True)]
    assert turns == [(1.25, 4.0, "Mary_Ann"), (3.0, 5.0, "Jo_Nas")]
    assert annotation.uri == "t1"


def test_whatever_the_names_every_line_has_ten_fields_and_no_voice_is_lost() -> None:
    session = hostile()
    turns = tuple(Turn(speaker=participant.id, start=1, end=2) for participant in session.participants)
    lines = rttm(Session(id="a b", recorded_at="", participants=session.participants, turns=turns)).splitlines()
    assert {len(line.split()) for line in lines} == {10}
    assert len({line.split()[7] for line in lines}) == len(HOSTILE)
    assert {line.split()[1] for line in lines} == {"a_b"}


def test_two_voices_of_one_name_stay_two() -> None:
    names = (Participant(id="S1", name="Ann B"), Participant(id="S2", name="Ann_B"))
    turns = (Turn(speaker="S1", start=0, end=1), Turn(speaker="S2", start=1, end=2))
    text = rttm(Session(id="a", recorded_at="", participants=names, turns=turns))
    assert [line.split()[7] for line in text.splitlines()] == ["Ann_B", "Ann_B_2"]


def test_turns_without_length_and_lines_of_nobody_are_left_out() -> None:
    assert rttm(spoken(("S1", 1, 1, "no"), (None, 2, 3, "who"))) == ""
    assert rttm(Session(id="a", recorded_at="")) == ""


def test_two_hours_are_written_at_once() -> None:
    assert len(rttm(long()).splitlines()) == 3000
