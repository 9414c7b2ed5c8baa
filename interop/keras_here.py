"""The Keras of this environment: 2.15 where there is TensorFlow, otherwise the current one, on JAX unless a script says."""

import importlib.metadata
import importlib.util
import os

import numpy as np

if importlib.util.find_spec("tensorflow"):
    # Quiet, and with the plain kernels: oneDNN's transforms round more.
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
    from tensorflow import keras
else:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras

VERSION = importlib.metadata.version("keras")
keras.utils.set_random_seed(1)


def pictures(path: str) -> np.ndarray:
    """A file of 28x28 bytes per image as networks take them: `[N, 28, 28, 1]`, 0..1."""
    return (np.fromfile(path, np.uint8).reshape(-1, 28, 28, 1) / 255).astype(np.float32)
