"""A line without the marks of who says it and of whom: what it does hangs on none of them.

Dialect and haste are read as the standard spelling (`spellings.tsv`), whoever is called by a name as one person
(`NAME`), and everyone as a woman (`ONE_GENDER`: one of two had to be taken, and "her" is two words of the other in
one). So a reader that only ever sees plain words cannot tell people apart by how they speak or what they are called; it
does not have to learn to.

A name is a capitalized word that is not among the `ordinary` ones: those that stand in lower case in the dialogues
that the classifier learns from (`words.txt`, written by `make tagger`). Where a name is an ordinary word too ("Will"),
or stands in lower case, it stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from analysis.tables import read_table

__all__ = ["APOSTROPHES", "NAME", "ONE_GENDER", "WORDS", "ordinary", "plain", "standard"]

APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
NAME = "Alex"
ONE_GENDER = {
    "he": "she", "him": "her", "his": "her", "himself": "herself", "man": "woman", "men": "women", "guy": "girl",
    "guys": "girls", "boy": "girl", "boys": "girls", "lad": "girl", "lads": "girls", "lass": "girl", "lady": "woman",
    "ladies": "women", "fellow": "woman", "fellows": "women", "gentleman": "woman", "husband": "wife",
    "husbands": "wives", "hubby": "wife",
    "boyfriend": "girlfriend", "boyfriends": "girlfriends", "fiancé": "fiancée", "groom": "bride",
    "father": "mother", "fathers": "mothers", "dad": "mom", "dads": "moms", "daddy": "mommy", "papa": "mama",
    "stepfather": "stepmother", "stepdad": "stepmom", "grandfather": "grandmother", "grandpa": "grandma",
    "grandad": "grandma", "granddad": "grandma", "brother": "sister", "brothers": "sisters", "bro": "sis",
    "son": "daughter", "sons": "daughters", "uncle": "aunt", "uncles": "aunts", "nephew": "niece", "sir": "ma'am",
    "mr": "mrs", "ms": "mrs", "male": "female", "dude": "girl", "widower": "widow", "waiter": "waitress",
}  # fmt: skip
_CAPITAL = (
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays january february march april may june july august september october november december christmas easter "
    "thanksgiving god lord jesus christ"
)
KEPT = frozenset(_CAPITAL.split()) | set(ONE_GENDER.values())
"""Written with a capital, and no names of people."""
WORDS = Path(__file__).parent / "words.txt"

_WORD = re.compile(r"'?[^\W\d_]+(?:'[^\W\d_]+)*'?")
_GERUND = re.compile(r"\w{2,}in'")


def standard(text: str) -> str:
    """What was said in standard spelling; a word may become several.

    >>> standard("I dunno, ’cause I was goin'.")
    "I don't know, because I was going."
    """
    return _WORD.sub(lambda match: _spelled(match.group()), text.translate(APOSTROPHES))


def plain(text: str) -> str:
    """What was said as a reader sees it: `standard`, of nobody in particular.

    >>> plain("Aye, he's with Xiomara's mates on Monday.")
    "yes, she's with Alex's mates on Monday."
    """
    return _WORD.sub(lambda match: _of_nobody(match.group()), standard(text))


def ordinary(texts: Iterable[str]) -> list[str]:
    """The words that stand in lower case more often than with a capital inside a sentence; sorted.

    >>> ordinary(["Well, hello Ann.", "So well, he said hello."])
    ['he', 'hello', 'said', 'well']
    """
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for before, spoken in pairwise(["", *text.translate(APOSTROPHES).split()]):
            for word in _WORD.findall(spoken):
                base = word.strip("'").partition("'")[0]
                if base.islower():
                    lower[base] += 1
                elif before[-1:].isalnum() or before.endswith(","):
                    capital[base.lower()] += 1
    return sorted(word for word, times in lower.items() if times > capital[word])


def _spelled(word: str) -> str:
    lower = word.lower()
    whole = lower.strip("'")
    for spelling, rest in ((lower, ""), (whole, ""), (whole.removesuffix("'s"), "'s")):
        if spelling in _spellings():
            return _spellings()[spelling] + rest
    return f"{word[:-1]}g" if _GERUND.fullmatch(lower) else word


def _of_nobody(word: str) -> str:
    base, apostrophe, rest = word.partition("'")
    if base.lower() in ONE_GENDER:
        base = ONE_GENDER[base.lower()]
    elif base[:1].isupper() and base[1:].islower() and base.lower() not in _ordinary():
        base = NAME
    return base + apostrophe + rest


@cache
def _spellings() -> dict[str, str]:
    table = read_table(Path(__file__).parent / "spellings.tsv", ("spelling", "standard"))
    return dict(zip(table.column("spelling"), table.column("standard"), strict=True))


@cache
def _ordinary() -> frozenset[str]:
    return KEPT | frozenset(WORDS.read_text().split())
