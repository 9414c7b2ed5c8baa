"""Has Keras 3.15 write its files (keras3_*), with what it answers.

    python3.11 -m pip install h5py==3.16.0 jax==0.10.2 keras==3.15.1 numpy==2.4.6
    python3.11 testdata/models/generate_keras3.py

The bytes of .keras files hold the date.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
import keras
import keras_networks

FILES = {
    "sequential": [".h5", ".keras"],
    "functional": [".h5", ".keras"],
    "padded": [".keras"],
    "paper": [".h5", ".keras", ".weights.h5"],
    "logits": [".keras"],
    "nested": [".h5", ".keras", ".weights.h5"],
    "signed": [".keras"],
    "normalization": [".keras"],
    "relu6": [".keras"],
}


def main():
    assert keras.__version__ == "3.15.1", keras.__version__
    keras_networks.generate(keras, "keras3", FILES)


if __name__ == "__main__":
    main()
