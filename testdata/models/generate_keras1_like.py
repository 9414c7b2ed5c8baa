"""Writes files as Keras 1 and Keras 2.0 did (keras1_like.h5, keras2_0_like.h5), with h5py: those versions run on no Python
of today. What the networks answer, Keras 2.15 says, with the same values in the same order.

    python3.11 -m pip install h5py==3.16.0 numpy==1.26.4 tensorflow-cpu==2.15.1
    python3.11 testdata/models/generate_keras1_like.py

Both: text in fixed-length strings, padded with zeros, as h5py 2 wrote numpy's; a `Sequential` whose `config` is the bare
list of its layers, the first of which says the input's shape. Keras 1: no version; `Convolution2D` with `nb_filter`,
`nb_row`, `nb_col`, `border_mode`, `subsample`, `dim_ordering`, and names such as `convolution2d_1_W`.
"""

import json
import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
import h5py
import keras_networks
import numpy as np
from fixtures import HERE, write_answers
from tensorflow import keras


def network():
    """The network of both files, in the Keras of today."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(4, (5, 3), strides=2),
        layers.BatchNormalization(epsilon=1e-5, momentum=0.99),
        layers.Activation("relu"),
        layers.Conv2D(5, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(10),
        layers.Activation("softmax"),
    ])


def convolution_1(name, filters, rows, columns, stride, border, activation):
    """A convolution in the words of Keras 1."""
    return {"class_name": "Convolution2D", "config": {
        "name": name, "trainable": True, "nb_filter": filters, "nb_row": rows, "nb_col": columns,
        "init": "glorot_uniform", "activation": activation, "border_mode": border, "subsample": [stride, stride],
        "dim_ordering": "tf", "W_regularizer": None, "b_regularizer": None, "activity_regularizer": None,
        "W_constraint": None, "b_constraint": None, "bias": True,
    }}


def layers_of_keras_1():
    """The network in the words of Keras 1, with the names of its weights."""
    layers = [
        convolution_1("convolution2d_1", 4, 5, 3, 2, "valid", "linear"),
        {"class_name": "BatchNormalization", "config": {
            "name": "batchnormalization_1", "trainable": True, "epsilon": 1e-5, "mode": 0, "axis": -1, "momentum": 0.99,
            "gamma_regularizer": None, "beta_regularizer": None,
        }},
        {"class_name": "Activation", "config": {"name": "activation_1", "trainable": True, "activation": "relu"}},
        convolution_1("convolution2d_2", 5, 3, 3, 1, "same", "relu"),
        {"class_name": "MaxPooling2D", "config": {
            "name": "maxpooling2d_1", "trainable": True, "pool_size": [2, 2], "strides": [2, 2],
            "border_mode": "valid", "dim_ordering": "tf",
        }},
        {"class_name": "Dropout", "config": {"name": "dropout_1", "trainable": True, "p": 0.25}},
        {"class_name": "Flatten", "config": {"name": "flatten_1", "trainable": True}},
        {"class_name": "Dense", "config": {
            "name": "dense_1", "trainable": True, "output_dim": 10, "init": "glorot_uniform", "activation": "linear",
            "W_regularizer": None, "b_regularizer": None, "activity_regularizer": None, "W_constraint": None,
            "b_constraint": None, "bias": True, "input_dim": None,
        }},
        {"class_name": "Activation", "config": {"name": "activation_2", "trainable": True, "activation": "softmax"}},
    ]
    layers[0]["config"] |= {"batch_input_shape": [None, 28, 28, 1], "input_dtype": "float32"}
    suffixes = {"Convolution2D": ["W", "b"], "Dense": ["W", "b"],
                "BatchNormalization": ["gamma", "beta", "running_mean", "running_std"]}
    names = [[f"{layer['config']['name']}_{suffix}" for suffix in suffixes.get(layer["class_name"], [])]
             for layer in layers]
    return layers, names


def layers_of_keras_2_0(model):
    """The network as Keras 2.0 describes it: almost today's words, less the input layer."""
    uniform = {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}
    of_then = {
        "kernel_initializer": {"class_name": "VarianceScaling", "config": uniform},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "beta_initializer": {"class_name": "Zeros", "config": {}},
        "gamma_initializer": {"class_name": "Ones", "config": {}},
        "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
        "moving_variance_initializer": {"class_name": "Ones", "config": {}},
        "axis": -1,
    }
    layers, names = [], []
    for layer in model.layers:
        config = layer.get_config().items()
        config = {key: of_then.get(key, value) for key, value in config if key not in ("groups", "dtype")}
        layers.append({"class_name": type(layer).__name__, "config": config})
        names.append([variable.name for variable in layer.weights])
    layers[0]["config"] |= {"batch_input_shape": [None, 28, 28, 1], "dtype": "float32"}
    return layers, names


def write(name: str, model, layers: list, names: list, version: dict):
    """Writes NAME.h5 with the model's values."""
    with h5py.File(HERE / f"{name}.h5", "w") as file:
        config = json.dumps({"class_name": "Sequential", "config": layers})
        file.attrs["model_config"] = np.bytes_(config)
        weights = file.create_group("model_weights")
        for key, value in version.items():
            file.attrs[key] = weights.attrs[key] = np.bytes_(value)
        weights.attrs["layer_names"] = np.array([layer["config"]["name"] for layer in layers], "S")
        for layer, described, tensors in zip(model.layers, layers, names, strict=True):
            group = weights.create_group(described["config"]["name"])
            group.attrs["weight_names"] = np.array(tensors, "S") if tensors else np.array([])
            for tensor, value in zip(tensors, layer.get_weights(), strict=True):
                group.create_dataset(tensor, data=value)
    write_answers(name, model(keras_networks.pictures(name), training=False))


def main():
    for name in ("keras1_like", "keras2_0_like"):
        keras.backend.clear_session()
        model = network()
        keras_networks.fill(model, name)
        if name == "keras1_like":
            write(name, model, *layers_of_keras_1(), {})
        else:
            write(name, model, *layers_of_keras_2_0(model), {"keras_version": "2.0.8", "backend": "tensorflow"})


if __name__ == "__main__":
    main()
