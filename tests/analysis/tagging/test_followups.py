"""What came of questions and offers, from the words of the reply; nothing is called evasive that cannot be told."""

from __future__ import annotations

import pytest

from analysis.session import Nonverbal
from analysis.tagging import answers, uptakes
from tests.support.talks import said

ASKED = ("A", "Did you see her again?", "asking")
SORRY = ("A", "I'm sorry about the letter.", "apology")


def kinds(*lines: tuple[str | None, str, str]) -> list[str]:
    return [answer.kind for answer in answers(said(*lines))]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (("B", "Yes. Twice, in March.", "transparency"), "straight"),
        (("B", "yeah i did", ""), "straight"),
        (("B", "Yes. Can I explain?", ""), "straight"),
        (("B", "Yes? Why do you ask?", ""), "evaded"),
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
        (("B", "Dunno.", ""), "evaded"),
        (("B", "Never mind.", ""), "unclear"),
        (("B", "I didnae, naw.", ""), "straight"),
        (("B", "Who told you that?", ""), "evaded"),
        (("B", "The soup is burning.", ""), "unclear"),
        (("B", "Which night?", ""), "unclear"),
    ],
)
def test_a_question_is_met_in_one_of_these_ways(reply: tuple[str, str, str], kind: str) -> None:
    (answer,) = answers(said(ASKED, reply))
    assert answer.kind == kind
    assert answer.question == "u0"
    assert answer.answer == "u1"


@pytest.mark.parametrize(
    ("question", "reply", "kind"),
    [
        ("Where were you on Friday?", "At my sister's, all evening.", "straight"),
        ("Where were you on Friday?", "At my sister's?", "evaded"),
        ("Where were you on Friday?", "You look tired tonight.", "unclear"),
        ("Who is it from?", "Gary. The truck is stuck in Dover.", "straight"),
        ("Who is it from?", "My sister, it's her birthday.", "straight"),
        ("Who is it from?", "The bus leaves at six.", "unclear"),
        ("Why did you lie to me?", "Because I was ashamed.", "straight"),
        ("Why did you lie to me?", "The bus leaves at six.", "unclear"),
        ("How much is it?", "Four hundred.", "straight"),
        ("When was that?", "In the spring, about a year ago.", "straight"),
        ("What did you tell her?", "That you were sick.", "straight"),
    ],
)
def test_what_a_question_asks_for_decides_what_answers_it(question: str, reply: str, kind: str) -> None:
    assert kinds(("A", question, "asking"), ("B", reply, "")) == [kind]


def test_after_a_question_back_for_what_is_meant_the_next_line_is_the_answer() -> None:
    assert kinds(ASKED, ("B", "Which night?", ""), ("A", "Friday.", ""), ("B", "Yes.", "")) == ["straight"]


def test_words_that_the_sound_does_not_support_answer_nothing() -> None:
    from msgspec.structs import replace

    from tests.support.talks import talk

    lines = (ASKED, ("B", "Yes.", ""), SORRY, ("B", "Thank you.", ""))
    _, words = talk(*((speaker, text) for speaker, text, _ in lines))
    unheard = [replace(word, supported=word.text not in ("Yes.", "Thank", "you.")) for word in words]
    utterances = said(*lines)
    assert [answer.kind for answer in answers(utterances, words)] == ["straight"]
    assert [answer.kind for answer in answers(utterances, unheard)] == ["unclear"]
    assert [uptake.kind for uptake in uptakes(utterances, words)] == ["taken up"]
    assert [uptake.response for uptake in uptakes(utterances, unheard)] == [None]


def test_what_comes_only_at_the_second_go_is_an_answer_in_part() -> None:
    late = said(ASKED, ("B", "What do you mean?", ""), ("A", "Ben.", ""), ("B", "Yes. On Friday.", "transparency"))
    (answer,) = answers(late)
    assert (answer.kind, answer.answer) == ("partly", "u3")


def test_nobody_answers() -> None:
    alone = (ASKED, ("A", "Ben.", ""), ("A", "Please.", ""), ("A", "Look at me.", ""))
    assert kinds(*alone, ("B", "Yes.", "")) == ["not answered"]
    # Where the talk ends, or only one voice could be told, nobody knows.
    assert kinds(ASKED) == ["unclear"]
    assert kinds(*alone) == ["unclear"]


def test_two_questions_in_a_row_are_met_by_one_reply() -> None:
    assert kinds(ASKED, ("A", "Did you?", "asking"), ("B", "Yes.", "")) == ["straight", "straight"]


def test_asked_again_is_a_question_of_its_own() -> None:
    again = (ASKED, ("B", "I don't know.", ""), ("A", "Did you?", "asking"), ("B", "Yes.", ""))
    assert kinds(*again) == ["evaded", "straight"]


def test_after_a_long_silence_nothing_is_a_reply() -> None:
    from msgspec.structs import replace

    asked, reply = said(ASKED, ("B", "Yes.", ""))
    assert [answer.kind for answer in answers([asked, replace(reply, start=100.0, end=101.0)])] == ["unclear"]


def test_a_sigh_is_an_answer_only_where_no_words_are() -> None:
    def sigh(asked: str) -> Nonverbal:
        return Nonverbal(kind="sigh", start=2.1, end=2.9, by="B", asked=asked)

    alone = said(ASKED)
    assert answers(alone, nonverbal=[sigh("u0")])[0].kind == "sigh"
    spoken = said(ASKED, ("B", "Yes.", ""))
    assert answers(spoken, nonverbal=[sigh("u0")])[0].kind == "straight"
    other = said(ASKED, ("B", "The soup is burning.", ""))
    assert answers(other, nonverbal=[sigh("u0")])[0].kind == "unclear"


def test_where_nobody_can_be_told_as_the_speaker_nothing_is_said() -> None:
    assert kinds((None, "Did you see her again?", "asking"), ("B", "No.", "")) == []
    assert kinds(ASKED, (None, "Yes.", "transparency"), ("B", "Okay.", "")) == ["unclear"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (("B", "Thank you for saying that.", "affection"), "taken up"),
        (("B", "That really hurt me.", "feeling"), "taken up"),
        (("B", "okay", ""), "taken up"),
        (("B", "The letter was the worst of it.", ""), "taken up"),
        (("B", "Save it.", ""), "rejected"),
        (("B", "You're only sorry you got caught.", "criticism"), "rejected"),
        (("B", "You hid the letter for a year.", "complaint"), "unclear"),
        (("B", "It was disgusting.", ""), "unclear"),
        (("B", "Dunno.", ""), "unclear"),
        (("B", "We cannot.", ""), "unclear"),
        (("B", "it was", ""), "taken up"),
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
