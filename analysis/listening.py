"""The window loop itself: stages listen to every window of a sound, and what each finds is in the library at once.

An interrupted run goes on where it stopped: windows that are stored are skipped. What a stored window depends on is in
the key of its job: the sound, then the settings. The sound of a file is its bytes. The sound of a tape is its id, what
was struck from it, and what is damaged on it: so a tape has its key before it is finished, and what was found beside
the recording (`Following`) is what any later run would find, and goes on from.

When something is struck from a tape that is being followed, all windows that may depend on it are dropped, of every
stage; the rest goes to a new job, with the key of the tape as it is now; and the workers begin anew with it. Should
the program end before that, the struck tape has another key, and opening a job with it drops the old one
(`Jobs.begin`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from analysis.audio import Following, Source, Struck, first_touched
from analysis.library import Library
from analysis.session import Audio
from analysis.workers import Result, Stage, Stored, run

if TYPE_CHECKING:
    from recorder.frames import Strike
    from recorder.tape import Survey

__all__ = ["Progress", "Task", "listen"]

Progress = Callable[[str, float, float, float], None]
"""Called with a stage's name, the seconds of sound behind it, in all, and those that an earlier run did."""


@dataclasses.dataclass(frozen=True)
class Task:
    """What is to be listened to, and by whom.

    `survey` is what is on a tape, None for a file; `settings` are 64 hexadecimal digits that stand for everything but
    the sound on which the stages' findings depend.
    """

    source: Source
    audio: Audio
    survey: Survey | None
    crews: Sequence[Sequence[Stage]]
    settings: str

    def key(self, strikes: Sequence[Strike], damage: Sequence[str] = ()) -> str:
        """The key of its job, given what happened to its tape."""
        sound = self.audio.sha256
        if self.audio.tape is not None:
            spans = [f"{strike.start}-{strike.end}" for strike in strikes]
            sound = hashlib.sha256("|".join([self.audio.tape, *spans, *damage]).encode()).hexdigest()
        return sound + self.settings + (self.audio.tape or "")


def listen(
    task: Task, library: Library, progress: Progress, stop: threading.Event | None = None
) -> tuple[int, dict[str, Any]]:
    """The number of the job in which every window is stored, and what the stages' `finish` returned, by their names.

    Raises as `analysis.workers.run`, but for `Struck`; and a LibraryError if another process finished or dropped it.
    """
    source, survey = task.source, task.survey
    strikes = survey.strikes if survey else ()
    if isinstance(source, Following):  # what is torn there now is only being written
        job = library.jobs.begin(task.key(strikes))
        source = dataclasses.replace(source, struck=strikes)
    else:
        job = library.jobs.begin(task.key(strikes, survey.damage if survey else ()))
    starts: dict[int, float] = {}
    while True:
        try:
            return job, _through(dataclasses.replace(task, source=source), library, job, progress, stop, starts)
        except Struck as struck:
            assert isinstance(source, Following)
            first = first_touched(starts, struck.start)
            job = library.jobs.cut(job, task.key(struck.strikes), first)
            starts = {index: start for index, start in starts.items() if index < first}
            source = dataclasses.replace(source, struck=struck.strikes)


def _through(
    task: Task,
    library: Library,
    job: int,
    progress: Progress,
    stop: threading.Event | None,
    starts: dict[int, float],
) -> dict[str, Any]:
    """Once through all windows; puts into `starts` where each begins that comes."""
    done = {stage.name: library.jobs.windows(job, stage.name) for crew in task.crews for stage in crew}
    duration = task.audio.duration
    resumed: dict[str, float] = {}
    results: dict[str, Any] = {}
    for stage in done:
        progress(stage, 0.0, duration, 0.0)
    for message in run(task.source, task.crews, done, isinstance(task.source, Following), stop):
        if isinstance(message, Stored):
            library.jobs.store(job, message.stage, message.index, message.payload)
            starts[message.index] = message.start
            already = resumed.setdefault(message.stage, message.start)
            progress(message.stage, message.end, duration, already)
        elif isinstance(message, Result):
            results[message.stage] = message.value
    for stage in done.keys() - resumed.keys():
        progress(stage, duration, duration, duration)
    return results
