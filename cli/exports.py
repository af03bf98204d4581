"""`lens export`: a session as a file, and its sound beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import Settings, open_library
from recorder.errors import LensError

if TYPE_CHECKING:
    from analysis.library import Library
    from analysis.session import Session

__all__ = ["export_"]


@click.command(name="export")
@click.argument("id")
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="FILE.html, .md, .json, .srt, .vtt, .TextGrid, .rttm or .csv",
)
@click.option("--sound", is_flag=True, help="Of a .html: write the sound beside it, to be played in the page.")
@click.pass_obj
def export_(settings: Settings, id: str, target: Path, sound: bool) -> None:
    """Write the session ID to a file; whoever can read that file can read the talk.

    \b
    Examples:
      lens export 5e9a --to talk.html --sound
      lens export 5e9a --to talk.srt
    """
    from analysis.report import export
    from analysis.report.html import SOUND_SUFFIX

    if sound and target.suffix.lower() != ".html":
        raise click.UsageError("--sound is for a page: let --to end in .html")
    beside = target.with_suffix(SOUND_SUFFIX)
    with open_library(settings) as library:
        session = library.load(id)
        samples = _flac(settings, library, session) if sound else None
    if samples is not None and beside.exists() and beside.read_bytes() != samples:
        raise LensError(f"{beside} is there already, and is not this sound: choose another name for the page")
    export(session, target, beside.name if sound else None)
    if samples is not None:
        beside.write_bytes(samples)
    click.echo(f"wrote {target}" + (f" and {beside}" if sound else ""), err=True)


def _flac(settings: Settings, library: Library, session: Session) -> bytes:
    """The sound of a session as a file."""
    from analysis.audio import playback
    from analysis.recordings import sound_of
    from recorder.errors import SoundError

    found = sound_of(session, settings.folder, settings.key, library.revisions.source(session.id))
    if isinstance(found, str):
        raise SoundError(found)
    played = playback(session, found)
    made = played.flac()
    if played.trouble is not None:
        raise SoundError(played.trouble)
    return made
