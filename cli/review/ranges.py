"""One range of bytes out of a file that lies in memory, as browsers ask for sound (RFC 9110, 14)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from analysis.audio import Playback

__all__ = ["asked", "respond"]

CHUNK = 256 * 1024
_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def asked(header: str | None, size: int) -> tuple[int, int] | None:
    """The bytes that a `Range` header asks for, as (first, last + 1).

    A header that asks for several ranges, or for something else than bytes, asks for the whole: so the RFC.

    Returns
    -------
    tuple of int, or None
        None if what it asks for is not there.

    >>> asked("bytes=0-99", 500), asked("bytes=-100", 500), asked("bytes=900-", 500), asked("lines=1-2", 500)
    ((0, 100), (400, 500), None, (0, 500))
    """
    match = _ONE.fullmatch(header.strip()) if header is not None else None
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None


async def respond(request: Request, sound: Playback) -> Response:
    """The sound, or the range of it that the request asks for."""
    from starlette.responses import Response, StreamingResponse

    size = sound.size
    header = request.headers.get("range")
    span = asked(header, size)
    if span is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(last - first)}
    if header is not None:
        headers["Content-Range"] = f"bytes {first}-{last - 1}/{size}"
    status = 200 if header is None else 206
    body = _chunks(sound, first, last) if request.method == "GET" else _nothing()
    return StreamingResponse(body, status, headers, media_type="audio/wav")


async def _chunks(sound: Playback, first: int, last: int) -> AsyncIterator[bytes]:
    from starlette.concurrency import run_in_threadpool

    for start in range(first, last, CHUNK):
        yield await run_in_threadpool(sound.read, start, min(last, start + CHUNK))


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
