"""Writes the fixtures of crates/evaluation about probabilities, made by scikit-learn, scipy and cleanlab.

    python -m pip install numpy==2.4.6 scikit-learn==1.9.1 scipy==1.17.1 cleanlab==2.9.0
    python testdata/evaluation/generate_curves.py

Probabilities are multiples of a power of two, so that they are exact in float32 and every row sums to 1.
"""

import json
import math
from pathlib import Path

import numpy as np
from cleanlab.rank import get_label_quality_scores
from scipy.optimize import brentq
from scipy.special import softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    cohen_kappa_score,
    matthews_corrcoef,
    precision_recall_curve,
    roc_auc_score,
)

HERE = Path(__file__).parent
RANDOM = np.random.default_rng(1951)


def write(name, cases):
    lines = ",\n".join(json.dumps(case, default=lambda array: array.tolist(), allow_nan=False) for case in cases)
    (HERE / name).write_text("[\n" + lines + "\n]\n", encoding="utf-8", newline="\n")


def short(values):
    """float32 numbers by their shortest decimals."""
    return [float(str(np.float32(value))) for value in values]


def draw(images, labels, classes, grain):
    """`images` labels out of `labels`, and rows of probabilities that favour them, in steps of 1/grain."""
    truth = RANDOM.choice(labels, images)
    sure = softmax(RANDOM.normal(0, 1.2, (images, classes)) + 1.5 * np.eye(classes)[truth], axis=1)
    return truth, np.array([RANDOM.multinomial(grain, row) for row in sure]) / grain


def number(value):
    return None if math.isnan(value) else float(value)


def of_class(positive, scores):
    """The precision-recall curve and both areas of one class; None where scikit-learn would give NaN, or 1 whatever the scores."""
    if positive.all() or not positive.any():
        return None
    precision, recall, thresholds = precision_recall_curve(positive, scores)
    return {
        "roc_auc": roc_auc_score(positive, scores),
        "average_precision": average_precision_score(positive, scores),
        "thresholds": [*thresholds, None],
        "precisions": precision,
        "recalls": recall,
    }


def curves():
    cases = [
        ("ties and a class without images", *draw(80, [0, 1, 3], 4, 8)),
        ("ten classes", *draw(150, range(10), 10, 1024)),
        ("two classes", *draw(40, range(2), 2, 64)),
        ("all alike", np.array([0, 1, 1, 2, 3, 3]), np.full((6, 4), 0.25)),
        ("one class only", np.array([1, 1, 1]), np.array([[0.25, 0.5, 0.25], [0, 1, 0], [0, 0.75, 0.25]])),
    ]
    written = []
    for name, labels, rows in cases:
        classes, answers = rows.shape[1], rows.argmax(axis=1)
        written.append({
            "name": name,
            "labels": labels,
            "probabilities": rows.ravel(),
            "brier_score": brier_score_loss(labels, rows, labels=range(classes), scale_by_half=False),
            "cohens_kappa": number(cohen_kappa_score(labels, answers, labels=range(classes))),
            "matthews_correlation": matthews_corrcoef(labels, answers),
            "classes": [of_class(labels == c, rows[:, c]) for c in range(classes)],
        })
    write("curves.json", written)


def calibration():
    confidences = RANDOM.beta(4, 1, 500).astype(np.float32).astype(np.float64)
    confidences[:40] = 1.0
    correct = RANDOM.random(500) < confidences**1.5
    written = []
    for strategy, bins in [("uniform", 15), ("uniform", 10), ("uniform", 1), ("quantile", 15), ("quantile", 7)]:
        accuracies, means = calibration_curve(correct, confidences, n_bins=bins, strategy=strategy)
        shares = np.linspace(0, 1, bins + 1)
        edges = shares if strategy == "uniform" else np.quantile(confidences, shares)
        counts = np.bincount(np.digitize(confidences, edges[1:-1], right=True))
        counts = counts[counts > 0]
        gaps = abs(accuracies - means)
        written.append({
            "strategy": strategy,
            "bins": bins,
            "images": counts,
            "mean_confidences": means,
            "accuracies": accuracies,
            "expected_error": (gaps * counts).sum() / 500,
            "maximum_error": gaps.max(),
        })
    write("calibration.json", [{"confidences": short(confidences), "correct": correct}, *written])


def temperatures():
    """The temperature is where the derivative of the mean log-loss by 1/T is 0."""
    written = []
    for classes, sharpness in [(10, 3.0), (10, 0.4), (3, 1.0)]:
        labels = RANDOM.integers(0, classes, 120)
        honest = RANDOM.normal(0, 1, (120, classes)) + 2 * np.eye(classes)[labels]
        logits = (sharpness * honest).astype(np.float32).astype(np.float64)
        own = logits[np.arange(120), labels]
        slope = lambda beta: ((softmax(beta * logits, axis=1) * logits).sum(axis=1) - own).mean()
        temperature = 1 / brentq(slope, 0.05, 20, xtol=1e-15, rtol=1e-15)
        scaled = softmax(np.log(softmax(logits[:2], axis=1)) / temperature, axis=1)
        written.append({
            "classes": classes,
            "labels": labels,
            "logits": short(logits.ravel()),
            "temperature": temperature,
            "probabilities": short(softmax(logits[:2], axis=1).ravel()),
            "scaled": short(scaled.ravel()),
        })
    write("temperatures.json", written)


def suspects():
    labels, rows = draw(120, range(5), 5, 64)
    labels[::12] = (labels[::12] + 1) % 5
    scores = get_label_quality_scores(labels, rows, method="self_confidence", adjust_pred_probs=False)
    write("suspects.json", [{"labels": labels, "probabilities": rows.ravel(), "scores": scores}])


curves()
calibration()
temperatures()
suspects()
