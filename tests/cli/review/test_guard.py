"""Whoever should not get in does not: other sites, other hosts, other programs, and what they may send."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from analysis.pipeline import measure
from analysis.session import Note, Participant, Session, Word
from cli.review.ranges import asked
from tests.cli.review.conftest import Serve, Served, made_library, serving

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}</ol></main>"


def typed(id: str = "talk-1", name: str = "Maya", said: str = "I was scared") -> Session:
    words = [*said.split(), "Whatever.", "I'm", "done", "talking."]
    spoken = tuple(
        Word(text=text, start=k * 0.5, end=k * 0.5 + 0.4, speaker="S1" if k < len(words) - 4 else "S2")
        for k, text in enumerate(words)
    )
    people = (Participant(id="S1", name=name), Participant(id="S2", name="Jonas"))
    return measure(
        Session(id=id, recorded_at="2026-11-20T20:00:00+01:00", language="en", words=spoken, participants=people)
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that nobody writes to; it is asked by many tests."""
    with serving() as start:
        yield start(made_library(tmp_path_factory.mktemp("read") / "library", typed()))


@pytest.fixture
def fresh(serve: Serve, tmp_path: Path) -> Served:
    """One of a test's own."""
    return serve(made_library(tmp_path / "library", typed()))


def ask(
    served: Served, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a request, sent as given."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    sent = {"Host": f"127.0.0.1:{served.port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent.setdefault("Content-Length", str(len(body)))
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


@cache  # a link is good once
def cookie(served: Served) -> str:
    """The cookie that the link brings."""
    status, headers, _ = ask(served, served.link.removeprefix(served.base))
    assert status == 303
    return headers["set-cookie"].partition(";")[0]


def token(served: Served, given: str) -> str:
    """That of the state which the page shows now."""
    page = ask(served, "/sessions/talk-1", Cookie=given)[2].decode()
    return re.findall(r'data-token="(\w+)"', page)[0]


def write(served: Served, change: object, **headers: str) -> tuple[int, dict[str, str], bytes]:
    given = {"Origin": served.base, "Content_Type": "application/json"} | headers
    if "Cookie" in headers:
        given["X_Seen"] = token(served, headers["Cookie"])
    return ask(served, "/sessions/talk-1/changes", "POST", json.dumps(change).encode(), **given)


NOTE = {"type": "note", "at": 0.0, "text": "hello", "private": False}


def test_the_link_is_good_once_and_its_cookie_is_out_of_reach_of_scripts_and_other_sites(fresh: Served) -> None:
    path = fresh.link.removeprefix(fresh.base)
    status, headers, _ = ask(fresh, path)
    assert (status, headers["location"]) == (303, "/")
    assert "HttpOnly" in headers["set-cookie"] and "SameSite=Strict" in headers["set-cookie"]
    assert ask(fresh, path)[0] == 403
    # The same browser may follow its link again.
    assert ask(fresh, path, Cookie=headers["set-cookie"].partition(";")[0])[0] == 303


@pytest.mark.parametrize(
    "path", ["/", "/sessions/talk-1", "/sessions/talk-1/sound.wav", "/sessions/talk-1/export/json", "/static/app.js"]
)
def test_nothing_is_shown_without_the_cookie(served: Served, path: str) -> None:
    assert ask(served, path)[0] == 403
    assert ask(served, path, Cookie=f"lens-{served.port}=guessed")[0] == 403
    assert ask(served, "/?key=guessed")[0] == 403
    given = cookie(served)
    assert ask(served, path, Cookie=given)[0] in (200, 404)


@pytest.mark.parametrize("path", ["/", "/sessions/talk-1", "/sessions/talk-1/sound.wav", "/static/report.css"])
def test_other_names_for_this_address_are_refused_on_every_request(served: Served, path: str) -> None:
    given = cookie(served)
    for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1", f"127.0.0.1:{served.port + 1}", ""):
        assert ask(served, path, Host=host, Cookie=given)[0] in (400, 421), host
    assert ask(served, path, Host=f"localhost:{served.port}", Cookie=given)[0] in (200, 404)


@pytest.mark.parametrize("path", ["/", "/sessions/talk-1", "/sessions/talk-1/sound.wav", "/sessions/talk-1/chart"])
def test_pages_of_other_sites_cannot_even_read(served: Served, path: str) -> None:
    given = cookie(served)
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"https://127.0.0.1:{served.port}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ):
        assert ask(served, path, Cookie=given, Range="bytes=0-10", **headers)[0] == 403, headers


def test_only_the_page_itself_writes_and_only_json(fresh: Served) -> None:
    given = cookie(fresh)
    assert write(fresh, NOTE)[0] == 403  # no cookie
    assert (
        ask(fresh, "/sessions/talk-1/changes", "POST", b"{}", Cookie=given, Content_Type="application/json")[0] == 403
    )
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert write(fresh, NOTE, Cookie=given, Content_Type=kind)[0] == 415, kind
    assert write(fresh, NOTE, Cookie=given, Origin="http://evil.example")[0] == 403
    assert fresh.stored("talk-1").written == ()
    assert write(fresh, NOTE, Cookie=given)[0] == 200
    assert [note.text for note in fresh.stored("talk-1").written] == ["hello"]


def test_who_has_not_seen_the_latest_state_changes_nothing(fresh: Served) -> None:
    given = cookie(fresh)
    old = token(fresh, given)
    headers = {"Origin": fresh.base, "Content_Type": "application/json", "Cookie": given, "X_Seen": old}
    assert write(fresh, NOTE, Cookie=given)[0] == 200
    for path, body in (("changes", NOTE), ("undo", {})):
        status, _, answer = ask(fresh, f"/sessions/talk-1/{path}", "POST", json.dumps(body).encode(), **headers)
        assert status == 400
        assert b"reload the page" in answer
    assert len(fresh.stored("talk-1").written) == 1


def test_a_link_cannot_write(served: Served) -> None:
    given = cookie(served)
    for path in ("/sessions/talk-1/changes", "/sessions/talk-1/undo"):
        assert ask(served, path, Cookie=given)[0] in (404, 405)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert ask(served, "/sessions/talk-1", method, Cookie=given)[0] == 405


def test_too_much_is_refused_whatever_length_is_stated(fresh: Served) -> None:
    given = cookie(fresh)
    large = NOTE | {"text": "x" * 70_000}
    assert write(fresh, large, Cookie=given)[0] == 413
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = (
        f"POST /sessions/talk-1/changes HTTP/1.1\r\nHost: 127.0.0.1:{fresh.port}\r\nCookie: {given}\r\n"
        f"Origin: {fresh.base}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", fresh.port), timeout=20) as raw:
        raw.sendall(head.encode() + chunk + chunk + b"0\r\n\r\n")
        assert b" 200 " not in raw.recv(64)
    assert fresh.stored("talk-1").written == ()


def test_websockets_are_refused(served: Served) -> None:
    given = cookie(served)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    upgrade |= {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", "Cookie": given}
    assert ask(served, "/", **upgrade, Origin="http://evil.example")[0] == 403
    assert ask(served, "/", **upgrade)[0] != 101


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../pyproject.toml",
        "/static/..%2f..%2f..%2fpyproject.toml",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/sessions/..%2f..%2flibrary.db",
        "/sessions/talk",
        "/sessions/%00",
        "/sessions/talk-1/export/..%2f..%2fkeys.json",
        "/sessions/talk-1/export/exe",
        "/sessions/talk-1/lines/..%2f..%2fx",
        "/sessions/talk-1/sound.wav",
        "/" + "a" * 5000,
    ],
)
def test_no_path_reaches_the_disk(served: Served, path: str) -> None:
    status, _, body = ask(served, path, Cookie=cookie(served))
    assert status == 404
    assert b"root:" not in body and b"[project]" not in body and b"wrapped" not in body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"type": "shell", "command": "ls"}',
        b'{"type": "note"}',
        b'{"type": "note", "at": 1e999, "text": "x", "private": false}',
        b'{"type": "note", "at": -5, "text": "x", "private": false}',
        b'{"type": "note", "at": 0, "text": " ", "private": false}',
        b'{"type": "word", "line": "u0001", "number": 99, "text": "x"}',
        b'{"type": "word", "line": "../x", "number": 0, "text": "x"}',
        b'{"type": "speaker", "line": "u0001", "speaker": "S9"}',
        b'{"type": "name", "speaker": "S1", "name": "Jonas"}',
        b'{"type": "name", "speaker": "S1", "name": "' + b"n" * 61 + b'"}',
        b'{"type": "tag", "line": "u0001", "label": "guilty", "verdict": "added"}',
        b'{"type": "tag", "line": "u0001", "label": "contempt", "verdict": "maybe"}',
        b'{"type": "topic", "topic": "t9", "name": "x"}',
        b'{"type": "unnote", "note": "n9"}',
        b"[" * 5000,
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line_and_changes_nothing(served: Served, body: bytes) -> None:
    before = served.stored("talk-1")
    given = {"Origin": served.base, "Content_Type": "application/json", "Cookie": cookie(served)}
    given["X_Seen"] = token(served, given["Cookie"])
    status, _, answer = ask(served, "/sessions/talk-1/changes", "POST", body, **given)
    assert status == 400
    trouble = json.loads(answer)["trouble"]
    assert "reload" not in trouble
    assert trouble and "\n" not in trouble and "Traceback" not in trouble
    assert served.stored("talk-1") == before


