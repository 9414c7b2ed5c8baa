//! How a model was trained, as Keras says it, so that training can resume there.

use serde::Deserialize;
use serde_json::{Value, json};
use tenfold_network::Optimizer;

/// The part of a recipe that Keras has a place for.
#[derive(Deserialize)]
struct Recipe {
    optimizer: Optimizer,
}

/// The class and settings of the optimiser in a recipe's TOML; the paper's if the text has none.
pub(super) fn optimizer(recipe: &str) -> (&'static str, Value) {
    let recipe = toml::from_str(recipe).map(|recipe: Recipe| recipe.optimizer);
    let optimizer = recipe.ok().filter(|optimizer| optimizer.check().is_ok()).unwrap_or(Optimizer::PAPER);
    let decimal = |value: f32| value.to_string().parse::<f64>().expect("a number that was just written");
    let rate = decimal(optimizer.learning_rate());
    match optimizer {
        Optimizer::Sgd { momentum, nesterov, weight_decay, .. } => {
            let momentum = decimal(momentum);
            let mut config =
                json!({ "name": "SGD", "learning_rate": rate, "momentum": momentum, "nesterov": nesterov });
            if weight_decay > 0.0 {
                config["weight_decay"] = json!(decimal(weight_decay));
            }
            ("SGD", config)
        }
        Optimizer::Adam { .. } => ("Adam", json!({ "name": "Adam", "learning_rate": rate })),
        Optimizer::AdamW { weight_decay, .. } => {
            ("AdamW", json!({ "name": "AdamW", "learning_rate": rate, "weight_decay": decimal(weight_decay) }))
        }
    }
}

/// The member `training_config` of an HDF5 file.
pub(super) fn training_config(recipe: &str) -> Value {
    let (class, config) = optimizer(recipe);
    json!({
        "loss": "categorical_crossentropy",
        "metrics": ["accuracy"],
        "weighted_metrics": null,
        "loss_weights": null,
        "optimizer_config": { "class_name": class, "config": config },
    })
}

/// The member `compile_config` of an archive's description.
pub(super) fn compile_config(recipe: &str) -> Value {
    let (class, config) = optimizer(recipe);
    json!({
        "optimizer": { "module": "keras.optimizers", "class_name": class, "config": config, "registered_name": null },
        "loss": "categorical_crossentropy",
        "loss_weights": null,
        "metrics": ["accuracy"],
        "weighted_metrics": null,
        "run_eagerly": false,
        "steps_per_execution": 1,
        "jit_compile": false,
    })
}
