"""How lines become the numbers that the encoder reads.

Lines are packed into *windows*: ``[CLS]``, then for each line the letter of its speaker, a colon, its words (`plain`)
and ``[SEP]``. A token sees its own line and the `BACK` lines before it, nothing after: what is read of a line depends
on no line that was said later, and hardly on where a window begins. Each window but the first begins with `BACK` lines
that were read before, as context.

A line of more than `LONGEST` tokens is read in pieces, one after the other; what is found in any piece is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.tagging.lines import BACK, Line
from analysis.tagging.plain import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

__all__ = ["Piece", "Window", "batch", "pieces", "windows"]

LONGEST = 96
"""Tokens of one piece."""
FULL = 192
"""Tokens of one window."""
CONTEXT = -1
"""The number of the line to which ``[CLS]`` belongs."""


@dataclass(frozen=True)
class Piece:
    """A line, or a part of a long one, as tokens.

    `words` has for each token the number of the line's word that it comes from; -1 for the speaker's mark and [SEP].
    """

    line: int
    ids: tuple[int, ...]
    words: tuple[int, ...]


@dataclass(frozen=True)
class Window:
    """Tokens that are read at once; the first `known` pieces are only context."""

    pieces: tuple[Piece, ...]
    known: int


def pieces(lines: Sequence[Line], tokenizer: Tokenizer, swapped: bool = False) -> list[Piece]:
    """The lines as tokens, in order; a line without words has no piece.

    The first to speak is "a", the other "b" (`swapped`: the other way round), whoever else speaks "c".
    """
    order = "bac" if swapped else "abc"
    letters: dict[str | None, str] = {None: "?"}
    end = token(tokenizer, "[SEP]")
    found = []
    words = [[plain(word) for word in line.text.split()] for line in lines]
    encoded = tokenizer.encode_batch(words, is_pretokenized=True, add_special_tokens=False)
    for number, (line, text) in enumerate(zip(lines, encoded, strict=True)):
        letter = letters.setdefault(line.speaker, order[min(len(letters) - 1, 2)])
        mark = tokenizer.encode(f"{letter}:", add_special_tokens=False).ids
        of = [-1 if word is None else word for word in text.word_ids]
        for begin in range(0, len(text.ids), LONGEST):
            part = slice(begin, begin + LONGEST)
            ids = (*mark, *text.ids[part], end)
            found.append(Piece(number, ids, (*(-1 for _ in mark), *of[part], -1)))
    return found


def token(tokenizer: Tokenizer, name: str) -> int:
    """The number of a special token."""
    return int(tokenizer.token_to_id(name) or 0)


def windows(pieces: Sequence[Piece]) -> Iterator[Window]:
    """The pieces in windows; each piece is new in exactly one."""
    begin = 0
    while begin < len(pieces):
        known = min(BACK, begin)
        end, size = begin - known, 1
        while end < len(pieces) and (end <= begin or size + len(pieces[end].ids) <= FULL):
            size += len(pieces[end].ids)
            end += 1
        yield Window(tuple(pieces[begin - known : end]), known)
        begin = end


def batch(several: Sequence[Window], tokenizer: Tokenizer) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids, and for each the number of its piece in the window; both of shape (windows, tokens).

    Padding has the number -2, ``[CLS]`` `CONTEXT`.
    """
    start, pad = token(tokenizer, "[CLS]"), token(tokenizer, "[PAD]")
    size = 1 + max(sum(len(piece.ids) for piece in window.pieces) for window in several)
    ids = np.full((len(several), size), pad, dtype=np.int64)
    numbers = np.full((len(several), size), -2, dtype=np.int64)
    for row, window in enumerate(several):
        flat = [start, *(token for piece in window.pieces for token in piece.ids)]
        ids[row, : len(flat)] = flat
        of = [CONTEXT, *(n for n, piece in enumerate(window.pieces) for _ in piece.ids)]
        numbers[row, : len(of)] = of
    return ids, numbers
