"""Those who look at a recording, and what says that it runs when nobody does.

Screens connect to the recorder's process (a Unix socket or a named pipe, with mutual proof of the key), get the
`State` as often as it changes, and may send `Command`s. They come and go; the recording does not mind.

Nothing is recorded unseen. While no screen is connected, a line in the terminal from which the recording was started
says every few seconds that it runs; where even that cannot be written, the recording ends after a minute.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from typing import Literal

import msgspec

from recorder.state import Command, State

__all__ = ["Screens", "connection_key"]

LINE_EVERY_S = 5.0
GRACE_S = 3.0
"""Between one screen and the next nothing needs to be said."""


def connection_key(key: bytes) -> bytes:
    """What both sides of a connection prove to each other that they know; made from the library key."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, None, b"conversation-lens recorder connection").derive(key)


class Screens:
    """Everyone who looks at the recording: connections that are served by threads of their own.

    A screen that does not read (stopped, swapped out) holds up its own threads and nothing else.
    """

    def __init__(self, key: bytes, put: Callable[[Command], None], terminal: int | None) -> None:
        self._put = put
        self._terminal = terminal
        self._listener = Listener(authkey=connection_key(key))
        self._latest: State | None = None
        self._news = threading.Condition()
        self._closed = False
        self._connected: set[Connection[bytes, bytes]] = set()
        self._left_at = time.monotonic()
        self._line_at = 0.0
        self._line_works = False
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    @property
    def address(self) -> str:
        """Where to connect."""
        return str(self._listener.address)

    def show(self, state: State) -> None:
        """Show this to everyone; returns at once."""
        with self._news:
            self._latest = state
            self._news.notify_all()
        if not self._connected and state.phase != "ended":
            self._show_line(state)

    def visible(self) -> Literal["screen", "line", "nothing"]:
        """What says at this moment that a recording runs."""
        if self._connected or time.monotonic() - self._left_at < GRACE_S:
            return "screen"
        return "line" if self._line_works else "nothing"

    def close(self) -> None:
        """Let everyone have the last state, for a moment at most, and go."""
        deadline = time.monotonic() + 1.0
        self._closed = True
        while self._connected and time.monotonic() < deadline:
            with self._news:
                self._news.notify_all()
            time.sleep(0.02)

    def _show_line(self, state: State) -> None:
        now = time.monotonic()
        if self._terminal is None or now - self._line_at < LINE_EVERY_S or now - self._left_at < GRACE_S:
            return
        self._line_at = now
        minutes, seconds = divmod(int(state.elapsed), 60)
        what = "OFF THE RECORD" if state.phase in ("paused", "break") else "RECORDING"
        line = f"\r\n● {what} {minutes}:{seconds:02d} · the screen was lost: `lens record` brings it back\r\n"
        try:
            os.write(self._terminal, line.encode())
            self._line_works = True
        except OSError:  # the window was closed
            self._line_works = False

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except (AuthenticationError, OSError, EOFError):
                continue  # somebody without the key, or who left at once
            with self._news:
                self._connected.add(connection)
            threading.Thread(target=self._send, args=(connection,), daemon=True).start()
            threading.Thread(target=self._receive, args=(connection,), daemon=True).start()

    def _send(self, connection: Connection[bytes, bytes]) -> None:
        shown: State | None = None
        with suppress(OSError, EOFError, ValueError, TypeError):  # TypeError: closed by the other thread
            while shown is None or shown.phase != "ended":
                with self._news:
                    self._news.wait_for(lambda seen=shown: self._latest is not seen, timeout=1.0)  # type: ignore[misc]
                    state = self._latest
                if state is not None and state is not shown:
                    connection.send_bytes(msgspec.json.encode(state))
                shown = state
        with self._news:
            self._left_at = time.monotonic()
            self._connected.discard(connection)
        connection.close()

    def _receive(self, connection: Connection[bytes, bytes]) -> None:
        with suppress(OSError, EOFError, ValueError, TypeError):  # TypeError: closed by the other thread
            while True:
                data = connection.recv_bytes(1 << 16)
                with suppress(msgspec.MsgspecError):
                    self._put(msgspec.json.decode(data, type=Command))
        connection.close()
