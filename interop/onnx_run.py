"""Checks ONNX files and runs them in ONNX Runtime: python onnx_run.py IMAGES FILE...

FILE.f32 is then what it answers for all images in batches of each size of BATCHES, one after the other. Prints an object
per file.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime

BATCHES = (1, 7, 1000)


def main():
    images = (np.fromfile(sys.argv[1], np.uint8) / 255).astype(np.float32)
    for file in sys.argv[2:]:
        model = onnx.load(file)
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        (image,), (answer,) = session.get_inputs(), session.get_outputs()
        batch, *shape = image.shape
        assert isinstance(batch, str), f"{file} takes batches of {batch}, not of any size"
        rows = images.reshape(-1, *shape)
        with open(f"{file}.f32", "wb") as out:
            for size in BATCHES:
                for start in range(0, len(rows), size):
                    (answers,) = session.run([answer.name], {image.name: rows[start : start + size]})
                    np.asarray(answers, "<f4").tofile(out)
        opset = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
        print(json.dumps({
            "version": onnx.__version__, "runtime": onnxruntime.__version__, "batches": len(BATCHES), "opset": opset,
        }))


if __name__ == "__main__":
    main()
