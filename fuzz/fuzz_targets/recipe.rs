//! Recipes as TOML: a recipe that passes its check is written and read again as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_training::Recipe;

fuzz_target!(|text: &str| {
    let Ok(recipe) = toml::from_str::<Recipe>(text) else { return };
    if recipe.check().is_err() {
        return;
    }
    // Every run writes its recipe into its folder before it trains.
    let written = toml::to_string(&recipe).expect("a recipe that passed its check can be written");
    assert_eq!(toml::from_str::<Recipe>(&written).expect("what was just written"), recipe);
});
