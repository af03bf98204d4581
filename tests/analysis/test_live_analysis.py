"""Listening beside a recording: the same windows, the same findings; and nothing stays of what was struck."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from analysis.audio import Following, Recording, Struck, first_touched, probe, windows
from analysis.library import Library
from analysis.listening import Task, listen
from analysis.live import Live
from analysis.pipeline import Options, analyze
from analysis.session import Session
from analysis.workers import Stopped
from recorder.errors import LibraryError, RecorderLost, TapeError
from recorder.frames import RATE
from recorder.process import ADDRESS, LOCK
from recorder.tape import Writer, finish_strikes, shred
from tests.analysis.tapes import KEY, Step, agreed, head, noise, put
from tests.analysis.test_recorded_talk import example, talk
from tests.support.stages import Digesting, digest_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
CREWS = [[Digesting("words")], [Digesting("voices"), Digesting("frames")]]
STAGES = ("words", "voices", "frames")
SETTINGS = "5" * 64

Rows = dict[str, dict[int, bytes]]


class Taping(threading.Thread):
    """A tape on which these things happen in a thread, as fast as the disk takes them."""

    def __init__(self, folder: Path, steps: Iterable[Step], channels: int = 1, ended: str | None = "stopped") -> None:
        super().__init__(daemon=True)
        self.tape = Writer.create(folder, KEY, head(channels))
        self.source = Following(self.tape.path, KEY)
        self.steps, self.ended = steps, ended
        self.start()

    def run(self) -> None:
        put(self.tape, self.steps, self.ended)


@contextmanager
def held(folder: Path, tape: str) -> Iterator[None]:
    """As if a recorder of this tape were at work: what of it others look at."""
    folder.mkdir(exist_ok=True)
    with FileLock(folder / LOCK):
        (folder / ADDRESS).write_text(f"{tape}\nnowhere")
        yield


def until(true: Callable[[], object], within: float = 60.0) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within, "not in time"
        time.sleep(0.02)


def listened(
    source: Recording, library: Library, stop: threading.Event | None = None, crews: list = CREWS
) -> tuple[int, dict[str, list[bytes]]]:
    """The job, and what each stage makes of everything it found."""
    task = Task(source, probe(source), source.open().survey(), crews, SETTINGS)
    job, results = listen(task, library, lambda *_: None, stop)
    return job, {stage: found for stage, (found, _) in results.items()}


def rows(library: Library) -> Rows:
    """All windows in the library, of whatever job."""
    found: Rows = {stage: {} for stage in STAGES}
    for stage, index, payload in library._read("SELECT stage, idx, payload FROM windows"):
        assert index not in found[stage], "two jobs"
        found[stage][index] = payload
    return found


def keys(library: Library) -> list[str]:
    return [key for (key,) in library._read("SELECT key FROM jobs")]


def offline(source: Recording, folder: Path) -> dict[str, list[bytes]]:
    """What a run makes of the finished tape that knows nothing of any other."""
    with Library.open(folder, KEY) as library:
        return listened(Recording(source.path, KEY), library)[1]


def same(left: Recording, right: Recording) -> bool:
    """Whether the windows of both hold the same, sample by sample."""
    ours, theirs = ([(w.index, w.offset, digest_of(w)) for w in windows(source)] for source in (left, right))
    return ours == theirs and len(ours) > 0


PAUSE = [("mark", ("pause", "")), ("silent", 47.3), ("mark", ("resume", ""))]


@pytest.mark.parametrize(
    ("steps", "channels"),
    [
        ([*agreed(), ("sound", noise(95))], 1),
        ([*agreed(), ("sound", noise(41.37)), *PAUSE, ("sound", noise(20))], 1),
        ([("sound", noise(70, 2)), ("silent", 3.3)], 2),
        ([("sound", noise(7))], 1),
        ([], 1),
    ],
    ids=["talk", "a pause", "two channels and an open end", "short", "nothing"],
)
def test_what_is_followed_are_the_windows_of_the_finished_tape(folder: Path, steps: list[Step], channels: int) -> None:
    live = Taping(folder, steps, channels)
    followed = [(w.index, w.offset, digest_of(w)) for w in windows(live.source)]
    assert followed == [(w.index, w.offset, digest_of(w)) for w in windows(live.source.finished)]
    assert bool(followed) == bool(steps)


def test_windows_come_while_it_is_recorded(folder: Path) -> None:
    go = threading.Event()
    live = Taping(folder, [("sound", noise(60)), ("then", go.wait), ("sound", noise(30))])
    coming = windows(live.source)
    assert next(coming).start == 0
    assert live.is_alive()
    go.set()
    assert len(list(coming)) >= 2


def test_who_comes_late_misses_nothing_and_hears_nothing_that_was_struck(folder: Path) -> None:
    go = threading.Event()
    first = [("sound", noise(50)), ("strike", (20.0, 35.0)), ("sound", noise(8)), ("strike", (54.2, 56.0))]
    live = Taping(folder, [*first, ("then", go.wait), ("sound", noise(40))])
    until(lambda: len(live.source.open().survey().strikes) == 2)
    with pytest.raises(Struck) as one:
        list(windows(live.source))
    with pytest.raises(Struck) as both:
        list(windows(Following(live.source.path, KEY, struck=one.value.strikes)))
    assert both.value.start == 54.0
    go.set()
    known = Following(live.source.path, KEY, struck=both.value.strikes)
    assert same(known, live.source.finished)


def test_a_window_is_touched_where_its_cut_or_what_it_carries_may_be() -> None:
    starts = {index: index * 20.0 for index in range(10)}
    assert first_touched(starts, 0.0) == first_touched(starts, 39.0) == 0
    assert first_touched(starts, 100.0) == 4
    assert first_touched({0: 0.0}, 100.0) == 3, "of windows that are not known it is careful"
    assert first_touched({}, 100.0) == 3


def test_what_is_struck_is_gone_from_the_library_at_once(folder: Path, library: Library, tmp_path: Path) -> None:
    """And the session is that of a tape on which it never was."""
    go, struck = threading.Event(), threading.Event()
    steps = [("sound", noise(130)), ("then", struck.wait), ("strike", (70.0, 130.0)), ("then", go.wait)]
    live = Taping(folder, [*steps, ("sound", noise(60))])
    with held(folder, live.source.path.stem):
        result: list[dict[str, list[bytes]]] = []
        hearing = threading.Thread(target=lambda: result.append(listened(live.source, library)[1]))
        hearing.start()
        until(lambda: all(len(found) >= 4 for found in rows(library).values()))
        before, old = rows(library), keys(library)
        struck.set()
        until(lambda: keys(library) != old)
        left = rows(library)
        for stage in STAGES:
            assert 0 < len(left[stage]) < len(before[stage])
            for index, payload in left[stage].items():
                start = float(payload.split()[0])
                assert start + 39.5 <= 70 and payload == before[stage][index]
        assert len(keys(library)) == 1 and keys(library)[0].endswith(live.source.path.stem)
        assert (folder / "library.db-wal").stat().st_size == 0
        go.set()
        hearing.join(60)
    (found,) = result
    assert found == offline(live.source, tmp_path / "fresh")
    assert found == {stage: [stored[k] for k in sorted(stored)] for stage, stored in rows(library).items()}


def test_strikes_upon_strikes_while_the_workers_are_behind(folder: Path, library: Library, tmp_path: Path) -> None:
    slow = [[Digesting("words", 0.2)], [Digesting("voices"), Digesting("frames", 0.05)]]
    waits = iter([2, 3, 5])

    def some_more() -> None:
        least = next(waits)
        until(lambda: len(rows(library)["words"]) >= least)

    steps: list[Step] = []
    for start, end in ((60.0, 90.0), (75.0, 180.0), (10.0, 12.0)):
        steps += [("sound", noise(90)), ("then", some_more), ("strike", (start, end))]
    live = Taping(folder, [*agreed(), *steps, ("sound", noise(30))])
    _, found = listened(live.source, library, crews=slow)
    assert len(live.source.open().survey().strikes) == 3
    assert found == offline(live.source, tmp_path / "fresh")


def test_a_recorder_that_dies_leaves_windows_from_which_recover_goes_on(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    live = Taping(folder, [("sound", noise(100))], ended=None)
    with pytest.raises(RecorderLost, match="lens recover"):
        listened(live.source, library)
    left = rows(library)
    assert all(left[stage] for stage in STAGES)
    job, found = listened(live.source.finished, library)
    assert {index: library.jobs.windows(job, "words")[index] for index in left["words"]} == left["words"]
    assert found == offline(live.source, tmp_path / "fresh")


def test_a_pause_is_waited_for_as_long_as_the_recorder_lives(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.audio.tapes.PATIENCE_S", 0.5)
    live = Taping(folder, [("sound", noise(20)), ("mark", ("pause", "")), ("then", lambda: time.sleep(2)), *PAUSE])
    with held(folder, live.source.path.stem):
        assert same(live.source, live.source.finished)
    other = Taping(folder, [("sound", noise(20))], ended=None)
    with held(folder, live.source.path.stem), pytest.raises(RecorderLost):
        list(windows(other.source))


def test_a_strike_between_two_runs_leaves_nothing_of_the_first(folder: Path, library: Library, tmp_path: Path) -> None:
    """However the first one ended: between the strike on the tape and the deletion in the library, too."""
    stop, go = threading.Event(), threading.Event()
    steps = [("sound", noise(90)), ("then", go.wait), ("strike", (30.0, 90.0)), ("sound", noise(30))]
    live = Taping(folder, steps)
    with held(folder, live.source.path.stem):
        halt = threading.Thread(target=lambda: (until(lambda: len(rows(library)["words"]) >= 2), stop.set()))
        halt.start()
        with pytest.raises(Stopped):
            listened(live.source, library, stop)
    old = keys(library)
    go.set()
    live.join()
    finish_strikes(live.source.path, KEY)
    _, found = listened(live.source.finished, library)
    assert found == offline(live.source, tmp_path / "fresh")
    assert len(keys(library)) == 1 and keys(library) != old
    assert rows(library)["words"] == dict(enumerate(found["words"]))


def test_a_damage_that_comes_later_is_another_sound(folder: Path, library: Library, tmp_path: Path) -> None:
    live = Taping(folder, [("sound", noise(60))])
    listened(live.source, library)
    old = keys(library)
    data = bytearray(live.source.path.read_bytes())
    data[len(data) // 2] ^= 4
    live.source.path.write_bytes(data)
    assert listened(live.source.finished, library)[1] == offline(live.source, tmp_path / "fresh")
    assert len(keys(library)) == 1 and keys(library) != old


def test_cutting_a_job_is_done_wholly_or_not_at_all(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, tape = "1" * 64 + SETTINGS, "2" * 64 + SETTINGS, "5e9a" * 8
    job = library.jobs.begin(one + tape)
    for index in range(4):
        library.jobs.store(job, "words", index, b"x")
    with monkeypatch.context() as power:
        power.setattr("analysis.jobs._drop_older", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            library.jobs.cut(job, two + tape, 2)
    assert keys(library) == [one + tape] and len(library.jobs.windows(job, "words")) == 4
    cut = library.jobs.cut(job, two + tape, 2)
    assert keys(library) == [two + tape] and list(library.jobs.windows(cut, "words")) == [0, 1]
    other = library.jobs.begin(one + "77bb" * 8)
    of_a_file = library.jobs.begin(one)
    assert library.jobs.begin(two + tape) == cut
    library.jobs.drop_tape(tape)
    with pytest.raises(LibraryError, match="dropped"):
        library.jobs.cut(cut, one + tape, 0)
    library.jobs.drop_tape("")
    assert {library.jobs.begin(one + "77bb" * 8), library.jobs.begin(one)} == {other, of_a_file}


def test_a_second_screen_that_lags_brings_nothing_struck_back_and_takes_nothing_away(library: Library) -> None:
    one, two, tape = "1" * 64 + SETTINGS, "2" * 64 + SETTINGS, "5e9a" * 8
    old = library.jobs.begin(one + tape)
    for index in range(4):
        library.jobs.store(old, "words", index, b"before the strike")
    new = library.jobs.cut(old, two + tape, 2)
    library.jobs.store(new, "words", 2, b"after it")
    with pytest.raises(LibraryError, match="dropped"):
        library.jobs.store(old, "words", 3, b"what was struck")
    with pytest.raises(LibraryError, match="dropped"):
        library.save(Session(id="talk", recorded_at="2026-11-23T20:15:00+01:00"), job=old)
    assert library.jobs.cut(old, two + tape, 2) == new
    assert list(library.jobs.windows(new, "words").values()) == [b"before the strike"] * 2 + [b"after it"]


def test_a_tape_that_is_destroyed_ends_it(folder: Path, library: Library) -> None:
    live = Taping(folder, [("sound", noise(30)), ("then", lambda: shred(live.source.path))], ended=None)
    with pytest.raises((TapeError, RecorderLost)):
        listened(live.source, library)


def test_beside_a_recording_everybody_else_comes_first(folder: Path, library: Library) -> None:
    live = Taping(folder, [("sound", noise(3))])
    for source, nice in ((live.source, 19), (live.source.finished, os.nice(0))):
        task = Task(source, probe(source), source.open().survey(), CREWS, SETTINGS)
        _, results = listen(task, library, lambda *_: None)
        assert {nice for _, nice in results.values()} == {nice}


# The thread beside the recording


def test_before_both_have_said_yes_nothing_is_made_of_it(folder: Path) -> None:
    live = Taping(folder, [*agreed()[:-1], ("sound", noise(60))])
    with Live(live.source, Options()) as beside:
        beside.start()
        live.join()
        with Library.open(folder, KEY) as library:
            with pytest.raises(Stopped):
                beside.finish(library, lambda *_: None)
            assert keys(library) == []


def test_what_goes_wrong_is_silent_until_somebody_asks(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    live = Taping(folder, [*agreed(), ("sound", noise(3))])
    with Live(live.source, Options(models=("no such model",))) as beside:
        beside.start()
        live.join()
        with Library.open(folder, KEY) as library, pytest.raises(Exception, match="no such model"):
            beside.finish(library, lambda *_: None)
    assert capfd.readouterr() == ("", "")


def test_cancelling_does_not_wait_for_the_recording(folder: Path) -> None:
    live = Taping(folder, [*agreed()[:-1], ("then", lambda: time.sleep(30))])
    with held(folder, live.source.path.stem), Live(live.source, Options()) as beside:
        beside.start()
        time.sleep(0.5)
        began = time.monotonic()
        beside.cancel()
        assert time.monotonic() - began < 1


# In a process of its own

SCRIPT = '''
import signal, sys, threading
from pathlib import Path
from analysis.audio import Following, probe
from analysis.library import Library
from analysis.listening import Task, listen
from analysis.workers import get_ready
from tests.analysis.test_live_analysis import CREWS, KEY, SETTINGS

class Drawn:
    """What a screen puts in place of standard error, as Textual does."""
    def write(self, text): return len(text)
    def flush(self): pass
    def fileno(self): return -1

def main():
    source = Following(Path(sys.argv[1]), KEY)
    task = Task(source, probe(source), source.open().survey(), CREWS, SETTINGS)
    with Library.open(source.folder, KEY) as library:
        print(*(len(found) for found, _ in listen(task, library, lambda *_: None)[1].values()))

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda *_: None)
    get_ready()
    sys.stderr = Drawn()
    beside = threading.Thread(target=main)
    beside.start()
    print("begun", flush=True)
    beside.join()
'''


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


def begun(script: Path, tape: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(script), str(tape)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    return process


def group(leader: int) -> list[int]:
    """The processes of this group that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_ctrl_c_at_any_moment_is_not_for_the_workers(script: Path, folder: Path) -> None:
    go = threading.Event()
    live = Taping(folder, [("sound", noise(45)), ("then", go.wait)])
    with held(folder, live.source.path.stem):
        process = begun(script, live.source.path)
        for _ in range(40):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.1)
        go.set()
        said, complaint = process.communicate(timeout=30)
    assert (said.split(), complaint) == (["2", "2", "2"], "")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_end_with_the_one_who_started_them(script: Path, folder: Path) -> None:
    go = threading.Event()
    live = Taping(folder, [("sound", noise(45)), ("then", go.wait)])
    with held(folder, live.source.path.stem):
        process = begun(script, live.source.path)
        until(lambda: len(group(process.pid)) >= 4)  # itself, two workers, multiprocessing's tracker
        process.kill()
        process.communicate()
        until(lambda: group(process.pid) == [], within=5)
    go.set()


