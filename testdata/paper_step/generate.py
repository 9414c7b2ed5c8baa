"""Writes the fixture of crates/network/tests/pytorch_step.rs: two training steps of the paper's network in PyTorch.

    python -m pip install numpy==2.4.6 torch==2.15.0
    python testdata/paper_step/generate.py

Weights, images and labels come from formulas in integers and powers of two, so that the test makes the same ones bit by
bit. The steps are taken in float64 from these float32 values and the results rounded to float32 at the end: the
fixture is then, to the last bit or so, what exact arithmetic gives, and float32 code can be held to tight bounds. The
same steps in float32 are taken too, and the script prints how far PyTorch itself is from the fixture.

    expected.csv   a hash of the weights and one of the images; the loss before each step
    gradient.f32   the gradient of the first step
    change.f32     the weights after both steps minus the weights before them

The .f32 files are little-endian float32 without a header: parameters in Tenfold's order and layout (layer by layer,
kernel before bias; convolutions [H, W, C, O], dense layers [in, out], inputs of the first dense layer in [H, W, C]
order). Tensors of up to WHOLE values are there whole, and of larger ones every STRIDE-th value from the first on, which
visits every channel because STRIDE has no divisor in common with a number of channels.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent
WHOLE, STRIDE = 1024, 11
BATCH, STEPS = 16, 2
RATE, MOMENTUM = 0.01, 0.9
IMAGES = BATCH * STEPS

# A ReLU or a max-pooling decides by comparing two numbers. Where these are nearly equal, float32 and float64 may decide
# differently, and the gradients then differ by much more than rounding. This is the first seed for which no two
# compared numbers are closer than MARGIN times the root mean square of their layer.
SEED = 24
MARGIN = 8e-6

# Name, shape in Tenfold's layout, range of the values: centre plus or minus scale, about He's uniform initialisation.
TENSORS = [
    ("conv2d.kernel", (3, 3, 1, 32), 0, 2**-1),
    ("conv2d.bias", (32,), 2**-4, 2**-5),
    ("conv2d_1.kernel", (3, 3, 32, 64), 0, 2**-3),
    ("conv2d_1.bias", (64,), 2**-4, 2**-5),
    ("conv2d_2.kernel", (3, 3, 64, 64), 0, 2**-3),
    ("conv2d_2.bias", (64,), 2**-4, 2**-5),
    ("dense.kernel", (1024, 100), 0, 2**-4),
    ("dense.bias", (100,), 2**-4, 2**-5),
    ("dense_1.kernel", (100, 10), 0, 2**-2),
    ("dense_1.bias", (10,), 2**-4, 2**-5),
]


def scramble(index):
    """32 random-looking bits from a number below 2**26, by the hash `lowbias32`."""
    x = (index + (SEED << 26)) & 0xFFFFFFFF
    x ^= x >> 16
    x = x * 0x7FEB352D & 0xFFFFFFFF
    x ^= x >> 15
    x = x * 0x846CA68B & 0xFFFFFFFF
    return x ^ x >> 16


def make_weights():
    """All parameters, flat: uniform with 24 random bits each."""
    values = []
    for _, shape, centre, scale in TENSORS:
        for index in range(len(values), len(values) + int(np.prod(shape))):
            values.append(centre + scale * ((scramble(index) >> 8) / 2**23 - 1))
    return np.array(values, dtype=np.float32)


def make_images():
    """A pen wanders over each image, turning now and then, black in the middle and grey at the rim."""
    images = np.zeros((IMAGES, 28, 28), dtype=np.uint8)
    directions = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]
    for number, image in enumerate(images):
        y, x, direction = 14, 14, number % 8
        for move in range(48):
            bits = scramble((number + 1 << 20) + move)
            if bits % 2 == 0:
                direction = (direction + (1, 7)[bits >> 1 & 1]) % 8
            y = min(max(y + directions[direction][0], 5), 22)
            x = min(max(x + directions[direction][1], 5), 22)
            image[y, x] = 255
            for ny, nx in [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]:
                image[ny, nx] = max(image[ny, nx], 64 + (bits >> 8) % 128)
    return images


def fnv1a(data):
    """The 64-bit FNV-1a hash of some bytes."""
    state = 0xCBF29CE484222325
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return state


class Paper(nn.Module):
    """The network, as a PyTorch user would write it, but for the order in which it flattens."""

    def __init__(self):
        super().__init__()
        self.conv2d = nn.Conv2d(1, 32, 3)
        self.conv2d_1 = nn.Conv2d(32, 64, 3)
        self.conv2d_2 = nn.Conv2d(64, 64, 3)
        self.dense = nn.Linear(1024, 100)
        self.dense_1 = nn.Linear(100, 10)
        self.closest = []

    def forward(self, x):
        x = nn.functional.max_pool2d(self.relu(self.pooled(self.conv2d(x))), 2)
        x = self.relu(self.conv2d_1(x))
        x = nn.functional.max_pool2d(self.relu(self.pooled(self.conv2d_2(x))), 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return self.dense_1(self.relu(self.dense(x)))

    def relu(self, x):
        """ReLU; notes how close to zero its input came."""
        self.note(x.detach(), x.detach().abs())
        return nn.functional.relu(x)

    def pooled(self, x):
        """Notes how close the two largest of the four numbers in a window came, where ReLU lets the largest through.

        Numbers that come from the same pixels are equal, and it does not matter which of them is taken.
        """
        rows, columns = x.shape[2] // 2, x.shape[3] // 2
        windows = x.detach()[:, :, : 2 * rows, : 2 * columns].unflatten(3, (columns, 2)).unflatten(2, (rows, 2))
        top = windows.transpose(3, 4).flatten(4).topk(2).values
        gaps = (top[..., 0] - top[..., 1])[top[..., 0] > 0]
        self.note(x.detach(), gaps[gaps > 1e-13])
        return x

    def note(self, x, distances):
        self.closest.append(float(distances.min() / x.square().mean().sqrt()))


def to_torch(values, shape):
    """From Tenfold's layout to PyTorch's."""
    values = values.reshape(shape)
    return values.permute(3, 2, 0, 1) if len(shape) == 4 else values.mT if len(shape) == 2 else values


def from_torch(values):
    """From PyTorch's layout to Tenfold's."""
    values = values.permute(2, 3, 1, 0) if values.dim() == 4 else values.mT if values.dim() == 2 else values
    return values.flatten()


def flat(tensors):
    return torch.cat([from_torch(tensor.detach()) for tensor in tensors]).double().numpy()


def train(weights, images, dtype):
    """The losses, the first gradient and the change of the weights, all in float64; the closest decision."""
    network = Paper().to(dtype)
    parameters = dict(network.named_parameters())
    start = 0
    with torch.no_grad():
        for name, shape, _, _ in TENSORS:
            length = int(np.prod(shape))
            values = torch.from_numpy(weights[start : start + length])
            parameters[name.replace("kernel", "weight")].copy_(to_torch(values, shape))
            start += length
    parameters = [parameters[name.replace("kernel", "weight")] for name, *_ in TENSORS]
    before = flat(parameters)
    assert np.array_equal(before, weights)

    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
    losses, gradients = [], []
    for step in range(STEPS):
        # Steps of 7 through the images, so that the batches are not simply the first and the second half.
        order = [(step * BATCH + position) * 7 % IMAGES for position in range(BATCH)]
        inputs = torch.from_numpy(images[order]).to(dtype)[:, None] / 255
        labels = torch.tensor([number % 10 for number in order])
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(inputs), labels)
        loss.backward()
        losses.append(loss.item())
        gradients.append(flat(parameter.grad for parameter in parameters))
        optimizer.step()
    return losses, gradients[0], flat(parameters) - before, min(network.closest)


def per_tensor(values):
    start = 0
    for name, shape, _, _ in TENSORS:
        length = int(np.prod(shape))
        yield name, values[start : start + length]
        start += length


def sample(values):
    """What the fixture has of a flat vector of parameters."""
    parts = [part if len(part) <= WHOLE else part[::STRIDE] for _, part in per_tensor(values)]
    return np.concatenate(parts).astype("<f4")


def relative(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    weights, images = make_weights(), make_images()
    losses, gradient, change, closest = train(weights, images, torch.float64)
    print(f"closest decision: {closest:.1e}")
    assert closest >= MARGIN, "another seed is needed"

    rows = ["quantity,value", f"weights_fnv1a,{fnv1a(weights.astype('<f4').tobytes())}"]
    rows.append(f"images_fnv1a,{fnv1a(images.tobytes())}")
    rows += [f"loss_{step + 1},{loss!r}" for step, loss in enumerate(losses)]
    (HERE / "expected.csv").write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
    (HERE / "gradient.f32").write_bytes(sample(gradient).tobytes())
    (HERE / "change.f32").write_bytes(sample(change).tobytes())

    losses32, gradient32, change32, _ = train(weights, images, torch.float32)
    print("PyTorch in float32 against float64")
    for step in range(STEPS):
        print(f"  loss {step + 1}: {losses[step]:.6f}, relative difference {losses32[step] / losses[step] - 1:.1e}")
    for (name, want), (_, got) in zip(per_tensor(gradient), per_tensor(gradient32)):
        print(f"  gradient of {name}: norm {np.linalg.norm(want):.3f}, relative difference {relative(got, want):.1e}")
    for (name, want), (_, got) in zip(per_tensor(change), per_tensor(change32)):
        largest = np.abs(got - want).max()
        print(f"  change of {name}: relative difference {relative(got, want):.1e}, largest {largest:.1e}")


if __name__ == "__main__":
    main()
