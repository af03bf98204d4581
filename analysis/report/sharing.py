"""What of a session may leave the library: all of it but what one of the two wrote for themselves."""

from __future__ import annotations

from msgspec.structs import replace

from analysis.session import Session

__all__ = ["shareable"]


def shareable(session: Session) -> Session:
    """The session without private notes; whatever prints or writes a session for others takes this.

    >>> from analysis.session import Note
    >>> mine, ours = Note(id="n1", at=1, text="", private=True), Note(id="n2", at=2, text="the letter", private=False)
    >>> [note.text for note in shareable(Session(id="a", recorded_at="", written=(mine, ours))).written]
    ['the letter']
    """
    return replace(session, written=tuple(note for note in session.written if not note.private))
