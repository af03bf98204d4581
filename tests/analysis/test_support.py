"""Words that nobody said are found; words that somebody said are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.session import Word
from analysis.speech.heard import Activity
from analysis.speech.support import Passage, doubtful, judge, loops, plain


def passage(text: str, start: float = 0.0, sure: float = 0.9, **facts: object) -> Passage:
    """Words of 0.3 s, one after the other."""
    words = tuple(
        Word(text=word, start=round(start + k * 0.3, 3), end=round(start + k * 0.3 + 0.3, 3), probability=sure)
        for k, word in enumerate(text.split())
    )
    return Passage(**({"words": words, "silence": 0.0, "likelihood": -0.2, "compression": 1.0} | facts))


def voice(*spans: tuple[float, float], share: float = 1.0, seconds: float = 60.0) -> Activity:
    values = np.zeros(round(seconds / 0.1))
    for start, end in spans:
        values[round(start / 0.1) : round(end / 0.1)] = share
    return Activity(0.1, values)


def supported(passages: list[Passage], activity: Activity | None) -> str:
    return " ".join(word.text for word in judge(passages, activity) if word.supported)


def test_what_is_said_clearly_is_supported_and_nothing_speaks_against_it() -> None:
    words = judge([passage("I am sorry that I hurt you")], voice((0, 3)))
    assert all(word.supported and word.doubts == () for word in words)


def test_where_no_voice_is_heard_no_word_is_supported_however_sure_the_recognizer_is() -> None:
    said = passage("you are pathetic", start=10, sure=0.99)
    words = judge([passage("hello there"), said], voice((0, 1)))
    assert [word.supported for word in words] == [True, True, False, False, False]
    assert words[2].doubts == ("no voice was heard there",)


def test_without_knowledge_of_voices_the_other_evidence_decides() -> None:
    assert supported([passage("fine by me")], None) == "fine by me"
    assert supported([passage("die", sure=0.1, silence=0.9)], None) == ""


@pytest.mark.parametrize(
    "facts",
    [
        {"sure": 0.2, "again": ()},
        {"sure": 0.2, "silence": 0.7},
        {"likelihood": -1.2, "again": ("something", "else")},
        {"silence": 0.8, "again": ()},
    ],
)
def test_two_witnesses_against_a_word_are_enough(facts: dict) -> None:
    words = judge([passage("stab him", **facts)], voice((0, 2)))
    assert not any(word.supported for word in words)
    assert all(len(word.doubts) >= 2 for word in words)


@pytest.mark.parametrize("facts", [{"sure": 0.2}, {"silence": 0.9}, {"likelihood": -1.5}, {"again": ()}])
def test_one_witness_is_not(facts: dict) -> None:
    assert supported([passage("maybe so", **facts)], voice((0, 2))) == "maybe so"


def test_a_second_look_speaks_for_each_word_by_itself() -> None:
    said = passage("I never called her Pamela", sure=0.3, again=("i", "never", "called", "her"))
    assert supported([said], voice((0, 3))) == "I never called her"


@pytest.mark.parametrize(
    "text",
    ["Thanks for watching!", "Thank you so much for watching.", "Subtitles by the Amara.org community",
     "Please subscribe to my channel.", "Untertitel der Amara.org-Community", "ご視聴ありがとうございました"],
)  # fmt: skip
def test_phantoms_of_film_need_a_clear_voice(text: str) -> None:
    said = passage(text)
    assert doubtful(said)
    assert supported([said], voice((0, 5), share=0.5)) == ""


def test_somebody_may_really_say_thank_you() -> None:
    assert supported([passage("Thank you.")], voice((0, 1))) == "Thank you."
    assert supported([passage("Thank you for telling me.")], voice((0, 3), share=0.6)) == "Thank you for telling me."


def test_stray_words_in_noise_are_caught() -> None:
    assert supported([passage("you", sure=0.3, again=())], voice((0, 1), share=0.5)) == ""


def test_a_loop_of_thirty_seconds_leaves_what_was_said_first() -> None:
    said = passage(" ".join(["okay"] * 100))
    assert supported([said], voice((0, 31))) == "okay okay"


def test_a_phrase_that_loops_is_caught_across_passages() -> None:
    said = [passage("I don't know", start=k * 2) for k in range(6)]
    assert supported(said, voice((0, 20))) == "I don't know I don't know"


@pytest.mark.parametrize(
    "text", ["no no no no no no no", "very very very tired", "I do I do I do", "that that is is it it"]
)
def test_people_repeat_themselves_too(text: str) -> None:
    assert loops(text.split()) == []


def test_a_word_that_takes_no_time_or_forever_is_doubted_together_with_another_reason() -> None:
    long = Word(text="so", start=0.0, end=9.0, probability=0.1)
    words = judge([Passage(words=(long,), silence=0.0, likelihood=-0.2, compression=1.0)], voice((0, 9)))
    assert not words[0].supported


def test_only_what_is_doubtful_is_looked_at_again() -> None:
    assert not doubtful(passage("I worked late on Thursday"))
    assert doubtful(passage("I worked late on Thursday", sure=0.3))
    assert doubtful(passage("I worked late on Thursday", compression=3.0))
    assert doubtful(passage("you"))


def test_plain_keeps_letters_of_every_script() -> None:
    assert plain("Füße, don't!") == "füßedont"
