"""The trained reader: how likely each label is on each line, and which words speak for it.

It was trained on dialogues of our own (`analysis.tagging.training`) and runs in ONNX Runtime, on the processor alone.
It sees a line and those before it (three at each of its layers, so the nearest count most), and which are by one
speaker. It knows English: a line in another language gets no likelihoods, and so no tags.

It abstains: what is below a label's threshold is no tag, and thresholds of harsh labels are set for precision.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.session import Reading, Readings
from analysis.tagging.codebook import LABELS
from analysis.tagging.language import foreign
from analysis.tagging.lines import CLASSIFIER, Line, key
from analysis.tagging.windows import Piece, batch, pieces, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Classifier"]

LEAST = 0.03
"""Likelihoods below this are not worth a place in the session: no threshold, and no share of one, is that low."""
TOGETHER = 8
"""Windows that are computed at once."""
LONG = 12
"""Words of a clause that is still pointed at as a whole."""
ABOUT = 0.75
"""Share of the way from the line's mean to its best clause from which on a clause beside it speaks about as much."""


class Classifier:
    """The trained reader, loaded.

    Parameters
    ----------
    folder
        Of the weights called "tagger" (`analysis.weights.prepare`).
    threads
        How many cores it may use; None: all.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        self._network = onnxruntime.InferenceSession(
            folder / "tagger.onnx", options, providers=["CPUExecutionProvider"]
        )
        described = json.loads((folder / "tagger.json").read_text())
        learned = described["labels"]
        self.sha256: str = described["sha256"]
        self._slope, self._offset = (
            np.array([learned[label][name] for label in LABELS]) for name in ("slope", "offset")
        )
        self.thresholds: dict[str, float] = {label: learned[label]["threshold"] for label in LABELS}

    def read(self, lines: Sequence[Line], only: Collection[int] | None = None) -> Readings:
        """What the words of each line of a whole talk do; or only of the lines with these numbers, just the same."""
        of: dict[str, Reading] = {}
        for k, group in groupby(self._scored(lines, only), key=lambda pair: pair[0].line):
            text, language = lines[k].text, foreign(lines[k].text)
            reading = Reading(language=language) if language else self._reading(text, list(group))
            of.setdefault(key(lines, k), reading)
        return Readings(by=CLASSIFIER, sha256=self.sha256, thresholds=self.thresholds, of=of)

    def _scored(
        self, lines: Sequence[Line], only: Collection[int] | None
    ) -> Iterator[tuple[Piece, NDArray[np.float32]]]:
        """The pieces of the lines, in order, with the scores of their tokens: (tokens, labels)."""
        several = list(windows(pieces(lines, self._tokenizer)))
        if only is not None:
            # A line's place in its window matters a little: the same windows as if all lines were read.
            several = [
                window for window in several if any(piece.line in only for piece in window.pieces[window.known :])
            ]
        for begin in range(0, len(several), TOGETHER):
            some = several[begin : begin + TOGETHER]
            ids, numbers = batch(some, self._tokenizer)
            scores = self._network.run(["scores"], {"ids": ids, "numbers": numbers})[0]
            for window, row, of in zip(some, scores, numbers, strict=True):
                for n, piece in enumerate(window.pieces[window.known :], window.known):
                    if only is None or piece.line in only:
                        yield piece, row[of == n]

    def _reading(self, text: str, scored: Sequence[tuple[Piece, NDArray[np.float32]]]) -> Reading:
        """Of one line: its pieces speak each for itself, and the one that speaks most for a label counts."""
        likely = np.array([self._likely(tokens.mean(axis=0)) for _, tokens in scored])
        best = likely.argmax(axis=0)
        labels: dict[str, float] = {}
        words: dict[str, tuple[int, int]] = {}
        for n, label in enumerate(LABELS):
            share = float(likely[best[n], n])
            if share >= LEAST:
                labels[label] = round(share, 3)
            if share >= self.thresholds[label]:
                piece, tokens = scored[best[n]]
                words[label] = _speaking(text, piece, tokens[:, n])
        return Reading(labels=labels, words=words)

    def _likely(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        likely: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(self._slope * scores + self._offset)))
        return likely


def _speaking(text: str, piece: Piece, scores: NDArray[np.float32]) -> tuple[int, int]:
    """The clause that speaks most, and those beside it that speak about as much, as a slice of the line's words."""
    of = np.array(piece.words)
    clauses = _clauses(text.split(), int(of[of >= 0].min()), int(of.max()) + 1)
    # A word of signs that the encoder does not know may have no token.
    inside = [scores[(of >= begin) & (of < end)] for begin, end in clauses]
    means = np.array([of_clause.mean() if len(of_clause) else -np.inf for of_clause in inside])
    first = last = int(means.argmax())
    enough = scores.mean() + ABOUT * (means.max() - scores.mean())
    while first > 0 and means[first - 1] >= enough:
        first -= 1
    while last + 1 < len(clauses) and means[last + 1] >= enough:
        last += 1
    return clauses[first][0], clauses[last][1]


def _clauses(words: Sequence[str], begin: int, end: int) -> list[tuple[int, int]]:
    """The words from `begin` to `end`, cut after punctuation; where that leaves long stretches, word by word.

    >>> _clauses("I'm sorry, but you started it.".split(), 0, 6)
    [(0, 2), (2, 6)]
    """
    found = []
    start = begin
    for k in range(begin, end):
        if k + 1 == end or words[k][-1] in ".,;:!?\u2026\u2014":
            found += [(start, k + 1)] if k + 1 - start <= LONG else [(n, n + 1) for n in range(start, k + 1)]
            start = k + 1
    return found
