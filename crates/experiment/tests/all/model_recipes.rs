//! What a model's file says of its training, as changes of a recipe.

use std::path::Path;

use tenfold_experiment::network::{Architecture, Optimizer};
use tenfold_experiment::training::RecipeChanges;
use tenfold_experiment::{Recipe, open_model, recipe_of};

fn recipe_in(name: &str) -> RecipeChanges {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/models").join(name);
    recipe_of(&open_model(&path, None).unwrap().0, &path).unwrap()
}

#[test]
fn what_keras_was_compiled_with_changes_the_network_and_the_optimizer() {
    let linear = Recipe { architecture: Architecture::preset("linear").unwrap(), ..Recipe::paper() };
    let base = Recipe { epochs: 3, optimizer: Optimizer::Adam { learning_rate: 0.5 }, ..linear };
    for name in ["keras2_paper.h5", "keras2_paper.keras", "keras3_paper.h5"] {
        let recipe = recipe_in(name).apply(&base).unwrap();
        assert_eq!((recipe.epochs, recipe.optimizer), (3, Optimizer::PAPER), "{name}");
        assert_eq!(recipe.architecture.outline().unwrap().parameters, 974, "{name}");
    }
    // Saved without being compiled.
    let changes = recipe_in("keras3_functional.keras");
    assert_eq!(changes, RecipeChanges { architecture: changes.architecture.clone(), ..RecipeChanges::default() });
}
