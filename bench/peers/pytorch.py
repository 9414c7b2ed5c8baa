"""PyTorch on the work of `tenfold bench`: the paper's network, trained or run on two threads.

Prints one JSON object: {"work", "setting", "images_per_s": {"median", "best"}, "windows"}. A window is 25 steps (training)
or as many images (prediction); the first windows, in which PyTorch chooses its algorithms, are left out.

    python pytorch.py train --batch 16 --setting channels_last
    python pytorch.py predict --batch 256 --setting compile
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn

STEPS_PER_WINDOW = 25
WARM_UP_WINDOWS = 3


def paper_network() -> nn.Sequential:
    network = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1024, 100), nn.ReLU(), nn.Linear(100, 10),
    )
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["train", "predict"])
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--setting", choices=["eager", "channels_last", "compile"], default="channels_last")
    arguments = parser.parse_args()

    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    network = paper_network()
    # The images of a real epoch lie in one array in memory and are picked by index; so they are here.
    images = torch.rand(4096, 1, 28, 28)
    labels = torch.randint(0, 10, (4096,))
    layout = torch.contiguous_format if arguments.setting == "eager" else torch.channels_last
    network, images = network.to(memory_format=layout), images.to(memory_format=layout)
    forward = torch.compile(network) if arguments.setting == "compile" else network
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    loss_function = nn.CrossEntropyLoss()

    def train_step(order: torch.Tensor) -> None:
        optimizer.zero_grad(set_to_none=True)
        loss_function(forward(images[order]), labels[order]).backward()
        optimizer.step()

    def predict_step(order: torch.Tensor) -> None:
        with torch.inference_mode():
            forward(images[order])

    step = train_step if arguments.work == "train" else predict_step
    orders = torch.randperm(4096).split(arguments.batch)
    orders = [order for order in orders if len(order) == arguments.batch]
    windows, done, start = [], 0, None
    while start is None or time.perf_counter() - start < arguments.seconds:
        begin = time.perf_counter()
        for _ in range(STEPS_PER_WINDOW):
            step(orders[done % len(orders)])
            done += 1
        windows.append(STEPS_PER_WINDOW * arguments.batch / (time.perf_counter() - begin))
        if len(windows) == WARM_UP_WINDOWS:
            windows, start = windows if start else [], time.perf_counter()
    rates = {"median": round(statistics.median(windows), 1), "best": round(max(windows), 1)}
    work = f"{arguments.work}.batch_{arguments.batch}"
    print(json.dumps({"work": work, "setting": arguments.setting, "images_per_s": rates, "windows": len(windows)}))


if __name__ == "__main__":
    main()
