"""What is measured of a talk: how it was said, how the floor was shared, and what passes between the two.

A part of the data model: import from `analysis.session`, whose conventions hold here, too. How each value is found
stands in the module that finds it (`analysis.prosody`, `analysis.interaction`, `analysis.escalation`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from analysis.facts import Seconds, Share

__all__ = [
    "Arousal",
    "Baseline",
    "Calm",
    "Curve",
    "Drift",
    "Dyad",
    "Estimate",
    "Frames",
    "Latency",
    "Nonverbal",
    "NonverbalKind",
    "Overlap",
    "OverlapKind",
    "Pause",
    "Prosody",
    "Reaction",
    "Room",
    "Shared",
    "Turn",
]

OverlapKind = Literal["continuer", "terminal", "choral", "collaborative completion", "competitive", "unclear"]
NonverbalKind = Literal["laughter", "sigh", "crying"]


class Turn(Struct, frozen=True, kw_only=True, gc=False):
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


class Prosody(Struct, frozen=True, kw_only=True, gc=False):
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


class Overlap(Struct, frozen=True, kw_only=True, gc=False):
    """Two people at once: `by` came in while `over` was speaking; the kinds: `analysis.interaction.overlaps`."""

    kind: OverlapKind
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


class Pause(Struct, frozen=True, kw_only=True, gc=False):
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


class Latency(Struct, frozen=True, kw_only=True, gc=False):
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


class Calm(Struct, frozen=True, kw_only=True):
    """The calm part of a voice in one session, as later sessions need it: values spread evenly over its samples.

    Each measure has 20, from low to high: the quantiles at 2.5 %, 7.5 % … 97.5 %.
    """

    seconds: Seconds
    """Of voiced sound in calm lines."""
    level_db: tuple[float, ...]
    """dB re full scale."""
    pitch_hz: tuple[float, ...]
    brightness_db: tuple[float, ...]


class Baseline(Struct, frozen=True, kw_only=True):
    """The calm voice that a speaker is compared with, by its medians: of this session, and of `earlier` ones."""

    speaker: str
    seconds: Seconds
    """Of voiced sound in calm lines, of all these sessions."""
    level_db: float | None
    """dB re full scale, in the first stretch without a change of gain of which it is known; None where in none."""
    pitch_hz: float
    brightness_db: float
    own: Calm | None = None
    """The calm part of this session alone; None where it is too short, or the gain changed."""
    earlier: tuple[str, ...] = ()
    """The ids of earlier sessions, recorded with the same microphone in the same place."""


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
    pace: tuple[float, ...] = ()
    """Empty in sessions from before it was a part."""


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

    kind: NonverbalKind
    start: Seconds
    end: Seconds
    by: str | None
    shared: bool = False
    """Whether the other laughed, too, within 2 s."""
    asked: str | None = None
    """The id of the question that a sigh follows."""
