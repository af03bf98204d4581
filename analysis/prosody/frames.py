"""Summary curves of the sound: level, pitch and brightness, ten times a second.

- `level_db`: root mean square of 0.1 s, in dB re full scale.
- `pitch_hz`: the fundamental frequency by YIN (de Cheveigné & Kawahara 2002, as in librosa) every 20 ms, the
  median of the voiced ones in 0.1 s; None where fewer than two of five are voiced. A frame counts as voiced
  where the sound repeats itself after one period (normalized autocorrelation of at least 0.5; Boersma 1993
  takes 0.45) and is within 40 dB of the loudest frame of its window.
- `brightness_db`: energy above against below 500 Hz (to 5 kHz), in dB: a raised voice shifts energy upward
  (Bone, Lee & Narayanan 2014 use it for arousal).
- `speech`: the probability of speech, mean of Silero VAD's 32 ms chunks (v6, as shipped with faster-whisper).
- `syllables`, `phonation`: `analysis.prosody.nuclei`; `clipped`, `decays`: `analysis.prosody.room`.

The stage measures one window of sound at a time; windows begin on the 0.1 s grid, so no frame straddles two. Where each
person has a channel, both are measured, and each frame is that of the channel of whoever speaks alone in it, or of the
louder one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from analysis.audio import SAMPLE_RATE, Window
from analysis.prosody.nuclei import syllables
from analysis.prosody.room import clipped, decays
from analysis.session import Frames, Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["STEP", "Measuring", "frames_of", "measure"]

CURVES = ("level_db", "pitch_hz", "brightness_db", "speech", "syllables", "phonation")
STEP = 0.1
BLOCK = int(STEP * SAMPLE_RATE)
HOP, LENGTH = 320, 1024
LOWEST, HIGHEST = 65.0, 450.0
PERIODIC = 0.5
RANGE_DB = 40.0
SILENCE_DB = -100.0
CHUNK = 512
"""Samples that Silero VAD hears at a time."""


@dataclass(frozen=True)
class Measuring:
    """The stage that measures the sound itself; of two channels each, if they are `own_channels` of two people."""

    own_channels: bool = False

    name = "frames"

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        """Returns the function that turns a window into encoded `Frames`."""
        del done

        def listen(window: Window) -> bytes:
            own = window.channels if self.own_channels else None
            return msgspec.msgpack.encode([measure(row) for row in (window.samples[None] if own is None else own)])

        return listen


def measure(samples: Array) -> Frames:
    """The curves of one stretch of 16 kHz sound, shape (n,), float32 in [-1, 1]."""
    blocks = -(-len(samples) // BLOCK)
    samples = np.pad(samples, (0, blocks * BLOCK - len(samples)))
    level = 10 * np.log10(np.square(samples.reshape(blocks, BLOCK)).mean(axis=1) + 10 ** (SILENCE_DB / 10))
    hz, periodicity = _pitch(samples)
    pitch = _voiced(samples, hz, periodicity, blocks)
    bright = _brightness(samples, blocks)
    nuclei, phonation = (part.reshape(blocks, -1) for part in syllables(samples, periodicity, HOP))
    return Frames(
        step=STEP,
        level_db=tuple(round(float(x), 1) for x in level),
        pitch_hz=tuple(None if np.isnan(x) else round(float(x), 1) for x in pitch),
        brightness_db=tuple(
            round(float(x), 1) if loud > SILENCE_DB + 10 else None for x, loud in zip(bright, level, strict=True)
        ),
        speech=tuple(round(float(x), 2) for x in _speech(samples, blocks)),
        syllables=tuple(round(float(x), 2) for x in nuclei.sum(axis=1)),
        phonation=tuple(round(float(x), 1) for x in phonation.mean(axis=1)),
        clipped=tuple(clipped(samples, BLOCK)),
        decays=tuple(decays(samples)),
    )


def frames_of(windows: Mapping[int, bytes], turns: Sequence[Turn] = ()) -> Frames:
    """The stored windows' curves, joined; `turns` ("S1", "S2") choose between the channels where there are two."""
    stored = [msgspec.msgpack.decode(windows[index], type=list[Frames]) for index in sorted(windows)]
    channels = [_joined(parts) for parts in zip(*stored, strict=True)] or [_joined(())]
    if len(channels) == 1:
        return channels[0]
    which = _channel(channels, turns)
    chosen = {name: tuple(getattr(channels[c], name)[k] for k, c in enumerate(which)) for name in CURVES}
    clipped_in = [frozenset(channel.clipped) for channel in channels]
    return Frames(
        step=STEP,
        clipped=tuple(k for k, c in enumerate(which) if k in clipped_in[c]),
        decays=tuple(decay for channel in channels for decay in channel.decays),
        **chosen,
    )


