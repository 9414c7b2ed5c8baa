"""The networks that generate_keras2.py and generate_keras3.py have their Keras write: the same code in both.

Layers keep the names that Keras gives them, which count from one in each process, and so do models.
"""

import numpy as np
from fixtures import HERE, LABELS, generator, images, softmax, values, write_answers


def sequential(keras):
    """Both paddings, strides, uneven `same` padding, both poolings."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(4, (3, 5), strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9, epsilon=2e-3),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(6, 3, activation="relu"),
        layers.AveragePooling2D(2, padding="same"),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(12, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def functional(keras):
    """Activations as layers, a batch normalisation without scale and shift, a convolution without bias."""
    layers = keras.layers
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(6, 5, use_bias=False)(inputs)
    x = layers.BatchNormalization(scale=False, center=False)(x)
    x = layers.Activation("relu")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    x = layers.Conv2D(8, 3, strides=(2, 1))(x)
    x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(10)(x)
    return keras.Model(inputs, layers.Softmax()(x))


def padded(keras):
    """Zeros around images, as networks translated from PyTorch have them."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.ZeroPadding2D(1),
        layers.Conv2D(4, 3, strides=2, activation="relu"),
        layers.ZeroPadding2D(((1, 1), (1, 0))),
        layers.MaxPooling2D(3, strides=2),
        layers.ZeroPadding2D((1, 2)),
        layers.Conv2D(5, (2, 3)),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def paper(keras):
    """The shape of the paper's network, with fewer filters and units; trained a little by `train`."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(3, 3, activation="relu", kernel_initializer="he_uniform"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(4, 3, activation="relu", kernel_initializer="he_uniform"),
        layers.Conv2D(5, 3, activation="relu", kernel_initializer="he_uniform"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(7, activation="relu", kernel_initializer="he_uniform"),
        layers.Dense(10, activation="softmax"),
    ])


def rescaling(keras):
    """Takes 0..255."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(3, 5, strides=5, activation="relu"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def logits(keras):
    """Ends without softmax, as a loss made with from_logits wants it."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.MaxPooling2D(4),
        layers.Flatten(),
        layers.Dense(8, activation="relu"),
        layers.Dense(10),
    ])


def rows(keras):
    """TensorFlow's first tutorial: rows and columns without channels."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(4, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ])


def nested(keras):
    """Models in a model, one of them not trained; what changes images in training alone."""
    layers = keras.layers
    augmentation = keras.Sequential([keras.Input((28, 28, 1)), layers.RandomRotation(0.1)])
    base = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(3, 5, strides=2),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(4, 3, strides=2, activation="relu"),
    ])
    base.trainable = False
    features = keras.Sequential([keras.Input((28, 28, 1)), base, layers.BatchNormalization()])
    inputs = keras.Input((28, 28, 1))
    x = layers.Flatten()(features(layers.GaussianNoise(0.1)(augmentation(inputs))))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def signed(keras):
    """Takes 0..255 and makes it -1..1, before a convolution that pads."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.RandomTranslation(0.1, 0.1),
        layers.Rescaling(1 / 127.5, offset=-1),
        layers.Conv2D(3, 5, strides=5, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def normalization(keras):
    """Takes 0..255, less the mean of each column, divided by its deviation; some columns are always blank."""
    layers = keras.layers
    columns = layers.Normalization()
    columns.adapt(images())
    return keras.Sequential([
        keras.Input((28, 28)),
        columns,
        layers.Flatten(),
        layers.Dense(4, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def relu6(keras):
    """Numbers of at most 6, and a mean that counts the zeros around the image."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(4, 5, strides=2),
        layers.ReLU(6.0),
        layers.ZeroPadding2D(1),
        layers.AveragePooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def fill(model, name: str):
    """Gives every variable values of its own, but for statistics that were learnt."""
    fill_layers(model, generator(name))


def fill_layers(model, random: np.random.Generator):
    roles = {"moving_mean": "mean", "moving_variance": "variance"}
    # Optional parts are left out by role, not by place: a layer without them has fewer variables.
    for layer in model.layers:
        if hasattr(layer, "layers"):
            fill_layers(layer, random)
            continue
        if type(layer).__name__ == "Normalization":
            continue
        filled = []
        for variable in layer.weights:
            role = variable.name.split("/")[-1].split(":")[0]
            shape = tuple(variable.shape)
            filled.append(values(random, roles.get(role, role), shape, int(np.prod(shape[:-1]))))
        if filled:
            layer.set_weights(filled)


def pictures(name: str) -> np.ndarray:
    """What the network of that name takes for the 16 images."""
    scale = 1 if name in ("rescaling", "signed", "normalization") else 255
    shape = (16, 28, 28) if name in ("rows", "normalization") else (16, 28, 28, 1)
    return images().reshape(shape) / scale


def train(keras, model):
    """A few steps, so that the optimiser has something to remember."""
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.9),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    labels = np.eye(10, dtype=np.float32)[LABELS]
    model.fit(pictures("paper"), labels, batch_size=8, epochs=2, shuffle=False, verbose=0)


def generate(keras, prefix: str, files: dict[str, list[str]]):
    """Has Keras write each network of `files` with each of the endings, and the answers beside it."""
    for name, endings in files.items():
        keras.backend.clear_session()
        model = globals()[name](keras)
        fill(model, name)
        if name == "paper":
            train(keras, model)
        answers = np.asarray(model(pictures(name), training=False))
        write_answers(f"{prefix}_{name}", softmax(answers) if name == "logits" else answers)
        for ending in endings:
            path = HERE / f"{prefix}_{name}{ending}"
            if ending == ".weights.h5":
                model.save_weights(path)
            else:
                model.save(path)
