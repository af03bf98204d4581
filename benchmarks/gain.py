"""Does the gain watch see a gain that changes by itself, and only then?

    python benchmarks/gain.py [--json FILE]

*Untouched* sound must not be called changing: real recordings that were made for something else (where
`/work/shared/data` is at hand), and the example conversation with steady and unsteady noises added, each played twice
over. The same conversation put through simulated gain controls must be noticed; "after" says after how many seconds of
talk. All chance is seeded.

The simulated controls follow the peak of each 5 ms and turn quiet sound up towards -9 dB: down within some 10 ms, up
again by so many dB a second (as simple ones do, from cheap USB microphones to compressors) or with a time constant. One
more goes up only while somebody speaks, by 3 dB a second, as WebRTC's newer one: it leaves no trace in pauses.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent

from recorder.frames import RATE  # noqa: E402
from recorder.gain import GainWatch  # noqa: E402

Sound = NDArray[np.float64]
"""Shape (n,), 48 kHz, in [-1, 1]."""

EXAMPLE = ROOT / "examples" / "kitchen-table.flac"
SHARED = Path("/work/shared/data")
HOP = RATE // 200
SPEECH_DB = -45.0
TARGET_DB = -9.0
ATTACK = 0.5


def read(path: Path) -> Sound:
    """The first channel of a file."""
    sound, rate = soundfile.read(path, always_2d=True)
    return np.asarray(soxr.resample(sound[:, 0], rate, RATE))


def noise(size: int, level_db: float, tilt: float, seed: int) -> Sound:
    """Noise whose power falls by `tilt` times 3 dB an octave (0 white, 1 pink, 2 brown); repeats every 44 s."""
    spectrum = np.fft.rfft(np.random.default_rng(abs(seed)).standard_normal(1 << 21))
    hz = np.fft.rfftfreq(1 << 21, 1 / RATE)
    made = np.fft.irfft(spectrum * np.maximum(hz, 20.0) ** (-tilt / 2))
    return np.resize(made * 10 ** (level_db / 20) / np.sqrt(np.mean(made**2)), size)


def curve(size: int, points: list[tuple[float, float]]) -> Sound:
    """Gain factors along a line through (second, dB)."""
    seconds, db = zip(*points, strict=True)
    return np.asarray(10 ** (np.interp(np.arange(size) / RATE, seconds, db) / 20))


def wandering(size: int, spread_db: float, tau_s: float, seed: int) -> Sound:
    """Gain factors that wander at random, as a street does."""
    chance, keep = np.random.default_rng(seed), np.exp(-0.1 / tau_s)
    steps = np.zeros(size * 10 // RATE + 2)
    for index in range(1, len(steps)):
        steps[index] = keep * steps[index - 1] + np.sqrt(1 - keep**2) * spread_db * chance.standard_normal()
    return curve(size, [(index / 10, float(db)) for index, db in enumerate(steps)])


def breaths(talk: Sound, level_db: float) -> Sound:
    """Somebody close to the microphone who draws breath before every stretch of talk."""
    made = np.zeros(len(talk))
    loud = levels(talk) > SPEECH_DB
    for hop in np.flatnonzero(loud[1:] & ~loud[:-1]):
        length = int(0.4 * RATE)
        start = hop * HOP - length
        if start > 0 and not loud[max(0, hop - 160) : hop].any():
            made[start : start + length] += noise(length, level_db, 0.5, int(hop)) * np.hanning(length) * 1.6
    return made


def levels(sound: Sound) -> Sound:
    """Peaks of each 5 ms in dB re full scale."""
    peaks = np.abs(sound[: len(sound) // HOP * HOP]).reshape(-1, HOP).max(axis=1)
    return np.asarray(20 * np.log10(np.maximum(peaks, 1e-6)))


def controlled(sound: Sound, most_db: float, rise: Callable[[float, float], float]) -> Sound:
    """The sound after a gain control; `rise(missing, level)` is how many dB it goes up within 5 ms."""
    gains, gain = [], most_db / 2
    for level in levels(sound):
        wanted = min(most_db, max(0.0, TARGET_DB - level))
        gain += ATTACK * (wanted - gain) if wanted < gain else min(wanted - gain, rise(wanted - gain, level))
        gains.append(gain)
    places = np.arange(len(gains)) * HOP + HOP / 2
    return np.asarray(sound * 10 ** (np.interp(np.arange(len(sound)), places, gains) / 20))


def noticed(sound: Sound) -> float | None:
    """After how many seconds the watch is sure; None if never."""
    samples = np.round(np.clip(sound * 32768, -32768, 32767)).astype(np.int16)[:, None]
    watch = GainWatch()
    for begin in range(0, len(samples), 1200):
        watch.hear(samples[begin : begin + 1200])
        if watch.changes_by_itself:
            return begin / RATE
    return None


def untouched(talk: Sound) -> Iterator[tuple[str, Sound]]:
    """The example with what rooms do."""
    size = len(talk)
    end = size / RATE
    for level in (-80, -70, -60, -50, -45):
        for tilt, name in ((0, "white"), (1, "pink"), (2, "brown")):
            yield f"steady {name} noise, {level} dB", talk + noise(size, level, tilt, level)
    room = noise(size, -58, 1, 1)
    on_and_off = ((0, 0), (0.2, 8), (20, 8), (20.2, 0))
    fridge = [(at + t, db) for at in range(20, int(end) - 20, 40) for t, db in on_and_off]
    yield "a fridge, on and off every 20 s", talk + room * curve(size, fridge)
    yield "a dishwasher starts", talk + room * curve(size, [(0, 0), (60, 0), (60.3, 10)])
    yield "a kettle comes to the boil", talk + room * curve(size, [(0, 0), (40, 0), (130, 25), (131, 0)])
    yield "rain grows and goes", talk + room * curve(size, [(0, 0), (end / 2, 20), (end, 0)])
    cars = [(at + t, db) for at in range(9, int(end) - 9, 14) for t, db in ((-4.0, 0.0), (0.0, 12.0), (4.0, 0.0))]
    yield "a car passes every 14 s", talk + room * curve(size, cars)
    for spread, tau in ((2, 0.5), (2, 2), (4, 1), (4, 4), (6, 2)):
        for seed in range(4):
            name = f"a street, ±{spread} dB within {tau} s ({seed})"
            yield name, talk + room * wandering(size, spread, tau, seed)
    for level in (-60, -50, -40):
        yield f"breaths of {level} dB before talk", talk + room * 0.3 + breaths(talk, level)


def recordings() -> Iterator[tuple[str, Sound]]:
    """Real ones, never touched by an automatic gain as far as is known."""
    if not SHARED.is_dir():
        print(f"no {SHARED}: without real recordings")
        return
    clips = sorted((SHARED / "diarization").glob("*.wav"))
    for path in clips:
        yield f"meeting {path.stem}", read(path)
    yield "the meetings, one after the other", np.concatenate([read(path) for path in clips])
    for actor in range(1, 9):
        paths = sorted((SHARED / "arousal").glob(f"*-{actor:02d}.flac"))
        yield f"acted sentences, actor {actor}", np.concatenate([read(path) for path in paths])


def controls(talk: Sound) -> Iterator[tuple[str, Sound]]:
    """The example after gain controls, over different noises of the room."""
    for level in (-75, -65, -55):
        heard = talk + noise(len(talk), level, 1, level)
        for most in (12, 20, 30):
            for speed in (1, 3, 6):
                made = controlled(heard, most, lambda missing, level, speed=speed: speed / 200)
                yield f"{speed} dB/s, at most {most} dB, noise {level} dB", made
            for tau in (0.5, 2):
                made = controlled(heard, most, lambda missing, level, tau=tau: missing / tau / 200)
                yield f"time constant {tau} s, at most {most} dB, noise {level} dB", made
        made = controlled(heard, 30, lambda missing, level: 3 / 200 if level > SPEECH_DB else 0.0)
        yield f"moves during speech only, at most 30 dB, noise {level} dB", made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    talk = np.tile(read(EXAMPLE), 2)
    groups = {"untouched, real": recordings(), "untouched, made": untouched(talk), "controlled": controls(talk)}
    results: dict[str, dict[str, float | None]] = {}
    for group, sounds in groups.items():
        print(f"\n{group}")
        results[group] = {}
        for name, sound in sounds:
            after = results[group][name] = noticed(sound)
            print(f"  {name:60} {'-' if after is None else f'after {after:.0f} s'}")
    print(f"\n{'':20}{'noticed':>10}{'of':>6}")
    for group, found in results.items():
        print(f"{group:20}{sum(after is not None for after in found.values()):>10}{len(found):>6}")
    begin = time.process_time()
    noticed(noise(600 * RATE, -50, 0, 0))
    print(f"\n{(time.process_time() - begin) * 6:.1f} s of work per hour of sound")
    if told.json:
        told.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
