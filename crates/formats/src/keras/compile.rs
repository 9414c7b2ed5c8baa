//! How a model was trained, as Keras says it, so that training can resume there, or here.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tenfold_network::Optimizer;

/// The part of a recipe that Keras has a place for.
#[derive(Serialize, Deserialize)]
struct Recipe {
    optimizer: Optimizer,
}

/// The part of a recipe, as TOML, that the optimiser in a file says; empty unless it is one that there is here too, with a
/// constant learning rate and without settings that have no counterpart.
pub(super) fn recipe(optimizer: Option<&Value>) -> String {
    optimizer
        .and_then(counterpart)
        .and_then(|optimizer| toml::to_string(&Recipe { optimizer }).ok())
        .unwrap_or_default()
}

fn counterpart(optimizer: &Value) -> Option<Optimizer> {
    let (class, config) = (optimizer.get("class_name")?.as_str()?, optimizer.get("config")?.as_object()?);
    // Keras 2 takes its own for a user's in an HDF5 file.
    let class = class.strip_prefix("Custom>").unwrap_or(class);
    let number = |name| Some(config.get(name)?.as_f64()? as f32);
    let learning_rate = number("learning_rate")?;
    let (optimizer, own) = match class {
        "SGD" => {
            let nesterov = config.get("nesterov").is_some_and(|it| *it == true);
            let [momentum, weight_decay] = ["momentum", "weight_decay"].map(|name| number(name).unwrap_or(0.0));
            let optimizer = Optimizer::Sgd { learning_rate, momentum, nesterov, weight_decay };
            (optimizer, &["momentum", "nesterov", "weight_decay"][..])
        }
        "Adam" => (Optimizer::Adam { learning_rate }, &[][..]),
        "AdamW" => (Optimizer::AdamW { learning_rate, weight_decay: number("weight_decay")? }, &["weight_decay"][..]),
        _ => return None,
    };
    let is_expressed = |(name, value): (&String, &Value)| match (name.as_str(), value) {
        ("name" | "learning_rate" | "jit_compile" | "is_legacy_optimizer" | "ema_momentum", _) => true,
        (own_setting, _) if own.contains(&own_setting) => true,
        ("beta_1", value) => value.as_f64().map(|it| it as f32) == Some(0.9),
        ("beta_2", value) => value.as_f64().map(|it| it as f32) == Some(0.999),
        ("epsilon", value) => value.as_f64().map(|it| it as f32) == Some(1e-7),
        (_, off) => off.is_null() || *off == false || off.as_f64() == Some(0.0),
    };
    (optimizer.check().is_ok() && config.iter().all(is_expressed)).then_some(optimizer)
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
