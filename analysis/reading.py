"""A reader reads the words of a session, and what it made of them is kept in it.

`pipeline.measure` makes tags of that at once, as often as something changes; reading takes longer and needs a model.
The trained classifier reads each session when it comes into the library. A language model reads one when it is asked
to.

Only English is read; a session in another language keeps no readings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from analysis import tagging, weights
from analysis.session import Reading, Readings, Review, Session
from analysis.tagging.lines import Line, key

if TYPE_CHECKING:
    from analysis.tagging.classifier import Classifier
    from analysis.tagging.llm import Read, Server

__all__ = ["adjusted", "classified", "classify", "read_by_model"]

Progress = Callable[[int, int], None]


def classified(session: Session) -> Session:
    """The measured session with what the trained classifier makes of its lines. To be measured again.

    Raises
    ------
    WeightsError
        If the classifier's weights are missing or damaged.
    """
    if session.language != "en":
        return replace(session, readings=None)
    return replace(session, readings=classify(tagging.lines_of(session.utterances, session.words)))


def classify(lines: Sequence[Line]) -> Readings:
    """What the trained classifier makes of the lines of a talk; raises as `classified`."""
    return _classifier(weights.prepare("tagger").folder).read(lines)


def read_by_model(
    lines: Sequence[Line],
    server: Server,
    known: Readings | None = None,
    progress: Progress = lambda done, total: None,
    store: Callable[[Readings], None] = lambda readings: None,
) -> Read:
    """What a local language model makes of the lines; where it gives no usable answer, the classifier's reading.

    Parameters and errors are those of `analysis.tagging.llm.read`.
    """
    from analysis.tagging import llm

    @cache
    def classifier() -> Readings:
        return classify(lines)

    def fallback(lines: Sequence[Line], numbers: Sequence[int]) -> Mapping[str, Reading]:
        keys = [key(lines, number) for number in numbers]
        return {key: _at_most(reading) for key in keys if (reading := classifier().of.get(key)) is not None}

    def _at_most(reading: Reading) -> Reading:
        # The model's thresholds hold for all: what the classifier would leave out by its own must stay below them.
        sure = {label: likely for label, likely in reading.labels.items() if likely >= classifier().thresholds[label]}
        return Reading(labels=sure, words=reading.words)

    return llm.read(lines, server, fallback, known, progress, store)


def adjusted(readings: Readings, reviews: Iterable[Review]) -> Readings:
    """The classifier's readings with thresholds moved by what people said of its tags (`tagging.learned`)."""
    return replace(readings, thresholds=tagging.learned(readings.thresholds, reviews))


@cache
def _classifier(folder: Path) -> Classifier:
    from analysis.tagging.classifier import Classifier

    return Classifier(folder)
