"""Microphones of a real, private PulseAudio: found, chosen, heard, and watched while they come and go.

PortAudio starts once in a process, with the environment of that moment, so all that uses it runs in processes of its
own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from recorder import devices
from recorder.checkup import Hearing, findings, hear
from recorder.devices import in_time
from recorder.errors import DeviceError
from tests.support.pulse import PulseServer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

START = """
import json, sys, time
from dataclasses import asdict
from recorder.checkup import listen
from recorder.devices import choose, microphones, open_stream, prepare, refresh
from recorder.errors import DeviceError
from recorder.server import SoundServer

def nothing(*_): pass
"""

WATCH = """
microphone, channels = choose(sys.argv[1:], None)
prepare(microphone)
stream = open_stream(microphone, channels, nothing, nothing)
with SoundServer() as server:
    while True:
        began = time.monotonic()
        source = server.source()
        took = time.monotonic() - began
        print(json.dumps([time.monotonic(), took, source and asdict(source)]), flush=True)
        time.sleep(0.05)
"""


@pytest.fixture
def pulse() -> Iterator[PulseServer]:
    with PulseServer() as server:
        yield server


def run(code: str, environment: dict[str, str], *arguments: str) -> str:
    """What this code prints; a DeviceError as its one line."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    code = f"{START}\ntry:\n{body}\nexcept DeviceError as error:\n    print('DeviceError:', error)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | environment, capture_output=True, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def chosen(pulse: PulseServer, name: str | None = None, channels: int | None = None) -> str:
    names = [] if name is None else [name]
    return run(f"one, channels = choose({names!r}, {channels})\nprint(one.id, channels)", pulse.environment)


