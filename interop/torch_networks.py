"""Networks as PyTorch's tutorials and the people who follow them build them: `NETWORKS`, what `torch_tutorials.py` writes.

Each is (name, exporter, build, options). Exporters: `default` is `torch.onnx.export(model, x, file)` as it is today, with
the weights in a file of their own; `dynamo` is the same exporter for any number of images and one file; `older` and
`older, fixed` are `dynamo=False` for any number and for one; `state dict` is `save_file(model.state_dict(), file)`, opened
with the option `architecture`, a network in TOML. Options: `side` of the images, `shape` of an input, and `probabilities`
where the answers are such.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    """Modules by the names of attributes, and what is done with them."""

    def __init__(self, forward, **modules):
        super().__init__()
        for name, module in modules.items():
            setattr(self, name, module)
        self.steps = forward

    def forward(self, x):
        return self.steps(self, x)


def conv_bn(inputs, outputs, *arguments, **settings):
    return nn.Sequential(nn.Conv2d(inputs, outputs, *arguments, bias=False, **settings), nn.BatchNorm2d(outputs), nn.ReLU())


def mnist_main():
    """pytorch/examples, mnist/main.py."""
    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = self.dropout1(F.max_pool2d(x, 2))
        x = torch.flatten(x, 1)
        x = self.dropout2(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)
    return Net(forward, conv1=nn.Conv2d(1, 32, 3, 1), conv2=nn.Conv2d(32, 64, 3, 1), dropout1=nn.Dropout(0.25),
               dropout2=nn.Dropout(0.5), fc1=nn.Linear(9216, 128), fc2=nn.Linear(128, 10))


MNIST_MAIN = """
input = [28, 28, 1]
layers = [
    { type = "conv2d", filters = 32, kernel = [3, 3] }, { type = "relu" },
    { type = "conv2d", filters = 64, kernel = [3, 3] }, { type = "relu" },
    { type = "pool", kind = "max", size = [2, 2], stride = [2, 2] }, { type = "dropout", rate = 0.25 },
    { type = "flatten" }, { type = "dense", units = 128 }, { type = "relu" }, { type = "dropout", rate = 0.5 },
    { type = "dense", units = 10 },
]
"""


def nextjournal():
    """nextjournal.com/gkoehler/pytorch-mnist, and the older main.py."""
    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = x.view(-1, 320)
        x = F.dropout(F.relu(self.fc1(x)), training=self.training)
        return F.log_softmax(self.fc2(x), dim=-1)
    return Net(forward, conv1=nn.Conv2d(1, 10, kernel_size=5), conv2=nn.Conv2d(10, 20, kernel_size=5),
               conv2_drop=nn.Dropout2d(), fc1=nn.Linear(320, 50), fc2=nn.Linear(50, 10))


def quickstart():
    """The beginner's quickstart."""
    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))
    stack = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return Net(forward, flatten=nn.Flatten(), linear_relu_stack=stack)


def blitz():
    """The 60-minute blitz' classifier, for one channel."""
    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
    return Net(forward, conv1=nn.Conv2d(1, 6, 5), pool=nn.MaxPool2d(2, 2), conv2=nn.Conv2d(6, 16, 5),
               fc1=nn.Linear(16 * 4 * 4, 120), fc2=nn.Linear(120, 84), fc3=nn.Linear(84, 10))


