"""What came of questions and offers, from the words of the reply; nothing is called evasive that cannot be told."""

from __future__ import annotations

import pytest

from analysis.session import Nonverbal
from analysis.tagging import answers, uptakes
from tests.support.talks import said

ASKED = ("A", "Did you see her again?", "asking")
WHERE = ("A", "Where were you on Friday?", "asking")
SORRY = ("A", "I'm sorry about the letter.", "apology")


def kinds(*lines: tuple[str | None, str, str]) -> list[str]:
    return [answer.kind for answer in answers(said(*lines))]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (("B", "Yes. Twice, in March.", "transparency"), "straight"),
        (("B", "yeah i did", ""), "straight"),
        (("B", "No! I told you, I never touched her.", "denying"), "straight"),
        (("B", "I lied to you about it.", "accountability"), "straight"),
        (("B", "Yes, once, but you're impossible to talk to.", "transparency,criticism"), "partly"),
        (("B", "It was only a coffee, it's no big deal.", "minimizing"), "partly"),
        (("B", "Why are you going through my phone?", "deflecting"), "counter-attack"),
        (("B", "You're crazy, you know that?", "contempt"), "counter-attack"),
        (("B", "You promised you'd stop asking me that.", "complaint"), "counter-attack"),
        (("B", "I'm not talking about this.", "withdrawing"), "evaded"),
        (("B", "How often do we have to do this?", "rushing"), "evaded"),
        (("B", "I don't know.", ""), "evaded"),
        (("B", "Who told you that?", ""), "evaded"),
        (("B", "The soup is burning.", ""), "unclear"),
    ],
)
def test_a_question_is_met_in_one_of_these_ways(reply: tuple[str, str, str], kind: str) -> None:
    (answer,) = answers(said(ASKED, reply))
    assert answer.kind == kind
    assert answer.question == "u0"
    assert answer.answer == "u1"


def test_a_question_for_a_place_or_a_name_is_answered_by_a_statement() -> None:
    assert kinds(WHERE, ("B", "At my sister's, all evening.", "")) == ["straight"]
    assert kinds(WHERE, ("B", "At my sister's?", "")) == ["evaded"]
    assert kinds(WHERE, ("B", "Leave me alone with that.", "")) == ["unclear"]


def test_what_comes_only_at_the_second_go_is_an_answer_in_part() -> None:
    late = said(ASKED, ("B", "What do you mean?", ""), ("A", "Ben.", ""), ("B", "Yes. On Friday.", "transparency"))
    (answer,) = answers(late)
    assert (answer.kind, answer.answer) == ("partly", "u3")


def test_nobody_answers() -> None:
    assert kinds(ASKED, ("A", "Ben.", ""), ("A", "Please.", ""), ("A", "Look at me.", ""), ("B", "Yes.", "")) == [
        "not answered"
    ]
    assert kinds(ASKED) == ["not answered"]


def test_asked_again_is_a_question_of_its_own() -> None:
    assert kinds(ASKED, ("A", "Did you?", "asking"), ("B", "Yes.", "")) == ["not answered", "straight"]


def test_a_sigh_is_an_answer_only_where_no_words_are() -> None:
    def sigh(asked: str) -> Nonverbal:
        return Nonverbal(kind="sigh", start=2.1, end=2.9, by="B", asked=asked)

    alone = said(ASKED)
    assert answers(alone, [sigh("u0")])[0].kind == "sigh"
    spoken = said(ASKED, ("B", "Yes.", ""))
    assert answers(spoken, [sigh("u0")])[0].kind == "straight"


def test_where_nobody_can_be_told_as_the_speaker_nothing_is_said() -> None:
    assert kinds((None, "Did you see her again?", "asking"), ("B", "No.", "")) == []
    assert kinds(ASKED, (None, "Yes.", "transparency")) == ["not answered"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (("B", "Thank you for saying that.", "affection"), "taken up"),
        (("B", "That really hurt me.", "feeling"), "taken up"),
        (("B", "okay", ""), "taken up"),
        (("B", "The letter was the worst of it.", ""), "taken up"),
        (("B", "Save it.", ""), "rejected"),
        (("B", "You're only sorry you got caught.", "criticism"), "rejected"),
        (("B", "Can we have dinner at six?", ""), "ignored"),
        (("B", "It's raining again.", ""), "unclear"),
    ],
)
def test_an_offer_is_met_in_one_of_these_ways(reply: tuple[str, str, str], kind: str) -> None:
    (uptake,) = uptakes(said(SORRY, reply))
    assert (uptake.kind, uptake.label, uptake.offer, uptake.response) == (kind, "apology", "u0", "u1")


def test_an_offer_to_nobody_is_unclear() -> None:
    (uptake,) = uptakes(said(SORRY))
    assert (uptake.kind, uptake.response) == ("unclear", None)


def test_a_removed_tag_asks_and_offers_nothing() -> None:
    from msgspec.structs import replace

    asked, reply = said(ASKED, ("B", "Yes.", ""))
    removed = replace(asked, tags=(replace(asked.tags[0], reviewed="removed"),))
    assert answers([removed, reply]) == ()
