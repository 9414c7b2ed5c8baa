"""Writes the fixtures of crates/evaluation: inputs, and what scikit-learn, statsmodels and numpy make of them.

    python -m pip install numpy==2.4.6 scikit-learn==1.9.1 scipy==1.17.1 statsmodels==0.15.0
    python testdata/evaluation/generate.py

The scripts beside this one, generate_curves.py and generate_statistics.py, write the rest, each by itself.

Each report is three files: <case>.input.json, <case>.txt (the printed report) and <case>.json (output_dict).
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import sem, t
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, log_loss, top_k_accuracy_score
from statsmodels.stats.proportion import proportion_confint

HERE = Path(__file__).parent
RANDOM = np.random.default_rng(1998)


def write(name, text):
    (HERE / name).write_text(text, encoding="utf-8", newline="\n")


def report(case, labels, predicted, classes, digits):
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    every = list(range(classes))
    settings = dict(labels=every, zero_division=0)
    inputs = {
        "classes": classes,
        "digits": digits,
        "labels": "".join(map(str, labels)),
        "predicted": "".join(map(str, predicted)),
        "confusion": confusion_matrix(labels, predicted, labels=every).tolist(),
        "accuracy": accuracy_score(labels, predicted),
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in inputs.items())
    write(f"reports/{case}.input.json", "{\n" + lines + "\n}\n")
    write(f"reports/{case}.txt", classification_report(labels, predicted, digits=digits, **settings))
    scores = classification_report(labels, predicted, output_dict=True, **settings)
    write(f"reports/{case}.json", json.dumps(scores, indent=2, ensure_ascii=False) + "\n")


def noisy(labels, classes, rate):
    """`labels` with a fraction `rate` replaced by a random class, possibly the same one."""
    return np.where(RANDOM.random(len(labels)) < rate, RANDOM.integers(0, classes, len(labels)), labels)


def reports():
    labels = RANDOM.integers(0, 10, 500)
    report("ten_classes", labels, noisy(labels, 10, 0.06), 10, 4)

    labels = RANDOM.integers(0, 10, 200)
    predicted = noisy(labels, 10, 0.2)
    report("never_predicted", labels, np.where(predicted == 7, 1, predicted), 10, 2)

    # 4 has no image but is predicted; 6 is in neither list, so scikit-learn shows it only because of labels=.
    labels = RANDOM.choice([0, 1, 2, 3, 5, 7, 8, 9], 200)
    predicted = noisy(labels, 10, 0.2)
    report("without_support", labels, np.where(predicted == 6, 4, predicted), 10, 2)

    # Drawn and not used: the cases below are what they are because of these draws before them.
    noisy(RANDOM.integers(0, 10, 150), 10, 0.1)

    labels = RANDOM.integers(0, 2, 60)
    report("two_classes", labels, noisy(labels, 2, 0.3), 2, 2)

    # Recalls of 1/8, 3/8, 5/8 and 7/8 lie half-way between two 2-digit numbers; 5/8 must become 0.62, not 0.63.
    labels = np.repeat([0, 1, 2, 3], 8)
    predicted = np.concatenate([np.where(np.arange(8) < hits, c, (c + 1) % 4) for c, hits in enumerate([1, 3, 5, 7])])
    report("half_way", labels, predicted, 4, 2)

    labels = np.array([0, 1, 2, 0, 1, 2])
    report("all_wrong", labels, (labels + 1) % 3, 3, 2)
    report("no_decimals", [0, 0, 1, 1, 2, 2, 2], [0, 1, 1, 1, 2, 2, 0], 3, 0)
    report("many_decimals", [0, 0, 1, 1, 2, 2, 2], [0, 1, 1, 1, 2, 2, 0], 3, 17)
    report("one_class", [0, 0, 0], [0, 0, 0], 1, 2)


def intervals():
    pairs = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 29), (15, 148), (81, 263), (5, 10), (1, 2), (9905, 10000)]
    pairs += [(9973, 10000), (10000, 10000), (0, 10000), (59838, 60000), (1, 1_000_000_000), (999_999_999, 1_000_000_000)]
    rows = ["successes,trials,low,high"]
    for successes, trials in pairs:
        low, high = proportion_confint(successes, trials, alpha=0.05, method="wilson")
        rows.append(f"{successes},{trials},{float(low)!r},{float(high)!r}")
    write("wilson.csv", "\n".join(rows) + "\n")


def probabilities():
    """40 rows of 10 float32 probabilities, one of them certain and wrong, one certain and right."""
    labels = RANDOM.integers(0, 10, 40)
    logits = RANDOM.normal(0, 1.5, (40, 10)) + 3 * np.eye(10)[labels]
    rows = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
    rows[0] = np.eye(10, dtype=np.float32)[(labels[0] + 1) % 10]
    rows[1] = np.eye(10, dtype=np.float32)[labels[1]]
    lines = ["label," + ",".join(f"p{c}" for c in range(10))]
    lines += [f"{label}," + ",".join(str(p) for p in row) for label, row in zip(labels, rows)]
    write("probabilities.csv", "\n".join(lines) + "\n")

    epsilon = np.finfo(np.float32).eps
    # Clipped in float32 as log_loss clips, then in float64, where log_loss has nothing left to clip.
    clipped = np.clip(rows, epsilon, 1 - epsilon).astype(np.float64)
    expected = {
        "log_loss_float64": log_loss(labels, clipped, labels=range(10)),
        "log_loss_float32": log_loss(labels, rows, labels=range(10)),
    }
    # Rows 0 and 1 are full of ties, which scikit-learn breaks the other way.
    for k in (1, 2, 3, 5, 9):
        expected[f"top_{k}"] = top_k_accuracy_score(labels[2:], rows[2:], k=k, labels=range(10))
    lines = ["quantity,value"] + [f"{name},{float(value)!r}" for name, value in expected.items()]
    write("probabilities_expected.csv", "\n".join(lines) + "\n")


def summaries():
    rows = ["values,mean,standard_deviation,standard_error,min,max,mean_95_low,mean_95_high"]
    for values in (
        [0.9905, 0.9911],
        [0.9905, 0.9911, 0.9898, 0.9907, 0.9902],
        [float(v) for v in RANDOM.normal(0.9905, 0.0006, 10)],
        [float(v) for v in RANDOM.normal(-3, 1e-7, 200)],
    ):
        numbers = [np.mean(values), np.std(values, ddof=1), sem(values), min(values), max(values)]
        numbers += t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=sem(values))
        rows.append(" ".join(map(repr, values)) + "," + ",".join(repr(float(number)) for number in numbers))
    write("summaries.csv", "\n".join(rows) + "\n")


def sums():
    rows = ["n,sum of 1/i for i in 1..=n"]
    for n in (1, 2, 7, 8, 9, 15, 16, 17, 127, 128, 129, 136, 255, 256, 257, 1000, 4099):
        rows.append(f"{n},{float((1 / np.arange(1, n + 1)).sum())!r}")
    write("sums.csv", "\n".join(rows) + "\n")


reports()
intervals()
probabilities()
summaries()
sums()
