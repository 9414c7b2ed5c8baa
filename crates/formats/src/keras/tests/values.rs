//! Files as a whole: values without a network, the recipe, damage.

use super::*;

#[test]
fn the_recipe_says_how_keras_resumes() {
    let of = |recipe: &str| compile::training_config(recipe)["optimizer_config"].clone();
    assert_eq!(
        of(""),
        json!({ "class_name": "SGD", "config": {
        "name": "SGD", "learning_rate": 0.01, "momentum": 0.9, "nesterov": false } })
    );
    assert_eq!(
        of("seed = 1\n[optimizer]\ntype = \"adam\"\nlearning_rate = 0.002"),
        json!({ "class_name": "Adam",
        "config": { "name": "Adam", "learning_rate": 0.002 } })
    );
    assert_eq!(of("[optimizer]\ntype = \"adamw\"\nlearning_rate = 0.001\nweight_decay = 0.004")["class_name"], "AdamW");
    let decayed = "learning_rate = 0.01\nmomentum = 0.9\nnesterov = false\nweight_decay = 0.5";
    assert_eq!(of(&format!("[optimizer]\ntype = \"sgd\"\n{decayed}"))["config"]["weight_decay"], 0.5);
    assert_eq!(of("[optimizer]\ntype = \"adam\"\nlearning_rate = -1.0")["class_name"], "SGD");
}

#[test]
fn what_keras_resumes_with_is_a_recipe_in_part() {
    let read = |class: &str, config: Value| compile::recipe(Some(&json!({ "class_name": class, "config": config })));
    for recipe in [
        "[optimizer]\ntype = \"sgd\"\nlearning_rate = 0.05\nmomentum = 0.5\nnesterov = true\n",
        "[optimizer]\ntype = \"sgd\"\nlearning_rate = 0.05\nmomentum = 0.5\nnesterov = false\nweight_decay = 0.25\n",
        "[optimizer]\ntype = \"adam\"\nlearning_rate = 0.002\n",
        "[optimizer]\ntype = \"adamw\"\nlearning_rate = 0.001\nweight_decay = 0.01\n",
    ] {
        assert_eq!(compile::recipe(compile::training_config(recipe).get("optimizer_config")), recipe);
        assert_eq!(compile::recipe(compile::compile_config(recipe).get("optimizer")), recipe);
    }
    // As Keras 3 writes it, in which a float is that of 32 bits.
    let adam = json!({
        "name": "adam", "learning_rate": 0.0020000000949949026, "weight_decay": null, "clipnorm": null, "use_ema": false,
        "ema_momentum": 0.99, "loss_scale_factor": null, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": false
    });
    assert_eq!(read("Adam", adam.clone()), "[optimizer]\ntype = \"adam\"\nlearning_rate = 0.002\n");
    // What there is no counterpart to says nothing, rather than something else.
    for (name, value) in [
        ("beta_1", json!(0.8)),
        ("amsgrad", json!(true)),
        ("clipnorm", json!(1.0)),
        ("learning_rate", json!({ "class_name": "ExponentialDecay" })),
        ("learning_rate", json!(-1.0)),
    ] {
        let mut other = adam.clone();
        other[name] = value;
        assert_eq!(read("Adam", other), "", "{name}");
    }
    assert_eq!(read("RMSprop", json!({ "learning_rate": 0.001 })), "");
    assert_eq!(compile::recipe(Some(&json!("adam"))), "");
}

#[test]
fn a_file_without_a_network_needs_one() {
    let saved = sample();
    let bytes = write_archive(&saved).unwrap();
    let values = Archive::open(&bytes, FORMAT).unwrap().entry("model.weights.h5", 1 << 20).unwrap().unwrap();
    assert!(matches!(read_hdf5(&values, None), Err(Error::Foreign { .. })));
    let again = read_hdf5(&values, Some(saved.model.architecture())).unwrap();
    assert_eq!(bits(&again), bits(&saved));
    for (layers, expected) in [
        (vec![Layer::Flatten, Layer::dense(10)], "layers with values: expected 1, found 3"),
        (Architecture::paper().layers, "/layers/conv2d_1: expected to be in the file, found nothing"),
    ] {
        let architecture = Architecture { input: [28, 28, 1].into(), layers };
        let error = read_hdf5(&values, Some(&architecture)).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    let nothing = hdf5::write(&hdf5::Group::default());
    let error = read_hdf5(&nothing, None).unwrap_err();
    assert!(matches!(error, Error::Unrecognised { .. }), "{error}");
}

#[test]
fn values_that_are_not_finite_are_refused() {
    let saved = of_layers(vec![Layer::Flatten, Layer::dense(10)]);
    let mut bytes = write_hdf5(&saved).unwrap();
    let first = saved.model.values()[0].to_le_bytes();
    let at = bytes.windows(4).position(|window| window == first).unwrap();
    bytes[at..at + 4].copy_from_slice(&f32::INFINITY.to_le_bytes());
    let error = read_hdf5(&bytes, None).unwrap_err().to_string();
    assert!(
        error.ends_with("tensor /model_weights/dense/dense/kernel:0: expected finite numbers, found inf"),
        "{error}"
    );
}

#[test]
fn damage_in_any_place_gives_an_error_or_a_model() {
    let saved = of_layers(vec![Layer::max_pool(14), Layer::Flatten, Layer::dense(10)]);
    for bytes in [write_hdf5(&saved).unwrap(), write_archive(&saved).unwrap()] {
        for length in 0..bytes.len() {
            assert!(crate::read(&bytes[..length], None).is_err(), "cut to {length}");
        }
        let mut changed = bytes.clone();
        for at in 0..bytes.len() {
            for mask in [1 << (at % 8), 0xff] {
                changed[at] ^= mask;
                if let Ok(saved) = crate::read(&changed, None) {
                    let again = crate::read(&crate::write(&saved, crate::Format::Safetensors).unwrap(), None).unwrap();
                    assert!(again == saved, "byte {at}");
                }
                changed[at] = bytes[at];
            }
        }
    }
}
