"""Has h5py write arrays.h5: the ways to store arrays and texts that crates/formats reads, each with the same numbers.

    python3.11 -m pip install h5py==3.16.0 numpy
    python3.11 testdata/hdf5/generate.py
"""

from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).parent
# Exact in half precision, and nothing that a shift or a swap would leave alike.
VALUES = (np.arange(5 * 7 * 3, dtype=np.float32).reshape(5, 7, 3) - 52) / 4

with h5py.File(HERE / "arrays.h5", "w") as file:
    for kind in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"]:
        file.create_dataset(f"plain {kind}", data=VALUES.astype(kind))
    for name, options in {
        "chunks": {},
        "deflate": {"compression": "gzip"},
        "shuffle": {"shuffle": True},
        "checksum": {"fletcher32": True},
        "all": {"compression": "gzip", "shuffle": True, "fletcher32": True},
        "large chunk": {"chunks": (5, 7, 3), "compression": "gzip"},
        "one by one": {"chunks": (1, 1, 1)},
    }.items():
        file.create_dataset(name, data=VALUES, **({"chunks": (2, 3, 2)} | options))
    file.create_dataset("whole numbers", data=VALUES.astype("<i4"))
    file.create_dataset("packed", data=VALUES, chunks=(2, 3, 2), compression="lzf")
    file.create_dataset("unwritten", shape=VALUES.shape, dtype="<f4", chunks=(2, 3, 2))
    file.create_dataset("bomb", data=np.zeros(4 << 20, np.float32), chunks=(1 << 20,), compression="gzip")
    many = file.create_group("many")
    for index in range(100):
        many.create_group(f"layer {index}")
    file.attrs["fixed"] = np.array([b"conv2d", b"dense"], "S8")
    file.attrs["variable"] = ["conv2d", "größer"]
    file.attrs["scalar"] = "text"
    file.attrs["bytes"] = np.bytes_(b"text")
    file.attrs["number"] = 3

with h5py.File(HERE / "latest.h5", "w", libver="latest") as file:
    file.attrs["scalar"] = "text"
    file.create_dataset("plain <f4", data=VALUES)
    for index in range(4):
        file.create_group(f"few/{index}")
    for index in range(20):
        file.create_group(f"many/{index}")
        file["few"].attrs[f"{index}"] = "text"
