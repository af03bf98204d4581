"""What lies on the desk while the page is open: the library, the session that is looked at, its sound.

Requests come from several threads; whoever reads or changes the session holds the desk's lock, so that two windows see
one state after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from analysis.audio import Playback, Source
from analysis.changes import Change
from analysis.library import Library, Row
from analysis.recordings import recording_of
from analysis.revising import revise, take_back
from analysis.session import Session

__all__ = ["Desk"]


class Desk:
    """An open library and what is at hand of it.

    Parameters
    ----------
    library : Library
    folder : Path
        Where it lies, with its tapes.
    key : bytes
        Of the library, to decipher these.
    """

    def __init__(self, library: Library, folder: Path, key: bytes) -> None:
        self._library, self._folder, self._key = library, folder, key
        self._lock = threading.RLock()
        self._session: Session | None = None
        self._sounds: dict[str, Playback | str] = {}

    def sessions(self) -> list[Row]:
        """All sessions, oldest first."""
        return self._library.sessions()

    def session(self, id: str) -> Session:
        """The session with exactly this id, as it is in the library now; KeyError if there is none."""
        with self._lock:
            if all(row.id != id for row in self._library.sessions()):
                raise KeyError(id)
            self._session = self._library.load(id)
            return self._session

    def undoable(self, id: str) -> str | None:
        """What the last change was; None if there is nothing to take back."""
        last = self._library.revisions.last(id)
        return last[1].what if last else None

    def change(self, id: str, meant: Callable[[Session], Change]) -> tuple[Session, Session]:
        """Make a change; the session before and after it. Raises KeyError, or ValueError where it makes no sense."""
        with self._lock:
            before = self.session(id)
            return before, revise(before, meant(before), self._library)

    def undo(self, id: str) -> tuple[Session, Session, str] | None:
        """Take the last change back: the session before and after, and what it was; None if there is none."""
        with self._lock:
            before = self.session(id)
            taken = take_back(before, self._library)
            return None if taken is None else (before, taken[0], taken[1].what)

    def sound(self, session: Session) -> Playback | str:
        """The sound of a session, or why there is none, in a sentence. Another session's sound is put away."""
        with self._lock:
            if session.id not in self._sounds:
                self._put_away()
                found = self._source(session)
                duration = session.audio.duration if session.audio else 0.0
                self._sounds[session.id] = found if isinstance(found, str) else Playback(found, duration)
            return self._sounds[session.id]

    def _source(self, session: Session) -> Source | str:
        if session.audio is None:
            return "This session has no sound: it came from a transcript."
        recording = recording_of(session, self._folder, self._key)
        if recording is not None:
            return recording
        path = self._library.revisions.source(session.id)
        if path is None:
            return f"Where {session.audio.name} lies is not known: `lens analyze FILE` once more, and it can be played."
        try:
            there = path.is_file()
        except OSError:
            there = False
        if not there:
            return f"{path} is not there any more, so nothing can be played; put it back, or analyze it where it is."
        if not _same(path, session):
            return f"{path} is another recording than the one that was analyzed, so nothing is played."
        return path

    def close(self) -> None:
        """Forget all sound, and lock the library."""
        with self._lock:
            self._put_away()
            self._session = None
            self._library.close()

    def _put_away(self) -> None:
        for sound in self._sounds.values():
            if isinstance(sound, Playback):
                sound.stop()
        self._sounds.clear()


def _same(path: Path, session: Session) -> bool:
    import hashlib

    assert session.audio is not None
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == session.audio.sha256
    except OSError:
        return False
