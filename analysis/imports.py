"""A session.json from outside: at least words with times; everything that needs no sound is computed from it.

An import is data from a stranger's hand: it is checked before anything is computed, and what is wrong is said
with the place where it stands.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from analysis.session import SCHEMA, Session, Turn, Word, decode
from recorder.errors import SessionFileError

__all__ = ["read_session"]


def read_session(path: Path) -> Session:
    """The session in the file at `path`; a missing id or date is filled in from the file.

    Raises
    ------
    SessionFileError
        If it is not JSON, not a session, has no words, or words and turns that cannot be.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise SessionFileError(f"there is no file {path}: check the name") from None
    except OSError as error:
        raise SessionFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        raw = json.loads(data)
    except ValueError as error:
        raise SessionFileError(f"{path.name} is not JSON ({error})") from None
    if not isinstance(raw, dict) or not raw.get("words"):
        raise SessionFileError(f"{path.name} has no words: a session.json needs at least 'words' with text, start, end")
    raw.setdefault("id", hashlib.sha256(data).hexdigest()[:10])
    raw.setdefault("recorded_at", _written(path))
    if raw.get("schema", SCHEMA) != SCHEMA:
        raise SessionFileError(f"{path.name} has the schema {raw['schema']!r}; this program reads {SCHEMA!r}")
    try:
        session = decode(json.dumps(raw))
    except msgspec.ValidationError as error:
        raise SessionFileError(f"{path.name} is no session: {error}") from None
    _check(session, path.name)
    if session.audio is None and session.frames is not None:
        session = replace(session, frames=None)
    return session


def _check(session: Session, name: str) -> None:
    spans: dict[str, Sequence[Word | Turn]] = {"word": session.words, "turn": session.turns}
    for kind, several in spans.items():
        for number, span in enumerate(several, start=1):
            if span.end < span.start:
                raise SessionFileError(
                    f"{name}: {kind} {number} ends at {span.end} s, before it starts at {span.start} s"
                )
    if session.duration > 24 * 3600:
        raise SessionFileError(
            f"{name}: it would last {session.duration / 3600:.0f} hours; times are seconds: did you give milliseconds?"
        )


def _written(path: Path) -> str:
    moment = datetime.datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return moment.isoformat(timespec="seconds")
