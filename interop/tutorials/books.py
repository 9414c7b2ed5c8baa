"""Of books: Chollet's, Géron's, and others'."""

from keras_here import keras

from .images import adapted, of_bytes

layers = keras.layers




def chollet_functional():
    """Chollet, Deep Learning with Python, second edition, chapter 8"""
    image = keras.Input(shape=(28, 28, 1))
    x = layers.Conv2D(filters=32, kernel_size=3, activation="relu")(image)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=64, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=64, kernel_size=3, activation="relu")(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs=image, outputs=layers.Dense(10, activation="softmax")(x))


@of_bytes
def chollet_augmented():
    """Chollet, second edition, chapter 8: augmentation and rescaling inside"""
    augmentation = keras.Sequential([
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.2),
    ])
    image = keras.Input(shape=(28, 28, 1))
    x = augmentation(image)
    x = layers.Rescaling(1.0 / 255)(x)
    x = layers.Conv2D(filters=16, kernel_size=3, activation="relu")(x)
    x = layers.MaxPooling2D(pool_size=2)(x)
    x = layers.Conv2D(filters=32, kernel_size=3, activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


@of_bytes
def chollet_residual():
    """Chollet, second edition, chapter 9: a residual block with a projection"""
    image = keras.Input(shape=(28, 28, 1))
    x = layers.Rescaling(1.0 / 255)(image)
    residual = x
    x = layers.Conv2D(8, 3, activation="relu", padding="same")(x)
    x = layers.Conv2D(8, 3, activation="relu", padding="same")(x)
    x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.add([x, layers.Conv2D(8, 1, strides=2)(residual)])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def geron_mlp():
    """Géron, Hands-On Machine Learning, chapter 10"""
    return keras.Sequential([
        keras.Input(shape=[28, 28]),
        layers.Flatten(),
        layers.Dense(100, activation="relu"),
        layers.Dense(50, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def geron_batch_norm():
    """Géron, chapter 11: batch normalisation after activations"""
    return keras.Sequential([
        layers.Flatten(input_shape=[28, 28]),
        layers.BatchNormalization(),
        layers.Dense(60, activation="relu", kernel_initializer="he_normal"),
        layers.BatchNormalization(),
        layers.Dense(30, activation="relu", kernel_initializer="he_normal"),
        layers.BatchNormalization(),
        layers.Dense(10, activation="softmax"),
    ])


def geron_batch_norm_before():
    """Géron, chapter 11: batch normalisation before activations"""
    return keras.Sequential([
        layers.Flatten(input_shape=[28, 28]),
        layers.Dense(60, kernel_initializer="he_normal", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Dense(30, kernel_initializer="he_normal", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Dense(10, activation="softmax"),
    ])


def geron_selu():
    """Géron, chapter 11: self-normalising"""
    return keras.Sequential([
        layers.Flatten(input_shape=[28, 28]),
        layers.Dense(60, activation="selu", kernel_initializer="lecun_normal"),
        layers.AlphaDropout(rate=0.2),
        layers.Dense(10, activation="softmax"),
    ])


def geron_elu():
    """Géron, chapter 11: exponential linear units"""
    return keras.Sequential([
        layers.Flatten(input_shape=[28, 28]),
        layers.Dense(60, activation="elu", kernel_initializer="he_normal"),
        layers.BatchNormalization(),
        layers.Dense(10, activation="softmax"),
    ])


def geron_swish():
    """Géron, third edition, chapter 11: swish"""
    return keras.Sequential([
        layers.Flatten(input_shape=[28, 28]),
        layers.Dense(60, activation="swish", kernel_initializer="he_normal"),
        layers.Dense(10, activation="softmax"),
    ])


def geron_max_norm():
    """Géron, chapter 11: weights of a largest norm"""
    limit = keras.constraints.MaxNorm(1.0)
    return keras.Sequential([
        layers.Flatten(input_shape=[28, 28]),
        layers.Dropout(rate=0.2),
        layers.Dense(60, activation="relu", kernel_initializer="he_normal", kernel_constraint=limit),
        layers.Dropout(rate=0.2),
        layers.Dense(10, activation="softmax"),
    ])


@of_bytes
def geron_normalization():
    """Géron, third edition, chapter 13: normalisation of each column inside the model"""
    return keras.Sequential([
        keras.Input((28, 28)),
        adapted(layers.Normalization(), 255, columns=True),
        layers.Flatten(),
        layers.Dense(30, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def geron_fashion_cnn():
    """Géron, chapter 14: fashion MNIST"""
    return keras.Sequential([
        layers.Conv2D(16, 7, activation="relu", padding="same", input_shape=[28, 28, 1]),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu", padding="same"),
        layers.Conv2D(32, 3, activation="relu", padding="same"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu", padding="same"),
        layers.Conv2D(64, 3, activation="relu", padding="same"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def geron_lenet():
    """Géron, chapter 14: LeNet-5 as it was, with images of 32x32"""
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Flatten(),
        layers.Dense(84, activation="tanh"),
        layers.Dense(10, activation="softmax"),
    ])


def d2l_lenet():
    """Zhang and others, Dive into Deep Learning, chapter 7: LeNet with sigmoids"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, activation="sigmoid", padding="same"),
        layers.AvgPool2D(pool_size=2, strides=2),
        layers.Conv2D(16, 5, activation="sigmoid"),
        layers.AvgPool2D(pool_size=2, strides=2),
        layers.Flatten(),
        layers.Dense(120, activation="sigmoid"),
        layers.Dense(84, activation="sigmoid"),
        layers.Dense(10),
    ])


def d2l_nin():
    """Zhang and others, chapter 8: network in network"""
    block = [layers.Conv2D(16, 5, strides=2, padding="valid", activation="relu")]
    block += [layers.Conv2D(16, 1, activation="relu"), layers.Conv2D(16, 1, activation="relu")]
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        keras.Sequential(block),
        layers.MaxPool2D(pool_size=3, strides=2),
        layers.Dropout(0.5),
        keras.Sequential([layers.Conv2D(10, 3, padding="same", activation="relu"), layers.Conv2D(10, 1)]),
        layers.GlobalAvgPool2D(),
        layers.Flatten(),
    ])


def d2l_inception():
    """Zhang and others, chapter 8: an Inception block"""
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 5, strides=2, padding="same", activation="relu")(image)
    branches = [layers.Conv2D(4, side, padding="same", activation="relu")(x) for side in (1, 3, 5)]
    x = layers.GlobalAveragePooling2D()(layers.Concatenate()(branches))
    return keras.Model(image, layers.Dense(10)(x))


def nielsen_sigmoid():
    """Nielsen, Neural Networks and Deep Learning, chapter 1, in Keras"""
    return keras.Sequential([
        keras.Input((784,)),
        layers.Dense(30, activation="sigmoid"),
        layers.Dense(10, activation="softmax"),
    ])
