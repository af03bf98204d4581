"""What people changed in the sessions of a library, and where the sound of a session lies that is not kept here.

    changes   one row per change of a session, in order: what it was (`analysis.changes`)
    sources   one row per session that came from a file: where that was
    topics    one row per name that people gave to a topic: the name, and what it sounded like (`analysis.topics`)

Conventions
-----------
- A change is stored in the same transaction as the session that it leads to; to take the last one back is to apply it
  the other way round.
- A new analysis of the sound makes new words: changes of before cannot be taken back any more, and go.
- Rows go with their session. Names of topics stay: they are the couple's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from analysis.changes import Change
from analysis.topics import Known

__all__ = ["Revisions", "create_tables"]

MOST = 200
"""Changes of a session that can be taken back."""
NOTHING = 0.01
"""Length of a vector of which nothing is left but rounding."""


def create_tables(database: Any) -> None:
    """The schema, a migration of `analysis.library`."""
    for statement in (
        """CREATE TABLE changes (
               number INTEGER PRIMARY KEY AUTOINCREMENT,
               session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, change BLOB NOT NULL)""",
        """CREATE TABLE sources (
               session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE, path BLOB NOT NULL)""",
        "CREATE TABLE topics (name TEXT PRIMARY KEY, vector BLOB NOT NULL)",
    ):
        database.execute(statement)


def note_change(database: Any, session: str, change: Change) -> None:
    """Remember a change of a session that is saved in this transaction."""
    database.execute("INSERT INTO changes (session, change) VALUES (?, ?)", (session, msgspec.json.encode(change)))
    database.execute(
        "DELETE FROM changes WHERE session = ? AND number NOT IN "
        "(SELECT number FROM changes WHERE session = ? ORDER BY number DESC LIMIT ?)",
        (session, session, MOST),
    )


def drop_changes(database: Any, session: str, number: int | None = None) -> None:
    """Forget all changes of a session, or the one with this number."""
    if number is None:
        database.execute("DELETE FROM changes WHERE session = ?", (session,))
    else:
        database.execute("DELETE FROM changes WHERE session = ? AND number = ?", (session, number))


class Revisions:
    """Had as `Library.revisions`."""

    def __init__(self, read: Callable[..., list[Any]], transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        self._read = read
        self._transaction = transaction

    def last(self, session: str) -> tuple[int, Change] | None:
        """The last change of a session that was not taken back, and its number."""
        rows = self._read(
            "SELECT number, change FROM changes WHERE session = ? ORDER BY number DESC LIMIT 1", (session,)
        )
        return (rows[0][0], msgspec.json.decode(rows[0][1], type=Change)) if rows else None

    def came_from(self, session: str, path: Path) -> None:
        """Remember where the sound of a session lies."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (session, os.fsencode(path.absolute())))

    def source(self, session: str) -> Path | None:
        """Where the sound of a session lay when it was analyzed; None if it came from no file."""
        rows = self._read("SELECT path FROM sources WHERE session = ?", (session,))
        return Path(os.fsdecode(rows[0][0])) if rows else None

    def remember_topic(self, known: Known) -> None:
        """Remember the name that a person gave to a topic; a name given twice means both."""
        vector = np.asarray(known.vector, dtype="<f4")
        with self._transaction() as database:
            rows = database.execute("SELECT vector FROM topics WHERE name = ?", (known.name,)).fetchall()
            if rows:
                vector = vector + np.frombuffer(rows[0][0], dtype="<f4")
            database.execute("INSERT OR REPLACE INTO topics VALUES (?, ?)", (known.name, vector.tobytes()))

    def forget_topic(self, known: Known) -> None:
        """Take back what `remember_topic` did; a name that nothing is left of goes."""
        with self._transaction() as database:
            rows = database.execute("SELECT vector FROM topics WHERE name = ?", (known.name,)).fetchall()
            if not rows:
                return
            vector = np.frombuffer(rows[0][0], dtype="<f4") - np.asarray(known.vector, dtype="<f4")
            if np.linalg.norm(vector) < NOTHING:
                database.execute("DELETE FROM topics WHERE name = ?", (known.name,))
            else:
                database.execute("UPDATE topics SET vector = ? WHERE name = ?", (vector.tobytes(), known.name))

    def topics(self) -> Sequence[Known]:
        """The names that people gave to topics."""
        rows = self._read("SELECT name, vector FROM topics ORDER BY name")
        found = ((name, np.frombuffer(vector, dtype="<f4").astype(float)) for name, vector in rows)
        return [Known(name, tuple((vector / np.linalg.norm(vector)).tolist())) for name, vector in found]
