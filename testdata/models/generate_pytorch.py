"""Has PyTorch's two exporters write ONNX files (pytorch_*), with what PyTorch answers.

    python3.11 -m pip install numpy==2.4.6 onnx==1.23.2 onnxscript==0.7.2 safetensors==0.8.0 torch==2.15.0
    python3.11 testdata/models/generate_pytorch.py

NAME_trace.onnx is what `torch.onnx.export(dynamo=False)` writes, NAME_dynamo.onnx is `dynamo=True`. NAME_beside.onnx is what
`torch.onnx.export` writes where nothing is said, with the weights in NAME_beside.onnx.data; NAME_state.safetensors is the
module's state dict.
"""

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from fixtures import HERE, generator, images, softmax, values, write_answers
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

torch.manual_seed(0)


def sequential():
    """A convolution that batch normalisation folds into, `same`, both poolings."""
    return nn.Sequential(
        nn.Conv2d(1, 4, (3, 5), padding="same"), nn.BatchNorm2d(4, eps=2e-3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, stride=2), nn.ReLU(), nn.AvgPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(54, 12), nn.ReLU(), nn.Linear(12, 10),
    )


class Module(nn.Module):
    """Functions instead of layers, a normalisation that folds into nothing, padding by numbers, view, log-softmax."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 5, 5, bias=False)
        self.norm1 = nn.BatchNorm2d(5)
        self.conv2 = nn.Conv2d(5, 6, 3, stride=2, padding=1)
        self.fc1 = nn.Linear(96, 11)
        self.norm2 = nn.BatchNorm1d(11)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(11, 10)

    def forward(self, x):
        x = self.norm1(functional.relu(self.conv1(x)))
        x = functional.max_pool2d(x, 3, stride=2, ceil_mode=False)
        x = functional.relu(self.conv2(x))
        x = functional.avg_pool2d(x, kernel_size=3, stride=1)
        x = x.view(x.size(0), -1)
        x = self.norm2(functional.relu(self.fc1(x)))
        return functional.log_softmax(self.fc2(self.drop(x)), dim=1)


class Pooled(nn.Module):
    """Global average pooling, and flattening by a function."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.ReLU())
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(8, 10)

    def forward(self, x):
        return self.classifier(torch.flatten(self.pool(self.features(x)), 1))


def padded():
    """Padding that is neither none nor `same`: PyTorch's, on even sizes."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1),
        nn.Conv2d(4, 6, (4, 3), padding=(2, 1)), nn.ReLU(),
        nn.AvgPool2d(2, padding=1, count_include_pad=False), nn.MaxPool2d(2, ceil_mode=True),
        nn.Flatten(), nn.Linear(36, 10),
    )


class Limited(nn.Module):
    """ReLU6, clamp with one and two limits, and averages that count their padding."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, stride=2)
        self.relu6 = nn.ReLU6()
        self.pool = nn.AvgPool2d(3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3)
        self.fc = nn.Linear(54, 10)

    def forward(self, x):
        x = self.pool(self.relu6(self.conv1(x)))
        x = functional.avg_pool2d(torch.clamp(self.conv2(x), min=-0.1), 2, padding=1)
        return self.fc(torch.clamp(x, -0.05, 0.8).flatten(1))


class ZeroPadded(nn.Module):
    """Zeros by a layer of their own, before convolutions and a maximum."""

    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.conv1 = nn.Conv2d(1, 4, 3, stride=2)
        self.conv2 = nn.Conv2d(4, 4, 3, stride=2)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = functional.relu(self.conv1(self.pad(x)))
        x = functional.relu(self.conv2(functional.pad(x, (2, 1, 1, 2))))
        x = functional.max_pool2d(functional.pad(x, (1, 0, 1, 0)), 2)
        return self.fc(x.view(x.size(0), -1))


def rows():
    """Takes 784 numbers, gives probabilities."""
    return nn.Sequential(nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 10, bias=False), nn.Softmax(dim=1))


def fill(model: nn.Module, name: str):
    """Gives every parameter and statistic values of its own."""
    random = generator(name)
    roles = {"running_mean": "mean", "running_var": "variance"}
    for module in model.modules():
        tensors = dict(module.named_parameters(recurse=False)) | dict(module.named_buffers(recurse=False))
        for part, tensor in tensors.items():
            if part == "num_batches_tracked":
                continue
            weight = "gamma" if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)) else "kernel"
            bias = "beta" if weight == "gamma" else "bias"
            role = {"weight": weight, "bias": bias}.get(part) or roles[part]
            filled = values(random, role, tuple(tensor.shape), int(np.prod(tensor.shape[1:])))
            tensor.data.copy_(torch.from_numpy(filled))


def forget_folders(path: Path):
    """Cuts folders out of the stack traces that nodes carry: they differ from machine to machine."""
    model = onnx.load(path, load_external_data=False)
    for part in [*model.graph.node, *model.graph.value_info, model.graph]:
        for entry in part.metadata_props:
            for folder in (HERE, Path(torch.__file__).parent.parent):
                entry.value = entry.value.replace(f"{folder}/", "")
    onnx.save(model, path)


def main():
    assert torch.__version__.startswith("2.15.0"), torch.__version__
    warnings.filterwarnings("ignore")
    networks = {
        "sequential": sequential, "module": Module, "pooled": Pooled, "padded": padded, "rows": rows, "limited": Limited,
        "zero_padded": ZeroPadded,
    }
    for name, build in networks.items():
        model = build().eval()
        fill(model, name)
        scaled = torch.from_numpy(images() / 255)
        inputs = scaled.reshape(16, 784) if name == "rows" else scaled.reshape(16, 1, 28, 28)
        with torch.no_grad():
            outputs = model(inputs).numpy()
        answers = {"module": np.exp, "rows": np.asarray}.get(name, softmax)(outputs)
        for exporter in ("trace", "dynamo"):
            write_answers(f"pytorch_{name}_{exporter}", answers)
            path = HERE / f"pytorch_{name}_{exporter}.onnx"
            if exporter == "trace":
                axes = {"input": {0: "batch"}, "output": {0: "batch"}}
                torch.onnx.export(model, (inputs,), path, dynamo=False, dynamic_axes=axes,
                                  input_names=["input"], output_names=["output"])
            else:
                batch = torch.export.Dim("batch")
                torch.onnx.export(model, (inputs,), path, dynamo=True, dynamic_shapes=({0: batch},),
                                  external_data=False, verbose=False)
                forget_folders(path)
        if name == "module":
            write_answers("pytorch_module_beside", answers)
            path = HERE / "pytorch_module_beside.onnx"
            torch.onnx.export(model, (inputs[:1],), path, verbose=False)
            forget_folders(path)
            write_answers("pytorch_module_state", answers)
            save_file(model.state_dict(), HERE / "pytorch_module_state.safetensors")


if __name__ == "__main__":
    main()
