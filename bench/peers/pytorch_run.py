"""The run of `tenfold train` in PyTorch, as a whole process: load, train, evaluate on both sets.

    python pytorch_run.py --threads 2 --data mnist --setting channels_last

The paper's recipe: ten epochs over 60,000 images in batches of 16, SGD with learning rate 0.01 and momentum 0.9. With
--validation a share of the training images is held out and evaluated after each epoch, as in Tenfold. Prints one JSON
object: {"train_accuracy", "test_accuracy"}.
"""

import argparse
import json
from pathlib import Path

import torch

import protocol
import pytorch

EVALUATION_BATCH = 256


@torch.inference_mode()
def count_right(learner, images, labels):
    """Images whose largest logit is their label's."""
    learner.network.eval()
    right = 0
    for images, labels in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH)):
        right += (learner.forward(images).argmax(1) == labels).sum().item()
    learner.network.train()
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, required=True, help="folder with MNIST as IDX files")
    parser.add_argument("--setting", choices=pytorch.SETTINGS, default="channels_last")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--validation", type=float, default=0.0, help="share of the training images held out")
    arguments = parser.parse_args()

    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    learner = pytorch.Learner(pytorch.paper(), arguments.setting)
    parts = {}
    for part in ["train", "t10k"]:
        images, labels = protocol.load(arguments.data, part)
        parts[part] = learner.images(images), torch.from_numpy(labels)
    images, labels = parts["train"]
    order = torch.randperm(len(images))
    held_out = round(arguments.validation * len(images))
    validation, used = order[:held_out], order[held_out:]

    for epoch in range(arguments.epochs):
        for picked in used[torch.randperm(len(used))].split(arguments.batch):
            learner.step(images[picked], labels[picked])
        if held_out > 0:
            right = count_right(learner, images[validation], labels[validation])
            print(json.dumps({"epoch": epoch + 1, "validation_accuracy": right / held_out}))

    accuracies = [count_right(learner, *parts[part]) / len(parts[part][1]) for part in ["train", "t10k"]]
    print(json.dumps(dict(zip(["train_accuracy", "test_accuracy"], accuracies))))


if __name__ == "__main__":
    main()
