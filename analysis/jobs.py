"""The analyses under way: what their stages have found so far. Each ends when its session is saved.

    jobs       one row per analysis, by a key that the pipeline chooses (the sound and the settings)
    windows    one row per stage and window of a job

Conventions
-----------
- A window that was stored is on the disk when the call returns, and survives whatever happens next.
- A job's key begins with 64 digits for its sound, then come 64 for the settings; it ends with the id of its tape, if it
  has one. Of a tape there are no jobs for two different sounds: the older one may hold what was struck since.
- A job that reads the words of a session has no tape in its key, since it holds no words (`soundless` stands for a
  sound where there is none).
- A job that is gone takes no windows any more: what it was about may have been deleted, and must not come back.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from recorder.errors import LibraryError

__all__ = ["Jobs", "drop_all", "require", "soundless"]


def require(database: Any, job: int) -> None:
    """Raises LibraryError if another process finished or dropped this job."""
    if not database.execute("SELECT 1 FROM jobs WHERE id = ?", (job,)).fetchall():
        raise LibraryError("another `lens` finished or dropped this analysis: run the command again")


def soundless(id: str) -> str:
    """64 digits in place of the sound, for a session or file that has none."""
    return hashlib.sha256(id.encode()).hexdigest()


def drop_all(database: Any, tape: str | None, sound: str | None = None) -> None:
    """Drop every job of this tape, and of this sound."""
    # A key without a tape ends where an id would begin: the empty id is nobody's.
    which = "(substr(key, 129) = ? AND length(key) > 128) OR substr(key, 1, 64) = ?"
    database.execute(f"DELETE FROM jobs WHERE {which}", (tape, sound))


class Jobs:
    """The analyses under way of an open library; had as `Library.jobs`."""

    def __init__(
        self,
        read: Callable[..., list[Any]],
        transaction: Callable[[], AbstractContextManager[Any]],
        empty_log: Callable[[], None],
    ) -> None:
        self._read = read
        self._transaction = transaction
        self._empty_log = empty_log

    def begin(self, key: str) -> int:
        """The number of the job with this key: the one under way, or a new one.

        Jobs of the same tape as it was before something was struck from it are dropped.
        """
        with self._transaction() as database:
            dropped = _drop_older(database, key)
            number = _number(database, key) or _insert(database, key)
        if dropped:
            self._empty_log()
        return number

    def cut(self, job: int, key: str, index: int) -> int:
        """The number of a new job, `key`, with what the stages of this one found before window `index`; this one ends.

        For an analysis of a tape from which something was struck; overwrites what it was. A process that has not yet
        seen the strike holds the old number, and can store nothing any more. One that sees it second gets the job that
        the first one made, as it is.

        Raises
        ------
        LibraryError
            If the job is gone, because another process finished or dropped it.
        """
        with self._transaction() as database:
            if not (number := _number(database, key)):
                require(database, job)
                number = _insert(database, key)
                database.execute("UPDATE windows SET job = ? WHERE job = ? AND idx < ?", (number, job, index))
            _drop_older(database, key)
        self._empty_log()
        return number

    def windows(self, job: int, stage: str) -> dict[int, bytes]:
        """What this stage of the job has stored so far: window index -> payload, in order."""
        query = "SELECT idx, payload FROM windows WHERE job = ? AND stage = ? ORDER BY idx"
        return dict(self._read(query, (job, stage)))

    def store(self, job: int, stage: str, index: int, payload: bytes) -> None:
        """Store what a stage found in one window; it is on the disk when this returns.

        Raises
        ------
        LibraryError
            If the job is gone, because another process finished or dropped it.
        """
        with self._transaction() as database:
            require(database, job)
            database.execute(
                "INSERT OR REPLACE INTO windows (job, stage, idx, payload) VALUES (?, ?, ?, ?)",
                (job, stage, index, payload),
            )

    def drop(self, job: int) -> None:
        """Forget a job and all its windows, and overwrite them; one that is gone is no mistake."""
        with self._transaction() as database:
            database.execute("DELETE FROM jobs WHERE id = ?", (job,))
        self._empty_log()

    def drop_tape(self, tape: str) -> None:
        """Forget all jobs of the tape with this id, and overwrite what they found."""
        with self._transaction() as database:
            drop_all(database, tape)
        self._empty_log()

    def tapes(self) -> set[str]:
        """The ids of the tapes that have a job."""
        return {tape for (tape,) in self._read("SELECT substr(key, 129) FROM jobs WHERE length(key) > 128")}


def _number(database: Any, key: str) -> int | None:
    found = database.execute("SELECT id FROM jobs WHERE key = ?", (key,)).fetchall()
    return found[0][0] if found else None


def _insert(database: Any, key: str) -> int:
    cursor = database.execute("INSERT INTO jobs (key, created_at) VALUES (?, ?)", (key, time.time()))
    return int(cursor.lastrowid)


def _drop_older(database: Any, key: str) -> bool:
    """Drop the jobs of the tape in this key whose sound is another one; whether there were any."""
    sound, tape = key[:64], key[128:]
    if not tape:
        return False
    others = "substr(key, 129) = ? AND substr(key, 1, 64) <> ?"
    return bool(database.execute(f"DELETE FROM jobs WHERE {others}", (tape, sound)).rowcount)
