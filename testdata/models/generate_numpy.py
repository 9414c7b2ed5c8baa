"""Writes the archives of arrays that tests read, with numpy alone. Run: python3 generate_numpy.py

plain.npz and compressed.npz hold the same linear classifier of digits, named as Tenfold names its tensors; the second has
its kernel column by column and in 64 bits, its bias big endian. pickled.npz holds an array of Python objects.
Made with numpy 2.4.6.
"""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


def main() -> None:
    images = np.fromfile(FOLDER / "images.u8", np.uint8).reshape(16, 784)
    random = np.random.default_rng(1)
    # Few bits, so that the archives are small and every width holds the same numbers.
    kernel = (random.integers(-8, 9, (784, 10)) / 64).astype("<f4")
    bias = (random.integers(-8, 9, 10) / 8).astype("<f4")
    np.savez(FOLDER / "plain.npz", **{"dense.kernel": kernel, "dense.bias": bias})
    other = {"dense.kernel": np.asfortranarray(kernel, "<f8"), "dense.bias": bias.astype(">f4")}
    np.savez_compressed(FOLDER / "compressed.npz", **other)
    np.savez(FOLDER / "pickled.npz", **{"dense.kernel": np.array([{"a": 1}], dtype=object), "dense.bias": bias})

    logits = images.astype(np.float64) / 255 @ kernel + bias
    powers = np.exp(logits - logits.max(1, keepdims=True))
    probabilities = powers / powers.sum(1, keepdims=True)
    for name in ["plain", "compressed"]:
        probabilities.astype("<f4").tofile(FOLDER / f"{name}.f32")


if __name__ == "__main__":
    main()
