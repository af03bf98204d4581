"""A reader reads the words of a session, and what it made of them is kept in it.

`pipeline.measure` makes tags of that at once, as often as something changes; reading takes longer and needs a model.
The trained classifier reads each session when it comes into the library. A language model reads one when it is asked
to.

Only English is read; a session in another language keeps no readings.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from analysis import tagging, weights
from analysis.session import Reading, Readings, Review, Session
from analysis.tagging.lines import CLASSIFIER, Line, key

if TYPE_CHECKING:
    from analysis.tagging.classifier import Classifier
    from analysis.tagging.llm import Read, Server

__all__ = ["adjusted", "caught_up", "classified", "classify", "read_by_model"]

Progress = Callable[[int, int], None]


def classified(session: Session, known: Readings | None = None) -> Session:
    """The measured session with what the trained classifier makes of its lines. To be measured again.

    Parameters
    ----------
    session
        Measured, so that its lines are known.
    known
        Earlier readings. They stay if a language model made them and they cover all lines; thresholds stay that were
        learned for the same classifier.

    Raises
    ------
    WeightsError
        If the classifier's weights are missing or damaged.
    """
    if session.language != "en":
        return replace(session, readings=None)
    lines = tagging.lines_of(session.utterances, session.words)
    if known is not None and known.by != CLASSIFIER and all(key(lines, k) in known.of for k in _with_words(lines)):
        return replace(session, readings=known)
    readings = classify(lines)
    if known is not None and known.sha256 == readings.sha256:
        readings = replace(readings, thresholds=known.thresholds)
    return replace(session, readings=readings)


def caught_up(session: Session) -> Session:
    """The measured session with readings of the lines that have none yet: their words, or those before, were changed.

    Where another reader read the talk, the classifier reads these in its place.
    """
    known = session.readings
    lines = tagging.lines_of(session.utterances, session.words)
    missing = [k for k in _with_words(lines) if known is not None and key(lines, k) not in known.of]
    if known is None or not missing:
        return session
    read = classify(lines, missing)
    same = known.by == CLASSIFIER and known.sha256 == read.sha256
    new = {key: replace(reading, by=None if same else CLASSIFIER) for key, reading in read.of.items()}
    others = known.others if same else {**known.others, CLASSIFIER: read.thresholds}
    return replace(session, readings=replace(known, of={**known.of, **new}, others=others))


def _with_words(lines: Sequence[Line]) -> list[int]:
    return [k for k, line in enumerate(lines) if line.text]


def classify(lines: Sequence[Line], only: Collection[int] | None = None) -> Readings:
    """What the trained classifier makes of all lines of a talk, or of some by number; raises as `classified`."""
    return _classifier().read(lines, only)


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
        read = ((key, classifier().of.get(key)) for key in keys)
        return {key: replace(reading, by=CLASSIFIER) for key, reading in read if reading is not None}

    found = llm.read(lines, server, fallback, known, progress, store)
    if found.fallen_back:
        others = {CLASSIFIER: classifier().thresholds}
        found = dataclasses.replace(found, readings=replace(found.readings, others=others))
    return found


def adjusted(readings: Readings, reviews: Iterable[Review]) -> Readings:
    """The classifier's readings with thresholds moved by what people said of its tags (`tagging.learned`).

    What they said when it had learned something else is left out: its likelihoods were others.
    """
    of_this = [review for review in reviews if review.sha256 == readings.sha256]
    return replace(readings, thresholds=tagging.learned(readings.thresholds, of_this))


@cache
def _classifier() -> Classifier:
    """Verified and loaded once: its sha256 takes as long as the reading of some lines."""
    from analysis.tagging.classifier import Classifier

    return Classifier(weights.prepare("tagger").folder)
