"""ONNX Runtime on the predictions of `tenfold bench`; see protocol.py for what all peers share.

    python onnxruntime_peer.py predict --batch 16 --threads 2 --seconds 3 --data mnist --model paper.onnx

The model is one of those that export_onnx.py writes.
"""

from pathlib import Path

import onnxruntime

import protocol


def main():
    parser = protocol.parser(__doc__, works=["predict"])
    parser.add_argument("--model", type=Path, required=True, help="ONNX file")
    arguments = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(arguments.model, options, providers=["CPUExecutionProvider"])
    pixels, digits = protocol.load(arguments.data)
    images = pixels[:, None]

    def predict(starts):
        batches = (images[start : start + arguments.batch] for start in starts)
        return [session.run(None, {"images": batch})[0] for batch in batches]

    protocol.measure(arguments, arguments.model.stem, digits, predict, accuracy=0.97)


if __name__ == "__main__":
    main()
