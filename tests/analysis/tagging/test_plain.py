"""Who says a line, and of whom, is not to be seen in what a reader reads."""

from __future__ import annotations

import pytest

from analysis.session import Utterance
from analysis.tagging.cues import tags_by_rule
from analysis.tagging.plain import NAME, ONE_GENDER, WORDS, ordinary, plain, standard
from analysis.tagging.rules import RULES

HER = {"he": "she", "him": "her", "his": "her", "he's": "she's", "he'd": "she'd", "himself": "herself"}


def read(text: str) -> str:
    return " ".join(plain(word) for word in text.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He told his wife that Xiomara's away.", "She told her husband that Ben's away."),
        ("Kwabena, did you see him again?", "Ayşe, did you see her again?"),
        ("My dad said so, and my brother's mates.", "My mom said so, and my sister's mates."),
        ("I dunno, I'm gonna ask 'em.", "I don't know, I'm going to ask them."),
        ("I didnae see her, I'm tellin’ you.", "I didn't see her, I'm telling you."),
        ("Mum’s gone, and thats that.", "Mom's gone, and that's that."),
    ],
)
def test_names_genders_and_spellings_make_no_difference(one: str, other: str) -> None:
    assert read(one).lower() == read(other).lower()


@pytest.mark.parametrize(
    "text",
    ["Well, God knows.", "I'll call on Monday, or in May.", "OK. NEVER. I was well, were you?", "Will you? I will."],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert NAME not in read(text)


def test_a_name_at_the_beginning_is_told_from_a_word() -> None:
    assert read("Venkatesh knows. Honestly, he does.") == f"{NAME} knows. Honestly, she does."


def test_ordinary_words_are_told_from_names_by_their_capitals() -> None:
    texts = ["So Will said no.", "ask will", "I know Will.", "Maybe he will not.", "Maybe so", "not maybe"]
    assert ordinary(texts) == ["ask", "he", "know", "maybe", "no", "not", "said", "so"]
    assert len(WORDS.read_text().split()) > 5000


def test_a_second_reading_changes_nothing() -> None:
    from analysis.tagging.plain import _spellings

    for word in [*_spellings(), *ONE_GENDER]:
        assert standard(standard(word)) == standard(word)
        assert read(read(word)) == read(word)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_holds_of_him_as_of_her(rule) -> None:
    for text in rule.examples:
        words = text.split()
        bare = [word.strip(".,?!").lower() for word in words]
        swapped = " ".join(HER.get(b, w) if b in HER else w for w, b in zip(words, bare, strict=True))
        found = [
            tags_by_rule(Utterance(id="u0", speaker="A", start=0, end=1, text=said, words=(0, 0)), (), rule.after)
            for said in (text, swapped)
        ]
        assert found[0].keys() == found[1].keys()
