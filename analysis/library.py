"""The encrypted library: every session and everything known about it, in one SQLCipher database.

`library.db` lies in the library folder beside `keys.json`; its key is the library key of
`recorder.keys`. Every page of it, and of its write-ahead log, is encrypted and authenticated.

    sessions        one row per session: the columns that a list shows, and the whole session as JSON
    jobs, windows   analyses under way (`analysis.jobs`)
    voiceprints     what the speakers of a session sound like (`analysis.people`)
    changes, …      what people changed in a session, and where its sound file lies (`analysis.revisions`)

The sound of what was recorded here lies beside it, sealed, in `tapes/` (`recorder.tape`); a session names its tape.

Conventions
-----------
- Each write is one transaction that is on the disk when the call returns; saving a finished session drops its job in
  the same transaction.
- Several processes, and several threads of one, may use a library at once; who comes second waits.
- What is deleted is overwritten (`secure_delete`), and the log that held it is emptied. An analysis of it that is under
  way in another process fails: nothing brings it back.
- The schema's version is the number of `MIGRATIONS` applied; to change the schema, append one.
- What the disk, the file or another process can do to it comes up as a `LibraryError` of one line.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

import msgspec

from analysis import jobs, people, revisions
from analysis import session as model
from analysis.changes import Change
from analysis.database import DatabaseError, connect, explain, is_damage, unpack
from analysis.jobs import Jobs
from analysis.migrations import MIGRATIONS
from analysis.people import Enrolment, People
from analysis.revisions import Revisions
from analysis.session import Session, is_name
from recorder.errors import LibraryError

__all__ = ["Library", "Row", "default_folder"]

FILE = "library.db"
_COLUMNS = "id, recorded_at, duration, names, title, source_sha256, tape"
_EXCLUDED = ", ".join(f"excluded.{column}" for column in _COLUMNS.split(", "))
_AGE = "julianday(recorded_at), recorded_at"  # two talks may be noted in different zones


class Row(msgspec.Struct, frozen=True):
    """What a list of sessions shows of one."""

    id: str
    recorded_at: str
    duration: float
    names: tuple[str, ...]
    title: str
    """The topics, else the name of the sound file, else empty."""
    source_sha256: str | None
    tape: str | None = None
    """The id of the tape that holds its sound."""


def default_folder() -> Path:
    """The library folder where none is named: `LENS_LIBRARY`, else in the user's data folder."""
    if named := os.environ.get("LENS_LIBRARY"):
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("conversation-lens")) / "library"


