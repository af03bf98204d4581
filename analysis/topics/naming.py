"""What a stretch of talk is called: as an earlier one that it resembles, as a usual topic, or by nobody.

A stretch is the *center* of its lines: their mean direction (`analysis.topics.embedding`). All talk of couples is alike
in something, so what the sentences of the usual topics have in common is taken off before directions are compared
(`apart`); of what remains, the cosine tells how near two are.

It gets the name of a usual topic by its *share*: a softmax of the cosines with all of them, with talk about nothing,
with some other things, and with whatever nobody thought of, which is as near as `ELSEWHERE` to everything. The share
measures how far off the next best is; it is no probability that was calibrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from msgspec import Struct

from analysis.topics.embedding import embed, unit
from analysis.topics.usual import NOTHING, OTHERS, USUAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Known", "Name", "apart", "middle", "named", "nearness"]

FEWEST = 5
"""Lines that tell something, from which on a stretch has a center."""
SHARPNESS = 16.0
"""Of the softmax: a cosine nearer by 0.1 is five times likelier."""
ELSEWHERE = 0.22
"""Cosine with what nobody thought of."""
SURE = 0.6
"""Share from which on a name is given: likelier than all else together."""
SUREST = 0.95
"""The most that is said of a name that no person gave."""
RESEMBLES = 0.55
"""Cosine from which on a stretch is about the same as an earlier one. Of stretches of different couples, two of the
same topic come that near more often than not, two of different topics once in 500 (`benchmarks/topics.py`)."""


class Known(Struct, frozen=True):
    """A name from an earlier session, and the center of the stretch that has it (`analysis.topics.center`)."""

    name: str
    vector: tuple[float, ...]
    """Of length 1."""


class Name(NamedTuple):
    """What a stretch is called, where that comes from, and how surely it is about that, from 0 to 1."""

    name: str
    by: Literal["words", "usual", "earlier"]
    confidence: float


def middle(vectors: NDArray[Any]) -> NDArray[Any] | None:
    """The center of lines, of shape (lines, dimensions), as a vector of length 1; None if too few tell something.

    A line that is nearest to talk about nothing tells nothing, and does not count.
    """
    telling = vectors[nearness(vectors).argmax(axis=1) != len(USUAL)]
    return unit(telling.mean(axis=0)) if len(telling) >= FEWEST else None


def apart(vectors: NDArray[Any]) -> NDArray[Any]:
    """The vectors without what all usual topics have in common, of length 1."""
    return unit(vectors - _usual()[0])


def nearness(vectors: NDArray[Any]) -> NDArray[Any]:
    """The cosine of each vector with each usual topic in their order, with nothing, and with each of the others."""
    near: NDArray[Any] = apart(vectors) @ _usual()[1].T
    return near


def named(center: NDArray[Any] | None, known: Sequence[Known]) -> Name | None:
    """What a stretch with this center is called; None where there is none, or it is clearly near to nothing."""
    if center is None:
        return None
    return _earlier(center, known) or _among_usual(center)


def _earlier(center: NDArray[Any], known: Sequence[Known]) -> Name | None:
    """The name of the earlier stretch that is nearest, if it is near enough; its cosine is the confidence."""
    # What another version of the program stored may be of another encoder.
    comparable = [one for one in known if len(one.vector) == len(center)]
    if not comparable:
        return None
    near = apart(np.array([one.vector for one in comparable])) @ apart(center)
    best = int(near.argmax())
    return _name(comparable[best].name, "earlier", near[best]) if near[best] >= RESEMBLES else None


def _among_usual(center: NDArray[Any]) -> Name | None:
    odds = np.exp(SHARPNESS * np.append(nearness(center), ELSEWHERE))
    shares = odds / odds.sum()
    best = int(shares.argmax())
    return _name(list(USUAL)[best], "usual", shares[best]) if best < len(USUAL) and shares[best] >= SURE else None


def _name(name: str, by: Literal["usual", "earlier"], confidence: float) -> Name:
    return Name(name, by, round(min(float(confidence), SUREST), 2))


@cache
def _usual() -> tuple[NDArray[Any], NDArray[Any]]:
    """What the sentences of all usual topics have in common, and the directions of `nearness`."""
    sentences = [embed(sentences) for sentences in (*USUAL.values(), NOTHING, *OTHERS)]
    common = np.concatenate(sentences[: len(USUAL)]).mean(axis=0)
    return common, np.array([unit(unit(vectors - common).mean(axis=0)) for vectors in sentences])
