"""Writing a session to a file; the suffix says in which format.

An export leaves the encrypted library: it is the user's own act, and whoever can read the file can read the
talk. It is written whole or not at all, and without private notes. `docs/formats.md` tells what each format holds.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from analysis.report.captions import srt, vtt
from analysis.report.html import html
from analysis.report.markdown import markdown
from analysis.report.rttm import rttm
from analysis.report.sharing import shareable
from analysis.report.table import csv
from analysis.report.textgrid import textgrid
from analysis.session import Session, encode
from recorder.errors import LensError

__all__ = ["SUFFIXES", "check_target", "export", "rendered"]


def _json(session: Session) -> str:
    return msgspec.json.format(encode(session), indent=1).decode()


_WRITERS: dict[str, Callable[[Session], str]] = {
    ".json": _json,
    ".html": html,
    ".md": markdown,
    ".srt": srt,
    ".vtt": vtt,
    ".TextGrid": textgrid,
    ".rttm": rttm,
    ".csv": csv,
}
_BY_SUFFIX = {suffix.lower(): write for suffix, write in _WRITERS.items()}
SUFFIXES = tuple(_WRITERS)
"""As they are usually written; a file may have them in any case."""
LONGEST_NAME = 200


def check_target(path: Path) -> None:
    """Say now, not after an hour of analysis, that `path` cannot be written.

    Raises
    ------
    LensError
        If the suffix names no format, or the folder does not exist.
    """
    if path.suffix.lower() not in _BY_SUFFIX:
        raise LensError(f"cannot export to {path.name!r}: the name must end in {', '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise LensError(f"cannot export to {path}: there is no folder {path.parent}")
    if len(path.name) > LONGEST_NAME:
        raise LensError(f"cannot export to {path.name[:40]}…: the name is longer than {LONGEST_NAME} letters")
    if path.is_dir():
        raise LensError(f"cannot export to {path}: it is a folder")
    if not os.access(path.parent, os.W_OK):
        raise LensError(f"cannot export to {path}: the folder {path.parent} may not be written")


def rendered(session: Session, suffix: str, sound: str | None = None) -> str:
    """What may be shared of `session` in one of the formats `SUFFIXES`; `sound` names the sound file beside a page."""
    write = _BY_SUFFIX[suffix.lower()]
    return html(shareable(session), sound) if write is html else write(shareable(session))


def export(session: Session, path: Path, sound: str | None = None) -> None:
    """Write what may be shared of `session` to `path`, in the format of its suffix.

    `sound` is the name of the sound file that lies beside it, if one does; a page plays it.

    Raises
    ------
    LensError
        As `check_target`, or if the disk does not take it.
    """
    check_target(path)
    text = rendered(session, path.suffix, sound)
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise LensError(f"cannot write {path}: {error.strerror or error}") from error
