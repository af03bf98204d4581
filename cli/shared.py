"""What the commands share: the settings, the way into the library, asking, telling, delivering a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analysis.audio import Source
    from analysis.library import Library
    from analysis.pipeline import Options
    from analysis.session import Session

__all__ = [
    "Settings",
    "ask",
    "complain",
    "deliver",
    "listen",
    "open_library",
    "parse_names",
    "printable",
    "tell",
]


@dataclass(frozen=True)
class Settings:
    """What the options before the command's name say."""

    library: Path | None
    json: bool
    quiet: bool

    @property
    def folder(self) -> Path:
        """The library folder."""
        from analysis.library import default_folder

        return self.library or default_folder()

    @cached_property
    def key(self) -> bytes:
        """The key of the library; a new one is made on first use. Had once, so that a passphrase is asked for once."""
        from recorder.keys import open_or_create

        opened = open_or_create(self.folder, os.environ.get("LENS_PASSPHRASE"), ask())
        if opened.warning and opened.created:
            complain(opened.warning)
        return opened.key


@contextmanager
def open_library(settings: Settings) -> Iterator[Library]:
    """The unlocked library; a new one is made on first use."""
    from analysis.library import Library

    with Library.open(settings.folder, settings.key) as library:
        yield library


def listen(settings: Settings, source: Source, options: Options) -> Session:
    """A recording or a sound file, analyzed and stored, with its progress shown."""
    from analysis.audio import probe
    from analysis.pipeline import analyze
    from cli.progress import progress

    audio = probe(source)
    with open_library(settings) as library, progress(settings.quiet) as advance:
        return analyze(source, audio, library, options, advance)


def ask() -> Callable[[str], str] | None:
    """How to ask for a passphrase; None when nobody is at a terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda text: click.prompt(text, hide_input=True, default="", show_default=False, prompt_suffix="", err=True)


def parse_names(names: str | None) -> tuple[str, ...]:
    """The names in "Maya,Jonas"; none for None."""
    if names is None:
        return ()
    people = tuple(name.strip().encode(errors="replace").decode() for name in names.split(","))
    if not all(people) or len(set(people)) < len(people):
        raise click.UsageError(f'--names {names!r} must be different names by comma, such as "Maya,Jonas"')
    return people


def complain(text: str) -> None:
    """One line on standard error."""
    click.echo(printable(f"lens: {text}").replace("\n", " "), err=True)


def tell(text: str) -> None:
    """One line of the answer."""
    click.echo(printable(text).replace("\n", " "))


def printable(text: str) -> str:
    """Names and words come from files: an escape sequence in them must not steer the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def deliver(session: Session, settings: Settings, target: Path | None) -> None:
    """Print the session, and write it where it is wanted."""
    from analysis.report import export, shareable, summary
    from analysis.session import encode

    if target is not None:
        export(session, target)
    click.echo(encode(shareable(session)) if settings.json else printable(summary(session)))
    if target is not None:
        click.echo(f"wrote {target}", err=True)
