"""What is known of a sound besides the sound: who agreed, when it was recorded, and what happened to the recording.

A file tells next to nothing of it; a tape of ours tells all of it (`recorder.tape`). Here the tape's own words become
those of a session: `marks_of` turns what is on the tape into `analysis.session.Mark`s, `origin` everything else.

A stretch without sound is what the tape's sound says: where no sound covers the time. Why there is none is told by
the marks around it, and a stretch that nothing explains is "sound missing". So a mark that was struck together with
the sound around it can at worst leave a reason open; it cannot make a minute of the talk disappear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.audio import Recording, Source
from analysis.imports import written
from analysis.session import SHORTEST_UNHEARD, Audio, Consent, Frames, Mark, Session, Turn, session_id
from recorder import frames as tape
from recorder.frames import RATE

if TYPE_CHECKING:
    from recorder.tape import Survey

__all__ = ["Origin", "first_voices", "marks_of", "origin", "recording_of", "sound_of"]

OPENING = 2.0
"""Seconds that a microphone may take to be opened or closed: nothing is missing there."""
ZEROS_DB = -99.0
"""A frame below this is exact zeros: the smallest step of 16 bits has -90 dB."""
NOTHING_THERE: dict[tape.Kind, Literal["off the record", "break", "sound missing"]] = {
    "pause": "off the record",
    "break": "break",
}
CHANGES: dict[tape.Kind, Literal["microphone", "gain", "clock"]] = {
    "device": "microphone",
    "gain": "gain",
    "clock": "clock",
}
ENDINGS = {
    "disk full": "The recording ended because the disk was full.",
    "no screen": "The recording ended because nothing showed any more that it was running.",
    "failed": "The recording ended because the disk refused to write.",
}


@dataclass(frozen=True)
class Origin:
    """Where a session comes from; of a file only `id` and `recorded_at` are known."""

    id: str
    recorded_at: str
    names: tuple[str, ...] = ()
    """In the order of agreement: of the channels, or of the spoken yeses."""
    consent: Consent = field(default_factory=Consent)
    survey: Survey | None = None
    notes: tuple[str, ...] = ()


def origin(source: Source, audio: Audio) -> Origin:
    """What the source tells of itself; `audio` are its facts. Raises TapeError as `Recording.open`."""
    if not isinstance(source, Recording):
        return Origin(session_id(audio), written(source))
    opened = source.open()
    survey, agreement = opened.survey(), opened.head.agreement
    return Origin(
        id=session_id(audio),
        recorded_at=opened.head.started_at,
        names=agreement.by,
        consent=Consent(state="recorded", by=agreement.by, at=agreement.at),
        survey=survey,
        notes=tuple(_notes(survey)),
    )


def recording_of(session: Session, folder: Path, key: bytes) -> Recording | None:
    """The tape of this session in the library `folder`, to be analyzed again; None if there is none (any more)."""
    from recorder.tape import tapes

    id = session.audio.tape if session.audio else None
    return next((Recording(path, key) for path in tapes(folder) if path.stem == id), None)


def sound_of(session: Session, folder: Path, key: bytes, lay: Path | None) -> Source | str:
    """Where the sound of a session is to be had, or why it is not, in a sentence.

    Parameters
    ----------
    session : Session
    folder, key
        The library, with its tapes.
    lay : Path or None
        Where its file lay when it was analyzed (`analysis.revisions`); whether it is the same file is not looked at.
    """
    if session.audio is None:
        return "This session has no sound: it came from a transcript."
    recording = recording_of(session, folder, key)
    if recording is not None:
        return recording
    if lay is None:
        return f"Where {session.audio.name} lies is not known: `lens analyze FILE` once more, and it can be played."
    try:
        there = lay.is_file()
    except OSError:
        there = False
    return lay if there else f"{lay} is not there any more, so nothing can be played: put it back where it was."


def _notes(survey: Survey) -> Iterator[str]:
    if not survey.complete:
        yield "The recording broke off: the program or the computer stopped. What was said until then is here."
    elif survey.reason in ENDINGS:
        yield ENDINGS[survey.reason]
    yield from survey.damage


def marks_of(survey: Survey, levels: Frames | None = None) -> tuple[Mark, ...]:
    """What happened to a recording, in the order of time.

    Parameters
    ----------
    survey : Survey
        What is on its tape.
    levels : Frames or None
        Its sound's levels, to see how long a microphone that gave exact zeros did so.
    """
    strikes = [(strike.start / RATE, strike.end / RATE) for strike in survey.strikes if strike.end > strike.start]
    found = [Mark(kind="struck", start=_round(start), end=_round(end)) for start, end in strikes]
    for start, end in survey.gaps:
        for piece in _without((start, end), strikes):
            found += _unheard(piece, (start, end), survey)
    for mark in survey.marks:
        at = _round(mark.at / RATE)
        if mark.kind == "bookmark":
            found.append(Mark(kind="bookmark", start=at, text=mark.text))
        elif mark.kind == "yes":
            found.append(Mark(kind="yes", start=at, end=_yes_end(mark, survey.marks), text=mark.text))
        elif mark.kind == "zeros":
            found.append(_zeros(at, mark.text, levels))
        elif mark.kind in CHANGES:
            text = f"another microphone: {mark.text}" if mark.kind == "device" else mark.text
            found.append(Mark(kind=CHANGES[mark.kind], start=at, text=text))
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.kind)))


def first_voices(turns: Sequence[Turn], marks: Sequence[Mark], names: Sequence[str]) -> tuple[str, ...] | None:
    """The speakers who say yes, in the order of `names`: each the one who talks most while their yes is asked for.

    None where that does not tell different speakers: then who speaks first is the best that is known.

    >>> yes = [Mark(kind="yes", start=0, end=3, text="Ann"), Mark(kind="yes", start=3, end=6, text="Ben")]
    >>> turns = [Turn(speaker="S1", start=0.2, end=0.5), Turn(speaker="S2", start=1, end=3),
    ...          Turn(speaker="S1", start=4, end=5)]
    >>> first_voices(turns, yes, ["Ann", "Ben"])
    ('S2', 'S1')
    """
    asked = {mark.text: (mark.start, mark.end) for mark in marks if mark.kind == "yes" and mark.end is not None}
    voices = []
    for name in names:
        start, end = asked.get(name, (0.0, 0.0))
        seconds: dict[str, float] = {}
        for turn in turns:
            shared = min(turn.end, end) - max(turn.start, start)
            if shared > 0:
                seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + shared
        if not seconds:
            return None
        voices.append(max(seconds, key=seconds.__getitem__))
    return tuple(voices) if len(set(voices)) == len(voices) else None


def _unheard(piece: tuple[float, float], gap: tuple[float, float], survey: Survey) -> Iterator[Mark]:
    """A stretch without sound, in as many parts as it has reasons; `gap` is the whole stretch around it."""
    start, end = piece
    off = [mark for mark in survey.marks if mark.kind in ("pause", "break", "resume")]
    before = [mark for mark in off if gap[0] - SHORTEST_UNHEARD <= mark.at / RATE <= start]
    within = [mark for mark in off if start < mark.at / RATE <= end]
    # Whoever goes on was off the record, even if the "pause" itself was struck.
    unmarked: tape.Kind = "pause" if within and within[0].kind == "resume" else "resume"
    states = [before[-1].kind if before else unmarked, *(mark.kind for mark in within)]
    edges = [start, *(mark.at / RATE for mark in within), end]
    for state, (begin, until) in zip(states, pairwise(edges), strict=True):
        kind = NOTHING_THERE.get(state, "sound missing")
        why = _why(begin, until, survey) if kind == "sound missing" else ""
        opening = (begin == 0 or until == survey.duration) and until - begin < OPENING and not why
        if until - begin >= SHORTEST_UNHEARD and not (kind == "sound missing" and opening):
            yield Mark(kind=kind, start=_round(begin), end=_round(until), text=why)


def _why(start: float, end: float, survey: Survey) -> str:
    """Why sound is missing, as far as the tape says so."""
    said = [m.text for m in survey.marks if m.kind == "gap" and start - SHORTEST_UNHEARD <= m.at / RATE < end]
    if said:
        return "; ".join(dict.fromkeys(said))
    return "the tape is damaged there" if survey.damage else ""


def _without(span: tuple[float, float], strikes: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The parts of a span that were not struck."""
    start, last = span
    for begin, end in sorted(strikes):
        if begin < last and end > start:
            if begin > start:
                yield start, begin
            start = max(start, end)
    if start < last:
        yield start, last


def _yes_end(mark: tape.Mark, marks: Sequence[tape.Mark]) -> float | None:
    """When the next one was asked, or the conversation began: then this yes had been given."""
    later = [other.at for other in marks if other.kind in ("yes", "conversation") and other.at > mark.at]
    return _round(min(later) / RATE) if later else None


def _zeros(at: float, text: str, levels: Frames | None) -> Mark:
    """The stretch of exact zeros around `at`, where they were noticed; without levels only the moment is known."""
    if levels is None:
        return Mark(kind="microphone", start=at, text=text)
    zero = [level is not None and level <= ZEROS_DB for level in levels.level_db]
    first = last = min(int(at / levels.step), len(zero) - 1)
    while first > 0 and zero[first - 1]:
        first -= 1
    while last < len(zero) and zero[last]:
        last += 1
    if last <= first:
        return Mark(kind="microphone", start=at, text=text)
    return Mark(kind="sound missing", start=_round(first * levels.step), end=_round(last * levels.step), text=text)


def _round(seconds: float) -> float:
    return round(seconds, 3)