def blitz_32():
    """The blitz' first network, which takes 32x32 and pools by `(2, 2)` and 2."""
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(x.size()[0], -1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
    return Net(forward, conv1=nn.Conv2d(1, 6, 5), conv2=nn.Conv2d(6, 16, 5),
               fc1=nn.Linear(16 * 5 * 5, 120), fc2=nn.Linear(120, 84), fc3=nn.Linear(84, 10))


def lenet(activation, pool, padding=2):
    """LeNet-5 with an activation and a pooling."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=padding), activation(), pool(2, 2), nn.Conv2d(6, 16, 5), activation(), pool(2, 2),
        nn.Flatten(), nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, 10),
    )


def sequential():
    """An nn.Sequential whose positions are the layers'."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 10))


SEQUENTIAL = """
input = [28, 28, 1]
layers = [
    { type = "conv2d", filters = 8, kernel = [3, 3], padding = "same" }, { type = "batch_norm", epsilon = 1e-5 },
    { type = "relu" }, { type = "pool", kind = "max", size = [2, 2], stride = [2, 2] }, { type = "flatten" },
    { type = "dense", units = 10 },
]
"""


def vgg():
    """A small VGG of nested nn.Sequential, with batch normalisation between convolution and ReLU."""
    def block(inputs, outputs):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True), nn.MaxPool2d(2))
    classifier = nn.Sequential(nn.Dropout(), nn.Linear(16 * 49, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
    return Net(forward, features=nn.Sequential(block(1, 8), block(8, 16)), classifier=classifier)


VGG = """
input = [28, 28, 1]
layers = [
""" + "".join(f"""
    {{ type = "conv2d", filters = {filters}, kernel = [3, 3], padding = "same" }},
    {{ type = "batch_norm", epsilon = 1e-5 }}, {{ type = "relu" }},
    {{ type = "conv2d", filters = {filters}, kernel = [3, 3], padding = "same" }},
    {{ type = "batch_norm", epsilon = 1e-5 }}, {{ type = "relu" }},
    {{ type = "pool", kind = "max", size = [2, 2], stride = [2, 2] }},""" for filters in (8, 16)) + """
    { type = "flatten" }, { type = "dropout", rate = 0.5 }, { type = "dense", units = 32 },
    { type = "batch_norm", epsilon = 1e-5 }, { type = "relu" }, { type = "dense", units = 10 },
]
"""


def norm_after_relu():
    """Batch normalisation after ReLU, which folds into nothing."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.BatchNorm2d(8), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(),
        nn.BatchNorm2d(16), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 10))


def norm_first():
    """Batch normalisation of the pixels."""
    return nn.Sequential(
        nn.BatchNorm2d(1), nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 10))


def pooled(forward, channels=16):
    """Convolutions, and an end without a wide layer."""
    features = nn.Sequential(conv_bn(1, 8, 3, padding=1), nn.MaxPool2d(2), conv_bn(8, channels, 3, padding=1))
    return Net(forward, features=features, pool=nn.AdaptiveAvgPool2d(1), fc=nn.Linear(channels, 10))


def adaptive():
    return pooled(lambda self, x: self.fc(torch.flatten(self.pool(self.features(x)), 1)))


def mean():
    return pooled(lambda self, x: self.fc(self.features(x).mean(dim=[2, 3])))


def mean_kept():
    return pooled(lambda self, x: self.fc(self.features(x).mean((-2, -1), keepdim=True).squeeze(-1).squeeze(-1)))


def global_max():
    def forward(self, x):
        return self.fc(F.adaptive_max_pool2d(self.features(x), 1).view(x.size(0), -1))
    return pooled(forward)


def adaptive_7():
    """AdaptiveAvgPool2d((7, 7)) as in torchvision's VGG: here an average of 2x2."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d((7, 7)), nn.Flatten(),
        nn.Linear(392, 10))


def network_in_network():
    """1x1 convolutions, and logits that are an average."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2), nn.ReLU(), nn.Conv2d(16, 16, 1), nn.ReLU(), nn.Conv2d(16, 10, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten())


def stem():
    """ResNet's first layers."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True),
        nn.MaxPool2d(3, stride=2, padding=1), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(1), nn.Linear(16, 10))


def strides():
    """Convolutions with strides in place of pooling."""
    return nn.Sequential(
        conv_bn(1, 8, 3, stride=2, padding=1), conv_bn(8, 16, 3, stride=2, padding=1), conv_bn(16, 16, 3, stride=2, padding=1),
        nn.Flatten(), nn.Linear(256, 10))


def relu6():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU6(inplace=True), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(1568, 32), nn.ReLU6(), nn.Linear(32, 10))


def clamp():
    def forward(self, x):
        x = F.max_pool2d(torch.clamp(self.conv1(x), min=0), 2)
        x = torch.clamp(self.fc1(x.flatten(1)), -1.0, 1.0)
        return self.fc2(x).clamp(max=3)
    return Net(forward, conv1=nn.Conv2d(1, 8, 3), fc1=nn.Linear(1352, 32), fc2=nn.Linear(32, 10))


def hardtanh():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.Hardtanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(1152, 32), nn.Hardtanh(-2, 2),
        nn.Linear(32, 10))


def normalized():
    """Normalize inside the network."""
    def forward(self, x):
        return self.layers((x - self.mean) / self.std)
    network = Net(forward, layers=nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1352, 10)))
    network.mean, network.std = torch.tensor(0.1307), torch.tensor(0.3081)
    return network


def centred():
    """Pixels from -1 to 1."""
    def forward(self, x):
        return self.layers(x * 2 - 1)
    return Net(forward, layers=nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1352, 10)))


def zero_pad():
    """TensorFlow's `same` for strides, by hand."""
    return nn.Sequential(
        nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, 8, 3, stride=2), nn.ReLU(), nn.ZeroPad2d(1), nn.Conv2d(8, 8, 3),
        nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10))


def f_pad():
    def forward(self, x):
        x = F.relu(self.conv1(F.pad(x, (2, 2, 2, 2))))
        x = F.max_pool2d(F.pad(x, [0, 1, 0, 1]), 3, stride=2)
        return self.fc(x.flatten(1))
    return Net(forward, conv1=nn.Conv2d(1, 8, 5), fc=nn.Linear(1568, 10))


def average_counting():
    """AvgPool2d counts its padding unless told otherwise."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.AvgPool2d(3, stride=2, padding=1), nn.Conv2d(8, 8, 3), nn.ReLU(),
        nn.AvgPool2d(2, padding=1), nn.Flatten(), nn.Linear(288, 10))


def average_ceil():
    return nn.Sequential(
        nn.Conv2d(1, 8, 4), nn.ReLU(), nn.AvgPool2d(2, ceil_mode=True), nn.MaxPool2d(2, ceil_mode=True), nn.Flatten(),
        nn.Linear(392, 10))


def rows():
    """Takes rows, gives probabilities."""
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(dim=1))


def mlp_view():
    """Udacity's: three layers and a view."""
    def forward(self, x):
        x = x.view(-1, 28 * 28)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        return F.log_softmax(self.fc3(x), dim=1)
    return Net(forward, fc1=nn.Linear(784, 64), fc2=nn.Linear(64, 64), fc3=nn.Linear(64, 10), dropout=nn.Dropout(0.2))


