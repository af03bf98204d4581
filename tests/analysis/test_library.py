"""The library: real SQLCipher, real files, real processes."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis import database
from analysis import library as module
from analysis.audio import Recording, probe
from analysis.library import Library, default_folder
from analysis.session import Audio, Participant, Session, Topic, Word, session_id
from recorder import keys
from recorder.errors import KeysError, LibraryError, TapeError
from tests.analysis.tapes import KEY, agreed, noise, record

CANARIES = (b"canarybird", b"Annegret", b"Bartholomew", b"sha-of-the-sound", b"payload-canary", b"job-canary")
ROOT = Path(module.__file__).parents[1]
NEWEST = len(module.MIGRATIONS)


def talk(id: str = "2026-03-01-aaaa", at: str = "2026-03-01T20:00:00+01:00", words: int = 200) -> Session:
    """A session full of words that must not be found on the disk."""
    return Session(
        id=id,
        recorded_at=at,
        participants=(Participant(id="S1", name="Annegret"), Participant(id="S2", name="Bartholomew")),
        audio=Audio(
            name="canarybird.wav",
            sha256="sha-of-the-sound",
            duration=61.5,
            sample_rate=48000,
            channels=1,
            codec="pcm",
        ),
        words=tuple(Word(text="canarybird", start=float(i), end=i + 0.5) for i in range(words)),
        topics=(Topic(id="t1", name="money", start=0.0, end=9.0),),
    )


def readable(folder: Path) -> list[str]:
    """The files in which a canary can be read."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [f.name for f in files if any(c.lower() in f.read_bytes().lower() for c in CANARIES)]


def writer(folder: Path, script: str) -> subprocess.Popen[str]:
    """Another process with the library open as `library`."""
    code = "import sys; from pathlib import Path; from analysis.library import Library\n"
    code += f"library = Library.open(Path({str(folder)!r}), bytes(range(32)))\n" + script
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)


# What it keeps


def test_a_session_comes_back_as_it_was(library):
    library.save(talk())
    assert library.load("2026-03-01-aaaa") == talk()
    library.save(talk(words=3))
    assert library.load("2026-03-01-aaaa") == talk(words=3) and len(library.sessions()) == 1


def test_rows_are_in_the_order_of_time(library):
    library.save(talk("b", "2026-03-02T00:30:00+02:00"))  # half an hour before a, in another zone
    library.save(talk("a", "2026-03-01T23:00:00+00:00"))
    library.save(Session(id="c", recorded_at="2026-04-01T00:00:00+00:00", words=talk(words=2).words))
    first, second, third = library.sessions()
    assert (first.id, second.id, third.id) == ("b", "a", "c")
    assert first.names == ("Annegret", "Bartholomew") and first.title == "money"
    assert (first.duration, first.source_sha256) == (61.5, "sha-of-the-sound")
    assert (third.names, third.title, third.duration, third.source_sha256) == ((), "", 1.5, None)


def test_find_teaches(library):
    with pytest.raises(LibraryError, match=r"no session 'x', the library .* is empty"):
        library.find("x")
    for id in ("2026-03-01-aaaa", "2026-03-01-bbbb", "2026-04-02-cccc", "2026"):
        library.save(talk(id))
    assert library.find("2026-04") == "2026-04-02-cccc"
    assert library.find("2026") == "2026", "a whole id is no prefix"
    with pytest.raises(LibraryError, match="may mean 2026-03-01-aaaa, 2026-03-01-bbbb: write more"):
        library.load("2026-03")
    with pytest.raises(LibraryError, match="no session '2026-04-02-cccd': try 2026-04-02-cccc"):
        library.load("2026-04-02-cccd")
    for odd in ("", "%", "2026-04_02", "' OR 1=1 --"):
        with pytest.raises(LibraryError, match="there is no session"):
            library.find(odd)


