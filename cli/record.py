"""`lens record` and `lens recover`: from the two yeses to a session.

The order of things is the promise: first both read what will happen and say yes at the keyboard; then the recorder
starts, in a process of its own, and the screen asks each for the spoken yes; only after "stop" the analysis begins.
What was recorded is safe on its tape before that, so an analysis that is stopped or fails costs nothing: the tape
waits in the library until `lens recover`, or the next `lens record`, makes its session.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import Settings, complain, deliver, listen, open_library, parse_names, printable, tell, unlock
from recorder.errors import LensError, RecorderLost, RecordingError, TapeError

if TYPE_CHECKING:
    from analysis.library import Library
    from recorder.consent import Agreement
    from recorder.remote import Remote
    from recorder.state import State

__all__ = ["record", "recover", "waiting_tapes"]

WHAT_HAPPENS = """\
This records your conversation, {names}.

  - It is kept on this computer only, encrypted. Nothing is sent anywhere.
  - The screen shows all the time that it records. It cannot be hidden.
  - Either of you may, at any moment: go off the record, destroy the last
    minutes, stop, or destroy the whole recording. Nobody has to say why.
  - Afterwards it is written down and measured, for the two of you together.
    It is a mirror, not evidence.

Each of you answers for yourself.
"""


@click.command()
@click.option("--names", help='Your names, by comma, such as "Maya,Jonas", in the order in which you say yes.')
@click.option("--device", "devices", multiple=True, help="The microphone (see `lens devices`), or a part of its name.")
@click.option("--channels", type=click.IntRange(1, 2), help="2: a microphone each, on one interface (default: 1).")
@click.option("--language", help="Language of the talk, such as en or de (default: heard from the sound).")
@click.pass_obj
def record(
    settings: Settings, names: str | None, devices: tuple[str, ...], channels: int | None, language: str | None
) -> None:
    """Record a conversation of two, with the consent of both, and analyze it.

    If a recording is already running (its screen was closed), this brings the screen back.

    \b
    Examples:
      lens record --names "Maya,Jonas"
      lens record --device "USB" --channels 2
    """
    from analysis.imports import language_code
    from recorder.remote import Order, attach, start

    if not (sys.stdin.isatty() and (sys.stdout.isatty() or sys.stderr.isatty())):
        raise RecordingError("a recording needs the yes of both at a keyboard and a screen: use a terminal")
    if language is not None:
        language = language_code(language)
    people = _two(parse_names(names)) if names is not None else None
    key = unlock(settings)
    remote = attach(settings.folder, key)
    if remote is not None:
        tell("a recording is running; here is its screen")
    else:
        _list_waiting(settings, key)
        agreement = _consent(people)
        remote = start(
            Order(library=str(settings.folder), key=key, agreement=agreement, devices=devices, channels=channels)
        )
    _afterwards(settings, _watch(remote), language)


@click.command()
@click.pass_obj
def recover(settings: Settings) -> None:
    """Make sessions of recordings that have none: after a crash, an empty battery, a stopped analysis.

    A recording that was cut off is complete up to its last second; one of a few seconds counts, too.
    """
    from recorder.remote import running

    key = unlock(settings)
    if running(settings.folder):
        complain("a recording is running: it is left alone (`lens record` shows it)")
    with open_library(settings) as library:
        waiting = waiting_tapes(settings, library)
    if not waiting:
        tell("no recording is waiting: every one has its session")
    problems = [problem for path in waiting if (problem := _rescue(settings, path, key))]
    if problems:
        raise LensError("; ".join(problems))


def _rescue(settings: Settings, path: Path, key: bytes) -> str | None:
    """Make the session of one tape; the problem, where there is one, so that the other tapes get their turn."""
    from analysis.audio import Recording
    from analysis.pipeline import Options
    from recorder.tape import Tape, finish_strikes, shred

    try:
        finish_strikes(path, key)
        tell(_described(path, key))
        survey = Tape.open(path, key).survey()
        agreed = survey.damage or any(mark.kind == "conversation" for mark in survey.marks)
        if survey.kept == 0 or not agreed:
            shred(path)
            tell("  no sound is on it: removed" if agreed else "  it ended before both had said yes aloud: destroyed")
            return None
        deliver(listen(settings, Recording(path, key), Options()), settings, None)
    except LensError as problem:
        return str(problem)
    return None


def _list_waiting(settings: Settings, key: bytes) -> None:
    with open_library(settings) as library:
        waiting = waiting_tapes(settings, library)
    for path in waiting:
        try:
            complain(_described(path, key))
        except TapeError as problem:
            complain(str(problem))
    if waiting:
        complain("these recordings have no session yet; they get theirs after this talk, or now by `lens recover`")


def waiting_tapes(settings: Settings, library: Library) -> tuple[Path, ...]:
    """Tapes without a session; the one that is being recorded does not wait."""
    from recorder.remote import current

    waiting = library.waiting()  # first: a recording that begins after this line is not among them
    recorded_now = current(settings.folder)
    return tuple(path for path in waiting if path.stem != recorded_now)


def _described(path: Path, key: bytes) -> str:
    """One line about a tape."""
    from analysis.report.findings import clock
    from recorder.tape import Tape

    tape = Tape.open(path, key)
    survey = tape.survey()
    when = tape.head.started_at[:16].replace("T", " ")
    state = "" if survey.complete else ", not ended properly"
    damage = f", damaged: {survey.damage[0]}" if survey.damage else ""
    who = " and ".join(tape.head.agreement.by)
    return f"{tape.id[:10]}  recording of {when}, {who}, {clock(survey.duration)}{state}{damage}"


def _two(people: tuple[str, ...]) -> tuple[str, str]:
    if len(people) != 2:
        count = "1 name was" if len(people) == 1 else f"{len(people)} names were"
        raise RecordingError(f'a recording is of two people, {count} given: try --names "Maya,Jonas"')
    return people[0], people[1]


def _consent(people: tuple[str, str] | None) -> Agreement:
    """The yes of both at the keyboard."""
    from recorder.consent import agree

    if people is None:
        people = _two(
            parse_names(click.prompt("Your two names, by comma, in the order in which you say yes", err=True))
        )
    click.echo(printable(WHAT_HAPPENS.format(names=" and ".join(people))), err=True)
    answers: dict[str, str] = {}
    for name in people:
        question = printable(f"{name}, do you want this recorded? Type yes or no")
        answers[name] = click.prompt(question, default="no", show_default=False, err=True)
        if answers[name].strip().lower() not in ("yes", "y"):
            break
    return agree(answers)


def _watch(remote: Remote) -> State:
    from cli.live import watch

    try:
        state = watch(remote)
    finally:
        remote.close()
    if remote.lost:
        raise RecorderLost(
            "the recorder ended unexpectedly; everything up to its last second is safe: "
            "`lens recover` makes the session, `lens record` begins a new recording"
        )
    return state


def _afterwards(settings: Settings, state: State, language: str | None) -> None:
    """What follows the end of a recording: its session, and those of others that wait."""
    from analysis.audio import Recording
    from analysis.pipeline import Options
    from analysis.report.findings import clock

    if state.ending is None:  # the screen was left; the recording goes on
        tell("the recording goes on: `lens record` brings its screen back")
        return
    if state.ending == "deleted":
        tell("the recording was destroyed; nothing of it is kept")
        return
    if state.ending == "disk full":
        raise RecordingError("the disk is full; the recording is safe until then: free some space, then `lens recover`")
    if state.ending == "failed":
        raise RecorderLost(f"the recording ended: {state.trouble}; what is on the tape is safe: see `lens recover`")
    if state.ending == "no screen":
        complain("the recording ended by itself: for a minute nothing had shown that it was running")
    tell(f"recorded: {clock(state.kept)} of sound; it is analyzed now (Ctrl-C: later, by `lens recover`)")
    key = unlock(settings)
    with open_library(settings) as library:
        waiting = waiting_tapes(settings, library)
    for path in sorted(waiting, key=lambda path: path.stem != state.tape):  # tonight's talk first
        if path.stem == state.tape:
            deliver(listen(settings, Recording(path, key), Options(language=language)), settings, None)
        elif problem := _rescue(settings, path, key):
            complain(problem)
