"""The recorder's own process: what keeps a recording alive when the screen, or the terminal, dies.

`recorder.remote` starts it as ``python -m recorder.process``. On standard input comes one line of JSON, the `Order`;
on standard output goes one line back, the `Answer`: where screens may connect, or why nothing was begun. From then on
screens come and go over a local connection (`multiprocessing.connection`: a Unix socket or a named pipe, with mutual
proof of the key; `recorder.screens`). Each gets the `State` ten times a second and may send `Command`s.

The key is only ever in memory: it comes through a pipe, never as an argument, in the environment or in a file.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from recorder.consent import Agreement
from recorder.dumps import forbid
from recorder.errors import DeviceError, LensError, RecordingError
from recorder.state import Command

__all__ = ["ADDRESS", "LOCK", "Answer", "Order", "main"]

LOCK, ADDRESS = "recording.lock", "recording.address"
"""Files in the library folder: held while a recording runs; the id of its tape and where its socket is."""
LEAST_H = 0.5
"""Hours of sound for which the disk must have room before a recording begins."""


class Order(Struct, frozen=True, kw_only=True):
    """What is to be recorded, and for whom."""

    library: str
    key: bytes
    agreement: Agreement
    devices: tuple[str, ...] = ()
    channels: int | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """That it runs, or the one line that says why not."""

    problem: str | None = None
    device: bool = False
    """Whether the problem is the microphone's."""


def main() -> None:
    """Record as ordered on standard input."""
    forbid()
    terminal = _own_terminal()
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    try:
        _record(order, terminal)
    except LensError as problem:
        _answer(Answer(problem=str(problem), device=isinstance(problem, DeviceError)))
    finally:
        # At once: PortAudio's clean-up, and threads inside a sound system that hangs, would keep a finished process,
        # and with it the key in its memory. The lock of the library goes with the process.
        os._exit(0)


def _record(order: Order, terminal: int | None) -> None:
    from datetime import datetime
    from importlib import metadata

    from filelock import FileLock, Timeout

    from recorder.capture import Capture
    from recorder.devices import choose
    from recorder.frames import Head
    from recorder.recording import Inbox, Recording, hours_left
    from recorder.screens import Screens
    from recorder.server import SoundServer
    from recorder.tape import Writer

    library = Path(order.library)
    lock = FileLock(library / LOCK)
    try:
        lock.acquire(timeout=1)  # others hold it for an instant, to see whether a recording runs
    except Timeout:
        raise RecordingError(f"a recording is already running in {library}: `lens record` shows it") from None
    except OSError as error:
        raise RecordingError(f"{library} cannot be written ({error.strerror}): choose another --library") from None
    _clear_address(library)
    microphone, channels = choose(order.devices, order.channels)
    if (hours := hours_left(library, channels)) < LEAST_H:
        raise RecordingError(
            f"the disk of {library} has room for {hours * 60:.0f} minutes of sound: "
            "free some space (half an hour is needed)"
        )
    inbox = Inbox()
    ears = Capture(microphone, channels, inbox.put, lambda: inbox.waiting)
    ears.open()
    head = Head(
        started_at=datetime.now().astimezone().isoformat(timespec="seconds"),
        agreement=order.agreement,
        microphone=microphone.name,
        channels=2 if channels == 2 else 1,
        program=f"conversation-lens {metadata.version('conversation-lens')}",
    )
    with Writer.create(library, order.key, head) as tape, SoundServer() as server:
        screens = Screens(order.key, inbox.put, terminal)
        recording = Recording(
            tape,
            order.agreement.by,
            channels,
            microphone.name,
            ears,
            source=server.source,
            free_hours=lambda: hours_left(library, channels),
            visible=screens.visible,
        )
        # The computer is shut down, or somebody means it: end well. (Ctrl-C and a closed window never come here.)
        signal.signal(signal.SIGTERM, lambda *_: inbox.put(Command(do="stop")))
        (library / ADDRESS).write_text(f"{tape.id}\n{screens.address}")
        _answer(Answer())
        try:
            recording.run(inbox, screens.show)
        finally:
            ears.close()
            screens.close()
            _clear_address(library)


def _clear_address(library: Path) -> None:
    """Remove the address of a recording, and the socket's folder, which a recorder that was killed left behind."""
    from recorder.screens import FOLDER

    with suppress(OSError, ValueError):
        folder = Path((library / ADDRESS).read_text().split("\n")[1]).parent
        if folder.name.startswith(FOLDER):
            shutil.rmtree(folder, ignore_errors=True)
    (library / ADDRESS).unlink(missing_ok=True)


def _own_terminal() -> int | None:
    """The terminal that this was started from, if standard error is one; fd 2 itself is silenced.

    PortAudio and ALSA write C-level messages to descriptor 2, into the middle of whatever screen is drawn there.
    """
    terminal = os.dup(2) if os.isatty(2) else None
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    return terminal


def _answer(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    sys.stdout.close()


if __name__ == "__main__":
    main()
