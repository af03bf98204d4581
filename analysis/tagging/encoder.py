"""The encoder behind the classifier: all-MiniLM-L6-v2 with low-rank changes of ours, and one linear layer on top.

MiniLM is BERT (Devlin et al. 2019) with six layers of 384 (Wang et al. 2020). We keep its weights as they are and
learn, for each of its large matrices, a change of low rank (LoRA, Hu et al. 2022) and a linear layer that gives every
token a score for each label: that is all that has to be stored (under 5 MB).

A line's score is the mean over its tokens, so it *is* the sum of what each word adds: which words speak for a label is
read off, not guessed afterwards.

Used for training, and once on the user's machine to write what ONNX Runtime loads (`to_onnx`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.tagging.codebook import LABELS
from analysis.tagging.lines import BACK

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["MATRICES", "build", "changes", "to_onnx"]

HEADS = 12
MATRICES = ("attend", "collect", "widen", "narrow")
"""What is changed in each layer; in `attend` the three matrices of attention lie one below the other."""
# Our name of a layer's parts -> BERT's.
_PARTS = {
    "collect": "attention.output.dense",
    "after_attention": "attention.output.LayerNorm",
    "widen": "intermediate.dense",
    "narrow": "output.dense",
    "after_all": "output.LayerNorm",
}


def build(base: Mapping[str, Tensor], dropout: float = 0.0) -> Any:
    """The encoder with the weights of a BERT checkpoint and a new linear layer; all but this layer is frozen.

    Its input is ``ids`` and ``numbers`` as `windows.batch` makes them, its output the scores of each token:
    (windows, tokens, labels).
    """
    import torch
    from torch import nn
    from torch.nn.functional import gelu, scaled_dot_product_attention

    width = base["embeddings.word_embeddings.weight"].shape[1]
    inner = base["encoder.layer.0.intermediate.dense.weight"].shape[0]
    depth = 1 + max(int(name.split(".")[2]) for name in base if name.startswith("encoder.layer."))

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attend, self.collect = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.widen, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)
            self.after_attention, self.after_all = (nn.LayerNorm(width, eps=1e-12) for _ in range(2))
            self.drop = nn.Dropout(dropout)

        def forward(self, hidden: Tensor, mask: Tensor) -> Any:
            windows, tokens, _ = hidden.shape
            three = self.attend(hidden).view(windows, tokens, 3, HEADS, width // HEADS)
            asked, offered, given = three.permute(2, 0, 3, 1, 4)
            seen = scaled_dot_product_attention(asked, offered, given, attn_mask=mask)
            seen = seen.transpose(1, 2).reshape(windows, tokens, width)
            hidden = self.after_attention(hidden + self.drop(self.collect(seen)))
            return self.after_all(hidden + self.drop(self.narrow(gelu(self.widen(hidden)))))

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.word = nn.Embedding(*base["embeddings.word_embeddings.weight"].shape)
            self.place = nn.Embedding(*base["embeddings.position_embeddings.weight"].shape)
            self.norm = nn.LayerNorm(width, eps=1e-12)
            self.layers = nn.ModuleList(Layer() for _ in range(depth))
            self.drop = nn.Dropout(dropout)
            self.head = nn.Linear(width, len(LABELS))

        def forward(self, ids: Tensor, numbers: Tensor) -> Any:
            hidden = self.drop(self.norm(self.word(ids) + self.place(torch.arange(ids.shape[1]))))
            asks, gives = numbers[:, :, None], numbers[:, None, :]
            # Padding sees [CLS], so that no row of the softmax is empty; nobody sees padding.
            seen = (gives == -1) | ((gives <= asks) & (gives >= asks - BACK) & (gives != -2))
            mask = torch.where(seen, 0.0, -1e4)[:, None]
            for layer in self.layers:
                hidden = layer(hidden, mask.to(hidden.dtype))
            return self.head(hidden)

    net = Encoder()
    missing, unknown = net.load_state_dict(_renamed(base, depth), strict=False)
    if set(missing) != {"head.weight", "head.bias"} or unknown:
        raise ValueError(f"this is not the checkpoint of a BERT: {missing} are missing, {unknown} are unknown")
    net.requires_grad_(False)
    net.head.requires_grad_(True)
    return net


def _renamed(base: Mapping[str, Tensor], depth: int) -> dict[str, Tensor]:
    """The checkpoint by our names."""
    import torch

    named = {f"norm.{kind}": base[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
    named["word.weight"] = base["embeddings.word_embeddings.weight"]
    # Everything is one kind of text to us, the first of BERT's two.
    first = base["embeddings.token_type_embeddings.weight"][0]
    named["place.weight"] = base["embeddings.position_embeddings.weight"] + first
    for k in range(depth):
        theirs = f"encoder.layer.{k}"
        for kind in ("weight", "bias"):
            three = [base[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            named[f"layers.{k}.attend.{kind}"] = torch.cat(three)
            for ours, name in _PARTS.items():
                named[f"layers.{k}.{ours}.{kind}"] = base[f"{theirs}.{name}.{kind}"]
    return named


def changes(net: Any, low_rank: Mapping[str, Tensor]) -> None:
    """Add the learned changes to the encoder's own weights, and set its last layer.

    `low_rank` has for each changed matrix ``NAME.down`` (parts, rank, inputs) and ``NAME.up`` (parts, outputs, rank),
    the parts being matrices that lie one below the other; and ``head.weight`` and ``head.bias``.
    """
    import torch

    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if f"{name}.up" in low_rank:
                change = low_rank[f"{name}.up"].float() @ low_rank[f"{name}.down"].float()
                parameter += change.reshape(parameter.shape)
            elif name in low_rank:
                parameter.copy_(low_rank[name].float())


def to_onnx(base: Path, low_rank: Path, target: Path) -> None:
    """Write the changed encoder for ONNX Runtime.

    `base` is the encoder's own checkpoint, `low_rank` what `changes` takes; both safetensors.
    """
    import torch
    from safetensors.torch import load_file

    net = build(load_file(base)).eval()
    changes(net, load_file(low_rank))
    ids = torch.ones((2, 12), dtype=torch.int64)
    numbers = torch.tensor([[-1, *[0] * 5, *[1] * 6], [-1, *[0] * 9, -2, -2]])
    torch.onnx.export(
        net, (ids, numbers), str(target), input_names=["ids", "numbers"], output_names=["scores"], opset_version=17,
        dynamic_axes={name: {0: "windows", 1: "tokens"} for name in ("ids", "numbers", "scores")}, dynamo=False,
    )  # fmt: skip
