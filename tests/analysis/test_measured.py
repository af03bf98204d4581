"""From the sound to the session: everything that `measure` fills in, on a made talk whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from analysis.imports import read_session
from analysis.pipeline import measure
from analysis.prosody.frames import measure as measured
from analysis.session import Participant, Session, Turn, Word, encode
from recorder.errors import SessionFileError
from tests.support.sounds import tone

RATE = 16_000
RAISED = (60.0, 80.0)


def spoken(seconds: float, hz: float, level: float, bright: float) -> np.ndarray:
    """A buzzing voice that swells as syllables do; `bright` weakens its overtones less."""
    size = int(seconds * RATE)
    now = np.arange(size) / RATE
    voice = sum((tone(seconds, RATE, hz * k, level * k**-bright) for k in range(1, 13)), np.zeros(size, np.float32))
    return (voice * np.clip(np.sin(np.pi * 4 * now) ** 2, 0.05, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def talk() -> Session:
    """Two minutes by turns of 3.5 s and 0.5 s between; both raise their voices from 60 to 80 s."""
    sound = np.random.default_rng(0).normal(0, 10 ** (-70 / 20), 120 * RATE).astype(np.float32)
    turns, words = [], []
    for k in range(30):
        start, speaker = 4.0 * k, "S1" if k % 2 == 0 else "S2"
        raised = RAISED[0] <= start < RAISED[1]
        hz = (110.0, 200.0)[k % 2] * (1.3 if raised else 1 + 0.02 * (k % 3))
        part = spoken(3.5, hz, 0.12 if raised else 0.03, 0.6 if raised else 1.4)
        sound[int(start * RATE) : int(start * RATE) + len(part)] += part
        turns.append(Turn(speaker=speaker, start=start, end=start + 3.5))
        text = "why is it so?" if k % 2 == 0 else "it was like that."
        words += [
            Word(text=word, start=start + 0.8 * n, end=start + 0.8 * n + 0.5, speaker=speaker)
            for n, word in enumerate(text.split())
        ]
    frames = measured(sound)
    return measure(
        Session(id="x", recorded_at="", language="en", words=tuple(words), turns=tuple(turns), frames=frames)
    )


def test_the_curve_is_high_where_the_voices_are(talk: Session) -> None:
    assert talk.escalation is not None and talk.arousal is not None
    voice = np.array(talk.escalation.voice)
    assert voice[62:78].min() > 0.5 > 0.4 > max(voice[5:55].max(), voice[85:115].max())
    assert RAISED[0] <= np.argmax(talk.escalation.value) <= RAISED[1]
    assert set(talk.arousal.of) == {"S1", "S2"}
    assert all(value is None for value in talk.arousal.of["S2"][1:3]), "who is silent has no arousal"


def test_room_baselines_and_who_answers_whom(talk: Session) -> None:
    assert talk.room.noise_db == pytest.approx(-70, abs=3) and talk.room.clipped == 0
    assert [round(b.pitch_hz / 10) for b in talk.baselines] == [11, 20]
    assert talk.gain_changes == ()
    assert {latency.seconds for latency in talk.latencies} == {0.5}
    assert [latency.asked is not None for latency in talk.latencies[:4]] == [True, False, True, False]
    assert talk.shared.share == {"S1": 0.5, "S2": 0.5} and len(talk.shared.windows) == 1
    assert [u.prosody.unknown for u in talk.utterances] == [{}] * 30
    drifts = {drift.speaker for drift in talk.dyad.drifts}
    assert not drifts, "two minutes are too short for a drift"


def test_a_voice_aside_has_no_part_in_the_curve(talk: Session) -> None:
    third = replace(talk, participants=tuple(replace(p, aside=True) for p in talk.participants))
    found = measure(third)
    assert max(found.escalation.voice) == 0
    assert (found.latencies, found.shared.share, found.dyad.reactions) == ((), {}, ())


def test_what_was_measured_survives_the_file_and_bad_frames_are_refused(talk: Session, tmp_path) -> None:
    from analysis.session import Audio

    sound = Audio(name="x", sha256="0" * 64, duration=120, sample_rate=RATE, channels=1, codec="pcm")
    path = tmp_path / "session.json"
    path.write_bytes(encode(replace(talk, audio=sound, recorded_at="2026-11-24T10:00:00+01:00")))
    assert measure(read_session(path)).escalation == talk.escalation
    assert talk.frames is not None
    short = replace(talk, audio=sound, frames=replace(talk.frames, syllables=(1.0,)))
    path.write_bytes(encode(short))
    with pytest.raises(SessionFileError, match="as long as the level"):
        read_session(path)


def test_participants_are_those_who_speak(talk: Session) -> None:
    assert talk.participants == (Participant(id="S1", name="Speaker 1"), Participant(id="S2", name="Speaker 2"))
