"""The same conversation in other clothes: what a line does hangs on none of it.

Names are exchanged for others, he for she, spellings for those of another place, and punctuation is dropped, as a
recognizer may. The classifier learns from varied dialogues, so that it learns to look past such things.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping

from analysis.tagging.corpus import Dialogue
from analysis.tagging.lines import Line

__all__ = ["OTHER_GENDER", "OTHER_PLACE", "cut", "exchanger", "names_in", "varied"]

OTHER_GENDER = {
    "he": "she", "she": "he", "him": "her", "his": "her", "himself": "herself", "herself": "himself",
    "he's": "she's", "she's": "he's", "he'd": "she'd", "she'd": "he'd", "he'll": "she'll", "she'll": "he'll",
    "husband": "wife", "wife": "husband", "boyfriend": "girlfriend", "girlfriend": "boyfriend",
    "brother": "sister", "sister": "brother", "man": "woman", "woman": "man", "guy": "girl", "girl": "guy",
}  # fmt: skip
OTHER_PLACE = {
    "mum": "mom", "mom": "mum", "mam": "mum", "yeah": "aye", "aye": "yeah", "going to": "gonna", "gonna": "going to",
    "want to": "wanna", "wanna": "want to", "you all": "y'all", "y'all": "you all", "isn't": "ain't", "ain't": "isn't",
    "because": "'cause", "cause": "because", "flat": "apartment", "apartment": "flat", "my": "me", "nothing": "nowt",
    "arse": "ass", "ass": "arse", "color": "colour", "favourite": "favorite", "realise": "realize", "love": "hon",
    "hon": "love", "babe": "love", "you": "ya", "yous": "you guys", "you guys": "yous", "them": "'em",
    "isn't it": "innit",
}  # fmt: skip
AMBIGUOUS = {
    "Art", "Bill", "Dad", "Dawn", "Drew", "Faith", "Grace", "Hope", "Joy", "June", "Mark", "May", "Mum", "Pat", "Rich",
    "Rose", "Sunny", "Will",
}  # fmt: skip
"""Names that are words, too."""
DROPPED = re.compile(r"[.,;:!?…\"“”()–—-]+(?=\s|$)|(?<=\s)[-–—…]+(?=\s)")
GERUND = re.compile(r"\b(\w{3,}in)g\b")


def names_in(dialogues: Iterable[Dialogue]) -> tuple[str, ...]:
    """The names of the speakers that cannot be taken for a word."""
    names = {line.speaker for dialogue in dialogues for line in dialogue.lines if line.speaker}
    return tuple(sorted(name for name in names - AMBIGUOUS if re.fullmatch(r"[A-Z][a-z]{2,}", name)))


def varied(dialogue: Dialogue, names: tuple[str, ...], chance: random.Random) -> Dialogue:
    """The dialogue with some of its outward marks changed throughout."""
    changes: list[Callable[[str], str]] = []
    if chance.random() < 0.6:
        others = chance.sample(names, len(names))
        changes.append(exchanger(dict(zip(names, others, strict=True)), exact=True))
    if chance.random() < 0.35:
        changes.append(exchanger(OTHER_GENDER))
    if chance.random() < 0.35:
        pairs = chance.sample(sorted(OTHER_PLACE.items()), len(OTHER_PLACE) // 2)
        changes.append(exchanger(dict(pairs)))
    if chance.random() < 0.15:
        changes.append(lambda text: GERUND.sub(r"\1'", text))
    if chance.random() < 0.4:
        changes.append(lambda text: " ".join(DROPPED.sub(" ", text).split()) or text)

    def changed(text: str) -> str:
        for change in changes:
            text = change(text)
        return text

    return Dialogue(dialogue.name, tuple(Line(x.speaker, changed(x.text)) for x in dialogue.lines), dialogue.tags)


def cut(dialogue: Dialogue, chance: random.Random) -> list[Dialogue]:
    """The dialogue, or the two halves of it, each read without the other: a talk may begin anywhere."""
    if len(dialogue.lines) < 2 or chance.random() < 0.6:
        return [dialogue]
    at = chance.randrange(1, len(dialogue.lines))
    return [Dialogue(dialogue.name, dialogue.lines[part], dialogue.tags[part]) for part in (slice(at), slice(at, None))]


def exchanger(pairs: Mapping[str, str], exact: bool = False) -> Callable[[str], str]:
    """A function that puts the one word for the other, in one go; a capital stays a capital."""
    if not pairs:
        return lambda text: text
    any_of = "|".join(re.escape(word) for word in sorted(pairs, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w'])(?:{any_of})(?![\w'])", 0 if exact else re.IGNORECASE)

    def put(match: re.Match[str]) -> str:
        found = match.group()
        other = pairs[found if exact else found.lower()]
        return other[0].upper() + other[1:] if found[0].isupper() else other

    return lambda text: pattern.sub(put, text)
