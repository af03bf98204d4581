"""An OpenAI-compatible server on this computer, and nowhere else.

What two people said must not leave their machine, so an address is taken only if it cannot lead away from it: plain
http to a loopback address that is written as a number, or to "localhost", which is never looked up but read as
127.0.0.1. The address is put together anew from its checked parts, so no two readings of it can differ. Proxies that
the environment names are not used, and redirects are not followed.

What the user can mend (nothing listens, no such model) is a `ReaderError` in one line. `NoAnswer` is one question
without a usable answer; the next one may fare better.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from recorder.errors import ReaderError

if TYPE_CHECKING:
    import httpx2

__all__ = ["TIMEOUT", "Message", "NoAnswer", "Server", "connect", "loopback"]

TIMEOUT = 300.0
"""Seconds to wait for an answer; without a graphics card, reading the codebook alone may take a minute or two."""
CONNECT = 5.0
SEED = 7

Message = dict[str, str]
"""Who says it ("role") and what ("content")."""


class NoAnswer(ReaderError):
    """The server is there, but this question got no usable answer; `status` is that of HTTP where it refused."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class _Model(Struct):
    id: str


class _Models(Struct):
    data: list[_Model]


class _Said(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Said


class _Completion(Struct):
    choices: list[_Choice]


def loopback(url: str) -> str:
    """The address of the server's API, if it is on this computer.

    >>> loopback("http://localhost:11434"), loopback("http://[::1]:8080/v1/")
    ('http://127.0.0.1:11434/v1', 'http://[::1]:8080/v1')

    Raises
    ------
    ReaderError
        If it is anything but plain http to 127.0.0.0/8, [::1] or localhost.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused(url, "it is not an address") from None
    if not url.isprintable():
        raise _refused(url, "it has an unprintable character in it")
    if parts.scheme != "http":
        raise _refused(url, "it does not begin with http://")
    if "@" in parts.netloc:
        raise _refused("the address", "it holds a name or password")
    if "?" in url or "#" in url:
        raise _refused(url, "it has a question mark or a # in it")
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise _refused(url, f"{_plain(host) or 'nothing'} is a name that could lead to another computer") from None
    if address.version == 4 and address.is_loopback:
        place = str(address)
    elif address == ipaddress.IPv6Address("::1"):
        place = "[::1]"
    else:
        raise _refused(url, f"{address} is another computer")
    path = parts.path.rstrip("/").removesuffix("/v1")
    return f"http://{place}{'' if port is None else f':{port}'}{path}/v1"


def _refused(url: str, why: str) -> ReaderError:
    return ReaderError(
        f"the language model must run on this computer, and {_plain(url)} is refused: {why}; "
        "give an address like http://127.0.0.1:11434"
    )


class Server:
    """A server on this computer and one of its models.

    Parameters
    ----------
    url
        Its address, with or without the trailing ``/v1``; `ReaderError` if it is not on this computer.
    model
        The model to ask, as the server calls it. Nothing is sent to find out if it is there; see `connect`.
    timeout
        Seconds to wait for an answer.
    """

    def __init__(self, url: str, model: str, *, timeout: float = TIMEOUT) -> None:
        self.url = loopback(url)
        self.model = model
        self.timeout = timeout

    def models(self) -> list[str]:
        """The names of the models that the server has."""
        try:
            return [model.id for model in msgspec.json.decode(self._sent("/models"), type=_Models).data]
        except (msgspec.MsgspecError, UnicodeError):
            raise ReaderError(
                f"{self.url} does not list its models as an OpenAI-compatible server does: is it one?"
            ) from None

    def ask(self, messages: Sequence[Message], schema: dict[str, Any]) -> str:
        """What the model answers, in the form that `schema` (JSON schema) asks for; servers may fail at that.

        Raises
        ------
        NoAnswer
            If it takes too long, breaks off or refuses this question.
        ReaderError
            If nothing listens there any more.
        """
        form = {"type": "json_schema", "json_schema": {"name": "tags", "strict": True, "schema": schema}}
        question = {
            "model": self.model,
            "messages": list(messages),
            "temperature": 0,
            "seed": SEED,
            "stream": False,
            "response_format": form,
        }
        try:
            answer = msgspec.json.decode(self._sent("/chat/completions", question), type=_Completion)
        except (msgspec.MsgspecError, UnicodeError):
            raise NoAnswer(f"{self.url} does not answer as an OpenAI-compatible server does") from None
        content = answer.choices[0].message.content if answer.choices else None
        if not content:
            raise NoAnswer(f"the model {self.model} at {self.url} said nothing")
        return content

    def _sent(self, path: str, body: dict[str, Any] | None = None) -> bytes:
        """The body of the answer: to a POST with this body, to a GET without one."""
        import httpx2

        times = httpx2.Timeout(self.timeout, connect=min(CONNECT, self.timeout))
        end = time.monotonic() + self.timeout
        content = b""
        try:
            with (
                httpx2.Client(trust_env=False, follow_redirects=False, timeout=times) as client,
                client.stream("GET" if body is None else "POST", self.url + path, json=body) as response,
            ):
                for piece in response.iter_bytes():
                    content += piece
                    if time.monotonic() > end:  # `times` are for each piece, and a server may send many
                        raise httpx2.ReadTimeout("the answer trickles")
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise ReaderError(
                f"no language model answers at {self.url}: start its server (for instance `ollama serve`), "
                "or give the address where it listens"
            ) from None
        except httpx2.TimeoutException:
            raise NoAnswer(f"the model {self.model} did not answer within {self.timeout:g} s") from None
        except httpx2.HTTPError as error:
            raise NoAnswer(f"{self.url} broke off: {_plain(str(error))}") from None
        if response.status_code != 200:
            raise self._trouble(response, content)
        return content

    def _trouble(self, response: httpx2.Response, content: bytes) -> NoAnswer:
        said = _plain(content.decode(errors="replace")) or "no reason given"
        if response.is_redirect:
            said = "it sends elsewhere, and redirects are not followed; give the address where it listens itself"
        return NoAnswer(f"{self.url} answered with HTTP {response.status_code}: {said}", response.status_code)


def connect(url: str, model: str | None = None, *, timeout: float = TIMEOUT) -> Server:
    """A server that is there, with a model that it has.

    Parameters
    ----------
    url, timeout
        As of `Server`.
    model
        None takes the only model that the server has.

    Raises
    ------
    ReaderError
        If the address is not on this computer, nothing listens there, or it has no such model.
    """
    there = Server(url, model or "", timeout=timeout)
    names = there.models()
    if not names:
        raise ReaderError(f"the server at {there.url} has no model: fetch one for it first (`ollama pull NAME`)")
    if model is None and len(names) > 1:
        raise ReaderError(f"the server at {there.url} has several models, choose one: {_listed(names)}")
    if model is not None and model not in names:
        near = get_close_matches(model, names, n=3, cutoff=0.4) or names
        raise ReaderError(f"the server at {there.url} has no model {model!r}; it has {_listed(near)}")
    return Server(url, model or names[0], timeout=timeout)


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(_plain(name) for name in names[:most]) + more


def _plain(text: str) -> str:
    """One short line that can be shown in a terminal."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return line if len(line) <= 160 else line[:159] + "…"
