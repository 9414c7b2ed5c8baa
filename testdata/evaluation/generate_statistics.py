"""Writes the fixtures of crates/evaluation about tests, intervals and spread: by statsmodels, scipy and matplotlib.

    python -m pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 matplotlib==3.11.2
    python testdata/evaluation/generate_statistics.py
"""

from pathlib import Path

import numpy as np
import statsmodels.api as sm
from matplotlib.cbook import boxplot_stats
from scipy.special import betainc
from scipy.stats import t
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

HERE = Path(__file__).parent
RANDOM = np.random.default_rng(1947)


def write(name, heading, rows):
    text = "\n".join([heading] + [",".join(map(cell, row)) for row in rows])
    (HERE / name).write_text(text + "\n", encoding="utf-8", newline="\n")


def cell(value):
    """Numbers in full; a list as its numbers between spaces."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return " ".join(map(cell, value))
    return repr(int(value)) if isinstance(value, (int, np.integer)) else repr(float(value))


def incomplete_beta():
    points = [(0.5, 0.5, 0.2), (1, 1, 0.3), (1, 3, 0.01), (2, 5, 0.9), (5, 2, 0.1), (30, 0.5, 0.97), (0.5, 30, 0.03)]
    points += [(0.5, 4.5, 0.4), (3, 2998, 0.001), (2998, 3, 0.999), (96, 9905, 0.0096), (9905, 96, 0.99)]
    points += [(1, 60000, 1e-5), (600, 59400, 0.0101), (30000, 30000, 0.5), (30000, 30000, 0.497), (10, 10, 1e-6), (80, 20, 0.8)]
    points += [(1000, 1, 0.99), (250.5, 0.5, 0.999)]
    rows = [(float(a), float(b), float(x), betainc(a, b, x)) for a, b, x in points]
    write("incomplete_beta.csv", "a,b,x,betainc", rows)


def clopper_pearson():
    pairs = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 29), (15, 148), (81, 263), (5, 10), (9905, 10000), (9973, 10000)]
    pairs += [(10000, 10000), (0, 10000), (162, 60000), (59838, 60000)]
    rows = [(k, n, *proportion_confint(k, n, alpha=0.05, method="beta")) for k, n in pairs]
    write("clopper_pearson.csv", "successes,trials,low,high", rows)


def mcnemar_tests():
    rows = []
    pairs = [(1, 0), (0, 5), (6, 0), (3, 3), (7, 8), (4, 20), (25, 24), (30, 55), (121, 59), (900, 1000), (9000, 9400)]
    for b, c in pairs:
        table = [[500, b], [c, 20]]
        exact, approximate = mcnemar(table, exact=True), mcnemar(table, exact=False, correction=True)
        rows.append((b, c, exact.pvalue, approximate.statistic, approximate.pvalue))
    write("mcnemar.csv", "first_only,second_only,p_value,chi_squared,chi_squared_p_value", rows)


def holm():
    cases = [[0.01, 0.04, 0.03], [0.2, 0.001, 0.2, 0.9], [0.01, 0.011, 0.012, 0.013, 0.05]]
    cases.append([float(p) for p in RANDOM.random(12) ** 3])
    write("holm.csv", "p_values,corrected", [(p, multipletests(p, method="holm")[1]) for p in cases])


def grouped_accuracies():
    """Wilson's interval with as many images as have statsmodels' variance of a mean over clusters, and Student's t."""
    rows = []
    for groups, images, spread in [(5, 60, 0.5), (30, 400, 2.0), (300, 9000, 1.0), (40, 2000, 0.0)]:
        group = RANDOM.integers(0, groups, images)
        rate = 1 / (1 + np.exp(-2 - RANDOM.normal(0, spread, groups)))
        correct = (RANDOM.random(images) < rate[group]).astype(int)
        k, p = len(np.unique(group)), correct.mean()
        fit = sm.OLS(correct, np.ones(images)).fit(cov_type="cluster", cov_kwds={"groups": group})
        n, z = min(p * (1 - p) / fit.bse[0] ** 2, images), t.ppf(0.975, k - 1)
        centre, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        rows.append((group, correct, (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)))
    write("grouped_accuracies.csv", "groups,correct,low,high", rows)


def box_plots():
    cases = [
        [0.9905, 0.9911, 0.9898, 0.9907, 0.9902],
        [1.0, 2.0, 3.0, 4.0, 100.0, -50.0, 2.5],
        [1.0, 1.0, 1.0, 1.0, 5.0],
        [0.0, 10.0, 10.0, 10.0, 10.1, 30.0],
        [float(v) for v in RANDOM.standard_t(2, 60)],
    ]
    rows = []
    for values in cases:
        (s,) = boxplot_stats(values)
        quartiles = [s["q1"], s["med"], s["q3"]]
        rows.append((values, min(values), *quartiles, max(values), s["whislo"], s["whishi"], sorted(s["fliers"])))
    write("box_plots.csv", "values,min,lower_quartile,median,upper_quartile,max,whisker_low,whisker_high,outliers", rows)


incomplete_beta()
clopper_pearson()
mcnemar_tests()
holm()
box_plots()
# Last, so that what is drawn before stays as it is.
grouped_accuracies()
