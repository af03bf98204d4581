"""The measures of the speech benchmark on cases small enough to be counted by hand; the made non-speech."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import material, metrics
from benchmarks.metrics import Answers, Said
from benchmarks.nonspeech import KINDS, RATE, composed, nonspeech

TALK = [
    Said("Ann", "Is the kettle on?", 0.0, 1.0),
    Said("Bob", "Okay.", 1.2, 1.5),
    Said("Ann", "Good. Thank you.", 2.0, 3.0),
]


def test_a_word_of_the_wrong_person_is_wrong_for_cpwer_alone() -> None:
    found = [
        Said("S1", "is the kettle on", 0.0, 1.0),
        Said("S2", "okay good", 1.2, 2.2),
        Said("S1", "thank you", 2.4, 3),
    ]
    assert metrics.word_errors(TALK, found) == 0
    assert metrics.cp_errors(TALK, found) == 2
    assert metrics.placed(TALK, found)[:3] == (8, 7, 0)


def test_words_given_to_nobody_are_abstained_from() -> None:
    found = [Said("S1", "is the kettle on"), Said(None, "okay"), Said("S1", "good thank you")]
    matched, right, abstained, people = metrics.placed(TALK, found)
    assert (matched, right, abstained, people) == (8, 7, 1, {"S1": "Ann"})


def test_tcpwer_minds_the_time_and_needs_it() -> None:
    late = [Said("S1", part.text, part.start + 20, part.end + 20) for part in TALK if part.speaker == "Ann"]
    assert metrics.cp_errors(TALK, late) == 1
    assert (metrics.tcp_errors(TALK, late) or 0) > 7
    assert metrics.tcp_errors([Said("Ann", "No.")], late) is None
    assert metrics.tcp_errors(TALK, []) == 8


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Said("S2", "OK!", 1.3, 1.6), Answers(1, 1, 1)),
        (Said(None, "okay", 1.9, 2.1), Answers(1, 1, 1)),
        (Said("S1", "okay", 1.3, 1.6), Answers(1, 1, 0)),
        (Said("S2", "okay", 2.1, 2.3), Answers(1, 0, 0)),
        (Said("S2", "yes", 1.3, 1.6), Answers(1, 0, 0)),
    ],
)
def test_a_one_word_answer_is_heard_near_its_time(found: Said, expected: Answers) -> None:
    assert metrics.answers(TALK, [found], {"S1": "Ann", "S2": "Bob"}) == expected


def test_one_found_word_serves_one_answer_only() -> None:
    asked = [Said("Ann", "Hello?", 0.0, 0.4), Said("Bob", "Hello?", 0.6, 1.0)]
    assert metrics.answers(asked, [Said("S1", "hello", 0.1, 0.5)], {"S1": "Ann"}) == Answers(2, 1, 1)


def test_without_times_the_place_in_the_dialogue_decides() -> None:
    talk = [Said("Ann", "Did you go?"), Said("Bob", "No."), Said("Ann", "Why not?")]
    people = {"S1": "Ann", "S2": "Bob"}
    assert metrics.answers(talk, [], people) is None
    found = [Said("S1", "did you go"), Said("S2", "no"), Said("S1", "why not")]
    assert metrics.answers_in_order(talk, found, people) == Answers(1, 1, 1)
    assert metrics.answers_in_order(talk, [found[0], found[2]], people) == Answers(1, 0, 0)


@pytest.mark.parametrize(("one", "other"), [("Mm-hmm.", "mhm"), ("Uh-huh", "Mhm"), ("Okay", "OK."), ("Umm", "um")])
def test_spellings_of_one_sound(one: str, other: str) -> None:
    assert metrics.answer(one) == metrics.answer(other) is not None


def test_words_that_are_not_the_same() -> None:
    assert len({metrics.answer(word) for word in ("yes", "yeah", "no", "hm", "mhm", "um", "ok")}) == 7


def test_harmful_words_are_counted() -> None:
    assert metrics.harmful([Said("S1", "You liar!"), Said(None, "thank you")]) == ["liar"]


def test_a_turn_is_cut_into_sentences_with_their_share_of_the_time() -> None:
    cut = metrics.sentences([Said("Ann", "Yes. And no", 0.0, 9.0)])
    assert [(part.text, part.start, part.end) for part in cut] == [("Yes.", 0.0, 4.0), ("And no", 4.0, 9.0)]


def test_non_speech_is_the_same_for_the_same_seed() -> None:
    one, rate = nonspeech(7, 0.5)
    again, parts = composed(7, 0.5)
    other, _ = nonspeech(8, 0.5)
    assert rate == RATE and len(one) == 30 * RATE and one.dtype == np.float32
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    assert parts[0].start == 0 and parts[-1].end <= 30 and {part.kind for part in parts} <= KINDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_non_speech_is_sound_without_a_break(kind: str) -> None:
    sound = KINDS[kind](2 * RATE, np.random.default_rng(3))
    assert len(sound) == 2 * RATE and np.isfinite(sound).all()
    assert sound.any() != (kind == "digital silence")


def test_the_examples_truth_has_its_short_answers() -> None:
    said = material.example().said
    assert sum(metrics.answer(turn.text) is not None for turn in said) == 1
    assert all(turn.start is not None for turn in said)
