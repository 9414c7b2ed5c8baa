"""What all Python peers share: the command line, the images, the windows, the checks and the line they print.

    python PEER.py WORK --batch N --threads N --seconds S --data DIR

WORK is `train` or `predict`; DIR has the IDX files of MNIST's test set. One JSON object goes to standard output:
{"work", "setting", "images_per_s": {"median", "best"}, "windows"}. A window is 25 steps of training, or at least 25
batches and 512 images of predictions, as in `tenfold bench`. The first windows, in which libraries choose their
algorithms and compile, are left out.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np

BATCHES_PER_WINDOW = 25
IMAGES_PER_WINDOW = 512
WARM_UP_WINDOWS = 3


def parser(description, works=("train", "predict")):
    """The command line of a peer; it may add options of its own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("work", choices=works)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--data", type=Path, required=True, help="folder with MNIST as IDX files")
    return parser


def load(folder, part="t10k"):
    """Images as float32 `[N, 28, 28]` from 0 to 1, labels as int64 `[N]`."""
    images = np.frombuffer((folder / f"{part}-images-idx3-ubyte").read_bytes(), np.uint8, offset=16)
    labels = np.frombuffer((folder / f"{part}-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    return images.reshape(-1, 28, 28).astype(np.float32) / 255, labels.astype(np.int64)


def starts(arguments, images):
    """Where the batches of a window begin, window after window, each pass going through the images in order."""
    batch = arguments.batch
    count = BATCHES_PER_WINDOW
    if arguments.work == "predict":
        count = max(count, -(-IMAGES_PER_WINDOW // batch))
    position = 0
    while True:
        window = []
        for _ in range(count):
            position = 0 if position + batch > images else position
            window.append(position)
            position += batch
        yield window


def measure(arguments, setting, labels, window, accuracy=0.0):
    """Calls `window` with the starts of its batches until the time is up, checks what it returns and prints the rates.

    `window` returns the mean loss of its steps, or the probabilities `[batch, 10]` of each of its batches. `accuracy`:
    what the predictions must reach, where the weights are a trained model's.
    """
    rates, answers, start = [], [], None
    for batches in starts(arguments, len(labels)):
        begin = time.perf_counter()
        answers.append((batches, window(batches)))
        rates.append(len(batches) * arguments.batch / (time.perf_counter() - begin))
        if start is None and len(rates) == WARM_UP_WINDOWS:
            rates, start = [], time.perf_counter()
        elif start is not None and time.perf_counter() - start >= arguments.seconds:
            break
    if arguments.work == "train":
        check_losses([loss for _, loss in answers])
    else:
        check_probabilities(arguments.batch, labels, answers, accuracy)
    print(json.dumps({
        "work": f"{arguments.work}.batch_{arguments.batch}",
        "setting": setting,
        "images_per_s": {"median": round(statistics.median(rates), 1), "best": round(max(rates), 1)},
        "windows": len(rates),
    }))


def check_losses(losses):
    """Training must learn."""
    first, last = losses[0], losses[-1]
    assert last < first, f"training did not learn: loss {first} at first, {last} at last"


def check_probabilities(batch, labels, answers, accuracy):
    """Predictions must be probabilities, and right often enough."""
    right = seen = 0
    for batches, predictions in answers:
        for start, probabilities in zip(batches, predictions, strict=True):
            assert probabilities.shape == (batch, 10), f"probabilities of shape {probabilities.shape}"
            assert np.isfinite(probabilities).all(), "probabilities are not finite"
            assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4), "probabilities do not add up to 1"
            right += (probabilities.argmax(axis=1) == labels[start : start + batch]).sum()
            seen += batch
    assert right / seen >= accuracy, f"{right} of {seen} predictions are right"
