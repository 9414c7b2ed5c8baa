"""What the generators of this folder share: the images, values that show a wrong order, and the files of answers."""

import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
# The digits of images.u8.
LABELS = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7]


def images() -> np.ndarray:
    """The 16 images, `[16, 28, 28]`, 0..255, as float32."""
    return np.fromfile(HERE / "images.u8", np.uint8).reshape(16, 28, 28).astype(np.float32)


def generator(name: str) -> np.random.Generator:
    """Random numbers that belong to a name: the same every time."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def values(random: np.random.Generator, role: str, shape: tuple[int, ...], fan_in: int) -> np.ndarray:
    """Values for a tensor, none of which could be swapped with another unnoticed: no statistic is 0 or 1, no bias 0."""
    low, high = {
        "kernel": (-((12 / fan_in) ** 0.5), (12 / fan_in) ** 0.5),
        "bias": (-0.3, 0.3),
        "gamma": (0.5, 1.5),
        "beta": (-0.4, 0.4),
        "mean": (-0.2, 0.4),
        "variance": (0.4, 2.0),
    }[role]
    return random.uniform(low, high, shape).astype(np.float32)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of each row, worked out in float64."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def write_answers(name: str, probabilities: np.ndarray):
    """Writes NAME.f32, after a look at whether a wrong network could give the same."""
    probabilities = np.asarray(probabilities, "<f4")
    assert probabilities.shape[0] == 16 and np.allclose(probabilities.sum(axis=1), 1, atol=1e-5), name
    assert probabilities.std(axis=0).max() > 0.01, f"{name} answers the same for all images"
    assert np.median(probabilities.max(axis=1)) < 0.999, f"{name} is too certain to show a small error"
    probabilities.tofile(HERE / f"{name}.f32")
    print(f"{name:<28}{probabilities.shape[1]:>3} classes, certainty {probabilities.max(axis=1).mean():.2f}")
