"""Of keras.io's examples and guides, and of the examples that came with Keras 1 and 2."""

from keras_here import keras

from .images import of_bytes

layers = keras.layers


def keras_simple_mnist():
    """keras.io, simple MNIST convnet"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def keras_mnist_cnn():
    """Keras 2, examples/mnist_cnn.py"""
    return keras.Sequential([
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu", input_shape=(28, 28, 1)),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def keras_mnist_mlp():
    """Keras 2, examples/mnist_mlp.py"""
    return keras.Sequential([
        layers.Dense(128, activation="relu", input_shape=(784,)),
        layers.Dropout(0.2),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ])


def keras_mnist_rnn():
    """Keras 2, examples/mnist_irnn.py: rows as a sequence"""
    return keras.Sequential([
        keras.Input((28, 28)),
        layers.LSTM(16),
        layers.Dense(10, activation="softmax"),
    ])


def keras_functional():
    """keras.io, the functional API"""
    image = keras.Input((784,), name="digits")
    x = layers.Dense(64, activation="relu", name="dense_1")(image)
    x = layers.Dense(64, activation="relu", name="dense_2")(x)
    return keras.Model(image, layers.Dense(10, activation="softmax", name="predictions")(x))


def keras_encoder():
    """keras.io, the functional API: an encoder as a layer of a classifier"""
    image = keras.Input((28, 28, 1), name="img")
    x = layers.Conv2D(16, 3, activation="relu")(image)
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = layers.MaxPooling2D(3)(x)
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = layers.Conv2D(16, 3, activation="relu")(x)
    encoder = keras.Model(image, layers.GlobalMaxPooling2D()(x), name="encoder")
    image = keras.Input((28, 28, 1))
    return keras.Model(image, layers.Dense(10)(encoder(image)))


def keras_toy_resnet():
    """keras.io, the functional API: a toy ResNet"""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, activation="relu")(image)
    first = layers.MaxPooling2D(3)(x)
    x = layers.Conv2D(16, 3, activation="relu", padding="same")(first)
    x = layers.Conv2D(16, 3, activation="relu", padding="same")(x)
    second = layers.add([x, first])
    x = layers.Conv2D(16, 3, activation="relu")(second)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(32, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(image, layers.Dense(10)(x))


def keras_engineers():
    """keras.io, introduction for engineers"""
    return keras.Sequential([
        layers.Input(shape=(28, 28, 1)),
        layers.Conv2D(16, kernel_size=(3, 3), activation="relu"),
        layers.Conv2D(16, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


@of_bytes
def keras_from_scratch():
    """keras.io, image classification from scratch: a small Xception"""
    image = keras.Input((28, 28, 1))
    x = layers.Rescaling(1.0 / 255)(image)
    x = layers.Conv2D(8, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = before = layers.Activation("relu")(x)
    x = layers.SeparableConv2D(16, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.add([x, layers.Conv2D(16, 1, strides=2, padding="same")(before)])
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.25)(x)
    return keras.Model(image, layers.Dense(10)(x))


def keras_mobile():
    """keras.io, applications: blocks of MobileNet"""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(image)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Conv2D(16, 1, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Conv2D(10, 1)(x)
    x = layers.Reshape((10,))(x)
    return keras.Model(image, layers.Activation("softmax")(x))


@of_bytes
def keras_augmented_from_bytes():
    """keras.io, working with preprocessing layers: augmentation of bytes"""
    image = keras.Input((28, 28, 1))
    x = layers.RandomTranslation(0.1, 0.1)(image)
    x = layers.RandomContrast(0.1)(x)
    x = layers.Rescaling(scale=1.0 / 255)(x)
    x = layers.Conv2D(8, 5, activation="relu")(x)
    x = layers.MaxPooling2D(4)(x)
    x = layers.Flatten()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
