"""What the words did: tags, what a reader made of each line, what a person said of the tags, and what followed.

A part of the data model: import from `analysis.session`, whose conventions hold here, too. How tags are found stands in
`analysis.tagging`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from analysis.facts import Seconds, Share

__all__ = [
    "Answer",
    "AnswerKind",
    "Evidence",
    "Reading",
    "Readings",
    "Review",
    "Tag",
    "Uptake",
    "UptakeKind",
    "Verdict",
]

Verdict = Literal["kept", "removed", "added"]
AnswerKind = Literal["straight", "partly", "evaded", "counter-attack", "sigh", "not answered", "unclear"]
UptakeKind = Literal["taken up", "ignored", "rejected", "unclear"]


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """The seconds of sound and the words in them on which something rests."""

    start: Seconds
    end: Seconds
    words: str


class Tag(Struct, frozen=True, kw_only=True, gc=False):
    """What an utterance does, by the codebook (`analysis.tagging.codebook`)."""

    label: str
    confidence: Share
    evidence: Evidence
    because: str
    """The id of the cue rule, or who read it ("classifier", a language model's name), or "person"."""
    reviewed: Verdict | None = None


class Reading(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a reader made of one line: how likely each label is, and the words that speak most for it."""

    labels: dict[str, Share] = {}
    """Labels with at least 5 %; none stands for "no tag"."""
    words: dict[str, tuple[int, int]] = {}
    """Label -> the slice ``line.split()[i:j]``."""
    by: str | None = None
    """Who read this line, where it was not who read the others."""
    language: str | None = None
    """Its language, where that is surely not English: then nothing was read."""


Thresholds = dict[str, Annotated[float, Meta(ge=0)]]


class Readings(Struct, frozen=True, kw_only=True):
    """What one reader made of a talk, so that tags can be joined anew without it.

    `of` is by the *key* of a line (`analysis.tagging.lines.key`): what stands in it and before it, and who spoke by
    turns, but no names and no times. So readings outlive a rename and a new cut of the sound, and not a corrected word.
    """

    by: str
    """"classifier", or "llm:" and the name of a language model."""
    sha256: str | None = None
    """Of what the classifier has learned; None for other readers."""
    thresholds: Thresholds
    """From which likelihood on a label becomes a tag; above 1: never."""
    others: dict[str, Thresholds] = {}
    """The same for those who read single lines in its place (`Reading.by`)."""
    of: dict[str, Reading] = {}


class Review(Struct, frozen=True, kw_only=True):
    """What a person said of one tag. It lies at a time, not at an utterance: a new analysis may cut these otherwise."""

    label: str
    verdict: Verdict
    start: Seconds
    end: Seconds
    speaker: str | None = None
    """Who spoke the line: another one's line at that time is not meant."""
    likely: Share | None = None
    """How likely the classifier held the label then; None where it did not read the line."""
    sha256: str | None = None
    """Of what that classifier had learned."""


class Answer(Struct, frozen=True, kw_only=True):
    """How a question that is owed a straight answer was met (`analysis.tagging.followups`)."""

    question: str
    """The id of the utterance that asks."""
    kind: AnswerKind
    answer: str | None = None
    """The id of the utterance that shows it; None where nobody answered."""


class Uptake(Struct, frozen=True, kw_only=True):
    """How an offer (repair, apology or validation) was met by the other."""

    offer: str
    """The id of the utterance that offers."""
    label: str
    kind: UptakeKind
    response: str | None = None
    """The id of the utterance that shows it; None where the other said nothing more."""
