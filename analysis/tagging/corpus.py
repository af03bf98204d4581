"""The tagged dialogues that the classifier learns from and is measured on: our own, in `data/`.

A file has the columns dialogue, speaker, text and tags (by comma; empty for none), a row for each line, in order; ours
have the tags of the first and the second reading, too.
Dialogues go to one of three parts by a hash of their name, so that a new dialogue moves no other: a fifth is held out
to measure on and never learned from, a tenth sets thresholds (`tuning`), the rest is learned from.

The first dialogues were written by someone who had the codebook before them, and tagged by the same hand. Whoever
writes so shows what tags are, and people don't talk so. From `FIRST_FREE` on they were written by someone who knew of
no tags (*free*), and tagged by two others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

from analysis.tables import read_table
from analysis.tagging.lines import Line

__all__ = ["DATA", "FIRST_FREE", "Dialogue", "Part", "read_dialogues"]

DATA = Path(__file__).parent / "data"
FIRST_FREE = "w19"
COLUMNS = ("dialogue", "speaker", "text", "tags")
Part = Literal["learning", "tuning", "held out"]


@dataclass(frozen=True)
class Dialogue:
    """A conversation and the tags of each of its lines."""

    name: str
    lines: tuple[Line, ...]
    tags: tuple[frozenset[str], ...]

    @property
    def part(self) -> Part:
        """What it is used for."""
        tenth = int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % 10
        return "held out" if tenth < 2 else "tuning" if tenth == 2 else "learning"

    @property
    def free(self) -> bool:
        """Whether it was written without the codebook (ours only)."""
        return self.name >= FIRST_FREE


def read_dialogues(paths: Iterable[Path] | None = None) -> list[Dialogue]:
    """The dialogues of TSV files; by default those of `DATA`. A file may say "-" for no tag."""
    return [dialogue for path in paths or sorted(DATA.glob("*.tsv")) for dialogue in _of(path)]


def _of(path: Path) -> Iterator[Dialogue]:
    table = read_table(path, COLUMNS)
    cells = zip(*(table.column(name) for name in COLUMNS), strict=True)
    for name, grouped in groupby(cells, key=lambda row: row[0]):
        rows = list(grouped)
        lines = tuple(Line(speaker, text) for _, speaker, text, _ in rows)
        yield Dialogue(name, lines, tuple(frozenset(tags.split(",")) - {"", "-"} for *_, tags in rows))
