//! What a recipe may say beyond a network and an optimiser: schedules, regularization, averages of models, epochs without
//! augmentation. Each is resumed, divided among threads and told of like the rest.

use std::ops::ControlFlow;

use tenfold_dataset::Strength;
use tenfold_network::{Architecture, Layer, Model, Regularization, Schedule};
use tenfold_training::{Averaging, Checkpoint, EpochMetrics, Event, Recipe, Run, Trained, evaluate, train};

use crate::support::{bits, engine, recipe, some_images};

/// Each epoch's rate is that of its last step, and a longer run would have had others from the start.
#[test]
fn a_schedule_is_part_of_the_history_and_of_a_runs_length() {
    let images = some_images(0.01);
    let architecture = Architecture::preset("linear").unwrap();
    let schedule = Schedule::Step { every: 1, factor: 0.5, warm_up: 0.0 };
    let recipe = Recipe { architecture, schedule, ..recipe() };
    let trained = train(recipe.clone(), images.clone(), engine(1), &mut |_| {}).unwrap();
    let rates: Vec<_> = trained.history.iter().map(|epoch| epoch.learning_rate).collect();
    assert_eq!(rates, [Some(0.01), Some(0.005), Some(0.0025)]);
    let constant = Recipe { schedule: Schedule::default(), ..recipe.clone() };
    let unchanged = train(constant, images.clone(), engine(1), &mut |_| {}).unwrap();
    assert!(unchanged.history.iter().all(|epoch| epoch.learning_rate.is_none()));
    assert_eq!(unchanged.history[0].train, trained.history[0].train);
    assert!(bits(&unchanged.model) != bits(&trained.model));

    let refusal = |schedule| {
        let run = |epochs| Run::new(Recipe { epochs, schedule, ..recipe.clone() }, images.clone(), engine(1)).unwrap();
        run(4).restore(&run(3).checkpoint()).map_err(|error| error.to_string())
    };
    assert_eq!(refusal(schedule), Ok(()));
    let expected = "the checkpoint is of a run of 3 epochs, which its steps depend on, expected 4";
    assert_eq!(refusal(Schedule::Cosine { floor: 0.0, warm_up: 0.0 }), Err(expected.to_owned()));
}

/// Recipes that use all of it, with batch normalisation.
fn rich_recipes() -> [Recipe; 2] {
    let mut base = Recipe {
        regularization: Regularization {
            label_smoothing: 0.1,
            clip_norm: Some(0.5),
            decay_kernels_only: true,
            l1: 1e-4,
            l2: 1e-3,
        },
        augmentation: Strength::Mild.augmentation(),
        clean_epochs: 1,
        drawn: 30,
        non_digits: 30,
        touching: 30,
        rehearse: 30,
        ..recipe()
    };
    base.architecture.layers.insert(1, Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 });
    let ema = Recipe { averaging: Some(Averaging::Ema { decay: 0.9 }), ..base.clone() };
    let schedule = Schedule::Plateau { patience: 0, factor: 0.5, warm_up: 0.5 };
    [ema, Recipe { averaging: Some(Averaging::Swa { epochs: 2 }), patience: Some(3), schedule, ..base }]
}

fn found(trained: &Trained) -> (Vec<u32>, Option<Vec<u32>>, Vec<EpochMetrics>) {
    let history = trained.history.iter().map(|epoch| EpochMetrics { seconds: 0.0, ..epoch.clone() });
    (bits(&trained.model), trained.last.as_ref().map(bits), history.collect())
}

