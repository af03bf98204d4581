"""What recording costs and what a crash costs: processor, memory, bytes, seconds.

    python benchmarks/recording.py [--minutes 30] [--json FILE]

1. A real recording of `--minutes` minutes (example talk, looped) through a private PulseAudio: processor time and
   memory of the recorder's process, bytes on the tape, samples dropped; then the tape is compared with what was played.
2. Two hours on an accelerated clock, through the same code without the sound server: memory after 10 minutes and at
   the end, processor time per hour of sound.
3. kill -9 at 50 random moments and a power cut (a copy of the disk's image) at 20: seconds lost.

Needs the packages that `make test` installs; the third part needs root (it mounts a disk image).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile
import soxr

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from recorder.consent import Agreement  # noqa: E402
from recorder.frames import RATE  # noqa: E402
from recorder.remote import Order, Remote, start  # noqa: E402
from recorder.state import Command  # noqa: E402
from recorder.tape import Tape  # noqa: E402
from tests.support.pulse import PulseServer  # noqa: E402
from tests.support.studio import BLOCK, KEY, NAMES, Script, last_heard  # noqa: E402

MB = 1 << 20


def example() -> np.ndarray:
    """The example talk at 48 kHz, int16, with a little room noise so that nothing is exact zero."""
    sound, rate = soundfile.read(ROOT / "examples" / "kitchen-table.flac", dtype="float32")
    sound = soxr.resample(sound, rate, RATE)
    sound = sound + np.random.default_rng(1).normal(0, 1e-3, len(sound)).astype(np.float32)
    return (np.clip(sound, -0.99, 0.99) * 32767).astype(np.int16)


def begin(folder: Path) -> tuple[Remote, psutil.Process]:
    """A recording under way, and its process."""
    folder.mkdir(parents=True)
    before = {process.pid for process in psutil.process_iter()}
    agreement = Agreement(by=NAMES, at="2026-11-23T20:15:00+01:00")
    remote = start(Order(library=str(folder), key=KEY, agreement=agreement))
    for _ in NAMES:
        remote.send(Command(do="yes"))
    while remote.state.phase != "recording":
        time.sleep(0.01)
    mine = [p for p in psutil.process_iter(["cmdline"]) if p.pid not in before]
    return remote, next(p for p in mine if "recorder.process" in (p.info["cmdline"] or []))


def stop(remote: Remote) -> None:
    """End a recording."""
    remote.send(Command(do="stop"))
    while remote.state.phase != "ended":
        time.sleep(0.01)


def real(folder: Path, minutes: float, air: PulseServer) -> dict[str, Any]:
    """A recording in real time."""
    talk = example()
    air.hush()
    air.play(np.tile(talk, int(minutes * 60 * RATE / len(talk)) + 2))
    remote, process = begin(folder)
    memory = []
    began, cpu = time.monotonic(), sum(process.cpu_times()[:2])
    while time.monotonic() - began < minutes * 60:
        memory.append(process.memory_info().rss / MB)
        for _ in range(10):  # as a screen does; a recording that nobody looks at ends by itself
            assert remote.state.phase == "recording"
            time.sleep(0.1)
    used = sum(process.cpu_times()[:2]) - cpu
    passed = time.monotonic() - began
    stop(remote)
    (path,) = (folder / "tapes").glob("*.tape")
    sound = np.concatenate(list(Tape.open(path, KEY).sound()))[:, 0]
    same, late = compare(sound, talk)
    return {
        "minutes": round(passed / 60, 1),
        "CPU, % of a core": round(100 * used / passed, 2),
        "memory after a tenth, MB": round(memory[len(memory) // 10], 1),
        "memory at the end, MB": round(memory[-1], 1),
        "memory, highest, MB": round(max(memory), 1),
        "tape, MB per hour": round(path.stat().st_size / 1e6 / (remote.state.kept / 3600), 1),
        "samples dropped": remote.state.dropped,
        "every sample as it was played": same,
        "times the player was late": late,
    }


def compare(sound: np.ndarray, talk: np.ndarray) -> tuple[bool, int]:
    """Whether all that was heard is the talk, over and over, without a sample missing or changed.

    On a busy machine the *player* may be late; the sound server then plays silence and the talk goes on where it was.
    Such silences are counted; they are the only thing that is allowed between two pieces of the talk.
    """
    heard = np.flatnonzero(sound)
    sound = sound[heard[0] : heard[-1] + 1]
    where = np.flatnonzero(talk == sound[0])
    at = next(int(k) for k in where if np.array_equal(talk[k : k + 99], sound[:99][: len(talk) - k]))
    late = place = 0
    while place < len(sound):
        piece = sound[place : place + len(talk) - at]
        differs = np.flatnonzero(piece != talk[at : at + len(piece)])
        same = int(differs[0]) if len(differs) else len(piece)
        place, at = place + same, (at + same) % len(talk)
        if len(differs):
            silence = int(np.argmax(sound[place:] != 0))
            if silence < RATE // 200:
                return False, late
            late, place = late + 1, place + silence
    return True, late


def _accelerated(folder: Path, hours: float, results: Any) -> None:
    process, script, memory = psutil.Process(), Script(drift=50e-6), []
    talk = example()

    def blocks(seconds: float) -> Any:
        for k, block in enumerate(script.sound(seconds)):
            begin = k * BLOCK % (len(talk) - BLOCK)
            if k % (600 * RATE // BLOCK) == 0:
                memory.append(process.memory_info().rss / MB)
            yield type(block)(talk[begin : begin + BLOCK, None], block.instant, block.stream, block.first)

    script.states = _Last()
    cpu = sum(process.cpu_times()[:2])
    script.play(folder, chain(script.agreed(), blocks(hours * 3600), script.do("stop")))
    used = sum(process.cpu_times()[:2]) - cpu
    results.put(
        {
            "hours": hours,
            "CPU, % of a core at real speed": round(100 * used / (hours * 3600), 2),
            "memory after 10 min, MB": round(memory[1], 1),
            "memory at the end, MB": round(process.memory_info().rss / MB, 1),
        }
    )


class _Last(list):
    """Keeps no states: a screen shows only the last."""

    def append(self, state: object) -> None:
        self[:] = [state]


def accelerated(folder: Path, hours: float) -> dict[str, Any]:
    """The same code in a fresh process, as fast as it goes (each frame is still synced)."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    child = context.Process(target=_accelerated, args=(folder, hours, results))
    child.start()
    figures = results.get()
    child.join()
    return figures


