"""Writes images as tables of other programs, for crates/dataset, whose tests know the images by the formula here.

    python -m pip install numpy==2.4.6 pandas==3.1.1 pyarrow==26.0.1 pillow==13.0.0
    python testdata/dataset/tables.py

CSV with pandas, NPZ with numpy, Parquet with pyarrow as Hugging Face's `datasets` has MNIST, in every way of pages and
compression that is read, and one that is not.
"""

import io
import json
import pathlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

FOLDER = pathlib.Path(__file__).parent
TABLES = FOLDER / "tables"
COUNT = 12


def drawn() -> np.ndarray:
    """Patterns inside a border of zeros."""
    index, y, x = np.mgrid[:COUNT, :28, :28]
    inside = (4 <= y) & (y < 24) & (4 <= x) & (x < 24)
    return np.where(inside, (7 * index + x * y) % 128 * 2, 0).astype(np.uint8)


def png(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG")
    return stream.getvalue()


def table(images: np.ndarray, labels: list, names: list[str] | None = None) -> pa.Table:
    pictures = pa.array(
        [{"bytes": png(image), "path": None} for image in images],
        pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
    )
    values = pa.array(labels, pa.int64() if isinstance(labels[0], int) else pa.string())
    made = pa.table({"image": pictures, "label": values})
    if names is None:
        return made
    label = {"names": names, "_type": "ClassLabel"}
    note = {"info": {"features": {"image": {"_type": "Image"}, "label": label}}}
    return made.replace_schema_metadata({"huggingface": json.dumps(note)})


def main():
    TABLES.mkdir(exist_ok=True)
    images, labels = drawn(), (np.arange(COUNT) * 3 % 10).astype(np.uint8)
    columns = {"label": labels} | {f"pixel{i}": images.reshape(COUNT, -1)[:, i] for i in range(784)}
    pd.DataFrame(columns).to_csv(TABLES / "kaggle.csv", index=False)
    np.savez_compressed(TABLES / "keras.npz", x_train=images, y_train=labels, x_test=images[:5], y_test=labels[:5])
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    np.savez_compressed(TABLES / "words.npz", x=images, y=np.array([words[label] for label in labels]))

    numbers = [int(label) for label in labels]
    digits = table(images, numbers, [str(digit) for digit in range(10)])
    pq.write_table(digits, TABLES / "snappy.parquet")
    pq.write_table(digits, TABLES / "gzip.parquet", compression="gzip", row_group_size=5)
    pq.write_table(digits, TABLES / "pages-2.parquet", data_page_version="2.0", data_page_size=2000)
    pq.write_table(digits, TABLES / "plain.parquet", compression="none", use_dictionary=False)
    pq.write_table(digits, TABLES / "zstd.parquet", compression="zstd")
    pq.write_table(table(images, [words[label] for label in numbers]), TABLES / "words.parquet")
    pq.write_table(table(images, numbers, words), TABLES / "class-names.parquet")
    missing = pa.table({"image": digits["image"], "label": pa.array([None] + numbers[1:], pa.int64())})
    pq.write_table(missing, TABLES / "missing.parquet")


if __name__ == "__main__":
    main()
