"""A line without the marks of who says it and of whom: what it does should hang on none of them.

Dialect and haste are read as the standard spelling (`spellings.tsv`), whoever is called by a name as one person
(`NAME`), and everyone as of one gender (`ONE_GENDER`). A reader that only ever sees plain words need not learn to look
past these marks. What changes here changes what the classifier sees: `make tagger` goes with it.

A name is a capitalized word that is not among the `ordinary` ones, which stand in lower case in the dialogues that the
classifier learns from (`words.txt`, written by `make tagger`). So places become `NAME`, too, and so does now and then a
rare word that begins a sentence. A name stays where it is an ordinary word as well ("Will") or stands in small or in
capital letters only. Of a word that may be two ("da": the, dad) the more usual one is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from analysis.tables import read_table

__all__ = ["NAME", "ONE_GENDER", "WORDS", "elided", "ordinary", "plain", "standard"]

NAME = "Alex"
# "Her" is "him" and "his" in one; but "man" is often nobody's gender: "come on, man".
ONE_GENDER = {
    "he": "she", "him": "her", "his": "her", "hers": "her", "himself": "herself", "woman": "man", "women": "men",
    "girl": "guy", "girls": "guys", "boy": "guy", "boys": "guys", "lady": "gentleman", "ladies": "gentlemen",
    "lass": "guy", "lad": "guy", "lads": "guys", "wife": "husband", "wives": "husbands", "girlfriend": "boyfriend",
    "girlfriends": "boyfriends", "fiancée": "fiancé", "bride": "groom", "mother": "father", "mothers": "fathers",
    "mom": "dad", "moms": "dads", "mommy": "daddy", "mama": "papa", "stepmother": "stepfather", "stepmom": "stepdad",
    "grandmother": "grandfather", "grandma": "grandpa", "gran": "grandpa", "granny": "grandpa", "granddad": "grandpa",
    "grandad": "grandpa", "sister": "brother", "sisters": "brothers", "sis": "bro", "daughter": "son",
    "daughters": "sons", "stepdaughter": "stepson", "granddaughter": "grandson", "aunt": "uncle", "aunts": "uncles",
    "auntie": "uncle", "niece": "nephew", "nieces": "nephews", "ma'am": "sir", "mrs": "mr", "ms": "mr",
    "mister": "mr", "female": "male", "females": "males", "widow": "widower", "waitress": "waiter", "queen": "king",
}  # fmt: skip
_CAPITALIZED = (
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays january february march april may june july august september october november december christmas easter "
    "thanksgiving ramadan eid diwali hanukkah passover god lord jesus christ allah inshallah mashallah "
    "nope ouch ugh mhm hah truce bullshit righto touché oi"
)
"""Seldom in lower case, and no names of people one meets."""
WORDS = Path(__file__).parent / "words.txt"

_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_WORD = re.compile(r"'?[^\W\d_]+(?:'[^\W\d_]+)*'?")
_GERUND = re.compile(r"\w{2,}in'")
_PREFIX = re.compile(r"(?:O|D|L)'(?=[A-Z])")
_FORMED = re.compile(r"\w{4,}(?:ing|less|ness|ful|ible|able|ous|ative|ation|ies|(?:al|ent|ant|ate|ous|ive)ly)")
"""Ends as words do and names don't."""


@lru_cache(maxsize=20_000)  # most words, and most lines of a talk that is measured again, are known
def standard(text: str) -> str:
    """What was said in standard spelling; a word may become several.

    >>> standard("I dunno, ’cause I was goin'.")
    "I don't know, because I was going."
    """
    return _WORD.sub(lambda match: _spelled(match.group()), _typed_alike(text))


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """What was said as a reader sees it: `standard`, of nobody in particular.

    >>> plain("Aye, he's with Xiomara O'Neill's mates on Monday.")
    "yes, she's with Alex Alex's mates on Monday."
    """
    return _WORD.sub(lambda match: _of_nobody(match.group()), standard(text))


def elided(word: str) -> bool:
    """Whether a word that begins with an apostrophe lost its beginning, rather than opens a quotation.

    >>> elided("’cause"), elided("'Ave"), elided("'You")
    (True, True, False)
    """
    match = _WORD.match(_typed_alike(word))
    return match is not None and match.group().lower() in _spellings()


def ordinary(texts: Iterable[str]) -> list[str]:
    """The words that stand in lower case more often than with a capital inside a sentence; sorted.

    A text without any capital tells nothing.

    >>> ordinary(["Well, hello Ann.", "So well, he said hello."])
    ['he', 'hello', 'said', 'well']
    """
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        if text == text.lower():
            continue
        for before, spoken in pairwise(["", *_typed_alike(text).split()]):
            for word in _WORD.findall(spoken):
                base = word.strip("'").partition("'")[0]
                if base.islower():
                    lower[base] += 1
                elif before[-1:].isalnum() or before.endswith(","):
                    capital[base.lower()] += 1
    return sorted(word for word, times in lower.items() if times > capital[word])


def _typed_alike(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES)


def _spelled(word: str) -> str:
    lower = word.lower()
    whole = lower.strip("'")
    for spelling, rest in ((lower, ""), (whole, ""), (whole.removesuffix("'s"), "'s")):
        if spelling in _spellings():
            return _spellings()[spelling] + rest
    if _GERUND.fullmatch(lower) and f"{lower[:-1]}g" in _ordinary():
        return f"{word[:-1]}g"
    return word


def _of_nobody(word: str) -> str:
    quoted = "'" if word[0] == "'" else ""
    base, apostrophe, rest = _PREFIX.sub("", word.removeprefix("'")).partition("'")
    lower = base.lower()
    if word.lower() in ONE_GENDER:
        return ONE_GENDER[word.lower()]
    if lower in ONE_GENDER:
        base = ONE_GENDER[lower]
    elif base[0].isupper() and not base.isupper() and not _is_ordinary(lower) and rest != "t":
        base = NAME
    return quoted + base + apostrophe + rest


def _is_ordinary(word: str) -> bool:
    return word in _ordinary() or _FORMED.fullmatch(word) is not None


@cache
def _spellings() -> dict[str, str]:
    table = read_table(Path(__file__).parent / "spellings.tsv", ("spelling", "standard"))
    return dict(zip(table.column("spelling"), table.column("standard"), strict=True))


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(WORDS.read_text().split()) | set(_CAPITALIZED.split()) | set(ONE_GENDER.values())
