"""`lens record` and `lens recover` as two people use them: a real terminal, a real sound server, the real recorder.

The terminal is a pseudo-terminal in plain lines (TERM=dumb); what the full screen shows is in test_live.py.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pexpect
import pytest
import soundfile
import soxr

from recorder.frames import RATE
from recorder.keys import unlock
from recorder.remote import running
from recorder.tape import Writer
from tests.cli.test_bad_input import one_line
from tests.conftest import EXAMPLE, LENS, Lens
from tests.recorder.test_capture import recorder_of, tape_of
from tests.support.mounts import mounted
from tests.support.pulse import PulseServer
from tests.support.studio import Script, head

pytestmark = pytest.mark.slow

PASSPHRASE = "a long evening"


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    """A sound server in which the example talk is heard, in a little room noise."""
    sound, rate = soundfile.read(EXAMPLE, dtype="float32")
    talk = soxr.resample(sound, rate, RATE) + np.random.default_rng(1).normal(0, 1e-3, len(sound) * 3)
    with PulseServer() as server:
        for name, value in server.environment.items():
            if name != "HOME":  # the models are unpacked there
                monkeypatch.setenv(name, value)
        server.play((np.clip(talk, -0.99, 0.99) * 32767).astype(np.int16))
        yield server


Terminal = Callable[..., pexpect.spawn]


@pytest.fixture
def terminal(library: Path) -> Iterator[Terminal]:
    """Runs `lens` in a terminal of its own."""
    opened: list[pexpect.spawn] = []

    def run(*arguments: str, folder: Path = library) -> pexpect.spawn:
        env = os.environ | {"LENS_PASSPHRASE": PASSPHRASE, "TERM": "dumb"}
        command = ["--library", str(folder), *arguments]
        child = pexpect.spawn(str(LENS), command, env=env, encoding="utf-8", timeout=20, echo=False)
        opened.append(child)
        return child

    yield run
    for child in opened:
        child.close(force=True)


def both_say_yes(child: pexpect.spawn) -> None:
    """At the keyboard, then aloud."""
    child.expect("Maya, do you want this recorded")
    child.sendline("yes")
    child.expect("Jonas, do you want this recorded")
    child.sendline("yes")
    for name in ("Maya", "Jonas"):
        child.expect(f"{name}, please say aloud")
        time.sleep(1.2)
        child.sendline("")
    child.expect("the conversation begins")


def key(library: Path) -> bytes:
    return unlock(library, PASSPHRASE).key


def test_from_the_two_yeses_to_the_session(library: Path, lens: Lens, terminal: Terminal, air: PulseServer) -> None:
    child = terminal("record", "--names", "Maya,Jonas")
    both_say_yes(child)
    assert running(library)
    time.sleep(25)
    child.sendline("b the letter")
    child.expect("the letter")
    child.sendline("p")
    child.expect("OFF THE RECORD")
    time.sleep(2)
    child.sendline("r")
    child.expect("RECORDING")
    time.sleep(6)
    child.sendline("s")
    child.expect("it is analyzed now")
    child.expect("both agreed to this recording", timeout=200)
    child.expect(pexpect.EOF, timeout=20)
    child.close()
    assert child.exitstatus == 0
    (row,) = json.loads(lens("--json", "sessions").stdout)
    path = library.parent / "talk.json"
    assert lens("export", row["id"], "--to", path).returncode == 0
    session = json.loads(path.read_text())
    assert session["consent"]["state"] == "recorded"
    assert session["consent"]["by"] == ["Maya", "Jonas"]
    assert session["audio"]["tape"] == tape_of(library).stem
    assert len(session["words"]) > 40
    marks = {mark["kind"]: mark for mark in session["marks"]}
    assert marks["bookmark"]["text"] == "the letter"
    off = marks["off the record"]
    assert 1.5 < off["end"] - off["start"] < 4
    # Nothing that was said off the record is in the transcript, and its silence is nobody's.
    assert not any(off["start"] + 0.3 < word["start"] < off["end"] - 0.3 for word in session["words"])
    assert not any(p["start"] < off["end"] and off["start"] < p["end"] for p in session["pauses"])
    for suffix in ("md", "html"):
        report = library.parent / f"talk.{suffix}"
        lens("export", row["id"], "--to", report)
        assert "both agreed to this recording" in report.read_text()
    # It can be analyzed again from its tape; names that were changed stay.
    lens("rename", row["id"], "--names", "Mia,Jon")
    again = json.loads(lens("--json", "--quiet", "analyze", row["id"]).stdout)
    assert again["id"] == row["id"]
    assert [participant["name"] for participant in again["participants"]] == ["Mia", "Jon"]
    # The session goes, and the sound with it.
    assert lens("delete", row["id"], "--yes").returncode == 0
    assert list((library / "tapes").iterdir()) == []


def test_a_recorder_that_was_killed_leaves_a_session_of_a_few_seconds(
    library: Path, lens: Lens, terminal: Terminal, air: PulseServer
) -> None:
    child = terminal("record", "--names", "Maya,Jonas")
    both_say_yes(child)
    time.sleep(3)
    os.kill(recorder_of(library), signal.SIGKILL)
    child.expect("the recorder ended unexpectedly")
    child.expect("lens recover")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert "1 recording has no session yet" in lens("sessions").stderr
    done = lens("recover")
    assert done.returncode == 0, done.stderr
    assert "not ended properly" in done.stdout
    (row,) = json.loads(lens("--json", "sessions").stdout)
    assert row["duration"] > 4
    assert "no recording is waiting" in lens("recover").stdout


def test_every_start_makes_sessions_of_what_was_left(
    library: Path, lens: Lens, terminal: Terminal, air: PulseServer
) -> None:
    """A recording whose analysis was stopped gets its session after the next one."""
    child = terminal("record", "--names", "Maya,Jonas")
    both_say_yes(child)
    child.sendline("s")
    child.expect("it is analyzed now")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    again = terminal("record", "--names", "Maya,Jonas")
    again.expect("recording of [^\n]*, Maya and Jonas")
    again.expect("they get theirs after this talk")
    both_say_yes(again)
    again.sendline("s")
    again.expect(pexpect.EOF, timeout=250)
    assert len(json.loads(lens("--json", "sessions").stdout)) == 2


@pytest.mark.parametrize("answers", [["no"], ["yes", "ok"], ["yes", ""]])
def test_without_both_yeses_nothing_is_recorded(
    answers: list[str], library: Path, terminal: Terminal, air: PulseServer
) -> None:
    child = terminal("record", "--names", "Maya,Jonas")
    for answer in answers:
        child.expect("do you want this recorded")
        child.sendline(answer)
    child.expect("did not say yes, so nothing is recorded")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert not (library / "tapes").exists()


def test_who_does_not_want_to_say_it_aloud_stops_it(library: Path, terminal: Terminal, air: PulseServer) -> None:
    child = terminal("record", "--names", "Maya,Jonas")
    for _ in range(2):
        child.expect("do you want this recorded")
        child.sendline("yes")
    child.expect("Maya, please say aloud")
    child.sendline("n")
    child.expect("yes, destroy it")
    child.sendline("y")
    child.expect("nothing of it is kept")
    child.expect(pexpect.EOF)
    assert list((library / "tapes").iterdir()) == []


def test_a_closed_window_does_not_end_a_recording(library: Path, terminal: Terminal, air: PulseServer) -> None:
    child = terminal("record", "--names", "Maya,Jonas")
    both_say_yes(child)
    child.close(force=True)
    time.sleep(2)
    assert running(library)
    again = terminal("record")
    again.expect("a recording is running")
    again.sendline("delete")
    again.expect("yes")
    again.sendline("yes")
    again.expect("nothing of it is kept")
    again.expect(pexpect.EOF)
    time.sleep(0.5)
    assert not running(library)


def test_a_dead_screen_leaves_a_line_that_says_that_it_records(
    library: Path, terminal: Terminal, air: PulseServer
) -> None:
    child = terminal("record", "--names", "Maya,Jonas")
    both_say_yes(child)
    # The terminal stays open, only the program in it dies.
    os.kill(child.pid, signal.SIGKILL)
    try:
        child.expect("RECORDING .* the screen was lost: `lens record` brings it back", timeout=12)
    finally:
        os.kill(recorder_of(library), signal.SIGKILL)


def test_no_terminal_no_recording(lens: Lens, library: Path, air: PulseServer) -> None:
    assert "use a terminal" in one_line(lens("record", "--names", "Maya,Jonas"))
    assert not (library / "tapes").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--names", "Maya"], "of two people, 1 name"),
        (["--names", "Maya,Jonas,Lea"], "of two people, 3 names"),
        (["--names", "Maya,Maya"], "different names"),
        (["--language", "English"], "is no code"),
    ],
)
def test_mistakes_are_told_before_anything_is_asked(arguments: list[str], said: str, terminal: Terminal) -> None:
    child = terminal("record", *arguments)
    child.expect(said)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--device", "Microfone_mic"], "Microphone_mic"),
        (["--device", "Microphone_mic", "--device", "other"], "two clocks"),
        (["--channels", "2"], "one channel"),
    ],
)
def test_a_microphone_that_will_not_do(
    arguments: list[str], said: str, terminal: Terminal, library: Path, air: PulseServer
) -> None:
    child = terminal("record", "--names", "Maya,Jonas", *arguments)
    for _ in range(2):
        child.expect("do you want this recorded")
        child.sendline("yes")
    child.expect(said)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert not (library / "tapes").exists()


def test_a_wrong_passphrase_and_a_read_only_disk(
    library: Path, lens: Lens, terminal: Terminal, air: PulseServer, tmp_path: Path
) -> None:
    assert lens("sessions").returncode == 0
    assert "wrong passphrase" in one_line(lens("recover", LENS_PASSPHRASE="other"))
    disk = tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "tmpfs"):
        child = terminal("sessions", folder=disk / "library")
        child.expect(pexpect.EOF)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        child = terminal("record", "--names", "Maya,Jonas", folder=disk / "library")
        child.expect("cannot be written|can not be written|read-only|Read-only")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 2


def test_damaged_and_foreign_tapes_get_one_line_each(library: Path, lens: Lens, tmp_path: Path) -> None:
    lens("sessions")
    foreign = Writer.create(tmp_path / "other", bytes(32), head())
    foreign.close()
    (library / "tapes").mkdir()
    foreign.path.rename(library / "tapes" / foreign.path.name)
    assert "another library" in one_line(lens("recover"))
    (library / "tapes" / foreign.path.name).write_bytes(b"RIFF1234")
    one_line(lens("recover"))


def test_a_damaged_tape_still_becomes_a_session(library: Path, lens: Lens) -> None:
    lens("sessions")
    script = Script()
    script.play(library, chain(script.agreed(), script.sound(8), script.do("stop")), key=key(library))
    data = bytearray(script.path.read_bytes())
    data[len(data) // 2] ^= 4
    script.path.write_bytes(data)
    done = lens("recover")
    assert done.returncode == 0, done.stderr
    assert "damaged" in done.stdout
    (row,) = json.loads(lens("--json", "sessions").stdout)
    assert row["duration"] == 10
    assert "do not verify" in lens("show", row["id"]).stdout or "does not verify" in lens("show", row["id"]).stdout


def test_a_recording_without_a_session_can_be_destroyed(library: Path, lens: Lens) -> None:
    lens("sessions")
    script = Script()
    script.play(library, chain(script.agreed(), script.sound(2), script.do("stop")), key=key(library))
    assert lens("delete", script.path.stem[:10], "--yes").returncode == 0
    assert not script.path.exists()
