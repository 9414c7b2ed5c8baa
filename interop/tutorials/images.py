"""What networks take, and images to learn statistics of."""

import numpy as np


def of_bytes(function):
    """Marks a network that takes pixels from 0 to 255."""
    function.scale = 255
    return function


def adapted(layer, scale: int, columns: bool = False):
    """A Normalization with the statistics of images of its own, whose columns are brighter to the right."""
    images = np.random.default_rng(1).uniform(0, scale, (64, 28, 28, 1)) * np.linspace(0.3, 1, 28).reshape(1, 1, 28, 1)
    layer.adapt((images[..., 0] if columns else images).astype(np.float32))
    return layer
