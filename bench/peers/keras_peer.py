"""Keras on the work of `tenfold bench`; see protocol.py for what all peers share.

    python keras_peer.py train --batch 16 --threads 2 --seconds 3 --data mnist

The JAX backend, which is the fastest of those that PyPI has for this; steps are compiled functions of the state, as
Keras' guide to custom training loops in JAX has them, which spares `fit` its work around every step.
"""

import os

import protocol


def paper(keras):
    """The paper's network, ending in logits."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu", kernel_initializer="he_normal"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu", kernel_initializer="he_normal"),
        layers.Conv2D(64, 3, activation="relu", kernel_initializer="he_normal"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(100, activation="relu", kernel_initializer="he_normal"),
        layers.Dense(10, kernel_initializer="he_normal"),
    ])


def main():
    arguments = protocol.parser(__doc__).parse_args()
    # JAX starts as many threads as there are processors it may use, and has no setting of its own.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    os.environ["KERAS_BACKEND"] = "jax"
    import jax
    import keras
    import numpy as np

    keras.utils.set_random_seed(1)
    network = paper(keras)
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    optimizer.build(network.trainable_variables)
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    pixels, digits = protocol.load(arguments.data)
    images, labels = pixels[..., None], digits.astype(np.int32)
    order = np.random.default_rng(1).permutation(len(images))

    def loss_of(trainable, fixed, images, labels):
        logits, _ = network.stateless_call(trainable, fixed, images, training=True)
        return loss_function(labels, logits)

    @jax.jit
    def step(state, images, labels):
        trainable, fixed, slots = state
        loss, gradients = jax.value_and_grad(loss_of)(trainable, fixed, images, labels)
        trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
        return (trainable, fixed, slots), loss

    @jax.jit
    def probabilities(trainable, fixed, images):
        return jax.nn.softmax(network.stateless_call(trainable, fixed, images, training=False)[0])

    values = [[variable.value for variable in variables] for variables in (
        network.trainable_variables, network.non_trainable_variables, optimizer.variables)]

    def train(starts):
        losses = []
        for start in starts:
            picked = order[start : start + arguments.batch]
            values[:], loss = step(values, images[picked], labels[picked])
            losses.append(loss)
        return float(np.mean([float(loss) for loss in losses]))

    def predict(starts):
        trainable, fixed, _ = values
        batches = (images[start : start + arguments.batch] for start in starts)
        return [np.asarray(probabilities(trainable, fixed, batch)) for batch in batches]

    protocol.measure(arguments, "jax", digits, train if arguments.work == "train" else predict)


if __name__ == "__main__":
    main()
