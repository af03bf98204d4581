"""The data model: what one conversation is, in plain frozen values.

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
- `Session.words` lie in the order of the utterances, each utterance's words together, so that
  `Utterance.words` is one slice ``(i, j)`` of them even where two people talk at once.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from analysis.facts import Audio, Consent, Mark, Model, Provenance, Seconds, Share, session_id

__all__ = [
    "SCHEMA",
    "Arousal",
    "Audio",
    "Baseline",
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
    "Overlap",
    "Participant",
    "Pause",
    "Prosody",
    "Provenance",
    "Reaction",
    "Room",
    "Session",
    "Shared",
    "Tag",
    "Turn",
    "Utterance",
    "Word",
    "decode",
    "encode",
    "session_id",
    "spaced",
]

SCHEMA = "conversation-lens/session/1"

SOUNDLESS = frozenset({"off the record", "break", "struck", "sound missing"})
"""The kinds of `Mark` that stand for a stretch without sound."""
SHORTEST_UNHEARD = 0.25
"""Seconds; a drop-out that is shorter than the shortest pause hides nothing."""


class Word(Struct, frozen=True, kw_only=True):
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


class Turn(Struct, frozen=True, kw_only=True):
    """One speaker's stretch of speech, from the sound; turns of two speakers may overlap.

    >>> Turn(speaker="S1", start=1.0, end=3.5).duration
    2.5
    """

    speaker: str
    start: Seconds
    end: Seconds

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start


class Evidence(Struct, frozen=True, kw_only=True):
    """The seconds of sound and the words in them on which something rests."""

    start: Seconds
    end: Seconds
    words: str


class Tag(Struct, frozen=True, kw_only=True):
    """What an utterance does, by the codebook (`analysis.tagging.codebook`)."""

    label: str
    confidence: Share
    evidence: Evidence
    because: str
    """The id of the cue rule, or "classifier"."""
    reviewed: Literal["kept", "removed", "added"] | None = None


class Prosody(Struct, frozen=True, kw_only=True):
    """How an utterance was said, against the speaker's own baseline; None where unknown."""

    loudness_db: float | None = None
    pitch_st: float | None = None
    pitch_range_st: float | None = None
    brightness: float | None = None
    """dB of energy above against below 500 Hz, re the speaker's own median."""
    pace_syl_s: float | None = None
    pace_from: Literal["words", "sound"] | None = None
    """Whether syllables were counted in the words or in the sound, which counts a few less."""
    pace_ratio: float | None = None
    """Pace over the speaker's own median pace (of the same source) in this session."""
    arousal: Annotated[float, Meta(ge=-1, le=1)] | None = None
    voiced_s: Seconds = 0.0
    unknown: dict[str, str] = {}
    """Why a measure is None: "loudness", "pitch", "brightness", "arousal" or "pace" -> reason in words."""


class Utterance(Struct, frozen=True, kw_only=True):
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


class Overlap(Struct, frozen=True, kw_only=True):
    """Two people at once: `by` came in while `over` was speaking; the kinds: `analysis.interaction.overlaps`."""

    kind: Literal["continuer", "terminal", "choral", "collaborative completion", "competitive", "unclear"]
    start: Seconds
    end: Seconds
    by: str
    over: str
    confidence: Share = 0.0
    """How sure the kind is, by rule; 0 where it is unclear."""
    holder: Literal["kept", "lost"] | None = None
    """Whether `over` kept the floor; None if the overlap was no contest."""
    yielded_by: str | None = None
    """Who stopped first while the other went on; None if the overlap was no contest."""
    yielding_latency: Seconds | None = None
    """Seconds from the start of the overlap until `yielded_by` stopped."""
    level_rise_db: float | None = None
    """How much louder than usual the one who went on was in the second after it; None without sound."""
    pitch_rise_st: float | None = None


class Pause(Struct, frozen=True, kw_only=True):
    """Silence of everyone, within one speaker's talk or between two speakers."""

    kind: Literal["within", "between"]
    start: Seconds
    end: Seconds
    after: str
    before: str
    asked: str | None = None
    """The id of the utterance right before it, where that is a question."""
    possible_stonewalling: bool = False
    """A long silence that follows a question. Possible: people also think, cry and look for words."""

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start


class Latency(Struct, frozen=True, kw_only=True):
    """How soon `by` answered `after` (the floor transfer offset); negative where they came in before the end."""

    by: str
    after: str
    start: Seconds
    """When the answer began."""
    seconds: float
    asked: str | None = None
    """The id of the utterance that it answers, where that is a question."""


