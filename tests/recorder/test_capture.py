"""Real capture: what a real sound server plays is on the tape bit for bit, and what goes wrong with it is told."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import numpy as np
import pytest

from recorder.errors import DeviceError, RecordingError
from recorder.frames import RATE
from recorder.remote import attach, current, running
from recorder.screens import connection_key
from recorder.state import Command
from recorder.tape import Tape
from tests.recorder.conftest import Begin, stop, until
from tests.support.pulse import PulseServer
from tests.support.studio import KEY, NAMES, numbered, timeline

pytestmark = pytest.mark.slow


def tape_of(library: Path) -> Path:
    (path,) = (library / "tapes").glob("*.tape")
    return path


def breaks(sound: np.ndarray) -> int:
    """How many times what was heard does not run on as it was played.

    What is played has no zeros; a player that is too slow for a moment leaves some, and then goes on where it was.
    """
    played = sound[sound[:, 0] != 0, 0].astype(int)
    assert len(played) > 0
    return int(np.count_nonzero(np.diff(played) % 30_000 != 1))


def exact(sound: np.ndarray) -> bool:
    """Whether what was heard is what was played, without a sample missing."""
    return breaks(sound) == 0


@pytest.mark.parametrize("channels", [1, 2])
def test_what_was_played_is_on_the_tape_bit_for_bit(
    library: Path, begin: Begin, channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PulseServer(channels=channels) as air:
        for name, value in air.environment.items():
            monkeypatch.setenv(name, value)
        air.play(numbered(0, 60 * RATE, channels))
        remote = begin(channels=channels)
        time.sleep(4)
        last = stop(remote)
    sound = timeline(tape_of(library))
    assert sound.shape[1] == channels
    assert exact(sound)
    if channels == 2:
        assert np.array_equal(sound[:, 0], -sound[:, 1])
    assert last.ending == "stopped"
    assert last.kept > 4
    assert last.dropped == 0
    assert Tape.open(tape_of(library), KEY).survey().damage == ()


def test_the_microphone_goes_and_comes(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    time.sleep(1)
    air.kill()
    assert until(remote, lambda state: state.trouble) <= 1.0
    assert "microphone is gone" in (remote.state.trouble or "")
    time.sleep(2)
    air.start()
    air.plug_in("mic")
    air.play(numbered(0, 60 * RATE))
    until(remote, lambda state: state.trouble is None, within=3)
    kept = remote.state.kept
    until(remote, lambda state: state.kept > kept + 1)
    stop(remote)
    survey = Tape.open(tape_of(library), KEY).survey()
    assert "gap" in [mark.kind for mark in survey.marks]
    assert any(end - start > 2 for start, end in survey.gaps)
    assert survey.duration == pytest.approx(remote.state.elapsed, abs=0.5)  # time is not closed up


def test_the_only_microphone_is_unplugged(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    air.unplug("mic")
    assert until(remote, lambda state: state.trouble) <= 1.0
    air.plug_in("mic")
    air.play(numbered(0, 60 * RATE))
    until(remote, lambda state: state.trouble is None, within=4)
    stop(remote)


def test_a_hanging_sound_server(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    time.sleep(1)
    air.freeze()
    assert until(remote, lambda state: state.trouble) <= 1.0
    assert "does not answer" in (remote.state.trouble or "")
    time.sleep(3)
    remote.send(Command(do="bookmark", text="still here"))
    until(remote, lambda state: state.bookmarks == 1)  # commands work all the while
    air.thaw()
    until(remote, lambda state: state.trouble is None, within=3)
    kept = remote.state.kept
    until(remote, lambda state: state.kept > kept + 1)
    stop(remote)
    assert Tape.open(tape_of(library), KEY).survey().duration == pytest.approx(remote.state.elapsed, abs=0.5)


def test_a_silent_move_to_another_microphone(library: Path, begin: Begin, air: PulseServer) -> None:
    air.plug_in("lid")
    air.play(numbered(0, 60 * RATE))
    air.play(numbered(0, 60 * RATE), "lid")
    remote = begin(devices=("Microphone_mic",))
    until(remote, lambda state: state.microphone == "Microphone_mic")
    time.sleep(0.5)
    air.unplug("mic")
    assert until(remote, lambda state: state.microphone != "Microphone_mic") <= 1.0
    until(remote, lambda state: state.relative_only)
    kept = remote.state.kept
    until(remote, lambda state: state.kept > kept + 1)
    stop(remote)
    assert "device" in [mark.kind for mark in Tape.open(tape_of(library), KEY).survey().marks]


def test_the_volume_is_changed_by_the_system(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    time.sleep(0.5)
    assert not remote.state.relative_only
    air.pactl("set-source-volume", "mic", "40%")
    assert until(remote, lambda state: state.relative_only) <= 1.0
    assert any("40%" in told.text for told in remote.state.told)


def test_a_muted_microphone(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    time.sleep(2.5)
    air.pactl("set-source-mute", "mic", "1")
    assert until(remote, lambda state: "mute" in (state.trouble or "")) <= 1.0


def test_the_recorder_itself_stood_still(library: Path, begin: Begin, air: PulseServer) -> None:
    """A stopped process, as a swapping or sleeping computer makes it: what is missing is not closed up."""
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    time.sleep(1)
    os.kill(recorder_of(library), signal.SIGSTOP)
    assert until(remote, lambda state: state.stale) <= 1.0
    time.sleep(2)
    os.kill(recorder_of(library), signal.SIGCONT)
    kept = remote.state.kept
    until(remote, lambda state: state.kept > kept + 3)
    stop(remote)
    survey = Tape.open(tape_of(library), KEY).survey()
    assert survey.duration == pytest.approx(remote.state.elapsed, abs=0.6)


def recorder_of(library: Path) -> int:
    """The process that holds the tape of this library."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            handles = [str(handle.readlink()) for handle in (process / "fd").iterdir()]
        except OSError:
            continue
        if any(handle.startswith(str(library)) and handle.endswith(".tape") for handle in handles):
            return int(process.name)
    raise AssertionError("no recorder runs")


