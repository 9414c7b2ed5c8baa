"""Writes networks as PyTorch's tutorials build them: python torch_tutorials.py IMAGES OUT [NAME...]

The folder OUT then holds cases.json (see xtask/src/interop/tutorials.rs) and what it names: each network as its exporter
writes it, and the probabilities that PyTorch answers for the first images. With names, only these. Prints PyTorch's version.
"""

import json
import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch_networks import NETWORKS

COUNT = 32


def fill(model: nn.Module, name: str):
    """Gives every parameter and statistic a value of its own: none is what it starts with."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    for module in model.modules():
        is_norm = isinstance(module, nn.modules.batchnorm._BatchNorm)
        for part, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            shape = tuple(tensor.shape)
            match part:
                case "num_batches_tracked":
                    continue
                case "running_mean":
                    low, high = -0.2, 0.4
                case "running_var":
                    low, high = 0.4, 2.0
                case "weight" if is_norm:
                    low, high = 0.5, 1.5
                case "weight" if len(shape) > 1:
                    high = (12 / np.prod(shape[1:])) ** 0.5
                    low = -high
                case _:
                    low, high = -0.3, 0.3
            tensor.data.copy_(torch.from_numpy(random.uniform(low, high, shape).astype(np.float32)))


def export(model: nn.Module, exporter: str, inputs: torch.Tensor, path: Path):
    """Writes the model as people do; `exporter` is how."""
    one = inputs[:1]
    match exporter:
        case "default":
            torch.onnx.export(model, (one,), path, verbose=False)
        case "dynamo":
            shapes = ({0: torch.export.Dim("batch")},)
            torch.onnx.export(model, (inputs,), path, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False)
        case "older":
            axes = {"input": {0: "batch"}, "output": {0: "batch"}}
            names = {"input_names": ["input"], "output_names": ["output"]}
            torch.onnx.export(model, (inputs,), path, dynamo=False, dynamic_axes=axes, **names)
        case "older, fixed":
            torch.onnx.export(model, (one,), path, dynamo=False)
        case "state dict":
            save_file(model.state_dict(), path)


def main():
    images, out, *only = sys.argv[1:]
    out = Path(out)
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    pixels = np.fromfile(images, np.uint8, COUNT * 784).reshape(COUNT, 28, 28)
    larger = np.pad(pixels, ((0, 0), (2, 2), (2, 2)))
    pixels.tofile(out / "images28.u8")
    larger.tofile(out / "images32.u8")
    cases = []
    for name, exporter, build, options in NETWORKS:
        if only and name not in only:
            continue
        stem = f"{len(cases):02}"
        model = build().eval()
        fill(model, name)
        side = options.get("side", 28)
        inputs = torch.from_numpy(({28: pixels, 32: larger}[side] / 255).astype(np.float32)).unsqueeze(1)
        inputs = inputs.reshape(COUNT, *options.get("shape", inputs.shape[1:]))
        with torch.no_grad():
            answers = model(inputs).flatten(1).double()
        # Probabilities are their own logarithms' softmax: only logits are made into them.
        answers = answers if options.get("probabilities") else answers.softmax(1)
        assert answers.std(0).max() > 0.001, f"{name} answers the same for all images"
        assert answers.max(1).values.median() < 0.9999, f"{name} is too certain to show a small error"
        answers.numpy().astype("<f4").tofile(out / f"{stem}.f32")
        file = f"{stem}.safetensors" if exporter == "state dict" else f"{stem}.onnx"
        export(model, exporter, inputs, out / file)
        case = {"name": f"{name} ({exporter})", "file": file, "answers": f"{stem}.f32"}
        case |= {"images": f"images{side}.u8", "input": [side, side]}
        if architecture := options.get("architecture"):
            (out / f"{stem}.toml").write_text(architecture)
            case["options"] = ["--architecture", f"{stem}.toml"]
        cases.append(case)
    (out / "cases.json").write_text(json.dumps(cases, indent=1))
    print(json.dumps({"version": torch.__version__}))


if __name__ == "__main__":
    main()
