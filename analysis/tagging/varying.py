"""The same conversation as another recognizer might have written it, cut elsewhere.

Punctuation and capitals are dropped, and words misspelled in many ways: the classifier learns from varied dialogues, so
that it learns to look past such things. (Genders, known spellings and most names it never sees: `plain`.)
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from analysis.tagging.corpus import Dialogue
from analysis.tagging.lines import Line

__all__ = ["cut", "misspelled", "varied"]

DROPPED = re.compile(r"[.,;:!?…\"“”()–—-]+(?=\s|$)|(?<=\s)[-–—…]+(?=\s)")
SLURS = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"(?<=\w\w)\w\b", "'"), (r"\b\w(?=\w\w)", "'"), (r"(?<=\w)\w(?=\w)", ""), ("[Tt]h", "d"), ("[Tt]h", "f"),
        (r"er\b", "a"), ("o[uw]", "oo"), ("i", "oi"), ("a", "o"), ("o", "a"), ("e", "i"), ("u", "oo"), ("t", ""),
    )
)  # fmt: skip
SLURRED = 0.1


def varied(dialogue: Dialogue, chance: random.Random) -> Dialogue:
    """The dialogue with some of its outward marks changed throughout."""
    changes: list[Callable[[str], str]] = []
    if chance.random() < 0.25:
        changes.append(lambda text: misspelled(text, chance))
    if chance.random() < 0.4:
        changes.append(lambda text: " ".join(DROPPED.sub(" ", text).split()) or text)
    if chance.random() < 0.2:
        changes.append(str.lower)

    def changed(text: str) -> str:
        for change in changes:
            text = change(text)
        return text

    return Dialogue(dialogue.name, tuple(Line(x.speaker, changed(x.text)) for x in dialogue.lines), dialogue.tags)


def misspelled(text: str, chance: random.Random) -> str:
    """The text with one word in ten written as it might sound somewhere."""
    return " ".join(_slurred(word, chance) if chance.random() < SLURRED else word for word in text.split(" "))


def _slurred(word: str, chance: random.Random) -> str:
    pattern, put = chance.choice(SLURS)
    return pattern.sub(put, word, count=1)


def cut(dialogue: Dialogue, chance: random.Random) -> list[Dialogue]:
    """The dialogue, or the two halves of it, each read without the other: a talk may begin anywhere."""
    if len(dialogue.lines) < 2 or chance.random() < 0.6:
        return [dialogue]
    at = chance.randrange(1, len(dialogue.lines))
    return [Dialogue(dialogue.name, dialogue.lines[part], dialogue.tags[part]) for part in (slice(at), slice(at, None))]
