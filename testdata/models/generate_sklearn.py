"""Has skl2onnx write multilayer perceptrons of scikit-learn (sklearn_*), with what scikit-learn answers.

    python3.11 -m pip install numpy==2.4.6 onnx==1.23.2 scikit-learn==1.9.1 skl2onnx==1.20.0
    python3.11 testdata/models/generate_sklearn.py
"""

import warnings

import sklearn
from fixtures import HERE, LABELS, images, write_answers
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier

# With zipmap the probabilities are a sequence of maps from labels to numbers, without it a table. No image of LABELS is an
# 8: that classifier has nine classes, and class 8 is the digit 9.
CLASSIFIERS = {
    "zipmap": ([index % 10 for index in range(16)], True),
    "table": ([index % 10 for index in range(16)], False),
    "no_eight": (LABELS, False),
}


def main():
    assert sklearn.__version__ == "1.9.1", sklearn.__version__
    warnings.filterwarnings("ignore", message="Stochastic Optimizer")
    rows = images().reshape(16, 784) / 255
    for name, (labels, zipmap) in CLASSIFIERS.items():
        classifier = MLPClassifier(hidden_layer_sizes=(4, 6), random_state=0, max_iter=60, learning_rate_init=0.01)
        classifier.fit(rows, labels)
        # Everything in the file is then float32, as a file for digits has it.
        model = to_onnx(classifier, rows[:1], options={id(classifier): {"zipmap": zipmap}}, target_opset=15)
        (HERE / f"sklearn_{name}.onnx").write_bytes(model.SerializeToString())
        write_answers(f"sklearn_{name}", classifier.predict_proba(rows))


if __name__ == "__main__":
    main()
