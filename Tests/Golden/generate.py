#!/usr/bin/env python3
"""Writes the golden files of layers and blocks that ../shared/golden does not hold, by PyTorch in float64.

usage: generate.py FOLDER          needs torch, numpy and safetensors; nothing else of this project needs Python
Tensors and settings are named as in the other files of the family, see README.md. A `block-*` file holds a network as
NativeCnn reads it (`layers`), the input for one mini-batch, every parameter by its name here, the output and all gradients.
"""
import json
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(20261126)
folder = sys.argv[1] if len(sys.argv) > 1 else "."


def draw(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def save(name, config, inputs, output, extra=None):
    """inputs: name -> leaf tensor; their gradients for a random upstream gradient are saved beside them."""
    upstream = torch.randn_like(output)
    grads = torch.autograd.grad(output, list(inputs.values()), upstream)
    tensors = {**inputs, "output": output, "grad_output": upstream, **(extra or {})}
    tensors |= {"grad_" + key: grad for key, grad in zip(inputs, grads)}
    save_file({key: value.detach().float().contiguous() for key, value in tensors.items()}, f"{folder}/{name}.safetensors",
              metadata={"config": json.dumps(config), "producer": f"torch {torch.__version__}, float64"})


def norms():
    for name, shape in (("time", (5, 6, 50)), ("flat", (7, 33))):
        x, w, b = draw(*shape), draw(shape[1]), draw(shape[1])
        rows = x.transpose(1, 2) if x.dim() == 3 else x
        y = F.layer_norm(rows, (shape[1],), w, b, 1e-5)
        save(f"layer-layernorm-{name}", {"eps": 1e-5}, dict(input=x, weight=w, bias=b), y.transpose(1, 2) if x.dim() == 3 else y)
    for groups in (1, 2, 6):
        x, w, b = draw(5, 6, 37), draw(6), draw(6)
        save(f"layer-groupnorm-{groups}", {"groups": groups, "eps": 1e-5}, dict(input=x, weight=w, bias=b), F.group_norm(x, groups, w, b, 1e-5))


def pools():
    for k, s, p, t in ((2, 2, 0, 51), (3, 2, 1, 50), (5, 3, 2, 41), (3, 4, 1, 21)):
        x = draw(4, 3, t)
        config = {"kernel_size": k, "stride": s, "padding": p, "ceil_mode": True}
        save(f"layer-maxpool1d-ceil-{k}x{s}p{p}", config, dict(input=x), F.max_pool1d(x, k, s, p, ceil_mode=True))
        for counted in (True, False):
            x = draw(4, 3, t)
            y = F.avg_pool1d(x, k, s, p, ceil_mode=True, count_include_pad=counted)
            save(f"layer-avgpool1d-ceil-{k}x{s}p{p}{'' if counted else '-nopad'}", config | {"count_include_pad": counted}, dict(input=x), y)
    x = draw(4, 3, 30)
    save("layer-avgpool1d-3x2p1-nopad", {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}, dict(input=x), F.avg_pool1d(x, 3, 2, 1, count_include_pad=False))


def convolutions():
    for name, k, d, g in (("odd", 5, 1, 1), ("even", 4, 1, 1), ("dilated", 4, 3, 2)):
        x, w, b = draw(4, 6, 29), draw(8, 6 // g, k), draw(8)
        y = F.conv1d(x, w, b, padding="same", dilation=d, groups=g)
        save(f"layer-conv1d-same-{name}", {"kernel": k, "dilation": d, "groups": g, "padding": "same"}, dict(input=x, weight=w, bias=b), y)
        x, w, b = draw(4, 6, 29), draw(8, 6 // g, k), draw(8)
        y = F.conv1d(F.pad(x, (d * (k - 1), 0)), w, b, dilation=d, groups=g)
        save(f"layer-conv1d-causal-{name}", {"kernel": k, "dilation": d, "groups": g, "padding": "causal"}, dict(input=x, weight=w, bias=b), y)


def norm(x, w, b):
    return F.batch_norm(x, None, None, w, b, training=True)


def blocks():
    p = {"input": draw(4, 6, 20), "residual1.conv1.weight": draw(6, 6, 3), "residual1.norm1.weight": draw(6), "residual1.norm1.bias": draw(6),
         "residual1.conv2.weight": draw(6, 6, 3), "residual1.norm2.weight": draw(6), "residual1.norm2.bias": draw(6)}
    h = torch.relu(norm(F.conv1d(p["input"], p["residual1.conv1.weight"], padding=1), p["residual1.norm1.weight"], p["residual1.norm1.bias"]))
    h = norm(F.conv1d(h, p["residual1.conv2.weight"], padding=1), p["residual1.norm2.weight"], p["residual1.norm2.bias"])
    conv = {"type": "conv1d", "filters": 6, "taps": 3, "padding": 1, "bias": False}
    inner = [conv, {"type": "batch_norm1d"}, {"type": "relu"}, conv, {"type": "batch_norm1d"}]
    save("block-residual", {"layers": [{"type": "residual", "layers": inner}, {"type": "relu"}]}, p, torch.relu(h + p["input"]))

    p = {"input": draw(4, 6, 20), "residual1.conv1.weight": draw(8, 6, 3), "residual1.conv1.bias": draw(8),
         "residual1.shortcut.conv1.weight": draw(8, 6, 1), "residual1.shortcut.norm1.weight": draw(8), "residual1.shortcut.norm1.bias": draw(8)}
    h = F.conv1d(p["input"], p["residual1.conv1.weight"], p["residual1.conv1.bias"], stride=2, padding=1)
    s = norm(F.conv1d(p["input"], p["residual1.shortcut.conv1.weight"], stride=2), p["residual1.shortcut.norm1.weight"], p["residual1.shortcut.norm1.bias"])
    save("block-residual-shortcut", {"layers": [{"type": "residual", "layers": [{"type": "conv1d", "filters": 8, "taps": 3, "stride": 2, "padding": 1}],
         "shortcut": [{"type": "conv1d", "filters": 8, "taps": 1, "stride": 2, "bias": False}, {"type": "batch_norm1d"}]}]}, p, h + s)

    p = {"input": draw(4, 6, 20), "separable1.depthwise.weight": draw(6, 1, 5), "separable1.pointwise.weight": draw(8, 6, 1), "separable1.pointwise.bias": draw(8)}
    h = F.conv1d(p["input"], p["separable1.depthwise.weight"], padding="same", dilation=2, groups=6)
    y = F.conv1d(h, p["separable1.pointwise.weight"], p["separable1.pointwise.bias"])
    save("block-separable", {"layers": [{"type": "separable_conv1d", "filters": 8, "taps": 5, "dilation": 2, "padding": "same"}]}, p, y)

    p = {"input": draw(4, 8, 20), "squeeze1.dense1.weight": draw(2, 8), "squeeze1.dense1.bias": draw(2), "squeeze1.dense2.weight": draw(8, 2), "squeeze1.dense2.bias": draw(8)}
    g = torch.relu(F.linear(p["input"].mean(2), p["squeeze1.dense1.weight"], p["squeeze1.dense1.bias"]))
    g = torch.sigmoid(F.linear(g, p["squeeze1.dense2.weight"], p["squeeze1.dense2.bias"]))
    save("block-squeeze_excite", {"layers": [{"type": "squeeze_excite", "reduction": 4}]}, p, p["input"] * g[:, :, None])


for part in (norms, pools, convolutions, blocks):
    part()
