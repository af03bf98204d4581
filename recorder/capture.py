"""A microphone becomes blocks of samples with their own clocks, and stays one whatever happens to the device.

PortAudio calls back, in a thread of its own, with what was heard; the callback stamps it, puts it into the inbox and
returns. It never waits: when the inbox is full (the disk hangs), the samples are dropped and counted. Reading in a
blocking way is not an option: it crashed the process in two of six runs.

A stream dies in several ways (`recorder.watchdog` tells them apart), and opening another may hang as long as the sound
system hangs. So all opening and closing happens in one *keeper* thread. Once asked for, it goes on trying until a
stream stands, on the chosen microphone or, if that is gone, on whatever the system offers.

Conventions: samples are int16, shape (samples, channels), at `recorder.frames.RATE`.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recorder.devices import Microphone, open_stream, prepare, refresh
from recorder.errors import DeviceError
from recorder.frames import RATE
from recorder.watchdog import Instant, Source

if TYPE_CHECKING:
    from recorder.frames import Samples

__all__ = ["Block", "Capture"]

ROOM = 60 * RATE
"""Samples that may wait in the inbox: a minute, about 6 MB for each channel."""
OPENING_S = 8.0
"""How long the first opening may take; a sound system that hangs for longer is told of."""
RETRY_S = 0.25


@dataclass(frozen=True)
class Block:
    """What one callback brought."""

    samples: Samples
    instant: Instant
    """When the callback came: just after the last of the samples."""
    stream: float
    """When the first sample was heard, by the stream's own clock, in seconds."""
    first: bool = False
    """Whether the stream was opened just before it."""
    dropped: int = 0
    """Samples that were heard before it, in this stream, and found no room."""
    source: Source | None = None
    """With the first block: the microphone, as far as we know, where no sound server can be asked."""


class Capture:
    """Puts a `Block` into `put` for each callback, from `open` to `close`.

    Parameters
    ----------
    microphone
        The one to listen to; None for the system's own choice.
    channels
        1 or 2.
    put
        Takes a block; must not wait.
    waiting
        How many samples have been put and not yet been taken.
    """

    def __init__(
        self,
        microphone: Microphone | None,
        channels: int,
        put: Callable[[Block], None],
        waiting: Callable[[], int],
    ) -> None:
        self._microphone = microphone
        self._channels = channels
        self._put = put
        self._waiting = waiting
        self._stream: Any = None
        self._ready: queue.SimpleQueue[DeviceError | None] = queue.SimpleQueue()
        self._asked = threading.Event()
        self._lost = False
        self._discarding = False
        self._closing = False
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether no stream has ended by itself; one whose sound system hangs does not."""
        return not self._lost

    def open(self) -> None:
        """Begin to listen.

        Raises
        ------
        DeviceError
            If the microphone cannot be opened, or the sound system does not answer.
        """
        self._keeper.start()
        try:
            problem = self._ready.get(timeout=OPENING_S)
        except queue.Empty:
            raise DeviceError(
                f"the sound system has not answered for {OPENING_S:.0f} s: restart it "
                "(on Linux `systemctl --user restart pulseaudio` or `pipewire-pulse`), or the computer"
            ) from None
        if problem is not None:
            raise problem

    def reopen(self) -> None:
        """Give up the stream and open another, as soon as there is a microphone; returns at once."""
        self._asked.set()

    def close(self) -> None:
        """Stop listening; does not wait for a sound system that hangs."""
        self._closing = True
        self._asked.set()
        self._keeper.join(timeout=1.0)

    def _keep(self) -> None:
        try:
            self._stream = self._opened(self._microphone)
        except DeviceError as problem:
            self._ready.put(problem)
            return
        self._ready.put(None)
        while True:
            self._asked.wait()
            self._discard()
            if self._closing:
                return
            self._stream = self._persist()

    def _persist(self) -> Any:
        """A new stream, tried for until there is one; None if nobody wants it any more."""
        pause = threading.Event()
        while not self._closing:
            self._asked.clear()
            for microphone in (self._microphone, None):
                try:
                    refresh()
                    stream = self._opened(microphone)
                except Exception:  # whatever PortAudio has to say: the next try may do
                    continue
                self._lost = False
                return stream
            pause.wait(RETRY_S)
        return None

    def _opened(self, microphone: Microphone | None) -> Any:
        hearing = _Hearing(self._channels, self._put, self._waiting, self._source(microphone))
        prepare(microphone)
        return open_stream(microphone, self._channels, hearing.heard, self._finished)

    def _source(self, microphone: Microphone | None) -> Source | None:
        """What we opened, for lack of a better witness: PulseAudio's own word is `recorder.server`'s business."""
        if self._microphone is None or self._microphone.backend == "pulse":
            return None
        name = microphone.name if microphone else "the microphone that this computer chose"
        return Source(microphone.id if microphone else "", name, volume=1.0, muted=False, channels=self._channels)

    def _finished(self) -> None:
        if not self._discarding:
            self._lost = True
            self._asked.set()

    def _discard(self) -> None:
        self._discarding = True
        try:
            if self._stream is not None:
                self._stream.abort()
                self._stream.close()
        except Exception:  # PortAudio's own error class; a stream that died need not close well
            pass
        finally:
            self._stream, self._discarding = None, False


class _Hearing:
    """The callback of one stream."""

    def __init__(
        self, channels: int, put: Callable[[Block], None], waiting: Callable[[], int], source: Source | None
    ) -> None:
        self._channels = channels
        self._source = source
        self._put = put
        self._waiting = waiting
        self._first = True
        self._dropped = 0

    def heard(self, data: Any, count: int, times: Any, status: Any) -> None:
        import numpy as np

        instant = Instant.now()
        if self._waiting() + count > ROOM:
            self._dropped += count
            return
        samples = np.frombuffer(bytes(data), np.int16).reshape(-1, self._channels)
        source = self._source if self._first else None
        self._put(Block(samples, instant, float(times.inputBufferAdcTime), self._first, self._dropped, source))
        self._first, self._dropped = False, 0
