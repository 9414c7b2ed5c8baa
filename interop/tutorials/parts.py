"""Short ones, each for a part that people's own networks have."""

from keras_here import keras

from .images import adapted, of_bytes

layers = keras.layers


def logistic_regression():
    """a single dense layer"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def reshaped_rows():
    """rows that become images, and images that become rows, by Reshape"""
    return keras.Sequential([
        keras.Input((784,)),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(8, 5, strides=2, activation="relu"),
        layers.Permute((1, 2, 3)),
        layers.Reshape((-1,)),
        layers.Dense(10, activation="softmax"),
    ])


def all_convolutional():
    """strides in place of pooling, and a mean in place of dense layers"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, activation="relu", padding="same"),
        layers.Conv2D(16, 3, strides=2, activation="relu", padding="same"),
        layers.Conv2D(10, 1),
        layers.GlobalAveragePooling2D(),
        layers.Activation("softmax"),
    ])


def noisy():
    """noise, and what else does nothing in prediction"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.GaussianNoise(0.1),
        layers.Conv2D(8, 3, activation="relu"),
        layers.ActivityRegularization(l2=1e-4),
        layers.SpatialDropout2D(0.1),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def zero_padded():
    """zeros around images, before a convolution and before a mean"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.ZeroPadding2D(1),
        layers.Conv2D(8, 3, strides=2, activation="relu"),
        layers.ZeroPadding2D(1),
        layers.AveragePooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def normalized_units():
    """statistics of pixels from 0 to 1, given as numbers"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Normalization(mean=0.1307, variance=0.3081**2),
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(4),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


@of_bytes
def rescaled_and_normalized():
    """a division by 255, then the statistics of what it gives"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        adapted(layers.Normalization(), 1),
        layers.Conv2D(8, 3, strides=3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def nested_twice():
    """models in a model in a model"""
    block = keras.Sequential([layers.Conv2D(8, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()])
    features = keras.Sequential([block, layers.MaxPooling2D(), layers.Conv2D(12, 3, activation="relu")])
    head = keras.Sequential([layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10)])
    return keras.Sequential([keras.Input((28, 28, 1)), features, head, layers.Softmax()])


def relu6_by_name():
    """relu6 as an activation's name"""
    relu6 = getattr(keras.activations, "relu6", "relu6")
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, 3, activation=relu6),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])
