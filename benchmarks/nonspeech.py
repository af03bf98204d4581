"""Sound in which nobody says anything, made by us: what a recognizer must not hear words in.

    python benchmarks/nonspeech.py FILE.wav [--seed 1] [--minutes 30]

A row of *parts* of 4 to 25 s, each of one kind (`KINDS`), with short silences between them, at levels from barely there
to loud. All chance is numpy's `Generator(seed)`, so the same seed gives the same samples. Nothing here was
recorded; voices, breath and coughs are noise through resonances, music is plucked strings (Karplus & Strong 1983),
additive chords and drums of noise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

RATE = 16_000
LEAST, MOST = 4.0, 25.0
"""Seconds of one part."""
QUIETEST_DB, LOUDEST_DB = -55.0, -12.0
"""Levels of parts: RMS of their loudest 50 ms in dB re full scale."""

Sound = NDArray[np.float64]
Chance = np.random.Generator


class Part(NamedTuple):
    """Which kind of sound there is from `start` to `end`, in seconds."""

    kind: str
    start: float
    end: float


def nonspeech(seed: int, minutes: float) -> tuple[NDArray[np.float32], int]:
    """So many minutes of non-speech; (samples, rate)."""
    return composed(seed, minutes)[0], RATE


def composed(seed: int, minutes: float) -> tuple[NDArray[np.float32], list[Part]]:
    """The samples, and what is where in them. Every kind comes once before any comes again."""
    chance = np.random.default_rng(seed)
    total = int(minutes * 60 * RATE)
    pieces: list[Sound] = []
    parts: list[Part] = []
    done = 0
    while done < total:
        for kind in chance.permutation(sorted(KINDS)):
            size = min(total - done, int(chance.uniform(LEAST, MOST) * RATE))
            if size <= 0:
                break
            pieces.append(_part(str(kind), size, chance))
            parts.append(Part(str(kind), done / RATE, (done + size) / RATE))
            pause = min(total - done - size, int(chance.uniform(0.2, 2.0) * RATE))
            pieces.append(_noise(pause, chance) * 10 ** (-75 / 20))
            done += size + pause
    return np.concatenate(pieces).astype(np.float32), parts


def kind_at(parts: list[Part], second: float) -> str:
    """The kind of the part that is there, or before, at that second."""
    return next((part.kind for part in reversed(parts) if part.start <= second), "")


def _part(kind: str, size: int, chance: Chance) -> Sound:
    """One part at a level of its own, faded in and out; every second one over faint room noise."""
    sound = KINDS[kind](size, chance)
    level = chance.uniform(QUIETEST_DB, LOUDEST_DB)
    room = chance.random() < 0.5
    if kind == "digital silence":
        return np.zeros(size)
    block = RATE // 20
    power = np.square(sound[: size // block * block].reshape(-1, block)).mean(axis=1) if size >= block else sound**2
    loudest = np.sqrt(power.max())
    if loudest > 0 and kind != "dither":
        sound = sound * 10 ** (level / 20) / loudest
    if room:
        sound = sound + _tilted(size, 1.0, chance) * 10 ** (min(-50.0, level - 15) / 20)
    edge = min(size // 2, RATE // 50)
    ramp = np.ones(size)
    ramp[:edge] = np.linspace(0, 1, edge)
    ramp[size - edge :] = np.linspace(1, 0, edge)
    return np.clip(sound * ramp, -1, 1)


# What parts are made of.


def _noise(size: int, chance: Chance) -> Sound:
    return chance.standard_normal(max(0, size))


def _tilted(size: int, tilt: float, chance: Chance) -> Sound:
    """Noise of RMS 1 whose power falls by `tilt` times 3 dB an octave (0 white, 1 pink, 2 brown)."""
    spectrum = np.fft.rfft(_noise(size, chance))
    hz = np.fft.rfftfreq(size, 1 / RATE)
    made = np.fft.irfft(spectrum * np.maximum(hz, 20.0) ** (-tilt / 2), size)
    return made / np.sqrt(np.mean(made**2))


def _band(sound: Sound, low: float, high: float) -> Sound:
    return np.asarray(sosfilt(butter(2, [low, high], "bandpass", fs=RATE, output="sos"), sound))


def _ring(sound: Sound, hz: float, seconds: float) -> Sound:
    """Through one resonance that falls by 60 dB in so many seconds."""
    radius = 10 ** (-3 / (seconds * RATE))
    return np.asarray(lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hz / RATE), radius**2], sound))


def _slow(size: int, hz: float, chance: Chance) -> Sound:
    """A curve between 0 and 1 that wanders with about so many turns a second."""
    points = max(4, int(size / RATE * hz) + 2)
    return np.interp(np.arange(size), np.linspace(0, size, points), chance.random(points))


def _decay(size: int, seconds: float) -> Sound:
    """Falls by 60 dB in so many seconds."""
    return 10 ** (-3 * np.arange(size) / (seconds * RATE))


def _strewn(size: int, gap: tuple[float, float], event: Callable[[Chance], Sound], chance: Chance) -> Sound:
    """Events after each other, with so many seconds from the start of one to the start of the next."""
    sound = np.zeros(size)
    at = int(chance.uniform(0, gap[0]) * RATE)
    while at < size:
        made = event(chance)[: size - at]
        sound[at : at + len(made)] += made
        at += int(chance.uniform(*gap) * RATE)
    return sound


def _rung(strike: Sound, modes: list[tuple[float, float, float]]) -> Sound:
    """The sum of resonances (Hz, seconds to -60 dB, weight) of one strike."""
    rung = [weight * ring / (np.abs(ring).max() + 1e-12) for hz, s, weight in modes for ring in [_ring(strike, hz, s)]]
    return np.sum(rung, axis=0)


def _strike(seconds: float, attack: float, chance: Chance) -> Sound:
    """A burst of noise of `attack` seconds in a stretch of `seconds`."""
    size = int(seconds * RATE)
    return _noise(size, chance) * _decay(size, attack)


# The kinds of sound.


def _dither(size: int, chance: Chance) -> Sound:
    return np.asarray((chance.random(size) - chance.random(size)) / 32768)


def _room(size: int, chance: Chance) -> Sound:
    return _tilted(size, chance.uniform(0.5, 2.0), chance) * (0.8 + 0.4 * _slow(size, 0.5, chance))


def _hum(size: int, chance: Chance) -> Sound:
    """50 or 60 Hz with harmonics, over a little noise."""
    base = chance.choice([50.0, 60.0]) * (1 + chance.normal(0, 1e-4))
    t = np.arange(size) / RATE
    sound = 0.02 * _noise(size, chance)
    for k in range(1, 16):
        sound += chance.random() / k * np.sin(2 * np.pi * k * base * t + chance.uniform(0, 6.3))
    return sound


def _typing(size: int, chance: Chance) -> Sound:
    """Bursts of keys: a press and a release, each a click in a plastic body."""

    def key(chance: Chance) -> Sound:
        body = [(chance.uniform(1500, 6000), 0.03, 1.0), (chance.uniform(200, 500), 0.06, 0.6)]
        press = _rung(_strike(0.12, 0.004, chance), body)
        release = _rung(_strike(0.12, 0.002, chance), body)
        return np.concatenate([press, 0.4 * release]) * chance.uniform(0.4, 1)

    keys = _strewn(size, (0.07, 0.3), key, chance)
    return keys * (_slow(size, 0.5, chance) > 0.3)


def _pluck(hz: float, seconds: float, chance: Chance) -> Sound:
    """A string by Karplus & Strong: noise in a loop that averages neighbours."""
    period = max(2, round(RATE / hz))
    size = int(seconds * RATE)
    start = np.zeros(size)
    start[:period] = chance.uniform(-1, 1, min(size, period))[:period]
    loop = np.zeros(period + 2)
    loop[0], loop[period], loop[period + 1] = 1, -0.498, -0.498
    return np.asarray(lfilter([1], loop, start))


def _organ(hz: float, seconds: float, chance: Chance) -> Sound:
    """A held tone with vibrato and falling harmonics: the kind of music that is nearest to a voice."""
    t = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * hz * t + 0.3 * np.sin(2 * np.pi * 5.5 * t)
    tone = sum(np.sin(k * phase + chance.uniform(0, 6)) / k**1.3 for k in range(1, 9) if k * hz < RATE / 2)
    return np.asarray(tone) * np.minimum(1, t / 0.05) * np.minimum(1, (t[-1] - t) / 0.1)


def _music(size: int, chance: Chance) -> Sound:
    """Chords, a melody and drums in a beat; strings, or held tones."""
    beat = 60 / chance.uniform(70, 140)
    root = chance.uniform(110, 220)
    voice = _pluck if chance.random() < 0.5 else _organ
    drums = chance.random() < 0.6
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12]) if chance.random() < 0.5 else np.array([0, 2, 3, 5, 7, 8, 10, 12])
    sound = np.zeros(size + 4 * RATE)

    def add(made: Sound, second: float, loud: float) -> None:
        at = int(second * RATE)
        made = made[: max(0, len(sound) - at)]
        sound[at : at + len(made)] += loud * made

    chord = 0
    for number in range(int(size / RATE / beat)):
        now = number * beat
        if number % 4 == 0:
            chord = int(chance.choice([0, 3, 4, 5]))
            for step in (0, 2, 4):
                half_tones = scale[(chord + step) % 7] + 12 * ((chord + step) // 7)
                add(voice(root * 2 ** (half_tones / 12), 4 * beat, chance), now, 0.3)
        if chance.random() < 0.8:
            add(voice(2 * root * 2 ** (chance.choice(scale) / 12), beat * 1.2, chance), now, 0.6)
        if drums:
            hat = _band(_strike(0.08, 0.05, chance), 4000, 7500)
            add(hat, now, 0.15)
            add(hat, now + beat / 2, 0.1)
            t = np.arange(RATE // 4) / RATE
            kick = np.sin(2 * np.pi * (50 * t + 4 * (1 - np.exp(-t / 0.03)))) * _decay(len(t), 0.25)
            snare = _band(_strike(0.25, 0.2, chance), 300, 5000)
            add(kick if number % 2 == 0 else snare, now, 0.7)
    return sound[:size]


def _breathing(size: int, chance: Chance) -> Sound:
    """In through the nose, out through the mouth, every 3 to 5 s."""

    def breath(chance: Chance) -> Sound:
        def half(seconds: float, low: float, high: float) -> Sound:
            size = int(seconds * RATE)
            return _band(_noise(size, chance), low, high) * np.sin(np.pi * np.arange(size) / size) ** 1.5

        rest = np.zeros(int(chance.uniform(0.1, 0.4) * RATE))
        lips = chance.uniform(300, 600)
        return np.concatenate([0.6 * half(1.1, 600, 3500), rest, half(chance.uniform(1.2, 2), lips, 4 * lips)])

    return _strewn(size, (3.2, 5.0), breath, chance)


def _sighs(size: int, chance: Chance) -> Sound:
    """Loud breath through a vocal tract that stays put, some with a little voice: sighs, groans, hums without words."""

    def sigh(chance: Chance) -> Sound:
        long = int(chance.uniform(0.6, 1.8) * RATE)
        tract = [(chance.uniform(350, 700), 0.02, 1.0), (chance.uniform(1000, 1700), 0.015, 0.5), (2600, 0.01, 0.2)]
        t = np.arange(long) / RATE
        hz = chance.uniform(90, 220) * 2 ** (-0.3 * t)
        pulses = np.diff(np.floor(np.cumsum(hz) / RATE), prepend=0)
        source = _noise(long, chance) + chance.choice([0.0, 8.0]) * pulses
        return _rung(source, tract) * np.sin(np.pi * t / t[-1])

    return _strewn(size, (3.0, 7.0), sigh, chance)


def _coughs(size: int, chance: Chance) -> Sound:
    """One to four bursts of noise through throat formants, each with a hoarse tail."""

    def cough(chance: Chance) -> Sound:
        throat = [(chance.uniform(500, 800), 0.03, 1.0), (chance.uniform(1200, 1700), 0.02, 0.8), (2700, 0.015, 0.5)]
        bursts = []
        for _ in range(chance.integers(1, 5)):
            long = int(chance.uniform(0.2, 0.4) * RATE)
            t = np.arange(long) / RATE
            rough = 1 + 0.8 * np.sin(2 * np.pi * chance.uniform(60, 120) * t) * (t > 0.08)
            burst = _rung(_noise(long, chance) * rough, throat) + 0.2 * _noise(long, chance)
            bursts += [burst * _decay(long, chance.uniform(0.3, 0.6)), np.zeros(int(chance.uniform(0.05, 0.3) * RATE))]
        return np.concatenate(bursts)

    return _strewn(size, (2.5, 7.0), cough, chance)


def _doors(size: int, chance: Chance) -> Sound:
    """Slams: a low thud, the latch, a room's tail."""

    def slam(chance: Chance) -> Sound:
        wood = [(chance.uniform(50, 120), 0.4, 1.0), (chance.uniform(150, 400), 0.25, 0.6), (900, 0.1, 0.2)]
        thud = _rung(_strike(1.2, 0.02, chance), wood)
        tail = 0.1 * _band(_strike(1.2, 0.8, chance), 80, 1500)
        latch = _rung(_strike(0.15, 0.003, chance), [(chance.uniform(2000, 4000), 0.05, 0.5)])
        return np.concatenate([latch, thud + tail])

    return _strewn(size, (2.0, 8.0), slam, chance)


