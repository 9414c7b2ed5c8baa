"""Has tf2onnx convert networks of Keras 2.15 (tf2onnx_*), with what Keras answers.

    python3.11 -m pip install h5py==3.16.0 numpy==1.26.4 onnx==1.16.2 tensorflow-cpu==2.15.1 tf2onnx==1.17.0
    python3.11 testdata/models/generate_tf2onnx.py
"""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import keras_networks
import tf2onnx
from fixtures import HERE, write_answers
from tensorflow import keras


def main():
    assert tf2onnx.__version__ == "1.17.0", tf2onnx.__version__
    for name in ("sequential", "functional", "padded"):
        keras.backend.clear_session()
        model = getattr(keras_networks, name)(keras)
        keras_networks.fill(model, name)
        write_answers(f"tf2onnx_{name}", model(keras_networks.pictures(name), training=False))
        tf2onnx.convert.from_keras(model, output_path=str(HERE / f"tf2onnx_{name}.onnx"))


if __name__ == "__main__":
    main()
