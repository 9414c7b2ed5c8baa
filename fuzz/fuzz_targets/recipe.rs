//! Recipes as TOML: a recipe that passes its check is written and read again as the same value, whole and as changes of
//! another.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_training::{Recipe, RecipeChanges};

fuzz_target!(|text: &str| {
    if let Ok(changes) = toml::from_str::<RecipeChanges>(text) {
        // Refused or not, it must not panic.
        let _ = changes.apply(&Recipe::paper());
    }
    let Ok(recipe) = toml::from_str::<Recipe>(text) else { return };
    if recipe.check().is_err() {
        return;
    }
    // Every run writes its recipe into its folder before it trains.
    let written = toml::to_string(&recipe).expect("a recipe that passed its check can be written");
    assert_eq!(toml::from_str::<Recipe>(&written).expect("what was just written"), recipe);
    let changes: RecipeChanges = toml::from_str(&written).expect("a whole recipe is one in part");
    assert_eq!(changes.apply(&Recipe::paper()).expect("its own settings"), recipe);
});
