"""Long made talks: two hours of lines from our own dialogues, with voices that are louder now and then."""

from __future__ import annotations

import random
from itertools import islice

from analysis.session import Audio, Consent, Frames, Participant, Session, Turn, Word
from analysis.tagging.corpus import read_dialogues

__all__ = ["evening"]

STEP = 0.1


def evening(lines: int = 3000, seconds: float = 7200.0, id: str = "evening") -> Session:
    """A session of this many lines in this time, with words, turns and frames; not measured yet."""
    chance = random.Random(4)
    said = list(islice(_lines(), lines))
    words: list[Word] = []
    turns: list[Turn] = []
    each = seconds / len(said)
    for k, text in enumerate(said):
        speaker, start = f"S{1 + k % 2}", k * each
        spoken = text.split()[:12]
        long = (each - 0.3) / max(len(spoken), 6)
        for n, word in enumerate(spoken):
            at = start + n * long
            words.append(Word(text=word, start=round(at, 3), end=round(at + 0.9 * long, 3), speaker=speaker))
        turns.append(Turn(speaker=speaker, start=round(start, 3), end=words[-1].end))
    spoken_in = [False] * int(seconds / STEP)
    for turn in turns:
        for k in range(round(turn.start / STEP), round(turn.end / STEP)):
            spoken_in[k] = True
    raised = [k * STEP % 900 > 780 for k in range(len(spoken_in))]
    both = list(zip(spoken_in, raised, strict=True))
    frames = Frames(
        step=STEP,
        level_db=tuple(chance.gauss(-30.0 + 9.0 * high if speech else -65.0, 2) for speech, high in both),
        pitch_hz=tuple(chance.gauss(150.0 + 60.0 * high, 9) if speech else None for speech, high in both),
        brightness_db=tuple(chance.gauss(-8.0 + 5.0 * high, 1) for _, high in both),
    )
    audio = Audio(name="evening.wav", sha256="0" * 64, duration=seconds, sample_rate=16000, channels=1, codec="pcm")
    return Session(
        id=id,
        recorded_at="2026-11-01T20:00:00+01:00",
        language="en",
        participants=(Participant(id="S1", name="Maya"), Participant(id="S2", name="Jonas")),
        consent=Consent(),
        audio=audio,
        words=tuple(words),
        turns=tuple(turns),
        frames=frames,
    )


def _lines():  # type: ignore[no-untyped-def]
    while True:
        for dialogue in read_dialogues():
            for line in dialogue.lines:
                if line.text.split():
                    yield line.text
