"""The `lens` command.

Every command opens the library, does one thing through `analysis`, and prints. Answers go to standard output,
progress and warnings to standard error. Exit codes: 0 done, 1 failed, 2 the user's mistake, 130 interrupted.
Whatever is heavy is imported inside the command that needs it, so that ``lens --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.devices import devices, doctor
from cli.exports import export_
from cli.open import open_
from cli.record import record
from cli.recover import recover, waiting_tapes
from cli.shared import Settings, ask, complain, deliver, listen, open_library, parse_names, tell
from cli.speakers import speakers
from cli.tags import review, tag
from recorder import dumps
from recorder.errors import LensError, LensFailure

if TYPE_CHECKING:
    from analysis.audio import Source
    from analysis.session import Session

__all__ = ["cli", "main"]

INTERRUPTED = "stopped; what was stored is kept: an analysis goes on there when you run it again"


def main() -> None:
    """Run `lens`; every mistake of the user becomes one line and exit code 2."""
    dumps.forbid()
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.exceptions.Abort as error:
        # Click makes one thing of Ctrl-C and of a "no" to its question.
        interrupted = isinstance(error.__cause__, KeyboardInterrupt)
        click.echo(INTERRUPTED if interrupted else "stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        complain(f"{error.format_message()} (see `lens --help`)")
        sys.exit(2)
    except LensError as error:
        complain(str(error))
        sys.exit(2)
    except LensFailure as error:
        complain(str(error))
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (`head`, a pager) is gone: nobody is left to tell.
        _answer_no_more()
        sys.exit(1)
    except OSError as error:
        _answer_no_more()
        where = f" ({error.filename})" if error.filename else ""
        complain(f"stopped: {error.strerror or error}{where}; what was stored before stays")
        sys.exit(2)


def _answer_no_more() -> None:
    """What could not be written must not be tried again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="conversation-lens", prog_name="lens")
