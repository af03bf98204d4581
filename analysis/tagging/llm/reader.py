"""A language model reads a talk, window by window, and is believed only as far as it can point to the words.

- A tag counts only if its line was asked about, its label is in the codebook and the words that it cites stand in that
  line. What a transcript talks a model into mostly fails at that; so does what a model makes up.
- A harsh tag counts only if a second pass, which asks otherwise and does not know of the first, gives it again.
- A window without a usable answer is asked once more and then left to another reader; so is a line that is too long.

The model gives no likelihoods of its own. A tag that counts gets `ONCE`, one that two passes gave `TWICE`; these are
marks for "the model says so", not measured shares.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

from analysis.session import Reading, Readings
from analysis.tagging.codebook import HARSH, LABELS
from analysis.tagging.language import foreign
from analysis.tagging.lines import BACK, Line, key
from analysis.tagging.llm.prompt import HARSH_LABELS, LONGEST, Window, messages, messages_on_harsh, reminded, schema
from analysis.tagging.llm.server import Message, NoAnswer, Server

__all__ = ["Read", "read"]

AT_ONCE = 12
"""New lines in a window: few enough for a small model to keep them apart."""
ONCE = 0.9
TWICE = 0.95
THRESHOLD = 0.5

Fallback = Callable[[Sequence[Line], Sequence[int]], Mapping[str, Reading]]
Span = tuple[int, int]
Found = dict[int, dict[str, Span]]
"""Line -> label -> the cited words, as a slice of the line's."""


class _Tag(Struct, forbid_unknown_fields=True):
    n: int
    label: str
    words: str


class _Answer(Struct, forbid_unknown_fields=True):
    tags: list[_Tag]


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a reading."""

    readings: Readings
    fallen_back: int
    """How many lines the other reader read: too long ones, and those about which the model gave no usable answer."""
    dropped: int
    """How many of the model's tags did not count."""


def read(
    lines: Sequence[Line],
    server: Server,
    fallback: Fallback,
    known: Readings | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    store: Callable[[Readings], None] = lambda readings: None,
) -> Read:
    """Let a language model read the lines of a talk.

    Parameters
    ----------
    lines
        The whole talk; lines without words are skipped, lines in another language are not asked about.
    server
        Whom to ask (`analysis.tagging.llm.connect`).
    fallback
        Reads the lines with these numbers instead, where the model gave no usable answer; its readings, by the key
        of the line, are taken as they come, and say by whom they are.
    known
        Earlier readings. Lines that the same model has read already are not asked again; those that the other reader
        read in its place are.
    progress
        Called with the lines done and all that are to be read, at first and after each window.
    store
        Called with all readings so far after each window; given back as `known`, the work goes on from there.

    Raises
    ------
    ReaderError
        If nothing listens any more, or the server refuses and the model has read nothing of this talk yet.
    """
    keys = [key(lines, k) for k in range(len(lines))]
    by = f"llm:{server.model}"
    before = known.of if known is not None and known.by == by else {}
    of = {key: before[key] for key in keys if key in before and before[key].by is None}
    of |= {keys[k]: Reading(language=language) for k, line in enumerate(lines) if (language := foreign(line.text))}
    new = [k for k, line in enumerate(lines) if line.text.split() and keys[k] not in of]
    too_long = [k for k in new if len(lines[k].text.split()) > LONGEST]
    if too_long:
        of |= fallback(lines, too_long)
    windows = _windows(lines, [k for k in new if k not in too_long])
    fallen_back, dropped, done = len(too_long), 0, 0
    total = sum(len(window.asked) for window in windows)
    readings = _readings(by, of)
    progress(done, total)
    for window in windows:
        try:
            found, thrown = _read_window(window, server)
            of |= {keys[k]: _reading(found.get(k, {})) for k in window.asked}
            dropped += thrown
        except NoAnswer as trouble:
            # A server that never answered would refuse all windows: that is for the user to mend.
            if trouble.status is not None and not any(r.by is None and r.language is None for r in of.values()):
                raise
            of |= fallback(lines, window.asked)
            fallen_back += len(window.asked)
        done += len(window.asked)
        readings = _readings(by, of)
        store(readings)
        progress(done, total)
    return Read(readings, fallen_back, dropped)


