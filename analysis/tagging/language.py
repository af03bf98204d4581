"""Whether somebody speaks English: the cue rules and the classifier know no other language.

Told by py3langid (Lui & Baldwin 2012), which needs some words to be sure. Short lines are taken for English.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

__all__ = ["is_foreign", "language_of"]

FEWEST = 4
"""Words from which on a language can be told; other scripts can be told at once."""
SURE = 0.95


def is_foreign(text: str) -> bool:
    """Whether a line is surely not English.

    >>> is_foreign("Ich habe dir doch gesagt, dass ich das nicht wollte."), is_foreign("Not once, love. Not ever.")
    (True, False)
    """
    if _too_short(text):
        return False
    language, share = _identifier().classify(text)
    return bool(language != "en" and share >= SURE)


def language_of(texts: Iterable[str]) -> str | None:
    """The language of a whole talk, ISO 639-1; None if its words are too few to tell."""
    text = " ".join(texts)
    return None if _too_short(text) else str(_identifier().classify(text)[0])


def _too_short(text: str) -> bool:
    return len(text.split()) < FEWEST and not any(letter.isalpha() and letter > "\u024f" for letter in text)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
