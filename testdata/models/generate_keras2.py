"""Has Keras 2.15 write its files (keras2_*), with what it answers.

    python3.11 -m pip install h5py==3.16.0 numpy==1.26.4 tensorflow-cpu==2.15.1
    python3.11 testdata/models/generate_keras2.py

The bytes of .keras files hold the date.
"""

import importlib.metadata
import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import keras_networks
from fixtures import HERE, write_answers
from tensorflow import keras

FILES = {
    "sequential": [".h5"],
    "functional": [".h5"],
    "padded": [".h5"],
    "paper": [".h5", ".keras", ".weights.h5"],
    "rescaling": [".h5"],
    "logits": [".h5"],
    "rows": [".h5"],
    "nested": [".h5", ".keras", ".weights.h5"],
    "signed": [".h5"],
    "normalization": [".h5"],
    "relu6": [".h5"],
}


def main():
    version = importlib.metadata.version("keras")
    assert version == "2.15.0", version
    keras_networks.generate(keras, "keras2", FILES)
    # The weights alone, as versions before 2.13 wrote them whatever the file's name.
    for name, network in [("weights", keras_networks.paper), ("nested_weights", keras_networks.nested)]:
        keras.backend.clear_session()
        model = network(keras)
        keras_networks.fill(model, name)
        model.save_weights(HERE / f"keras2_{name}.h5")
        write_answers(f"keras2_{name}", model(keras_networks.pictures(name), training=False))


if __name__ == "__main__":
    main()
