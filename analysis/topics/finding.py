"""From a measured session to its topics.

A *passage* is a line, or a part of a long one, of what the couple said and the sound supports. Those of at least
`LONG` words are looked at; "yeah" and "no, you" belong to whatever is talked about around them. The talk is cut where
they turn to something else (`segmentation`), and each stretch is named (`naming`); where no name is clear, by the words
that set it apart (`own_words`), or it is left out.

Only English is read, as far as it can be told line by line: the encoder knows no other language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.session import Session, Topic, Word
from analysis.tagging.language import foreign
from analysis.topics.embedding import embed
from analysis.topics.naming import FEWEST, Known, Name, apart, middle, named, nearness
from analysis.topics.own_words import contrast, telling
from analysis.topics.segmentation import cuts, stretches
from analysis.topics.usual import USUAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["center", "find"]

LONG = 3
"""Words from which on a passage may tell what the talk is about."""
LONGEST = 60
"""Words of a passage; a monologue may pass from one topic to another."""
PENALTY = 2.2
"""Of a cut, in the squared length of the points below (on the odd dialogues of `benchmarks/topics.py`)."""
TOWARDS = 1.5
"""How much where a line lies among the usual topics counts for the cuts, against all else that it is about."""
SHOWN = 4
IN_A_NAME = 2
ENOUGH = 0.3
"""Share of a stretch's passages that have one of its words, from which on it is named by them."""


@dataclass(frozen=True)
class Passage:
    """What one person said, in seconds and words."""

    start: float
    end: float
    text: str

    @property
    def tells(self) -> bool:
        """Whether it may tell what the talk is about."""
        return len(self.text.split()) >= LONG and foreign(self.text) is None


def find(session: Session, known: Sequence[Known] = ()) -> tuple[Topic, ...]:
    """What each stretch of a measured session was about, in the order of time and without overlap.

    Parameters
    ----------
    session
        With utterances and words. In another language than English nothing is found.
    known
        Names from earlier sessions, which a stretch that is about the same takes.

    Returns
    -------
    tuple of Topic
        Stretches in which nothing clear is told are in none of them.

    Raises
    ------
    WeightsError
        If the encoder's weights are missing or damaged.
    """
    passages = _passages(session)
    read = [k for k, passage in enumerate(passages) if passage.tells]
    if len(read) < FEWEST:
        return ()
    vectors = embed([passages[k].text for k in read])
    couple = {name.lower() for person in session.participants for name in person.name.split()}
    words = [telling(passages[k].text, couple) for k in read]
    found: list[Topic] = []
    for begin, end in _parts(vectors, known):
        own = _own_words(vectors[begin:end], words[begin:end], [*words[:begin], *words[end:]])
        name = named(middle(vectors[begin:end]), known) or _named_by_words(own, words[begin:end])
        if name is not None:
            start, stop = _times(passages, read[begin], read[end] if end < len(read) else len(passages))
            found.append(
                Topic(
                    id=f"t{len(found) + 1}",
                    name=name.name,
                    start=start,
                    end=stop,
                    words=tuple(own[:SHOWN]),
                    named_by=name.by,
                    confidence=name.confidence,
                )
            )
    return tuple(found)


def center(session: Session, topic: Topic) -> tuple[float, ...]:
    """The mean direction of what was told in a stretch, of length 1: what `Known` keeps of it.

    Empty where too little was told. Raises as `find`.
    """
    within = (passage for passage in _passages(session) if topic.start <= passage.start < topic.end)
    found = middle(embed([passage.text for passage in within if passage.tells]))
    return () if found is None else tuple(float(number) for number in found)


def _passages(session: Session) -> list[Passage]:
    """What the couple said, in the order of time."""
    if session.language != "en":
        return []
    spoken = [
        passage
        for utterance in session.utterances
        if utterance.speaker not in session.aside
        for passage in _cut([word for word in session.words[slice(*utterance.words)] if word.supported])
    ]
    return sorted(spoken, key=lambda passage: passage.start)


def _cut(words: Sequence[Word]) -> Iterator[Passage]:
    """The words of a line in passages of about the same length."""
    number = -(-len(words) // LONGEST)
    for part in range(number):
        some = words[part * len(words) // number : (part + 1) * len(words) // number]
        yield Passage(some[0].start, some[-1].end, " ".join(" ".join(word.text for word in some).split()))


def _parts(vectors: NDArray[Any], known: Sequence[Known]) -> Iterator[tuple[int, int]]:
    """The stretches (begin, end) of the passages; those of one name that follow each other are one."""
    points = np.hstack([apart(vectors), TOWARDS * nearness(vectors)[:, : len(USUAL)]])
    parts = stretches(cuts(points, PENALTY), len(points))
    names = [named(middle(vectors[begin:end]), known) for begin, end in parts]
    for _, group in groupby(range(len(parts)), key=lambda k: name.name if (name := names[k]) else k):
        several = list(group)
        yield parts[several[0]][0], parts[several[-1]][1]


def _own_words(vectors: NDArray[Any], words: Sequence[Sequence[str]], rest: Sequence[Sequence[str]]) -> list[str]:
    """The words that set a stretch apart, first those of passages that are near to its mean.

    `vectors` and `words` are of each of its passages, `rest` are the words of the others.
    """
    near = apart(vectors) @ apart(vectors.mean(axis=0))
    odds = contrast(list(chain(*words)), list(chain(*rest)))
    weight = {
        word: z * float(np.mean([at for at, said in zip(near, words, strict=True) if word in said]))
        for word, z in odds.items()
    }
    return sorted(weight, key=lambda word: (-weight[word], word))


def _named_by_words(own: Sequence[str], words: Sequence[Sequence[str]]) -> Name | None:
    """Their own words as a name, if enough of the passages have one of them; that share is the confidence."""
    if len(words) < FEWEST or len(own) < IN_A_NAME:
        return None
    share = sum(not set(own[:SHOWN]).isdisjoint(said) for said in words) / len(words)
    return Name(", ".join(own[:IN_A_NAME]), "words", round(share, 2)) if share >= ENOUGH else None


def _times(passages: Sequence[Passage], first: int, after: int) -> tuple[float, float]:
    """When a stretch begins and ends, with the short lines that follow it; never later than the next one begins."""
    following = passages[after].start if after < len(passages) else inf
    return passages[first].start, min(following, max(passage.end for passage in passages[first:after]))
