"""A language model's server on 127.0.0.1 that answers from a script and remembers what it was asked.

It speaks as much of the OpenAI API as the readers use (`GET /v1/models`, `POST /v1/chat/completions`), over a real
socket, and can play every fault of a real one: see `Reply`.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

__all__ = ["NO_TAGS", "ModelServer", "Reply", "Request", "given"]

NO_TAGS = '{"tags": []}'


def given(*tags: tuple[int, str, str]) -> str:
    """What a model says that gives these tags: number of the line, label, cited words."""
    return json.dumps({"tags": [dict(zip(("n", "label", "words"), tag, strict=True)) for tag in tags]})


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; `body` is the decoded JSON of a POST."""

    method: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """The last message, which holds the question and the lines."""
        return str(self.body["messages"][-1]["content"])

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines in the question, as a JSON parser sees them."""
        rows, _ = json.JSONDecoder().raw_decode(self.user, self.user.index("\n\n[") + 2)
        return list(rows)

    @property
    def asked(self) -> list[int]:
        """The numbers of the lines that the question is about."""
        return [row["n"] for row in self.rows if not row.get("context")]

    @property
    def allowed(self) -> tuple[list[int], list[str]]:
        """The numbers and the labels that the schema of the answer lets through."""
        schema = self.body["response_format"]["json_schema"]["schema"]
        tag = schema["properties"]["tags"]["items"]["properties"]
        return tag["n"]["enum"], tag["label"]["enum"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of HTTP, or what is left of one."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the first byte."""
    trickle: float = 0.0
    """Seconds between any two bytes of the body."""
    missing: int = 0
    """How many bytes are announced and never sent."""

    @classmethod
    def saying(cls, content: str | None, **how: Any) -> Reply:
        """The envelope of a completion around what the model says."""
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        return cls(json.dumps({"object": "chat.completion", "choices": [choice]}).encode(), **how)


Script = Sequence[Reply | str] | Callable[[Request], Reply | str]


class ModelServer:
    """Serves from `with` to its end, or until `close`.

    Parameters
    ----------
    script
        The answers to the questions in their order, or a function of the request; a string is what the model says.
        When a list has come to its end, the model finds no tags.
    models
        The names of its models, or another answer to that question.
    """

    def __init__(self, script: Script = (), models: Sequence[str] | Reply = ("gemma",)) -> None:
        self.requests: list[Request] = []
        self._models = models
        self._answer = script if callable(script) else _one_by_one(iter(script))
        self._closing = threading.Event()
        self._http = _Http(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def questions(self) -> list[Request]:
        """What the model was asked."""
        return [request for request in self.requests if request.method == "POST"]

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; may be called twice."""
        if not self._closing.is_set():
            self._closing.set()
            self._http.shutdown()
            self._http.server_close()

    def reply(self, request: Request) -> Reply:
        """Remember what was asked, and what the script says to it."""
        self.requests.append(request)
        if request.path == "/v1/models":
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in _names(self._models)]}
            return self._models if isinstance(self._models, Reply) else Reply(json.dumps(listed).encode())
        if request.path != "/v1/chat/completions":
            return Reply(b"no such page", status=404)
        answer = self._answer(request)
        return Reply.saying(answer) if isinstance(answer, str) else answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server, closing = self, self._closing

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send(server.reply(Request("GET", self.path)))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send(server.reply(Request("POST", self.path, body)))

            def send(self, reply: Reply) -> None:
                closing.wait(reply.delay)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) + reply.missing))
                self.end_headers()
                step = 1 if reply.trickle else len(reply.body) or 1
                for at in range(0, len(reply.body), step):
                    closing.wait(reply.trickle)
                    self.wfile.write(reply.body[at : at + step])

            def log_message(self, format: str, *args: object) -> None:
                """Keep still."""

        return Handler


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has given up is no news; anything else is an error of the test."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _names(models: Sequence[str] | Reply) -> Sequence[str]:
    return () if isinstance(models, Reply) else models


def _one_by_one(script: Iterator[Reply | str]) -> Callable[[Request], Reply | str]:
    return lambda request: next(script, NO_TAGS)
