"""What a talk was about, with the real encoder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analysis.session import Participant, Session, Topic, Utterance, Word
from analysis.topics import Known, center, find
from analysis.topics.embedding import DIMENSIONS, embed
from analysis.topics.naming import Name, named

MONEY = (
    "The rent is due on Friday and there is nothing in the account.",
    "I paid the electricity and the loan, that was my whole salary.",
    "Yeah.",
    "You bought a camera for nine hundred, on the credit card.",
    "I wanted to pay it off before you saw the statement.",
    "We still owe the bank four thousand.",
    "Then we cancel the card and make a budget, a real one.",
    "I can't keep paying your debts out of our savings.",
)
CHILDREN = (
    "Tom's teacher rang, he hit another boy at school.",
    "He is seven, he hears us shouting through the wall.",
    "Who takes him to bed? Me, every single night.",
    "No.",
    "The baby wakes at four and then the children are both up.",
    "I could bring them to nursery in the mornings.",
    "They need their father there for breakfast, too.",
    "I don't want our kids to choose between us.",
)
BOAT = (
    "The boat needs a new mast before the summer.",
    "My grandfather built that boat, I'm not selling the boat.",
    "It lies in the harbor and the mast is rotten.",
    "A new mast and sails, that's months of sanding.",
    "The harbor wants the boat out by the first.",
    "I learned to sail on it, in that harbor.",
    "Then we sand the mast and paint the boat.",
    "The sails are in the shed with the oars.",
)
VAGUE = ("Okay.", "What do you mean?", "I don't know.", "You always say that.", "Fine, whatever.", "I'm sorry.", "No.")


def talk(*texts: str, **changes: object) -> Session:
    """A session in which two people say these lines in turn, each within a second."""
    words: list[Word] = []
    utterances = []
    for n, text in enumerate(texts):
        said, begin = text.split(), len(words)
        words += [Word(text=word, start=n + k / len(said), end=n + (k + 1) / len(said)) for k, word in enumerate(said)]
        whole = (begin, len(words))
        utterances.append(Utterance(id=f"u{n}", speaker=f"S{1 + n % 2}", start=n, end=n + 1, text=text, words=whole))
    people = (Participant(id="S1", name="Ann"), Participant(id="S2", name="Ben"))
    session = Session(
        id="x", recorded_at="", language="en", participants=people, words=tuple(words), utterances=tuple(utterances)
    )
    return replace(session, **changes)


def in_order(topics: tuple[Topic, ...]) -> bool:
    ends = [0.0, *(topic.end for topic in topics)]
    return all(end <= topic.start < topic.end for end, topic in zip(ends, topics, strict=False))


def test_the_encoder_is_the_one_that_was_published() -> None:
    # The cosines that transformers 5.24 gives with the same weights.
    vectors = embed(
        ["I feel like you spend all our money.", "yeah", "You were on your phone again at two in the morning 😀"]
    )
    assert vectors.shape == (3, DIMENSIONS)
    np.testing.assert_allclose(vectors[0] @ vectors[1:].T, [0.19465, 0.11760], atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_hangs_on_no_other_text() -> None:
    alone, among = embed(["We owe money."]), embed(["Yes.", "We owe money.", "word " * 500])
    np.testing.assert_allclose(alone[0], among[1], atol=1e-5)
    assert embed([]).shape == (0, DIMENSIONS)


def test_a_talk_is_cut_where_it_turns_and_named() -> None:
    found = find(talk(*MONEY, *CHILDREN))
    assert [(topic.id, topic.name, topic.named_by) for topic in found] == [
        ("t1", "money", "usual"), ("t2", "children", "usual")
    ]  # fmt: skip
    assert abs(found[1].start - len(MONEY)) <= 1 and found[0].end <= found[1].start
    assert all(0.6 <= topic.confidence < 1 for topic in found)


def test_what_is_on_no_list_has_their_own_words_as_its_name() -> None:
    (found,) = (topic for topic in find(talk(*MONEY, *BOAT)) if topic.named_by == "words")
    assert set(found.name.split(", ")) <= {"boat", "mast", "harbor", "sails"}
    assert set(found.words) <= set(" ".join(BOAT).lower().replace(",", "").replace(".", "").split())
    assert "ann" not in found.words


def test_stretches_of_one_name_that_follow_each_other_are_one() -> None:
    assert [topic.name for topic in find(talk(*MONEY, *VAGUE, *MONEY))] == ["money"]


def test_talk_that_tells_nothing_has_no_topic() -> None:
    assert find(talk(*VAGUE * 4)) == ()


def test_a_name_that_a_person_gave_comes_back() -> None:
    first = talk(*MONEY, *BOAT)
    boat = find(first)[-1]
    known = Known("grandfather's boat", center(first, boat))
    assert np.linalg.norm(known.vector) == pytest.approx(1)
    later = find(talk(*CHILDREN, "I went down to the harbor on Sunday.", *BOAT[2:], "We should sail again."), [known])
    assert [(topic.name, topic.named_by) for topic in later][-1] == ("grandfather's boat", "earlier")
    assert later[0].name == "children"


def test_the_nearest_of_several_known_names_wins_and_strange_ones_are_passed_over() -> None:
    session = talk(*MONEY)
    vector = center(session, find(session)[0])
    other = center(talk(*CHILDREN), Topic(id="t1", name="", start=0, end=9))
    known = [Known("kids", other), Known("the pot", vector), Known("of another encoder", (1.0,)), Known("empty", ())]
    assert named(np.array(vector), known) == Name("the pot", "earlier", 0.95)
    assert named(None, known) is None


def test_what_the_sound_does_not_support_and_who_is_no_partner_counts_for_nothing() -> None:
    session = talk(*MONEY, *CHILDREN)
    doubted = tuple(replace(word, supported=False) for word in session.words)
    assert find(replace(session, words=doubted)) == ()
    aside = tuple(replace(person, aside=True) for person in session.participants)
    assert find(replace(session, participants=aside)) == ()


@pytest.mark.parametrize(
    "session",
    [
        talk(),
        talk("We owe the bank four thousand."),
        talk(*MONEY, language="de"),
        talk(*MONEY, language=None),
        talk(*MONEY, words=()),
        talk(*["😀 😡 💔 🏠"] * 20),
        talk(*["Ich habe dir doch gesagt, dass das Geld nicht mehr auf dem Konto ist."] * 12),
        talk(*["a" * 5000] * 8),
    ],
    ids=["empty", "one line", "German", "no language", "no words", "emojis", "not English at all", "no word"],
)
def test_nothing_is_said_where_nothing_can_be(session: Session) -> None:
    assert find(session) == ()
    assert center(session, Topic(id="t1", name="", start=0, end=2)) == ()


@pytest.mark.slow
def test_a_monologue_passes_from_one_topic_to_another() -> None:
    found = find(talk(" ".join([*MONEY * 5, *CHILDREN * 5])))
    assert [topic.name for topic in found] == ["money", "children"]
    assert find(talk("well " * 5000)) == ()


@pytest.mark.slow
@given(st.lists(st.sampled_from([*MONEY, *CHILDREN, *BOAT, *VAGUE, "😀", "…", "Ja, das stimmt."]), max_size=30))
@settings(max_examples=15, deadline=None)
def test_any_talk_has_topics_in_order_and_without_overlap(texts: list[str]) -> None:
    session = talk(*texts)
    found = find(session)
    assert in_order(found)
    assert found == find(session)
    assert [topic.id for topic in found] == [f"t{n}" for n in range(1, len(found) + 1)]
