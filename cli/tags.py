"""`lens tag` and `lens review`: what the words did, read anew, and what a person says of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import Settings, complain, deliver, open_library, printable, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.library import Library
    from analysis.session import Readings, Review, Verdict
    from analysis.tagging import Line
    from analysis.tagging.llm import Server

__all__ = ["review", "tag"]

OLLAMA = "http://127.0.0.1:11434"


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--learned", is_flag=True, help="Move thresholds by what you kept, removed and added in your sessions.")
@click.option("--reader", type=click.Choice(["built-in", "llm"]), default="built-in", help="Who reads the words.")
@click.option("--server", help=f"Of --reader llm: its address on this computer; without it {OLLAMA}.")
@click.option("--model", help="Of --reader llm: which of the server's models.")
@click.pass_obj
def tag(settings: Settings, source: Path, learned: bool, reader: str, server: str | None, model: str | None) -> None:
    """Tag SOURCE: a typed or pasted talk (a .tsv with the columns speaker and text), or a session, which is read anew.

    A talk is printed with the columns tags, confidence, because, words and met; where its column dialogue changes,
    another talk begins. A session is stored with its new tags. What you said of tags (`lens review`) stays.

    \b
    Examples:
      lens tag talk.tsv > tagged.tsv
      lens tag 5e9a --learned
      lens tag 5e9a --reader llm --model qwen3:8b
    """
    if learned and reader == "llm":
        raise click.UsageError("--learned moves the built-in reader's thresholds; a language model has none")
    if (model is not None or server is not None) and reader != "llm":
        raise click.UsageError("--server and --model are for --reader llm")
    asked = (server or OLLAMA, model) if reader == "llm" else None
    if source.suffix.lower() == ".tsv":
        _tag_table(settings, source, learned, asked)
    elif problem := _no_session(source):
        raise click.UsageError(problem)
    else:
        _tag_session(settings, str(source), learned, asked)


def _no_session(source: Path) -> str | None:
    """What is wrong if this is not the id of a session."""
    try:
        there = source.exists()
    except OSError as error:
        return f"{str(source)[:60]} cannot be read ({error.strerror}): give a .tsv file or the id of a session"
    if source.is_dir():
        return f"{source} is a folder: give a .tsv file or the id of a session"
    if there and source.suffix.lower() == ".json":
        return f"a session in a file comes into the library first: lens analyze {source}"
    if there:
        return f"{source.name} is no talk that can be read: save it as .tsv, a table by tabs"
    return None if re.fullmatch(r"[\w.-]+", str(source)) else f"there is no file {source}: check the name"


def _tag_table(settings: Settings, source: Path, learned: bool, model: tuple[str, str | None] | None) -> None:
    from analysis.reading import classify
    from analysis.tables import read_table
    from analysis.tagging.llm import connect
    from analysis.typed import NEEDED, tagged

    table = read_table(source, NEEDED)
    if model is not None:
        server = connect(*model)
        with open_library(settings) as library:
            job = _job(library, None, table.written(), server)
            numbers = count()
            found = tagged(
                table, lambda lines: _by_model(lines, server, library, job, next(numbers), settings), complain
            )
            library.jobs.drop(job)
    elif learned:
        with open_library(settings) as library:
            reviews = _all_reviews(library)
        told: set[str] = set()  # of several talks in one table the same

        def by_learned(lines: Sequence[Line]) -> Readings:
            said, readings = _adjusted(classify(lines), reviews)
            told.add(said)
            return readings

        found = tagged(table, by_learned, complain)
        for said in told:
            complain(said)
    else:
        found = tagged(table, classify, complain)
    if settings.json:
        import msgspec

        click.echo(msgspec.json.encode([dict(zip(found.columns, row, strict=True)) for row in found.rows]))
    else:
        text = found.written()
        click.echo(printable(text) if sys.stdout.isatty() else text, nl=False)


def _tag_session(settings: Settings, id: str, learned: bool, model: tuple[str, str | None] | None) -> None:
    from msgspec.structs import replace

    from analysis.pipeline import measure
    from analysis.reading import classified
    from analysis.tagging import lines_of
    from analysis.tagging.llm import connect
    from recorder.errors import LibraryError

    with open_library(settings) as library:
        session = library.load(id)
        if session.language != "en":
            raise LibraryError(f"session {session.id} is in {session.language!r}; the tags know English only")
        job, readings = None, None
        if model is not None:
            server = connect(*model)
            job = _job(library, session.audio.sha256 if session.audio else None, session.id, server)
            lines = lines_of(session.utterances, session.words)
            readings = _by_model(lines, server, library, job, 0, settings, session.readings)
        else:
            readings = classified(session).readings
            if learned and readings is not None:
                said, readings = _adjusted(readings, _all_reviews(library))
                complain(said)
        # What was said of it, or renamed, while it was read, stays; if it was deleted, that is said.
        session = replace(library.load(session.id), readings=readings)
        session = measure(session, library.before(session))
        library.save(session, job)
    deliver(session, settings, None)


def _job(library: Library, sound: str | None, name: str, server: Server) -> int:
    """The number of the job in which is stored what the model has read so far."""
    from analysis.jobs import soundless

    return library.jobs.begin((sound or soundless(name)) + soundless(f"llm:{server.model}"))


def _by_model(
    lines: Sequence[Line],
    server: Server,
    library: Library,
    job: int,
    number: int,
    settings: Settings,
    known: Readings | None = None,
) -> Readings:
    """What a language model makes of a talk; each window is stored as it comes, and a second run goes on."""
    import msgspec

    from analysis.reading import read_by_model
    from analysis.session import Readings

    stored = library.jobs.windows(job, "readings").get(number)
    known = msgspec.json.decode(stored, type=Readings) if stored else known

    def store(readings: Readings) -> None:
        library.jobs.store(job, "readings", number, msgspec.json.encode(readings))

    with _bar(settings) as advance:
        done = read_by_model(lines, server, known, advance, store)
    _tell_of(done.fallen_back, done.dropped)
    return done.readings


def _tell_of(fallen_back: int, dropped: int) -> None:
    if fallen_back:
        complain(
            f"the model gave no usable answer about {fallen_back} lines, or they were too long for it; "
            "the built-in reader read these"
        )
    if dropped:
        complain(f"{dropped} tags of the model were left out: no such words in the line, or harsh and not confirmed")


@contextmanager
def _bar(settings: Settings) -> Iterator[Callable[[int, int], None]]:
    from cli.progress import progress

    with progress(settings.quiet) as advance:
        yield lambda done, total: advance("reading", done, total, done)


def _adjusted(readings: Readings, reviews: Sequence[Review]) -> tuple[str, Readings]:
    """What was learned, in words, and the readings with the thresholds that were."""
    from analysis.reading import adjusted
    from analysis.tagging.reviewing import FEWEST

    learned = adjusted(readings, reviews)
    moved = [
        f"{label} {readings.thresholds[label]:.2f} → {threshold:.2f}"
        for label, threshold in learned.thresholds.items()
        if threshold != readings.thresholds[label]
    ]
    none = f"nothing is learned yet: it takes {FEWEST} verdicts on a tag that ask for another threshold"
    return f"thresholds moved by what you said: {', '.join(moved)}" if moved else none, learned


def _all_reviews(library: Library) -> Sequence[Review]:
    return [review for row in library.sessions() for review in library.load(row.id).reviews]


@click.command()
@click.argument("id")
@click.argument("line", required=False)
@click.argument("label", required=False)
@click.option("--keep", is_flag=True, help="The tag is right.")
@click.option("--remove", is_flag=True, help="The tag is wrong.")
@click.option("--add", is_flag=True, help="The tag is missing.")
@click.option("--undo", is_flag=True, help="Take back what was said of the tag.")
@click.pass_obj
def review(
    settings: Settings, id: str, line: str | None, label: str | None, keep: bool, remove: bool, add: bool, undo: bool
) -> None:
    """Keep, remove or add a tag of session ID; without LINE, list the lines with their tags.

    What you say is yours: it stays through every new analysis, and all figures follow at once.

    \b
    Examples:
      lens review 5e9a
      lens review 5e9a u0012 contempt --remove
      lens review 5e9a u0012 complaint --add
      lens review 5e9a u0012 contempt --undo
    """
    said: dict[Verdict | None, bool] = {"kept": keep, "removed": remove, "added": add, None: undo}
    chosen = [verdict for verdict, on in said.items() if on]
    if line is None:
        if chosen:
            raise click.UsageError(f"name the line and the tag, too: `lens review {id} LINE LABEL`")
        _list(settings, id)
        return
    if label is None or len(chosen) != 1:
        raise click.UsageError("name the line, the tag, and one of --keep, --remove, --add, --undo")
    _say(settings, id, line, label, chosen[0])


def _list(settings: Settings, id: str) -> None:
    from analysis.report.wording import clock, named, quote

    with open_library(settings) as library:
        session = library.load(id)
    if settings.json:
        import msgspec

        rows = [
            {"id": u.id, "start": u.start, "speaker": session.name(u.speaker), "text": u.text, "tags": u.tags}
            for u in session.utterances
        ]
        click.echo(msgspec.json.encode(rows))
        return
    for utterance in session.utterances:
        tags = ", ".join(named(tag) for tag in utterance.tags)
        who = session.name(utterance.speaker)
        tell(f"{utterance.id}  {clock(utterance.start):>7}  {who}  {quote(session, utterance)}  {tags}".rstrip())


def _say(settings: Settings, id: str, line: str, label: str, said: Verdict | None) -> None:
    from analysis.pipeline import measure
    from analysis.report.wording import named
    from analysis.tagging import reviewed
    from recorder.errors import LibraryError

    with open_library(settings) as library:
        session = library.load(id)
        try:
            session = reviewed(session, line, label, said)
        except ValueError as problem:
            raise LibraryError(f"{problem}; see `lens review {id}`") from None
        session = measure(session, library.before(session))
        library.save(session)
    (utterance,) = (u for u in session.utterances if u.id == line)
    if settings.json:
        import msgspec

        click.echo(msgspec.json.encode({"id": line, "tags": utterance.tags}))
        return
    tags = ", ".join(named(tag) for tag in utterance.tags)
    tell(f"{line}: {tags or 'no tag'}")
