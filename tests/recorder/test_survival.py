"""What a recording survives: kill -9, a power cut, a full disk; and what it leaves readable: nothing.

The recorders are real processes that hear a real sound server. Loss is the time between the blow and the last sample
on the tape, by the clock that stamped the samples.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recorder.frames import RATE
from recorder.state import Command
from recorder.tape import Tape
from tests.recorder.conftest import Begin, stop, until
from tests.recorder.test_capture import breaks, recorder_of, tape_of
from tests.support.mounts import mounted
from tests.support.pulse import PulseServer
from tests.support.studio import KEY, last_heard, numbered, timeline

pytestmark = pytest.mark.slow

MOST_LOST = 1.0
"""Seconds (design.md, promise 7)."""


def test_kill_9_at_fifty_random_moments(tmp_path: Path, begin: Begin, air: PulseServer) -> None:
    """Ten recorders at once, five times: at most a second is lost, every tape opens, byte-exact up to there."""
    chance = random.Random(20261123)
    air.play(numbered(0, 300 * RATE))
    lost: list[float] = []
    for turn in range(5):
        libraries = [tmp_path / f"{turn}-{k}" for k in range(10)]
        with ThreadPoolExecutor(10) as pool:
            remotes = list(pool.map(begin, libraries))
        pids = [recorder_of(library) for library in libraries]
        time.sleep(1.2)
        for library, pid, remote in zip(libraries, pids, remotes, strict=True):
            time.sleep(chance.uniform(0.0, 0.4))
            now = time.time()
            os.kill(pid, signal.SIGKILL)
            until(remote, lambda _, remote=remote: remote.lost, within=1.0)  # told within a second
            lost.append(now - last_heard(tape_of(library)))
    assert len(lost) == 50
    assert max(lost) <= MOST_LOST, sorted(lost)[-5:]
    tapes = list(tmp_path.glob("*/tapes/*.tape"))
    for path in tapes:
        survey = Tape.open(path, KEY).survey()
        assert not survey.complete
        assert survey.damage == ()
    # With ten listeners on a busy machine the sound server itself skips now and then (38 samples, in one tape of 200):
    # told from a fault of ours by its rarity. That one recorder gets every sample is `test_capture`'s business.
    assert sum(breaks(timeline(path)) for path in tapes) <= 2


def test_a_power_cut_at_twenty_random_moments(tmp_path: Path, begin: Begin, air: PulseServer) -> None:
    """A disk image is copied while the recording runs: what was not synced is not in it. At most a second is lost."""
    chance = random.Random(20261124)
    air.play(numbered(0, 300 * RATE))
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(200 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    cuts: list[tuple[float, Path]] = []
    with mounted(tmp_path / "disk", "-o", "loop", str(image)) as disk:
        remote = begin(disk / "library")
        pid = recorder_of(disk / "library")
        for k in range(20):
            time.sleep(chance.uniform(0.2, 1.2))
            # Stopped, so that the copy is of one moment.
            os.kill(pid, signal.SIGSTOP)
            cuts.append((time.time(), tmp_path / f"cut-{k}.img"))
            subprocess.run(["cp", "--sparse=always", str(image), str(cuts[-1][1])], check=True)
            os.kill(pid, signal.SIGCONT)
            until(remote, lambda state, kept=remote.state.kept: state.kept > kept + 1)
        stop(remote)
    lost = []
    for moment, cut in cuts:
        with mounted(tmp_path / "after", "-o", "loop", str(cut)) as disk:
            path = tape_of(disk / "library")
            lost.append(moment - last_heard(path))
            assert Tape.open(path, KEY).survey().damage == ()
        cut.unlink()
    assert max(lost) <= MOST_LOST, sorted(lost)[-5:]


def test_a_disk_that_really_fills_up(small_disk: Path, begin: Begin, air: PulseServer) -> None:
    """Somebody else fills the disk while we record: it ends by itself, and everything until then is readable."""
    air.play(np.random.default_rng(1).integers(-20_000, 20_000, 60 * RATE).astype(np.int16))
    subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
    remote = begin(small_disk / "library")
    time.sleep(2)
    with (small_disk / "holiday.mp4").open("wb") as film, pytest.raises(OSError):
        while True:
            film.write(bytes(1 << 20))
    until(remote, lambda state: state.phase == "ended", within=5)
    assert remote.state.ending == "disk full"
    survey = Tape.open(tape_of(small_disk / "library"), KEY).survey()
    assert survey.complete
    assert survey.kept >= 2
    assert survey.damage == ()


WORDS = ["Canarywoman", "Canaryman", "Canarybookmark"]


def canaries(sound: np.ndarray) -> list[bytes]:
    """What must be nowhere: the words, as text and UTF-16; the tone as PCM and as FLAC."""
    words = [word.encode(code) for word in WORDS for code in ("utf-8", "utf-16-le")]
    pcm = [sound[start : start + 16].astype("<i2").tobytes() for start in range(0, len(sound), 997)]
    return [*words, *pcm, b"fLaC", b"RIFF"]


def files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


@pytest.mark.parametrize("how", ["stop", "kill -9", "strike"])
def test_nothing_readable_is_on_the_disk_at_any_moment(
    how: str, tmp_path: Path, air: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canary words and a canary tone, searched for in library, temp dir and home, while it runs and afterwards."""
    from recorder.consent import Agreement
    from recorder.remote import Order, start

    temp, library = tmp_path / "tmp", tmp_path / "library"
    temp.mkdir()
    library.mkdir()
    monkeypatch.setenv("TMPDIR", str(temp))
    second = np.arange(RATE) / RATE
    tone = (9_000 * np.sin(2 * np.pi * 1237 * second) + 500 * np.sin(2 * np.pi * 311 * second)).astype(np.int16)
    air.play(np.tile(tone, 60))
    agreement = Agreement(by=(WORDS[0], WORDS[1]), at="2026-11-23T20:14:58+01:00")
    remote = start(Order(library=str(library), key=KEY, agreement=agreement))
    for do in ("yes", "yes"):
        remote.send(Command(do=do))  # type: ignore[arg-type]
    remote.send(Command(do="bookmark", text=WORDS[2]))
    until(remote, lambda state: state.kept > 1)
    needles = canaries(tone)

    def found() -> list[tuple[str, bytes]]:
        return [
            (str(path), needle)
            for path in files(library, temp, air.folder)
            for data in [path.read_bytes()]
            for needle in needles
            if needle in data
        ]

    for _ in range(5):
        assert found() == []
        time.sleep(0.2)
    path = tape_of(library)
    kept = timeline(path)[:, 0]
    assert any((kept[k : k + RATE // 4] == tone[: RATE // 4]).all() for k in range(len(kept) - RATE // 4)), "not heard"
    if how == "kill -9":
        os.kill(recorder_of(library), signal.SIGKILL)
        until(remote, lambda _: remote.lost, within=1.0)
    elif how == "strike":
        remote.send(Command(do="strike", minutes=10))
        until(remote, lambda state: state.kept < 0.5)
        stop(remote)
        assert not any(mark.text == WORDS[2] for mark in Tape.open(path, KEY).survey().marks)
    else:
        stop(remote)
    assert found() == []
    # The search itself finds what is really there.
    soundfile.write(temp / "leak.flac", tone, RATE, subtype="PCM_16")
    (temp / "leak.log").write_text(f"bookmark {WORDS[2]}")
    assert {Path(name).name for name, _ in found()} == {"leak.flac", "leak.log"}
    shutil.rmtree(temp)


def test_the_key_is_in_no_argument_and_no_environment(library: Path, begin: Begin, air: PulseServer) -> None:
    begin()
    process = Path("/proc") / str(recorder_of(library))
    for name in ("cmdline", "environ"):
        data = (process / name).read_bytes()
        assert KEY not in data
        assert KEY.hex().encode() not in data
