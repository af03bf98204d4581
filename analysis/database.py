"""A connection to an SQLCipher database, the sessions in it, and what the errors of both mean, in one line each.

Every page, and every page of the write-ahead log, is encrypted and authenticated; what is deleted is overwritten
(`secure_delete`); a transaction is on the disk when it is committed; who comes second waits.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
from sqlcipher3 import dbapi2 as sqlite
from sqlcipher3.dbapi2 import DatabaseError

from analysis import session as model
from analysis.session import Session
from recorder.errors import KeysError, LibraryError

__all__ = ["WAIT_S", "DatabaseError", "connect", "explain", "is_damage", "unpack"]

WAIT_S = 30.0
"""How long a second writer waits for the first."""

# SQLite's result codes; sqlcipher3 has no names for them.
_BUSY, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 8, 10, 11, 13, 14, 26
_PAGE = 4096


def connect(path: Path, key: bytes) -> Any:
    """A connection that has proved its key, set up for encryption, durability and company.

    Raises
    ------
    KeysError
        If the database was made with another key.
    LibraryError
        If it cannot be opened for another reason.
    """
    try:
        # The lock of `Library` guards it, not the thread that made it.
        database = sqlite.connect(str(path), timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    except DatabaseError as error:
        raise explain(error, path) from None
    try:
        database.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
        database.execute("PRAGMA cipher_memory_security = ON")
        database.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        if not database.execute("PRAGMA cipher_version").fetchall():
            raise RuntimeError("sqlcipher3 is built without SQLCipher: nothing would be encrypted")
        _prove_key(database, path)
        _use_log(database)
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA temp_store = MEMORY")
    except BaseException as error:
        database.close()
        if isinstance(error, DatabaseError):
            raise explain(error, path) from None
        raise
    return database


def _prove_key(database: Any, path: Path) -> None:
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except DatabaseError as error:
        # Seen from here a wrong key and a damaged first page are the same; whole pages speak for a key.
        plain = _begin(path) == b"SQLite format 3"
        if _code(error) != _NOTADB or plain or path.stat().st_size % _PAGE:
            raise
        raise KeysError(
            f"{path} does not open with the key in keys.json: the two are not of the same library, "
            "or its first page is damaged; put both back from the same backup"
        ) from None


def _begin(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(15)


def _use_log(database: Any) -> None:
    """Turn write-ahead logging on; the one step for which SQLite itself does not wait for others."""
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL").fetchall()
            return
        except sqlite.OperationalError as error:
            if _code(error) != _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def unpack(id: str, document: bytes) -> Session:
    """The session of this id from how it is stored.

    Raises
    ------
    LibraryError
        If this program cannot read it.
    """
    try:
        return model.decode(document)
    except msgspec.MsgspecError as error:
        raise LibraryError(
            f"session {id} cannot be read ({error}): a newer program may have written it; update this one"
        ) from None


def is_damage(error: DatabaseError) -> bool:
    """Whether a page was not as it was written, or was sealed with another key."""
    return _code(error) in (_CORRUPT, _NOTADB)


def _code(error: DatabaseError) -> int:
    """SQLite's primary result code; 0 where the error is not SQLite's."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def explain(error: DatabaseError, path: Path) -> Exception:
    """The one line for what SQLite says; the error itself where it can only be a bug of ours."""
    teach = {
        _BUSY: f"was in use for {WAIT_S:.0f} s by another `lens`: wait for it, or stop it",
        _READONLY: "is read-only: make it writable, or choose another --library",
        _IOERR: "cannot be read or written by its disk: check the disk, then put it back from a backup",
        _CORRUPT: "is damaged in the part just read: put it back from a backup",
        _FULL: "lies on a disk that is full: free some space and run the command again",
        _CANTOPEN: "cannot be opened: check who owns the folder, or choose another --library",
        _NOTADB: "is not a library, or is damaged: put it back from a backup",
    }.get(_code(error))
    return LibraryError(f"{path} {teach}") if teach else error