def _readings(by: str, of: Mapping[str, Reading]) -> Readings:
    return Readings(by=by, thresholds=dict.fromkeys(LABELS, THRESHOLD), of=dict(of))


def _reading(found: Mapping[str, Span]) -> Reading:
    return Reading(labels={label: TWICE if label in HARSH else ONCE for label in found}, words=dict(found))


def _windows(lines: Sequence[Line], new: Iterable[int]) -> list[Window]:
    """The new lines, by up to `AT_ONCE` that follow each other."""
    said = [(k, line) for k, line in enumerate(lines) if line.text.split()]
    place = {k: at for at, (k, _) in enumerate(said)}
    runs: list[list[int]] = []
    for k in new:
        if runs and len(runs[-1]) < AT_ONCE and place[k] == place[runs[-1][-1]] + 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    return [_window(said, run) for run in runs]


def _window(said: Sequence[tuple[int, Line]], asked: Sequence[int]) -> Window:
    """A window that asks about these lines, each with the `BACK` lines that were said before it."""
    ats = [at for at, (k, _) in enumerate(said) if k in asked]
    shown = sorted({near for at in ats for near in range(max(0, at - BACK), at + 1)})
    return Window(lines=tuple(said[at] for at in shown), asked=tuple(asked))


def _read_window(window: Window, server: Server) -> tuple[Found, int]:
    """The tags that count, and how many of those that were given do not."""
    given = _asked(server, messages(window), schema(window.asked))
    found = _standing(given, window)
    harsh = [(n, label) for n, labels in found.items() for label in labels if label in HARSH]
    if harsh:
        again = _harsh_again(_window(window.lines, sorted({n for n, _ in harsh})), server)
        for n, label in harsh:
            if label not in again.get(n, {}):
                del found[n][label]
    return found, len(given) - sum(map(len, found.values()))


def _harsh_again(window: Window, server: Server) -> Found:
    """The harsh tags that a second pass gives; none without a usable answer: when torn, choose none."""
    try:
        return _standing(_asked(server, messages_on_harsh(window), schema(window.asked, HARSH_LABELS)), window)
    except NoAnswer:
        return {}


def _asked(server: Server, question: Sequence[Message], form: dict[str, Any]) -> list[_Tag]:
    """The tags that the model gives; where its answer is of no use, it is asked once more."""
    try:
        return _tags(server.ask(question, form))
    except NoAnswer:
        return _tags(server.ask(reminded(question), form))


def _tags(answer: str) -> list[_Tag]:
    try:
        return msgspec.json.decode(answer, type=_Answer).tags
    except msgspec.MsgspecError as error:
        raise NoAnswer(f"the model does not answer in the form that was asked for: {error}") from None


def _standing(given: Iterable[_Tag], window: Window) -> Found:
    """Those tags that are about a line that was asked about, are in the codebook and cite words of the line."""
    texts = {n: line.text for n, line in window.lines if n in window.asked}
    found: Found = defaultdict(dict)
    for tag in given:
        span = _span(tag.words, texts[tag.n]) if tag.n in texts and tag.label in LABELS else None
        if span is not None:
            found[tag.n].setdefault(tag.label, span)
    return found


def _span(cited: str, text: str) -> Span | None:
    """Where the cited words stand, as a slice of ``text.split()``; case and punctuation around words don't matter.

    >>> _span("so sorry", "I'm... so   SORRY, love."), _span("so very sorry", "I'm so sorry."), _span("", "Oh.")
    ((1, 3), None, None)
    """
    wanted = _bare(cited)
    pieces = [(piece, at) for at, word in enumerate(text.split()) for piece in _bare(word)]
    for i in range(len(pieces) - len(wanted) + 1 if wanted else 0):
        cut = pieces[i : i + len(wanted)]
        if [piece for piece, _ in cut] == wanted:
            return cut[0][1], cut[-1][1] + 1
    return None


def _bare(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)*", text.replace("’", "'").casefold())
