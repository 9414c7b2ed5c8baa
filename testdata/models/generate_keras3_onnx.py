"""Has Keras 3.15 export an ONNX file (keras3_export.onnx), with what it answers.

    python3.11 -m pip install h5py==3.16.0 keras==3.15.1 numpy==2.4.6 onnx==1.23.2 torch==2.15.0
    python3.11 testdata/models/generate_keras3_onnx.py

A network without `same` padding: exported from PyTorch, that becomes dozens of nodes that work out shapes, and Keras pads
there with copies of the edge, where averages then differ from its own on other backends.
"""

import os
import warnings

os.environ["KERAS_BACKEND"] = "torch"
import keras
import keras_networks
from fixtures import HERE, write_answers


def main():
    assert keras.__version__ == "3.15.1", keras.__version__
    warnings.filterwarnings("ignore")
    model = keras_networks.paper(keras)
    keras_networks.fill(model, "export")
    answers = model(keras_networks.pictures("export").astype("float32"), training=False)
    write_answers("keras3_export", keras.ops.convert_to_numpy(answers))
    model.export(HERE / "keras3_export.onnx", format="onnx", verbose=False)


if __name__ == "__main__":
    main()