@click.option(
    "--library",
    type=click.Path(path_type=Path),
    help="Folder of the encrypted library (default: in your user data folder; or set LENS_LIBRARY).",
)
@click.option("--json", "as_json", is_flag=True, help="Print a machine-readable answer.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.pass_context
def cli(context: click.Context, library: Path | None, as_json: bool, quiet: bool) -> None:
    """A local mirror for two partners who rebuild trust: who said what, how, and what the words did.

    Nothing ever leaves this machine. Start with:

      lens analyze talk.m4a --names "Maya,Jonas" --export talk.html
    """
    context.obj = Settings(library, as_json, quiet)


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--names", help="The partners' names, by comma, in the order in which they first speak.")
@click.option("--speakers", type=click.IntRange(1, 20), help="How many people talk, where names are not given.")
@click.option("--language", help="Language of the talk, such as en or de (default: heard from the sound).")
@click.option("--model", "models", multiple=True, help="A model from `lens models list`, or a folder with one.")
@click.option(
    "--export",
    "target",
    type=click.Path(path_type=Path),
    help="Also write FILE (.html, .md, .json, .srt, .vtt, .TextGrid, .rttm, .csv).",
)
@click.pass_obj
def analyze(
    settings: Settings,
    source: Path,
    names: str | None,
    speakers: int | None,
    language: str | None,
    models: tuple[str, ...],
    target: Path | None,
) -> None:
    """Analyze SOURCE: an audio or video file, a session.json that has words, or a session that was recorded here.

    The session goes into your library. Interrupted, the same command goes on where it stopped.

    \b
    Examples:
      lens analyze talk.m4a --names "Maya,Jonas"
      lens analyze talk.wav --export talk.html
      lens analyze transcript.json --export report.md
      lens analyze 5e9a --model small
    """
    from analysis.imports import language_code
    from analysis.report.export import check_target

    people = parse_names(names)
    if language is not None:
        language = language_code(language)
    if people and speakers is not None and speakers != len(people):
        raise click.UsageError(f"--names gives {len(people)} names, --speakers says {speakers}: give one of the two")
    if target is not None:
        check_target(target)
    if source.suffix.lower() == ".json":
        if models or speakers:
            raise click.UsageError("--model and --speakers are for sound; a transcript has its words and speakers")
        session = _import(settings, source, people, language)
    else:
        from analysis.pipeline import Options

        sound, people = _recorded(settings, source, people)
        session = listen(settings, sound, Options(people, speakers, language, models))
    if len(people) > len(session.participants):
        complain(f"nobody was named: {len(people)} names were given, voices found: {len(session.participants)}")
    deliver(session, settings, target)


def _import(settings: Settings, source: Path, people: tuple[str, ...], language: str | None) -> Session:
    """A transcript, measured and stored; another talk that has its id is not overwritten."""
    from msgspec.structs import replace

    from analysis.imports import read_session
    from analysis.naming import name_speakers
    from analysis.people import Enrolment
    from analysis.pipeline import measure, read
    from recorder.errors import SessionFileError

    session = read_session(source)
    if language is not None:
        session = replace(session, language=language)
    session = name_speakers(measure(session), people)
    given = {participant.id: participant.name for participant in session.participants if participant.name in people}
    with open_library(settings) as library:
        if any(row.id == session.id for row in library.sessions()) and library.load(session.id).words != session.words:
            raise SessionFileError(
                f'{source.name} has the id {session.id} of another talk in your library: take its "id" out'
            )
        session = read(session, library)
        library.save(session, enrolment=Enrolment(given=given))
    return session


def _recorded(settings: Settings, source: Path, people: tuple[str, ...]) -> tuple[Source, tuple[str, ...]]:
    """The sound that `source` means, a file or the recording of a session, and the names that its voices have."""
    if source.suffix or _is_there(source) or not (settings.folder / "library.db").exists():
        return source, people
    from analysis.recordings import recording_of
    from recorder.errors import LibraryError, SoundError

    with open_library(settings) as library:
        try:
            session = library.load(str(source))
        except LibraryError as problem:
            raise SoundError(f"{source} is neither a file nor a session: {problem}") from None
        guessed = library.people.guessed(session.id)
    recording = recording_of(session, settings.folder, settings.key)
    if recording is None:
        raise SoundError(f"session {session.id} was not recorded here: name its sound file to analyze it again")
    known = tuple(participant.name for participant in session.couple)
    # Names that the voices gave are not passed on as if a person had: they are found anew.
    return recording, people or (known if len(known) == len(session.consent.by) and not guessed else ())


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no disk can hold: who reads it says why
        return True


@cli.command()
@click.pass_obj
def sessions(settings: Settings) -> None:
    """List the sessions in the library."""
    with open_library(settings) as library:
        rows = library.sessions()
        waiting = waiting_tapes(settings, library)
    if waiting:
        many = "1 recording has" if len(waiting) == 1 else f"{len(waiting)} recordings have"
        complain(f"{many} no session yet: `lens recover` makes it")
    if settings.json:
        import msgspec

        click.echo(msgspec.json.encode(rows))
        return
    if not rows:
        click.echo("no sessions yet: analyze a recording by `lens analyze FILE`")
    from analysis.report.wording import clock

    for row in rows:
        tell(f"{row.id}  {row.recorded_at[:10]}  {clock(row.duration):>8}  {', '.join(row.names)}  {row.title}")


@cli.command()
@click.argument("id")
@click.pass_obj
def show(settings: Settings, id: str) -> None:
    """Show the session ID (or the first letters of it) in the terminal."""
    with open_library(settings) as library:
        session = library.load(id)
    deliver(session, settings, None)


@cli.command()
@click.argument("id")
@click.option("--names", required=True, help="New names, by comma, in the order in which they first speak.")
@click.pass_obj
def rename(settings: Settings, id: str, names: str) -> None:
    """Give the speakers of session ID their names; nothing is analyzed anew.

    A third voice that gets a name, too, counts in all measures from then on.

    \b
    Example:
      lens rename 5e9a --names "Maya,Jonas"
    """
    from msgspec.structs import replace

    from analysis.naming import name_speakers
    from analysis.people import Enrolment
    from analysis.pipeline import against_earlier, measure

    people = parse_names(names)
    with open_library(settings) as library:
        session = library.load(id)
        if len(people) not in (len(session.couple), len(session.participants)):
            raise LensError(f"session {session.id} has {len(session.participants)} voices, --names gives {len(people)}")
        named = name_speakers(session, people)
        session = against_earlier(named if named.aside == session.aside else measure(named), library)
        # What was noted about recognized voices advised this very command: it is settled now.
        notes = tuple(note for note in session.notes if f"`lens rename {session.id} --names" not in note)
        session = replace(session, notes=notes)
        given = {participant.id: participant.name for participant in session.participants[: len(people)]}
        library.save(session, enrolment=Enrolment(given=given))
    tell(f"{session.id}: {', '.join(people)}")


@cli.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(settings: Settings, id: str, yes: bool) -> None:
    """Delete the session ID and its recording from the library, for good.

    ID may also be a recording that has no session yet (see `lens recover`).
    """
    with open_library(settings) as library:
        tapes = [path.stem for path in waiting_tapes(settings, library)]
        meant = library.find(id, tapes)
        if meant in tapes:
            _confirm(f"Destroy the recording {meant[:10]}, which has no session yet?", yes)
            library.forget(meant)
            tell(f"destroyed {meant[:10]}")
        else:
            _confirm(f"Delete session {meant} of {library.load(meant).recorded_at[:10]} for good?", yes)
            library.delete(meant)
            tell(f"deleted {meant}")


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True, err=True)


