"""Trains the paper's network in Keras: python keras_train.py DATA OUT

One pass over all images of the folder DATA. Saves OUT.h5 and OUT.keras, and prints how many test images Keras has right.
"""

import json
import sys
from pathlib import Path

import numpy as np
from keras_here import VERSION, keras, pictures

BATCH = 64


def network():
    """The paper's."""
    layers, he = keras.layers, "he_normal"
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu", kernel_initializer=he),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu", kernel_initializer=he),
        layers.Conv2D(64, 3, activation="relu", kernel_initializer=he),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(100, activation="relu", kernel_initializer=he),
        layers.Dense(10, activation="softmax"),
    ])


def main():
    data, out = Path(sys.argv[1]), sys.argv[2]

    def part(name):
        return pictures(data / f"{name}.images.u8"), np.fromfile(data / f"{name}.labels.u8", np.uint8)

    model = network()
    optimizer = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*part("train"), batch_size=BATCH, epochs=1, verbose=0)
    images, labels = part("test")
    _, accuracy = model.evaluate(images, labels, batch_size=1000, verbose=0)
    for ending in ("h5", "keras"):
        model.save(f"{out}.{ending}")
    print(json.dumps({"version": VERSION, "images": len(labels), "correct": round(accuracy * len(labels))}))


if __name__ == "__main__":
    main()
