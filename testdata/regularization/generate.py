"""Writes the fixture of crates/network/tests/pytorch_regularization.rs: three steps of a small network in PyTorch, with
weight decay, penalties, gradient clipping, label smoothing and distillation.

    python -m pip install torch==2.15.0
    python testdata/regularization/generate.py

Weights and images come from formulas in whole numbers, so that the test makes the same ones bit by bit; the steps are in
float64. A row per case: its name, the loss before each step, and all weights after the last, in Tenfold's order and layout.
"""

from pathlib import Path

import torch
from torch.nn import functional

IMAGES, PIXELS, HIDDEN, CLASSES, STEPS = 6, 16, 5, 3, 3
torch.set_default_dtype(torch.float64)


def numbers(first, count):
    return torch.tensor([((index * 7919) % 101 - 50) / 64 for index in range(first, first + count)])


def steps(optimizer, decay=0.0, kernels_only=False, clip=None, smoothing=0.0, penalty=None, distilled=None):
    sizes = [PIXELS * HIDDEN, HIDDEN, HIDDEN * CLASSES, CLASSES]
    firsts = [sum(sizes[:index]) for index in range(4)]
    shapes = [(PIXELS, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,)]
    tensors = [numbers(*part).reshape(shape).requires_grad_() for part, shape in zip(zip(firsts, sizes), shapes)]
    kernel, bias, kernel_1, bias_1 = tensors
    decayed = [kernel, kernel_1] if kernels_only else tensors
    spared = [bias, bias_1] if kernels_only else []
    if optimizer == "adamw":
        groups = [{"params": decayed, "weight_decay": decay}, {"params": spared, "weight_decay": 0.0}]
        rule = torch.optim.AdamW(groups, lr=0.05, eps=1e-7)
    else:
        rule = torch.optim.SGD(tensors, lr=0.05, momentum=0.9)
    images = torch.tensor([index * 31 % 251 for index in range(IMAGES * PIXELS)]).reshape(IMAGES, PIXELS) / 255
    labels = torch.tensor([index % CLASSES for index in range(IMAGES)])
    # What the teacher says is exact in single precision: 64ths.
    taught = torch.tensor([[(13 * image) % 30, 31 - (13 * image) % 30, 33] for image in range(IMAGES)]) / 64
    losses = []
    for _ in range(STEPS):
        rule.zero_grad()
        logits = torch.relu(images @ kernel + bias) @ kernel_1 + bias_1
        loss = functional.cross_entropy(logits, labels, label_smoothing=smoothing)
        if distilled is not None:
            temperature, weight = distilled
            answers = functional.log_softmax(logits / temperature, dim=1)
            divergence = functional.kl_div(answers, taught, reduction="batchmean")
            loss = (1 - weight) * loss + weight * temperature**2 * divergence
        if penalty is not None:
            # Keras' `kernel_regularizer=L1L2(l1, l2)`, which is on kernels alone.
            l1, l2 = penalty
            loss = loss + sum(l1 * tensor.abs().sum() + l2 * (tensor**2).sum() for tensor in (kernel, kernel_1))
        loss.backward()
        losses.append(loss.item())
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(tensors, clip)
        if optimizer == "sgd":
            # PyTorch's own weight decay of SGD goes through the momentum: this is the decoupled one.
            with torch.no_grad():
                for tensor in decayed:
                    tensor.mul_(1 - 0.05 * decay)
        rule.step()
    return losses + [value for tensor in tensors for value in tensor.flatten().tolist()]


cases = {
    "sgd_decay": steps("sgd", decay=0.5),
    "sgd_decay_kernels": steps("sgd", decay=0.5, kernels_only=True),
    "sgd_clip": steps("sgd", clip=0.25),
    "sgd_no_clip": steps("sgd", clip=100.0),
    "sgd_smoothing": steps("sgd", smoothing=0.125),
    "sgd_distilled": steps("sgd", distilled=(4, 0.75)),
    "sgd_penalty": steps("sgd", penalty=(0.03125, 0.0625)),
    "adamw_decay": steps("adamw", decay=0.5),
    "adamw_all": steps("adamw", decay=0.5, kernels_only=True, clip=0.25, smoothing=0.125),
    "adamw_all_penalty": steps(
        "adamw", decay=0.5, kernels_only=True, clip=0.25, smoothing=0.125, penalty=(0.03125, 0.0625)
    ),
    "adamw_all_distilled": steps(
        "adamw", decay=0.5, kernels_only=True, clip=0.25, smoothing=0.125, distilled=(2, 0.5)
    ),
}
rows = [",".join([name, *(repr(value) for value in values)]) for name, values in cases.items()]
Path(__file__).with_name("expected.csv").write_text("\n".join(rows) + "\n")
