"""`lens record`: from the two yeses to a session.

The order of things is the promise: first both read what will happen and say yes at the keyboard; then the recorder
starts, in a process of its own, and the screen asks each for the spoken yes. Once both have said it, the analysis
follows the tape (`analysis.live`), so that there is little left to do after "stop"; only then is there a session.
What was recorded is safe on its tape before that, so an analysis that is stopped or fails costs nothing: the tape
waits in the library until `lens recover`, or the next `lens record`, makes its session.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cli.recover import described, rescue, waiting_tapes
from cli.shared import Settings, complain, deliver, listen, open_library, parse_names, printable, tell
from recorder.errors import LensError, LensFailure, RecorderLost, RecordingError, TapeError

if TYPE_CHECKING:
    from analysis.live import Live
    from analysis.session import Session
    from recorder.consent import Agreement
    from recorder.remote import Remote
    from recorder.state import State

__all__ = ["record"]

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
    import analysis.live  # noqa: F401  (it takes a second: now, while nothing is recorded unseen)
    from analysis.imports import language_code
    from recorder.remote import Order, attach, start

    if not (sys.stdin.isatty() and (sys.stdout.isatty() or sys.stderr.isatty())):
        raise RecordingError("a recording needs the yes of both at a keyboard and a screen: use a terminal")
    if language is not None:
        language = language_code(language)
    people = _two(parse_names(names)) if names is not None else None
    remote = attach(settings.folder, settings.key)
    if remote is not None:
        tell("a recording is running; here is its screen")
        _name_ignored({"--names": names, "--device": devices, "--channels": channels})
    else:
        _list_waiting(settings)
        agreement = _consent(people)
        order = Order(
            library=str(settings.folder), key=settings.key, agreement=agreement, devices=devices, channels=channels
        )
        remote = start(order)
    with _listening(settings, remote.state.tape, language) as live:
        live.start()
        _afterwards(settings, _watch(remote), live)


def _name_ignored(options: dict[str, object]) -> None:
    """Options that come too late are not passed over in silence."""
    given = [name for name, value in options.items() if value]
    if given:
        complain(f"ignored, for it is running already: {', '.join(given)}")


def _list_waiting(settings: Settings) -> None:
    with open_library(settings) as library:
        waiting = waiting_tapes(settings, library)
    readable = 0
    for path in waiting:
        try:
            complain(described(path, settings.key))
            readable += 1
        except TapeError as problem:
            complain(str(problem))
    if readable:
        complain("these recordings have no session yet; they get theirs after this talk, or now by `lens recover`")


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


def _listening(settings: Settings, tape: str, language: str | None) -> Live:
    """The analysis beside the recording on this tape."""
    from analysis.audio import Following
    from analysis.live import Live
    from analysis.pipeline import Options
    from recorder.tape import path_of

    return Live(Following(path_of(settings.folder, tape), settings.key), Options(language=language))


def _afterwards(settings: Settings, state: State, live: Live) -> None:
    """What follows the end of a recording: its session, and those of others that wait."""
    from analysis.report.wording import clock

    if state.ending in ("deleted", "not destroyed"):
        _forget_what_was_heard(settings, live)
    if not _may_be_analyzed(state):
        return
    tell(f"recorded: {clock(state.kept)} of sound; it is analyzed now (Ctrl-C: later, by `lens recover`)")
    deliver(_session(settings, live), settings, None)
    with open_library(settings) as library:
        waiting = waiting_tapes(settings, library)
    for path in waiting:
        if path != live.source.path and (problem := rescue(settings, path)):
            complain(problem)


def _session(settings: Settings, live: Live) -> Session:
    """Tonight's session: from what was listened to meanwhile, or, where that failed, as of any other recording."""
    from cli.progress import progress

    try:
        with open_library(settings) as library, progress(settings.quiet) as advance:
            return live.finish(library, advance)
    except Exception:  # whatever it was: it happened beside the recording, and shows itself again if it stays
        live.cancel()
        with open_library(settings) as library:
            made = [row.id for row in library.sessions() if row.tape == live.source.path.stem]
            if made:  # another screen of this recording, or `lens recover`, was faster
                return library.load(made[0])
        return listen(settings, live.source.finished, live.options)


def _forget_what_was_heard(settings: Settings, live: Live) -> None:
    """Of a recording that was to be destroyed nothing may stay that the analysis made of it."""
    live.cancel()
    try:
        with open_library(settings) as library:
            library.jobs.drop_tape(live.source.path.stem)
    except LensError as problem:
        complain(str(problem))


def _may_be_analyzed(state: State) -> bool:
    """Whether the recording ended so that its session is to be made now; tells, or raises, what else became of it."""
    reason = state.trouble
    if state.ending is None:  # the screen was left; the recording goes on
        tell("the recording goes on: `lens record` brings its screen back")
    elif state.ending == "deleted":
        tell(f"the recording was destroyed{f' ({reason})' if reason else ''}; nothing of it is kept")
    elif state.ending == "not destroyed":
        raise LensFailure(f"NOT destroyed: {reason}; `lens delete {state.tape[:10]}` destroys the whole recording")
    elif state.ending == "disk full":
        raise RecordingError("the disk is full; the recording is safe until then: free some space, then `lens recover`")
    elif state.ending == "failed":
        raise RecorderLost(f"the recording ended: {reason}; what is on the tape is safe: see `lens recover`")
    elif state.ending == "no screen":
        complain("the recording ended by itself: for a minute nothing had shown that it was running")
    return state.ending in ("stopped", "no screen")
