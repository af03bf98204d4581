"""The screen's end of a recording: begin one, find the one that runs, look at it, ask things of it.

The recorder is a process of its own (`recorder.process`); a `Remote` is a connection to it. When the screen goes,
the recording stays; `attach` finds it again.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, answer_challenge, deliver_challenge
from pathlib import Path

import msgspec
from msgspec.structs import replace

from recorder.errors import DeviceError, RecorderLost, RecordingError
from recorder.process import ADDRESS, LOCK, Answer, Order
from recorder.screens import SEEN, connection_key
from recorder.state import Command, State

__all__ = ["Order", "Remote", "attach", "current", "running", "start"]

FIRST_STATE_S = ANSWER_S = 5.0
LOOK_S = 0.2
SEEN_EVERY_S = 0.5
STALE_S = 0.9
"""The recorder tells its state ten times a second; after so long without one, something holds it up."""


def start(order: Order) -> Remote:
    """Begin a recording in a process of its own.

    Raises
    ------
    DeviceError
        If there is no microphone to record with.
    RecordingError
        If one is running already, or the disk has no room or cannot be written.
    RecorderLost
        If the process died before it could say.
    """
    # A session of its own: Ctrl-C and a closed window reach the screen, not the recording. -P: a folder `recorder`
    # in the place where the user happens to be is not ours.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "recorder.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    said = _converse(process, msgspec.json.encode(order) + b"\n")
    if not said:
        raise RecorderLost("the recorder's process ended before it began: run `lens doctor`")
    answer = msgspec.json.decode(said, type=Answer)
    if answer.problem is not None:
        raise (DeviceError if answer.device else RecordingError)(answer.problem)
    remote = attach(Path(order.library), order.key)
    if remote is None:
        raise RecorderLost("the recorder's process ended at once: run `lens doctor`")
    return remote


def _converse(process: subprocess.Popen[bytes], line: bytes) -> bytes:
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(line)
        process.stdin.close()
    return process.stdout.readline()


def running(library: Path) -> bool:
    """Whether a recording runs in this library."""
    from filelock import FileLock, Timeout

    if not (library / LOCK).exists():
        return False
    try:
        with FileLock(library / LOCK, timeout=LOOK_S):  # somebody else may be looking, too
            return False
    except Timeout:
        return True
    except OSError:  # a disk that cannot be written holds no running recording
        return False


def current(library: Path) -> str | None:
    """The id of the tape that is being recorded in this library.

    None if nothing runs; "" if a recording is just beginning, and its tape is not known yet.
    """
    if not running(library):
        return None
    address = _address(library)
    return address[0] if address else ""


def attach(library: Path, key: bytes) -> Remote | None:
    """The recording that runs in this library, or None.

    Raises
    ------
    RecordingError
        If one runs, but does not answer.
    """
    if not running(library):
        return None
    address = _address(library)
    if address is None:
        raise RecordingError(f"a recording is just beginning in {library}: try again in a moment")
    connection = _connect(address[1], connection_key(key))
    if connection is not None:
        return Remote(connection)
    if not running(library):
        return None
    raise RecordingError(f"a recording runs in {library}, but does not answer: try again in a moment")


def _address(library: Path) -> tuple[str, str] | None:
    """The id of the tape of the recording that runs here, and where its socket is; None if it is just beginning."""
    try:
        tape, address = (library / ADDRESS).read_text().split("\n")
    except (OSError, ValueError):
        return None
    return tape, address


def _connect(address: str, key: bytes) -> Connection[bytes, bytes] | None:
    """A connection with the key proved; None if there is none to be had, or nobody answers in time."""
    made: queue.SimpleQueue[Connection[bytes, bytes] | None] = queue.SimpleQueue()

    def connect() -> None:
        try:
            connection = Client(address)
            answer_challenge(connection, key)
            deliver_challenge(connection, key)
            made.put(connection)
        except (OSError, EOFError, AuthenticationError):
            made.put(None)

    threading.Thread(target=connect, name="connect", daemon=True).start()
    try:
        return made.get(timeout=ANSWER_S)
    except queue.Empty:
        return None


class Remote:
    """A recording that is under way, seen from a screen."""

    def __init__(self, connection: Connection[bytes, bytes]) -> None:
        self._connection = connection
        self._state: State | None = None
        self._told_at = time.monotonic()
        self._seen_at = float("-inf")
        self._sending = threading.Lock()
        self._gone = False
        self._first = threading.Event()
        threading.Thread(target=self._receive, name="remote", daemon=True).start()
        self._first.wait(FIRST_STATE_S)
        if self._state is None:
            raise RecordingError("the recorder does not answer: try `lens record` again in a moment")

    @property
    def state(self) -> State:
        """The latest; never waits. Whoever asks for it shows it: the recorder is told that it is seen."""
        state, now = self._state, time.monotonic()
        assert state is not None
        if now - self._seen_at > SEEN_EVERY_S:
            self._seen_at = now
            self._send(SEEN)
        stale = state.phase != "ended" and now - self._told_at > STALE_S
        return replace(state, stale=True) if stale else state

    @property
    def lost(self) -> bool:
        """Whether the recorder's process is gone without having ended the recording."""
        return self._gone and self.state.phase != "ended"

    def send(self, command: Command) -> None:
        """Ask for something; never waits. A recorder that is gone is seen by `lost`."""
        self._send(msgspec.json.encode(command))

    def close(self) -> None:
        """Look away; the recording goes on."""
        self._connection.close()

    def _send(self, data: bytes) -> None:
        with self._sending, suppress(OSError, ValueError):
            self._connection.send_bytes(data)

    def _receive(self) -> None:
        with suppress(OSError, EOFError, ValueError, TypeError):  # TypeError: closed by the other thread
            while True:
                self._state = msgspec.json.decode(self._connection.recv_bytes(), type=State)
                self._told_at = time.monotonic()
                self._first.set()
        self._gone = True
        self._first.set()
