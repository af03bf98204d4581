"""The data model: what one conversation is, in plain frozen values.

Values that are measured are in `analysis.measured`, what the words did in `analysis.tagged`, facts of the recording in
`analysis.facts`; all are had from here.

Everything else hands these around; read this page first. `Session` is one analyzed conversation;
its JSON (``"schema": "conversation-lens/session/1"``) is the exchange format, and the same file with
only `words` (and perhaps `turns`) is a valid import.

Conventions
-----------
- Times are **seconds from the start of the recording**, float.
- Levels are **dB re the speaker's own median**; pitch is **semitones re the speaker's own median**;
  pace is **syllables per second of articulation**. Nothing is compared with a norm.
- None means *unknown*; a measure that cannot be trusted is None, never a guess.
- A `speaker` is a participant's id ("S1", "S2", in the order in which they first speak; where each has a microphone,
  in the order of the channels). Names live in `Session.participants` only, so that a rename touches nothing else and
  an utterance keeps its id.
- A recording's time runs on while it is off the record. `Session.unheard` are the stretches without sound: nothing is
  said of anybody there, not even that they were silent.
- What a long talk has thousands of is left out by Python's search for cycles (``gc=False``): it has none.
- `Session.words` lie in the order of the utterances, each utterance's words together, so that
  `Utterance.words` is one slice ``(i, j)`` of them even where two people talk at once.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from analysis.facts import Audio, Consent, Mark, Model, Note, Provenance, Seconds, Share, Topic, session_id
from analysis.measured import (
    Arousal,
    Baseline,
    Calm,
    Curve,
    Drift,
    Dyad,
    Estimate,
    Frames,
    Latency,
    Nonverbal,
    NonverbalKind,
    Overlap,
    OverlapKind,
    Pause,
    Prosody,
    Reaction,
    Room,
    Shared,
    Turn,
)
from analysis.tagged import (
    Answer,
    AnswerKind,
    Evidence,
    Reading,
    Readings,
    Review,
    Tag,
    Uptake,
    UptakeKind,
    Verdict,
)

__all__ = [
    "SCHEMA",
    "Answer",
    "AnswerKind",
    "Arousal",
    "Audio",
    "Baseline",
    "Calm",
    "Consent",
    "Curve",
    "Drift",
    "Dyad",
    "Episode",
    "Estimate",
    "Evidence",
    "Frames",
    "Latency",
    "Mark",
    "Model",
    "Nonverbal",
    "NonverbalKind",
    "Note",
    "Overlap",
    "OverlapKind",
    "Participant",
    "Pause",
    "Prosody",
    "Provenance",
    "Reaction",
    "Reading",
    "Readings",
    "Review",
    "Room",
    "Session",
    "Shared",
    "Tag",
    "Topic",
    "Turn",
    "Uptake",
    "UptakeKind",
    "Utterance",
    "Verdict",
    "Word",
    "decode",
    "encode",
    "is_name",
    "session_id",
    "spaced",
]

SCHEMA = "conversation-lens/session/1"

SOUNDLESS = frozenset({"off the record", "break", "struck", "sound missing"})
"""The kinds of `Mark` that stand for a stretch without sound."""
SHORTEST_UNHEARD = 0.25
"""Seconds; a drop-out that is shorter than the shortest pause hides nothing."""


class Word(Struct, frozen=True, kw_only=True, gc=False):
    """One spoken word. `supported` is False where the sound gives no ground for it.

    >>> Word(text="sorry", start=1.0, end=1.4).supported
    True
    """

    text: str
    start: Seconds
    end: Seconds
    speaker: str | None = None
    probability: Share | None = None
    supported: bool = True
    doubts: tuple[str, ...] = ()
    """Why it is not supported; reasons in words."""


class Utterance(Struct, frozen=True, kw_only=True, gc=False):
    """One stretch of words by one speaker (None: nobody could be told)."""

    id: str
    speaker: str | None
    start: Seconds
    end: Seconds
    text: str
    words: tuple[int, int]
    """The slice ``session.words[i:j]``."""
    prosody: Prosody = Prosody()
    tags: tuple[Tag, ...] = ()

    @property
    def live_tags(self) -> tuple[Tag, ...]:
        """The tags that a person has not removed."""
        return tuple(tag for tag in self.tags if tag.reviewed != "removed")

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start


class Episode(Struct, frozen=True, kw_only=True):
    """A stretch in which the curve stayed high."""

    start: Seconds
    peak: Seconds
    end: Seconds
    level: float
    trigger: str | None = None
    """The id of the last utterance that began before the rise."""
    topic: str | None = None
    """The name of the topic in which it rose."""
    what_cooled_it: str | None = None
    """The id of the first healing utterance after the peak."""
    recovery_s: Seconds | None = None
    """Seconds from the peak until the curve was down again; None if it never came down."""
    possible_flooding: tuple[str, ...] = ()
    """Whose voice stayed so high that they may have been flooded; a voice is no heart-rate monitor."""


class Participant(Struct, frozen=True, kw_only=True):
    """Someone who speaks in the session."""

    id: str
    name: str
    aside: bool = False
    """A voice besides the couple's (a child, the television): written down, and left out of all measures."""


