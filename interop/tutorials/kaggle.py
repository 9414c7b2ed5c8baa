"""Of Kaggle's notebooks and of blogs."""

from keras_here import keras

layers = keras.layers


def kaggle_introduction():
    """Kaggle, Introduction to CNN Keras - 0.997"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, (5, 5), padding="Same", activation="relu"),
        layers.Conv2D(16, (5, 5), padding="Same", activation="relu"),
        layers.MaxPool2D(pool_size=(2, 2)),
        layers.Dropout(0.25),
        layers.Conv2D(32, (3, 3), padding="Same", activation="relu"),
        layers.Conv2D(32, (3, 3), padding="Same", activation="relu"),
        layers.MaxPool2D(pool_size=(2, 2), strides=(2, 2)),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])


def kaggle_25_million():
    """Kaggle, 25 Million Images! [0.99757] MNIST"""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (16, 32):
        for side, more in ((3, {}), (3, {}), (5, {"strides": 2, "padding": "same"})):
            model.add(layers.Conv2D(filters, kernel_size=side, activation="relu", **more))
            model.add(layers.BatchNormalization())
        model.add(layers.Dropout(0.4))
    model.add(layers.Conv2D(64, kernel_size=4, activation="relu"))
    model.add(layers.BatchNormalization())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.4))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def kaggle_lambda():
    """Kaggle, Deep neural network the Keras way: a function that standardises"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Lambda(_standardize, output_shape=(28, 28, 1)),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def _standardize(image):
    return (image - 0.1307) / 0.3081


def kaggle_leaky():
    """DataCamp, convolutional networks in Python with Keras"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, (3, 3), activation="linear", padding="same"),
        layers.LeakyReLU(0.1),
        layers.MaxPooling2D((2, 2), padding="same"),
        layers.Dropout(0.25),
        layers.Conv2D(32, (3, 3), activation="linear", padding="same"),
        layers.LeakyReLU(0.1),
        layers.MaxPooling2D((2, 2), padding="same"),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])


def kaggle_augmented():
    """Kaggle, digit recognizer with augmentation as layers"""
    return keras.Sequential([
        layers.InputLayer((28, 28, 1)),
        layers.RandomRotation(0.05),
        layers.RandomZoom(0.1),
        layers.RandomTranslation(0.1, 0.1),
        layers.Conv2D(16, 3, padding="same"),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(),
        layers.SpatialDropout2D(0.2),
        layers.Conv2D(32, 3, padding="same"),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.GlobalMaxPooling2D(),
        layers.GaussianDropout(0.2),
        layers.Dense(10, activation="softmax"),
    ])


def kaggle_lenet():
    """Kaggle, LeNet-5 with ReLU"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, (5, 5), strides=(1, 1), padding="same", activation="relu"),
        layers.AveragePooling2D(pool_size=(2, 2), strides=(2, 2)),
        layers.Conv2D(16, (5, 5), activation="relu"),
        layers.AveragePooling2D(pool_size=(2, 2), strides=(2, 2)),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def kaggle_vgg():
    """Kaggle, a small VGG"""
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (8, 16, 32):
        for _ in range(2):
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
            model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D((2, 2), strides=(2, 2)))
    model.add(layers.Flatten())
    model.add(layers.Dense(32, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def mastery_baseline():
    """Machine Learning Mastery, how to develop a CNN for MNIST: the baseline"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, (3, 3), activation="relu", kernel_initializer="he_uniform"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(32, activation="relu", kernel_initializer="he_uniform"),
        layers.Dense(10, activation="softmax"),
    ])


def mastery_deeper():
    """Machine Learning Mastery, how to develop a CNN for MNIST: deeper"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, (3, 3), activation="relu", kernel_initializer="he_uniform"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, (3, 3), activation="relu", kernel_initializer="he_uniform"),
        layers.Conv2D(64, (3, 3), activation="relu", kernel_initializer="he_uniform"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(100, activation="relu", kernel_initializer="he_uniform"),
        layers.Dense(10, activation="softmax"),
    ])


def mastery_batch_norm():
    """Machine Learning Mastery, how to develop a CNN for MNIST: batch normalisation"""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, (3, 3), activation="relu", kernel_initializer="he_uniform"),
        layers.BatchNormalization(),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dense(32, activation="relu", kernel_initializer="he_uniform"),
        layers.BatchNormalization(),
        layers.Dense(10, activation="softmax"),
    ])
