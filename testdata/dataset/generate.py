"""Writes the fixtures of crates/dataset: folds by scikit-learn; a small data set, and what numpy, scipy and scikit-image
make of it.

    python -m pip install numpy==2.4.6 scikit-learn==1.9.1 scipy==1.17.1 scikit-image==0.26.0
    python testdata/dataset/generate.py

The data set is two IDX files: 12 images of 11x9 pixels, blots with soft edges, of the classes 2, 3 and 7.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.measure import euler_number, perimeter_crofton
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

HERE = Path(__file__).parent
RANDOM = np.random.default_rng(1998)
BINS = {"ink_share": 0.01, "stroke_width_px": 0.25, "centre_down_px": 0.25, "centre_right_px": 0.25}


def begin_and_hash(split):
    """How the validation images of the first fold begin, and a hash of every list of every fold, each after its length, as
    numbers of 32 bits, lowest byte first."""
    numbers = [np.r_[len(part), part] for fold in split for part in fold]
    digest = hashlib.sha256(np.concatenate(numbers).astype("<u4").tobytes()).hexdigest()
    return f"{' '.join(map(str, split[0][1][:10]))},{digest}"


def write_rows(name, rows):
    (HERE / name).write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")


def folds():
    """A row per division of images."""
    rows = ["kind,images,folds,seed,first_validation,sha256"]
    for kind, splitter in (("plain", KFold), ("stratified", StratifiedKFold)):
        for images in (10, 1000, 60000):
            index = np.arange(images)
            labels = index * index % 97 % 10
            for n_folds in (2, 5, 10):
                if kind == "stratified" and n_folds > np.bincount(labels).max():
                    continue
                for seed in (0, 1, 2**32 - 1):
                    split = list(splitter(n_folds, shuffle=True, random_state=seed).split(index, labels))
                    rows.append(f"{kind},{images},{n_folds},{seed},{begin_and_hash(split)}")
    write_rows("folds.csv", rows)


def group_folds():
    """A row per division of groups of unequal size; with many classes, sums of long rows are taken."""
    rows = ["kind,images,classes,groups,folds,seed,first_validation,sha256"]
    for images, classes, groups in ((12, 2, 5), (1000, 3, 60), (1000, 10, 40), (3000, 10, 700), (3000, 200, 90), (60000, 10, 539)):
        index = np.arange(images)
        labels = index * index % 997 % classes
        group = 7 * (index * index % 10007 * (index % 13) % groups)
        for kind, splitter in (("plain", GroupKFold), ("stratified", StratifiedGroupKFold)):
            for n_folds in (2, 5, 10):
                if n_folds > len(np.unique(group)) or kind == "stratified" and n_folds > np.bincount(labels).max():
                    continue
                for seed in (0, 2**32 - 1):
                    split = list(splitter(n_folds, shuffle=True, random_state=seed).split(index, labels, group))
                    rows.append(f"{kind},{images},{classes},{groups},{n_folds},{seed},{begin_and_hash(split)}")
    write_rows("group_folds.csv", rows)


def idx(name, array):
    header = [0x0800 + array.ndim, *array.shape]
    (HERE / name).write_bytes(np.array(header, ">u4").tobytes() + array.tobytes())


def distribution(values, bin_width):
    values = np.array(values)
    edges = np.arange(np.floor(values.min() / bin_width), np.floor(values.max() / bin_width) + 2) * bin_width
    return {
        "count": len(values),
        "mean": values.mean(),
        "standard_deviation": values.std(),
        "min": values.min(),
        "max": values.max(),
        "histogram": {
            "start": edges[0],
            "bin_width": bin_width,
            "counts": np.histogram(values, edges)[0].tolist(),
        },
    }


def by_class(values, labels, bin_width):
    classes = [
        {"label": int(label), "distribution": distribution(values[labels == label], bin_width)}
        for label in np.unique(labels)
    ]
    return {"all": distribution(values, bin_width), "classes": classes}


def outline(image):
    """Perimeter by four directions, as the mean over all levels of grey, and Euler's number at half of full ink."""
    full = int(image.max())
    perimeter = sum(perimeter_crofton(image >= level, directions=4) for level in range(1, full + 1)) / full
    return {"perimeter": perimeter, "euler": float(euler_number(2 * image.astype(int) >= full, connectivity=2))}


def shape(image):
    (rows, columns), = ndimage.find_objects((image > 0).astype(int))
    centre = np.array(ndimage.center_of_mass(image)) - (np.array(image.shape) - 1) / 2
    perimeter, euler = outline(image).values()
    area = image.sum() / image.max()
    root = np.sqrt(max(0, perimeter**2 - 4 * np.pi * euler * area))
    return {
        "ink_share": image.mean() / 255,
        "stroke_width_px": 4 * area / (perimeter + root),
        "centre_down_px": centre[0],
        "centre_right_px": centre[1],
        "box_height_px": float(rows.stop - rows.start),
        "box_width_px": float(columns.stop - columns.start),
    }


def exploration():
    noise = ndimage.gaussian_filter(RANDOM.normal(size=(12, 11, 9)), (0, 1.0, 1.0), mode="constant")
    images = np.clip(700 * noise, 0, RANDOM.integers(120, 256, (12, 1, 1))).astype(np.uint8)
    labels = np.array([3, 7, 2, 3, 3, 7, 2, 2, 7, 3, 7, 3], np.uint8)
    idx("images.idx", images)
    idx("labels.idx", labels)
    shapes = [shape(image) for image in images]
    mean_digits = [
        {
            "label": int(label),
            "count": int((labels == label).sum()),
            "mean": images[labels == label].mean(axis=0).ravel().tolist(),
            "standard_deviation": images[labels == label].std(axis=0).ravel().tolist(),
        }
        for label in np.unique(labels)
    ]
    expected = {
        "outlines": [outline(image) for image in images],
        "shapes": {
            key: by_class(np.array([shape[key] for shape in shapes]), labels, BINS.get(key, 1.0)) for key in shapes[0]
        },
        "mean_digits": {"height": 11, "width": 9, "classes": mean_digits},
    }
    (HERE / "exploration.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8", newline="\n")


folds()
group_folds()
exploration()
