"""Uses model files in Keras: python keras_load.py IMAGES LABELS FILE...

FILE.f32 is then what Keras answers for the images, FILE.resaved.h5 (or .keras) the model as Keras saves it again; both are
made before a step of training. Prints an object per file: what it is compiled with, and the loss of that step.
"""

import json
import sys
from pathlib import Path

import numpy as np
from keras_here import VERSION, keras, pictures

STEP_IMAGES = 16


def compiled(model) -> dict:
    """What training would use; numbers as they are in the optimiser, in float32."""
    if model.optimizer is None:
        return {"compiled": False}
    config = model.optimizer.get_config()
    numbers = {key: float(config[key]) for key in ("learning_rate", "momentum", "weight_decay") if config.get(key)}
    name = type(model.optimizer).__name__.lower()
    nesterov = bool(config.get("nesterov"))
    return {"compiled": True, "optimizer": name, "nesterov": nesterov, "loss": loss_name(model.loss), **numbers}


def loss_name(loss) -> str:
    """A loss is its name, a function or an object, by the way it was saved and the version that loads it."""
    return loss if isinstance(loss, str) else getattr(loss, "__name__", None) or loss.name


def step_loss(model, images: np.ndarray, labels: np.ndarray) -> float:
    """One step of training."""
    classes = model.output_shape[-1]
    targets = labels if "sparse" in loss_name(model.loss) else np.eye(classes, dtype=np.float32)[labels]
    return float(np.ravel(model.train_on_batch(images[:STEP_IMAGES], targets[:STEP_IMAGES]))[0])


def main():
    images, labels = pictures(sys.argv[1]), np.fromfile(sys.argv[2], np.uint8)
    for file in sys.argv[3:]:
        model = keras.models.load_model(file)
        answers = model.predict(images, batch_size=250, verbose=0)
        np.asarray(answers, "<f4").tofile(f"{file}.f32")
        model.save(f"{file}.resaved{Path(file).suffix}")
        facts = compiled(model)
        if facts["compiled"]:
            before = model.get_weights()
            facts["step_loss"] = step_loss(model, images, labels)
            facts["step_moved"] = any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
        print(json.dumps({"version": VERSION, **facts}))


if __name__ == "__main__":
    main()
