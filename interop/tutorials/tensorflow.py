"""Of tensorflow.org's tutorials."""

from keras_here import keras

from .images import adapted, of_bytes

layers = keras.layers


def tf_quickstart():
    """tensorflow.org, quickstart for beginners"""
    return keras.Sequential([
        layers.Flatten(input_shape=(28, 28)),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10),
    ])


def tf_quickstart_probabilities():
    """tensorflow.org, quickstart for beginners: the trained model and a softmax"""
    return keras.Sequential([tf_quickstart(), layers.Softmax()])



def tf_cnn():
    """tensorflow.org, convolutional neural network"""
    return keras.Sequential([
        layers.Conv2D(32, (3, 3), activation="relu", input_shape=(28, 28, 1)),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ])


@of_bytes
def tf_images():
    """tensorflow.org, image classification: the first model"""
    return keras.Sequential([
        layers.Rescaling(1.0 / 255, input_shape=(28, 28, 1)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10),
    ])


@of_bytes
def tf_images_augmented():
    """tensorflow.org, image classification: with augmentation and dropout"""
    augmentation = keras.Sequential([
        layers.RandomFlip("horizontal", input_shape=(28, 28, 1)),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
    ])
    return keras.Sequential([
        augmentation,
        layers.Rescaling(1.0 / 255),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, name="outputs"),
    ])


@of_bytes
def tf_augmentation():
    """tensorflow.org, data augmentation: resizing and rescaling in a model of their own"""
    resize_and_rescale = keras.Sequential([layers.Resizing(28, 28), layers.Rescaling(1.0 / 255)])
    augmentation = keras.Sequential([layers.RandomFlip("horizontal_and_vertical"), layers.RandomRotation(0.2)])
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        resize_and_rescale,
        augmentation,
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10),
    ])


@of_bytes
def tf_transfer():
    """tensorflow.org, transfer learning: a base that is not trained, pixels from -1 to 1"""
    base = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, strides=2, use_bias=False, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(6.0),
            layers.Conv2D(32, 1, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(6.0),
        ],
        name="base",
    )
    base.trainable = False
    image = keras.Input((28, 28, 1))
    x = layers.RandomFlip("horizontal")(image)
    x = layers.Rescaling(1.0 / 127.5, offset=-1)(x)
    x = base(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    return keras.Model(image, layers.Dense(10)(x))


@of_bytes
def tf_normalization():
    """tensorflow.org, working with preprocessing layers: statistics of bytes"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        adapted(layers.Normalization(axis=None), 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def tf_overfit():
    """tensorflow.org, overfit and underfit: weights kept small"""
    small = keras.regularizers.l2(0.001)
    return keras.Sequential([
        keras.Input((784,)),
        layers.Dense(64, activation="relu", kernel_regularizer=small),
        layers.Dropout(0.5),
        layers.Dense(64, activation="relu", kernel_regularizer=small),
        layers.Dropout(0.5),
        layers.Dense(10),
    ])
