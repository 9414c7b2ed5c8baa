//! Runs that learn from other models: the same bytes however they are divided or interrupted, and what they need to begin.

use std::ops::ControlFlow;

use tenfold_dataset::{Dataset, Division, Images, Strength};
use tenfold_network::{Architecture, Model};
use tenfold_training::{Checkpoint, Distillation, Event, Recipe, Run, evaluate, train};

use crate::support::{bits, engine, recipe, some_images};

fn teacher(images: &Dataset) -> Model {
    let members = [1, 2].map(|seed| {
        let recipe = Recipe { seed, epochs: 4, ..recipe() };
        train(recipe, images.clone(), engine(2), &mut |_| {}).unwrap().model
    });
    let [first, second] = members;
    Model::ensemble(&[first, second.with_temperature(1.5).unwrap()]).unwrap()
}

fn distilled(temperature: f32, weight: f32) -> Recipe {
    let distillation = Distillation { temperature, weight, ..Distillation::by(vec!["both".to_owned()], b"its file") };
    Recipe { distillation: Some(distillation), ..recipe() }
}

fn run(recipe: &Recipe, images: &Dataset, threads: usize, teacher: &Model) -> Run {
    let mut run = Run::new(recipe.clone(), images.clone(), engine(threads)).unwrap();
    run.learn_from(teacher).unwrap();
    run
}

fn finish(mut run: Run) -> Model {
    run.train(&mut |_, _| ControlFlow::Continue(())).unwrap();
    run.into_trained().model
}

#[test]
fn the_same_bytes_at_any_number_of_threads_and_after_an_interruption() {
    let images = some_images(0.01);
    let teacher = teacher(&images);
    // Augmented in the first two epochs, and images as they are in the last.
    let augmentation = Strength::Mild.augmentation();
    let recipe = Recipe { augmentation, clean_epochs: 1, batch: 27, ..distilled(2.0, 0.75) };
    let whole = finish(run(&recipe, &images, 1, &teacher));
    for threads in [2, 4] {
        assert!(bits(&finish(run(&recipe, &images, threads, &teacher))) == bits(&whole), "{threads} threads");
    }
    let mut stopped = run(&recipe, &images, 2, &teacher);
    stopped
        .train(&mut |_, event| match event {
            Event::Step { epoch: 2, images: 54, .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .unwrap();
    let checkpoint = Checkpoint::from_bytes(&stopped.checkpoint().to_bytes().unwrap()).unwrap();
    let mut resumed = run(&recipe, &images, 4, &teacher);
    resumed.restore(&checkpoint).unwrap();
    assert_eq!(resumed.progress().partial.images, 54);
    assert!(bits(&finish(resumed)) == bits(&whole));
    // What another teacher began is not gone on with.
    let by = Distillation { temperature: 2.0, weight: 0.75, ..Distillation::by(vec!["both".to_owned()], b"another") };
    let mut other = run(&Recipe { distillation: Some(by), ..recipe }, &images, 1, &teacher);
    let error = other.restore(&checkpoint).unwrap_err().to_string();
    assert_eq!(error, "the checkpoint is of a run with another recipe");
}

/// Labels that are of no use show whom a model learns from.
#[test]
fn a_teacher_is_believed_as_much_as_the_weight_says() {
    let images = some_images(0.05);
    let teacher = train(Recipe { epochs: 6, ..recipe() }, images.clone(), engine(2), &mut |_| {}).unwrap().model;
    let wrong: Vec<u16> = images.labels().iter().map(|label| (label + 1) % 10).collect();
    let pixels = Images { pixels: images.images().to_vec().into(), height: 28, width: 28 };
    let mislabelled = Dataset::new(pixels, wrong, 10).unwrap();
    let accuracy = |weight| {
        let recipe = Recipe { epochs: 6, ..distilled(4.0, weight) };
        evaluate(&finish(run(&recipe, &mislabelled, 2, &teacher)), &images, engine(2)).unwrap().accuracy
    };
    let (alone, little) = (accuracy(1.0), accuracy(0.01));
    assert!(alone > 0.5 && little < 0.3, "{alone} {little}");
}

#[test]
fn a_recipe_and_its_teacher_belong_together() {
    let images = some_images(0.01);
    let teacher = teacher(&images);
    let message = |result: Result<_, tenfold_training::Error>| match result {
        Ok(()) => panic!("not refused"),
        Err(error) => error.to_string(),
    };
    let mut alone = Run::new(distilled(2.0, 0.5), images.clone(), engine(1)).unwrap();
    let error = message(alone.train(&mut |_, _| ControlFlow::Continue(())).map(drop));
    assert_eq!(error, "the teacher is none, expected the model that the recipe's distillation is by");
    let mut untaught = Run::new(recipe(), images.clone(), engine(1)).unwrap();
    let error = message(untaught.learn_from(&teacher));
    assert_eq!(error, "the teacher is a model, expected none for a recipe without distillation");
    let small = Architecture { input: [8, 8, 1].into(), ..Architecture::preset("linear").unwrap() };
    let small = Model::random(small, recipe().initializer, 1).unwrap();
    assert!(message(alone.learn_from(&small)).contains("8x8x1 images"));
    let warm = teacher.clone().with_temperature(80.0).unwrap();
    assert!(message(alone.learn_from(&warm)).contains("the temperature is 160, expected 0.01 to 100"));
    // A fold's images may be those that a teacher was trained on.
    let division = Division { train: vec![0, 1], validation: vec![2] };
    let error = message(Run::with_division(distilled(2.0, 0.5), images.clone(), division, engine(1)).map(drop));
    assert_eq!(error, "the teacher is both, expected none for this run");
    for (recipe, expected) in [
        (distilled(0.5, 0.5), "the temperature of the distillation is 0.5, expected 1 to 100"),
        (distilled(f32::NAN, 0.5), "the temperature of the distillation is NaN"),
        (distilled(2.0, 0.0), "the weight of the distillation is 0, expected above 0 and at most 1"),
        (distilled(2.0, 1.5), "the weight of the distillation is 1.5"),
    ] {
        let error = message(recipe.check());
        assert!(error.starts_with(expected), "{error}");
    }
}
