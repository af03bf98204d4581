"""The commands, as a user without a terminal meets them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from analysis.session import Session, decode
from tests.conftest import EXAMPLE, LENS, Lens

TALK = {
    "id": "talk-one",
    "recorded_at": "2026-11-20T20:15:00+01:00",
    "words": [
        {"text": text, "start": k * 0.5, "end": k * 0.5 + 0.4, "speaker": "Ann" if k < 4 else "Ben"}
        for k, text in enumerate(["I", "was", "so", "scared.", "Whatever,", "I'm", "done", "talking."])
    ],
}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(TALK))
    return path


def test_a_typed_talk_goes_through_every_command(lens: Lens, talk: Path, tmp_path: Path) -> None:
    done = lens("analyze", talk, "--export", tmp_path / "talk.md")
    assert done.returncode == 0, done.stderr
    assert "Ann" in done.stdout and "withdrawing" in done.stdout
    assert "withdrawing" in (tmp_path / "talk.md").read_text()
    (row,) = json.loads(lens("--json", "sessions").stdout)
    assert (row["id"], row["names"]) == ("talk-one", ["Ann", "Ben"])
    assert "talk-one" in lens("sessions").stdout
    assert lens("rename", "talk", "--names", "Anna,Benno").stdout == "talk-one: Anna, Benno\n"
    assert "Benno" in lens("show", "talk-one").stdout
    assert lens("export", "talk-one", "--to", tmp_path / "talk.html").returncode == 0
    assert "Benno" in (tmp_path / "talk.html").read_text()
    assert lens("delete", "talk-one", "--yes").returncode == 0
    assert json.loads(lens("--json", "sessions").stdout) == []


def test_an_export_read_back_is_the_same_session(lens: Lens, talk: Path, tmp_path: Path) -> None:
    assert lens("analyze", talk, "--export", tmp_path / "a.json").returncode == 0
    assert lens("analyze", tmp_path / "a.json", "--export", tmp_path / "b.json").returncode == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.slow
def test_what_is_in_a_file_cannot_steer_the_terminal(lens: Lens, tmp_path: Path) -> None:
    path = tmp_path / "evil\x1b[2J\n.json"
    word = {"text": "\x1b]0;owned\x07hi", "start": 0, "end": 1, "speaker": "A\x1b[31m"}
    path.write_text(json.dumps({"words": [word]}))
    for done in (lens("analyze", path), lens("sessions"), lens("analyze", str(path) + "x.json")):
        assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_talk_is_not_overwritten_by_another_with_its_id(lens: Lens, talk: Path, tmp_path: Path) -> None:
    lens("analyze", talk)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(TALK | {"words": TALK["words"][:3]}))
    done = lens("analyze", other)
    assert done.returncode == 2
    assert "of another talk in your library" in done.stderr
    assert "Whatever" in lens("show", "talk-one").stdout


@pytest.mark.slow
def test_names_that_do_not_fit_the_voices_are_refused(lens: Lens, talk: Path) -> None:
    lens("analyze", talk)
    for names in ("Anna", "Anna,Benno,Carl"):
        done = lens("rename", "talk-one", "--names", names)
        assert done.returncode == 2
        assert "has 2 voices" in done.stderr


def test_more_names_than_voices_name_nobody(lens: Lens, tmp_path: Path) -> None:
    path = tmp_path / "alone.json"
    path.write_text(json.dumps({"words": TALK["words"][:4]}))
    done = lens("analyze", path, "--names", "Maya,Jonas")
    assert done.returncode == 0
    assert "nobody was named" in done.stderr
    assert "Maya" not in done.stdout


def test_deleting_a_session_deletes_what_an_unfinished_analysis_of_it_stored(tmp_path: Path) -> None:
    from analysis.library import Library
    from analysis.session import Audio

    sound = Audio(name="x.wav", sha256="ab" * 32, duration=1, sample_rate=16_000, channels=1, codec="pcm_s16le")
    with Library.open(tmp_path / "library", b"k" * 32) as library:
        library.save(Session(id="a", recorded_at="2026-01-01", audio=sound))
        mine, other = library.jobs.begin("ab" * 32 + "rest"), library.jobs.begin("cd" * 32 + "rest")
        library.jobs.store(mine, "words", 0, b"secret")
        library.jobs.store(other, "words", 0, b"other")
        library.delete("a")
        assert library.jobs.windows(mine, "words") == {}
        assert library.jobs.windows(other, "words") == {0: b"other"}


def test_a_delete_that_nobody_confirms_deletes_nothing(lens: Lens, talk: Path) -> None:
    lens("analyze", talk)
    assert lens("delete", "talk-one").returncode == 130
    assert len(json.loads(lens("--json", "sessions").stdout)) == 1


def test_a_key_in_a_plain_file_is_warned_of(talk: Path, tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k != "LENS_PASSPHRASE"}
    env |= {"XDG_CONFIG_HOME": str(tmp_path / "config"), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    lens = [str(LENS), "--library", str(tmp_path / "library")]
    command = [*lens, "analyze", str(talk)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert "whoever can read your files can read your sessions" in done.stderr

    def again(*command: str) -> str:
        told = subprocess.run([*lens, *command], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL)
        return told.stdout + told.stderr

    assert "whoever can read" not in again("sessions")
    assert "whoever can read" in again("keys")


def test_models_are_listed(lens: Lens) -> None:
    models = {row["name"]: row for row in json.loads(lens("--json", "models", "list").stdout)}
    assert models["base"]["status"] in {"bundled", "ready"}
    assert models["community-1"]["task"] == "diarization"


def test_help_and_version(lens: Lens) -> None:
    assert "Nothing ever leaves this machine" in lens("--help").stdout
    assert "0.1.0" in lens("--version").stdout
    assert lens("frobnicate").returncode == 2


@pytest.mark.slow
def test_a_killed_analysis_goes_on_where_it_stopped(lens: Lens, library: Path, kitchen: Session) -> None:
    """kill -9 after the first windows; the second run does the rest, and comes to the same words and turns."""
    assert windows_after_stop(library, signal.SIGKILL)[0] == -signal.SIGKILL
    done = lens("--json", "analyze", EXAMPLE, "--names", "Maya,Jonas")
    assert done.returncode == 0, done.stderr
    resumed = decode(done.stdout)
    assert (resumed.words, resumed.turns, resumed.frames) == (kitchen.words, kitchen.turns, kitchen.frames)


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(lens: Lens, library: Path) -> None:
    code, said, children = windows_after_stop(library, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in said
    assert said.strip().splitlines()[-1].startswith("stopped; what was stored is kept")
    assert stored(library)
    deadline = time.monotonic() + 10
    while alive := [pid for pid in children if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.1)


def windows_after_stop(library: Path, number: signal.Signals) -> tuple[int, str, list[int]]:
    """Start an analysis, send the signal once two windows are stored; exit code, what it said, its processes."""
    env = os.environ | {"LENS_PASSPHRASE": "a long evening"}
    command = [str(LENS), "--library", str(library), "analyze", str(EXAMPLE), "--names", "Maya,Jonas"]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while stored(library) < 2:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)
    children = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    os.kill(process.pid, number)
    said = process.communicate(timeout=30)[1]
    return process.returncode, said, children


def stored(library: Path) -> int:
    """How many windows an unfinished analysis has stored."""
    from analysis.library import Library
    from recorder.errors import LensError
    from recorder.keys import unlock

    try:
        with Library.open(library, unlock(library, "a long evening").key) as opened:
            found = opened._read("SELECT COUNT(*) FROM windows")
    except LensError:
        return 0
    return int(found[0][0])
