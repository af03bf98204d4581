"""The analysis beside a recording: it listens while the two still talk, so that their session is there after "stop".

A `Live` runs the first part of the pipeline (`hear`) in a thread of its own, over a tape that is being recorded. It
begins when the tape says that both have said yes aloud. What it finds is stored window by window, as in any other run:
so it may be cancelled at any moment, and whoever comes later goes on where it was.

Conventions
-----------
- It disturbs nothing: nothing is written to a screen, and whatever goes wrong is kept until `finish` is called.
- No session comes of it before `finish` is called: what is destroyed, or broke off, never becomes one by itself.
"""

from __future__ import annotations

import threading

from analysis.audio import Following, probe
from analysis.library import Library
from analysis.listening import Progress
from analysis.pipeline import Listened, Options, conclude, hear
from analysis.session import Session
from analysis.workers import Stopped, get_ready
from recorder.frames import Mark

__all__ = ["Live"]

LOOK_S = 0.1
CANCEL_S = 10.0
"""Seconds that a cancelled run may take; all it can still be busy with is a write or the unpacking of a model."""


class Live:
    """One analysis beside one recording; a context manager that cancels what was not finished.

    Parameters
    ----------
    source
        The tape that is being recorded.
    options
        As for `analyze`.
    """

    def __init__(self, source: Following, options: Options) -> None:
        self.source = source
        self.options = options
        self._stop = threading.Event()
        self._done: dict[str, float] = {}  # seconds that each stage has behind it
        self._listened: Listened | None = None
        self._problem: Exception = Stopped("it was never started")
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        """Begin, as soon as both have said yes; returns at once. To be called before a screen is drawn."""
        try:
            get_ready()
            self._thread.start()
        except Exception as problem:  # whatever it is: the recording must have its screen
            self._problem = problem

    def finish(self, library: Library, progress: Progress) -> Session:
        """Wait until all that was recorded is listened to; store the session and return it.

        Parameters
        ----------
        library
            The library of the recording.
        progress
            Told how far it is; what was done beside the recording counts as done by an earlier run.

        Raises
        ------
        Exception
            Whatever went wrong meanwhile; `analyze` then goes on from what is stored.
        """
        duration = self.source.finished.open().survey().duration
        already = dict(self._done)
        while self._thread.is_alive():
            self._tell(progress, dict(self._done), duration, already)
            self._thread.join(LOOK_S)
        if self._listened is None:
            raise self._problem
        self._tell(progress, dict.fromkeys(self._done, duration), duration, already)
        return conclude(self._listened, library)

    def cancel(self) -> None:
        """End it, and its processes; what is stored stays. Cancelling what has ended is fine."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CANCEL_S)

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def _run(self) -> None:
        try:
            self._wait_for_yes()
            with Library.open(self.source.folder, self.source.key) as library:
                self._listened = hear(self.source, probe(self.source), library, self.options, self._note, self._stop)
        except Exception as problem:
            self._problem = problem

    def _wait_for_yes(self) -> None:
        """Return when the tape says that the conversation has begun: before that, nothing may be kept."""
        for frame in self.source.frames(self._wait):
            if isinstance(frame, Mark) and frame.kind == "conversation":
                return
        raise Stopped("it ended before both had said yes aloud")

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped("it was cancelled")

    def _note(self, stage: str, done: float, total: float, already: float) -> None:
        """How far a stage is; how long a recording will be, nobody knows before it has ended."""
        del total, already
        self._done[stage] = done

    @staticmethod
    def _tell(progress: Progress, done: dict[str, float], duration: float, already: dict[str, float]) -> None:
        for stage, seconds in done.items():
            progress(stage, seconds, duration, min(seconds, already.get(stage, 0.0)))
