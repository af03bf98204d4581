"""What the recorder tells the screen, ten times a second, and what the screen may ask of it.

Both sides are processes of their own (`recorder.process`, `recorder.remote`); these are the words between them.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["BREAK_S", "Command", "Do", "Phase", "State", "Told"]

BREAK_S = 20 * 60.0
"""How long a break lasts: what it takes a flooded body to come down (Gottman & Silver 1999: at least 20 minutes)."""

Phase = Literal[
    "agreeing",  # recording; the spoken yes of `State.asked` is waited for
    "recording",
    "paused",  # off the record: samples are discarded
    "break",  # the same, with a timer; it never goes on by itself
    "ended",  # the tape is closed; `State.ending` says how
]

Do = Literal[
    "yes",  # the one who was asked has spoken; the next is asked, or the conversation begins
    "decline",  # somebody does not want it after all: the tape is destroyed
    "pause",
    "break",
    "resume",
    "bookmark",  # text: an optional word
    "strike",  # minutes: how much of the end is destroyed
    "stop",
    "delete",  # the tape is destroyed, and the recording ends
]


class Command(Struct, frozen=True, kw_only=True):
    """What a person asked for at the screen."""

    do: Do
    text: str = ""
    minutes: float = 0.0


class Told(Struct, frozen=True, kw_only=True):
    """Something that happened, in words for the two; `at` in seconds of the timeline."""

    at: float
    text: str


class State(Struct, frozen=True, kw_only=True):
    """All that a screen shows."""

    phase: Phase
    elapsed: float
    """Seconds of the timeline: since the start, pauses included."""
    kept: float
    """Seconds of sound on the tape."""
    names: tuple[str, ...]
    asked: str | None = None
    """Whose spoken yes is waited for, in the phase "agreeing"."""
    level_db: tuple[float, ...] = ()
    """Per channel: level of the last tenth of a second, dB re full scale; empty off the record."""
    peak_db: tuple[float, ...] = ()
    """Per channel: the highest sample of the last second, dB re full scale."""
    hints: tuple[str, ...] = ()
    """What could be better right now ("too loud: …", "too quiet: …")."""
    trouble: str | None = None
    """What is wrong right now ("the microphone is gone: …"); sound is missing while this stands."""
    microphone: str = ""
    relative_only: bool = False
    """The gain changed by itself: loudness can be compared within moments only."""
    told: tuple[Told, ...] = ()
    """The last few things that happened, oldest first."""
    bookmarks: int = 0
    disk_hours: float | None = None
    """Hours of sound for which the disk has room."""
    break_left: float | None = None
    """Seconds left of the break; 0 when it is over and somebody may go on."""
    dropped: int = 0
    """Samples that this computer was too slow to take."""
    ending: Literal["stopped", "disk full", "no screen", "deleted", "not destroyed", "failed"] | None = None
    stale: bool = False
    """Nothing has been heard from the recorder for about a second; all the rest is from before."""
    tape: str = ""
    """The id of the tape."""
