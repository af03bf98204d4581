"""`lens recover`: sessions of recordings that have none, and what becomes of those that cannot have one.

What is not as it was written is never destroyed here: a damaged tape may hold what both agreed to keep, and only the
two can know what it is worth to them. It stays until somebody says `lens delete`. Destroyed is what is whole and shows
that it ended before both had said yes aloud; removed is what is too small to hold any sound.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import Settings, complain, deliver, listen, open_library, tell
from recorder.errors import LensError, TapeError

if TYPE_CHECKING:
    from analysis.library import Library
    from recorder.tape import Survey

__all__ = ["described", "recover", "rescue", "waiting_tapes"]

STUB_BYTES = 1024
"""A file of at most so many bytes has room for the beginning of a tape, and for no sound."""
AGREED_S = 180.0
"""Nobody takes that long to say two yeses: a tape with sound after it holds a conversation."""
AFTER_AGREEING = {"bookmark", "pause", "break", "resume"}
"""Marks that are made in a conversation only."""


@click.command()
@click.pass_obj
def recover(settings: Settings) -> None:
    """Make sessions of recordings that have none: after a crash, an empty battery, a stopped analysis.

    A recording that was cut off is complete up to its last second; one of a few seconds counts, too. A damaged one
    that cannot become a session stays as it is, until you delete it.
    """
    from recorder.remote import current

    with open_library(settings) as library:
        waiting = waiting_tapes(settings, library)
    recorded_now = current(settings.folder)
    if recorded_now == "":
        complain("a recording is just beginning: run this again in a moment")
    elif recorded_now is not None:
        complain("a recording is running: it is left alone (`lens record` shows it)")
    if not waiting and recorded_now != "":
        tell("no recording is waiting: every one has its session")
    problems = [problem for path in waiting if (problem := rescue(settings, path))]
    if problems:
        raise LensError("; ".join(problems))


def waiting_tapes(settings: Settings, library: Library) -> tuple[Path, ...]:
    """Tapes without a session; the one that is being recorded does not wait.

    None while a recording begins: for a moment nobody can know which one it is.
    """
    from recorder.remote import current

    waiting = library.waiting()  # first: a recording that begins after this line is not among them
    recorded_now = current(settings.folder)
    return () if recorded_now == "" else tuple(path for path in waiting if path.stem != recorded_now)


def described(path: Path, key: bytes) -> str:
    """One line about a tape."""
    from analysis.report.wording import clock
    from recorder.tape import Tape

    tape = Tape.open(path, key)
    survey = tape.survey()
    when = tape.head.started_at[:16].replace("T", " ")
    state = "" if survey.complete else ", not ended properly"
    damage = f", damaged: {survey.damage[0]}" if survey.damage else ""
    who = " and ".join(tape.head.agreement.by)
    return f"{path.stem[:10]}  recording of {when}, {who}, {clock(survey.duration)}{state}{damage}"


def rescue(settings: Settings, path: Path) -> str | None:
    """Make the session of one tape; the problem, where there is one, so that the other tapes get their turn."""
    from analysis.audio import Recording
    from analysis.pipeline import Options

    id = path.stem[:10]
    try:
        if _is_stub(path, settings.key):
            _forget(settings, path)
            tell(f"{id}  breaks off before any sound: removed")
            return None
        survey = _surveyed(path, settings.key)
        if survey.kept and _began(survey):
            deliver(listen(settings, Recording(path, settings.key), Options()), settings, None)
        elif survey.damage:
            why = "no sound on it can be read" if not survey.kept else "nothing on it shows that both said yes aloud"
            return f"{id} is damaged, and {why}: it stays as it is; `lens delete {id}` destroys it"
        else:
            _forget(settings, path)
            agreed = _began(survey)
            tell("  no sound is on it: removed" if agreed else "  it ended before both had said yes aloud: destroyed")
    except TapeError as problem:
        return f"{problem}; it stays until `lens delete {id}` destroys it"
    except LensError as problem:
        return str(problem)
    return None


def _surveyed(path: Path, key: bytes) -> Survey:
    """What is on a tape, when every strike on it is done; says which tape it is."""
    from recorder.tape import Tape, finish_strikes

    finish_strikes(path, key)
    tell(described(path, key))
    return Tape.open(path, key).survey()


def _is_stub(path: Path, key: bytes) -> bool:
    """Whether the file never had room for sound: the recorder or the computer stopped as it began."""
    from recorder.tape import Tape

    try:
        return path.stat().st_size <= STUB_BYTES and not Tape.open(path, key).survey().kept
    except TapeError:
        return True
    except OSError:  # who comes next says why
        return False


def _began(survey: Survey) -> bool:
    """Whether both had said yes aloud; where the mark that says so is damaged, what came after it says so, too."""
    kinds = {mark.kind for mark in survey.marks}
    if "conversation" in kinds or not survey.damage:
        return "conversation" in kinds
    silent = any(start <= AGREED_S and end >= survey.duration for start, end in survey.gaps)
    return bool(kinds & AFTER_AGREEING or survey.strikes) or (survey.duration > AGREED_S and not silent)


def _forget(settings: Settings, path: Path) -> None:
    with open_library(settings) as library:
        library.forget(path.stem)
