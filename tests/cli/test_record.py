"""`lens record` and `lens recover` as two people use them: a real terminal, a real sound server, the real recorder.

The terminal is a pseudo-terminal in plain lines (TERM=dumb); what the full screen shows is in test_live.py.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pexpect
import pytest
import soundfile
import soxr
from filelock import FileLock
from pexpect.fdpexpect import fdspawn

from analysis.audio import Recording, probe
from analysis.library import Library
from analysis.session import Session
from cli.record import _afterwards, _listening
from cli.recover import _began
from cli.shared import Settings
from recorder.errors import LensFailure
from recorder.frames import RATE, End, Kind, Mark, Sound
from recorder.keys import create, unlock
from recorder.process import LOCK
from recorder.remote import attach, running
from recorder.tape import Survey, Writer
from tests.cli.test_bad_input import one_line
from tests.cli.test_lens import stored
from tests.conftest import EXAMPLE, LENS, Lens
from tests.recorder.test_capture import recorder_of, tape_of
from tests.support.mounts import mounted
from tests.support.pulse import PulseServer
from tests.support.remotes import state
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

    def run(*arguments: str, folder: Path = library, passphrase: bool = True) -> pexpect.spawn:
        env = os.environ | {"LENS_PASSPHRASE": PASSPHRASE, "TERM": "dumb"}
        if not passphrase:
            del env["LENS_PASSPHRASE"]
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


def stop(child: pexpect.spawn) -> None:
    child.sendline("s")
    child.expect("Stop and keep the recording")
    child.sendline("s")


def key(library: Path) -> bytes:
    return unlock(library, PASSPHRASE).key


def workers_of(leader: int) -> list[str]:
    """The processes of a terminal's session that still run."""
    found = subprocess.run(["ps", "-o", "args=", "-s", str(leader)], capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if "defunct" not in line]


def test_from_the_two_yeses_to_the_session(library: Path, lens: Lens, terminal: Terminal, air: PulseServer) -> None:
    """It is listened to meanwhile: that costs no sample; the session is there soon after stop, and alone stays."""
    child = terminal("record", "--names", "Maya,Jonas")
    child.logfile_read = io.StringIO()
    both_say_yes(child)
    assert running(library)
    beside = Library.open(library, key(library))
    began = time.monotonic()
    while {stage for (stage,) in beside._read("SELECT DISTINCT stage FROM windows")} != {"words", "voices", "frames"}:
        assert time.monotonic() - began < 90
        time.sleep(0.5)
    child.sendline("b the letter")
    child.expect("the letter")
    child.sendline("p")
    child.expect("OFF THE RECORD")
    time.sleep(2)
    child.sendline("r")
    child.expect("RECORDING")
    time.sleep(4)
    seen = attach(library, key(library))
    assert seen is not None and seen.state.dropped == 0
    seen.close()
    stop(child)
    stopped = time.monotonic()
    child.expect("it is analyzed now")
    child.expect("both agreed to this recording", timeout=60)
    child.expect(pexpect.EOF, timeout=20)
    assert time.monotonic() - stopped < 30
    child.close()
    assert child.exitstatus == 0
    assert "Traceback" not in child.logfile_read.getvalue() and "arn" not in child.logfile_read.getvalue()
    assert beside._read("SELECT count(*) FROM jobs") == [(0,)]
    beside.close()
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
    heard = [word["start"] for word in session["words"] if word["supported"]]
    assert not any(off["start"] + 0.3 < start < off["end"] - 0.3 for start in heard)
    assert not any(p["start"] < off["end"] and off["start"] < p["end"] for p in session["pauses"])
    for suffix in ("md", "html"):
        report = library.parent / f"talk.{suffix}"
        lens("export", row["id"], "--to", report)
        assert "both agreed to this recording" in report.read_text()
    # It can be analyzed again from its tape; names that were changed stay.
    lens("rename", row["id"], "--names", "Mia,Jon")
    again = json.loads(lens("--json", "--quiet", "analyze", row["id"]).stdout)
    assert again["id"] == row["id"]
    # Of half a minute a raised voice may come out as a third one; it is aside then.
    assert [person["name"] for person in again["participants"] if not person["aside"]] == ["Mia", "Jon"]
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
    stop(child)
    child.expect("it is analyzed now")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    time.sleep(1)  # multiprocessing's tracker sees a moment later that nobody is there any more
    assert workers_of(child.pid) == []
    again = terminal("record", "--names", "Maya,Jonas")
    again.expect("recording of [^\n]*, Maya and Jonas")
    again.expect("they get theirs after this talk")
    both_say_yes(again)
    stop(again)
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
    child.expect("Enter: destroy it")
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
    again = terminal("record", "--names", "Lea,Tom", "--channels", "1", "--language", "en")
    again.expect("a recording is running")
    again.expect("ignored, for it is running already: --names, --channels\r")
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
    # Not `child.expect`, which stops listening when the program has ended.
    terminal_left = fdspawn(os.dup(child.child_fd), encoding="utf-8")
    try:
        terminal_left.expect("RECORDING .* the screen was lost: `lens record` brings it back", timeout=12)
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
    foreign = Script()
    foreign.play(tmp_path / "other", chain(foreign.agreed(), foreign.do("stop")), key=bytes(32))
    (library / "tapes").mkdir()
    path = foreign.path.rename(library / "tapes" / foreign.path.name)
    assert "another library" in one_line(lens("recover"))
    path.write_bytes(b"RIFF1234" * 1000)
    said = one_line(lens("recover"))
    assert f"`lens delete {path.stem[:10]}`" in said
    assert path.read_bytes() == b"RIFF1234" * 1000
    assert lens("delete", path.stem[:10], "--yes").returncode == 0
    assert not path.exists()


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


