"""`lens speakers`: the people whose voices the library knows; renaming, merging and forgetting them.

Nothing here loads a model: names and voiceprints lie in the library, and a session's measures do not depend on names.
"""

from __future__ import annotations

import click

from cli.shared import Settings, open_library, printable, tell

__all__ = ["speakers"]

WHAT_IS_KEPT = (
    "Of each voice 192 numbers per session are kept, in this library, encrypted; not the sound. "
    "Recognizing somebody by them needs no network."
)


@click.group(invoke_without_command=True)
@click.pass_context
def speakers(context: click.Context) -> None:
    """The people whose voices are known: list, rename, merge, forget.

    \b
    Examples:
      lens speakers
      lens speakers rename Jonas Jo
      lens speakers merge Jonny Jonas
      lens speakers forget Maya
    """
    if context.invoked_subcommand is None:
        _list(context.obj)


def _list(settings: Settings) -> None:
    with open_library(settings) as library:
        people, unnamed = library.people.all(), library.people.unnamed()
    if settings.json:
        import msgspec

        click.echo(msgspec.json.encode(people))
        return
    if not people:
        tell('nobody has a name yet: give them by `lens analyze FILE --names "Maya,Jonas"` or `lens rename`')
    width = max((len(person.name) for person in people), default=0)
    for person in people:
        sessions = "1 session" if person.sessions == 1 else f"{person.sessions} sessions"
        voice = f"{person.seconds / 60:.1f} min of voice" if person.seconds else "voice not known"
        tell(f"{person.name:{width}}  {sessions:>12}  {voice:>18}  since {person.since[:10]}")
    if unnamed:
        voices = "1 voice has" if unnamed == 1 else f"{unnamed} voices have"
        tell(f"{voices} no name from you: `lens rename ID --names …` gives it, without any model")
    tell(WHAT_IS_KEPT)


@speakers.command()
@click.argument("old")
@click.argument("new")
@click.pass_obj
def rename(settings: Settings, old: str, new: str) -> None:
    """Give the person OLD the name NEW, in all sessions; what they agreed to under the old name stays as it was."""
    old, new = _name(old), _name(new)
    with open_library(settings) as library:
        count = library.people.rename(old, new)
    tell(f"{old} is now {new}, in {_sessions(count)}")


@speakers.command()
@click.argument("old", metavar="FROM")
@click.argument("into", metavar="INTO")
@click.pass_obj
def merge(settings: Settings, old: str, into: str) -> None:
    """Say that FROM and INTO are one person, who is called INTO from now on. Cannot be undone."""
    old, into = _name(old), _name(into)
    with open_library(settings) as library:
        count = library.people.merge(old, into)
    tell(f"{old} is now {into}, in {_sessions(count)}")


@speakers.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(settings: Settings, name: str, yes: bool) -> None:
    """Forget what NAME sounds like; the sessions and the names in them stay."""
    name = _name(name)
    with open_library(settings) as library:
        library.people.require(name)
        if not yes:
            question = printable(f"Forget the voice of {name}? The next session will not know it")
            click.confirm(question, abort=True, err=True)
        count = library.people.forget(name)
    tell(f"forgot the voice of {name}, from {_sessions(count)}" if count else f"nothing was known of {name}'s voice")


def _name(text: str) -> str:
    """A name as it is stored: what no text can hold is replaced, and a comma would make two of it."""
    from cli.shared import parse_names

    names = parse_names(text)
    if len(names) != 1:
        raise click.UsageError(f"{text!r} is not one name: a name has no comma")
    return names[0]


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count} sessions"
