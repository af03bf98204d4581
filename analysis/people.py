"""The people in a library: their names in its sessions, and the voiceprints by which they are known again.

    voiceprints   one row per speaker of a session: a name or none, the model, the seconds of voice, float32 numbers

Conventions
-----------
- A row has a name only where a *person* gave it. A name that the program found by itself is shown in the session, and
  teaches it nothing: a mistake would confirm itself.
- A row's name is its participant's name in the session, or none.
- Of third people (a child, a visitor, a film) nothing is kept: as soon as others of the session are known, the rows
  of the speakers who are not are dropped. While nobody is, they all stay, so that naming them later needs no model.
- A row goes with its session. What is forgotten is overwritten, as everything that is deleted in a library.
- The same name is the same person, in every session of a library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec.structs import replace

from analysis import session as model
from analysis.database import unpack
from analysis.session import Session, is_name
from recorder.errors import LibraryError

if TYPE_CHECKING:
    from analysis.speech.heard import Voiceprint

__all__ = ["Enrolment", "People", "Person", "create_table", "enrol"]


@dataclass(frozen=True)
class Enrolment:
    """What saving a session does to its voiceprints."""

    prints: Sequence[Voiceprint] | None = None
    """New ones, in place of those stored for it before; None keeps those."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Speaker -> the name that a person gave them."""
    recognized: frozenset[str] = frozenset()
    """Speakers whom the program named by itself."""
    one_by_one: bool = False
    """Whether people are naming one voice after the other: then nobody else's voiceprint goes yet."""


class Person(msgspec.Struct, frozen=True):
    """What a list of people shows of one."""

    name: str
    sessions: int
    seconds: float
    """Of the voice that is known; 0 where none is."""
    since: str
    """When the first session with this name was recorded (ISO 8601 with zone)."""


def create_table(database: Any) -> None:
    """The schema of voiceprints, a migration of `analysis.library`."""
    database.execute(
        """CREATE TABLE voiceprints (
               session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
               speaker TEXT NOT NULL, name TEXT, model TEXT NOT NULL, seconds REAL NOT NULL, embedding BLOB NOT NULL,
               PRIMARY KEY (session, speaker))"""
    )


def enrol(database: Any, session: Session, enrolment: Enrolment) -> None:
    """Bring the voiceprints of a session, just saved in this transaction, in line with its names."""
    if enrolment.prints is not None:
        database.execute("DELETE FROM voiceprints WHERE session = ?", (session.id,))
        database.executemany(
            "INSERT INTO voiceprints (session, speaker, model, seconds, embedding) VALUES (?, ?, ?, ?, ?)",
            [(session.id, p.speaker, p.model, p.seconds, _pack(p)) for p in enrolment.prints],
        )
    shown = {participant.id: participant.name for participant in session.participants}
    rows = database.execute("SELECT speaker, name FROM voiceprints WHERE session = ?", (session.id,)).fetchall()
    names = {
        speaker: enrolment.given.get(speaker) or (before if before == shown.get(speaker) else None)
        for speaker, before in rows
    }
    known = {speaker for speaker, name in names.items() if name and is_name(name)}
    known |= {speaker for speaker, name in enrolment.given.items() if is_name(name)}
    if len(enrolment.recognized) > 1:  # of one alone, the other is perhaps the partner on a bad day
        known |= enrolment.recognized
    for speaker, name in names.items():
        database.execute(
            "UPDATE voiceprints SET name = ? WHERE session = ? AND speaker = ?",
            (name if name and is_name(name) else None, session.id, speaker),
        )
        if known and speaker not in known and not enrolment.one_by_one:
            database.execute("DELETE FROM voiceprints WHERE session = ? AND speaker = ?", (session.id, speaker))


