"""PyTorch on the work of `tenfold bench`; see protocol.py for what all peers share.

    python pytorch.py train --batch 16 --threads 2 --seconds 3 --data mnist --setting channels_last
    python pytorch.py train --network general ...
"""

import torch
from torch import nn

import protocol

SETTINGS = ["eager", "channels_last", "compile"]


def paper():
    """The paper's network."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1024, 100), nn.ReLU(), nn.Linear(100, 10),
    )


def general():
    """The network of general.toml; its border pixels are padded on both sides, which costs the same."""
    return nn.Sequential(
        nn.Conv2d(1, 48, 5, padding="same"), nn.BatchNorm2d(48), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(48, 96, 3, stride=2, padding=1), nn.BatchNorm2d(96), nn.ReLU(),
        nn.Conv2d(96, 96, 1), nn.ReLU(), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(7 * 7 * 96, 10),
    )


def block(channels, filters):
    """A 3x3 convolution with batch normalisation and ReLU."""
    convolution = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
    return [convolution, nn.BatchNorm2d(filters), nn.ReLU()]


class MeanAndLargest(nn.Module):
    """The mean of each channel and its largest number, side by side."""

    def forward(self, images):
        return torch.cat([images.mean((2, 3)), images.amax((2, 3))], 1)


def compact():
    """The network of compact.toml."""
    return nn.Sequential(
        *block(1, 32), *block(32, 32), nn.MaxPool2d(2),
        *block(32, 64), *block(64, 64), nn.MaxPool2d(2),
        *block(64, 128), *block(128, 128),
        MeanAndLargest(), nn.Linear(256, 10),
    )


def small():
    """The network of small.toml."""
    return nn.Sequential(
        *block(1, 16), *block(16, 16), nn.MaxPool2d(2),
        *block(16, 16), *block(16, 16), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(7 * 7 * 16, 10),
    )


NETWORKS = {"paper": paper, "general": general, "compact": compact, "small": small}


def initialize(network):
    """He's initialisation, as in Tenfold."""
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


class Learner:
    """A network with its optimiser, in one of SETTINGS."""

    def __init__(self, network, setting):
        self.layout = torch.contiguous_format if setting == "eager" else torch.channels_last
        self.network = initialize(network).to(memory_format=self.layout)
        self.forward = torch.compile(self.network) if setting == "compile" else self.network
        # One loop over each parameter instead of one for each operation: the fastest of its kinds.
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.01, momentum=0.9, fused=True)
        self.loss_function = nn.CrossEntropyLoss()

    def images(self, images):
        """Images as the network takes them, from `[N, 28, 28]`."""
        return torch.from_numpy(images)[:, None].contiguous(memory_format=self.layout)

    def step(self, images, labels):
        """One step; returns the loss before it."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss_function(self.forward(images), labels)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    @torch.inference_mode()
    def probabilities(self, images):
        return self.forward(images).softmax(1)


def main():
    parser = protocol.parser(__doc__)
    parser.add_argument("--setting", choices=SETTINGS, default="channels_last")
    parser.add_argument("--network", choices=NETWORKS, default="paper")
    arguments = parser.parse_args()

    torch.manual_seed(1)
    torch.set_num_threads(arguments.threads)
    learner = Learner(NETWORKS[arguments.network](), arguments.setting)
    pixels, digits = protocol.load(arguments.data)
    images, labels = learner.images(pixels), torch.from_numpy(digits)
    # An epoch goes through its images in another order than they lie in memory, so batches are picked by index.
    order = torch.randperm(len(images))

    def train(starts):
        losses = []
        for start in starts:
            picked = order[start : start + arguments.batch]
            losses.append(learner.step(images[picked], labels[picked]))
        return torch.stack(losses).mean().item()

    def predict(starts):
        return [learner.probabilities(images[start : start + arguments.batch]).numpy() for start in starts]

    learner.network.train(arguments.work == "train")
    protocol.measure(arguments, arguments.setting, digits, train if arguments.work == "train" else predict)


if __name__ == "__main__":
    main()
