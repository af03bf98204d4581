"""Who may talk to the local page: only the browser that was given the link, and only from the page itself.

Any web site that is open in the same browser may send requests to this address, and may have made its own name point to
it (DNS rebinding); any program of another user of this computer may, too. So each request must

- name this address and port as its `Host`, and, where it says an `Origin`, this one; a request that writes must say it;
- not come from another site by its `Sec-Fetch-Site`, where the browser says that;
- carry the cookie that was given for the token in the link, which is good once;
- write, if it writes, JSON, and not much of it.

WebSockets are refused: there are none. Each answer forbids whatever the page does not need.

After OWASP's cheat sheets on cross-site request forgery and content security policy (2025).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LARGEST", "Guard", "policy"]

LARGEST = 64 * 1024
"""Bytes that a request may carry."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "Cache-Control": "no-store",
}
# Plotly puts two style elements into the page when it starts: an empty one, to which it adds rules, and one for maps,
# which are not shown here. Only these two texts are let in.
PLOTLY_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='",
)


def policy() -> str:
    """The content security policy of each page."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' {' '.join(PLOTLY_STYLES)}",
            "img-src 'self' data:",
            "media-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """An ASGI application around another one that lets only its own page in.

    Parameters
    ----------
    app : ASGIApp
    port : int
        Where it listens.
    token : str
        In the link; good once.
    seen : callable
        Called whenever a request was let in.
    first : str
        The path that the link leads to.
    """

    def __init__(self, app: ASGIApp, port: int, token: str, seen: Callable[[], None], first: str = "/") -> None:
        self._app, self._first = app, first
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # Cookies know no ports: two starts must not take each other's.
        self._cookie_name = f"lens-{port}"
        self._cookie = secrets.token_urlsafe(32)
        self._token: str | None = token
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        if (refused := self._refused(scope)) is not None:
            await _answer(send, *refused)
            return
        if scope["path"] == "/" and b"key=" in scope["query_string"]:
            await self._let_in(scope, send)
            return
        if not self._has_cookie(scope):
            await _answer(send, 403, "Open this page by the link that `lens open` shows.")
            return
        self._seen()
        await self._app(scope, _limited(receive), _guarded(send))

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Why this request is not even looked at: its status and a line."""
        hosts, origins = _all(scope, b"host"), _all(scope, b"origin")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421, "This address is not served here."
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return 403, "A page of another site asked."
        if any(site not in ("same-origin", "none") for site in _all(scope, b"sec-fetch-site")):
            return 403, "A page of another site asked."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "This is not done here."
        if scope["method"] == "POST":
            return _unfit(scope, origins)
        return None

    async def _let_in(self, scope: Scope, send: Send) -> None:
        """The cookie for the token; a token that is used, or wrong, opens nothing."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if self._token is None or not compare_digest(given.encode(), self._token.encode()):
            known = self._has_cookie(scope)  # the link once more, in the same browser
            await (
                _answer(send, 303, "", {"Location": self._first})
                if known
                else _answer(send, 403, "This link was used.")
            )
            return
        self._token = None
        self._seen()
        cookie = f"{self._cookie_name}={self._cookie}; Path=/; HttpOnly; SameSite=Strict"
        await _answer(send, 303, "", {"Location": self._first, "Set-Cookie": cookie})

    def _has_cookie(self, scope: Scope) -> bool:
        pairs = (pair.strip().partition("=") for line in _all(scope, b"cookie") for pair in line.split(";"))
        given = [value for name, _, value in pairs if name == self._cookie_name]
        return any(compare_digest(value.encode(), self._cookie.encode()) for value in given)


def _unfit(scope: Scope, origins: list[str]) -> tuple[int, str] | None:
    if not origins:
        return 403, "Only the page itself may write."
    kinds = _all(scope, b"content-type")
    if [kind.partition(";")[0].strip().lower() for kind in kinds] != ["application/json"]:
        return 415, "Only JSON is taken."
    lengths = _all(scope, b"content-length")
    if any(not length.isdigit() or int(length) > LARGEST for length in lengths):
        return 413, "This is too much at once."
    return None


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _limited(receive: Receive) -> Receive:
    """No more than `LARGEST` bytes, whatever the length that was stated."""
    held = 0

    async def limited() -> Message:
        nonlocal held
        message = await receive()
        held += len(message.get("body", b""))
        if held > LARGEST:
            return {"type": "http.disconnect"}
        return message

    return limited


def _guarded(send: Send) -> Send:
    """Each answer with the headers that forbid what the page does not need."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_headers()]
        await send(message)

    return guarded


def _headers() -> list[tuple[bytes, bytes]]:
    headers = {**HEADERS, "Content-Security-Policy": policy()}
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


async def _answer(send: Send, status: int, line: str, extra: dict[str, str] | None = None) -> None:
    """A line of text of our own; nothing of the request stands in it."""
    headers = [(name.lower().encode(), value.encode()) for name, value in (extra or {}).items()]
    headers += [(b"content-type", b"text/plain; charset=utf-8"), *_headers()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": line.encode()})
