"""Writes the fixture of crates/network/src/schedule.rs: learning rates of PyTorch's schedulers, a row per step.

    python -m pip install torch==2.15.0
    python testdata/schedules/generate.py

Six epochs of seven steps at a peak of 0.1; with a warm-up, one epoch long.
"""

from pathlib import Path

import torch
from torch.optim import lr_scheduler as schedulers

PEAK, EPOCHS, EPOCH_STEPS = 0.1, 6, 7
STEPS = EPOCHS * EPOCH_STEPS
WARM = EPOCH_STEPS
LOSSES = [1.0, 0.5, 0.49999, 0.6, 0.55, 0.54]


def optimizer():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=PEAK)


def rates(make, warm_up=False):
    sgd = optimizer()
    if warm_up:
        rise = schedulers.LinearLR(sgd, start_factor=1 / WARM, total_iters=WARM - 1)
        scheduler = schedulers.SequentialLR(sgd, [rise, make(sgd, STEPS - WARM)], milestones=[WARM])
    else:
        scheduler = make(sgd, STEPS)
    found = []
    for _ in range(STEPS):
        found.append(sgd.param_groups[0]["lr"])
        sgd.step()
        scheduler.step()
    return found


def plateau():
    sgd = optimizer()
    scheduler = schedulers.ReduceLROnPlateau(sgd, factor=0.5, patience=1)
    found = []
    for loss in LOSSES:
        found += [sgd.param_groups[0]["lr"]] * EPOCH_STEPS
        scheduler.step(loss)
    return found


def constant(sgd, _):
    return schedulers.LambdaLR(sgd, lambda _: 1.0)


def step(sgd, _):
    return schedulers.StepLR(sgd, step_size=2 * EPOCH_STEPS, gamma=0.5)


def exponential(sgd, _):
    return schedulers.ExponentialLR(sgd, gamma=0.5 ** (1 / EPOCH_STEPS))


def cosine(floor):
    return lambda sgd, steps: schedulers.CosineAnnealingLR(sgd, T_max=steps, eta_min=floor * PEAK)


def one_cycle(sgd, steps):
    return schedulers.OneCycleLR(sgd, max_lr=PEAK, total_steps=steps, cycle_momentum=False)


columns = {
    "constant_warm_up": rates(constant, warm_up=True),
    "step": rates(step),
    "step_warm_up": rates(step, warm_up=True),
    "exponential": rates(exponential),
    "exponential_warm_up": rates(exponential, warm_up=True),
    "cosine": rates(cosine(0)),
    "cosine_floor_warm_up": rates(cosine(0.01), warm_up=True),
    "one_cycle": rates(one_cycle),
    "plateau": plateau(),
}
lines = [",".join(columns)] + [",".join(repr(value) for value in row) for row in zip(*columns.values())]
Path(__file__).with_name("rates.csv").write_text("\n".join(lines) + "\n")