def residual():
    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(x + self.conv3(F.relu(self.conv2(x))))
        return self.fc(x.mean((2, 3)))
    return Net(forward, conv1=nn.Conv2d(1, 8, 3, stride=2), conv2=nn.Conv2d(8, 8, 3, padding=1),
               conv3=nn.Conv2d(8, 8, 3, padding=1), fc=nn.Linear(8, 10))


def depthwise():
    """MobileNet's blocks."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2), nn.ReLU6(), nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.ReLU6(), nn.Conv2d(8, 16, 1),
        nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


def squeeze_excitation():
    def forward(self, x):
        x = F.relu(self.conv(x))
        x = x * torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))
        return self.fc(x.mean((2, 3)))
    return Net(forward, conv=nn.Conv2d(1, 16, 5, stride=2), down=nn.Conv2d(16, 4, 1), up=nn.Conv2d(4, 16, 1),
               fc=nn.Linear(16, 10))


def inception():
    def forward(self, x):
        x = torch.cat([F.relu(self.small(x)), F.relu(self.large(x))], 1)
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
    return Net(forward, small=nn.Conv2d(1, 8, 3, padding=1), large=nn.Conv2d(1, 8, 5, padding=2), fc=nn.Linear(16, 10))


NETWORKS = [
    ("mnist/main.py", "default", mnist_main, {}),
    ("mnist/main.py", "older", mnist_main, {}),
    ("mnist/main.py", "state dict", mnist_main, {"architecture": MNIST_MAIN}),
    ("nextjournal", "older, fixed", nextjournal, {}),
    ("nextjournal", "dynamo", nextjournal, {}),
    ("quickstart", "default", quickstart, {}),
    ("60-minute blitz", "default", blitz, {}),
    ("60-minute blitz, 32x32", "older", blitz_32, {"side": 32}),
    ("LeNet-5, ReLU", "older", lambda: lenet(nn.ReLU, nn.MaxPool2d), {}),
    ("LeNet-5, ReLU, 32x32", "dynamo", lambda: lenet(nn.ReLU, nn.AvgPool2d, 0), {"side": 32}),
    ("LeNet-5, tanh", "default", lambda: lenet(nn.Tanh, nn.AvgPool2d), {}),
    ("LeNet-5, sigmoid", "older", lambda: lenet(nn.Sigmoid, nn.AvgPool2d), {}),
    ("nn.Sequential", "state dict", sequential, {"architecture": SEQUENTIAL}),
    ("small VGG, batch norm", "default", vgg, {}),
    ("small VGG, batch norm", "state dict", vgg, {"architecture": VGG}),
    ("batch norm after ReLU", "dynamo", norm_after_relu, {}),
    ("batch norm first", "older", norm_first, {}),
    ("AdaptiveAvgPool2d(1)", "dynamo", adaptive, {}),
    ("AdaptiveAvgPool2d((7, 7))", "older", adaptive_7, {}),
    ("mean(dim=[2, 3])", "dynamo", mean, {}),
    ("mean with keepdim, squeeze", "older", mean_kept, {}),
    ("adaptive_max_pool2d(1)", "older", global_max, {}),
    ("network in network", "default", network_in_network, {}),
    ("ResNet's first layers", "older", stem, {}),
    ("strides for pooling", "dynamo", strides, {}),
    ("ReLU6", "default", relu6, {}),
    ("clamp", "older", clamp, {}),
    ("Hardtanh", "dynamo", hardtanh, {}),
    ("Normalize in the network", "older", normalized, {}),
    ("pixels from -1 to 1", "dynamo", centred, {}),
    ("ZeroPad2d", "older", zero_pad, {}),
    ("F.pad", "older", f_pad, {}),
    ("AvgPool2d with padding", "dynamo", average_counting, {}),
    ("AvgPool2d with ceil_mode", "older", average_ceil, {}),
    ("rows, softmax", "default", rows, {"shape": [784], "probabilities": True}),
    ("MLP with view", "older, fixed", mlp_view, {}),
    ("residual block", "older", residual, {}),
    ("depthwise convolutions", "default", depthwise, {}),
    ("squeeze and excitation", "dynamo", squeeze_excitation, {}),
    ("two branches concatenated", "older", inception, {}),
    ("LeakyReLU", "dynamo", lambda: lenet(nn.LeakyReLU, nn.MaxPool2d), {}),
    ("GELU", "default", lambda: lenet(nn.GELU, nn.MaxPool2d), {}),
    ("SiLU", "older", lambda: lenet(nn.SiLU, nn.MaxPool2d), {}),
]
