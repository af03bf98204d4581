"""Acted voices, and conversations put together from them; for `benchmarks/measures.py`. All chance is seeded."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.audio import SAMPLE_RATE  # noqa: E402
from analysis.prosody import frames_of  # noqa: E402
from analysis.prosody.frames import measure  # noqa: E402
from analysis.session import Audio, Participant, Session, Turn, Utterance, Word  # noqa: E402
from benchmarks.material import SHARED  # noqa: E402

Clip = NDArray[np.float32]

NEUTRAL, CALM, ANGRY = "01", "02", "05"
NORMAL = "01"
WINDOW = 30 * SAMPLE_RATE


@dataclass(frozen=True)
class Acted:
    """One acted clip; the fields of its name."""

    sound: Clip
    emotion: str
    intensity: str
    sentence: str
    actor: str


@cache
def acted() -> tuple[Acted, ...]:
    """All clips of neutral, calm and angry voices, without the silence at both ends."""
    found = []
    for path in sorted((SHARED / "arousal").glob("*.flac")):
        _, _, emotion, intensity, statement, repetition, actor = path.stem.split("-")
        if emotion in (NEUTRAL, CALM, ANGRY):
            sound, _ = soundfile.read(path, dtype="float32")
            found.append(Acted(trimmed(sound), emotion, intensity, statement + repetition, actor))
    return tuple(found)


def trimmed(sound: Clip) -> Clip:
    """What lies between the first and the last 20 ms within 30 dB of the loudest, and 50 ms around it."""
    hop = SAMPLE_RATE // 50
    power = np.square(sound[: len(sound) // hop * hop]).reshape(-1, hop).mean(axis=1)
    loud = np.flatnonzero(power > power.max() / 1000)
    return sound[max(0, loud[0] * hop - 800) : (loud[-1] + 1) * hop + 800]


def encoded(sound: Clip) -> bytes:
    """A stored window of this sound."""
    import msgspec

    return msgspec.msgpack.encode([measure(sound)])


def as_utterance(turn: Turn) -> Utterance:
    """Something was said in this turn."""
    return Utterance(id="u", speaker=turn.speaker, start=turn.start, end=turn.end, text="", words=(0, 0))


@dataclass(frozen=True)
class Talk:
    """A conversation put together from clips; `angry` are the seconds of its angry minute."""

    sound: Clip
    turns: tuple[Turn, ...]
    angry: tuple[float, float]


def talk(seed: int, angry: bool, throughout: bool = False, pair: int | None = None) -> Talk:
    """The conversation of this draw: calm, with an angry fourth minute, or angry `throughout`.

    Its two actors are those of the draw `pair`, if that is given.
    """
    rng = np.random.default_rng([seed, angry, *([throughout] if throughout else [])])
    actors = np.random.default_rng(seed if pair is None else pair).choice(
        sorted({clip.actor for clip in acted()}), 2, replace=False
    )
    pieces: list[tuple[float, Clip]] = []
    turns: list[Turn] = []
    now, begun, ended = 1.0, 0.0, 0.0
    while now < 360:
        raised = angry and (throughout or 180 <= now < 240)
        if raised:
            begun, ended = begun or now, now
        speaker = len(turns) % 2
        wanted = (ANGRY,) if raised else (NEUTRAL, CALM)
        choice = [clip for clip in acted() if clip.actor == actors[speaker] and clip.emotion in wanted]
        sound = choice[rng.integers(len(choice))].sound
        start = now + (-rng.uniform(0.3, 0.8) if turns and rng.random() < 1 / 6 else rng.uniform(0.1, 0.9))
        pieces.append((start, sound))
        turns.append(
            Turn(speaker=f"S{speaker + 1}", start=round(start, 2), end=round(start + len(sound) / SAMPLE_RATE, 2))
        )
        now = turns[-1].end
    mixed = rng.normal(0, 10 ** (-75 / 20), int((now + 1) * SAMPLE_RATE)).astype(np.float32)
    for start, sound in pieces:
        at = int(start * SAMPLE_RATE)
        mixed[at : at + len(sound)] += sound
    end = next((turn.end for turn in turns if turn.start > ended), now)
    return Talk(mixed, tuple(turns), (begun, end))


def session(made: Talk, id: str = "x") -> Session:
    """It as the program gets it, not yet measured: recorded here by two people; each turn says six neutral words."""
    windows = {k: encoded(made.sound[at : at + WINDOW]) for k, at in enumerate(range(0, len(made.sound), WINDOW))}
    words = []
    for turn in made.turns:
        step = turn.duration / 6
        for k, text in enumerate(["kids", "are", "talking", "by", "the", "door"]):
            start = turn.start + k * step
            words.append(Word(text=text, start=start, end=start + step, speaker=turn.speaker))
    audio = Audio(
        name=id, sha256=id, duration=len(made.sound) / SAMPLE_RATE, sample_rate=SAMPLE_RATE, channels=1, codec="tape",
        microphone="studio",
    )  # fmt: skip
    return Session(
        id=id,
        recorded_at="",
        language="en",
        participants=(Participant(id="S1", name="Ann"), Participant(id="S2", name="Ben")),
        audio=audio,
        words=tuple(words),
        turns=made.turns,
        frames=frames_of(windows),
    )
