"""The sound server's word: which microphones there are, and how the one stands that we record from.

PulseAudio and PipeWire answer the same questions. The second one matters because neither shows in the sound: when a
microphone is unplugged while another one is there, our stream is moved to the other, silently; and a system or a call
program may turn the volume while we record. So a thread asks, five times a second, which source our stream has.

Conventions
-----------
- A question may hang with the server, for ever: `sources` is asked through `recorder.devices.in_time`, and
  `SoundServer.source` hands out what its thread learned last, and never waits.
- What is older than a second is not known. No server, no libpulse, no stream yet: not known either.
- Volumes are fractions, 1.0 being 100 %, the loudest that is not amplified digitally.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from recorder.watchdog import Source

__all__ = ["Listed", "SoundServer", "sources"]

EVERY = 0.2
AGAIN = 0.5
"""Seconds between two tries to find a server: each try costs as much as several questions."""
STALE = 1.0
CLIENT = "conversation-lens"
DENIED = 1
"""libpulse's PA_ERR_ACCESS."""


@dataclass(frozen=True)
class Listed:
    """A source of the sound server."""

    name: str
    description: str
    channels: int
    is_default: bool
    rate: int
    """Samples a second."""
    volume: float
    """Of the loudest channel."""
    muted: bool
    driver: str
    facts: dict[str, str]
    """What else the server knows of it, by Pulse's property names."""


def sources() -> list[Listed]:
    """The sources of the sound server, without the monitors of its loudspeakers. May hang with the server.

    Raises
    ------
    PermissionError
        If the server refuses this user.
    ConnectionError
        If there is no server, or no libpulse to ask it with.
    """
    try:
        import pulsectl
        from pulsectl import _pulsectl
    except (ImportError, OSError):  # not Linux, or no libpulse
        raise ConnectionError("no libpulse") from None

    # sample_spec points into libpulse's memory, which is gone after the answer: the rate must be taken before.
    def keep_rate(self: Any, struct: Any) -> None:
        self.rate = struct.sample_spec.rate

    pulsectl.PulseSourceInfo._init_from_struct = keep_rate
    with pulsectl.Pulse(CLIENT, connect=False) as server:
        try:
            server.connect()
            default = server.server_info().default_source_name
            found = [one for one in server.source_list() if one.monitor_of_sink == _pulsectl.PA_INVALID]
        except pulsectl.PulseError:
            denied = _pulsectl.pa.context_errno(server._ctx) == DENIED
            raise (PermissionError if denied else ConnectionError)("no answer from the sound server") from None
    return [
        Listed(
            name=one.name,
            description=one.description or one.name,
            channels=one.channel_count,
            is_default=one.name == default,
            rate=one.rate,
            volume=max(one.volume.values),
            muted=bool(one.mute),
            driver=one.driver or "",
            facts=one.proplist,
        )
        for one in found
    ]


class SoundServer:
    """Knows the source of a process's recording stream; a context manager.

    Parameters
    ----------
    pid
        The process whose stream it is; None for this one.
    """

    def __init__(self, pid: int | None = None) -> None:
        self._pid = str(os.getpid() if pid is None else pid)
        self._known: tuple[float, Source | None] = (0.0, None)  # one tuple: read and replaced as a whole
        self._stream: int | None = None
        self._stop = threading.Event()

    def source(self) -> Source | None:
        """The source as last seen; None where that is unknown, or older than a second."""
        at, source = self._known
        return source if time.monotonic() - at < STALE else None

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, name="sound server", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stop.set()  # and no waiting: the thread may hang with its server

    def _run(self) -> None:
        try:
            import pulsectl
        except (ImportError, OSError):  # not Linux, or no libpulse
            return
        while not self._stop.is_set():
            try:
                with pulsectl.Pulse(CLIENT, connect=False) as server:
                    server.connect()  # its timeout is of no use: pulsectl always waits for the whole of it
                    self._watch(server)
            except Exception:  # pulsectl's own kinds, and those of its C layer: all mean that the server is gone
                self._stream = None
            self._stop.wait(AGAIN)

    def _watch(self, server: Any) -> None:
        """Keep asking until the server dies, which raises."""
        import pulsectl

        while not self._stop.wait(EVERY):
            try:
                source = self._look(server)
            except pulsectl.PulseIndexError:  # the stream, or its source, went away between two questions
                self._stream = source = None
            self._known = (time.monotonic(), source)

    def _look(self, server: Any) -> Source | None:
        if self._stream is None:
            streams = server.source_output_list()
            ours = (one.index for one in streams if one.proplist.get("application.process.id") == self._pid)
            self._stream = next(ours, None)
            if self._stream is None:
                return None
        stream = server.source_output_info(self._stream)
        source = server.source_info(stream.source)
        return Source(
            name=source.name,
            description=source.description,
            volume=source.volume.value_flat * stream.volume.value_flat,  # either of them turns what we hear
            muted=bool(source.mute or stream.mute),
            channels=source.channel_count,
        )
