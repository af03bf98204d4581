"""Cue rules at work: read each utterance as plain words and say which rules hold, and on which words.

An utterance is *read* twice. The full reading drops what is never meant ("uh", "um", stuttered repeats);
the light reading also drops fillers that can be real words ("like", "you know", "I mean", "well"), so that
"I, like, really didn't mean it" is found without losing "what was that like for you". Both readings
remember which spoken word each piece came from; a tag can therefore always be played.

Two things keep the rules honest:

- Words that the sound does not support are never read, and no phrase is found across them.
- Words in quotation marks, reported ("he said you always..."), denied ("I don't think you're selfish") or
  supposed ("if I hurt you") are not done by the person who speaks them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.session import Evidence, Tag, Utterance, Word
from analysis.tagging.plain import elided, standard
from analysis.tagging.rules import RULES, Rule

__all__ = ["tags_by_rule"]

HESITATIONS = frozenset({"uh", "um", "uhm", "er", "erm", "ah", "hm", "hmm", "mm", "mhm"})
FILLERS = (("you", "know"), ("i", "mean"), ("like",), ("well",))

# What stands right before a phrase that is named but not done.
NOT_DONE = re.compile(
    r"""
    (?:^|[ ])(?:
      # it is denied
      (?:not|isn't|wasn't)(?:[ ](?:that|because|like|as[ ]if|saying(?:[ ]that)?|to[ ]say(?:[ ]that)?))?
    | (?:don't|didn't|doesn't|wouldn't|can't|never)(?:[ ](?:even|really|ever|just))?
      [ ](?:think|thought|believe|believed|say|said|mean|meant|feel[ ]like|tell[ ]me|claim|claimed)(?:[ ]that)?
    | (?:nobody|no[ ]one)(?:'s|[ ]is|[ ]ever)?[ ](?:saying|says|said|thinks)(?:[ ]that)?
      # it is only supposed
    | if | whether | unless | wish | wishing | as[ ]though | as[ ]if | pretend(?:ed|ing)?(?:[ ]that|[ ]like)?
    | (?:act|acted|acting|seem|seemed|sound|sounded|look|looked)(?:[ ]it)?[ ](?:like|as[ ]if|as[ ]though)
      # someone else thinks it, or it was said at another time
    | (?:you|he|she|they|people|everyone|mom|dad)(?:[ ](?:really|still|always|just))?
      [ ](?:think|thinks|thought|believe|believed|say|tell[ ]me|tell[ ]yourself)(?:[ ]that)?
    | (?:for|keep|keeps|kept|you're|he's|she's|they're|was|were|stop|not)
      [ ](?:saying|telling[ ]me|calling[ ]me)(?:[ ]that)?
    | (?<!like[ ]i[ ])(?:said|says|told|tells|called|asked|asks|yelled|screamed|shouted|wrote|texted|goes|
        (?:was|were|is|he's|she's)[ ]like|used[ ]to[ ](?:say|think|believe))
      (?:[ ]to)?(?:[ ](?:me|myself|him|her|us|them|you|everyone|people))?(?:[ ](?:that|like|how|if|whether))*
      # it is asked ("did I hurt you?"), where "yes I did" is not
    | (?<!\bi[ ])(?<!\byou[ ])(?<!\b(?:we|it|he)[ ])(?<!\bshe[ ])(?<!\bthey[ ])
      (?:do|does|did|don't|doesn't|didn't|have|has|haven't|hasn't|should|must|could|would|will)
      # it is loved
    | love(?:[ ](?:it|how|that|the[ ]way|when))+
    )[ ]$
    """,
    re.VERBOSE,
)

_PIECE = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARKS = ".,?!;:…\"'”’)"
_BREAK = "|"  # stands where something was left out; no pattern matches across it


@dataclass(frozen=True, slots=True)
class _Piece:
    """A normalized word or mark, and the position of the spoken word that it comes from."""

    text: str
    place: int


class _Reading:
    """Pieces as one text to search, with the way back from the text to the spoken words."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        self.text = " ".join(piece.text for piece in pieces)
        self._places = [piece.place for piece in pieces]
        self._offsets: list[int] = []
        offset = 0
        for piece in pieces:
            self._offsets.append(offset)
            offset += len(piece.text) + 1

    def place(self, offset: int) -> int:
        """The spoken word that holds this character of the text."""
        return self._places[bisect_right(self._offsets, offset) - 1]

    def before(self, place: int) -> str:
        """The text before a spoken word."""
        return self.text[: self._offsets[self._places.index(place)]]


def tags_by_rule(utterance: Utterance, words: Sequence[Word], heard: frozenset[str]) -> dict[str, Tag]:
    """What the cue rules find in one utterance: at most one tag for a label, by the surest rule.

    Parameters
    ----------
    utterance, words
        The utterance, and the session's words, of which it names its slice. An utterance without words of its own is
        read from its text, and its evidence is timed by the whole utterance.
    heard
        The labels of what its listener said last; some rules hold only after these, or not after these.
    """
    spoken = words[slice(*utterance.words)]
    texts = tuple(word.text.strip() if word.supported else None for word in spoken) or tuple(utterance.text.split())
    tags = {}
    for rule, first, last in _surest(texts, heard):
        evidence = Evidence(
            start=spoken[first].start if spoken else utterance.start,
            end=spoken[last].end if spoken else utterance.end,
            words=" ".join(text for text in texts[first : last + 1] if text),
        )
        tags[rule.label] = Tag(label=rule.label, confidence=rule.confidence, evidence=evidence, because=rule.id)
    return tags


@lru_cache(maxsize=20_000)  # whoever corrects one line of a long talk waits for that line only
def _surest(texts: tuple[str | None, ...], heard: frozenset[str]) -> tuple[tuple[Rule, int, int], ...]:
    """The surest rule of each label that holds, with the first and the last word on which it rests."""
    pieces = _pieces(texts)
    if not pieces:
        return ()
    full = _Reading(pieces)
    without_fillers = _drop_fillers(pieces)
    readings = [full] if len(without_fillers) == len(pieces) else [full, _Reading(without_fillers)]
    best: dict[str, tuple[Rule, int, int]] = {}
    for rule in RULES:
        if rule.label in best and best[rule.label][0].confidence >= rule.confidence:
            continue
        if (rule.after and not rule.after & heard) or rule.unless_after & heard:
            continue
        span = next((span for reading in readings for span in _found(rule, reading, full)), None)
        if span is not None:
            best[rule.label] = (rule, *span)
    return tuple(best.values())


def _found(rule: Rule, reading: _Reading, full: _Reading) -> Iterator[tuple[int, int]]:
    """First and last spoken word of each place where the rule holds and the speaker is doing it."""
    for match in rule.pattern.finditer(reading.text):
        first, last = reading.place(match.start()), reading.place(match.end() - 1)
        if not NOT_DONE.search(full.before(first)):
            yield first, last


def _pieces(texts: Sequence[str | None]) -> list[_Piece]:
    """Normalized words and sentence marks of the spoken words; None stands for a word that is not supported."""
    quoted = _quoted(texts)
    pieces: list[_Piece] = []
    for place, text in enumerate(texts):
        if text is None or place in quoted:
            pieces.append(_Piece(_BREAK, place))
            continue
        text = standard(text)
        pieces += (_Piece(piece, place) for piece in _PIECE.findall(text.lower()) if piece not in HESITATIONS)
        if mark := _sentence_mark(text):
            pieces.append(_Piece(mark, place))
    return _drop_stutters(pieces)


def _sentence_mark(text: str) -> str | None:
    """How a sentence ends with this word, if it does: "okay?!" asks, and "but..." goes on."""
    tail = text[len(text.rstrip(_MARKS)) :]
    if "?" in tail:
        return "?"
    if "..." in tail or "…" in tail:
        return None
    return "." if any(mark in tail for mark in ".!;:") else None


def _quoted(texts: Sequence[str | None]) -> frozenset[int]:
    """Positions of the words inside quotation marks, unless these hold the whole utterance.

    An apostrophe where a word lost its beginning ("'cause") opens nothing.
    """
    quoted: set[int] = set()
    for opening, closing in (('"', '"'), ("“", "”"), ("‘", "’"), ("'", "'")):
        start = None
        for place, text in enumerate(texts):
            if text is None:
                continue
            if start is None and text.startswith(opening) and not elided(text):
                start = place
            if start is not None and text.rstrip(".,?!;:…").endswith(closing) and len(text) > 1:
                quoted.update(range(start, place + 1))
                start = None
    return frozenset() if len(quoted) == len(texts) else frozenset(quoted)


def _drop_stutters(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces without immediate repeats of one, two or three words; the last attempt stays."""
    kept: list[_Piece] = []
    for piece in pieces:
        kept.append(piece)
        for size in (1, 2, 3):
            repeat = [p.text for p in kept[-size:]]
            if _BREAK not in repeat and [p.text for p in kept[-2 * size : -size]] == repeat:
                del kept[-2 * size : -size]
                break
    return kept


def _drop_fillers(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces without the words that often only fill time."""
    kept: list[_Piece] = []
    place = 0
    while place < len(pieces):
        for filler in FILLERS:
            if tuple(p.text for p in pieces[place : place + len(filler)]) == filler:
                place += len(filler)
                break
        else:
            kept.append(pieces[place])
            place += 1
    return kept
