"""Serving the page: on the loopback address, at a port that is free, until nobody uses it or Ctrl-C.

The link holds a token that is good once; the browser gets a cookie for it, which nobody else has. When it ends, the
library is locked and nothing of it is left in memory.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cli.review.app import make_app
from cli.review.desk import Desk
from cli.review.guard import Guard
from recorder.errors import LensError

if TYPE_CHECKING:
    from analysis.library import Library

__all__ = ["serve"]

IDLE_S = 15 * 60.0
LOOPBACK = "127.0.0.1"


def serve(
    library: Library,
    folder: Path,
    key: bytes,
    announce: Callable[[str], None],
    id: str | None = None,
    port: int = 0,
    idle_s: float = IDLE_S,
) -> str:
    """Serve the library until nobody has used the page for `idle_s` seconds, or Ctrl-C; why it ended.

    Parameters
    ----------
    library, folder, key
        As of `Desk`; the library is closed when this returns.
    announce : callable
        Called with the link, once it can be opened.
    id : str, optional
        The session to be shown first.
    port : int
        0 takes one that is free.

    Raises
    ------
    LensError
        If the port is taken.
    """
    import uvicorn

    listening = _listen(port)
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe(32)
    desk = Desk(library, folder, key)
    last = [time.monotonic()]

    def seen() -> None:
        last[0] = time.monotonic()

    app = Guard(make_app(desk), port, token, seen, f"/sessions/{id}" if id else "/")
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="critical", access_log=False, ws="none", lifespan="off", server_header=False,
            date_header=False, timeout_graceful_shutdown=2,
        )
    )  # fmt: skip

    async def run() -> str:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        # A browser of the terminal waits for the page before it returns.
        telling = asyncio.create_task(asyncio.to_thread(announce, f"http://{LOOPBACK}:{port}/?key={token}"))
        why = "Ctrl-C"
        while not serving.done():
            await asyncio.sleep(min(1.0, idle_s / 4))
            if time.monotonic() - last[0] > idle_s:
                why = "nobody used it"
                server.should_exit = True
        await serving
        await telling
        return why

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        return "Ctrl-C"
    finally:
        desk.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # on Windows this would share the port with whoever has it
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise LensError(f"port {port} cannot be used ({error.strerror}): leave --port out, or name another") from None
    return listening