# One passphrase for one command


@pytest.fixture
def locked(library: Path) -> Path:
    """A library locked by a passphrase, with two recordings in it: one has a session, the other waits."""
    create(library, PASSPHRASE)
    with Library.open(library, key(library)) as opened:
        done = tape(library, 2)
        opened.save(Session(id="done", recorded_at="", audio=probe(Recording(done, key(library)))))
    tape(library, 2, kinds=("yes", "yes"))
    return library


@pytest.mark.parametrize("command", ["sessions", "delete done --yes", "recover", "analyze done"])
def test_the_passphrase_is_asked_for_once(command: str, locked: Path, terminal: Terminal) -> None:
    child = terminal(*command.split(), passphrase=False)
    child.logfile_read = io.StringIO()
    child.expect("Passphrase of")
    child.sendline(PASSPHRASE)
    child.expect(pexpect.EOF, timeout=120)
    assert child.logfile_read.getvalue().count("Passphrase") == 1
    child.close()
    assert child.exitstatus == 0


def test_the_passphrase_is_asked_for_once_in_a_whole_recording(
    locked: Path, terminal: Terminal, air: PulseServer
) -> None:
    child = terminal("record", "--names", "Maya,Jonas", passphrase=False)
    child.logfile_read = io.StringIO()
    child.expect("Passphrase of")
    child.sendline(PASSPHRASE)
    both_say_yes(child)
    stop(child)
    child.expect(pexpect.EOF, timeout=250)
    assert child.logfile_read.getvalue().count("Passphrase") == 1
    child.close()
    assert child.exitstatus == 0


# What follows the end of a recording