class People:
    """The people of an open library; had as `Library.people`."""

    def __init__(
        self,
        read: Callable[..., list[Any]],
        transaction: Callable[[], AbstractContextManager[Any]],
        empty_log: Callable[[], None],
    ) -> None:
        self._read = read
        self._transaction = transaction
        self._empty_log = empty_log

    def guessed(self, session: str) -> bool:
        """Whether nobody's name in this session was given by a person, as far as its voiceprints tell."""
        query = "SELECT COUNT(*), COUNT(name) FROM voiceprints WHERE session = ?"
        ((rows, named),) = self._read(query, (session,))
        return bool(rows) and not named

    def voices(self, besides: str | None = None) -> dict[str, list[Voiceprint]]:
        """What is known of each named person's voice, leaving out the session `besides`."""
        from analysis.speech.heard import Voiceprint

        known: dict[str, list[Voiceprint]] = {}
        query = (
            "SELECT name, speaker, model, seconds, embedding FROM voiceprints WHERE name NOT NULL AND session IS NOT ?"
        )
        for name, speaker, made_by, seconds, data in self._read(f"{query} ORDER BY session, speaker", (besides,)):
            values = np.frombuffer(data, np.float32)
            known.setdefault(name, []).append(Voiceprint.of(speaker, made_by, seconds, values))
        return known

    def all(self) -> list[Person]:
        """Everyone who has a name in a session, in the order in which they came; with the voice that is known."""
        heard = dict(self._read("SELECT name, SUM(seconds) FROM voiceprints WHERE name NOT NULL GROUP BY name"))
        sessions: dict[str, list[str]] = {}
        for names, at in self._read("SELECT names, recorded_at FROM sessions ORDER BY julianday(recorded_at), id"):
            for name in filter(is_name, msgspec.json.decode(names, type=list[str])):
                sessions.setdefault(name, []).append(at)
        return [Person(name, len(dates), heard.get(name, 0.0), dates[0]) for name, dates in sessions.items()]

    def unnamed(self) -> int:
        """How many voices are stored without a name that a person gave."""
        ((count,),) = self._read("SELECT COUNT(*) FROM voiceprints WHERE name IS NULL")
        return int(count)

    def rename(self, old: str, new: str) -> int:
        """Give a person another name, everywhere but in what they agreed to; returns in how many sessions.

        Raises
        ------
        LibraryError
            If nobody has the old name, or somebody has the new one.
        """
        if not new or not is_name(new):
            raise LibraryError(f"{new!r} is no name for a person: choose another")
        with self._transaction() as database:
            names = _names(database)
            _require(old, names)
            if new in names:
                raise LibraryError(
                    f"there is a {new} already: choose another name, or, if the two are one person, "
                    f"`lens speakers merge {_quoted(old)} {_quoted(new)}`"
                )
            return _relabel(database, old, new)

    def merge(self, old: str, into: str) -> int:
        """Make one person of two names, from now on called `into`; returns in how many sessions that changed a name.

        Raises
        ------
        LibraryError
            If one of them is nobody's name, or both speak in one session.
        """
        with self._transaction() as database:
            names = _names(database)
            _require(old, names)
            _require(into, names)
            if old == into:
                raise LibraryError(f"{old} is one person already: name two")
            if both := names[old] & names[into]:
                raise LibraryError(
                    f"{old} and {into} both speak in session {sorted(both)[0]}, so they are two people: "
                    'if the names there are wrong, `lens rename ID --names "…"` gives other ones'
                )
            return _relabel(database, old, into)

    def forget(self, name: str) -> int:
        """Delete and overwrite what is known of this person's voice; the sessions keep the name. Returns the rows.

        Raises
        ------
        LibraryError
            If nobody has that name.
        """
        with self._transaction() as database:
            _require(name, _names(database))
            gone = 0
            for session in _sessions_with(database, name):
                # Where the program found the name by itself, the row has none.
                for speaker in (p.id for p in session.participants if p.name == name):
                    cursor = database.execute(
                        "DELETE FROM voiceprints WHERE session = ? AND speaker = ?", (session.id, speaker)
                    )
                    gone += cursor.rowcount
        self._empty_log()
        return gone

    def require(self, name: str) -> None:
        """Raises LibraryError, which names the nearest ones, if nobody in the library has this name."""
        _require(name, dict.fromkeys(person.name for person in self.all()))


def _pack(print: Voiceprint) -> bytes:
    return np.asarray(print.values, np.float32).tobytes()


def _names(database: Any) -> dict[str, set[str]]:
    """Each person's name -> the ids of the sessions that have it."""
    found: dict[str, set[str]] = {}
    for id, names in database.execute("SELECT id, names FROM sessions").fetchall():
        for name in filter(is_name, msgspec.json.decode(names, type=list[str])):
            found.setdefault(name, set()).add(id)
    return found


def _require(name: str, names: Mapping[str, object]) -> None:
    if name in names:
        return
    if not names:
        raise LibraryError(f"there is no {name!r}: nobody in this library has a name yet (`lens rename` gives one)")
    near = get_close_matches(name, names, n=3, cutoff=0.4) or list(names)[:3]
    raise LibraryError(f"there is no {name!r}: try {', '.join(near)}, or see `lens speakers`")


def _sessions_with(database: Any, name: str) -> Iterator[Session]:
    """The sessions in which somebody has this name."""
    for id in sorted(_names(database).get(name, ())):
        ((document,),) = database.execute("SELECT document FROM sessions WHERE id = ?", (id,)).fetchall()
        yield unpack(id, document)


def _relabel(database: Any, old: str, new: str) -> int:
    """Write `new` for `old` in all participants and voiceprints; the consent stays as it was given."""
    count = 0
    for session in _sessions_with(database, old):
        people = tuple(replace(p, name=new) if p.name == old else p for p in session.participants)
        names = msgspec.json.encode([person.name for person in people]).decode()
        database.execute(
            "UPDATE sessions SET names = ?, document = ? WHERE id = ?",
            (names, model.encode(replace(session, participants=people)), session.id),
        )
        count += 1
    database.execute("UPDATE voiceprints SET name = ? WHERE name = ?", (new, old))
    return count


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
