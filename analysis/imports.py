"""A session.json from outside: at least words with times; everything that needs no sound is computed from it.

An import is data from a stranger's hand: it is checked before anything is computed, and what is wrong is said
with the place where it stands.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from analysis.session import SCHEMA, Frames, Session, Turn, Word, session_id
from analysis.tagging.language import foreign
from recorder.errors import SessionFileError

__all__ = ["language_code", "read_session", "written"]

LONGEST = 24 * 3600
"""Seconds; no talk lasts longer, but times in milliseconds look as if it did."""


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
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SessionFileError(f"{path.name} is not JSON ({error})") from None
    if not isinstance(raw, dict) or not raw.get("words"):
        raise SessionFileError(f"{path.name} has no words: a session.json needs at least 'words' with text, start, end")
    raw.setdefault("id", hashlib.sha256(data).hexdigest()[:10])
    raw.setdefault("recorded_at", written(path))
    if raw.get("language"):
        raw["language"] = language_code(str(raw["language"]))
    if raw.get("schema", SCHEMA) != SCHEMA:
        raise SessionFileError(f"{path.name} has the schema {raw['schema']!r}; this program reads {SCHEMA!r}")
    try:
        session = msgspec.convert(raw, Session)
    except (msgspec.ValidationError, RecursionError) as error:
        raise SessionFileError(f"{path.name} is no session: {error}") from None
    _check(session, path.name)
    if not session.language:
        # Transcripts seldom say their language; they are English unless that is surely wrong.
        session = replace(session, language=foreign(" ".join(word.text for word in session.words)) or "en")
    if session.audio is None and session.frames is not None:
        session = replace(session, frames=None)
    if session.audio is not None and session.audio.tape and session.id != session_id(session.audio):
        # Only the session of a tape may say that it has one: to delete a copy must not destroy another's sound.
        session = replace(session, audio=replace(session.audio, tape=None))
    return session


def language_code(text: str) -> str:
    """The ISO 639-1 code in what a person or a file says of the language.

    Raises
    ------
    SessionFileError
        If there is none.

    Examples
    --------
    >>> language_code("en-US"), language_code("DE")
    ('en', 'de')
    """
    code = re.split(r"[-_]", text.strip().lower())[0]
    if not re.fullmatch(r"[a-z]{2,3}", code):
        raise SessionFileError(f"the language {text[:40]!r} is no code: give two letters, such as en, de or es")
    return code


def _check(session: Session, name: str) -> None:
    stretches = [Turn(speaker="", start=m.start, end=m.start if m.end is None else m.end) for m in session.marks]
    spans: dict[str, Sequence[Word | Turn]] = {"word": session.words, "turn": session.turns, "mark": stretches}
    for kind, several in spans.items():
        for number, span in enumerate(several, start=1):
            if span.end < span.start:
                raise SessionFileError(
                    f"{name}: {kind} {number} ends at {span.end} s, before it starts at {span.start} s"
                )
            if span.end > LONGEST:
                raise SessionFileError(
                    f"{name}: {kind} {number} ends after {span.end / 3600:.0f} hours; times are seconds: "
                    "did you give milliseconds?"
                )
    if not re.fullmatch(r"[\w.-]{1,64}", session.id):
        raise SessionFileError(f"{name}: its id {session.id[:40]!r} must be 1 to 64 letters, digits, dots or dashes")
    if session.audio is not None and session.audio.duration > LONGEST:
        raise SessionFileError(f"{name}: its sound would last {session.audio.duration / 3600:.0f} hours")
    if session.frames is not None:
        _check_frames(session.frames, name)


def _check_frames(frames: Frames, name: str) -> None:
    lengths = {len(frames.level_db), len(frames.pitch_hz), len(frames.brightness_db)}
    if len(lengths) > 1 or not 0.01 <= frames.step <= 10:
        raise SessionFileError(f"{name}: its frames need a step of 0.01 to 10 s and three curves of one length")
    if {len(frames.speech), len(frames.syllables), len(frames.phonation)} - {0} - lengths:
        raise SessionFileError(
            f"{name}: speech, syllables and phonation in its frames are as long as the level, or empty"
        )
    if any(hz is not None and hz <= 0 for hz in frames.pitch_hz):
        raise SessionFileError(f"{name}: a pitch in its frames is not above 0 Hz; where unvoiced, give null")


def written(path: Path) -> str:
    """When the file was last written, ISO 8601 in local time: the best that a plain file tells of its talk."""
    moment = datetime.datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    return moment.isoformat(timespec="seconds")
