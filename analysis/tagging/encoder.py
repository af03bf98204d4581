"""The encoder behind the classifier: all-MiniLM-L6-v2 with low-rank changes of ours, and one linear layer on top.

MiniLM is BERT with six layers of 384 (Wang et al. 2020), which PyTorch's own `nn.TransformerEncoder` computes. We keep
its weights as they are and learn, for each of its large matrices, a change of low rank (LoRA, Hu et al. 2022) and a
linear layer that gives every token a score for each label: that is all that has to be stored (under 5 MB).

A line's score is the mean over its tokens, so it *is* the sum of what each word adds: which words speak for a label is
read off, not guessed afterwards.

Used for training, and once on the user's machine to write what ONNX Runtime loads (`to_onnx`): 8-bit integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.tagging.codebook import LABELS
from analysis.tagging.lines import BACK

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["build", "changes", "to_onnx"]

HEADS = 12
MATRICES = ("self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight", "linear2.weight")
"""What is changed in each layer."""
# PyTorch's name of a layer's parts -> BERT's; the three of attention lie in one matrix.
_PARTS = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}


def build(base: Mapping[str, Tensor], dropout: float = 0.0) -> Any:
    """The encoder with the weights of a BERT checkpoint and a new linear layer; all but this layer is frozen.

    Its input is ``ids`` and ``numbers`` as `windows.batch` makes them, its output the scores of each token:
    (windows, tokens, labels).
    """
    import torch
    from torch import nn

    width = base["embeddings.word_embeddings.weight"].shape[1]
    depth = 1 + max(int(name.split(".")[2]) for name in base if name.startswith("encoder.layer."))

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.word = nn.Embedding(*base["embeddings.word_embeddings.weight"].shape)
            self.place = nn.Embedding(*base["embeddings.position_embeddings.weight"].shape)
            self.norm = nn.LayerNorm(width, eps=1e-12)
            inner = base["encoder.layer.0.intermediate.dense.weight"].shape[0]
            layer = nn.TransformerEncoderLayer(
                width, HEADS, inner, dropout, activation="gelu", layer_norm_eps=1e-12, batch_first=True
            )
            self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
            self.drop = nn.Dropout(dropout)
            self.head = nn.Linear(width, len(LABELS))

        def forward(self, ids: Tensor, numbers: Tensor) -> Any:
            hidden = self.drop(self.norm(self.word(ids) + self.place(torch.arange(ids.shape[1], device=ids.device))))
            asks, gives = numbers[:, :, None], numbers[:, None, :]
            seen = (gives == -1) | ((gives <= asks) & (gives >= asks - BACK))
            # Padding sees [CLS], so that no row of the softmax is empty; nobody sees padding.
            mask = torch.where(seen & (gives != -2), 0.0, -1e4).to(hidden.dtype)
            return self.head(self.layers(hidden, mask.repeat_interleave(HEADS, dim=0)))

    torch.backends.mha.set_fastpath_enabled(False)  # it knows no changed weights and no export
    net = Encoder()
    net.load_state_dict(_renamed(base, depth), strict=False)
    net.requires_grad_(False)
    net.head.requires_grad_(True)
    return net


def _renamed(base: Mapping[str, Tensor], depth: int) -> dict[str, Tensor]:
    """The checkpoint by PyTorch's names."""
    import torch

    named = {f"norm.{kind}": base[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
    named["word.weight"] = base["embeddings.word_embeddings.weight"]
    # Everything is one kind of text to us, the first of BERT's two.
    first = base["embeddings.token_type_embeddings.weight"][0]
    named["place.weight"] = base["embeddings.position_embeddings.weight"] + first
    for k in range(depth):
        ours, theirs = f"layers.layers.{k}", f"encoder.layer.{k}"
        for kind in ("weight", "bias"):
            three = [base[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            named[f"{ours}.self_attn.in_proj_{kind}"] = torch.cat(three)
            for part, name in _PARTS.items():
                named[f"{ours}.{part}.{kind}"] = base[f"{theirs}.{name}.{kind}"]
    return named


def changes(net: Any, low_rank: Mapping[str, Tensor]) -> None:
    """Add the learned changes to the encoder's own weights, and set its last layer.

    `low_rank` has for each changed matrix ``NAME.down`` (parts, rank, inputs) and ``NAME.up`` (parts, outputs, rank),
    the parts being matrices that lie one below the other; and ``head.weight`` and ``head.bias``.
    """
    import torch

    parameters = dict(net.named_parameters())
    with torch.no_grad():
        for name, parameter in parameters.items():
            if f"{name}.up" in low_rank:
                change = low_rank[f"{name}.up"].float() @ low_rank[f"{name}.down"].float()
                parameter += change.reshape(parameter.shape)
            elif name in low_rank:
                parameter.copy_(low_rank[name].float())


def to_onnx(folder: Path, target: Path) -> None:
    """Write the changed encoder for ONNX Runtime, its large matrices as 8-bit integers.

    `folder` holds ``model.safetensors``, the base, and ``tagger.safetensors``, the changes.
    """
    import io

    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from safetensors.torch import load_file

    net = build(load_file(folder / "model.safetensors")).eval()
    changes(net, load_file(folder / "tagger.safetensors"))
    ids = torch.ones((2, 12), dtype=torch.int64)
    numbers = torch.tensor([[-1, *[0] * 5, *[1] * 6], [-1, *[0] * 9, -2, -2]])
    plain = io.BytesIO()
    torch.onnx.export(
        net, (ids, numbers), plain, input_names=["ids", "numbers"], output_names=["scores"],
        dynamic_axes={name: {0: "windows", 1: "tokens"} for name in ("ids", "numbers", "scores")}, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(
        onnx.load_model_from_string(plain.getvalue()), target, weight_type=QuantType.QInt8, per_channel=True
    )