def spread(lost: list[float]) -> dict[str, Any]:
    """Median and worst."""
    return {
        "moments": len(lost),
        "median lost, s": round(float(np.median(lost)), 2),
        "most lost, s": round(max(lost), 2),
    }


def killed(folder: Path, air: PulseServer, moments: int = 50) -> dict[str, Any]:
    """kill -9, one recorder at a time."""
    chance, lost = random.Random(1), []
    air.hush()
    air.play(np.tile(example(), 2))
    for k in range(moments):
        library = folder / str(k)
        _, process = begin(library)
        time.sleep(chance.uniform(0.8, 1.8))
        now = time.time()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(5)
        lost.append(now - last_heard(next((library / "tapes").glob("*.tape"))))
    return spread(lost)


def cut(folder: Path, air: PulseServer, moments: int = 20) -> dict[str, Any]:
    """A power cut: the image of a mounted disk is copied while it is written; what was not synced is not in it."""
    chance, lost = random.Random(2), []
    image, disk, copy, after = (folder / name for name in ("image", "disk", "copy", "after"))
    for path in (disk, after):
        path.mkdir(parents=True)
    subprocess.run(["truncate", "-s", "400M", str(image)], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(disk)], check=True)
    air.hush()
    air.play(np.tile(example(), 3))
    try:
        remote, process = begin(disk / "library")
        for _ in range(moments):
            time.sleep(chance.uniform(1.0, 2.0))
            process.suspend()
            now = time.time()
            subprocess.run(["cp", "--sparse=always", str(image), str(copy)], check=True)
            process.resume()
            subprocess.run(["mount", "-o", "loop", str(copy), str(after)], check=True)
            lost.append(now - last_heard(next((after / "library" / "tapes").glob("*.tape"))))
            subprocess.run(["umount", str(after)], check=True)
        stop(remote)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    return spread(lost)


def main() -> None:
    """Measure, print, and write JSON where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="lens-bench-") as name, PulseServer() as air:
        folder = Path(name)
        os.environ |= air.environment
        figures["two hours, accelerated"] = accelerated(folder / "fast", 2.0)
        figures["kill -9"] = killed(folder / "killed", air)
        if os.geteuid() == 0:
            figures["power cut"] = cut(folder / "cut", air)
        figures["real time"] = real(folder / "real", options.minutes, air)
    for title, rows in figures.items():
        print(f"\n{title}")
        for what, value in rows.items():
            print(f"  {what:34}{value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