@cli.group()
def models() -> None:
    """Model weights: what is there, whether it is intact, and getting better ones."""


@models.command(name="list")
@click.pass_obj
def models_list(settings: Settings) -> None:
    """List the models that can be used."""
    from analysis.weights import CATALOG, status

    rows = [(w.name, w.task, status(w), w.licence, w.about) for w in CATALOG]
    if settings.json:
        import msgspec

        fields = ("name", "task", "status", "licence", "about")
        click.echo(msgspec.json.encode([dict(zip(fields, row, strict=True)) for row in rows]))
        return
    for name, task, state, licence, about in rows:
        click.echo(f"{name:20}{task:15}{state:9}{about} ({licence})")


@models.command(name="verify")
def models_verify() -> None:
    """Unpack the bundled models and check the sha256 of every file that is here."""
    from analysis.weights import CATALOG, prepare, status

    for weights in CATALOG:
        if status(weights) == "missing" and not weights.files:
            continue
        ready = prepare(weights.name)
        click.echo(f"{ready.name}: intact ({ready.main.name} {ready.sha256[:16]}…)")


@models.command(name="fetch")
@click.argument("name")
def models_fetch(name: str) -> None:
    """Download the model NAME: the only command that uses the network."""
    from analysis.weights import fetch

    ready = fetch(name, lambda line: click.echo(line, err=True))
    click.echo(f"{ready.name}: intact, in {ready.folder}")


@cli.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """How the library is locked, and setting a passphrase."""
    from recorder.keys import describe

    if context.invoked_subcommand is None:
        kinds = describe(context.obj.folder)
        for kind, words in kinds.items():
            tell(f"{kind}: {words}")
        if "keyfile" in kinds:
            tell("whoever can read your files can read your sessions: `lens keys passphrase` locks them")


@keys.command()
@click.pass_obj
def passphrase(settings: Settings) -> None:
    """Lock the library with a new passphrase; forgotten, everything in it is lost."""
    from recorder.errors import KeysError
    from recorder.keys import set_passphrase, unlock

    if ask() is None:
        raise KeysError("a new passphrase is typed at a terminal: run `lens keys passphrase` in one")
    opened = unlock(settings.folder, os.environ.get("LENS_PASSPHRASE"), ask())
    new = click.prompt("New passphrase", hide_input=True, confirmation_prompt="The same again", err=True)
    set_passphrase(settings.folder, opened.key, new)
    click.echo("the library is now locked with this passphrase; if you forget it, nobody can open it")


for command in (record, recover, tag, review, open_, export_, speakers, devices, doctor):
    cli.add_command(command)