def test_every_answer_forbids_what_the_page_does_not_need(served: Served) -> None:
    given = cookie(served)
    for path in ("/", "/sessions/talk-1", "/static/app.js", "/nothing", "/sessions/talk-1/export/json"):
        _, headers, _ = ask(served, path, Cookie=given)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers and "access-control-allow-origin" not in headers


def test_what_people_said_and_are_called_stays_text(serve: Serve, tmp_path: Path) -> None:
    session = typed(name=HOSTILE, said=HOSTILE)
    note = Note(id="n1", at=0.0, text=HOSTILE, private=True)
    served = serve(made_library(tmp_path / "library", replace(session, written=(note,))))
    given = cookie(served)
    for path in ("/", "/sessions/talk-1", "/sessions/talk-1/lines/u0001"):
        status, _, body = ask(served, path, Cookie=given)
        assert status == 200
        page = body.decode()
        assert "<script>alert" not in page and "<img" not in page and "{{7*7}}</ol>" not in page
    status, headers, _ = ask(served, "/sessions/talk-1/chart", Cookie=given)
    assert headers["content-type"] == "application/json"


def test_an_export_has_a_name_of_ours_and_no_private_note(fresh: Served) -> None:
    given = cookie(fresh)
    assert write(fresh, NOTE | {"text": "for me alone", "private": True}, Cookie=given)[0] == 200
    assert write(fresh, NOTE | {"text": "for both"}, Cookie=given)[0] == 200
    for kind in ("html", "md", "json", "srt", "vtt", "TextGrid", "rttm", "csv"):
        status, headers, body = ask(fresh, f"/sessions/talk-1/export/{kind}", Cookie=given)
        assert status == 200
        assert headers["content-disposition"] == f'attachment; filename="talk-2026-11-20.{kind}"'
        assert b"for me alone" not in body, kind
    assert b"for both" in ask(fresh, "/sessions/talk-1/export/html", Cookie=given)[2]


