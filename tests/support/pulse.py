"""A private PulseAudio without a sound card: a real daemon, real streams, in a folder of its own.

`PulseServer` runs one daemon per test, so that tests may run side by side and may kill, freeze or starve theirs. Each
null sink is a loudspeaker into which `play` plays; its monitor is the microphone that hears it, bit for bit
(`norewinds=1`; without it the first milliseconds are wrong). Monitors are remapped to sources of their own, because
the program, rightly, does not offer monitors as microphones.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

ALSA = """
pcm.!default { type pulse hint { show on description "Default" } }
pcm.pulse { type pulse hint { show on description "PulseAudio" } }
ctl.!default { type pulse }
"""


class PulseServer:
    """One daemon with one microphone, "mic" (from the sink "air"); a context manager that ends it.

    Parameters
    ----------
    channels
        Of the first microphone.
    microphone
        Whether there is a microphone at all.
    """

    def __init__(self, channels: int = 1, microphone: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lens-pulse-"))  # short: a socket's path has 108 bytes
        self.socket = self.folder / "socket"
        self.players: list[subprocess.Popen[bytes]] = []
        (self.folder / "asound.conf").write_text(ALSA)
        self.start()
        self.modules: dict[str, list[str]] = {}
        if microphone:
            self.plug_in("mic", channels)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to use this server and no other."""
        return {
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "PULSE_RUNTIME_PATH": str(self.folder),
            "PULSE_STATE_PATH": str(self.folder),
            "PULSE_SERVER": f"unix:{self.socket}",
            "PULSE_COOKIE": str(self.folder / "cookie"),
            "ALSA_CONFIG_PATH": str(self.folder / "asound.conf"),
        }

    def start(self) -> None:
        """Start the daemon, also again after it was killed."""
        self.socket.unlink(missing_ok=True)
        self.daemon = subprocess.Popen(
            [
                "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", "--use-pid-file=no",
                "--disable-shm=yes", "-L", f"module-native-protocol-unix socket={self.socket} auth-anonymous=1",
            ],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 10
        while not self.socket.exists() or subprocess.run(self._command("info"), capture_output=True).returncode:
            if time.monotonic() > deadline:
                raise RuntimeError("PulseAudio does not start")
            time.sleep(0.02)

    def refusing(self) -> dict[str, str]:
        """The environment of somebody whom this server does not let in: another door, and the wrong cookie for it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (self.folder / "right").write_bytes(b"r" * 256)
        (self.folder / "wrong").write_bytes(b"w" * 256)
        door = ["module-native-protocol-tcp", f"port={port}", "listen=127.0.0.1", f"auth-cookie={self.folder}/right"]
        self.pactl("load-module", *door)
        wrong = {"PULSE_SERVER": f"tcp:127.0.0.1:{port}", "PULSE_COOKIE": str(self.folder / "wrong")}
        return self.environment | wrong

    def pactl(self, *arguments: str) -> str:
        """The answer of pactl."""
        done = subprocess.run(self._command(*arguments), capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def plug_in(self, name: str, channels: int = 1, description: str | None = None) -> None:
        """A new microphone; what it hears is what is played into `name`. People see its description."""
        description = description or f"Microphone_{name}"
        sink = ["load-module", "module-null-sink", f"sink_name={name}_air", "format=s16le", "rate=48000"]
        source = ["load-module", "module-remap-source", f"source_name={name}", f"master={name}_air.monitor"]
        source += ["remix=no", f"channels={channels}", f"source_properties=device.description='{description}'"]
        self.modules[name] = [
            self.pactl(*sink, f"channels={channels}", "norewinds=1"),
            self.pactl(*source),
        ]

    def unplug(self, name: str) -> None:
        """The microphone is gone."""
        for module in reversed(self.modules.pop(name)):
            self.pactl("unload-module", module)

    def play(self, samples: np.ndarray, name: str = "mic", rate: int = 48_000) -> subprocess.Popen[bytes]:
        """Play int16 samples, shape (n,) or (n, channels), to this microphone; returns at once."""
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        player = subprocess.Popen(
            ["pacat", "--playback", f"--device={name}_air", "--raw", "--format=s16le", f"--rate={rate}",
             f"--channels={channels}", "--latency-msec=500"],
            env=os.environ | self.environment,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.players.append(player)
        import threading

        def feed() -> None:
            assert player.stdin is not None
            try:
                player.stdin.write(samples.astype("<i2").tobytes())
                player.stdin.close()
            except OSError:
                pass  # the player was stopped

        threading.Thread(target=feed, daemon=True).start()
        return player

    def hush(self) -> None:
        """Stop all that is playing."""
        for player in self.players:
            player.kill()
            player.wait()
        self.players = []

    def kill(self) -> None:
        """The daemon dies."""
        self.daemon.kill()
        self.daemon.wait()
        self.modules = {}

    def freeze(self) -> None:
        """The daemon hangs."""
        self.daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """The daemon goes on."""
        self.daemon.send_signal(signal.SIGCONT)

    def _command(self, *arguments: str) -> list[str]:
        return ["pactl", f"--server=unix:{self.socket}", *arguments]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.hush()
        self.thaw()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
