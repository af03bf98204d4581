"""What lies on the desk while the page is open: the library, the session that is looked at, its sound.

Requests come from several threads; whoever reads or changes the session holds the desk's lock, so that two windows see
one state after the other.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from analysis.audio import Playback, playback
from analysis.changes import Change
from analysis.library import Library, Row
from analysis.recordings import sound_of
from analysis.revising import ready, revise, take_back
from analysis.session import Session
from cli.review.pages import View
from recorder.errors import LensError

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
        self._view: View | None = None
        self._state: object = None
        """Of the library, when that was read: another process may change it."""
        self._sounds: dict[str, Playback] = {}

    def sessions(self) -> list[Row]:
        """All sessions, oldest first."""
        return self._library.sessions()

    def view(self, id: str) -> View:
        """The session with exactly this id, as it is in the library now; KeyError if there is none."""
        with self._lock:
            state = self._library.state()
            if self._view is None or self._view.session.id != id or state != self._state:
                if all(row.id != id for row in self._library.sessions()):
                    raise KeyError(id)
                session = self._library.load(id)
                self._view, self._state = View(session, not isinstance(self.sound(session), str)), state
            return self._view

    def undoable(self, id: str) -> str | None:
        """What the last change was; None if there is nothing to take back."""
        last = self._library.revisions.last(id)
        return last[1].what if last else None

    def change(self, id: str, token: str | None, meant: Callable[[Session], Change]) -> tuple[View, View]:
        """Make a change; before and after it.

        Raises KeyError, or ValueError where it makes no sense, or `token` is not that of the state as it is now: lines
        and words have other numbers then.
        """
        with self._lock:
            before = self._seen(id, token)
            return before, self._now(revise(before.session, meant(before.session), self._library))

    def undo(self, id: str, token: str | None) -> tuple[View, View] | None:
        """Take the last change back; before and after; None if there is none. Raises as `change`."""
        with self._lock:
            before = self._seen(id, token)
            taken = take_back(before.session, self._library)
            return None if taken is None else (before, self._now(taken[0]))

    def warm_up(self, session: Session) -> None:
        """Load what the first change will need, while the page is read."""

        def warm() -> None:
            # What is wrong with the weights, whoever makes a change is told.
            with contextlib.suppress(LensError):
                ready(session)

        threading.Thread(target=warm, daemon=True).start()

    def _seen(self, id: str, token: str | None) -> View:
        view = self.view(id)
        if token != view.token:
            raise ValueError("the talk was changed elsewhere meanwhile: reload the page")
        return view

    def _now(self, session: Session) -> View:
        sound = self._view is not None and self._view.sound
        self._view, self._state = View(session, sound), self._library.state()
        return self._view

    def sound(self, session: Session) -> Playback | str:
        """The sound of a session, or why there is none, in a sentence. Another session's sound is put away."""
        with self._lock:
            held = self._sounds.get(session.id)
            if held is not None and held.trouble is None:
                return held
            found = sound_of(session, self._folder, self._key, self._library.revisions.source(session.id))
            if isinstance(found, str):
                return found
            self._put_away()
            return self._sounds.setdefault(session.id, playback(session, found))

    def close(self) -> None:
        """Forget all sound, and lock the library."""
        with self._lock:
            self._put_away()
            self._view = None
            self._library.close()

    def _put_away(self) -> None:
        for sound in self._sounds.values():
            sound.stop()
        self._sounds.clear()
