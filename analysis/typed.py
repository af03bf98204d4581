"""A talk that was typed or pasted, as a table, and what the words of each line do.

*speaker* and *text* must be among its columns. A column *dialogue* keeps several talks apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from analysis import tagging
from analysis.session import Readings, Utterance
from analysis.tables import Table
from analysis.tagging.language import foreign
from analysis.tagging.lines import Line

__all__ = ["NEEDED", "spoken", "tagged"]

NEEDED = ("speaker", "text")
ADDED = ("tags", "confidence", "because", "words", "met")
"""`because` names the rule or the reader of each tag; `met` says how a question was answered, or an offer taken."""


def tagged(table: Table, read: Callable[[Sequence[Line]], Readings], say: Callable[[str], None]) -> Table:
    """The table with the columns `ADDED`; columns of these names that it had are left out.

    Parameters
    ----------
    table
        Of `read_table`.
    read
        Reads the lines of one talk.
    say
        Is told of each talk that gets no tags, and why, and which columns of the file are replaced.
    """
    if replaced := [column for column in table.columns if column in ADDED]:
        say(f"the columns {', '.join(replaced)} of {table.name} are replaced")
    kept = [k for k, column in enumerate(table.columns) if column not in ADDED]
    added = [cells for talk in _talks(table) for cells in _tagged(talk, table, read, say)]
    rows = (tuple(row[k] for k in kept) + cells for row, cells in zip(table.rows, added, strict=True))
    return Table(table.name, tuple(table.columns[k] for k in kept) + ADDED, tuple(rows))


def spoken(lines: Sequence[Line]) -> list[Utterance]:
    """The lines as utterances; each lasts for a second, since nobody knows."""
    return [
        Utterance(id=f"u{n}", speaker=line.speaker, start=float(n), end=n + 1.0, text=line.text, words=(0, 0))
        for n, line in enumerate(lines)
    ]


def _talks(table: Table) -> Iterator[tuple[str, list[Line]]]:
    """Each talk with its lines."""
    cells = zip(table.column("dialogue"), table.column("speaker"), table.column("text"), strict=True)
    for name, rows in groupby(cells, key=lambda row: row[0]):
        yield name, [Line(speaker.strip() or None, " ".join(text.split())) for _, speaker, text in rows]


def _tagged(
    talk: tuple[str, list[Line]],
    table: Table,
    read: Callable[[Sequence[Line]], Readings],
    say: Callable[[str], None],
) -> Iterator[tuple[str, ...]]:
    name, lines = talk
    if not any(line.text for line in lines):
        say(f"{name or table.name} has no words under 'text'")
    language = foreign(" ".join(line.text for line in lines))
    if language is not None:
        say(f"no tags in {name or table.name}: the tags know English only, and this reads like {language!r}")
        yield from (("-", *("",) * (len(ADDED) - 1)) for _ in lines)
        return
    readings = read(lines)
    if others := sum(reading.language is not None for reading in readings.of.values()):
        say(f"{others} of the lines in {name or table.name} are not in English and get no tags")
    found = tagging.tag_utterances(spoken(lines), (), readings)
    met: dict[str, str] = {answer.question: answer.kind for answer in tagging.answers(found)}
    met |= {uptake.offer: uptake.kind for uptake in tagging.uptakes(found)}
    for utterance in found:
        tags = utterance.tags
        yield (
            ",".join(tag.label for tag in tags) or "-",
            ",".join(f"{tag.confidence:.2f}" for tag in tags),
            ",".join(tag.because for tag in tags),
            " | ".join(tag.evidence.words for tag in tags),
            met.get(utterance.id, ""),
        )
