"""Who says a line, and of whom, is not to be seen in what a reader reads."""

from __future__ import annotations

import re

import pytest

from analysis.session import Utterance
from analysis.tagging.corpus import read_dialogues
from analysis.tagging.cues import tags_by_rule
from analysis.tagging.plain import NAME, ONE_GENDER, WORDS, elided, ordinary, plain, standard
from analysis.tagging.rules import RULES, Rule


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
        ("That's his, not Anne-Marie's.", "That's hers, not Jean-Luc's."),
        ("DeShawn O'Brien knows.", "McKenna D'Angelo knows."),
        ("He said 'Ben knows', 'Her too'.", "She said 'Ayşe knows', 'Him too'."),
        ("Re\u0301mi did.", "R\u00e9mi did."),
    ],
)
def test_names_genders_and_spellings_make_no_difference(one: str, other: str) -> None:
    assert read(one).lower() == read(other).lower()


@pytest.mark.parametrize(
    "text",
    [
        "Well, God knows.", "I'll call on Monday, or in May.", "Okay. NEVER. I was well, were you?", "Will you?",
        "I miss you, man.", "Gaslighting me? Worthless. Incredible!", "Didn't you? Daren't you?", "Again' I said.",
    ],
)  # fmt: skip
def test_what_is_standard_and_no_name_stays(text: str) -> None:
    assert read(text) == text


def test_a_name_at_the_beginning_is_told_from_a_word() -> None:
    assert read("Venkatesh knows. Honestly, he does.") == f"{NAME} knows. Honestly, she does."


def test_ordinary_words_are_told_from_names_by_their_capitals() -> None:
    texts = ["So Will said no.", "ask will", "I know Will.", "Maybe he will not.", "Maybe so", "Not maybe", "So not"]
    assert ordinary(texts) == ["he", "know", "maybe", "no", "not", "said", "so"]


def test_the_ordinary_words_are_those_of_the_dialogues() -> None:
    learning = (dialogue for dialogue in read_dialogues() if dialogue.part == "learning")
    assert WORDS.read_text().split() == ordinary(line.text for dialogue in learning for line in dialogue.lines)


@pytest.mark.parametrize(
    ("word", "so"), [("'cause", True), ("‘Em,", True), ("'Ave", True), ("'You", False), ("'", False)]
)
def test_an_apostrophe_at_the_beginning_may_stand_for_sounds(word: str, so: bool) -> None:
    assert elided(word) is so


def test_a_second_reading_changes_nothing() -> None:
    from analysis.tagging.plain import _spellings

    for word in [*_spellings(), *ONE_GENDER]:
        assert standard(standard(word)) == standard(word)
        assert read(read(word)) == read(word)


OTHER = {other: one for one, other in ONE_GENDER.items() if other not in {"her", "guy"}} | ONE_GENDER
SWAPPED = [
    (rule, text, swapped)
    for rule in RULES
    for text in rule.examples
    if (swapped := re.sub(r"[\w]+", lambda match: OTHER.get(match.group().lower(), match.group()), text)) != text
]


@pytest.mark.parametrize(("rule", "text", "swapped"), SWAPPED)
def test_a_rule_holds_of_him_as_of_her(rule: Rule, text: str, swapped: str) -> None:
    for said in (text, swapped):
        line = Utterance(id="u0", speaker="A", start=0, end=1, text=said, words=(0, 0))
        assert rule.label in tags_by_rule(line, (), rule.after), said
