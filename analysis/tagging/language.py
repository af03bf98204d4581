"""Whether somebody speaks English: the cue rules and the classifier know no other language.

Told by py3langid (Lui & Baldwin 2012), which needs some words to be sure. Short lines are taken for English.
"""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["foreign"]

FEWEST = 4
"""Words from which on a language can be told; other scripts can be told at once."""
SURE = 0.95


def foreign(text: str) -> str | None:
    """The language of a line or a talk if it is surely not English, ISO 639-1; else None.

    >>> foreign("Ich habe dir doch gesagt, dass ich das nicht wollte."), foreign("Not once, love. Not ever.")
    ('de', None)
    """
    if len(text.split()) < FEWEST and not any(letter.isalpha() and letter > "\u024f" for letter in text):
        return None
    language, share = _identifier().classify(text)
    return str(language) if language != "en" and share >= SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
