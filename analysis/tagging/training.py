"""`make tagger`: the classifier's weights, made again from the committed dialogues with a fixed seed.

Learned are the low-rank changes of the encoder (`analysis.tagging.encoder`), by binary cross-entropy over all labels at
once. Batches are small and the steps many: with large ones the encoder learned next to nothing (`docs/method.md`).

Then, on dialogues that were not learned from, each label's score is calibrated (Platt 1999) and gets its threshold:
where F1 is highest, but for a harsh label never where precision is below `PRECISE`.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.tagging.codebook import HARSH, LABELS
from analysis.tagging.corpus import Dialogue, read_dialogues
from analysis.tagging.encoder import MATRICES, build, changes
from analysis.tagging.plain import WORDS, ordinary
from analysis.tagging.varying import cut, varied
from analysis.tagging.windows import Window, batch, pieces, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer
    from torch import Tensor

__all__ = ["calibrated", "main", "scores", "train"]

SEED = 1
EPOCHS = 6
RATE = 5e-4
WARM_UP = 0.06
"""Share of the training in which the rate rises."""
TO_CODEBOOK = 0.6
"""Share of the dialogues written to the codebook that is learned from in an epoch; of the free ones it is all."""
TOGETHER = 2
"""Windows in a step."""
RANK = 32
SCALE = 2.0
DROPOUT = 0.1
PRECISE = 0.95
NEVER = 1.01
LEAST_SURE = 0.2
"""No threshold is lower. In talk that is hard to read F1 would be highest below it, and too much of it be wrong."""

Windows = list[tuple[Window, "NDArray[np.float32]"]]
"""Windows with the wanted labels of their pieces: (pieces, labels), not a number where a piece is only context."""


def train(
    base: Mapping[str, Tensor], tokenizer: Tokenizer, dialogues: Sequence[Dialogue], say: Callable[[str], None] = print
) -> dict[str, Tensor]:
    """What is to be changed of the encoder (`encoder.changes`), learned from the dialogues."""
    import torch
    from torch import nn

    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    half = _half_is_fast()
    net = _changeable(build(base, DROPOUT), half)
    share = np.mean([[label in tags for label in LABELS] for d in dialogues for tags in d.tags], axis=0)
    odds = np.clip(share, 1e-3, None) / (1 - np.clip(share, None, 1 - 1e-3))
    net.head.bias.data = torch.tensor(np.log(odds), dtype=torch.float32)
    learned = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
    size = sum(parameter.numel() for parameter in learned)
    say(f"{len(dialogues)} dialogues, {size:,} numbers to learn")
    net.train()
    for epoch in range(EPOCHS):
        losses = []
        some = [dialogue for dialogue in dialogues if dialogue.free or chance.random() < TO_CODEBOOK]
        now = [part for dialogue in some for part in cut(varied(dialogue, chance), chance)]
        groups = _groups(_wanted(now, tokenizer, chance), chance)
        for step, group in enumerate(groups):
            optimizer.param_groups[0]["lr"] = RATE * _pace((epoch + step / len(groups)) / EPOCHS)
            ids, numbers = batch([window for window, _ in group], tokenizer)
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                tokens = net(torch.from_numpy(ids), torch.from_numpy(numbers))
            wanted = torch.from_numpy(np.concatenate([labels for _, labels in group]))
            asked = ~wanted.isnan().any(dim=1)
            lines = _means(tokens.float(), torch.from_numpy(numbers))
            loss = nn.functional.binary_cross_entropy_with_logits(lines[asked], wanted[asked], reduction="none")
            total: Any = loss.sum() / asked.sum()
            optimizer.zero_grad()
            total.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            losses.append(total.item())
        say(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}")
    return _learned(net)


def _pace(done: float) -> float:
    """The share of the full rate when a share of the training is done: it rises, then falls to nothing."""
    return min(done / WARM_UP, 1.0) * (1.0 - done)


def scores(
    net: Any, tokenizer: Tokenizer, dialogues: Sequence[Dialogue]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The scores of all lines, and whether they have the label; both (lines, labels)."""
    import torch

    given, truth = [], []
    with torch.no_grad():
        for window, wanted in _wanted(dialogues, tokenizer):
            ids, numbers = (torch.from_numpy(values) for values in batch([window], tokenizer))
            lines = _means(net(ids, numbers), numbers).numpy()
            asked = ~np.isnan(wanted).any(axis=1)
            given.append(lines[asked])
            truth.append(wanted[asked] > 0)
    return np.concatenate(given), np.concatenate(truth)


