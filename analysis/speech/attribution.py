"""Which speaker said each word, and which words make one utterance.

Words come from one model with their times, turns from another; each word is given to a speaker on its own, never a
whole segment to the one who talks most in it. Three witnesses are weighed, in one chain over all words (the forward and
backward passes of a hidden Markov model, Rabiner 1989):

- whose turns cover the word, or lie nearest to it where none do;
- whom the sound around the word resembles (`analysis.speech.likeness`), where that is known;
- that people rarely change over within a phrase, more often after a pause, and most often after a sentence.

A word gets a speaker only if the three make it surely one person's. One that is said while two voices sound is left
open unless its neighbors or its sound settle it: no speaker is better than the wrong one. Where nobody was heard
within half a second of a word, it gets none, and is not `supported` either.

Once the words have their speakers, turns are brought in line with them (`agree`): a beginning of a sentence that
diarization gave to the other is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from analysis.session import Turn, Utterance, Word, spaced
from analysis.speech.heard import Heard
from analysis.speech.likeness import Likeness
from analysis.speech.support import Passage, judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["agree", "attribute", "heard_only", "utterances", "who_said_what"]

NOBODY = "nobody was heard near it"
NO_SOUND = "there is no sound there"
REACH = 0.5
"""Seconds that a word may lie beside a turn and still belong to it (recognizers' word times are that rough)."""
DOUBT = 0.05
"""The share of belief that turns leave open: diarization is wrong that often."""
TRUST = 20.0
"""How much a difference in likeness (cosines) weighs, in nats."""
WITHIN, AFTER_PAUSE, AFTER_SENTENCE = 0.05, 0.2, 0.5
"""The chance that the next word is the other's; a pause is at least so many seconds:"""
BREATH = 0.3
SURE = 0.6
"""Below this probability a word stays without a speaker."""
PAUSE = 1.0
"""Seconds of silence of a speaker that end an utterance."""
INTERJECTION = 2
"""So many words of the other do not end an utterance that goes on behind them."""


def who_said_what(passages: Iterable[Passage], heard: Heard) -> tuple[tuple[Word, ...], tuple[Turn, ...] | None]:
    """All words, each with its speaker and with what speaks against it, and the turns in line with them.

    Where nobody can be told from anybody, no word has a speaker and the turns are None.
    """
    words = judge(passages, heard.activity)
    if heard.turns is None:
        return words, None
    words = attribute(words, heard.turns, heard.likeness)
    return words, agree(heard.turns, words) if heard.likeness is not None else heard.turns


def attribute(words: Sequence[Word], turns: Sequence[Turn], likeness: Likeness | None = None) -> tuple[Word, ...]:
    """The words in the order of time, each with its speaker, or with none.

    Parameters
    ----------
    words : sequence of Word
        With times in seconds.
    turns : sequence of Turn
        With times in seconds; turns of two speakers may overlap.
    likeness : Likeness or None
        Whom each moment sounds like.

    Examples
    --------
    >>> turns = [Turn(speaker="S1", start=0, end=1), Turn(speaker="S2", start=1, end=2)]
    >>> [w.speaker for w in attribute([Word(text="no", start=0.9, end=1.4)], turns)]
    ['S2']
    """
    words = sorted(words, key=lambda word: (word.start, word.end))
    speakers = sorted({turn.speaker for turn in turns})
    covers = _covers(words, sorted(turns, key=lambda turn: turn.start), speakers)
    near = [word for word, cover in zip(words, covers, strict=True) if cover is not None]
    belief = iter(_belief(near, np.array([cover for cover in covers if cover is not None]), speakers, likeness))
    placed = []
    for word, cover in zip(words, covers, strict=True):
        if cover is None:
            placed.append(replace(word, speaker=None, supported=False, doubts=word.doubts or (NOBODY,)))
            continue
        chances = next(belief)
        best = int(chances.argmax())
        placed.append(replace(word, speaker=speakers[best] if chances[best] >= SURE else None))
    return tuple(placed)


def agree(turns: Sequence[Turn], words: Sequence[Word]) -> tuple[Turn, ...]:
    """The turns in line with the words: a part of a turn in which only somebody else's words lie is theirs.

    >>> turns = [Turn(speaker="S1", start=0, end=4)]
    >>> words = [Word(text="so", start=0, end=1, speaker="S1"), Word(text="no", start=3, end=4, speaker="S2")]
    >>> [(turn.speaker, turn.start, turn.end) for turn in agree(turns, words)]
    [('S1', 0.0, 2.0), ('S2', 2.0, 4.0)]
    """
    parts: dict[str, list[tuple[float, float]]] = {}
    for turn in sorted(turns, key=lambda turn: turn.start):
        for speaker, start, end in _parts(turn, turns, words):
            parts.setdefault(speaker, []).append((start, end))
    made = [Turn(speaker=s, start=a, end=b) for s, spans in parts.items() for a, b in _joined(spans)]
    return tuple(sorted(made, key=lambda turn: (turn.start, turn.end, turn.speaker)))


def _parts(turn: Turn, turns: Sequence[Turn], words: Sequence[Word]) -> Iterator[tuple[str, float, float]]:
    """A turn cut where its words change their speaker; words in somebody else's own turn are no witness."""
    others = [other for other in turns if other.speaker != turn.speaker and _shared(other, turn) > 0]
    inside = [
        word
        for word in words
        if word.supported
        and word.speaker is not None
        and turn.start <= (word.start + word.end) / 2 <= turn.end
        and (word.speaker == turn.speaker or not any(_shared(other, word) > 0 for other in others))
    ]
    inside.sort(key=lambda word: word.start)
    start, speaker = turn.start, inside[0].speaker if inside else turn.speaker
    for before, after in pairwise(inside):
        if before.speaker != after.speaker:
            middle = min(max((before.end + after.start) / 2, start), turn.end)
            yield str(speaker), start, middle
            start, speaker = middle, after.speaker
    yield str(speaker), start, turn.end


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans (start, end) in order, those that touch or overlap as one; rounded to milliseconds, none empty."""
    made: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        elif end > start:
            made.append((start, end))
    return [(round(float(start), 3), round(float(end), 3)) for start, end in made]


def _shared(one: Turn | Word, other: Turn | Word) -> float:
    """The seconds that two share; negative: how far they are apart."""
    return min(one.end, other.end) - max(one.start, other.start)


def _covers(words: Sequence[Word], turns: Sequence[Turn], speakers: Sequence[str]) -> list[Array | None]:
    """For each word the share of each speaker in the turns over it, or in the nearest; None if nobody is near."""
    found: list[Array | None] = []
    first = 0
    # Turns are sorted by start; all up to k have ended once the latest end among them is past.
    ended = list(accumulate((turn.end for turn in turns), max))
    for word in words:
        while first < len(turns) and ended[first] < word.start - REACH:
            first += 1
        cover, apart = np.zeros(len(speakers)), np.full(len(speakers), np.inf)
        for turn in turns[first:]:
            if turn.start > word.end + REACH:
                break
            shared, k = _shared(turn, word), speakers.index(turn.speaker)
            cover[k] += max(0.0, shared)
            apart[k] = min(apart[k], -shared)
        if not cover.any() and apart.size and apart.min() <= REACH:
            cover[apart == apart.min()] = 1.0
        found.append(cover / cover.sum() if cover.any() else None)
    return found


def _belief(words: Sequence[Word], covers: Array, speakers: Sequence[str], likeness: Likeness | None) -> Array:
    """The probability of each speaker for each word, shape (words, speakers), given all of them."""
    if not len(words):
        return np.zeros((0, len(speakers)))
    evidence = np.log(covers * (1 - DOUBT) + DOUBT / len(speakers))
    if likeness is not None:
        columns = [likeness.speakers.index(speaker) for speaker in speakers]
        evidence += TRUST * np.array([likeness.at((w.start + w.end) / 2)[columns] for w in words])
    change = np.array([_change(before, after) for before, after in pairwise(words)])
    forward = _passed(evidence, change)
    backward = _passed(evidence[::-1], change[::-1])[::-1]
    belief: Array = forward + backward - evidence
    belief = np.exp(belief - belief.max(axis=1, keepdims=True))
    belief /= belief.sum(axis=1, keepdims=True)
    return belief


def _passed(evidence: Array, change: Array) -> Array:
    """The log of what the evidence up to each word says of its speaker; `change` has shape (words - 1,)."""
    found = evidence.copy()
    others = max(1, evidence.shape[1] - 1)
    for k, chance in enumerate(change):
        before = np.exp(found[k] - found[k].max())
        found[k + 1] += np.log((1 - chance) * before + chance / others * (before.sum() - before) + 1e-300)
        found[k + 1] -= found[k + 1].max()
    return found


def _change(before: Word, after: Word) -> float:
    """The chance that the speaker changes between these two words."""
    if before.text.rstrip().endswith((".", "?", "!")):
        return AFTER_SENTENCE
    return AFTER_PAUSE if after.start - before.end >= BREATH else WITHIN


def heard_only(words: Sequence[Word], unheard: Sequence[tuple[float, float]]) -> tuple[Word, ...]:
    """The words, none of them reaching into a stretch without sound; one that lies in it is not supported.

    A recognizer now and then stretches a word over a silence; then the longer part outside is where it was said.

    >>> heard_only([Word(text="so", start=1.0, end=9.0)], [(1.5, 8.9)])[0].end
    1.5
    """
    if not unheard:
        return tuple(words)
    kept = []
    for word in words:
        parts = [(word.start, word.end)]
        for start, end in unheard:
            parts = [p for a, b in parts for p in ((a, min(b, start)), (max(a, end), b)) if p[0] < p[1]]
        if parts:
            start, end = max(parts, key=lambda part: part[1] - part[0])
            kept.append(replace(word, start=start, end=end))
        else:
            inside = any(start <= word.start and word.end <= end for start, end in unheard)
            kept.append(replace(word, supported=False, doubts=word.doubts or (NO_SOUND,)) if inside else word)
    return tuple(kept)


def utterances(
    words: Sequence[Word], language: str | None = None, unheard: Sequence[tuple[float, float]] = ()
) -> tuple[tuple[Word, ...], tuple[Utterance, ...]]:
    """The words grouped into utterances, and the utterances (ids u0001, u0002, … by start).

    An utterance ends where its speaker is silent for a second, or where the other says more than two words;
    a short "mm-hm" in between does not cut it in two. A stretch without sound (`unheard`) does.

    Returns
    -------
    words : tuple of Word
        The same words, each utterance's together.
    utterances : tuple of Utterance
        Each with its slice of `words`.
    """
    groups: list[list[Word]] = []
    latest: dict[str | None, list[Word]] = {}
    since: dict[str | None, int] = {}
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        group = latest.get(word.speaker)
        if (
            group is None
            or word.start - group[-1].end >= PAUSE
            or since[word.speaker] > INTERJECTION
            or any(group[-1].end <= start and end <= word.start for start, end in unheard)
        ):
            group = latest[word.speaker] = []
            groups.append(group)
        group.append(word)
        for speaker in latest:
            since[speaker] = 0 if speaker == word.speaker else since.get(speaker, 0) + 1
    groups.sort(key=lambda group: group[0].start)
    glue = " " if spaced(language) else ""
    ordered: list[Word] = []
    made = []
    for number, group in enumerate(groups, start=1):
        made.append(
            Utterance(
                id=f"u{number:04d}",
                speaker=group[0].speaker,
                start=group[0].start,
                end=max(word.end for word in group),
                text=glue.join(word.text.strip() for word in group),
                words=(len(ordered), len(ordered) + len(group)),
            )
        )
        ordered += [replace(word, text=word.text.strip()) for word in group]
    return tuple(ordered), tuple(made)
