"""Those who look at a recording, and what says that it runs when nobody does.

Screens connect to the recorder's process (a Unix socket or a named pipe, with mutual proof of the key), get the
`State` as often as it changes, and may send `Command`s. They come and go; the recording does not mind.

Nothing is recorded unseen. While no screen shows it, a line in the terminal from which the recording was started
says every few seconds that it runs; where even that cannot be written, the recording ends after a minute.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Literal

import msgspec

from recorder.state import Command, State

__all__ = ["FOLDER", "SEEN", "Screens", "connection_key"]

SEEN = b"seen"
"""What a screen says, once a second or so, while it shows what it is sent."""
FOLDER = "lens-screen-"
LINE_EVERY_S = 5.0
GRACE_S = 3.0
"""So long a screen may be silent, and nothing needs to be said between one screen and the next."""


def connection_key(key: bytes) -> bytes:
    """What both sides of a connection prove to each other that they know; made from the library key."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, None, b"conversation-lens recorder connection").derive(key)


class Screens:
    """Everyone who looks at the recording: connections that are served by threads of their own.

    A screen says "seen" when it has shown something. One that does not (it was stopped, it hangs) holds up its own
    threads and nothing else, and does not count: what nobody sees is not visible.
    """

    def __init__(self, key: bytes, put: Callable[[Command], None], terminal: int | None) -> None:
        self._key = connection_key(key)
        self._put = put
        self._terminal = terminal
        # The socket's own folder: only this user may enter it.
        self._folder = Path(tempfile.mkdtemp(prefix=FOLDER)) if os.name == "posix" else None
        self._listener = Listener(str(self._folder / "socket") if self._folder else None)
        self._latest: State | None = None
        self._news = threading.Condition()
        self._closed = False
        self._connected: set[Connection[bytes, bytes]] = set()
        self._seen_at = time.monotonic()
        self._line_at = float("-inf")
        threading.Thread(target=self._accept, name="accept", daemon=True).start()
        threading.Thread(target=self._tell_terminal, name="line", daemon=True).start()

    @property
    def address(self) -> str:
        """Where to connect."""
        return str(self._listener.address)

    def show(self, state: State) -> None:
        """Show this to everyone; returns at once."""
        with self._news:
            self._latest = state
            self._news.notify_all()

    def visible(self) -> Literal["screen", "line", "nothing"]:
        """What says at this moment that a recording runs."""
        now = time.monotonic()
        if now - self._seen_at < GRACE_S:
            return "screen"
        return "line" if now - self._line_at < 2 * LINE_EVERY_S else "nothing"

    def close(self) -> None:
        """Let everyone have the last state, for a moment at most, and go."""
        deadline = time.monotonic() + 1.0
        self._closed = True
        while self._connected and time.monotonic() < deadline:
            with self._news:
                self._news.notify_all()
            time.sleep(0.02)
        self._listener.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _tell_terminal(self) -> None:
        """While nobody looks, say so in the terminal. A terminal that takes nothing holds up this thread only."""
        while self._terminal is not None and not self._closed:
            time.sleep(0.5)
            now, state = time.monotonic(), self._latest
            looked_at = now - self._seen_at < GRACE_S
            if state is None or state.phase == "ended" or looked_at or now - self._line_at < LINE_EVERY_S:
                continue
            minutes, seconds = divmod(int(state.elapsed), 60)
            what = "OFF THE RECORD" if state.phase in ("paused", "break") else "RECORDING"
            line = f"\r\n● {what} {minutes}:{seconds:02d} · the screen was lost: `lens record` brings it back\r\n"
            with suppress(OSError):  # the window was closed
                os.write(self._terminal, line.encode())
                self._line_at = time.monotonic()

    def _accept(self) -> None:
        while not self._closed:
            with suppress(OSError, EOFError):
                connection = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection[bytes, bytes]) -> None:
        """Prove the key to each other, then send and receive; whoever is silent holds up only this thread."""
        try:
            deliver_challenge(connection, self._key)
            answer_challenge(connection, self._key)
        except (AuthenticationError, OSError, EOFError):
            connection.close()  # somebody without the key, or who left at once
            return
        self._seen_at = time.monotonic()
        with self._news:
            self._connected.add(connection)
        threading.Thread(target=self._receive, args=(connection,), daemon=True).start()
        self._send(connection)

    def _send(self, connection: Connection[bytes, bytes]) -> None:
        shown: State | None = None
        with suppress(OSError, EOFError, ValueError, TypeError):  # TypeError: closed by the other thread
            while shown is None or shown.phase != "ended":
                with self._news:
                    if self._latest is shown:
                        self._news.wait(1.0)
                    state = self._latest
                if state is not None and state is not shown:
                    connection.send_bytes(msgspec.json.encode(state))
                shown = state
        with self._news:
            self._connected.discard(connection)
        connection.close()

    def _receive(self, connection: Connection[bytes, bytes]) -> None:
        with suppress(OSError, EOFError, ValueError, TypeError):
            while True:
                data = connection.recv_bytes(1 << 16)
                self._seen_at = time.monotonic()
                if data != SEEN:
                    with suppress(msgspec.MsgspecError):
                        self._put(msgspec.json.decode(data, type=Command))
        connection.close()