def _creaks(size: int, chance: Chance) -> Sound:
    """Chairs and floors: stick and slip, a train of pulses whose pitch glides, through wood."""

    def creak(chance: Chance) -> Sound:
        long = int(chance.uniform(0.4, 1.5) * RATE)
        hz = np.interp(np.arange(long), np.linspace(0, long, 5), chance.uniform(20, 220, 5))
        pulses = np.diff(np.floor(np.cumsum(hz) / RATE), prepend=0) * chance.uniform(0.3, 1, long)
        wood = [(chance.uniform(300, 900), 0.04, 1.0), (chance.uniform(1000, 3000), 0.02, 0.6)]
        return _rung(pulses, wood) * np.sin(np.pi * np.arange(long) / long)

    return _strewn(size, (1.5, 5.0), creak, chance)


def _dishes(size: int, chance: Chance) -> Sound:
    """Cutlery on plates, glasses: strikes of hard bodies with many high modes."""

    def clink(chance: Chance) -> Sound:
        base = chance.uniform(900, 2800)
        modes = [
            (base * k, chance.uniform(0.1, 0.7), 1 / n) for n, k in enumerate((1, 1.73, 2.41), 1) if base * k < 7500
        ]
        return _rung(_strike(0.8, 0.003, chance), modes) * chance.uniform(0.2, 1)

    return _strewn(size, (0.1, 1.2), clink, chance)