def test_it_listens_on_the_loopback_address_only(served: Served) -> None:
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    port = f"{served.port:04X}"
    addresses = {line.split()[1] for line in listening if line.split()[3] == "0A"}
    assert f"0100007F:{port}" in addresses
    assert f"00000000:{port}" not in addresses
    assert not re.search(rf":{port} .* 0A ", Path("/proc/net/tcp6").read_text())


def test_ctrl_c_ends_it_and_says_so(fresh: Served) -> None:
    fresh.process.send_signal(signal.SIGINT)
    _, errors = fresh.process.communicate(timeout=20)
    assert fresh.process.returncode == 0
    assert errors.strip() == "ended (Ctrl-C); the library is locked"


def test_two_at_once_each_with_its_own_cookie(serve: Serve, tmp_path: Path) -> None:
    folder = made_library(tmp_path / "library", typed())
    first, second = serve(folder), serve(folder)
    given = cookie(first)
    assert ask(first, "/", Cookie=given)[0] == 200
    assert ask(second, "/", Cookie=given)[0] == 403


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=-1", (99, 100)),
        ("bytes=-1000", (0, 100)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=100-", None),
        ("bytes=20-10", None),
        ("bytes=-0", None),
        ("bytes=-", (0, 100)),
        ("bytes=0-1,5-6", (0, 100)),
        ("bytes=a-b", (0, 100)),
        ("bytes=" + "9" * 400 + "-", (0, 100)),
        ("BYTES 0", (0, 100)),
    ],
)
def test_ranges(header: str | None, span: tuple[int, int] | None) -> None:
    assert asked(header, 100) == span
