"""Which words set a stretch apart, and what the tables of this room hold."""

from __future__ import annotations

import doctest
from itertools import chain

import pytest

from analysis.topics import own_words, segmentation
from analysis.topics.own_words import EVERYWHERE, contrast, telling
from analysis.topics.usual import NOTHING, OTHERS, USUAL


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yeah, I dunno, it isn't like that.", []),
        ("didnt dont thats im 😀 ... 42", []),
        ("Mum’s bank, the bank!", ["mum", "bank", "bank"]),
        ("Ann's mother-in-law", ["mother-in-law"]),
        ("", []),
    ],
)
def test_words_that_stand_in_every_talk_tell_nothing(text: str, words: list[str]) -> None:
    assert telling(text, {"ann"}) == words


def test_words_that_are_said_everywhere_in_the_talk_set_nothing_apart() -> None:
    found = contrast(["house"] * 3 + ["loan"] * 30, ["house"] * 200)
    assert list(found) == ["loan"]


def test_a_talk_on_one_topic_has_words() -> None:
    assert list(contrast(["dog", "vet", "dog", "vet", "dog"], [])) == ["dog", "vet"]


def test_the_usual_topics_have_kind_short_names_and_sentences_of_their_own() -> None:
    assert all(name == name.lower() and len(name.split()) <= 3 for name in USUAL)
    sentences = [*chain(*USUAL.values()), *NOTHING, *chain(*OTHERS)]
    assert len(set(sentences)) == len(sentences)
    assert not EVERYWHERE & {"money", "phone", "family", "work", "kids", "drink"}


def test_examples_in_docstrings_are_true() -> None:
    for module in (own_words, segmentation):
        tried = doctest.testmod(module)
        assert tried.attempted and not tried.failed
