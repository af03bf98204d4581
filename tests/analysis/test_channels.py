"""Who speaks is read from two channels: the example's voices, each in a channel of its own, with crosstalk.

Where the example's people talk at once their voices cannot be taken apart again. So its turns are taken without their
overlapped parts and laid out anew, every fourth change of speakers overlapping by half a second to a second; what is
true of the result is known to the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import soundfile

from analysis.session import Turn
from analysis.speech.channels import HOP, STEP, Channels, levels, turns
from tests.conftest import EXAMPLE

pytestmark = pytest.mark.slow

RATE = 16_000
AUDIBLE_DB = -50.0
"""dB re full scale: 15 dB above the example's room tone."""


@dataclass(frozen=True)
class Talk:
    """Two voices, shape (2, n), and who has a turn in each 20 ms, shape (2, frames)."""

    voices: np.ndarray
    turns: np.ndarray


@pytest.fixture(scope="module")
def talks(truth: dict) -> list[Talk]:
    clips = alone(truth)
    return [laid_out(clips, seed) for seed in range(5)]


@pytest.fixture(scope="module")
def talk(talks: list[Talk]) -> Talk:
    return talks[0]


def laid_out(clips: list[tuple[int, np.ndarray]], seed: int) -> Talk:
    """The clips one after the other, in their order, with pauses and overlaps of random length."""
    random = np.random.default_rng(seed)
    voices = np.zeros((2, 240 * RATE), np.float32)
    spans, at, last = [], 1.0, None
    for number, (person, clip) in enumerate(clips):
        if last is not None:
            overlaps = person != last and number % 4 == 3
            at -= random.uniform(0.5, 1.0) if overlaps else -random.uniform(0.2, 0.8)
        begin = round(at * RATE)
        voices[person, begin : begin + len(clip)] += clip
        at += len(clip) / RATE
        spans.append((person, begin, begin + len(clip)))
        last = person
    length = round(at * RATE) // HOP * HOP
    having = np.zeros((2, length // HOP), bool)
    for person, begin, end in spans:
        having[person, begin // HOP : end // HOP] = True
    return Talk(voices[:, :length], having)


def alone(truth: dict) -> list[tuple[int, np.ndarray]]:
    """(0 or 1, sound) of every turn of the example, without what is overlapped, faded at both ends."""
    sound, _ = soundfile.read(EXAMPLE, dtype="float32")
    clips = []
    for turn in truth["turns"]:
        start, end = turn["start"], turn["end"]
        for overlap in truth["overlaps"]:
            if overlap["by"] == turn["id"]:
                start = max(start, overlap["end"])
            if overlap["over"] == turn["id"]:
                end = min(end, overlap["start"])
        if end - start > 0.4:
            clip = sound[round(start * RATE) : round(end * RATE)]
            ramp = np.minimum(1, np.arange(len(clip)) / 160)
            clips.append((0 if turn["speaker"] == "Maya" else 1, clip * ramp * ramp[::-1]))
    return clips


def heard(
    voices: np.ndarray, crosstalk_db: float, noise_db: float = -62, gain_db: float = 0, room_s: float = 0
) -> np.ndarray:
    """What two microphones hear: one's own voice, the other's 3 ms later, noise; a gain of the second one; a room."""
    random = np.random.default_rng(1)
    later = np.pad(voices, ((0, 0), (48, 0)))[:, : voices.shape[1]]
    sound = voices + 10 ** (crosstalk_db / 20) * later[::-1]
    if room_s:  # a diffuse tail of both voices, 12 dB below them, different at each microphone
        tail = random.normal(0, 1, (2, int(room_s * RATE))) * 10 ** (-3 * np.arange(int(room_s * RATE)) / RATE / room_s)
        tail *= 10 ** (-12 / 20) / np.sqrt(np.square(tail).sum(axis=1, keepdims=True))
        size = 1 << (voices.shape[1] + tail.shape[1]).bit_length()
        spectrum = np.fft.rfft(voices.sum(axis=0), size) * np.fft.rfft(tail, size)
        sound = sound + np.fft.irfft(spectrum, size)[:, : voices.shape[1]]
    sound = sound + random.normal(0, 10 ** (noise_db / 20), sound.shape)
    return (sound * [[1], [10 ** (gain_db / 20)]]).astype(np.float32)


def having(found: tuple[Turn, ...], frames: int) -> np.ndarray:
    mask = np.zeros((2, frames), bool)
    for turn in found:
        mask[int(turn.speaker[1]) - 1, round(turn.start / STEP) : round(turn.end / STEP)] = True
    return mask


def right(talk: Talk, found: np.ndarray) -> float:
    """The share of frames in which one person, and nobody else, audibly speaks, that are given to that person alone."""
    power = np.square(talk.voices.reshape(2, -1, HOP)).mean(axis=2)
    audible = (10 * np.log10(power + 1e-12) > AUDIBLE_DB) & talk.turns
    single = (talk.turns.sum(axis=0) == 1) & audible.any(axis=0)
    return float((found == talk.turns)[:, single].all(axis=0).mean())


def overlaps_found(talk: Talk, found: np.ndarray) -> list[float]:
    """Of each true overlap the share that was found."""
    edges = np.flatnonzero(np.diff(np.pad(talk.turns.all(axis=0).astype(int), 1)))
    return [float(found.all(axis=0)[a:b].mean()) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize(
    ("crosstalk_db", "room_s", "least"),
    [(-3, 0, 0.97), (-6, 0, 0.97), (-12, 0, 0.97), (-3, 0.3, 0.93), (-6, 0.3, 0.96), (-12, 0.4, 0.98)],
)
def test_single_speakers_are_right_and_overlaps_are_found(
    talks: list[Talk], crosstalk_db: float, room_s: float, least: float
) -> None:
    shares, half, some, real, false_s = [], 0, 0, 0, 0.0
    for talk in talks:
        mask = having(turns(levels(heard(talk.voices, crosstalk_db, room_s=room_s))), talk.turns.shape[1])
        shares.append(right(talk, mask))
        covered = overlaps_found(talk, mask)
        half += sum(share >= 0.5 for share in covered)
        some += sum(share > 0.1 for share in covered)
        real += len(covered)
        false_s += (mask.all(axis=0) & ~talk.turns.all(axis=0)).sum() * STEP / len(talks)
    told = f"{np.mean(shares):.3f}; of {real} overlaps {some} found, {half} by half; {false_s:.1f} s too much"
    print(f"{crosstalk_db} dB, room {room_s} s: {told}")
    assert np.mean(shares) >= least
    assert real >= 25 and some >= 0.9 * real and half >= 0.7 * real
    assert false_s < (0.5 if not room_s else 5.0)


def test_neither_gain_nor_noise_matters(talk: Talk) -> None:
    for gain_db in (-8, 8):
        found = turns(levels(heard(talk.voices, -6, noise_db=-50, gain_db=gain_db)))
        assert right(talk, having(found, talk.turns.shape[1])) >= 0.96


def test_a_channel_is_a_person_whoever_speaks_first(talk: Talk) -> None:
    found = turns(levels(heard(talk.voices[::-1], -6)))
    assert found[0].speaker == "S2"
    assert right(Talk(talk.voices[::-1], talk.turns[::-1]), having(found, talk.turns.shape[1])) >= 0.97


def test_one_person_alone_is_one_person(talk: Talk) -> None:
    only = talk.voices * [[0], [1]]
    assert {turn.speaker for turn in turns(levels(heard(only, -6)))} == {"S2"}


def test_where_both_channels_are_one_nobody_is_told(talk: Talk) -> None:
    mixed = np.repeat(heard(talk.voices, -6).mean(axis=0, keepdims=True), 2, axis=0)
    assert turns(levels(mixed)) is None
    dead = heard(talk.voices, -6) * np.float32([[1], [0]])
    assert turns(levels(dead)) is None


def test_silence_and_nothing_are_nobodys() -> None:
    assert turns(levels(np.zeros((2, 5 * RATE), np.float32))) == ()
    hiss = np.random.default_rng(0).normal(0, 1e-3, (2, 10 * RATE)).astype(np.float32)
    assert turns(levels(hiss)) == ()
    assert Channels().finish({}).turns == ()


def test_windows_add_up_to_the_whole(talk: Talk) -> None:
    from analysis.audio import Window

    sound = heard(talk.voices, -6)
    listen = Channels().open({})
    stored = {}
    for index, begin in enumerate(range(0, sound.shape[1], 20 * RATE)):
        part = sound[:, begin : begin + 20 * RATE]
        stored[index] = listen(Window(index, begin, part.mean(axis=0), part[0, :0], part))
    assert Channels().finish(stored).turns == turns(levels(sound))
