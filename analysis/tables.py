"""A table in a file: rows by line, columns by tab, the first row their names.

Nothing is quoted or escaped: a quotation mark is a quotation mark. Empty rows are skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recorder.errors import SessionFileError

__all__ = ["Table", "read_table"]


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


def read_table(path: Path, needed: Sequence[str]) -> Table:
    """The table in the file at `path`, which must have the `needed` columns.

    Raises
    ------
    SessionFileError
        If it cannot be read, is no table, or lacks a column or a cell.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if "\0" in text:
            raise ValueError
    except FileNotFoundError:
        raise SessionFileError(f"there is no file {path}: check the name") from None
    except ValueError:
        raise SessionFileError(
            f"{path.name} is not UTF-8 text: save it as UTF-8, with tabs between the columns"
        ) from None
    except OSError as error:
        raise SessionFileError(f"{path} cannot be read: {error.strerror}") from error
    ends = text.replace("\r\n", "\n").replace("\r", "\n")
    numbered = [(n, row) for n, row in enumerate(ends.split("\n"), 1) if row.strip()]
    if not numbered:
        raise SessionFileError(
            f"{path.name} is empty: its first row must name the columns, {' and '.join(needed)} among them"
        )
    columns = tuple(cell.strip().lower() for cell in numbered[0][1].split("\t"))
    for name in needed:
        if name not in columns:
            has = ", ".join(columns)[:80]
            raise SessionFileError(
                f"{path.name} has no column {name!r} (its first row has: {has}): "
                f"name {' and '.join(needed)} there, with a tab between"
            )
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise SessionFileError(f"{path.name} has two columns {twice[0]!r}: take one out")
    if len(numbered) == 1:
        raise SessionFileError(f"{path.name} has only its first row: below it stands a row for each line of the talk")
    rows = []
    for n, row in numbered[1:]:
        cells = tuple(row.split("\t"))
        if len(cells) != len(columns):
            raise SessionFileError(
                f"{path.name}: row {n} has {len(cells)} cells, the first row names {len(columns)} columns: "
                "look for a tab too many or too few"
            )
        rows.append(cells)
    return Table(path.name, columns, tuple(rows))
