"""What the speech benchmarks are measured on: the sets and their truth.

- *phone sample*: pyannote.audio's installed 30 s of a real phone call; its RTTM has the turns, its STM the words of
  each turn with their times.
- *example*: our example conversation (synthetic voices with real overlap); its truth knows the time of each word.
- where present, ../shared/data: *spoken dialogues* (25 two-person dialogues, words without times) and *meeting
  clips* (5 clips, turns without words).
"""

from __future__ import annotations

import csv
import importlib.util
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.metrics import Said, words_in

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
EXAMPLE = ROOT / "examples" / "kitchen-table.flac"
JOIN = 0.25
"""Seconds: words of one person that are less apart are one stretch of speech (the shortest pause of the program)."""


@dataclass(frozen=True)
class Item:
    """A recording and its truth.

    `said` has one entry for each turn, with times where they are known; `turns` is an RTTM file, or stretches of
    speech, or None where nothing is known about them.
    """

    set: str
    sound: Path
    speakers: int | None
    said: tuple[Said, ...]
    turns: Path | tuple[Said, ...] | None = None

    @cached_property
    def words(self) -> list[tuple[str | None, str]]:
        """(speaker, plain word) of the whole reference."""
        return words_in(self.said)


def items() -> Iterator[Item]:
    """Everything that can be measured here."""
    yield phone_sample()
    yield example()
    table = SHARED / "spoken-dialogues" / "dialogues.tsv"
    if table.is_file():
        with table.open() as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        for name, group in itertools.groupby(rows, key=lambda row: row["audio"]):
            said = tuple(Said(row["speaker"], row["text"]) for row in group)
            yield Item("spoken dialogues", table.parent / name, 2, said)
    for clip in sorted((SHARED / "diarization").glob("*.wav")):
        yield Item("meeting clips", clip, None, (), clip.parent / "reference.rttm")


def phone_sample() -> Item:
    """The 30 s of a phone call that come with pyannote.audio."""
    spec = importlib.util.find_spec("pyannote.audio")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "sample"
    lines = [line.split(maxsplit=5) for line in (folder / "sample.stm").read_text().splitlines()]
    said = tuple(Said(line[2], line[5], float(line[3]), float(line[4])) for line in lines)
    return Item("phone sample", folder / "sample.wav", 2, said, folder / "sample.rttm")


def example() -> Item:
    """Our example conversation."""
    truth = json.loads(EXAMPLE.with_suffix(".truth.json").read_text())
    said = tuple(Said(turn["speaker"], turn["text"], turn["start"], turn["end"]) for turn in truth["turns"])
    words = [Said(word["speaker"], word["text"], word["start"], word["end"]) for word in truth["words"]]
    return Item("example", EXAMPLE, 2, said, stretches(words))


def stretches(words: Sequence[Said]) -> tuple[Said, ...]:
    """Who speaks when: the words of one person without the pauses between them.

    >>> len(stretches([Said("Ann", "so", 0.0, 0.2), Said("Ann", "no", 0.3, 0.5), Said("Ann", "hm", 2.0, 2.1)]))
    2
    """
    found: list[Said] = []
    latest: dict[str | None, int] = {}
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        at = latest.get(word.speaker)
        if at is not None and word.start - found[at].end < JOIN:
            before = found[at]
            found[at] = Said(word.speaker, f"{before.text} {word.text}", before.start, max(before.end, word.end))
        else:
            latest[word.speaker] = len(found)
            found.append(word)
    return tuple(found)
