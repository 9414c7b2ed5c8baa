"""Writes networks as tutorials build them in Keras: python keras_tutorials.py IMAGES OUT

The folder OUT then holds cases.json (see xtask/src/interop/tutorials.rs) and what it names: each network of tutorials/ as
this Keras saves it, and the probabilities that it answers for the first images. Prints the version.
"""

import json
import os
import sys
import zlib
from pathlib import Path

# Where there is a choice: other backends compile every operation for every shape, which takes minutes.
os.environ["KERAS_BACKEND"] = "numpy"
import numpy as np
from keras_here import VERSION, keras
from tutorials import networks

COUNT = 32


def fill(model, random: np.random.Generator):
    """Gives every variable values of its own, but for statistics that were learnt."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            fill(layer, random)
        elif layer.weights and type(layer).__name__ != "Normalization":
            # A sigmoid makes what it takes four times as small.
            growth = 24 if getattr(getattr(layer, "activation", None), "__name__", "") == "sigmoid" else 6
            layer.set_weights([values(random, variable, growth) for variable in layer.weights])


def values(random: np.random.Generator, variable, growth: float) -> np.ndarray:
    """For answers neither to vanish nor to be certain, and for no statistic to be 0 or 1."""
    role, shape = variable.name.split("/")[-1].split(":")[0], tuple(variable.shape)
    low, high = {
        "bias": (-0.3, 0.3),
        "gamma": (0.5, 1.5),
        "beta": (-0.4, 0.4),
        "moving_mean": (-0.2, 0.4),
        "moving_variance": (0.4, 2.0),
    }.get(role) or (np.array([-1, 1]) * (growth / max(int(np.prod(shape[:-1])), 1)) ** 0.5)
    return random.uniform(low, high, shape).astype(np.float32)


def probabilities(answers: np.ndarray) -> np.ndarray:
    """The answers as probabilities, from logits where the model ends in them."""
    if np.allclose(answers.sum(axis=-1), 1, atol=1e-4) and answers.min() >= 0:
        return answers
    powers = np.exp(answers.astype(np.float64) - answers.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def main():
    images, out = sys.argv[1], Path(sys.argv[2])
    pixels = np.fromfile(images, np.uint8, COUNT * 784).reshape(COUNT, 28, 28)
    pixels = {28: pixels, 32: np.pad(pixels, ((0, 0), (2, 2), (2, 2)))}
    for side, of_side in pixels.items():
        of_side.tofile(out / f"images{side}.u8")
    # What people have of each: the file of Keras 2, and the archive of Keras 3.
    ending = "h5" if VERSION.startswith("2") else "keras"
    cases = []
    for name, network in networks().items():
        keras.backend.clear_session()
        model = network()
        fill(model, np.random.default_rng(zlib.crc32(name.encode())))
        shape = model.input_shape[1:]
        side = shape[0] if len(shape) == 3 else 28
        inputs = pixels[side].reshape(COUNT, *shape).astype(np.float32) * (getattr(network, "scale", 1) / 255)
        answers = probabilities(np.asarray(model(inputs.astype(np.float32), training=False)))
        assert answers.std(axis=0).max() > 0.001, f"{name} answers the same for all images"
        assert np.median(answers.max(axis=1)) < 0.9999, f"{name} is too certain to show a small error"
        answers.astype("<f4").tofile(out / f"{name}.f32")
        model.save(out / f"{name}.{ending}")
        case = {"name": network.__doc__, "file": f"{name}.{ending}", "answers": f"{name}.f32"}
        cases.append(case | {"images": f"images{side}.u8", "input": [side, side]})
    (out / "cases.json").write_text(json.dumps(cases, indent=1))
    print(json.dumps({"version": VERSION}))


if __name__ == "__main__":
    main()
