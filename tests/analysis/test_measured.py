"""From the sound to the session: everything that `measure` fills in, on a made talk whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from analysis.imports import read_session
from analysis.pipeline import against_earlier, measure
from analysis.prosody.frames import measure as measured
from analysis.session import Audio, Baseline, Mark, Participant, Session, Turn, Word, encode
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


def conversation(raised: tuple[float, float], turns: int = 30, id: str = "x", seed: int = 0) -> Session:
    """Turns of 3.5 s and 0.5 s between, of two who raise their voices in this stretch; not measured yet."""
    sound = np.random.default_rng(seed).normal(0, 10 ** (-70 / 20), turns * 4 * RATE).astype(np.float32)
    spans, words = [], []
    for k in range(turns):
        start, speaker = 4.0 * k, "S1" if k % 2 == 0 else "S2"
        loud = raised[0] <= start < raised[1]
        hz = (110.0, 200.0)[k % 2] * (1.3 if loud else 1 + 0.02 * (k % 3))
        part = spoken(3.5, hz, 0.12 if loud else 0.03, 0.6 if loud else 1.4)
        sound[int(start * RATE) : int(start * RATE) + len(part)] += part
        spans.append(Turn(speaker=speaker, start=start, end=start + 3.5))
        text = "why is it so?" if k % 2 == 0 else "it was like that."
        words += [
            Word(text=word, start=start + 0.8 * n, end=start + 0.8 * n + 0.5, speaker=speaker)
            for n, word in enumerate(text.split())
        ]
    return Session(id=id, recorded_at="", language="en", words=tuple(words), turns=tuple(spans), frames=measured(sound))


@pytest.fixture(scope="module")
def talk() -> Session:
    """Two minutes; both raise their voices from 60 to 80 s."""
    return measure(conversation(RAISED))


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


def tape(session: Session, microphone: str = "Rode") -> Session:
    """As if it had been recorded here, by the two."""
    audio = Audio(
        name="x", sha256="0" * 64, duration=60, sample_rate=RATE, channels=1, codec="tape", microphone=microphone
    )
    people = (Participant(id="S1", name="Maya"), Participant(id="S2", name="Jonas"))
    return replace(session, audio=audio, participants=people)


@pytest.fixture(scope="module")
def calm() -> Session:
    return measure(tape(conversation((0, 0), turns=16, id="calm", seed=1)))


@pytest.fixture(scope="module")
def upset() -> Session:
    """Raised from the first word to the last."""
    return tape(conversation((0, 999), turns=16))


def voices(session: Session) -> tuple[float, ...]:
    assert session.escalation is not None
    return session.escalation.voice


def test_who_is_upset_throughout_is_compared_with_an_earlier_talk(calm: Session, upset: Session) -> None:
    alone, compared = measure(upset), measure(upset, [calm])
    assert np.median(voices(alone)) < 0.2 and not alone.episodes
    assert np.median(voices(compared)) >= 0.75 and compared.episodes
    assert [(b.earlier, b.own) for b in compared.baselines] == [(("calm",), None)] * 2
    assert [b.pitch_hz for b in compared.baselines] == [pytest.approx(b.pitch_hz, rel=0.01) for b in calm.baselines]
    assert min(u.prosody.loudness_db for u in compared.utterances) > 6
    assert min(u.prosody.pitch_st for u in compared.utterances) > 3.5
    assert [b.own is not None for b in measure(upset).baselines] == [True, True]


def test_a_calm_talk_is_calm_against_a_calm_one_and_adds_to_what_is_known(calm: Session) -> None:
    later = measure(tape(conversation((0, 0), turns=16, seed=2)), [calm])
    assert max(voices(later)) < 0.4 and not later.episodes
    for before, now in zip(calm.baselines, later.baselines, strict=True):
        assert now.own is not None and now.own.seconds == pytest.approx(before.seconds, rel=0.2)
        assert now.seconds == pytest.approx(before.seconds + now.own.seconds, rel=0.05)


def test_only_the_same_place_is_compared_with(calm: Session, upset: Session) -> None:
    alone = measure(upset)
    room = calm.room
    for other in (
        replace(calm, audio=replace(calm.audio, microphone="another one")),
        replace(calm, audio=replace(calm.audio, channels=2)),
        replace(calm, audio=None),
        replace(calm, room=replace(room, noise_db=room.noise_db + 5)),
        replace(calm, room=replace(room, noise_db=None)),
        replace(calm, gain_changes=(10.0,)),
        replace(calm, participants=(Participant(id="S1", name="Ann"), Participant(id="S2", name="Ben"))),
    ):
        assert measure(upset, [other]) == alone
    unnamed = tuple(Participant(id=p.id, name=f"Speaker {p.id[1:]}") for p in calm.participants)
    nobody = measure(replace(upset, participants=unnamed), [replace(calm, participants=unnamed)])
    assert nobody.baselines == alone.baselines, "two strangers are not the same person"
    turned = replace(upset, marks=(Mark(kind="gain", start=30, text="the volume went from 50% to 60%"),))
    assert not any(b.earlier for b in measure(turned, [calm]).baselines)


def test_who_sat_elsewhere_is_not_called_upset(calm: Session) -> None:
    def quieter(baseline: Baseline) -> Baseline:
        assert baseline.own is not None
        return replace(baseline, own=replace(baseline.own, level_db=tuple(x - 8 for x in baseline.own.level_db)))

    first, second = calm.baselines
    moved = measure(tape(conversation((0, 0), turns=16, seed=2)), [replace(calm, baselines=(quieter(first), second))])
    assert [b.earlier for b in moved.baselines] == [(), ("calm",)]
    assert max(voices(moved)) < 0.4


def test_the_library_knows_the_talks_before(tmp_path, calm: Session, upset: Session) -> None:
    from analysis.library import Library

    def at(day: int, session: Session) -> Session:
        return replace(session, id=f"talk{day}", recorded_at=f"2026-11-{day:02}T20:00:00+01:00")

    with Library.open(tmp_path, bytes(32)) as library:
        for day in (3, 1, 9):
            library.save(at(day, calm))
        library.save(at(2, tape(calm, "another one")))
        now = at(5, upset)
        assert [then.id for then in library.before(now)] == ["talk1", "talk3"]
        assert {b.earlier for b in against_earlier(measure(now), library).baselines} == {("talk1", "talk3")}
        strangers = replace(now, participants=(Participant(id="S1", name="Speaker 1"),))
        assert library.before(strangers) == () == library.before(replace(now, audio=None))
        # Renamed to somebody who was never here: the comparison goes, too.
        compared = against_earlier(measure(now), library)
        others = (Participant(id="S1", name="Ann"), Participant(id="S2", name="Ben"))
        assert against_earlier(replace(compared, participants=others), library).baselines == measure(now).baselines


def test_a_silence_after_words_that_the_sound_does_not_support_follows_no_question(talk: Session) -> None:
    doubted = replace(talk, words=tuple(replace(word, supported=False) for word in talk.words))
    assert any(latency.asked for latency in talk.latencies)
    assert not any(latency.asked for latency in measure(doubted).latencies)


def test_what_was_measured_survives_the_file_and_bad_frames_are_refused(talk: Session, tmp_path) -> None:
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
