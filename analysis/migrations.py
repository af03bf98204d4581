"""The schema of a library: the steps that led to it. What the tables mean stands in `analysis.library`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis import people, revisions

__all__ = ["MIGRATIONS"]


def _first_schema(database: Any) -> None:
    for statement in (
        """CREATE TABLE sessions (
               id TEXT PRIMARY KEY, recorded_at TEXT NOT NULL, duration REAL NOT NULL,
               names TEXT NOT NULL, title TEXT NOT NULL, source_sha256 TEXT, document BLOB NOT NULL)""",
        # AUTOINCREMENT: a job's number is never given out again, or a slow process that still holds
        # a dropped job would write its windows into someone else's.
        """CREATE TABLE jobs (
               id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, created_at REAL NOT NULL)""",
        """CREATE TABLE windows (
               job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
               stage TEXT NOT NULL, idx INTEGER NOT NULL, payload BLOB NOT NULL,
               PRIMARY KEY (job, stage, idx))""",
    ):
        database.execute(statement)


def _with_tapes(database: Any) -> None:
    database.execute("ALTER TABLE sessions ADD COLUMN tape TEXT")


MIGRATIONS: list[Callable[[Any], None]] = [
    _first_schema,
    _with_tapes,
    people.create_table,
    revisions.create_tables,
]
"""Each brings the schema one version further, in a transaction of its own; only ever append."""