def test_find_knows_recordings_without_a_session(library):
    library.save(talk("5e9a111111"))
    others = ("5e9b" + "0" * 28, "77" * 16, "78" * 16)
    assert library.find("77", others) == "77" * 16
    assert library.find("5e9a", others) == "5e9a111111"
    for several in ("5e9", "7"):
        with pytest.raises(LibraryError, match=r"may mean .*, .*: write more of the id"):
            library.find(several, others)
    with pytest.raises(LibraryError, match="there is no session ''"):
        library.find("", others)


def test_delete(library, folder):
    library.save(talk())
    library.save(talk("other"))
    library.delete("2026")
    assert [row.id for row in library.sessions()] == ["other"]
    assert (folder / "library.db-wal").stat().st_size == 0, "the log that held it is emptied"
    with pytest.raises(LibraryError):
        library.delete("2026")


def test_a_job_keeps_its_windows_until_it_is_done(library, folder):
    job = library.jobs.begin("job-canary")
    for index in (2, 0, 1):
        library.jobs.store(job, "speech", index, b"payload-canary %d" % index)
    library.jobs.store(job, "voices", 0, b"v")
    library.jobs.store(job, "speech", 1, b"better")
    with Library.open(folder, KEY) as again:
        assert again.jobs.begin("job-canary") == job
        assert list(again.jobs.windows(job, "speech").items()) == [
            (0, b"payload-canary 0"),
            (1, b"better"),
            (2, b"payload-canary 2"),
        ]
    other = library.jobs.begin("another")
    library.jobs.store(other, "speech", 0, b"stays")
    library.save(talk(), job=job)
    assert library.jobs.windows(job, "speech") == {} == library.jobs.windows(job, "voices")
    assert library.jobs.windows(other, "speech") == {0: b"stays"}
    library.jobs.drop(other)
    library.jobs.drop(other)
    assert library.jobs.windows(other, "speech") == {}


def test_a_job_that_another_process_finished(library):
    job = library.jobs.begin("key")
    library.save(talk(), job=job)
    assert library.jobs.begin("key") != job, "a number is never given out again"
    with pytest.raises(LibraryError, match="finished or dropped this analysis"):
        library.jobs.store(job, "speech", 0, b"")


def test_what_was_deleted_during_its_analysis_does_not_come_back(library, folder):
    path, session = recorded(folder, library)
    job = library.jobs.begin("ab" * 64 + path.stem)
    library.delete(session.id)
    with pytest.raises(LibraryError, match="finished or dropped this analysis"):
        library.save(session, job=job)
    assert library.sessions() == []


def test_a_save_that_fails_changes_nothing(library, monkeypatch):
    library.save(talk())
    job = library.jobs.begin("key")
    library.jobs.store(job, "speech", 0, b"w")
    monkeypatch.setattr(module.model, "encode", lambda _: None)  # NOT NULL stops it half-way
    with pytest.raises(Exception, match="NOT NULL"):
        library.save(talk("new"), job=job)
    assert library.jobs.windows(job, "speech") == {0: b"w"} and len(library.sessions()) == 1


