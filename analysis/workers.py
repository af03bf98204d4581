"""Heavy stages in processes of their own, fed by the window loop of `analysis.pipeline`.

A *worker* is one process that runs one or more stages over the windows of a recording and sends back what they
return. Two workers run side by side (transcription; voices and frames), so that the models' memory is not that of
the process that holds the library, and a crash in one is an error message, not the end.

A worker skips the windows that are already stored, ignores Ctrl-C (its parent decides), and ends by itself
when its parent is gone, because it can then no longer send.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from analysis.audio import Source, Window, windows
from recorder import dumps
from recorder.errors import LensError, WorkerLost

__all__ = ["Result", "Stage", "Stored", "run"]


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


@dataclass(frozen=True)
class _Failure:
    error: LensError | None
    trace: str


def run(
    source: Source, crews: Sequence[Sequence[Stage]], done: Mapping[str, Mapping[int, bytes]]
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

    Raises
    ------
    LensError
        What a stage raised.
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
            process: BaseProcess = context.Process(target=_work, args=(theirs, source, crew, stored), daemon=True)
            with _interrupt_ignored():
                process.start()
            theirs.close()
            processes.append(process)
            open_ends[ours] = (process, crew)
        while open_ends:
            for connection in wait(list(open_ends)):
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
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not in the main thread: Ctrl-C does not arrive here anyway
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work(connection: Connection, source: Source, crew: Sequence[Stage], done: dict[str, dict[int, bytes]]) -> None:
    dumps.forbid()  # the key of a tape, and what is said on it, are in this memory
    try:
        _run_crew(connection, source, crew, done)
    except BrokenPipeError:
        os._exit(1)  # the parent is gone
    except LensError as error:
        connection.send(_Failure(error, ""))
    except Exception:
        connection.send(_Failure(None, traceback.format_exc()))


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
