"""What a text is about, as a point on a sphere: near points, alike texts.

The encoder is all-MiniLM-L6-v2 (Sentence-BERT, Reimers & Gurevych 2019, on MiniLM, Wang et al. 2020) as it was
published: the mean over a text's tokens, scaled to length 1. The cosine of two texts is the product of their vectors.

It runs in ONNX Runtime, on the processor alone; `analysis.weights` has it written for that once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis import weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DIMENSIONS", "embed", "to_onnx", "unit"]

DIMENSIONS = 384
LONGEST = 128
"""Tokens of a text that are read: the encoder saw no longer ones when it learned."""
TOGETHER = 32
"""Texts that are computed at once."""
PADDING = -2
"""Stands for a token that is none, as in `analysis.tagging.windows.batch`."""


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """The texts as vectors of length 1: shape (texts, `DIMENSIONS`).

    Raises
    ------
    WeightsError
        If the encoder's weights are missing or damaged.
    """
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if not texts:
        return vectors
    tokenizer, network = _encoder()
    encoded = [text.ids for text in tokenizer.encode_batch(list(texts))]
    # Texts of about one length together: padding is computed as if it were words.
    order = sorted(range(len(texts)), key=lambda n: len(encoded[n]))
    for begin in range(0, len(order), TOGETHER):
        some = order[begin : begin + TOGETHER]
        ids = np.zeros((len(some), max(len(encoded[n]) for n in some)), dtype=np.int64)
        numbers = np.full_like(ids, PADDING)
        for row, n in enumerate(some):
            ids[row, : len(encoded[n])] = encoded[n]
            numbers[row, : len(encoded[n])] = 0
        tokens = network.run(["tokens"], {"ids": ids, "numbers": numbers})[0]
        vectors[some] = (tokens * (numbers == 0)[:, :, None]).sum(axis=1)
    return unit(vectors)


def unit(vectors: NDArray[Any]) -> NDArray[Any]:
    """The vectors (along the last axis) scaled to length 1; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def to_onnx(base: Path, target: Path) -> None:
    """Write the encoder for ONNX Runtime; `base` is its checkpoint (safetensors).

    It is the tagger's encoder without what that learned: where all tokens belong to one line, each sees all.
    """
    import torch
    from safetensors.torch import load_file

    from analysis.tagging.encoder import build

    net = build(load_file(base)).eval()
    net.head = torch.nn.Identity()
    ids = torch.ones((2, 12), dtype=torch.int64)
    numbers = torch.tensor([[0] * 12, [0] * 10 + [PADDING] * 2])
    torch.onnx.export(
        net, (ids, numbers), str(target), input_names=["ids", "numbers"], output_names=["tokens"], opset_version=17,
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in ("ids", "numbers", "tokens")}, dynamo=False,
    )  # fmt: skip


@cache
def _encoder() -> tuple[Any, Any]:
    """The tokenizer and the network, verified and loaded once."""
    import onnxruntime
    from tokenizers import Tokenizer

    ready = weights.prepare("sentences")
    tokenizer = Tokenizer.from_file(str(ready.folder / "tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return tokenizer, onnxruntime.InferenceSession(ready.main, providers=["CPUExecutionProvider"])
