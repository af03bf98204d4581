"""Real tapes for tests, written as the recorder writes them: sound in half seconds, marks at their places."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from analysis.audio import Recording
from recorder.consent import Agreement
from recorder.frames import RATE, End, Head, Kind, Mark, Sound
from recorder.tape import Writer

KEY = bytes(range(32))
NAMES = ("Maya", "Jonas")
PIECE = RATE // 2

Step = tuple[str, object]
"""("sound", samples int16 (n, channels)), ("mark", (kind, text)), ("silent", seconds), ("strike", (start, end)),
("then", what is called before the next step)."""


def head(channels: int = 1) -> Head:
    return Head(
        started_at="2026-11-23T20:15:00+01:00",
        agreement=Agreement(by=NAMES, at="2026-11-23T20:14:00+01:00"),
        microphone="Rode NT-USB",
        channels=channels,
        program="conversation-lens test",
    )


def int16(samples: np.ndarray) -> np.ndarray:
    """Float samples at 48 kHz, (n,) or (n, channels), as a tape takes them."""
    whole = np.clip(np.round(samples * 32_768), -32_768, 32_767).astype(np.int16)
    return whole.reshape(len(whole), -1)


def noise(seconds: float, channels: int = 1, level: float = 0.05) -> np.ndarray:
    """Noise that no two channels share, as a tape takes it."""
    return int16(np.random.default_rng(5).normal(0, level, (round(seconds * RATE), channels)))


def record(folder: Path, steps: Iterable[Step], channels: int = 1, ended: str | None = "stopped") -> Recording:
    """A tape in the library `folder` on which these things happened one after the other."""
    with Writer.create(folder, KEY, head(channels)) as tape:
        put(tape, steps, ended)
    return Recording(tape.path, KEY)


def put(tape: Writer, steps: Iterable[Step], ended: str | None = "stopped") -> None:
    """Let these things happen on a tape, one after the other."""
    at = 0
    for what, value in steps:
        if what == "sound":
            for begin in range(0, len(value), PIECE):
                piece = value[begin : begin + PIECE]
                tape.sound(Sound(at=at, samples=piece, wall=0.0, stream=0.0))
                at += len(piece)
        elif what == "mark":
            kind: Kind = value[0]
            tape.mark(Mark(at=at, kind=kind, text=value[1]))
        elif what == "silent":
            at += round(value * RATE)
        elif what == "then":
            value()
        else:
            struck = tape.strike(*(round(edge * RATE) for edge in value))
            at = max(at, struck.end)
    if ended is not None:
        tape.end(End(at=at, reason=ended))


def agreed() -> list[Step]:
    """Two seconds in which each of them says yes."""
    yes = [("mark", ("yes", name)) for name in NAMES]
    said = ("sound", noise(1))
    return [yes[0], said, yes[1], said, ("mark", ("conversation", ""))]