#[test]
fn everything_is_resumed_and_the_same_at_any_number_of_threads() {
    let images = some_images(0.02);
    for recipe in rich_recipes() {
        let run = |threads| Run::new(recipe.clone(), images.clone(), engine(threads)).unwrap();
        let whole = found(&train(recipe.clone(), images.clone(), engine(2), &mut |_| {}).unwrap());
        assert!(found(&train(recipe.clone(), images.clone(), engine(1), &mut |_| {}).unwrap()) == whole);
        assert!(found(&train(recipe.clone(), images.clone(), engine(4), &mut |_| {}).unwrap()) == whole);
        // An epoch has 10 steps and 11 events: in each epoch, and at the ends of the second and the last.
        for stop in [5, 18, 23, 27, 34] {
            let (mut stopped, mut events) = (run(1), 0);
            stopped
                .train(&mut |_, _| {
                    events += 1;
                    if events == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
                .unwrap();
            let checkpoint = Checkpoint::from_bytes(&stopped.checkpoint().to_bytes().unwrap()).unwrap();
            let mut resumed = run(2);
            resumed.restore(&checkpoint).unwrap();
            assert!(bits(resumed.model()) == bits(stopped.model()), "stopped at event {stop}");
            assert_eq!(resumed.checkpoint(), checkpoint);
            resumed.train(&mut |_, _| ControlFlow::Continue(())).unwrap();
            assert!(found(&resumed.into_trained()) == whole, "stopped at event {stop}");
        }
    }
}

/// Training does not depend on what is averaged of it; validation and what is handed out do.
#[test]
fn an_average_is_validated_and_handed_out() {
    let images = some_images(0.02);
    let mut recipe = recipe();
    recipe.architecture.layers.insert(1, Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 });
    let (mut plain, mut models) = (Run::new(recipe.clone(), images.clone(), engine(1)).unwrap(), Vec::new());
    plain
        .train(&mut |run, event| {
            if let Event::Epoch(_) = event {
                models.push(run.model().clone());
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    let held_out = images.subset(&plain.division().validation).unwrap();
    let plain = plain.into_trained();

    let averaging = Some(Averaging::Swa { epochs: 2 });
    let averaged = train(Recipe { averaging, ..recipe.clone() }, images.clone(), engine(1), &mut |_| {}).unwrap();
    assert_eq!(averaged.history.iter().map(|epoch| epoch.averaged).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(averaged.history[0].validation, plain.history[0].validation);
    let losses = |history: &[EpochMetrics]| history.iter().map(|epoch| epoch.train).collect::<Vec<_>>();
    assert_eq!(losses(&averaged.history), losses(&plain.history));
    let trainable = averaged.model.outline().trainable;
    let (one, other, mean) = (models[1].values(), models[2].values(), averaged.model.values());
    for index in 0..mean.len() {
        let expected = one[index].midpoint(other[index]);
        let difference = (mean[index] - expected).abs();
        assert!(index >= trainable || difference < 1e-6, "{} instead of {expected}", mean[index]);
    }
    assert!(mean[trainable..] != other[trainable..], "statistics are worked out anew");

    for averaging in [averaging, Some(Averaging::Ema { decay: 0.5 })] {
        let trained = train(Recipe { averaging, ..recipe.clone() }, images.clone(), engine(1), &mut |_| {}).unwrap();
        let evaluation = evaluate(&trained.model, &held_out, engine(2)).unwrap();
        let last = trained.history.last().unwrap();
        assert_eq!(
            last.validation.map(|metrics| (metrics.loss, metrics.accuracy)),
            Some((evaluation.loss, evaluation.accuracy))
        );
        assert!(bits(&trained.model) != bits(&plain.model));
    }
}

#[test]
fn the_last_epochs_may_be_without_augmentation() {
    let images = some_images(0.01);
    let trained = |augmentation, clean_epochs| -> Model {
        let recipe = Recipe { augmentation, clean_epochs, epochs: 2, ..recipe() };
        train(recipe, images.clone(), engine(1), &mut |_| {}).unwrap().model
    };
    let mild = Strength::Mild.augmentation();
    let [never, always, first] =
        [(None, 0), (mild, 0), (mild, 1)].map(|(augmentation, clean)| bits(&trained(augmentation, clean)));
    assert!(first != never && first != always);
    assert!(bits(&trained(mild, 2)) == never);
}

#[test]
fn drawn_digits_train_and_are_not_held_out() {
    let images = some_images(0.01);
    let run = |drawn| Run::new(Recipe { drawn, ..recipe() }, images.clone(), engine(1));
    let (without, with) = (run(0).unwrap(), run(40).unwrap());
    assert_eq!(with.division().validation, without.division().validation);
    assert_eq!(with.division().train.len(), without.division().train.len() + 40);
    assert_ne!(with.fingerprint(), without.fingerprint());
    let others = Run::new(Recipe { non_digits: 40, ..recipe() }, images.clone(), engine(1)).unwrap();
    assert_eq!(others.division().train.len(), without.division().train.len() + 40);
    assert_eq!(others.division().validation, without.division().validation);
    let cut = Run::new(Recipe { touching: 40, ..recipe() }, images.clone(), engine(1)).unwrap();
    assert_eq!(cut.division().train.len(), without.division().train.len() + 40);
    assert_eq!(cut.division().validation, without.division().validation);
    let rehearsed = Run::new(Recipe { rehearse: 40, ..recipe() }, images.clone(), engine(1)).unwrap();
    assert_eq!(rehearsed.division().train.len(), without.division().train.len() + 40);
    assert_eq!(rehearsed.division().validation, without.division().validation);
    let letters = images.with_names(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map(str::to_owned)).unwrap();
    let error = Run::new(Recipe { drawn: 40, ..recipe() }, letters, engine(1)).unwrap_err().to_string();
    assert_eq!(error, "the number of drawn digits is 40, expected 0 for images that are not of the ten digits");
}

#[test]
fn settings_out_of_range_are_refused() {
    let averaging = |averaging| Recipe { averaging: Some(averaging), ..recipe() };
    for (recipe, expected) in [
        (
            averaging(Averaging::Ema { decay: 1.0 }),
            "the decay of the moving average is 1, expected above 0 and below 1",
        ),
        (averaging(Averaging::Swa { epochs: 4 }), "the number of epochs that are averaged is 4, expected at least 1"),
        (Recipe { clean_epochs: 4, ..recipe() }, "the number of epochs without augmentation is 4, expected at most"),
        (Recipe { schedule: Schedule::Constant { warm_up: 3.0 }, ..recipe() }, "the warm-up is 3, expected 0 or more"),
    ] {
        let error = recipe.check().unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

/// A checkpoint has the average that its place in the run asks for, and no other.
#[test]
fn checkpoints_with_other_averages_are_refused() {
    let images = some_images(0.01);
    let plain = Recipe { architecture: Architecture::preset("linear").unwrap(), ..recipe() };
    let ema = Recipe { averaging: Some(Averaging::Ema { decay: 0.9 }), ..plain.clone() };
    for (recipe, average, expected) in [
        (&plain, Some(7_850), Err("the checkpoint has an average of models, expected none")),
        (&ema, None, Err("the checkpoint has no average of models, expected one")),
        (&ema, Some(7), Err("the network has 7850 parameters, found values for 7")),
        (&ema, Some(7_850), Ok(())),
    ] {
        let mut run = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap();
        let mut checkpoint = run.checkpoint();
        checkpoint.models.clear();
        checkpoint.models.extend(average.map(|length| ("average".to_owned(), vec![0.0; length])));
        let restored = run.restore(&checkpoint).map_err(|error| error.to_string());
        assert_eq!(restored, expected.map_err(str::to_owned));
    }
}
