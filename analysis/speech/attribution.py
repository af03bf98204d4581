"""Which speaker said each word, and which words make one utterance.

Words come from one model with their times, turns from another; each word is given to a speaker on its
own, never a whole segment to the one who talks most in it. A word belongs to the speaker whose turns cover
most of it. Where two talk at once, the voices say nothing about who said *this* word: it goes with the nearest
word of the same sentence that surely has a speaker, and where there is none it gets no speaker, because none
is better than the wrong one. A word that no turn covers goes to the nearest turn within half a second;
beyond that nobody was heard there, and it is not `supported` either.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from msgspec.structs import replace

from analysis.session import Turn, Utterance, Word, spaced

__all__ = ["attribute", "heard_only", "utterances"]

REACH = 0.5
"""Seconds that a word may lie beside a turn and still belong to it (recognizers' word times are that rough)."""
CLEAR = 0.8
"""A speaker who covers this share of what the most-covering one does is a rival."""
PAUSE = 1.0
"""Seconds of silence of a speaker that end an utterance."""
INTERJECTION = 2
"""So many words of the other do not end an utterance that goes on behind them."""


def attribute(words: Sequence[Word], turns: Sequence[Turn]) -> tuple[Word, ...]:
    """The words in the order of time, each with its speaker, or with none and `supported=False`.

    Parameters
    ----------
    words : sequence of Word
        With times in seconds.
    turns : sequence of Turn
        With times in seconds; turns of two speakers may overlap.

    Examples
    --------
    >>> turns = [Turn(speaker="S1", start=0, end=1), Turn(speaker="S2", start=1, end=2)]
    >>> [w.speaker for w in attribute([Word(text="no", start=0.9, end=1.4)], turns)]
    ['S2']
    """
    words = sorted(words, key=lambda word: (word.start, word.end))
    turns = sorted(turns, key=lambda turn: turn.start)
    candidates = _candidates(words, turns)
    placed = []
    for k, (word, rivals) in enumerate(zip(words, candidates, strict=True)):
        if not rivals:
            placed.append(replace(word, speaker=None, supported=False))
            continue
        speaker = rivals[0] if len(rivals) == 1 else _by_sentence(k, words, candidates)
        placed.append(replace(word, speaker=speaker))
    return tuple(placed)


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
            kept.append(replace(word, supported=word.supported and not inside))
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


def _candidates(words: Sequence[Word], turns: Sequence[Turn]) -> list[list[str]]:
    """For each word the speakers it may belong to, the likeliest first."""
    found = []
    first = 0
    # Turns are sorted by start; all up to k have ended once the latest end among them is past.
    ended = list(accumulate((turn.end for turn in turns), max))
    for word in words:
        while first < len(turns) and ended[first] < word.start - REACH:
            first += 1
        cover: dict[str, float] = {}
        near: dict[str, float] = {}
        for turn in turns[first:]:
            if turn.start > word.end + REACH:
                break
            shared = min(turn.end, word.end) - max(turn.start, word.start)
            if shared > 0:
                cover[turn.speaker] = cover.get(turn.speaker, 0.0) + shared
            elif -shared <= REACH:
                near[turn.speaker] = min(near.get(turn.speaker, REACH), -shared)
        if cover:
            most = max(cover.values())
            rivals = [s for s in sorted(cover, key=cover.__getitem__, reverse=True) if cover[s] >= CLEAR * most]
            found.append(rivals)
        else:
            found.append(sorted(near, key=near.__getitem__)[:1])
    return found


def _by_sentence(k: int, words: Sequence[Word], candidates: Sequence[Sequence[str]]) -> str | None:
    """The rival who surely said the nearest word of the same sentence; None if nobody surely said any of it."""
    found: list[tuple[float, str]] = []
    for others in (range(k - 1, -1, -1), range(k + 1, len(words))):
        last = k
        for at in others:
            before, after = words[min(last, at)], words[max(last, at)]
            if before.text.rstrip().endswith((".", "?", "!")) or after.start - before.end > REACH:
                break
            if len(candidates[at]) == 1:
                if candidates[at][0] in candidates[k]:
                    found.append((abs(words[at].start - words[k].start), candidates[at][0]))
                break
            last = at
    return min(found)[1] if found else None