class Library:
    """An open library; a context manager that closes it. Made by `Library.open`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), bytes(32)) as library:
    ...     library.save(Session(id="2026-03-01", recorded_at="2026-03-01T20:00:00+01:00"))
    ...     [row.id for row in library.sessions()]
    ['2026-03-01']
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._lock = threading.RLock()
        self._database = connect(path, key)
        self.people = People(self._read, self._transaction, self._empty_log)
        """Everyone who has a name here, and their voiceprints."""
        self.jobs = Jobs(self._read, self._transaction, self._empty_log)
        """The analyses under way."""
        self.revisions = Revisions(self._read, self._transaction)
        """What people changed."""

    @classmethod
    def open(cls, folder: Path, key: bytes) -> Self:
        """Open the library in this folder, or make an empty one.

        Parameters
        ----------
        folder
            The library folder; created with mode 0700 if it is missing.
        key
            The 32 bytes of `recorder.keys.Opened.key`.

        Raises
        ------
        KeysError
            If the database was made with another key.
        LibraryError
            If it cannot be written, is damaged, or was made by a newer program.
        """
        if len(key) != 32:
            raise ValueError(f"a library key has 32 bytes, not {len(key)}")
        path = folder / FILE
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite would make it readable to all; its log takes over the mode of the database.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise LibraryError(f"{path} cannot be written ({error.strerror}): choose another --library") from None
        library = cls(path, key)
        try:
            library._migrate()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Close the database; closing twice is fine."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def save(
        self,
        session: Session,
        job: int | None = None,
        enrolment: Enrolment | None = None,
        change: Change | None = None,
        undone: int | None = None,
        replaces: Session | None = None,
    ) -> None:
        """Store the session, in place of an older one with its id; drop the job that made it, if named.

        Its voiceprints become what `enrolment` says; without one they stay. A `change` that led to it can be taken
        back; one that was (`undone`, its number), and those of before a new analysis, cannot any more.

        Raises
        ------
        LibraryError
            If that job is gone: what it was about may have been deleted meanwhile, and must not come back.
        ValueError
            If what is stored is not the session that it `replaces`: another process changed it meanwhile.
        """
        names = msgspec.json.encode([participant.name for participant in session.participants]).decode()
        source, tape = (session.audio.sha256, session.audio.tape) if session.audio else (None, None)
        row = (session.id, session.recorded_at, session.duration, names, _title(session), source, tape)
        with self._transaction() as database:
            if job is not None:
                jobs.require(database, job)
            if replaces is not None:
                stored = database.execute("SELECT document FROM sessions WHERE id = ?", (session.id,)).fetchall()
                if not stored or unpack(session.id, stored[0][0]) != replaces:
                    raise ValueError("the session was changed meanwhile: reload the page")
            database.execute(
                # Not REPLACE: that would delete the old row, and with it its voiceprints.
                f"INSERT INTO sessions ({_COLUMNS}, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                f"ON CONFLICT (id) DO UPDATE SET ({_COLUMNS}, document) = ({_EXCLUDED}, excluded.document)",
                (*row, model.encode(session)),
            )
            people.enrol(database, session, enrolment or Enrolment())
            if change is not None:
                revisions.note_change(database, session.id, change)
            if undone is not None or job is not None:
                revisions.drop_changes(database, session.id, undone)
            if job is not None:
                database.execute("DELETE FROM jobs WHERE id = ?", (job,))
            if tape is not None:  # unfinished analyses of it may still hold words of minutes that were struck since
                jobs.drop_all(database, tape)

    def find(self, id: str, others: Iterable[str] = ()) -> str:
        """The whole id of the session with this id, or whose id alone begins like this.

        Parameters
        ----------
        id
            The id, or its first letters.
        others
            Ids that may be meant as well: of recordings that have no session.

        Raises
        ------
        LibraryError
            If none or several are meant; the message names the nearest ids.
        """
        ids: list[str] = [known for (known,) in self._read(f"SELECT id FROM sessions ORDER BY {_AGE}")]
        ids += others
        begin = [known for known in ids if id and known.startswith(id)]
        if id in ids:
            return id
        if len(begin) == 1:
            return begin[0]
        if begin:
            raise LibraryError(f"{id!r} may mean {_some(begin)}: write more of the id")
        if not ids:
            raise LibraryError(f"there is no session {id!r}, the library {self._path.parent} is empty")
        near = get_close_matches(id, ids, n=3, cutoff=0.4) or ids[::-1]
        raise LibraryError(f"there is no session {id!r}: try {_some(near)}, or see `lens sessions`")

    def load(self, id: str) -> Session:
        """The session with this id, or whose id alone begins like this.

        Raises
        ------
        LibraryError
            If there is no such session (see `find`), or its page is damaged.
        """
        rows = self._read("SELECT document FROM sessions WHERE id = ?", (self.find(id),))
        if not rows:  # another process deleted it a moment ago
            raise LibraryError(f"there is no session {id!r} any more: see `lens sessions`")
        return unpack(id, rows[0][0])

    def state(self) -> tuple[int, int]:
        """Differs from what it was if anything was stored since, by this process or another one."""
        ((others,),) = self._read("PRAGMA data_version")
        with self._lock:
            return int(others), int(self._database.total_changes)

    def sessions(self) -> list[Row]:
        """All sessions, oldest first, without decoding them."""
        rows = self._read(f"SELECT {_COLUMNS} FROM sessions ORDER BY {_AGE}, id")
        return [Row(id, at, duration, _decode_names(names), *rest) for id, at, duration, names, *rest in rows]

    def before(self, session: Session, most: int = 10) -> tuple[Session, ...]:
        """The latest sessions before this one of the same people with the same microphone, oldest first.

        Parameters
        ----------
        session
            Who has no name in it, and who is a voice aside, has no earlier session; nor has a file, whose microphone
            is not known.
        most
            How many of those that have a name in common are looked at.
        """
        names = {participant.name for participant in session.couple if is_name(participant.name)}
        microphone = session.audio.microphone if session.audio else None
        if not names or microphone is None:
            return ()
        rows = self._read(
            "SELECT id, names FROM sessions WHERE julianday(recorded_at) < julianday(?) AND id != ? "
            f"ORDER BY {_AGE}, id",
            (session.recorded_at, session.id),
        )
        shared = [id for id, theirs in rows if names & set(_decode_names(theirs))][-most:]
        found = (self.load(id) for id in shared)
        return tuple(then for then in found if then.audio is not None and then.audio.microphone == microphone)

    def delete(self, id: str) -> None:
        """Delete the session, its tape, and unfinished analyses of its sound; overwrite what they were.

        The tape comes first: whatever happens in between, no sound can be read of which the session is gone.

        Parameters
        ----------
        id
            As in `find`.

        Raises
        ------
        LibraryError
            If there is no such session.
        TapeError
            If its tape cannot be destroyed; then the session stays, to be deleted again.
        """
        id = self.find(id)
        ((source, tape),) = self._read("SELECT source_sha256, tape FROM sessions WHERE id = ?", (id,)) or [(None, None)]
        if tape is not None:
            self._shred(tape)
        with self._transaction() as database:
            jobs.drop_all(database, tape, source or jobs.soundless(id))
            database.execute("DELETE FROM sessions WHERE id = ?", (id,))
        self._empty_log()

    def forget(self, tape: str) -> None:
        """Destroy a recording that has no session, and what unfinished analyses of it stored; overwrite what they were.

        Parameters
        ----------
        tape
            The whole id of its tape.

        Raises
        ------
        TapeError
            If it cannot be destroyed; then all of it stays, to be destroyed again.
        """
        self._shred(tape)
        with self._transaction() as database:
            jobs.drop_all(database, tape)
            database.execute("DELETE FROM sessions WHERE tape = ?", (tape,))  # made while somebody was asked
        self._empty_log()

    def recorded(self) -> set[str]:
        """The ids of the tapes that have a session."""
        return {tape for (tape,) in self._read("SELECT tape FROM sessions WHERE tape IS NOT NULL")}

    def waiting(self) -> tuple[Path, ...]:
        """The tapes in this library that have no session (yet), by id; one that is being recorded is among them.

        What an analysis had stored of a tape that was destroyed since goes, too: whoever destroyed it may have been
        stopped before that.
        """
        from recorder.tape import tapes

        heard = self.jobs.tapes()
        there = tapes(self._path.parent)  # after the jobs: a tape that begins now has none yet
        for tape in heard - {path.stem for path in there}:
            self.jobs.drop_tape(tape)
        recorded = self.recorded()
        return tuple(path for path in there if path.stem not in recorded)

    def _shred(self, tape: str) -> None:
        from recorder.tape import path_of, shred

        path = path_of(self._path.parent, tape)
        if path.exists():
            shred(path)

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock, self._explained():
            rows: list[Any] = self._database.execute(query, values).fetchall()
            return rows

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._lock, self._explained():
            # IMMEDIATE: a reader that turns writer half-way could not wait for its turn.
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            explained = explain(error, self._path)
            if is_damage(error):
                # One damaged page makes SQLCipher refuse all others, until it is opened anew.
                self._database.close()
                self._database = connect(self._path, self._key)
            raise explained from None

    def _empty_log(self) -> None:
        """Move the log into the database, so that the log holds no older state."""
        with self._lock, self._explained():
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _migrate(self) -> None:
        newest = len(MIGRATIONS)
        while (version := self._version()) < newest:
            with self._transaction() as database:
                if self._version() == version:  # else another process did it while this one waited
                    MIGRATIONS[version](database)
                    database.execute(f"PRAGMA user_version = {version + 1}")
        if version > newest:
            raise LibraryError(f"{self._path} has version {version}, this program knows {newest}: update the program")

    def _version(self) -> int:
        return int(self._read("PRAGMA user_version")[0][0])


def _decode_names(names: str) -> tuple[str, ...]:
    return msgspec.json.decode(names, type=tuple[str, ...])


def _title(session: Session) -> str:
    names = dict.fromkeys(topic.name for topic in session.topics)
    return " · ".join([*names][:3]) or (session.audio.name if session.audio else "")


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:3]) + (" …" if len(ids) > 3 else "")
