"""The talk as captions: SubRip (.srt) and WebVTT (.vtt).

Both have the same cues, in the order of time; where two people talk at once, their cues overlap. Only words that the
sound supports stand in them. An utterance is cut between words, by the times of the words, so that

- a cue has at most two lines of 42 letters, with the speaker's name counted in (half as many letters in languages that
  are written without spaces, whose letters are mostly twice as wide);
- it stays for 1 to 7 s, as far as the speaker's next cue leaves it a second;
- it ends with a sentence, if it is at least a line long by then.

These are the usual measures for subtitles, as in the Netflix Timed Text Style Guide. WebVTT is
https://www.w3.org/TR/webvtt1/: the speaker is a voice span, and `&`, `<`, `>` are escaped. SubRip has no standard and
no escapes: players take ``<i>`` and ``{\\an8}`` for commands, so the four brackets are written as look-alikes that
mean nothing to them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from textwrap import TextWrapper

from analysis.report.plain import one_line, voices
from analysis.session import Session, Utterance, spaced

__all__ = ["srt", "vtt"]

LINE, LINES = 42, 2
"""Letters in a line, and lines in a cue."""
SHORTEST, LONGEST = 1.0, 7.0
"""Seconds that a cue should stay."""
LEAST = 0.001
"""Seconds; a cue of no length is an error in both formats."""
LONGEST_NAME = 20
SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")
LOOK_ALIKES = str.maketrans("<>{}", "‹›()")


@dataclass(frozen=True)
class _Cue:
    """Words of one speaker that are shown together."""

    start: float
    end: float
    name: str
    text: str


_Piece = tuple[float, float, str]
"""Start, end and text of a word, or of a part of one that is longer than a line."""


def srt(session: Session) -> str:
    """The talk as SubRip captions.

    >>> from analysis.session import Participant, Word
    >>> print(srt(Session(
    ...     id="a",
    ...     recorded_at="",
    ...     participants=(Participant(id="S1", name="Maya"),),
    ...     words=(Word(text="I", start=1, end=1.2), Word(text="know.", start=1.2, end=1.5)),
    ...     utterances=(Utterance(id="u1", speaker="S1", start=1, end=1.5, text="I know.", words=(0, 2)),),
    ... )), end="")
    1
    00:00:01,000 --> 00:00:02,000
    Maya: I know.
    """
    lines = _wrapper(session)
    blocks = []
    for number, cue in enumerate(_cues(session), start=1):
        text = "\n".join(lines.wrap(_with_name(cue.name, cue.text))).translate(LOOK_ALIKES)
        blocks.append(f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{text}\n")
    return "\n".join(blocks)


def vtt(session: Session) -> str:
    """The talk as WebVTT captions.

    >>> vtt(Session(id="a", recorded_at=""))
    'WEBVTT\\n'
    """
    lines = _wrapper(session)
    blocks = ["WEBVTT\n"]
    for cue in _cues(session):
        text = escape("\n".join(lines.wrap(cue.text)), quote=False)
        times = f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}"
        blocks.append(f"{times}\n<v {escape(cue.name, quote=False)}>{text}\n")
    return "\n".join(blocks)


def _cues(session: Session) -> list[_Cue]:
    """All cues in the order of time; none lasts longer than until the same speaker's next one."""
    names, lines = voices(session), _wrapper(session)
    made = [cue for u in session.utterances for cue in _cut(session, u, names[u.speaker], lines)]
    following: dict[str, float] = {}
    timed = []
    for cue in sorted(made, key=lambda cue: cue.start, reverse=True):
        wanted = min(max(cue.end, cue.start + SHORTEST), cue.start + LONGEST)
        end = max(min(wanted, following.get(cue.name, math.inf)), cue.start + LEAST)
        following[cue.name] = cue.start
        timed.append(replace(cue, end=end))
    return timed[::-1]


def _cut(session: Session, utterance: Utterance, name: str, lines: TextWrapper) -> list[_Cue]:
    """The cues of one utterance: each takes words until it is full, the last one as many as make it last a second."""
    glue = " " if spaced(session.language) else ""

    def cue(pieces: list[_Piece]) -> _Cue:
        ends = (end for _, end, _ in pieces)
        return _Cue(start=pieces[0][0], end=max(ends), name=name, text=glue.join(text for _, _, text in pieces))

    def fits(pieces: list[_Piece]) -> bool:
        made = cue(pieces)
        return len(lines.wrap(_with_name(name, made.text))) <= LINES and made.end - made.start <= LONGEST

    def ended(pieces: list[_Piece]) -> bool:
        text = cue(pieces).text
        return len(text) >= lines.width and text.endswith(SENTENCE_ENDS)

    groups: list[list[_Piece]] = []
    for piece in _pieces(session, utterance, lines.width):
        if groups and not ended(groups[-1]) and fits([*groups[-1], piece]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    if len(groups) > 1 and not ended(groups[-2]):
        before, last = groups[-2:]
        while len(before) > 1 and cue(last).end - cue(last).start < SHORTEST and fits([before[-1], *last]):
            last.insert(0, before.pop())
    return [cue(pieces) for pieces in groups]


def _pieces(session: Session, utterance: Utterance, width: int) -> Iterator[_Piece]:
    """The supported words; one that is longer than a line (a transcript's whole sentence) in parts of its time."""
    for word in session.words[slice(*utterance.words)]:
        if not word.supported:
            continue
        text = one_line(word.text)
        parts = [text[k : k + width] for k in range(0, len(text), width)]
        step = (word.end - word.start) / max(1, len(parts))
        for k, part in enumerate(parts):
            yield word.start + k * step, word.start + (k + 1) * step, part


def _with_name(name: str, text: str) -> str:
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return f"{short}: {text}"


def _wrapper(session: Session) -> TextWrapper:
    return TextWrapper(LINE if spaced(session.language) else LINE // 2, break_on_hyphens=False)


def _clock(seconds: float, point: str) -> str:
    """A time as captions write it, hours first.

    >>> _clock(3723.0459, ",")
    '01:02:03,046'
    """
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}{point}{ms % 1000:03}"
