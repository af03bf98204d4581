"""Whose voice this is: the voices of a conversation compared with those of people who were named before.

A person's *print* is the mean of the voiceprints that carry their name, weighted by the seconds behind each. The voices
found and the people known are paired so that all pairs together are the most alike, and each pair is then judged by
itself: by its *similarity* (cosine, -1..1) and by its *margin* over the nearest rival, which is another person whom
this voice resembles, or another voice that resembles this person. From both follows how sure it is.

A name that is missing costs the two one command; a wrong one puts words into the wrong mouth. So a pair counts only
from `SURE` on, and a voice of a few seconds is nobody's. Pure functions; nothing is read or stored here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.speech.heard import Voiceprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SHORTEST", "SURE", "Match", "likelihood", "person", "recognize"]

SHORTEST = 5.0
"""Seconds of voice below which nobody is recognized, or remembered as somebody."""
SURE = 0.98
"""How sure a match has to be; at this value no voice of `benchmarks/voices.py` gets a wrong name."""
APART = 0.15
"""The margin that a match must have besides: of two voices that are both like hers, either may be hers."""
CURVE = (-10.5, 18.5, 8.4)
"""Logistic regression of "it is this person" on similarity and margin (`benchmarks/voices.py`, docs/method.md)."""


@dataclass(frozen=True)
class Match:
    """A voice of the conversation is this person's; `sure` is a probability."""

    name: str
    sure: float


def person(prints: Sequence[Voiceprint]) -> NDArray[np.floating]:
    """The mean of these voiceprints of one person and one model, at unit length; shape (dimension,).

    >>> day = Voiceprint(speaker="S1", model="m", seconds=30, values=(1.0, 0.0))
    >>> night = Voiceprint(speaker="S2", model="m", seconds=10, values=(0.0, 1.0))
    >>> person([day, night]).round(2)
    array([0.95, 0.32])
    """
    total = np.sum([print.seconds * np.asarray(print.values) for print in prints], axis=0)
    unit: NDArray[np.floating] = total / np.linalg.norm(total)
    return unit


def likelihood(similarity: float, margin: float) -> float:
    """The probability that a voice is a person's, 0..1.

    >>> [round(likelihood(s, m), 2) for s, m in ((0.8, 0.5), (0.5, 0.1), (0.2, 0.1))]
    [1.0, 0.4, 0.0]
    """
    constant, of_similarity, of_margin = CURVE
    return 1 / (1 + math.exp(-(constant + of_similarity * similarity + of_margin * margin)))


def recognize(found: Sequence[Voiceprint], known: Mapping[str, Sequence[Voiceprint]]) -> dict[str, Match]:
    """Which of the voices found are surely whose; a speaker of whom nothing is said is nobody known, or it is unsure.

    Parameters
    ----------
    found : sequence of Voiceprint
        The speakers of one conversation, of one model.
    known : mapping of name to sequence of Voiceprint
        People, by what is stored of them. What another model made is no help, nor is a voice of a few seconds.

    Returns
    -------
    dict
        Speaker -> match. No two speakers have the same name; each match is at least `SURE`, and `APART` from others.
    """
    from scipy.optimize import linear_sum_assignment

    models = {print.model for print in found}
    people = {
        name: usable
        for name, prints in known.items()
        if (usable := [print for print in prints if {print.model} == models and print.seconds >= SHORTEST])
    }
    if not found or not people:
        return {}
    names = list(people)
    # All voices compete, also those that are too short to be given a name.
    alike = np.array([print.values for print in found]) @ np.array([person(people[name]) for name in names]).T
    matches = {}
    for row, column in zip(*linear_sum_assignment(alike, maximize=True), strict=True):
        rivals = np.concatenate([np.delete(alike[row], column), np.delete(alike[:, column], row), [0.0]])
        margin = alike[row, column] - rivals.max()
        sure = likelihood(alike[row, column], margin)
        if sure >= SURE and margin >= APART and found[row].seconds >= SHORTEST:
            matches[found[row].speaker] = Match(names[column], sure)
    return matches
