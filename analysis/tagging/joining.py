"""From what the rules find and what a reader reads to the tags of a talk.

The cue rules give evidence and certainty, a reader (the trained classifier, or a language model) gives reach:

- A label that a rule finds becomes a tag; so does one that the reader holds likely enough.
- On a harsh label (criticism, contempt, threat) a rule's find needs the reader to hold it half as likely as would do
  alone (`HARSH_VETO`), and a reader's own find needs a line in which no rule finds the opposite. Where the two disagree
  there is no tag: to be wrongly called contemptuous hurts more than a line that is left plain.
- What a line does as a whole overrules its parts: "I'm sorry, but you…" deflects, and is no apology.
- What a person said of a tag is final.

Without a reader the rules stand alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from analysis.session import Reading, Readings, Review, Tag, Utterance, Word
from analysis.tagging.codebook import HARSH, HEALING, LABELS
from analysis.tagging.cues import tags_by_rule
from analysis.tagging.lines import BACK, evidence, key, lines_of
from analysis.tagging.reviewing import placed, with_reviews

__all__ = ["tag_utterances"]

HARSH_VETO = 0.5
"""Share of a harsh label's threshold below which the reader's doubt outweighs a rule."""

# A label is dropped where one of these was found in the same utterance.
OVERRULED_BY: dict[str, frozenset[str]] = {
    "withdrawing": frozenset({"repair"}),
    "accountability": frozenset({"deflecting", "minimizing", "denying"}),
    "apology": frozenset({"contempt", "deflecting", "minimizing", "rushing"}),
    "transparency": frozenset({"contempt", "deflecting", "minimizing", "denying"}),
    "patience": frozenset({"rushing"}),
    "validation": frozenset({"contempt", "deflecting", "minimizing"}),
    "affection": frozenset({"contempt"}),
    "commitment": frozenset({"threat"}),
}


def tag_utterances(
    utterances: Sequence[Utterance],
    words: Sequence[Word],
    readings: Readings | None = None,
    reviews: Sequence[Review] = (),
    aside: Collection[str] = (),
) -> tuple[Utterance, ...]:
    """Set the tags of each utterance.

    Parameters
    ----------
    utterances
        In the order of the conversation; what was said just before counts.
    words
        The session's words, of which each utterance names its slice. An utterance without words of its own is
        read from its text, and its evidence is timed by the whole utterance.
    readings
        What a reader made of the lines; a line that it has not read is left to the rules.
    reviews
        What a person said of earlier tags.
    aside
        Speakers who are not one of the two: what they say is no question to either.

    Returns
    -------
    tuple of Utterance
        The same utterances, each with at most one tag per label in codebook order. Earlier tags are replaced.
    """
    lines = lines_of(utterances, words) if readings is not None else []
    of = placed(reviews, utterances)
    tagged: list[Utterance] = []
    of_the_two: list[Utterance] = []
    for k, utterance in enumerate(utterances):
        found = tags_by_rule(utterance, words, _heard_last(of_the_two, utterance.speaker))
        reading = readings.of.get(key(lines, k)) if readings is not None else None
        if readings is not None and reading is not None:
            found = _joined(found, reading, readings, utterance, words)
        said = of.get(utterance.id, ())
        standing = found.keys() - {review.label for review in said if review.verdict == "removed"}
        found = {label: tag for label, tag in found.items() if not OVERRULED_BY.get(label, frozenset()) & standing}
        found = with_reviews(found, said, utterance, words)
        tags = tuple(found[label] for label in LABELS if label in found)
        tagged.append(replace(utterance, tags=tags))
        if utterance.speaker not in aside:
            of_the_two.append(tagged[-1])
    return tuple(tagged)


def _heard_last(earlier: Sequence[Utterance], speaker: str | None) -> frozenset[str]:
    """The labels of what the other person said last; empty where it is unknown who spoke."""
    for utterance in reversed(earlier[-BACK:]):
        if speaker is None or utterance.speaker is None:
            break
        if utterance.speaker != speaker:
            return frozenset(tag.label for tag in utterance.live_tags)
    return frozenset()


def _joined(
    by_rule: dict[str, Tag], reading: Reading, readings: Readings, utterance: Utterance, words: Sequence[Word]
) -> dict[str, Tag]:
    """The tags of one line, by rule and reader; of a line in another language there are none."""
    found: dict[str, Tag] = {}
    if reading.language:
        return found
    thresholds = readings.others.get(reading.by or "", readings.thresholds)
    for label in LABELS:
        threshold = thresholds.get(label)
        if threshold is None:
            continue
        likely = reading.labels.get(label, 0.0)
        rule = by_rule.get(label)
        if rule is not None and (label not in HARSH or likely >= threshold * HARSH_VETO):
            sure = max(rule.confidence, likely) if likely >= threshold else rule.confidence
            found[label] = replace(rule, confidence=sure)
        elif rule is None and likely >= threshold and not (label in HARSH and by_rule.keys() & HEALING):
            shown = evidence(utterance, words, reading.words.get(label))
            by = reading.by or readings.by
            found[label] = Tag(label=label, confidence=likely, evidence=shown, because=by)
    return found
