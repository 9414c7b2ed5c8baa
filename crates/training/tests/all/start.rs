//! Runs that go on from a model: its values in place of initial ones, resumed like any other.

use std::ops::ControlFlow;

use tenfold_network::{Architecture, Model};
use tenfold_training::{Averaging, Checkpoint, Recipe, Run, Start, train};

use crate::support::{bits, engine, recipe, some_images};

fn continue_all() -> impl FnMut(&Run, tenfold_training::Event<'_>) -> ControlFlow<()> {
    |_, _| ControlFlow::Continue(())
}

#[test]
fn a_run_goes_on_from_a_model_and_is_resumed() {
    let images = some_images(0.01);
    let first = train(recipe(), images.clone(), engine(1), &mut |_| {}).unwrap().model;
    let start = Some(Start::new("first", b"its file"));
    let recipe = Recipe { start, averaging: Some(Averaging::Ema { decay: 0.9 }), epochs: 2, ..recipe() };
    let model = first.clone().with_temperature(2.0).unwrap();
    let run = |threads| Run::from_model(recipe.clone(), images.clone(), engine(threads), &model).unwrap();
    let mut whole = run(2);
    assert!(bits(whole.model()) == bits(&first) && whole.model().temperature() == 1.0);
    whole.train(&mut continue_all()).unwrap();

    let (mut stopped, mut events) = (run(1), 0);
    stopped
        .train(&mut |_, _| {
            events += 1;
            if events == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    let checkpoint = Checkpoint::from_bytes(&stopped.checkpoint().to_bytes().unwrap()).unwrap();
    assert!(checkpoint.models["average"] != first.values(), "the average has moved");
    let mut resumed = run(4);
    resumed.restore(&checkpoint).unwrap();
    resumed.train(&mut continue_all()).unwrap();
    assert!(bits(resumed.model()) == bits(whole.model()));

    let other = Recipe { start: Some(Start::new("first", b"another")), ..recipe.clone() };
    let mut other = Run::from_model(other, images.clone(), engine(1), &model).unwrap();
    let error = other.restore(&checkpoint).unwrap_err().to_string();
    assert_eq!(error, "the checkpoint is of a run with another recipe");
}

/// A recipe does not say that it started from a model without doing so, nor does it start from another network's.
#[test]
fn a_recipe_and_its_model_belong_together() {
    let images = some_images(0.01);
    let started = Recipe { start: Some(Start::new("mine.h5", b"")), ..recipe() };
    let error = Run::new(started.clone(), images.clone(), engine(1)).unwrap_err().to_string();
    let expected = "the model to start from is mine.h5, expected none for this run, or to be given with the recipe";
    assert_eq!(error, expected);
    let model = |architecture| Model::random(architecture, recipe().initializer, 1).unwrap();
    let linear = Architecture::preset("linear").unwrap();
    for (recipe, model) in [(recipe(), model(recipe().architecture)), (started, model(linear))] {
        let error = Run::from_model(recipe, images.clone(), engine(1), &model).unwrap_err().to_string();
        assert!(error.starts_with("the model to start from is another, expected that of the recipe"), "{error}");
    }
}