# With the real models


def test_the_session_of_a_followed_talk_is_that_of_the_finished_one(
    folder: Path, tmp_path: Path, truth: dict, capfd: pytest.CaptureFixture[str]
) -> None:
    def at_ten_times_the_speed() -> Iterator[Step]:
        for what, value in talk(example(truth, channels=1)[: 60 * RATE]):
            step = 5 * RATE
            parts = [value[k : k + step] for k in range(0, len(value), step)] if what == "sound" else [value]
            for part in parts:
                yield what, part
                yield "then", lambda: time.sleep(0.5)

    live = Taping(folder, at_ten_times_the_speed())
    told: list[tuple[str, float, float, float]] = []
    with held(folder, live.source.path.stem), Live(live.source, Options()) as beside:
        beside.start()
        live.join()
        with Library.open(folder, KEY) as library:
            session = beside.finish(library, lambda *said: told.append(said))
            assert keys(library) == [] and rows(library)["words"] == {}
            assert library.load(session.id) == session
    assert capfd.readouterr() == ("", "")
    with Library.open(tmp_path / "fresh", KEY) as fresh:
        afterwards = analyze(live.source.finished, probe(live.source.finished), fresh, Options(), lambda *_: None)
    assert len(session.words) > 120
    assert session == afterwards
    assert {stage for stage, *_ in told} == set(STAGES)
    assert all(0 <= already <= done <= total for _, done, total, already in told)
    assert {done == total for _, done, total, _ in told[-3:]} == {True}


def test_what_was_heard_of_a_destroyed_recording_goes_with_the_next_look(folder: Path, library: Library) -> None:
    """The screen was closed between the destruction of the tape and the end of its analysis."""
    taping = Taping(folder, [("sound", noise(1))])
    taping.join()
    path = taping.source.path
    job = library.jobs.begin("0" * 128 + path.stem)
    library.jobs.store(job, "words", 0, b"what was said")
    assert library.waiting() == (path,) and library.jobs.windows(job, "words")
    path.unlink()
    assert library.waiting() == ()
    assert library.jobs.windows(job, "words") == {}