class Watched:
    """A process that records and prints what its `SoundServer` says; `until` waits for a word."""

    def __init__(self, pulse: PulseServer, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", START + WATCH, name],
            env=os.environ | pulse.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
        )  # fmt: skip
        self.said: list[tuple[float, float, dict | None]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(tuple(json.loads(line)))

    def until(self, wanted: Callable[[dict | None], bool], seconds: float) -> dict | None:
        """The first such word from now on; fails if it does not come in time."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            for at, _, source in self.said[-3:]:
                if at > began and wanted(source):
                    return source
            time.sleep(0.02)
        raise AssertionError(f"not said within {seconds} s; last: {self.said[-1:]}")


@pytest.fixture
def watched(pulse: PulseServer) -> Iterator[Watched]:
    watched = Watched(pulse, "mic")
    watched.until(lambda source: source is not None, 10)
    yield watched
    watched.process.kill()
    watched.process.wait()


def test_the_sources_are_listed_and_the_default_one_is_first(pulse: PulseServer) -> None:
    pulse.plug_in("desk", 2)
    pulse.pactl("set-default-source", "desk")
    pulse.pactl("set-source-volume", "mic", "150%")
    pulse.pactl("set-source-mute", "mic", "1")
    first, second = json.loads(run("print(json.dumps([asdict(one) for one in microphones()]))", pulse.environment))
    assert (first["name"], first["id"], first["channels"]) == ("Microphone_desk", "desk", 2)
    assert (first["is_default"], second["is_default"]) == (True, False)
    assert (second["backend"], second["channels"]) == ("pulse", 1)
    hurts = " ".join(second["hurts"])
    assert "it is muted" in hurts
    assert "its volume is 150 %" in hurts
    assert "no real microphone" in hurts  # it is a monitor, remapped


def test_a_part_of_the_name_is_enough(pulse: PulseServer) -> None:
    pulse.plug_in("desk", 2)
    assert chosen(pulse) == "mic 1"
    assert chosen(pulse, "DESK") == "desk 1"
    assert chosen(pulse, "desk", 2) == "desk 2"
    assert chosen(pulse, "mic") == "mic 1"  # an id, whole, goes before a part of two names
    assert 'fits 2 microphones: "Microphone_mic", "Microphone_desk"' in chosen(pulse, "microphone")
    assert 'there is no microphone "Mikrofon_desk"; there is "Microphone_desk",' in chosen(pulse, "Mikrofon_desk")


def test_two_of_one_name_are_told_apart_by_their_ids(pulse: PulseServer) -> None:
    pulse.plug_in("desk", description="Microphone_mic")
    names = json.loads(run("print(json.dumps([one.name for one in microphones()]))", pulse.environment))
    assert names == ["Microphone_mic (mic)", "Microphone_mic (desk)"]
    assert chosen(pulse, "(desk)") == "desk 1"


def test_what_cannot_be_recorded_is_refused_with_the_reason(pulse: PulseServer) -> None:
    assert "two devices have two clocks" in run("choose(['a', 'b'], None)", pulse.environment)
    assert "Microphone_mic has 1 channel, and 2 were asked for" in chosen(pulse, None, 2)


def test_no_microphone_and_no_server() -> None:
    with PulseServer(microphone=False) as pulse:
        said = chosen(pulse)
        assert said.startswith("DeviceError: no microphone was found")
        assert "group audio" in said
        pulse.kill()
        assert chosen(pulse) == said


def test_a_server_that_refuses_is_told_from_none(pulse: PulseServer) -> None:
    assert "refuses your user" in run("choose([], None)", pulse.refusing())


def test_an_alsa_without_the_way_to_pulse(pulse: PulseServer) -> None:
    config = pulse.folder / "plain.conf"
    config.write_text("pcm.!default { type hw card 0 }\n")
    assert "`libasound2-plugins`" in run("choose([], None)", pulse.environment | {"ALSA_CONFIG_PATH": str(config)})


def test_the_chosen_one_is_opened_and_a_lost_one_is_said(pulse: PulseServer) -> None:
    pulse.plug_in("desk", 2)
    code = """
    import os
    desk, channels = choose(["desk"], 2)
    frames = []
    prepare(desk)
    stream = open_stream(desk, channels, lambda data, count, *_: frames.append((len(bytes(data)), count)), nothing)
    time.sleep(0.7)
    stream.close()
    with SoundServer(): pass
    print(json.dumps([frames[0], sum(count for _, count in frames)]))
    prepare(None)
    assert "PULSE_SOURCE" not in os.environ
    refresh()
    open_stream(None, 1, nothing, nothing).close()
    gone = type(desk)("Desk", "nowhere", "pulse", 2, False)
    prepare(gone)
    open_stream(gone, 2, nothing, nothing)
    """
    (size, count), heard = json.loads((lines := run(code.replace("\n    ", "\n"), pulse.environment).splitlines())[0])
    assert size == 4 * count
    assert heard > 0.3 * 48_000
    assert lines[1].startswith("DeviceError: Desk cannot be opened: it is gone")


def test_a_tone_is_heard_at_its_level_and_silence_as_silence(pulse: PulseServer) -> None:
    code = "one, channels = choose([], None)\nprint(json.dumps(asdict(listen(one, channels, 1.0))))"
    silent = Hearing(**json.loads(run(code, pulse.environment)))
    assert silent.zeros == 1.0
    assert [(finding.ok, finding.stops) for finding in findings(silent)] == [(False, True)]
    time_s = np.arange(10 * 48_000) / 48_000
    pulse.play((3276.8 * np.sin(2 * np.pi * 440 * time_s)).astype(np.int16))
    time.sleep(0.8)
    tone = Hearing(**json.loads(run(code, pulse.environment)))
    assert tone.peak_db == pytest.approx(-20, abs=1)
    assert tone.loudest_db == pytest.approx(-23, abs=1)
    assert tone.floor_db == pytest.approx(-23, abs=1)
    assert tone.seconds > 0.8
    assert tone.clipped == 0


def test_a_silent_move_is_seen(pulse: PulseServer, watched: Watched) -> None:
    pulse.plug_in("spare")
    pulse.unplug("mic")
    source = watched.until(lambda source: source is not None and source["name"] == "spare", 1.0)
    assert source is not None
    assert source["description"] == "Microphone_spare"


def test_a_turned_volume_and_a_mute_are_seen(pulse: PulseServer, watched: Watched) -> None:
    pulse.pactl("set-source-volume", "mic", "50%")
    watched.until(lambda source: source is not None and abs(source["volume"] - 0.5) < 0.01, 1.0)
    pulse.pactl("set-source-mute", "mic", "1")
    watched.until(lambda source: source is not None and source["muted"], 1.0)


def test_a_frozen_server_is_unknown_and_makes_nobody_wait(pulse: PulseServer, watched: Watched) -> None:
    pulse.freeze()
    watched.until(lambda source: source is None, 1.5)
    pulse.thaw()
    watched.until(lambda source: source is not None, 1.0)
    assert max(took for _, took, _ in watched.said) < 0.1


def test_a_server_that_dies_and_comes_back() -> None:
    code = """
    import subprocess
    from tests.support.pulse import PulseServer
    with PulseServer() as pulse, SoundServer() as server:
        import os
        os.environ.update(pulse.environment)
        def record():
            refresh()
            one, channels = choose([], None)
            prepare(one)
            stream = open_stream(one, channels, nothing, nothing)
            time.sleep(1.5)
            print(server.source().name)
            return stream
        first = record()
        pulse.kill()
        time.sleep(1.5)
        print(server.source())
        pulse.start()
        pulse.plug_in("other")
        record()
    """
    assert run(code.replace("\n    ", "\n"), {}).splitlines() == ["mic", "None", "other"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"words": "bluez_input.88 WH-1000", "rate": 16_000, "bluetooth": True}, "Bluetooth"),
        ({"words": "Headset (Hands-Free AG Audio)", "rate": 16_000}, "Bluetooth"),
        ({"words": "old headset", "rate": 8_000}, "nothing above 4 kHz"),
        ({"words": "Microphone (NVIDIA Broadcast)", "rate": 48_000}, "filter"),
        ({"words": "echo-cancel-source", "rate": 48_000, "virtual": True}, "filter"),
        ({"words": "BlackHole 2ch", "rate": 48_000}, "no real microphone"),
        ({"words": "mic", "rate": 48_000, "volume": 1.5}, "150 %"),
        ({"words": "mic", "rate": 48_000, "muted": True}, "muted"),
    ],
)
def test_what_hurts_is_one_sentence(facts: dict, says: str) -> None:
    (sentence,) = devices._hurts(**facts)
    assert says in sentence


def test_a_good_microphone_does_not_hurt() -> None:
    assert devices._hurts("Built-in Audio Analog Stereo", 44_100) == ()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("Error opening RawInputStream: Device unavailable [PaErrorCode -9985]", "another program uses it"),
        ("Unanticipated host error [PaErrorCode -9999]: 'Permission denied'", "does not permit"),
        ("Invalid sample rate [PaErrorCode -9997]", "no 48000 samples a second"),
        ("something new", "cannot be opened: something new"),
    ],
)
def test_an_opening_that_fails_teaches(error: str, says: str) -> None:
    assert says in devices._cannot_open("Desk", error)


@pytest.mark.parametrize(
    ("hearing", "says", "stops"),
    [
        (Hearing(3.0, trouble="Desk is gone"), "Desk is gone", True),
        (Hearing(3.0), "no sound arrives", True),
        (Hearing(3.0, 3.0, 1.0), "exact silence for 3.0 s", True),
        (Hearing(3.0, 1.0, 0.0, -60, -20, -10), "only 1.0 of 3.0 s", False),
        (Hearing(3.0, 3.0, 0.0, -60, -2, 0, clipped=9), "9 samples are cut off", False),
        (Hearing(3.0, 3.0, 0.0, -60, -55, -50), "come nearer", False),
        (Hearing(3.0, 3.0, 0.0, -30, -20, -10), "floor of noise is -30 dB", False),
        (Hearing(3.0, 3.0, 0.3, -60, -20, -10), "exact silence for 30 %", False),
        (Hearing(3.0, 3.0, 0.0, -60, -20, -10, volumes=(1.0, 0.8)), "from 100 % to 80 %", False),
    ],
)
def test_each_trouble_is_one_finding(hearing: Hearing, says: str, stops: bool) -> None:
    (bad,) = [finding for finding in findings(hearing) if not finding.ok]
    assert says in bad.text
    assert bad.stops is stops


def test_levels_are_of_the_louder_channel() -> None:
    rng = np.random.default_rng(1)
    quiet, loud = rng.normal(0, 33, 48_000), rng.normal(0, 3277, 48_000)
    heard = hear(np.stack([quiet, loud], axis=1).astype(np.int16), 1.0)
    assert heard.loudest_db == pytest.approx(-20, abs=0.6)
    assert hear(np.full((48_000, 1), -32_768, np.int16), 1.0).clipped == 48_000


def test_what_hangs_is_given_up() -> None:
    began = time.monotonic()
    with pytest.raises(DeviceError, match="does not answer"):
        in_time(lambda: time.sleep(3), 0.2)
    assert time.monotonic() - began < 1
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 / 0, 1)
    assert in_time(lambda: 7, 1) == 7


def test_descriptor_2_is_quiet_and_comes_back() -> None:
    code = """
import os
from recorder.devices import quiet_stderr
with quiet_stderr():
    with quiet_stderr():
        os.write(2, b"never")
    os.write(2, b"never")
os.write(2, b"seen")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == "seen"