class Shared(Struct, frozen=True, kw_only=True):
    """Who had how much of the floor; overlapping speech counts for both."""

    share: dict[str, Share] = {}
    """Speaker -> share of all speaking time."""
    window: float = 150.0
    step: float = 30.0
    windows: tuple[dict[str, Share], ...] = ()
    """The same in sliding windows; window k covers ``[k * step, k * step + window)``; empty where nobody speaks."""
    longest: tuple[Turn, ...] = ()
    """Each speaker's longest turn."""
    brief: tuple[Turn, ...] = ()
    """Stretches in which someone's every answer was a word or two."""


class Frames(Struct, frozen=True, kw_only=True):
    """Summary curves of the sound, one value every `step` seconds; None where unknown.

    `level_db` is dB re full scale, `pitch_hz` Hz where voiced, `brightness_db` the energy above against
    below 500 Hz in dB. Each has the same length; value k covers ``[k * step, (k + 1) * step)``. `speech`, `syllables`
    and `phonation` have that length too, or none where they were not measured.
    """

    step: float
    level_db: tuple[float | None, ...]
    pitch_hz: tuple[float | None, ...]
    brightness_db: tuple[float | None, ...]
    speech: tuple[Share, ...] = ()
    """Probability that somebody speaks."""
    syllables: tuple[Annotated[float, Meta(ge=0)], ...] = ()
    """How many syllable nuclei are expected to lie there, by the sound."""
    phonation: tuple[Share, ...] = ()
    """Share of the time in which a voice sounds."""
    clipped: tuple[Annotated[int, Meta(ge=0)], ...] = ()
    """The numbers k of values whose sound is clipped."""
    decays: tuple[Seconds, ...] = ()
    """Reverberation times (60 dB) to which single decays of the sound would lead."""


class Room(Struct, frozen=True, kw_only=True):
    """What the place and the recording do to the sound; None where unknown."""

    noise_db: float | None = None
    """Level between words, dB re full scale."""
    reverberation_s: Seconds | None = None
    """Rough: tells a dry room from a reverberant one."""
    clipped: Share = 0.0


class Baseline(Struct, frozen=True, kw_only=True):
    """A speaker's own calm voice in this session, which the rest is compared with: its medians."""

    speaker: str
    seconds: Seconds
    """Of voiced sound in calm lines."""
    level_db: float | None
    """dB re full scale, in the longest stretch without a change of gain; None where none can be trusted."""
    pitch_hz: float
    brightness_db: float


class Arousal(Struct, frozen=True, kw_only=True):
    """Each speaker's arousal every `step` seconds; None where they did not speak or it is unknown."""

    step: float
    of: dict[str, tuple[float | None, ...]]


class Curve(Struct, frozen=True, kw_only=True):
    """The escalation curve: one value in 0..1 every `step` seconds, and the parts it is the sum of."""

    step: float
    value: tuple[float, ...]
    voice: tuple[float, ...]
    floor: tuple[float, ...]
    words: tuple[float, ...]


class Episode(Struct, frozen=True, kw_only=True):
    """A stretch in which the curve stayed high."""

    start: Seconds
    peak: Seconds
    end: Seconds
    level: float
    trigger: str | None = None
    """The id of the last utterance that began before the rise."""
    topic: str | None = None
    what_cooled_it: str | None = None
    """The id of the first healing utterance after the peak."""
    recovery_s: Seconds | None = None
    """Seconds from the peak until the curve was down again; None if it never came down."""


class Estimate(Struct, frozen=True, kw_only=True):
    """A value, its 95 % interval, and from how many observations."""

    value: float
    low: float
    high: float
    n: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves 0 out.

        >>> Estimate(value=0.4, low=0.1, high=0.7, n=30).certain
        True
        """
        return self.low > 0 or self.high < 0


class Reaction(Struct, frozen=True, kw_only=True):
    """How far `by` goes along with `to`'s line before: slopes (`analysis.escalation.dyad`)."""

    by: str
    to: str
    arousal: Estimate | None = None
    pitch_st: Estimate | None = None


class Drift(Struct, frozen=True, kw_only=True):
    """By how much a speaker's voice changes in 10 minutes of the talk."""

    speaker: str
    arousal: Estimate | None = None
    pitch_st: Estimate | None = None


class Dyad(Struct, frozen=True, kw_only=True):
    """What passes between the two; empty where there is too little to say."""

    reactions: tuple[Reaction, ...] = ()
    drifts: tuple[Drift, ...] = ()
    coming_down_s: Estimate | None = None
    """From the peak of an episode until the curve was down."""


class Nonverbal(Struct, frozen=True, kw_only=True):
    """Something heard that is no word, as far as the transcript marks it."""

    kind: Literal["laughter", "sigh", "crying"]
    start: Seconds
    end: Seconds
    by: str | None
    shared: bool = False
    """Whether the other laughed, too, within 2 s."""
    asked: str | None = None
    """The id of the question that a sigh follows."""


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
    topics: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of this session should know, in whole sentences."""
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
