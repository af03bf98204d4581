"""The analysis beside a recording: how long after "stop" the session is there, and whether it is the same session.

    python benchmarks/live.py [--minutes 30] [--json FILE]

One real `lens record` in a terminal of its own (plain lines), `--minutes` minutes in real time: the example talk over
and over, played into a private PulseAudio. Measured are the seconds from the last key to the end of the command, the
samples dropped, whether every sample on the tape is as it was played, and what it costs: processor time of all
processes of the program, the peak of their memory (proportional set size: shared pages count once). Then the
finished tape is analyzed by a fresh run, in a library of its own, and the two sessions are compared word by word.

It is to reach: the session at most 15 s after "stop" on 2 cores; at most 1 % of words or speakers different.

Needs the packages that `make test` and `make bench` install.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pexpect
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis.audio import Recording, probe  # noqa: E402
from analysis.library import Library  # noqa: E402
from analysis.pipeline import Options, analyze  # noqa: E402
from analysis.session import Session, Word  # noqa: E402
from benchmarks.recording import compare, example  # noqa: E402
from recorder.frames import RATE  # noqa: E402
from recorder.keys import unlock  # noqa: E402
from recorder.remote import attach  # noqa: E402
from recorder.tape import Tape  # noqa: E402
from tests.support.pulse import PulseServer  # noqa: E402

LENS = str(Path(sys.executable).parent / "lens")
PASSPHRASE = "benchmark"
NAMES = ("Maya", "Jonas")
LONGEST_WAIT_S = 1800


class Cost:
    """What the processes of the program use, as far as it is looked at."""

    def __init__(self, leader: int) -> None:
        self.leader = psutil.Process(leader)
        self.seconds: dict[int, float] = {}
        self.peak = 0

    def look(self) -> None:
        """Add up what they hold and have used now; the recorder is among them."""
        held = 0
        with contextlib.suppress(psutil.Error):
            for process in [self.leader, *self.leader.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    full = process.memory_full_info()
                    held += getattr(full, "pss", full.rss)
                    self.seconds[process.pid] = sum(process.cpu_times()[:2])
        self.peak = max(self.peak, held)


def record(library: Path, minutes: float) -> dict[str, Any]:
    """One recording as two people make it; its figures."""
    env = os.environ | {"LENS_PASSPHRASE": PASSPHRASE, "TERM": "dumb"}
    command = ["--library", str(library), "record", "--names", ",".join(NAMES)]
    child = pexpect.spawn(LENS, command, env=env, encoding="utf-8", timeout=30, echo=False)
    for name in NAMES:
        child.expect(f"{name}, do you want this recorded")
        child.sendline("yes")
    for name in NAMES:
        child.expect(f"{name}, please say aloud")
        time.sleep(1.2)
        child.sendline("")
    child.expect("the conversation begins")
    cost, began = Cost(child.pid), time.monotonic()
    while time.monotonic() - began < minutes * 60:
        with contextlib.suppress(pexpect.TIMEOUT):
            child.expect(pexpect.EOF, timeout=1)
            raise SystemExit(f"the recording ended by itself:\n{child.before}")
        cost.look()
    remote = attach(library, unlock(library, PASSPHRASE).key)
    assert remote is not None
    dropped, kept = remote.state.dropped, remote.state.kept
    remote.close()
    child.sendline("s")
    child.expect("Stop and keep the recording")
    child.sendline("s")
    stopped = time.monotonic()
    while True:
        with contextlib.suppress(pexpect.TIMEOUT):
            child.expect(pexpect.EOF, timeout=0.25)
            break
        cost.look()
        if time.monotonic() - stopped > LONGEST_WAIT_S:
            raise SystemExit("no session came of it")
    passed = time.monotonic() - stopped
    child.close()
    if child.exitstatus:
        raise SystemExit(f"lens record failed with {child.exitstatus}:\n{child.before}")
    return {
        "minutes recorded": round(kept / 60, 1),
        "seconds from stop to the session": round(passed, 1),
        "samples dropped": dropped,
        "CPU, % of a core while recording": round(100 * sum(cost.seconds.values()) / (stopped - began), 1),
        "memory, highest, GB": round(cost.peak / 1e9, 2),
    }


def different(live: tuple[Word, ...], fresh: tuple[Word, ...]) -> dict[str, float]:
    """How many of a hundred words differ, and of how many that are the same the speaker differs."""
    ours, theirs = [word.text for word in live], [word.text for word in fresh]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    pairs = [(live[b.a + k], fresh[b.b + k]) for b in blocks for k in range(b.size)]
    whole = max(len(live), len(fresh), 1)
    return {
        "words": len(live),
        "words that differ, %": round(100 * (whole - len(pairs)) / whole, 2),
        "speakers that differ, %": round(100 * sum(a.speaker != b.speaker for a, b in pairs) / whole, 2),
    }


def again(library: Path, other: Path) -> dict[str, Any]:
    """The finished tape against what was played, and its session against that of a fresh run."""
    key = unlock(library, PASSPHRASE).key
    (path,) = (library / "tapes").glob("*.tape")
    sound = np.concatenate(list(Tape.open(path, key).sound()))[:, 0]
    same, late = compare(sound, example())
    with Library.open(library, key) as opened:
        (row,) = opened.sessions()
        live = opened.load(row.id)
    began = time.monotonic()
    with Library.open(other, key) as opened:
        source = Recording(path, key)
        fresh = analyze(source, probe(source), opened, Options(), lambda *_: None)
    passed = time.monotonic() - began
    return {
        "every sample as it was played": same,
        "times the player was late": late,
        **different(live.words, fresh.words),
        "the sessions are equal in everything": _alike(live) == _alike(fresh),
        "offline, x real time": round(passed / (len(sound) / RATE), 3),
    }


def _alike(session: Session) -> tuple[Any, ...]:
    return session.words, session.turns, session.utterances, session.frames, session.escalation, session.episodes


def main() -> None:
    """Measure, print, and write JSON where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lens-bench-") as name, PulseServer() as air:
        for variable, value in air.environment.items():
            if variable != "HOME":  # the models are unpacked there
                os.environ[variable] = value
        talk = example()
        air.play(np.tile(talk, int(options.minutes * 60 * RATE / len(talk)) + 2))
        figures = record(Path(name) / "library", options.minutes)
        air.hush()
        figures |= again(Path(name) / "library", Path(name) / "other")
    for what, value in figures.items():
        print(f"  {what:38}{value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
