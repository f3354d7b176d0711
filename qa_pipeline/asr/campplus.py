"""The CAM++ network: what turns a second of speech into a point where one voice keeps to itself.

Layers and their names are those of the published weights (3D-Speaker, Apache-2.0; Wang et al., "CAM++: A Fast and
Efficient Network for Speaker Verification Using Context-Aware Masking", Interspeech 2023), written for inference only.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

FEATURES = 80
EMBEDDING = 192
_GROWTH = 32
_BOTTLENECK = 128
_SEGMENT_FRAMES = 100
# Layers, kernel and dilation of the three dense blocks.
_BLOCKS = ((12, 3, 1), (24, 3, 2), (16, 3, 2))


class CamPlusPlus(nn.Module):
    """Features (batch, frames, 80), their mean over frames taken away, to embeddings (batch, 192)."""

    def __init__(self) -> None:
        super().__init__()
        self.head = _Head()
        layers: OrderedDict[str, nn.Module] = OrderedDict(tdnn=_Tdnn(32 * (FEATURES // 8), 128))
        channels = 128
        for number, (depth, kernel, dilation) in enumerate(_BLOCKS, start=1):
            layers[f"block{number}"] = _DenseBlock(depth, channels, kernel, dilation)
            channels += depth * _GROWTH
            layers[f"transit{number}"] = _Transit(channels, channels // 2)
            channels //= 2
        layers["out_nonlinear"] = _normed(channels)
        layers["stats"] = _Statistics()
        layers["dense"] = _Dense(channels * 2, EMBEDDING)
        self.xvector = nn.Sequential(layers)

    def forward(self, features: Tensor) -> Tensor:
        """Return one embedding a row."""
        embeddings: Tensor = self.xvector(self.head(features.transpose(1, 2)))
        return embeddings


def _normed(channels: int) -> nn.Sequential:
    return nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU(inplace=True)))


class _Residual(nn.Module):
    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(32, 32, 1, stride=(stride, 1), bias=False), nn.BatchNorm2d(32))

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(out + self.shortcut(x))


class _Head(nn.Module):
    """Two-dimensional convolutions over (bins, frames): 80 bins to 10, times 32 maps."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.layer1 = nn.Sequential(_Residual(2), _Residual(1))
        self.layer2 = nn.Sequential(_Residual(2), _Residual(1))
        self.conv2 = nn.Conv2d(32, 32, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.bn1(self.conv1(x.unsqueeze(1))))
        out = functional.relu(self.bn2(self.conv2(self.layer2(self.layer1(out)))))
        return out.flatten(1, 2)


class _Tdnn(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 5, stride=2, padding=2, bias=False)
        self.nonlinear = _normed(outputs)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.nonlinear(self.linear(x))
        return out


class _Masked(nn.Module):
    """A convolution whose channels are weighed by the context: the whole stretch and its part of 2 s."""

    def __init__(self, kernel: int, dilation: int) -> None:
        super().__init__()
        padding = (kernel - 1) // 2 * dilation
        self.linear_local = nn.Conv1d(_BOTTLENECK, _GROWTH, kernel, padding=padding, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        part = functional.avg_pool1d(x, _SEGMENT_FRAMES, _SEGMENT_FRAMES, ceil_mode=True)
        part = part.repeat_interleave(_SEGMENT_FRAMES, dim=-1)[..., : x.shape[-1]]
        context = x.mean(-1, keepdim=True) + part
        mask = torch.sigmoid(self.linear2(functional.relu(self.linear1(context))))
        out: Tensor = self.linear_local(x) * mask
        return out


class _DenseLayer(nn.Module):
    def __init__(self, inputs: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _normed(inputs)
        self.linear1 = nn.Conv1d(inputs, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _normed(_BOTTLENECK)
        self.cam_layer = _Masked(kernel, dilation)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))
        return out


class _DenseBlock(nn.Module):
    def __init__(self, depth: int, inputs: int, kernel: int, dilation: int) -> None:
        super().__init__()
        for number in range(depth):
            self.add_module(f"tdnnd{number + 1}", _DenseLayer(inputs + number * _GROWTH, kernel, dilation))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


class _Transit(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.nonlinear = _normed(inputs)
        self.linear = nn.Conv1d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.linear(self.nonlinear(x))
        return out


class _Statistics(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x.mean(dim=-1), x.std(dim=-1)], dim=-1)


class _Dense(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 1, bias=False)
        self.nonlinear = nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(outputs, affine=False)))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1))
        return out