class Session(Struct, frozen=True, kw_only=True):
    """One conversation and everything known about it."""

    id: str
    recorded_at: str
    """ISO 8601 with zone."""
    language: str | None = None
    participants: tuple[Participant, ...] = ()
    consent: Consent = Consent()
    audio: Audio | None = None
    provenance: Provenance | None = None
    words: tuple[Word, ...] = ()
    turns: tuple[Turn, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    pauses: tuple[Pause, ...] = ()
    latencies: tuple[Latency, ...] = ()
    shared: Shared = Shared()
    frames: Frames | None = None
    room: Room = Room()
    baselines: tuple[Baseline, ...] = ()
    gain_changes: tuple[Seconds, ...] = ()
    """When the gain or the place of the microphone changed: loudness is compared only between two such moments."""
    arousal: Arousal | None = None
    escalation: Curve | None = None
    episodes: tuple[Episode, ...] = ()
    dyad: Dyad = Dyad()
    nonverbal: tuple[Nonverbal, ...] = ()
    readings: Readings | None = None
    """What a reader besides the cue rules made of the lines; None where only the rules read them."""
    reviews: tuple[Review, ...] = ()
    answers: tuple[Answer, ...] = ()
    uptakes: tuple[Uptake, ...] = ()
    topics: tuple[Topic, ...] = ()
    """Stretches in the order of time, without overlap."""
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of this session should know, in whole sentences."""
    written: tuple[Note, ...] = ()
    """What the two wrote beside it."""
    schema: str = SCHEMA

    def name(self, speaker: str | None) -> str:
        """The name to show for a speaker id.

        >>> Session(id="a", recorded_at="", participants=(Participant(id="S1", name="Ann"),)).name("S1")
        'Ann'
        """
        if speaker is None:
            return "someone"
        return next((p.name for p in self.participants if p.id == speaker), speaker)

    @property
    def couple(self) -> tuple[Participant, ...]:
        """The participants whom the measures are about: all but those `aside`."""
        return tuple(participant for participant in self.participants if not participant.aside)

    @property
    def aside(self) -> frozenset[str]:
        """The ids of the voices besides the couple's."""
        return frozenset(participant.id for participant in self.participants if participant.aside)

    def utterance(self, id: str) -> Utterance:
        """The utterance with this id; KeyError if there is none."""
        # Ours are numbered in their order; a brought session may name them otherwise.
        number = int(id[1:]) - 1 if id[1:].isdecimal() else -1
        if 0 <= number < len(self.utterances) and self.utterances[number].id == id:
            return self.utterances[number]
        for utterance in self.utterances:
            if utterance.id == id:
                return utterance
        raise KeyError(id)

    @property
    def unheard(self) -> tuple[tuple[float, float], ...]:
        """Stretches (start, end) without sound of at least 0.25 s, in order and joined where they touch.

        >>> pause, strike = Mark(kind="off the record", start=5, end=9), Mark(kind="struck", start=8, end=10)
        >>> Session(id="a", recorded_at="", marks=(pause, strike)).unheard
        ((5.0, 10.0),)
        """
        made: list[tuple[float, float]] = []
        spans = [(mark.start, mark.end) for mark in self.marks if mark.kind in SOUNDLESS and mark.end is not None]
        for start, end in sorted(spans):
            if made and start <= made[-1][1]:
                made[-1] = (made[-1][0], max(made[-1][1], float(end)))
            else:
                made.append((float(start), float(end)))
        return tuple((start, end) for start, end in made if end - start >= SHORTEST_UNHEARD)

    @property
    def duration(self) -> float:
        """Seconds of the recording, or up to the last word where there is no sound."""
        if self.audio is not None:
            return self.audio.duration
        ends = [word.end for word in self.words] + [turn.end for turn in self.turns]
        return max(ends, default=0.0)


def is_name(name: str) -> bool:
    """Whether a person gave it: "Speaker 2" is ours.

    >>> is_name("Maya"), is_name("Speaker 2")
    (True, False)
    """
    return not re.fullmatch(r"Speaker \d+", name)


def spaced(language: str | None) -> bool:
    """Whether words of this language are written with spaces between them.

    >>> spaced("en"), spaced("zh")
    (True, False)
    """
    return language not in {"zh", "ja", "th", "lo", "my", "yue", "km"}


def encode(session: Session) -> bytes:
    """The session as JSON (UTF-8, one line)."""
    return msgspec.json.encode(session)


def decode(data: bytes | str) -> Session:
    """The session in this JSON.

    Raises
    ------
    msgspec.ValidationError
        If it is JSON but not a session; the message names the field.
    msgspec.DecodeError
        If it is not JSON.
    """
    return msgspec.json.decode(data, type=Session)
