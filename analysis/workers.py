"""Heavy stages in processes of their own, fed by the window loop of `analysis.pipeline`.

A *worker* is one process that runs one or more stages over the windows of a recording and sends back what they
return. Two workers run side by side (transcription; voices and frames), so that the models' memory is not that of
the process that holds the library, and a crash in one is an error message, not the end.

A worker skips the windows that are already stored, ignores Ctrl-C (its parent decides), and ends by itself
when its parent is gone.

Beside a recording the workers run in the *background*: at the lowest priority, so that the recorder always comes first
(once it is done, they have the processor for themselves), and they write nothing onto the screen. When something is
struck from the tape, all of them end, and nothing that they may still have sent counts: whoever reads `run` gets
`Struck`, drops what was touched, and runs them anew. Whatever a stage carried from the struck sound is gone with its
process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from analysis.audio import Source, Struck, Window, windows
from recorder import dumps
from recorder.errors import LensError, LensFailure, WorkerLost

__all__ = ["Result", "Stage", "Stopped", "Stored", "get_ready", "run"]

LOOK_S = 0.25
"""Seconds between two looks at whether to stop."""
NICEST = 19


class Stage(Protocol):
    """One heavy step of the analysis; picklable, loads its model only when opened.

    A stage may also have ``finish(windows) -> result``, called once after the last window with everything that
    it returned for this file, in this run or an earlier one.
    """

    @property
    def name(self) -> str:
        """Under which its results are stored."""

    def open(self, done: Mapping[int, bytes]) -> Callable[[Window], bytes]:
        """Load what is needed; `done` holds the windows stored by an earlier run."""


@dataclass(frozen=True)
class Stored:
    """A window's result has arrived: `index`, from `start` to `end` seconds of the recording."""

    stage: str
    index: int
    start: float
    end: float
    payload: bytes


@dataclass(frozen=True)
class Result:
    """What a stage's `finish` returned."""

    stage: str
    value: Any


class Stopped(Exception):
    """The work was stopped, as it was asked to be; internal, nobody ever sees it."""


@dataclass(frozen=True)
class _Failure:
    error: LensError | LensFailure | Struck | None
    trace: str


def run(
    source: Source,
    crews: Sequence[Sequence[Stage]],
    done: Mapping[str, Mapping[int, bytes]],
    background: bool = False,
    stop: threading.Event | None = None,
) -> Iterator[Stored | Result]:
    """Run each crew of stages in a process of its own; yield what they send, as it comes.

    Parameters
    ----------
    source : Source
        The recording: a file, or a sealed tape with its key.
    crews : sequence of sequences of Stage
        The stages of one crew share a process and take turns on each window.
    done : mapping of stage name to {window index: payload}
        What an earlier run has stored; those windows are skipped.
    background : bool
        Whether everything else on this computer comes first, and the screen is somebody else's.
    stop : Event or None
        Ends the work when it is set.

    Raises
    ------
    LensError, LensFailure
        What a stage, or the reading of the sound, raised.
    Struck
        If something was struck from the tape that is being followed.
    Stopped
        If `stop` was set.
    WorkerLost
        If a process was killed from outside.
    RuntimeError
        If a stage failed for a reason of ours, with its traceback.
    """
    # A worker that is stopped midway leaves semaphores; the tracker removes them, and need not tell the user.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
    context = multiprocessing.get_context("spawn")
    open_ends: dict[Connection, tuple[BaseProcess, Sequence[Stage]]] = {}
    processes: list[BaseProcess] = []
    try:
        for crew in crews:
            ours, theirs = context.Pipe(duplex=False)
            stored = {stage.name: dict(done.get(stage.name, {})) for stage in crew}
            work = (theirs, source, crew, stored, background)
            process: BaseProcess = context.Process(target=_work, args=work, daemon=True)
            with _interrupt_ignored():
                process.start()
            theirs.close()
            processes.append(process)
            open_ends[ours] = (process, crew)
        while open_ends:
            if stop is not None and stop.is_set():
                raise Stopped
            for connection in wait(list(open_ends), None if stop is None else LOOK_S):
                assert isinstance(connection, Connection)
                try:
                    message = connection.recv()
                except EOFError:
                    _check_ended(*open_ends.pop(connection))
                    continue
                if isinstance(message, _Failure):
                    raise message.error or RuntimeError(message.trace)
                yield message
    finally:
        for started in processes:
            started.terminate()
        for started in processes:
            started.join()


def get_ready() -> None:
    """Start what multiprocessing otherwise starts with the first process; more than once is fine.

    It unblocks Ctrl-C, and it needs a real standard error: to be called before a screen puts its own in place.
    """
    if hasattr(signal, "pthread_sigmask"):  # Windows has no such thing
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()


def _check_ended(process: BaseProcess, crew: Sequence[Stage]) -> None:
    process.join()
    if process.exitcode:
        names = " and ".join(stage.name for stage in crew)
        raise WorkerLost(
            f"the process for {names} was ended from outside (code {process.exitcode}; out of memory?): "
            "run the same command again, it goes on where it stopped"
        )


@contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """Children inherit that Ctrl-C is ignored, from their first instruction on."""
    if threading.current_thread() is not threading.main_thread():
        with _interrupt_blocked():
            yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _interrupt_blocked() -> Iterator[None]:
    """The same from another thread than the main one, which alone may say what becomes of a signal."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: Ctrl-C is ignored once `_work` begins
        yield
        return
    get_ready()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(
    connection: Connection, source: Source, crew: Sequence[Stage], done: dict[str, dict[int, bytes]], background: bool
) -> None:
    dumps.forbid()  # the key of a tape, and what is said on it, are in this memory
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if background:
        _step_back()
    try:
        _run_crew(connection, source, crew, done)
    except BrokenPipeError:
        os._exit(1)  # the parent is gone
    except (LensError, LensFailure, Struck) as error:
        connection.send(_Failure(error, ""))
    except Exception:
        connection.send(_Failure(None, traceback.format_exc()))


def _end_with_parent() -> None:
    """A worker may wait for the end of a pause, and send nothing: it would never notice that nobody is there."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _step_back() -> None:
    """Let everybody else go first, and write nothing onto a screen that somebody else draws."""
    with suppress(OSError, AttributeError):  # Windows has no `nice`
        os.nice(NICEST)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for standard in (1, 2):
        os.dup2(nothing, standard)


def _run_crew(connection: Connection, source: Source, crew: Sequence[Stage], done: dict[str, dict[int, bytes]]) -> None:
    ready: dict[str, Callable[[Window], bytes]] = {}
    for window in windows(source):
        for stage in crew:
            if window.index in done[stage.name]:
                continue
            if stage.name not in ready:
                ready[stage.name] = stage.open(done[stage.name])
            payload = ready[stage.name](window)
            if hasattr(stage, "finish"):
                done[stage.name][window.index] = payload
            connection.send(Stored(stage.name, window.index, window.start, window.end, payload))
    for stage in crew:
        finish = getattr(stage, "finish", None)
        if finish is not None:
            connection.send(Result(stage.name, finish(done[stage.name])))
