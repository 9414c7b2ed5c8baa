"""Loads a state dict into PyTorch: python torch_load.py IMAGES ARCHITECTURE FILE

ARCHITECTURE is Tenfold's, as JSON. A module is made for each layer, in an nn.Sequential; FILE.f32 is then the logits of the
images.
"""

import json
import sys

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn


def modules(architecture: dict) -> list[nn.Module]:
    """A module for each layer, so that the modules' numbers are the layers'."""
    height, width, channels = architecture["input"]
    made, features = [], None
    for layer in architecture["layers"]:
        match layer:
            case {"type": "conv2d", "padding": "valid", "filters": filters, "kernel": kernel, "stride": stride}:
                made.append(nn.Conv2d(channels, filters, kernel, stride, bias=layer["bias"]))
                height, width, channels = *after(height, width, kernel, stride), filters
            case {"type": "pool", "padding": "valid", "size": size, "stride": stride}:
                pool = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[layer["kind"]]
                made.append(pool(tuple(size), tuple(stride)))
                height, width = after(height, width, size, stride)
            case {"type": "flatten"}:
                made.append(nn.Flatten())
                features = height * width * channels
            case {"type": "dense", "units": units}:
                made.append(nn.Linear(features, units, bias=layer["bias"]))
                features = units
            case {"type": "relu"}:
                made.append(nn.ReLU())
            case _:
                raise ValueError(f"no module is known here for {layer}")
    return made


def after(height: int, width: int, size: list[int], stride: list[int]) -> tuple[int, int]:
    """The size of an image after a window without padding."""
    return (height - size[0]) // stride[0] + 1, (width - size[1]) // stride[1] + 1


def main():
    images, architecture, file = sys.argv[1:]
    with open(architecture) as text:
        model = nn.Sequential(*modules(json.load(text))).eval()
    model.load_state_dict(load_file(file), strict=True)
    pictures = torch.from_numpy((np.fromfile(images, np.uint8) / 255).astype(np.float32)).reshape(-1, 1, 28, 28)
    with torch.no_grad():
        model(pictures).numpy().astype("<f4").tofile(f"{file}.f32")
    print(json.dumps({"version": torch.__version__}))


if __name__ == "__main__":
    main()