@pytest.fixture
def settings(library: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("LENS_PASSPHRASE", PASSPHRASE)
    return Settings(library, json=False, quiet=True)


def test_what_was_not_destroyed_is_never_called_safe(settings: Settings) -> None:
    trouble = "it could not be overwritten (Input/output error)"
    ended = state(phase="ended", ending="not destroyed", trouble=trouble, tape="5e9a" * 8)
    with pytest.raises(LensFailure) as raised:
        _afterwards(settings, ended, _listening(settings, ended.tape, None))
    assert str(raised.value).startswith(f"NOT destroyed: {trouble}; `lens delete 5e9a5e9a5e` destroys")
    assert "safe" not in str(raised.value) and "recover" not in str(raised.value)


@pytest.mark.parametrize("reason", [None, "the disk was full before both had said yes aloud"])
def test_why_it_was_destroyed_is_told(
    reason: str | None, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = state(phase="ended", ending="deleted", trouble=reason, tape="5e9a" * 8)
    _afterwards(settings, ended, _listening(settings, ended.tape, None))
    said = capsys.readouterr().out
    assert said == f"the recording was destroyed{f' ({reason})' if reason else ''}; nothing of it is kept\n"


@pytest.mark.parametrize("ending", ["deleted", "not destroyed"])
def test_of_what_was_to_be_destroyed_no_finding_stays(ending: str, settings: Settings) -> None:
    ended = state(phase="ended", ending=ending, tape="5e9a" * 8)
    with Library.open(settings.folder, settings.key) as library:
        for tape_id in (ended.tape, "77bb" * 8):
            library.jobs.store(library.jobs.begin("0" * 128 + tape_id), "words", 0, b"what was said")
        with suppress(LensFailure):
            _afterwards(settings, ended, _listening(settings, ended.tape, None))
        assert library._read("SELECT substr(key, 129) FROM jobs") == [("77bb" * 8,)]


def test_tonight_is_analyzed_even_if_another_recording_begins(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(settings.folder, PASSPHRASE)
    tonight, other = tape(settings.folder, 2), tape(settings.folder, 2)
    heard: list[Path] = []
    monkeypatch.setattr("cli.record.listen", lambda settings, source, options: heard.append(source.path))
    monkeypatch.setattr("cli.record.deliver", lambda *_: None)
    monkeypatch.setattr("cli.record.rescue", lambda settings, path: heard.append(path))
    ended = state(phase="ended", ending="stopped", tape=tonight.stem)
    _afterwards(settings, ended, _listening(settings, ended.tape, None))
    assert heard == [tonight, other]
    heard.clear()
    with beginning(settings.folder):
        _afterwards(settings, ended, _listening(settings, ended.tape, None))
    assert heard == [tonight]


@contextmanager
def beginning(library: Path) -> Iterator[None]:
    """A recording begins, and its tape is not known yet."""
    with FileLock(library / LOCK):
        yield


def test_nothing_fails_because_a_recording_begins(library: Path, lens: Lens) -> None:
    lens("sessions")
    path = tape(library, 2, kinds=("yes", "yes"))
    with beginning(library):
        for command in (["sessions"], ["recover"]):
            done = lens(*command)
            assert done.returncode == 0, done.stderr
        assert "just beginning" in done.stderr and done.stdout == ""
        assert "there is no session" in one_line(lens("delete", path.stem, "--yes"))
    assert path.exists()


# What becomes of a tape that waits


def tape(
    library: Path, seconds: int, kinds: Sequence[Kind] = ("yes", "yes", "conversation"), ended: bool = True
) -> Path:
    """A tape in the library: marks, then seconds of noise."""
    noise = np.random.default_rng(3).integers(-3000, 3000, (RATE, 1), np.int16)
    with Writer.create(library, key(library), head()) as writer:
        for kind in kinds:
            writer.mark(Mark(at=0, kind=kind))
        for second in range(seconds):
            writer.sound(Sound(at=second * RATE, samples=noise, wall=0.0, stream=0.0))
        if ended:
            writer.end(End(at=seconds * RATE, reason="stopped"))
    return writer.path


def damage(path: Path) -> bytes:
    """Change a bit in the middle, where the sound is."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    return bytes(data)


def test_without_both_yeses_a_whole_tape_is_destroyed_with_all_that_was_heard(library: Path, lens: Lens) -> None:
    lens("sessions")
    path = tape(library, 2, kinds=("yes", "yes"), ended=False)
    with Library.open(library, key(library)) as opened:
        opened.jobs.store(opened.jobs.begin("ab" * 64 + path.stem), "words", 0, b"said")
    done = lens("recover")
    assert done.returncode == 0, done.stderr
    assert "it ended before both had said yes aloud: destroyed" in done.stdout
    assert not path.exists() and stored(library) == 0


@pytest.mark.parametrize(
    ("kinds", "seconds", "why"),
    [(("yes", "yes"), 4, "both said yes aloud"), (("yes", "yes", "conversation"), 1, "no sound on it can be read")],
    ids=["no yes", "no sound"],
)
def test_a_damaged_tape_is_never_destroyed_unasked(
    kinds: Sequence[Kind], seconds: int, why: str, library: Path, lens: Lens
) -> None:
    lens("sessions")
    path = tape(library, seconds, kinds)
    data = damage(path)
    for _ in range(2):
        said = one_line(lens("recover"))
        assert why in said and f"`lens delete {path.stem[:10]}`" in said
        assert path.read_bytes() == data
    assert json.loads(lens("--json", "sessions").stdout) == []
    with Library.open(library, key(library)) as opened:
        opened.jobs.store(opened.jobs.begin("ab" * 64 + path.stem), "words", 0, b"said")
    assert lens("delete", path.stem[:10], "--yes").returncode == 0
    assert not path.exists() and stored(library) == 0


def test_what_shows_that_a_conversation_had_begun() -> None:
    def began(*kinds: Kind, damaged: bool = True, **changes: Any) -> bool:
        calm: dict[str, Any] = {
            "duration": 60.0, "kept": 60.0, "complete": False, "reason": None, "strikes": (), "gaps": (),
            "marks": tuple(Mark(at=0, kind=kind) for kind in kinds), "damage": ("a frame is missing",) * damaged,
        }  # fmt: skip
        return _began(Survey(**(calm | changes)))

    assert began("yes", "conversation") and began("conversation", damaged=False)
    assert not began("yes", "yes", "gap", "device", "screen")
    for kind in ("bookmark", "pause", "break", "resume"):
        assert began("yes", kind)
    assert began("yes", duration=200.0)
    assert not began("yes", duration=200.0, gaps=((100.0, 200.0),)), "the clock alone shows nothing"
    assert not began("yes", duration=200.0, damaged=False), "they sat there, and did not say it"


def test_stubs_are_removed_and_stop_nothing(library: Path, lens: Lens) -> None:
    lens("sessions")
    whole = tape(library, 0, kinds=(), ended=False)
    header, data = 216, whole.read_bytes()
    for k, stub in enumerate([b"", data[:100], data[:header], data[:400], os.urandom(header) + data[header:]]):
        path = whole.with_name(f"{k}{'0' * 31}.tape")
        path.write_bytes(stub)
        path.with_suffix(".reserve").write_bytes(os.urandom(65536))
    done = lens("recover")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("breaks off before any sound: removed") == 6
    assert list((library / "tapes").iterdir()) == []
    assert "no recording is waiting" in lens("recover").stdout


def test_an_interrupted_destruction_cannot_be_told_from_damage_and_stays(library: Path, lens: Lens) -> None:
    lens("sessions")
    path, stub = tape(library, 2), tape(library, 0, kinds=(), ended=False)
    path.write_bytes(os.urandom(216) + path.read_bytes()[216:])
    assert f"`lens delete {path.stem[:10]}`" in one_line(lens("recover"))
    assert path.exists() and not stub.exists()


def test_an_id_that_may_mean_several_destroys_nothing(library: Path, lens: Lens) -> None:
    lens("sessions")
    first, second = (tape(library, 1).rename(library / "tapes" / f"5e9a{k * 28}.tape") for k in "12")
    with Library.open(library, key(library)) as opened:
        opened.save(Session(id="77aa", recorded_at=""))
    other = tape(library, 1).rename(library / "tapes" / f"77{'b' * 30}.tape")
    for id in ("5e9a", "77", "7", "5"):
        assert "write more of the id" in one_line(lens("delete", id, "--yes"))
    assert first.exists() and second.exists() and other.exists()
    assert lens("delete", "5e9a1", "--yes").stdout == "destroyed 5e9a111111\n"
    assert lens("delete", "77aa", "--yes").stdout == "deleted 77aa\n"
    assert not first.exists() and second.exists() and other.exists()