def calibrated(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> dict[str, dict[str, float]]:
    """For each label the slope and the offset that make a likelihood of its score, and the threshold on that."""
    from sklearn.linear_model import LogisticRegression

    found = {}
    for label, score, is_so in zip(LABELS, scores.T, truth.T, strict=True):
        curve = LogisticRegression().fit(score[:, None], is_so)
        likely = curve.predict_proba(score[:, None])[:, 1]
        slope, offset = float(curve.coef_[0, 0]), float(curve.intercept_[0])
        threshold = _threshold(likely, is_so, PRECISE if label in HARSH else 0.0)
        found[label] = {"slope": round(slope, 4), "offset": round(offset, 4), "threshold": threshold}
    return found


def _threshold(likely: NDArray[np.float64], is_so: NDArray[np.bool_], precise: float) -> float:
    """Where F1 is highest among the thresholds that are precise enough; the middle of those that are about as good.

    `NEVER` where none is precise enough.
    """
    grid = np.arange(LEAST_SURE, 0.96, 0.01)
    over = likely[None, :] >= grid[:, None]
    right = (over & is_so).sum(axis=1)
    f1 = 2 * right / np.maximum(over.sum(axis=1) + is_so.sum(), 1)
    f1[right < precise * over.sum(axis=1)] = 0
    good = grid[(f1 >= f1.max() - 0.01) & (f1 > 0)]
    return round(float(good[len(good) // 2]), 2) if len(good) else NEVER


def _half_is_fast() -> bool:
    """Whether the processor computes with 16 bits by itself; where it does not, that takes twenty times as long."""
    import torch

    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def _changeable(net: Any, half: bool) -> Any:
    """The encoder with a change of low rank, to be learned, on each of its large matrices."""
    import torch
    from torch import nn
    from torch.nn.functional import linear

    class LowRank(nn.Module):
        def __init__(self, frozen: nn.Linear) -> None:
            super().__init__()
            outputs, inputs = frozen.weight.shape
            # Where three matrices lie one below the other, each has a change of its own.
            parts = outputs // inputs if outputs == 3 * inputs else 1
            # Under autocast it would be made so at each step.
            self.frozen = frozen.to(torch.bfloat16) if half else frozen
            self.down = nn.Parameter(torch.randn(parts, RANK, inputs) / inputs**0.5)
            self.up = nn.Parameter(torch.zeros(parts, outputs // parts, RANK))

        def forward(self, hidden: Tensor) -> Tensor:
            changes = [linear(linear(hidden, down), up) for down, up in zip(self.down, self.up, strict=True)]
            whole: Tensor = self.frozen(hidden) + SCALE * torch.cat(changes, dim=-1)
            return whole

    for layer in net.layers:
        for name in MATRICES:
            setattr(layer, name, LowRank(getattr(layer, name)))
    return net


def _learned(net: Any) -> dict[str, Tensor]:
    """What was learned, as `encoder.changes` reads it."""
    import torch

    found = {f"head.{name}": value.detach() for name, value in net.head.named_parameters()}
    for k, layer in enumerate(net.layers):
        for name in MATRICES:
            change = getattr(layer, name)
            found[f"layers.{k}.{name}.weight.down"] = change.down.detach()
            found[f"layers.{k}.{name}.weight.up"] = SCALE * change.up.detach()
    return {name: value.to(torch.float16).contiguous() for name, value in found.items()}


def _wanted(dialogues: Sequence[Dialogue], tokenizer: Tokenizer, chance: random.Random | None = None) -> Windows:
    """The windows of all dialogues; with `chance` the second to speak may be "a"."""
    found: Windows = []
    for dialogue in dialogues:
        lines = list(dialogue.lines)
        cut = pieces(lines, tokenizer, swapped=chance is not None and chance.random() < 0.5)
        labels = np.array([[label in tags for label in LABELS] for tags in dialogue.tags], dtype=np.float32)
        for window in windows(cut):
            wanted = labels[[piece.line for piece in window.pieces]]
            wanted[: window.known] = np.nan
            found.append((window, wanted))
    return found


def _groups(several: Windows, chance: random.Random) -> list[Windows]:
    """The windows in groups of about one length, in random order."""
    chance.shuffle(several)
    pools = (several[k : k + 20 * TOGETHER] for k in range(0, len(several), 20 * TOGETHER))
    sorted_pools = (sorted(pool, key=lambda one: sum(len(piece.ids) for piece in one[0].pieces)) for pool in pools)
    groups = [pool[k : k + TOGETHER] for pool in sorted_pools for k in range(0, len(pool), TOGETHER)]
    chance.shuffle(groups)
    return groups


def _means(tokens: Tensor, numbers: Tensor) -> Tensor:
    """The mean over the tokens of each piece, piece after piece, window after window: (pieces, labels)."""
    import torch

    found = []
    for row, of in zip(tokens, numbers, strict=True):
        weights = torch.nn.functional.one_hot(of[of >= 0]).to(row.dtype)
        found.append(weights.T @ row[of >= 0] / weights.sum(dim=0)[:, None])
    return torch.cat(found)


def main() -> None:
    """Train, calibrate, and write both beside this file."""
    from safetensors.torch import load_file, save_file
    from tokenizers import Tokenizer

    from analysis import weights

    tokenizer = Tokenizer.from_file(str(weights.original("tagger", "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    dialogues = read_dialogues()
    learning = [dialogue for dialogue in dialogues if dialogue.part == "learning"]
    words = ordinary(line.text for dialogue in learning for line in dialogue.lines)
    WORDS.write_text("\n".join(words) + "\n")
    base = load_file(weights.original("tagger", "model.safetensors"))
    learned = train(base, tokenizer, learning)
    target = Path(__file__).parent / "tagger.safetensors"
    save_file(learned, target)
    net = build(base).eval()
    changes(net, learned)
    found = calibrated(*scores(net, tokenizer, [d for d in dialogues if d.part == "tuning"]))
    described = {"sha256": hashlib.sha256(target.read_bytes()).hexdigest(), "labels": found}
    target.with_suffix(".json").write_text(json.dumps(described, indent=1) + "\n")


if __name__ == "__main__":
    main()
