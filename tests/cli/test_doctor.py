"""`lens devices` and `lens doctor`, by the real command, over a real private PulseAudio."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recorder.checkup import Finding
from tests.conftest import LENS, Lens
from tests.support.mounts import mounted
from tests.support.pulse import PulseServer

pytestmark = pytest.mark.slow


@pytest.fixture
def pulse() -> Iterator[PulseServer]:
    with PulseServer() as server:
        yield server


def speak(pulse: PulseServer) -> None:
    """Noise that comes and goes like speech, for ten seconds."""
    rng = np.random.default_rng(7)
    loud = np.repeat(rng.random(40) < 0.6, 12_000)
    pulse.play((rng.normal(0, 1, len(loud)) * np.where(loud, 1500, 20)).astype(np.int16))
    time.sleep(0.7)


def test_devices_are_listed_with_what_hurts(lens: Lens, pulse: PulseServer) -> None:
    pulse.plug_in("desk", 2)
    done = lens("devices", **pulse.environment)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "* Microphone_mic  (1 channel)"
    assert lines[1].startswith("    !! ")
    assert "  Microphone_desk  (2 channels)" in lines
    answer = json.loads(lens("--json", "devices", **pulse.environment).stdout)
    assert [(one["id"], one["channels"], one["is_default"]) for one in answer] == [("mic", 1, True), ("desk", 2, False)]


def test_a_name_from_outside_does_not_steer_the_terminal(lens: Lens, pulse: PulseServer) -> None:
    pulse.plug_in("evil", description="evil\x1b[2J")
    done = lens("devices", **pulse.environment)
    checked = lens("doctor", "--device", "evil", **pulse.environment)
    for text in (done.stdout, checked.stdout):
        assert "evil\N{REPLACEMENT CHARACTER}[2J" in text
        assert "\x1b" not in text


def test_no_microphone_is_said_in_one_line(lens: Lens) -> None:
    with PulseServer(microphone=False) as pulse:
        done = lens("devices", **pulse.environment)
        assert done.returncode == 2
        assert done.stderr.startswith("lens: no microphone was found")
        assert done.stderr.count("\n") == 1
        assert lens("--json", "devices", **pulse.environment).stdout == "[]\n"
        checked = lens("doctor", **pulse.environment)
    assert checked.returncode == 2
    assert "!!  no microphone was found" in checked.stdout
    assert "ok  disk: room for" in checked.stdout
    assert "ok  transcription: base" in checked.stdout


def test_doctor_finds_a_good_microphone_good(lens: Lens, pulse: PulseServer, library: Path) -> None:
    speak(pulse)
    done = lens("doctor", **pulse.environment)
    assert done.returncode == 0, done.stdout
    assert done.stderr == "listening for 3 seconds: say a few words now\n"
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ok  PortAudio V19")
    assert lines[1] == "ok  microphone: Microphone_mic (1 channel)"
    assert lines[2].startswith("ok  hears up to -2")
    assert lines[3].startswith("ok  the floor of noise is -6")
    assert f"ok  library: none yet; the first recording makes {library}" in lines
    assert not library.exists()


def test_doctor_hears_a_muted_microphone_and_asks_for_no_passphrase(lens: Lens, pulse: PulseServer) -> None:
    speak(pulse)
    lens("sessions")  # makes the library
    pulse.pactl("set-source-mute", "mic", "1")
    done = lens("--json", "--quiet", "doctor", "--device", "mic", LENS_PASSPHRASE="wrong", **pulse.environment)
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr, answer["works"]) == (2, "", False)
    told = {check["text"].split(":")[0]: check["ok"] for check in answer["checks"]}
    assert told["exact silence for 3.0 s"] is False
    assert told["it is muted"] is False
    assert {"ok": True, "text": "library: locked by passphrase"} in answer["checks"]


@pytest.mark.parametrize("made", [True, False], ids=["library", "none yet"])
def test_doctor_tells_of_a_read_only_disk(lens: Lens, tmp_path: Path, made: bool) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "tmpfs"):
        if made:
            (disk / "library").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        finding = looked_at(disk / "library")
        assert finding.stops and "cannot be written (Read-only file system)" in finding.text
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert not looked_at(disk / "library").stops
        assert list(disk.rglob("*")) == [disk / "library"] * made, "nothing is left behind"


@pytest.mark.parametrize(
    ("megabytes", "channels", "stops", "said"),
    [
        (160, 1, False, "room for 0.8 hours"),
        (160, 2, True, "room for 0.4 hours"),
        (80, 1, True, "half an hour is needed"),
    ],
)
def test_doctor_measures_the_disk_as_a_recording_does(
    tmp_path: Path, megabytes: int, channels: int, stops: bool, said: str
) -> None:
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs") as disk:
        finding = looked_at(disk / "library", channels)
        assert (finding.ok, finding.stops) == (False, stops)
        assert said in finding.text


def looked_at(library: Path, channels: int = 1) -> Finding:
    from cli.devices import _disk

    return _disk(library, channels)


def test_doctor_knows_how_many_channels_are_wanted(lens: Lens, pulse: PulseServer) -> None:
    done = lens("doctor", "--channels", "2", **pulse.environment)
    assert done.returncode == 2
    assert "one channel" in done.stdout


def test_doctor_names_what_is_near(lens: Lens, pulse: PulseServer) -> None:
    done = lens("doctor", "--device", "Microfone_mic", **pulse.environment)
    assert done.returncode == 2
    assert '!!  there is no microphone "Microfone_mic"; there is "Microphone_mic"' in done.stdout


def test_doctor_ends_over_a_frozen_server(lens: Lens, pulse: PulseServer) -> None:
    pulse.freeze()
    began = time.monotonic()
    done = lens("doctor", **pulse.environment)
    assert time.monotonic() - began < 10
    assert done.returncode == 2
    assert "!!  the sound server does not answer" in done.stdout
    assert "ok  disk: room for" in done.stdout


@pytest.mark.parametrize("blow", ["freeze", "kill"])
def test_doctor_ends_when_the_server_goes_while_it_listens(pulse: PulseServer, library: Path, blow: str) -> None:
    speak(pulse)
    process = subprocess.Popen(
        [LENS, "--library", library, "doctor"],
        env=os.environ | pulse.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(1.2)
    getattr(pulse, blow)()
    said, noise = process.communicate(timeout=10)
    assert noise == ""
    if blow == "freeze":
        assert process.returncode == 2
        assert "!!  the sound server does not answer" in said
    else:
        assert "of 3.0 s of sound arrived" in said


@pytest.mark.parametrize("command", ["devices", "doctor"])
def test_without_portaudio_the_package_is_named(library: Path, command: str) -> None:
    code = (
        "import ctypes.util, sys; ctypes.util.find_library = lambda name: None; "
        f"sys.argv = ['lens', '--library', {str(library)!r}, {command!r}]; import cli.main; cli.main.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    said = done.stdout + done.stderr
    assert "sudo apt install libportaudio2" in said
    assert "Traceback" not in said
