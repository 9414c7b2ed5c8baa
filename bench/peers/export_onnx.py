"""Writes the paper's network with the weights of a Tenfold model file as ONNX, for the peers that only predict.

    python export_onnx.py crates/recognizer/models/paper.safetensors DIR --data mnist

DIR/paper.onnx takes `images`, float32 `[N, 1, 28, 28]` from 0 to 1, and gives `probabilities` `[N, 10]`.
DIR/paper-int8.onnx is the same network as ONNX Runtime's own quantiser makes it: bytes in all layers but the softmax,
with ranges calibrated on the first CALIBRATION training images.
"""

import argparse
import json
import struct
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

import protocol

CALIBRATION, CALIBRATION_BATCH = 512, 64


def read_safetensors(path):
    """The tensors of a file of float32, by name."""
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header, values = json.loads(data[8 : 8 + length]), data[8 + length :]
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(values[begin:end], "<f4").reshape(entry["shape"])
    return tensors


def onnx_weights(tensors):
    """The tensors in ONNX's layout: kernels [O, C, H, W], and the first dense layer's inputs in the order [C, H, W]."""
    weights = {}
    for name, values in tensors.items():
        if values.ndim == 4:
            values = values.transpose(3, 2, 0, 1)
        elif name == "dense.kernel":
            values = values.reshape(4, 4, 64, 100).transpose(2, 0, 1, 3).reshape(1024, 100)
        weights[name] = np.ascontiguousarray(values)
    return weights


def paper(weights):
    """The paper's network with `weights`."""
    nodes = []

    def add(kind, *tensors, **attributes):
        output = f"{kind}_{len(nodes)}".lower()
        before = [nodes[-1].output[0]] if nodes else ["images"]
        nodes.append(helper.make_node(kind, before + list(tensors), [output], **attributes))

    def convolution(name):
        add("Conv", f"{name}.kernel", f"{name}.bias", kernel_shape=[3, 3])
        add("Relu")

    def max_pool():
        add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])

    convolution("conv2d")
    max_pool()
    convolution("conv2d_1")
    convolution("conv2d_2")
    max_pool()
    add("Flatten")
    add("Gemm", "dense.kernel", "dense.bias")
    add("Relu")
    add("Gemm", "dense_1.kernel", "dense_1.bias")
    add("Softmax", axis=1)
    nodes[-1].output[0] = "probabilities"

    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 1, 28, 28])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10])
    initializers = [numpy_helper.from_array(values, name) for name, values in weights.items()]
    graph = helper.make_graph(nodes, "paper", [images], [probabilities], initializers)
    # Versions that all of the peers read.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


class TrainingImages(CalibrationDataReader):
    """What the quantiser asks for the ranges of activations."""

    def __init__(self, folder):
        images, _ = protocol.load(folder, "train")
        self.batches = iter(images[:CALIBRATION, None].reshape(-1, CALIBRATION_BATCH, 1, 28, 28))

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {"images": batch}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="safetensors file of the paper's network")
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("--data", type=Path, required=True, help="folder with MNIST as IDX files")
    arguments = parser.parse_args()
    full, quantised = arguments.folder / "paper.onnx", arguments.folder / "paper-int8.onnx"
    onnx.save(paper(onnx_weights(read_safetensors(arguments.model))), full)
    quantize_static(
        full, quantised, TrainingImages(arguments.data),
        per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        # Probabilities as bytes would no longer add up to 1.
        op_types_to_quantize=["Conv", "Relu", "MaxPool", "Flatten", "Gemm"],
    )


if __name__ == "__main__":
    main()
