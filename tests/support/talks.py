"""Small talks, tagged or not, for tests of what the words did."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.session import Evidence, Reading, Readings, Tag, Utterance, Word
from analysis.tagging import LABELS, lines_of
from analysis.tagging.lines import key

__all__ = ["read_as", "said", "talk"]


def talk(*lines: tuple[str | None, str]) -> tuple[tuple[Utterance, ...], tuple[Word, ...]]:
    """A conversation of (speaker, text), one word per half second; untagged."""
    words: list[Word] = []
    utterances = []
    for n, (speaker, text) in enumerate(lines):
        i = len(words)
        for spoken in text.split():
            start = 0.5 * len(words)
            words.append(Word(text=spoken, start=start, end=start + 0.4, speaker=speaker))
        start, end = words[i].start, words[-1].end
        utterances.append(
            Utterance(id=f"u{n}", speaker=speaker, start=start, end=end, text=text, words=(i, len(words)))
        )
    return tuple(utterances), tuple(words)


def said(*lines: tuple[str | None, str, str]) -> tuple[Utterance, ...]:
    """A conversation of (speaker, text, tags by comma), tagged as given."""
    utterances, _ = talk(*((speaker, text) for speaker, text, _ in lines))
    return tuple(
        Utterance(id=u.id, speaker=u.speaker, start=u.start, end=u.end, text=u.text, words=u.words, tags=tags)
        for u, (_, _, labels) in zip(utterances, lines, strict=True)
        if (tags := tuple(_tag(label, u) for label in labels.split(",") if label)) is not None
    )


def _tag(label: str, utterance: Utterance) -> Tag:
    words = Evidence(start=utterance.start, end=utterance.end, words=utterance.text)
    return Tag(label=label, confidence=0.9, evidence=words, because="test")


def read_as(
    utterances: tuple[Utterance, ...],
    words: tuple[Word, ...],
    likely: Mapping[int, Mapping[str, float]],
    spans: Mapping[int, Mapping[str, tuple[int, int]]] | None = None,
    threshold: float = 0.5,
) -> Readings:
    """Readings of a talk: for the lines by number, how likely which labels are; for the others, none."""
    lines = lines_of(utterances, words)
    of = {
        key(lines, k): Reading(labels=dict(likely.get(k, {})), words=dict((spans or {}).get(k, {})))
        for k in range(len(lines))
    }
    return Readings(by="classifier", thresholds=dict.fromkeys(LABELS, threshold), of=of)
