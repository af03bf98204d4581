"""The tagged dialogues that the classifier learns from and is measured on: our own, in `data/`.

A TSV file has the columns dialogue, speaker, text and tags (by comma; empty for none), a row for each line, in order.
Dialogues go to one of three parts by a hash of their name, so that a new dialogue moves no other: a fifth is held out
to measure on and never learned from, a tenth sets thresholds (`tuning`), the rest is learned from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analysis.tagging.lines import Line

__all__ = ["DATA", "Dialogue", "Part", "read_dialogues"]

DATA = Path(__file__).parent / "data"
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


def read_dialogues(paths: Iterable[Path] | None = None) -> list[Dialogue]:
    """The dialogues of TSV files; by default those of `DATA`."""
    found: dict[str, list[Sequence[str]]] = {}
    for path in sorted(DATA.glob("*.tsv")) if paths is None else paths:
        _, *rows = path.read_text(encoding="utf-8").splitlines()
        for row in rows:
            name, *rest = row.split("\t")
            found.setdefault(name, []).append(rest)
    return [
        Dialogue(
            name,
            tuple(Line(speaker, text) for speaker, text, _ in rows),
            tuple(frozenset(tags.split(",")) - {""} for _, _, tags in rows),
        )
        for name, rows in found.items()
    ]
