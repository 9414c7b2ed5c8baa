"""Reads the event files of a run with TensorBoard: python3 events.py RUN FILES

They must be that many, and together hold every number of the run's metrics.jsonl once, on its chart and at its epoch.
"""

import json
import math
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

# The files hold 32-bit floats.
TOLERANCE = 1e-6


def expected_charts(metrics: list[dict]) -> dict[str, list[tuple[int, float]]]:
    """The points (epoch, value) of each chart."""
    charts = {"seconds": [(epoch["epoch"], epoch["seconds"]) for epoch in metrics]}
    for part in ("train", "validation"):
        for name in ("loss", "accuracy"):
            charts[f"{name}/{part}"] = [(epoch["epoch"], epoch[part][name]) for epoch in metrics]
    return charts


def main():
    run, files = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    found = len(list(run.glob("events.out.tfevents.*")))
    assert found == files, f"{found} event files, expected {files}"
    expected = expected_charts([json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()])
    assert expected["seconds"], "no epochs"
    reader = EventAccumulator(str(run))
    reader.Reload()
    tags = reader.Tags()["scalars"]
    assert sorted(tags) == sorted(expected), f"charts {sorted(tags)}, expected {sorted(expected)}"
    for tag, points in expected.items():
        read = [(event.step, event.value) for event in reader.Scalars(tag)]
        close = [math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE) for (_, a), (_, b) in zip(read, points)]
        assert [step for step, _ in read] == [epoch for epoch, _ in points] and all(close), (tag, read, points)
    print(f"event files: {files}, charts: {len(tags)}, epochs: {len(points)}")


if __name__ == "__main__":
    main()
