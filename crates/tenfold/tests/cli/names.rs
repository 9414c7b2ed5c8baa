//! Names of what is inside the program: presets are networks with recipes, and models are taken wherever a file is.

use tenfold_network::Architecture;
use tenfold_recognizer::EMBEDDED_MODELS;
use tenfold_training::{Recipe, RecipeChanges};

use super::Workplace;

#[test]
fn a_model_inside_is_taken_by_its_name_wherever_a_file_is() {
    let place = Workplace::new();
    place.data("small");
    let splits = |command: &[&str]| place.run(command).success().json()[0]["splits"].clone();
    let default = splits(&["evaluate", "--data", "small", "--json"]);
    assert_eq!(splits(&["evaluate", "paper", "--data", "small", "--json"]), default);
    let shown = &place.run(&["model", "show", "paper", "--json"]).success().json()[0];
    assert_eq!(shown["labels"].as_array().unwrap().len(), 10);
    assert_eq!(shown["parameters"], 159_254);
    place.run(&["convert", "paper", "paper.npz", "--verify", "10"]).success();
    place.run(&["quantize", "paper", "--data", "small", "--out", "int8.safetensors"]).success();
    place.run(&["compare", "paper", "int8.safetensors", "--data", "small"]).success();
    let seven = place.write("seven.png", include_bytes!("../../../recognizer/testdata/seven.png"));
    let read = place.run(&["predict", "--model", "paper", seven.to_str().unwrap()]).success().stdout;
    assert!(read.contains(": 7 ("), "{read}");

    place.run(&["train", "--data", "small", "--from", "paper", "--epochs", "1", "--out", "run", "--quiet"]).success();
    let recipe: Recipe = toml::from_str(&std::fs::read_to_string(place.path("run/config.toml")).unwrap()).unwrap();
    let start = recipe.start.unwrap();
    assert_eq!((start.name.as_str(), start.sha256.len()), ("paper", 64));

    place.run(&["evaluate", "mlp"]).failure(1, &["mlp: cannot open the file", "hint: no model of the preset mlp"]);
    place
        .run(&["train", "--from", "papr"])
        .failure(1, &["papr: cannot open", "hint: models inside the program: reader, paper, tiny"]);
}

#[test]
fn every_model_inside_is_its_preset_trained_by_its_recipe() {
    for embedded in EMBEDDED_MODELS {
        let saved = embedded.read();
        let (name, architecture) = (embedded.name, saved.model.architecture());
        assert_eq!(Some(architecture), Architecture::preset(name).as_ref(), "{name}");
        let recipe: Recipe = toml::from_str(&saved.provenance.recipe).unwrap();
        assert_eq!(Recipe { seed: 1, ..recipe }, Recipe::preset(name).unwrap(), "{name} but for its seed");
    }
}

/// Nobody who has called a run or a file `paper` is answered by another model.
#[test]
fn a_run_or_a_file_of_the_same_name_comes_first() {
    let place = Workplace::new();
    place.data("small");
    let parameters = || place.run(&["model", "show", "paper", "--json"]).success().json()[0]["parameters"].clone();
    std::fs::create_dir(place.path("paper")).unwrap();
    assert_eq!(parameters(), 159_254, "a folder that is not a run is not a model");
    place.run(&["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--out", "paper"]).success();
    assert_eq!(parameters(), 7_850);
    let model = std::fs::read(place.path("paper/model.safetensors")).unwrap();
    std::fs::remove_dir_all(place.path("paper")).unwrap();
    place.write("paper", model);
    assert_eq!(parameters(), 7_850);
}

#[test]
fn a_preset_is_trained_by_its_recipe_and_options_change_it() {
    let place = Workplace::new();
    place.data("small");
    let trained = |options: &[&str], folder: &str| -> Recipe {
        place.run(&[&["train", "--data", "small", "--epochs", "1", "--quiet"], options].concat()).success();
        toml::from_str(&std::fs::read_to_string(place.path(folder).join("config.toml")).unwrap()).unwrap()
    };
    // Fewer epochs than the preset's clean ones.
    let expected = Recipe { epochs: 1, clean_epochs: 0, ..Recipe::preset("micro").unwrap() };
    assert_eq!(trained(&["--preset", "micro", "--out", "run"], "run"), expected);
    let other = Recipe { batch: 8, ..expected.clone() };
    assert_eq!(trained(&["--preset", "micro", "--batch", "8", "--out", "other"], "other"), other);
    let list =
        "[[variant]]\nname = 'plain'\npreset = 'linear'\n[[variant]]\nname = 'small'\npreset = 'micro'\nbatch = 8";
    place.write("list.toml", list);
    let explore =
        ["explore", "list.toml", "--data", "small", "--epochs", "1", "--seeds", "1", "--quiet", "--out", "all"];
    place.run(&explore).success();
    let variants = std::fs::read_to_string(place.path("all/variants.toml")).unwrap();
    let variants: toml::Table = toml::from_str(&variants).unwrap();
    assert_eq!(variants["variant"][1]["recipe"].clone().try_into::<Recipe>().unwrap(), other);
    let part: RecipeChanges = toml::from_str("preset = 'micro'\nepochs = 1\nbatch = 8").unwrap();
    assert_eq!(part.apply(&Recipe::paper()).unwrap(), other);
}