def _machines(size: int, chance: Chance) -> Sound:
    """A fan or a fridge: blade tones and rushing air, going on and off."""
    t = np.arange(size) / RATE
    base = chance.uniform(25, 120)
    tones = sum(chance.random() / k * np.sin(2 * np.pi * base * k * t) for k in range(1, 10))
    flutter = 1 + 0.2 * np.sin(2 * np.pi * chance.uniform(0.5, 8) * t)
    on = np.clip(4 * _slow(size, 0.1, chance) - 1, 0, 1)
    return np.asarray((tones + _tilted(size, 1.0, chance)) * flutter * (0.05 + on))


def _rain(size: int, chance: Chance) -> Sound:
    """A hiss of many drops, and single ones on a sill."""

    def drop(chance: Chance) -> Sound:
        return _rung(_strike(0.06, 0.003, chance), [(chance.uniform(800, 5000), 0.02, 1.0)]) * chance.random() ** 3

    hiss = _band(_noise(size, chance), 800, 7000) * (0.6 + 0.4 * _slow(size, 0.3, chance))
    return 0.15 * hiss + _strewn(size, (0.01, 0.1), drop, chance)


def _phone(size: int, chance: Chance) -> Sound:
    """A ring or a beep: two tones, on and off."""
    t = np.arange(size) / RATE
    low, high = sorted(chance.uniform(400, 2000, 2))
    on = (t % chance.uniform(1, 4)) < chance.uniform(0.2, 1.0)
    return np.asarray((np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)) * on)


KINDS: dict[str, Callable[[int, Chance], Sound]] = {
    "digital silence": lambda size, chance: np.zeros(size),
    "dither": _dither,
    "room noise": _room,
    "mains hum": _hum,
    "typing": _typing,
    "music": _music,
    "breathing": _breathing,
    "sighs": _sighs,
    "coughs": _coughs,
    "doors": _doors,
    "creaks": _creaks,
    "dishes": _dishes,
    "fan or fridge": _machines,
    "rain": _rain,
    "ringing": _phone,
}


def main() -> None:
    import soundfile

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()
    samples, parts = composed(options.seed, options.minutes)
    soundfile.write(options.file, samples, RATE)
    for part in parts:
        print(f"{part.start:8.2f} {part.end:8.2f}  {part.kind}")


if __name__ == "__main__":
    main()