def test_the_screen_dies_and_comes_back(library: Path, begin: Begin, air: PulseServer) -> None:
    """A screen in a process of its own is killed; the recording goes on, and another screen finds it."""
    air.play(numbered(0, 60 * RATE))
    code = (
        "import time; from recorder.remote import *; from recorder.consent import Agreement;"
        f"r = start(Order(library={str(library)!r}, key=bytes(range(32)), "
        f"agreement=Agreement(by={NAMES!r}, at='2026-11-23T20:00:00+01:00')));"
        "from recorder.state import Command; r.send(Command(do='yes')); r.send(Command(do='yes'));"
        "print('on', flush=True); time.sleep(60)"
    )
    library.mkdir()
    screen = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert screen.stdout is not None
    assert screen.stdout.readline() == b"on\n"
    screen.kill()
    screen.wait()
    time.sleep(1.5)
    assert current(library) == tape_of(library).stem
    remote = attach(library, KEY)
    assert remote is not None
    assert remote.state.kept > 0.4
    last = stop(remote)
    assert last.ending == "stopped"
    assert exact(timeline(tape_of(library)))
    time.sleep(0.3)
    assert not running(library)


def test_a_screen_that_hangs_costs_no_sample(library: Path, begin: Begin, air: PulseServer) -> None:
    """A screen that connects and never reads: the socket fills up, its thread waits, and nobody else does."""
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    address = (library / "recording.address").read_text().split("\n")[1]
    hanging = [Client(address, authkey=connection_key(KEY)) for _ in range(3)]
    for screen in hanging:
        socket.socket(fileno=os.dup(screen.fileno())).setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    time.sleep(4)
    assert stop(remote).dropped == 0
    assert exact(timeline(tape_of(library)))


def test_a_computer_that_is_shut_down_ends_it_well(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    time.sleep(1)
    os.kill(recorder_of(library), signal.SIGTERM)
    until(remote, lambda state: state.ending == "stopped")
    assert Tape.open(tape_of(library), KEY).survey().complete


@pytest.mark.parametrize("frozen", [False, True])
def test_the_recorder_is_gone_soon_after_the_end(frozen: bool, library: Path, begin: Begin, air: PulseServer) -> None:
    """With its key, its lock and its socket, even where the sound system hangs."""
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    process = Path("/proc") / str(recorder_of(library))
    folder = Path((library / "recording.address").read_text().split("\n")[1]).parent
    if frozen:
        air.freeze()
        until(remote, lambda state: state.trouble)
    stop(remote)
    deadline = time.monotonic() + 4
    while gone(process) is False and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(process)
    assert not running(library)
    assert current(library) is None
    assert not folder.exists()


def gone(process: Path) -> bool:
    """Whether it has ended; its parent, this test, has not yet taken note of it."""
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_crash_leaves_no_memory_in_a_file(
    library: Path, begin: Begin, air: PulseServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        begin()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    pid = recorder_of(library)
    assert re.search(r"Max core file size +0 +0 ", (Path("/proc") / str(pid) / "limits").read_text())
    os.kill(pid, signal.SIGSEGV)
    time.sleep(1)
    assert not list(tmp_path.glob("core*"))


def test_somebody_without_the_key_cannot_look(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    remote = begin()
    address = (library / "recording.address").read_text().split("\n")[1]
    with pytest.raises(AuthenticationError):
        Client(address, authkey=b"guessed")
    with pytest.raises(RecordingError):
        attach(library, bytes(32))
    stop(remote)


def test_a_second_recording_is_refused(library: Path, begin: Begin, air: PulseServer) -> None:
    air.play(numbered(0, 60 * RATE))
    begin()
    with pytest.raises(RecordingError, match="already running"):
        begin()


def test_no_microphone_begins_nothing(library: Path, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    with PulseServer(microphone=False) as air:
        for name, value in air.environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(DeviceError, match="microphone"):
            begin()
    assert not list(library.glob("tapes/*"))
    assert not running(library)


def test_an_unknown_microphone_names_the_nearest(library: Path, begin: Begin, air: PulseServer) -> None:
    with pytest.raises(DeviceError, match="Microphone_mic"):
        begin(devices=("Microfone",))


def test_a_disk_without_room_begins_nothing(library: Path, begin: Begin, air: PulseServer, small_disk: Path) -> None:
    with pytest.raises(RecordingError, match="minutes of sound"):
        begin(folder=small_disk / "library")
