"""The whole chain, measured as a user runs it: time and memory of `lens analyze` at 5, 20 and 60 minutes.

    python benchmarks/chain.py [--minutes 5 20 60] [--json FILE]

The sound is the example conversation, over and over. Memory is the peak of the sum over all processes of
their proportional set size (shared pages count once), sampled twice a second. `lens --help` is the
median of eleven runs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import soundfile

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "kitchen-table.flac"
LENS = str(Path(sys.executable).parent / "lens")


def long_file(minutes: float, folder: Path) -> Path:
    """The example repeated to so many minutes."""
    sound, rate = soundfile.read(EXAMPLE, dtype="int16")
    size = int(minutes * 60 * rate)
    path = folder / f"talk-{minutes:g}.flac"
    soundfile.write(path, np.resize(sound, size), rate)
    return path


def memory(process: psutil.Process) -> int:
    """Bytes that the process and its children hold now."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            full = member.memory_full_info()
            total += getattr(full, "pss", full.rss)
    return total


def analyze(minutes: float) -> dict[str, float]:
    """One fresh analysis; seconds of work per second of sound, and the peak of memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = long_file(minutes, folder)
        command = [
            LENS,
            "--quiet",
            "--library",
            str(folder / "library"),
            "analyze",
            str(path),
            "--names",
            "A,B",
        ]
        began = time.monotonic()
        # A passphrase, so that no key file of a library that is gone stays in the user's folder.
        env = os.environ | {"LENS_PASSPHRASE": "benchmark"}
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=env)
        watched, peak = psutil.Process(child.pid), 0
        while child.poll() is None:
            with contextlib.suppress(psutil.Error):
                peak = max(peak, memory(watched))
            time.sleep(0.5)
        seconds = time.monotonic() - began
        if child.returncode:
            raise SystemExit(f"lens analyze failed with {child.returncode}")
    return {
        "minutes": minutes,
        "seconds": round(seconds, 1),
        "real-time factor": round(seconds / (minutes * 60), 3),
        "peak memory GB": round(peak / 1e9, 2),
    }


def help_seconds() -> float:
    """Median wall time of `lens --help`."""
    times = []
    for _ in range(11):
        began = time.monotonic()
        subprocess.run([LENS, "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.monotonic() - began)
    return round(statistics.median(times), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, nargs="+", default=[5, 20, 60])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    rows: list[dict[str, float]] = [{"lens --help, seconds": help_seconds()}]
    print(rows[0], flush=True)
    for minutes in options.minutes:
        rows.append(analyze(minutes))
        print(rows[-1], flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
