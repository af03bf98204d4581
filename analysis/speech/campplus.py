"""CAM++: the network that turns a stretch of voice into 192 numbers.

The weights that we bundle are a PyTorch state dict, and the package that carries them is never
imported (`analysis.weights`), so the network itself has to be written down once. It is the one of
Wang, Zheng, Chen, Cheng & Chen, "CAM++: A Fast and Efficient Network for Speaker Verification Using
Context-Aware Masking" (Interspeech 2023), in the layout of 3D-Speaker (Apache-2.0), whose parameter
names are kept because the state dict is keyed by them.

`export_onnx` writes it as the graph that pyannote.audio takes for an embedding: input `feats`
(batch, frames, 80 mel bins), output `embs` (batch, 192).
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn

__all__ = ["export_onnx"]


def export_onnx(state_dict: Path, target: Path) -> None:
    """Write the CAM++ checkpoint `state_dict` as the ONNX file `target`.

    Raises
    ------
    RuntimeError
        If the state dict is not that of a CAM++ with 80 mel bins and 192 outputs.
    """
    import torch

    model = build()
    model.load_state_dict(torch.load(state_dict, map_location="cpu", weights_only=True))
    model.eval()
    torch.onnx.export(
        model,
        (torch.randn(1, 300, 80),),
        str(target),
        input_names=["feats"],
        output_names=["embs"],
        dynamic_axes={"feats": {0: "batch", 1: "frames"}, "embs": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def build() -> nn.Module:
    """The network with fresh weights; (batch, frames, 80) -> (batch, 192)."""
    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(channels: int) -> nn.Sequential:
        return nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU(inplace=True)))

    class Residual(nn.Module):
        """Two 3x3 convolutions; `stride` halves the mel axis, never time."""

        def __init__(self, inputs: int, outputs: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, outputs, 3, (stride, 1), 1, bias=False)
            self.bn1 = nn.BatchNorm2d(outputs)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(outputs)
            self.shortcut = nn.Sequential()
            if stride != 1:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(inputs, outputs, 1, (stride, 1), bias=False), nn.BatchNorm2d(outputs)
                )

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            return F.relu(y + self.shortcut(x))

    class FrontEnd(nn.Module):
        """The mel spectrogram as a picture: 80 bins -> 32 channels x 10 rows."""

        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(1, 32, 3, 1, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(32)
            self.layer1 = nn.Sequential(Residual(32, 32, 2), Residual(32, 32, 1))
            self.layer2 = nn.Sequential(Residual(32, 32, 2), Residual(32, 32, 1))
            self.conv2 = nn.Conv2d(32, 32, 3, (2, 1), 1, bias=False)
            self.bn2 = nn.BatchNorm2d(32)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = F.relu(self.bn1(self.conv1(x.unsqueeze(1))))
            x = self.layer2(self.layer1(x))
            return F.relu(self.bn2(self.conv2(x))).flatten(1, 2)

    class Convolution(nn.Module):
        """A time-delay layer, normalized."""

        def __init__(self, inputs: int, outputs: int, size: int, stride: int) -> None:
            super().__init__()
            self.linear = nn.Conv1d(inputs, outputs, size, stride, size // 2, bias=False)
            self.nonlinear = norm(outputs)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.nonlinear(self.linear(x))

    class ContextMask(nn.Module):
        """A local convolution, masked by what the whole stretch and its 100-frame pieces say."""

        def __init__(self, inputs: int, outputs: int, dilation: int) -> None:
            super().__init__()
            self.linear_local = nn.Conv1d(inputs, outputs, 3, 1, dilation, dilation=dilation, bias=False)
            self.linear1 = nn.Conv1d(inputs, inputs // 2, 1)
            self.linear2 = nn.Conv1d(inputs // 2, outputs, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            pieces = F.avg_pool1d(x, kernel_size=100, stride=100, ceil_mode=True)
            pieces = pieces.unsqueeze(-1).expand(-1, -1, -1, 100).flatten(2)[..., : x.shape[-1]]
            context = F.relu(self.linear1(x.mean(-1, keepdim=True) + pieces))
            return self.linear_local(x) * torch.sigmoid(self.linear2(context))

    class DenseLayer(nn.Module):
        def __init__(self, inputs: int, dilation: int) -> None:
            super().__init__()
            self.nonlinear1 = norm(inputs)
            self.linear1 = nn.Conv1d(inputs, 128, 1, bias=False)
            self.nonlinear2 = norm(128)
            self.cam_layer = ContextMask(128, 32, dilation)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.nonlinear2(self.linear1(self.nonlinear1(x)))
            return torch.cat([x, self.cam_layer(y)], dim=1)

    class Transit(nn.Module):
        def __init__(self, inputs: int) -> None:
            super().__init__()
            self.nonlinear = norm(inputs)
            self.linear = nn.Conv1d(inputs, inputs // 2, 1, bias=False)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.linear(self.nonlinear(x))

    class Statistics(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([x.mean(dim=-1), x.std(dim=-1)], dim=-1)

    class Output(nn.Module):
        def __init__(self, inputs: int) -> None:
            super().__init__()
            self.linear = nn.Conv1d(inputs, 192, 1, bias=False)
            self.nonlinear = nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(192, affine=False)))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1))

    class CAMPPlus(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = FrontEnd()
            layers: OrderedDict[str, nn.Module] = OrderedDict(tdnn=Convolution(320, 128, 5, 2))
            channels = 128
            for number, (depth, dilation) in enumerate([(12, 1), (24, 2), (16, 2)], start=1):
                block: OrderedDict[str, nn.Module] = OrderedDict(
                    (f"tdnnd{i + 1}", DenseLayer(channels + 32 * i, dilation)) for i in range(depth)
                )
                layers[f"block{number}"] = nn.Sequential(block)
                channels += 32 * depth
                layers[f"transit{number}"] = Transit(channels)
                channels //= 2
            layers["out_nonlinear"] = norm(channels)
            layers["stats"] = Statistics()
            layers["dense"] = Output(2 * channels)
            self.xvector = nn.Sequential(layers)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.xvector(self.head(x.permute(0, 2, 1)))

    return CAMPPlus()
