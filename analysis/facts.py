"""Facts of a recording: whose yes it has, what its sound is, what happened to it, what analyzed it, what it was about,
and what the two wrote beside it.

Part of the data model; `analysis.session` has all of it in one place.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = ["Audio", "Consent", "Mark", "Model", "Note", "Provenance", "Seconds", "Share", "Topic", "session_id"]

Seconds = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Consent(Struct, frozen=True, kw_only=True):
    """Who agreed to the recording, and when (ISO 8601 with zone); an imported file carries none."""

    state: Literal["recorded", "not recorded here"] = "not recorded here"
    by: tuple[str, ...] = ()
    at: str | None = None


class Audio(Struct, frozen=True, kw_only=True):
    """Facts of the sound that was analyzed."""

    name: str
    sha256: str
    duration: Seconds
    """Of the sound that is really there; of a tape, from its start to its end, stretches without sound included."""
    stated_duration: float | None = None
    """What the file's header says; longer than `duration` where the file was cut off."""
    sample_rate: int
    channels: int
    codec: str
    tape: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")] | None = None
    """The id of the sealed tape in the library that holds the sound; None for a file, which we do not keep."""
    microphone: str | None = None
    """What a tape was recorded with; of a file it is not known."""
    relative_only: bool = False
    """Whether the gain or the microphone changed, so that loudness compares only in the stretches between."""


class Mark(Struct, frozen=True, kw_only=True):
    """Something that happened to the recording itself; `end` is None where it is a moment, not a stretch.

    - "yes": a spoken yes to the recording (text: the name); without `end` it was asked for, but not completed.
    - "bookmark": a moment that one of the two wanted to find again (text: their words, or empty).
    - "off the record", "break", "struck", "sound missing" (text: why): stretches of which there is no sound.
    - "microphone", "gain", "clock": changes of these (text: what was seen).
    """

    kind: Literal[
        "yes", "bookmark", "off the record", "break", "struck", "sound missing", "microphone", "gain", "clock"
    ]
    start: Seconds
    end: Seconds | None = None
    text: str = ""


class Topic(Struct, frozen=True, kw_only=True):
    """A stretch of the talk and what it was about (`analysis.topics`); the same name may come back later."""

    id: str
    """"t1", "t2", … in the order of time."""
    name: str
    start: Seconds
    end: Seconds
    words: tuple[str, ...] = ()
    """The couple's own words that set it apart from the rest of the talk."""
    named_by: Literal["words", "usual", "earlier", "person"] = "words"
    """Where the name comes from: their words, the list of usual topics, an earlier session, or a person."""
    confidence: Share = 0.0
    """How surely it is about that; 1 where a person says so."""


class Note(Struct, frozen=True, kw_only=True):
    """What one of the two wrote beside a moment of the talk. A private one stands in no report and no export."""

    id: str
    at: Seconds
    text: str
    private: bool


class Model(Struct, frozen=True, kw_only=True):
    """A model that took part, and the sha256 of its main file."""

    task: str
    name: str
    sha256: str


class Provenance(Struct, frozen=True, kw_only=True):
    """What made this analysis: versions of program and libraries, models, and settings."""

    program: str
    libraries: dict[str, str] = {}
    models: tuple[Model, ...] = ()
    settings: dict[str, str] = {}


def session_id(audio: Audio) -> str:
    """The id of the session of this sound: of its bytes, or of its tape, which may lose a minute and stays itself."""
    return (audio.tape or audio.sha256)[:10]
