"""A talk that was typed or pasted: a table by tabs, with its own columns, and what the words of each line do.

The first row names the columns; *speaker* and *text* must be among them. A column *dialogue* keeps several talks apart.
Nothing is quoted or escaped: a quotation mark is a quotation mark. Empty rows are skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from analysis import tagging
from analysis.session import Readings, Utterance
from analysis.tagging.language import foreign
from analysis.tagging.lines import Line
from recorder.errors import SessionFileError

__all__ = ["Table", "read_table", "tagged"]

NEEDED = ("speaker", "text")
ADDED = ("tags", "confidence", "words", "met")
"""`met` says how a question was answered, or an offer taken (`analysis.tagging.followups`)."""


@dataclass(frozen=True)
class Table:
    """The rows of a file by its columns."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of one column; empty ones where there is no such column."""
        if name not in self.columns:
            return ("",) * len(self.rows)
        k = self.columns.index(name)
        return tuple(row[k] for row in self.rows)

    def written(self) -> str:
        """The table as it would stand in a file."""
        return "".join("\t".join(row) + "\n" for row in (self.columns, *self.rows))


def read_table(path: Path) -> Table:
    """The table in the file at `path`.

    Raises
    ------
    SessionFileError
        If it cannot be read, is no table, or lacks a column or a cell.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SessionFileError(f"there is no file {path}: check the name") from None
    except UnicodeDecodeError:
        raise SessionFileError(
            f"{path.name} is not UTF-8 text: save it as UTF-8, with tabs between the columns"
        ) from None
    except OSError as error:
        raise SessionFileError(f"{path} cannot be read: {error.strerror}") from error
    numbered = [(n, row.rstrip("\r")) for n, row in enumerate(text.split("\n"), 1) if row.strip()]
    if not numbered:
        raise SessionFileError(
            f"{path.name} is empty: its first row must name the columns, speaker and text among them"
        )
    columns = tuple(cell.strip().lower() for cell in numbered[0][1].split("\t"))
    for needed in NEEDED:
        if needed not in columns:
            has = ", ".join(columns)[:80]
            raise SessionFileError(f"{path.name} has no column {needed!r} (its first row has: {has}), by tabs")
    rows = []
    for n, row in numbered[1:]:
        cells = tuple(row.split("\t"))
        if len(cells) != len(columns):
            raise SessionFileError(
                f"{path.name}: row {n} has {len(cells)} cells, the first row names {len(columns)} columns"
            )
        rows.append(cells)
    return Table(path.name, columns, tuple(rows))


def tagged(table: Table, read: Callable[[Sequence[Line]], Readings], say: Callable[[str], None]) -> Table:
    """The table with the columns `ADDED`; columns of these names that it had are left out.

    Parameters
    ----------
    table
        Of `read_table`.
    read
        Reads the lines of one talk.
    say
        Is told of each talk that gets no tags, and why.
    """
    kept = [k for k, column in enumerate(table.columns) if column not in ADDED]
    added = [cells for talk in _talks(table) for cells in _tagged(talk, table, read, say)]
    rows = (tuple(row[k] for k in kept) + cells for row, cells in zip(table.rows, added, strict=True))
    return Table(table.name, tuple(table.columns[k] for k in kept) + ADDED, tuple(rows))


def _talks(table: Table) -> Iterator[tuple[str, list[Utterance]]]:
    """Each talk with its lines; a line lasts for a second, since nobody knows."""
    cells = zip(table.column("dialogue"), table.column("speaker"), table.column("text"), strict=True)
    for name, rows in groupby(cells, key=lambda row: row[0]):
        talk = [(speaker.strip() or None, " ".join(text.split())) for _, speaker, text in rows]
        yield (
            name,
            [
                Utterance(id=f"u{n}", speaker=speaker, start=float(n), end=n + 1.0, text=text, words=(0, 0))
                for n, (speaker, text) in enumerate(talk)
            ],
        )


def _tagged(
    talk: tuple[str, list[Utterance]],
    table: Table,
    read: Callable[[Sequence[Line]], Readings],
    say: Callable[[str], None],
) -> Iterator[tuple[str, ...]]:
    name, utterances = talk
    language = foreign(" ".join(utterance.text for utterance in utterances))
    if language is not None:
        say(f"no tags in {name or table.name}: the tags know English only, and this reads like {language!r}")
        yield from (("",) * len(ADDED) for _ in utterances)
        return
    found = tagging.tag_utterances(utterances, (), read(tagging.lines_of(utterances, ())))
    met: dict[str, str] = {answer.question: answer.kind for answer in tagging.answers(found)}
    met |= {uptake.offer: uptake.kind for uptake in tagging.uptakes(found)}
    for utterance in found:
        tags = utterance.tags
        yield (
            ",".join(tag.label for tag in tags),
            ",".join(f"{tag.confidence:.2f}" for tag in tags),
            " | ".join(tag.evidence.words for tag in tags),
            met.get(utterance.id, ""),
        )
