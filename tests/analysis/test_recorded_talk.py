"""A recording of ours through the whole chain, with the real models: its tape in, a session out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from analysis.audio import Recording, probe
from analysis.library import Library
from analysis.pipeline import Options, analyze
from analysis.report import summary
from analysis.session import Session
from recorder.frames import RATE
from tests.analysis.tapes import KEY, NAMES, Step, agreed, int16, noise, record
from tests.conftest import EXAMPLE

pytestmark = pytest.mark.slow

PAUSE = (40.0, 100.0)
END = 76.0
"""Seconds of the example that are used."""


def analyzed(folder: Path, tape: Recording, options: Options = Options()) -> Session:  # noqa: B008  (frozen)
    with Library.open(folder, KEY) as library:
        return analyze(tape, probe(tape), library, options, lambda *_: None)


def example(truth: dict, channels: int) -> np.ndarray:
    """The example at 48 kHz; in two channels each of the two has one, and is heard in the other 6 dB quieter."""
    sound, rate = soundfile.read(EXAMPLE, dtype="float32")
    whole = soxr.resample(sound, rate, RATE)[: round(END * RATE)]
    if channels == 1:
        return int16(whole)
    own = np.zeros((len(whole), 2), np.float32)
    for turn in truth["turns"]:
        span = slice(round(turn["start"] * RATE), round(turn["end"] * RATE))
        own[span, NAMES.index(turn["speaker"])] += whole[span]
    heard = own + 0.5 * np.roll(own[:, ::-1], RATE // 333, axis=0)
    return int16(heard + np.random.default_rng(0).normal(0, 10 ** (-62 / 20), own.shape))


def talk(sound: np.ndarray) -> list[Step]:
    """The example as if its first two lines were the spoken yeses, with a minute off the record at 40 s."""
    steps: list[Step] = []
    for end, (kind, text) in [(2.5, ("yes", "Maya")), (6.5, ("yes", "Jonas")), (40.0, ("conversation", ""))]:
        begin = sum(len(part) for what, part in steps if what == "sound")
        steps += [("mark", (kind, text)), ("sound", sound[begin : round(end * RATE)])]
    steps += [("mark", ("bookmark", "the messages")), ("mark", ("pause", "")), ("silent", PAUSE[1] - PAUSE[0])]
    return [*steps, ("mark", ("resume", "")), ("sound", sound[40 * RATE :])]


@pytest.mark.parametrize("channels", [1, 2])
def test_a_recording_becomes_a_session(tmp_path: Path, truth: dict, channels: int) -> None:
    tape = record(tmp_path, talk(example(truth, channels)), channels)
    session = analyzed(tmp_path, tape)
    assert session.id == tape.open().id[:10] and session.audio.tape == tape.open().id
    assert [(p.id, p.name) for p in session.participants] == [("S1", "Maya"), ("S2", "Jonas")]
    assert session.consent.by == NAMES and session.unheard == (PAUSE,)
    right = total = 0
    for word in session.words:
        middle = (word.start + word.end) / 2
        assert not PAUSE[0] < middle < PAUSE[1]
        middle -= (PAUSE[1] - PAUSE[0]) * (middle > PAUSE[0])
        really = {turn["speaker"] for turn in truth["turns"] if turn["start"] <= middle <= turn["end"]}
        if len(really) == 1:
            total += 1
            right += session.name(word.speaker) in really
    assert total > 150 and right / total >= 0.97
    assert not any(turn.start < PAUSE[1] and turn.end > PAUSE[0] for turn in session.turns)
    assert all(pause.duration < 10 for pause in session.pauses)
    assert "Off the record: 0:40–1:40." in summary(session)
    calm = [u.prosody.loudness_db for u in session.utterances if u.end < 40 and u.prosody.loudness_db is not None]
    raised = [u.prosody.loudness_db for u in session.utterances if u.start > 112 and u.prosody.loudness_db is not None]
    assert np.median(raised) - np.median(calm) >= 6


@pytest.mark.parametrize("steps", [[], [("sound", noise(0.3))], [*agreed(), ("sound", noise(6, level=1e-4))]])
def test_a_recording_in_which_nobody_speaks_is_kept(tmp_path: Path, steps: list[Step]) -> None:
    tape = record(tmp_path, steps)
    session = analyzed(tmp_path, tape)
    assert session.words == () or not any(word.supported for word in session.words)
    assert "No words were heard in it." in summary(session)
    with Library.open(tmp_path, KEY) as library:
        assert library.waiting() == ()
        assert library.load(session.id) == session