def test_threads_share_a_library(library):
    job = library.jobs.begin("key")
    threads = [
        threading.Thread(target=lambda n=n: [library.jobs.store(job, f"s{n}", i, b"x" * 5000) for i in range(25)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(library.jobs.windows(job, f"s{n}")) == 25 for n in range(4))


# Recordings


def recorded(folder: Path, library: Library) -> tuple[Path, Session]:
    """A tape in the library, and its session."""
    tape = record(folder, [*agreed(), ("sound", noise(2))])
    audio = probe(tape)
    session = Session(id=session_id(audio), recorded_at="2026-11-23T20:15:00+01:00", audio=audio)
    library.save(session)
    return tape.path, session


def test_a_tape_without_a_session_is_waiting(library, folder):
    assert library.waiting() == () and library.recorded() == set()
    path, session = recorded(folder, library)
    other = record(folder, agreed(), ended=None)
    assert library.recorded() == {session.audio.tape} == {path.stem}
    assert library.waiting() == (other.path,)
    assert library.sessions()[0].tape == path.stem


def test_deleting_a_session_destroys_its_sound(library, folder):
    path, session = recorded(folder, library)
    other = record(folder, agreed())
    sealed = path.read_bytes()
    mine = library.jobs.begin("ab" * 32 + "cd" * 32 + path.stem)  # begun before a minute was struck: another sha256
    theirs = library.jobs.begin("ab" * 32 + "cd" * 32 + other.path.stem)
    for job in (mine, theirs):
        library.jobs.store(job, "words", 0, b"said")
    library.delete(session.id)
    assert not path.exists() and other.path.exists() and sealed
    assert library.sessions() == [] and library.jobs.windows(mine, "words") == {}
    assert library.jobs.windows(theirs, "words") == {0: b"said"}


def test_a_recording_without_a_session_is_forgotten_with_all_that_was_heard_in_it(library, folder):
    _, session = recorded(folder, library)
    path, other = record(folder, agreed()).path, record(folder, agreed()).path
    library.save(Session(id="made meanwhile", recorded_at="", audio=probe(Recording(path, KEY))))
    mine, theirs = (library.jobs.begin("ab" * 64 + tape.stem) for tape in (path, other))
    for job in (mine, theirs):
        library.jobs.store(job, "words", 0, b"said")
    library.forget(path.stem)
    assert not path.exists() and other.exists()
    assert library.jobs.windows(mine, "words") == {} and library.jobs.windows(theirs, "words") == {0: b"said"}
    assert (folder / "library.db-wal").stat().st_size == 0, "the log that held it is emptied"
    assert [row.id for row in library.sessions()] == [session.id]


def test_the_sound_goes_first(library, folder, monkeypatch):
    path, session = recorded(folder, library)

    def lost(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "_transaction", lost)
    with pytest.raises(KeyboardInterrupt):
        library.delete(session.id)
    monkeypatch.undo()
    assert not path.exists() and library.load(session.id) == session
    library.delete(session.id)
    assert library.sessions() == []


def test_sound_that_cannot_be_destroyed_keeps_its_session(library, folder, monkeypatch):
    path, session = recorded(folder, library)

    def refuse(path: Path) -> None:
        raise TapeError(f"{path} cannot be overwritten")

    monkeypatch.setattr("recorder.tape.shred", refuse)
    with pytest.raises(TapeError):
        library.delete(session.id)
    assert path.exists() and library.load(session.id) == session


def test_a_finished_analysis_of_a_tape_drops_the_unfinished_ones(library, folder):
    path, session = recorded(folder, library)
    stale, other = library.jobs.begin("ab" * 64 + path.stem), library.jobs.begin("ab" * 64)
    for job in (stale, other):
        library.jobs.store(job, "words", 0, b"struck since")
    library.save(session)
    assert library.jobs.windows(stale, "words") == {} and library.jobs.windows(other, "words") != {}


# Nothing readable


def test_nothing_is_readable_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "library"
    key = keys.open_or_create(folder, "a passphrase").key
    with Library.open(folder, key) as library:
        job = library.jobs.begin("job-canary")
        for index in range(50):
            library.jobs.store(job, "speech", index, b"payload-canary" * 200)
        library.save(talk(words=5000))
        assert (folder / "library.db-wal").stat().st_size > 100_000
        assert readable(tmp_path) == []
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        library.jobs.drop(job)
    assert readable(tmp_path) == []
    assert sorted(file.name for file in folder.iterdir()) == ["keys.json", "library.db"]
    keys.set_passphrase(folder, key, "another")
    with Library.open(folder, keys.unlock(folder, "another").key) as library:
        assert library.load("2026") == talk(words=5000)


def test_the_settings_that_keep_it_so(library):
    def setting(name: str) -> str:
        return str(library._read(f"PRAGMA {name}")[0][0])

    assert setting("cipher_version").startswith("4.")
    assert (setting("cipher_memory_security"), setting("secure_delete")) == ("1", "1")
    assert (setting("journal_mode"), setting("synchronous")) == ("wal", "2")
    assert (setting("foreign_keys"), setting("temp_store"), setting("busy_timeout")) == ("1", "2", "30000")


# What can go wrong


def test_wrong_key(library, folder, capfd):
    library.save(talk())
    library.close()
    with pytest.raises(KeysError, match=r"library.db does not open with the key in keys.json"):
        Library.open(folder, bytes(32))
    assert capfd.readouterr().err == "", "SQLCipher's own log is silent"
    with pytest.raises(ValueError, match="32 bytes"):
        Library.open(folder, b"short")


@pytest.mark.parametrize("text", [b"hello " * 1000, b"SQLite format 3\0" + bytes(4080)])
def test_not_a_library(folder, text):
    folder.mkdir()
    (folder / "library.db").write_bytes(text)
    with pytest.raises(LibraryError, match="is not a library, or is damaged"):
        Library.open(folder, KEY)
    assert (folder / "library.db").read_bytes() == text


def test_a_damaged_page_spares_the_other_sessions(folder):
    with Library.open(folder, KEY) as library:
        for id in ("a", "b", "c"):
            library.save(talk(id, words=4000))
    path = folder / "library.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8] = bytes(byte ^ 0xFF for byte in data[middle : middle + 8])
    path.write_bytes(data)
    with Library.open(folder, KEY) as library:
        assert len(library.sessions()) == 3
        with pytest.raises(LibraryError, match="damaged in the part just read: put it back from a backup"):
            library.load("b")
        assert library.load("a") == talk("a", words=4000)
        assert library.load("c") == talk("c", words=4000)


def test_half_a_file(folder):
    with Library.open(folder, KEY) as library:
        library.save(talk(words=4000))
    path = folder / "library.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LibraryError, match="damaged"), Library.open(folder, KEY) as library:
        library.load("2026")


@pytest.mark.parametrize("below", [".", "library"])
def test_a_folder_that_cannot_be_made(tmp_path, below):
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="choose another --library"):
        Library.open(tmp_path / "file" / below, KEY)


def test_a_folder_in_place_of_the_file(folder):
    (folder / "library.db").mkdir(parents=True)
    with pytest.raises(LibraryError, match="cannot be written"):
        Library.open(folder, KEY)


def test_a_session_that_a_newer_program_wrote(library):
    library.save(talk())
    library._database.execute("UPDATE sessions SET document = ?", (b'{"id": 7}',))
    with pytest.raises(LibraryError, match=r"session 2026 cannot be read .*\$\.id"):
        library.load("2026")


def test_no_sqlcipher_no_library(folder, monkeypatch):
    import sqlite3

    monkeypatch.setattr(database, "sqlite", sqlite3)
    with pytest.raises(RuntimeError, match="nothing would be encrypted"):
        Library.open(folder, KEY)
    assert (folder / "library.db").stat().st_size == 0


# Versions


def test_an_older_library_is_brought_forward(folder, monkeypatch):
    with Library.open(folder, KEY) as library:
        library.save(talk())
        assert library._version() == NEWEST

    def second(database) -> None:
        database.execute("ALTER TABLE sessions ADD COLUMN mood TEXT")
        database.execute("UPDATE sessions SET mood = 'calm'")

    monkeypatch.setattr(module, "MIGRATIONS", [*module.MIGRATIONS, second])
    with Library.open(folder, KEY) as library:
        assert library._version() == NEWEST + 1 and library._read("SELECT mood FROM sessions") == [("calm",)]
        assert library.load("2026") == talk()
        library.save(talk("new"))
    monkeypatch.undo()
    with pytest.raises(LibraryError, match=f"version {NEWEST + 1}, this program knows {NEWEST}: update the program"):
        Library.open(folder, KEY)


def test_a_library_from_before_there_were_recordings(folder, monkeypatch):
    monkeypatch.setattr(module, "MIGRATIONS", module.MIGRATIONS[:1])
    with Library.open(folder, KEY) as library:
        columns = "id, recorded_at, duration, names, title, source_sha256, document"
        row = (
            "old",
            "2026-01-01",
            1.0,
            "[]",
            "",
            None,
            module.model.encode(Session(id="old", recorded_at="2026-01-01")),
        )
        with library._transaction() as database:
            database.execute(f"INSERT INTO sessions ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    monkeypatch.undo()
    with Library.open(folder, KEY) as library:
        assert library._version() == NEWEST
        assert library.load("old").marks == () and library.sessions()[0].tape is None
        assert library.recorded() == set()
        library.delete("old")
        assert library.sessions() == []


def test_a_migration_that_fails_leaves_the_old_version(folder, monkeypatch):
    with Library.open(folder, KEY) as library:
        library.save(talk())

    def broken(database) -> None:
        database.execute("ALTER TABLE sessions ADD COLUMN mood TEXT")
        raise RuntimeError("power failed")

    monkeypatch.setattr(module, "MIGRATIONS", [*module.MIGRATIONS, broken])
    with pytest.raises(RuntimeError, match="power failed"):
        Library.open(folder, KEY)
    monkeypatch.undo()
    with Library.open(folder, KEY) as library:
        assert library._version() == NEWEST and library.load("2026") == talk()


# Processes


def test_kill_9_in_the_middle_of_writing(folder):
    process = writer(
        folder,
        "job = library.jobs.begin('key')\n"
        "for i in range(100000):\n"
        "    library.jobs.store(job, 'speech', i, b'%d' % i + bytes(20000))\n"
        "    print(i, flush=True)\n",
    )
    last = -1
    while last < 60:
        last = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    last = max([last, *map(int, process.stdout.read().split())])
    process.wait()
    process.stdout.close()
    assert (folder / "library.db-wal").stat().st_size > 0
    with pytest.raises(KeysError):  # a wrong key must not harm the log that is left
        Library.open(folder, bytes(32))
    with Library.open(folder, KEY) as library:
        windows = library.jobs.windows(library.jobs.begin("key"), "speech")
    # The one window after the last that was reported may be there or not.
    assert list(windows)[: last + 1] == list(range(last + 1)) and len(windows) <= last + 2
    assert all(payload == b"%d" % index + bytes(20000) for index, payload in windows.items())


def test_two_processes_write_at_once(folder):
    script = (
        "job = library.jobs.begin('key')\n"
        "for i in range(150):\n"
        "    library.jobs.store(job, STAGE, i, bytes(3000))\n"
        "library.close()\n"
    )
    processes = [writer(folder, f"STAGE = 's{n}'\n" + script) for n in range(2)]
    assert [process.communicate()[0] for process in processes] == ["", ""]
    assert [process.returncode for process in processes] == [0, 0]
    with Library.open(folder, KEY) as library:
        job = library.jobs.begin("key")
        assert [len(library.jobs.windows(job, f"s{n}")) for n in range(2)] == [150, 150]


def test_many_open_a_new_library_at_once(folder):
    failures: list[Exception] = []
    start = threading.Barrier(8)

    def one(id: str) -> None:
        try:
            start.wait()
            with Library.open(folder, KEY) as library:
                library.save(talk(id, words=1))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(f"id{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Library.open(folder, KEY) as library:
        assert len(library.sessions()) == 8


def test_a_library_in_use_says_so(library, folder, monkeypatch):
    monkeypatch.setattr(database, "WAIT_S", 0.1)
    with (
        Library.open(folder, KEY) as second,
        library._transaction(),
        pytest.raises(LibraryError, match="in use for 0 s by another `lens`"),
    ):
        second.save(talk())


def test_default_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("LENS_LIBRARY", raising=False)
    assert default_folder().parts[-2:] == ("conversation-lens", "library")
    monkeypatch.setenv("LENS_LIBRARY", "~/couple")
    assert default_folder() == Path.home() / "couple"
