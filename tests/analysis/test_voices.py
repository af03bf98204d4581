"""Recognizing voices: pure functions on made-up voices, and what a session makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.naming import name_voices
from analysis.session import Participant, Session
from analysis.speech.heard import Voiceprint
from analysis.speech.voices import SURE, likelihood, person, recognize

DIMENSION = 192


def voice(seed: int) -> np.ndarray:
    """Somebody's true voice: two of them have a cosine of about 0."""
    made = np.random.default_rng(seed).normal(size=DIMENSION)
    return made / np.linalg.norm(made)


MAYA, JONAS, STRANGER = voice(1), voice(2), voice(3)


def heard(speaker: str, of: np.ndarray, day: int = 0, *, noise: float = 0.5, seconds: float = 60.0, model: str = "m"):
    """What is measured of a voice: noise 0.5 gives a cosine of about 0.9 with it, noise 2 one of about 0.45."""
    return Voiceprint.of(speaker, model, seconds, of + noise * voice(100 + day))


KNOWN = {"Maya": [heard("S1", MAYA, 1), heard("S2", MAYA, 2)], "Jonas": [heard("S2", JONAS, 3)]}


def names(*found: Voiceprint, known=KNOWN) -> dict[str, str]:
    return {speaker: match.name for speaker, match in recognize(found, known).items()}


def test_both_are_known_again_whoever_speaks_first():
    assert names(heard("S1", MAYA, 4), heard("S2", JONAS, 5)) == {"S1": "Maya", "S2": "Jonas"}
    assert names(heard("S1", JONAS, 5), heard("S2", MAYA, 4)) == {"S1": "Jonas", "S2": "Maya"}
    assert all(SURE <= match.sure <= 1 for match in recognize([heard("S1", MAYA, 4)], KNOWN).values())


def test_one_of_two_and_a_stranger():
    assert names(heard("S1", STRANGER, 4), heard("S2", JONAS, 5)) == {"S2": "Jonas"}
    assert names(heard("S1", STRANGER, 4), heard("S2", voice(9), 5)) == {}


def test_a_child_beside_them_stays_out():
    assert names(heard("S1", MAYA), heard("S2", STRANGER), heard("S3", JONAS)) == {"S1": "Maya", "S3": "Jonas"}


def test_it_abstains_where_it_cannot_know():
    assert names(heard("S1", MAYA, seconds=4.9), heard("S2", JONAS)) == {"S2": "Jonas"}, "too little was heard"
    assert names(heard("S1", MAYA, model="another")) == {}
    assert names(heard("S1", MAYA, 4, noise=2)) == {}, "too unlike"
    assert names(heard("S1", MAYA + JONAS)) == {}, "as much the one as the other"
    assert names(heard("S1", MAYA, 4), heard("S2", MAYA, 5)) == {}, "two voices that are as much hers"
    assert names() == names(heard("S1", MAYA), known={}) == {}
    too_short = {"Maya": [heard("S1", MAYA, seconds=3)]}
    assert names(heard("S1", MAYA), known=too_short) == {}


def test_people_who_were_mixed_up_once_are_not_recognized():
    mixed = {"Maya": [heard("S1", MAYA, 1), heard("S2", JONAS, 2)], "Jonas": [heard("S2", JONAS, 1), heard("S1", MAYA)]}
    assert names(heard("S1", MAYA, 4), heard("S2", JONAS, 5), known=mixed) == {}


def test_prints_weigh_as_much_as_was_heard():
    mean = person([heard("S1", MAYA, noise=0, seconds=90), heard("S1", JONAS, noise=0, seconds=10)])
    assert np.linalg.norm(mean) == pytest.approx(1)
    assert mean @ MAYA > 0.99


def test_surer_the_more_alike_and_the_farther_from_others():
    assert likelihood(0.7, 0.3) > likelihood(0.6, 0.3) > likelihood(0.6, 0.1)


# What a session makes of it


def session(*speakers: str) -> Session:
    people = tuple(Participant(id=s, name=f"Speaker {s[1:]}") for s in speakers)
    return Session(id="5e9a", recorded_at="2026-03-01", participants=people)


def test_nobody_was_named_and_the_voices_are_known():
    named, enrolment = name_voices(session("S1", "S2"), (), [heard("S1", JONAS, 4), heard("S2", MAYA, 5)], KNOWN)
    assert [p.name for p in named.participants] == ["Jonas", "Maya"]
    assert named.notes == (
        "Jonas and Maya were recognized by their voices (99 % and 99 % sure). "
        "If that is wrong: `lens rename 5e9a --names …`.",
    )
    assert enrolment.given == {} and enrolment.recognized == {"S1", "S2"}


def test_one_of_two_is_named_and_told():
    named, _ = name_voices(session("S1", "S2"), (), [heard("S1", STRANGER), heard("S2", MAYA, 5)], KNOWN)
    assert [p.name for p in named.participants] == ["Speaker 1", "Maya"]
    assert "Maya was recognized by the voice (99 % sure); the other voice was not." in named.notes[0]


def test_nobody_known_changes_nothing():
    before = session("S1", "S2")
    prints = [heard("S1", STRANGER), heard("S2", MAYA)]
    named, enrolment = name_voices(before, (), prints, {})
    assert named == before and enrolment.prints == prints and not enrolment.recognized


def test_voices_correct_the_order_of_the_names_and_are_not_learned_from():
    prints = [heard("S1", JONAS, 4), heard("S2", MAYA, 5)]
    named, enrolment = name_voices(session("S1", "S2"), ("Maya", "Jonas"), prints, KNOWN)
    assert [p.name for p in named.participants] == ["Jonas", "Maya"]
    assert "given in the order Maya, Jonas, but the voices" in named.notes[0]
    assert "Jonas and Maya (99 % and 99 % sure)" in named.notes[0]
    assert enrolment.given == {}


@pytest.mark.parametrize(
    ("given", "prints", "learned"),
    [
        (("Maya", "Jonas"), [heard("S1", MAYA), heard("S2", JONAS)], True),  # they agree
        (("Ann", "Ben"), [heard("S1", STRANGER), heard("S2", voice(9))], True),
        # A sure voice says another name of the two: shown as given, but a mistake must not be learned.
        (("Maya", "Jonas"), [heard("S1", JONAS, 4), heard("S2", STRANGER)], False),  # only one is recognized
        (("Maya", "Kim"), [heard("S1", JONAS, 4), heard("S2", MAYA, 5)], False),  # Kim's voice is not known
    ],
)
def test_names_stay_as_given_unless_all_voices_say_otherwise(given, prints, learned):
    named, enrolment = name_voices(session("S1", "S2"), given, prints, KNOWN)
    assert tuple(p.name for p in named.participants) == given and named.notes == ()
    assert enrolment.given == (dict(zip(("S1", "S2"), given, strict=True)) if learned else {})


def test_a_child_who_speaks_first_does_not_take_a_name():
    prints = [heard("S1", STRANGER), heard("S2", JONAS, 4), heard("S3", MAYA, 5)]
    named, _ = name_voices(session("S1", "S2", "S3"), ("Maya", "Jonas"), prints, KNOWN)
    assert [p.name for p in named.participants] == ["Jonas", "Maya", "Speaker 1"]
    assert named.aside == {"S1"}, "and does not count among the two"


def test_more_names_than_voices_name_nobody():
    named, enrolment = name_voices(session("S1"), ("Maya", "Jonas"), [heard("S1", MAYA)], KNOWN)
    assert named == session("S1") and enrolment.given == {}