def _joined(parts: Sequence[Frames]) -> Frames:
    before, found = 0, []
    for part in parts:
        found += [before + k for k in part.clipped]
        before += len(part.level_db)
    curves = {name: tuple(x for part in parts for x in getattr(part, name)) for name in CURVES}
    return Frames(step=STEP, clipped=tuple(found), decays=tuple(x for part in parts for x in part.decays), **curves)


def _channel(channels: Sequence[Frames], turns: Sequence[Turn]) -> list[int]:
    """For each frame the channel of whoever speaks alone in it; of nobody or of two, the louder one."""
    level = np.array([channel.level_db for channel in channels], dtype=float)
    active = np.zeros(level.shape, bool)
    for turn in turns:
        active[("S1", "S2").index(turn.speaker), round(turn.start / STEP) : round(turn.end / STEP)] = True
    alone = active.sum(axis=0) == 1
    return [int(c) for c in np.where(alone, active.argmax(axis=0), level.argmax(axis=0))]


def _pitch(samples: Array) -> tuple[Array, Array]:
    """Hz by YIN and the periodicity there, in [-1, 1], every 20 ms."""
    import librosa

    padded = np.pad(samples, (LENGTH // 2, LENGTH // 2))
    frames = librosa.util.frame(padded, frame_length=LENGTH, hop_length=HOP).T
    hz = librosa.yin(
        padded, fmin=LOWEST, fmax=HIGHEST, sr=SAMPLE_RATE, frame_length=LENGTH, hop_length=HOP, center=False
    )
    return hz, _periodicity(frames, hz)


def _voiced(samples: Array, hz: Array, periodicity: Array, blocks: int) -> Array:
    """Hz for each 0.1 s, NaN where unvoiced; shape (blocks,)."""
    per_block = BLOCK // HOP
    power = np.convolve(np.square(samples), np.ones(HOP), "same")[::HOP]
    loud = power > power.max(initial=0.0) * 10 ** (-RANGE_DB / 10)
    voiced = (loud & (periodicity[: len(power)] >= PERIODIC))[: blocks * per_block].reshape(blocks, per_block)
    table = np.where(voiced, hz[: blocks * per_block].reshape(blocks, per_block), np.nan)
    enough = voiced.sum(axis=1) >= 2
    result = np.full(blocks, np.nan, np.float32)
    result[enough] = np.nanmedian(table[enough], axis=1)
    return result


def _speech(samples: Array, blocks: int) -> Array:
    """The probability of speech in each 0.1 s, shape (blocks,)."""
    chunks = -(-len(samples) // CHUNK)
    probability = _silero()(np.pad(samples, (0, chunks * CHUNK - len(samples)))).reshape(-1)
    middle = (np.arange(blocks) + 0.5) * BLOCK / CHUNK - 0.5
    result: Array = np.interp(middle, np.arange(chunks), probability).clip(0, 1).astype(np.float32)
    return result


@cache
def _silero() -> Callable[[Array], Array]:
    from faster_whisper.vad import get_vad_model

    model: Callable[[Array], Array] = get_vad_model()
    return model


def _periodicity(frames: Array, hz: Array) -> Array:
    """Normalized autocorrelation of each frame (rows) at its own period; in [-1, 1], 0 for silence."""
    lags = np.round(SAMPLE_RATE / hz).astype(int)
    result = np.zeros(len(frames), np.float32)
    for lag in np.unique(lags):
        rows = lags == lag
        early, late = frames[rows, :-lag], frames[rows, lag:]
        norm = np.sqrt(np.square(early).sum(axis=1) * np.square(late).sum(axis=1))
        result[rows] = (early * late).sum(axis=1) / np.maximum(norm, 1e-9)
    return result


def _brightness(samples: Array, blocks: int) -> Array:
    """dB of 500 Hz..5 kHz against 50..500 Hz for each 0.1 s; shape (blocks,)."""
    window = np.hanning(BLOCK).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(samples.reshape(blocks, BLOCK) * window, axis=1)))
    hz = np.fft.rfftfreq(BLOCK, 1 / SAMPLE_RATE)
    low = power[:, (hz >= 50) & (hz < 500)].sum(axis=1)
    high = power[:, (hz >= 500) & (hz <= 5000)].sum(axis=1)
    ratio: Array = 10 * np.log10((high + 1e-12) / (low + 1e-12))
    return ratio
