"""What people say of the tags: it is theirs, it is final, and the program may learn from it.

A review lies at a time of the recording. When the sound is analyzed anew, words may come out otherwise and lines may be
cut elsewhere; a review then belongs to the line of the same speaker whose time is most alike, if they share at least
half of the shorter of the two. One that belongs to no line any more stays in the session and waits.

What is learned is little on purpose: per label a threshold that moves by what this couple kept, added and removed,
never by more than `REACH`, from `FEWEST` reviews on; and for harsh labels only upwards, since a person who is called
contemptuous should not have to argue with their partner's corrections.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from analysis.session import Review, Session, Tag, Utterance, Verdict, Word
from analysis.tagging.codebook import HARSH, LABELS
from analysis.tagging.lines import CLASSIFIER, evidence, key, lines_of

__all__ = ["learned", "placed", "reviewed", "united", "with_reviews"]

FEWEST = 5
REACH = 0.25
STEP = 0.01
PULL = 10.0
"""How many errors it is worth to stay at the given threshold rather than move by 1."""


def reviewed(session: Session, id: str, label: str, verdict: Verdict | None) -> Session:
    """The session with a person's word on one label of the utterance `id`; None takes an earlier word back.

    Its tags and whatever follows from them are as before: they have to be measured anew.

    Raises
    ------
    ValueError
        If there is no such utterance or label, the utterance cannot have a tag, one is to be kept or removed that it
        does not have, or a word is to be taken back that nobody said.
    """
    utterance = next((u for u in session.utterances if u.id == id), None)
    if utterance is None:
        raise ValueError(f"there is no utterance {id!r}")
    if session.language != "en":
        raise ValueError(f"this talk is in {session.language!r}, and the tags know English only")
    if utterance.speaker in {None, *session.aside}:
        raise ValueError(f"{id} is nobody's of the two, and only what they do to each other is tagged")
    if label not in LABELS:
        raise ValueError(f"there is no tag {label!r}: choose one of {', '.join(LABELS)}")
    has = [tag.label for tag in utterance.tags]
    if verdict in ("kept", "removed") and label not in has:
        raise ValueError(f"{id} has no tag {label!r} (it has {', '.join(has) or 'none'})")
    before = placed(session.reviews, session.utterances).get(id, ())
    rest = tuple(review for review in session.reviews if review.label != label or review not in before)
    if verdict is None:
        if len(rest) == len(session.reviews):
            raise ValueError(f"nobody said anything of a tag {label!r} of {id}")
        return replace(session, reviews=rest)
    said = Review(
        label=label,
        verdict=verdict,
        start=utterance.start,
        end=utterance.end,
        speaker=utterance.speaker,
        likely=_likely(session, utterance, label),
        sha256=session.readings.sha256 if session.readings else None,
    )
    return replace(session, reviews=(*rest, said))


def _likely(session: Session, utterance: Utterance, label: str) -> float | None:
    """How likely the classifier held a label; None where it did not read the line."""
    if session.readings is None or session.readings.by != CLASSIFIER:
        return None
    lines = lines_of(session.utterances, session.words)
    reading = session.readings.of.get(key(lines, session.utterances.index(utterance)))
    return reading.labels.get(label, 0.0) if reading is not None else None


def united(stored: Iterable[Review], brought: Iterable[Review]) -> tuple[Review, ...]:
    """The reviews of both; on the same label at the same time the stored one stands."""
    of = {(review.label, review.start, review.end): review for review in (*brought, *stored)}
    return tuple(of.values())


def placed(reviews: Iterable[Review], utterances: Sequence[Utterance]) -> dict[str, tuple[Review, ...]]:
    """The reviews by the id of the utterance to which they belong."""
    of: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        alike, utterance = max(
            ((_alike(review, u), u) for u in utterances), key=lambda pair: pair[0], default=(0, None)
        )
        if utterance is not None and alike > 0:
            of[utterance.id].append(review)
    return {id: tuple(found) for id, found in of.items()}


def _alike(review: Review, utterance: Utterance) -> float:
    """The shared time over all the time of both; 0 where they share less than half of the shorter one, or who spoke."""
    if None not in (review.speaker, utterance.speaker) and review.speaker != utterance.speaker:
        return 0.0
    shared = min(utterance.end, review.end) - max(utterance.start, review.start)
    together = max(utterance.end, review.end) - min(utterance.start, review.start)
    if shared < min(utterance.duration, review.end - review.start) / 2:
        return 0.0
    return shared / together if together > 0 else 1.0


def with_reviews(
    found: Mapping[str, Tag], reviews: Iterable[Review], utterance: Utterance, words: Sequence[Word]
) -> dict[str, Tag]:
    """The tags of an utterance after what a person said of them."""
    tags = dict(found)
    for review in reviews:
        tag = tags.get(review.label)
        if tag is None and review.verdict != "removed":
            tag = Tag(label=review.label, confidence=1.0, evidence=evidence(utterance, words), because="person")
        if tag is not None:
            tags[review.label] = replace(tag, reviewed=review.verdict)
    return tags


def learned(thresholds: Mapping[str, float], reviews: Iterable[Review]) -> dict[str, float]:
    """The thresholds, moved by what people kept, added and removed.

    For each label the threshold with the fewest contradictions to the reviews is taken, where leaving the given one
    costs `PULL` for each unit: a few reviews move it a little. A tag that was kept though the classifier held it
    unlikely is a rule's, and says nothing of the threshold.

    >>> wrong = [Review(label="rushing", verdict="removed", start=k, end=k + 1, likely=0.55) for k in range(5)]
    >>> learned({"rushing": 0.5, "apology": 0.5}, wrong)
    {'rushing': 0.56, 'apology': 0.5}
    """
    of: dict[str, list[tuple[float, Verdict]]] = defaultdict(list)
    for review in reviews:
        if review.likely is None or (review.verdict == "kept" and review.likely < thresholds.get(review.label, 0.0)):
            continue
        of[review.label].append((review.likely, review.verdict))
    return {label: _moved(label, at, of[label]) for label, at in thresholds.items()}


def _moved(label: str, given: float, said: Sequence[tuple[float, Verdict]]) -> float:
    if len(said) < FEWEST:
        return given
    lowest = given if label in HARSH else max(0.05, given - REACH)
    steps = round((min(0.99, given + REACH) - lowest) / STEP)
    candidates = [given, *(round(lowest + k * STEP, 2) for k in range(steps + 1))]

    def cost(threshold: float) -> float:
        wrong = sum((likely >= threshold) == (verdict == "removed") for likely, verdict in said)
        return wrong + PULL * abs(threshold - given)

    return min(candidates, key=cost)
