"""Writes MNIST as other people have it: python3 tables.py IDX OUT

IDX is a folder with the four files, OUT gets Kaggle's tables (pandas), Keras' archive (numpy) and Hugging Face's tables
(pyarrow, pictures by pillow).
"""

import io
import pathlib
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def png(image: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def main():
    idx, out = map(pathlib.Path, sys.argv[1:])
    kaggle, hugging_face = out / "kaggle", out / "hugging-face"
    for folder in (kaggle, hugging_face):
        folder.mkdir(parents=True)
    arrays = {}
    for part, prefix in (("train", "train"), ("test", "t10k")):
        images = np.frombuffer((idx / f"{prefix}-images-idx3-ubyte").read_bytes()[16:], np.uint8).reshape(-1, 28, 28)
        labels = np.frombuffer((idx / f"{prefix}-labels-idx1-ubyte").read_bytes()[8:], np.uint8)
        arrays |= {f"x_{part}": images, f"y_{part}": labels}
        pixels = pd.DataFrame(images.reshape(-1, 784), columns=[f"pixel{index}" for index in range(784)])
        pixels.insert(0, "label", labels)
        pixels.to_csv(kaggle / f"{part}.csv", index=False)
        rows = [{"bytes": png(image), "path": None} for image in images]
        struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        table = pa.table({"image": pa.array(rows, struct), "label": pa.array(labels.astype(np.int64))})
        pq.write_table(table, hugging_face / f"{part}-00000-of-00001.parquet")
    np.savez_compressed(out / "keras.npz", **arrays)


if __name__ == "__main__":
    main()
