"""What the page asks to be changed, as JSON, and the change that is meant (`analysis.changes`).

Each request names its kind and gives what that needs; whatever is not of this form is refused before anything is done.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from analysis import changes
from analysis.changes import Change
from analysis.session import Session

__all__ = ["Request", "meant", "read"]


class CorrectWord(Struct, tag="word", forbid_unknown_fields=True):
    line: str
    number: int
    text: str


class MoveLine(Struct, tag="speaker", forbid_unknown_fields=True):
    line: str
    speaker: str


class NameSpeaker(Struct, tag="name", forbid_unknown_fields=True):
    speaker: str
    name: str


class NameTopic(Struct, tag="topic", forbid_unknown_fields=True):
    topic: str
    name: str


class JudgeTag(Struct, tag="tag", forbid_unknown_fields=True):
    line: str
    label: str
    verdict: Literal["kept", "removed", "added", "none"]


class WriteNote(Struct, tag="note", forbid_unknown_fields=True):
    at: float
    text: str
    private: bool


class RemoveNote(Struct, tag="unnote", forbid_unknown_fields=True):
    note: str


Request = CorrectWord | MoveLine | NameSpeaker | NameTopic | JudgeTag | WriteNote | RemoveNote


def read(body: bytes) -> Request:
    """The request in this JSON.

    Raises
    ------
    ValueError
        If it is none; one line.
    """
    try:
        # Forms send numbers and yeses as text: not strict.
        request: Request = msgspec.json.decode(body, type=Request, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ValueError("this is no change that can be made here") from None
    return request


def meant(request: Request, session: Session) -> Change:
    """The change of this session that the request means. Raises ValueError where it makes no sense."""
    match request:
        case CorrectWord(line=line, number=number, text=text):
            return changes.corrected(session, line, number, text)
        case MoveLine(line=line, speaker=speaker):
            return changes.moved(session, line, speaker)
        case NameSpeaker(speaker=speaker, name=name):
            return changes.renamed(session, speaker, name)
        case NameTopic(topic=topic, name=name):
            return changes.named_topic(session, topic, name)
        case JudgeTag(line=line, label=label, verdict=verdict):
            return changes.judged(session, line, label, None if verdict == "none" else verdict)
        case WriteNote(at=at, text=text, private=private):
            return changes.noted(session, at, text, private)
        case RemoveNote(note=note):
            return changes.unnoted(session, note)
