//! Whole runs on a part of MNIST's test images (fewer to decode than the training images), and the folder they fill.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;

use tenfold_dataset::{Dataset, DivideBy, Images, Strength, hold_out};
use tenfold_network::{Architecture, Layer, Model, Optimizer, Schedule};
use tenfold_training::{
    Checkpoint, Ending, EpochMetrics, Error, Event, Keep, Recipe, Run, RunFile, RunFolder, RunKind, best_epoch,
    evaluate, train,
};

use crate::support::{bits, engine, recipe, some_images};

#[test]
fn whole_writers_are_held_out() {
    let images = some_images(0.1);
    let by_writer = Recipe { validation_by: DivideBy::Group, ..recipe() };
    let division = Run::new(by_writer.clone(), images.clone(), engine(1)).unwrap().division().clone();
    let writers = |indices: &[u32]| -> BTreeSet<u32> {
        indices.iter().map(|&index| images.groups().unwrap()[index as usize]).collect()
    };
    assert!(writers(&division.train).is_disjoint(&writers(&division.validation)));
    assert!((190..=200).contains(&division.validation.len()), "{}", division.validation.len());
    assert_eq!(toml::to_string(&by_writer).unwrap().lines().nth(4), Some("validation_by = \"group\""));
    assert!(!toml::to_string(&recipe()).unwrap().contains("validation_by"), "as earlier versions write it");

    let ungrouped = Images { pixels: images.images().to_vec().into(), height: 28, width: 28 };
    let ungrouped = Dataset::new(ungrouped, images.labels().to_vec(), 10).unwrap();
    let error = Run::new(by_writer, ungrouped, engine(1)).unwrap_err().to_string();
    assert!(error.starts_with("no groups of these images are known: expected the group of each"), "{error}");
}

/// The buffers of a batch are for the images there are, and so is its division among threads.
#[test]
fn a_batch_is_never_larger_than_the_set() {
    let images = some_images(0.01);
    let trained = |batch| {
        let recipe = Recipe { batch, validation: 0.2, ..recipe() };
        train(recipe, images.clone(), engine(2), &mut |_| {}).unwrap()
    };
    let whole = trained(80);
    assert_eq!(whole.train_images, 80);
    assert_eq!(trained(65_536).model.values(), whole.model.values());
}

#[test]
fn a_run_learns_and_tells_what_it_does() {
    let images = some_images(0.2);
    let (mut started, mut steps, mut epochs) = (None, Vec::new(), Vec::new());
    let trained = train(recipe(), images.clone(), engine(2), &mut |event| match event {
        Event::Started { train_images, validation_images, epochs, .. } => {
            started = Some((train_images, validation_images, epochs));
        }
        Event::Step { epoch, images, .. } => steps.push((epoch, images)),
        Event::Epoch(metrics) => epochs.push(metrics.clone()),
        _ => {}
    })
    .unwrap();
    assert_eq!(started, Some((1_600, 400, 3)));
    assert_eq!(steps.len(), 300);
    assert_eq!((steps[0], steps[99], steps[100]), ((1, 16), (1, 1_600), (2, 16)));
    assert_eq!(trained.history, epochs);
    let (first, last) = (&epochs[0], &epochs[2]);
    assert!(last.train.loss < first.train.loss && last.train.accuracy > 0.9, "{epochs:?}");
    assert!(last.validation.unwrap().accuracy > 0.9, "{epochs:?}");

    // What the last epoch said of the images held out is what the model does with them.
    let held_out = images.subset(&hold_out(images.labels(), 0.2, 1).unwrap().validation).unwrap();
    let evaluation = evaluate(&trained.model, &held_out, engine(1)).unwrap();
    assert_eq!(Some((evaluation.loss, evaluation.accuracy)), last.validation.map(|v| (v.loss, v.accuracy)));
}

/// A run owns what it needs: it is moved to a thread, reports from there, and comes back.
#[test]
fn a_run_moves_to_a_thread() {
    let images = some_images(0.02);
    let expected = train(recipe(), images.clone(), engine(1), &mut |_| {}).unwrap();
    let mut run = Run::new(recipe(), images, engine(1)).unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        run.train(&mut |_, event| {
            if let Event::Epoch(metrics) = event {
                sender.send(metrics.epoch).unwrap();
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        run
    });
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert!(bits(thread.join().unwrap().model()) == bits(&expected.model));
}

#[test]
fn the_same_seed_gives_the_same_bytes_at_any_number_of_threads() {
    let images = some_images(0.03);
    let bits = |recipe: &Recipe, threads| {
        bits(&train(recipe.clone(), images.clone(), engine(threads), &mut |_| {}).unwrap().model)
    };
    let augmented = Recipe { augmentation: Strength::Strong.augmentation(), ..recipe() };
    for recipe in [recipe(), augmented, Recipe { epochs: 1, validation: 0.0, ..Recipe::paper() }] {
        let one = bits(&recipe, 1);
        assert!(bits(&recipe, 1) == one, "a second run");
        assert!(bits(&recipe, 2) == one, "two threads");
        assert!(bits(&recipe, 4) == one, "four threads");
        assert!(bits(&Recipe { seed: 2, ..recipe }, 2) != one, "another seed");
    }
}

/// The optimisers' memory, dropout, the order of images and the averages of batch normalisation are all restored.
#[test]
fn a_run_that_was_stopped_anywhere_ends_with_the_same_bytes() {
    let images = some_images(0.03);
    let mut recipe = Recipe { optimizer: Optimizer::Adam { learning_rate: 0.003 }, ..recipe() };
    recipe.augmentation = Strength::Strong.augmentation();
    recipe.architecture.layers.insert(1, Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 });
    recipe.schedule = Schedule::Cosine { floor: 0.1, warm_up: 0.5 };
    let mut whole = Run::new(recipe.clone(), images.clone(), engine(2)).unwrap();
    assert_eq!(whole.train(&mut |_, _| ControlFlow::Continue(())).unwrap(), Ending::Finished);

    // An epoch has 15 steps and 18 events: before the first step, in an epoch, at its end, in the last.
    for stop in [1, 8, 16, 17, 18, 40, 49] {
        let folder = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(folder.path(), RunKind::Train, false).unwrap();
        let mut run = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap();
        let mut events = 0;
        let ending = run.train_in(&folder, Keep::default(), &mut |_, _| {
            events += 1;
            if events == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(ending.unwrap(), Ending::Interrupted, "{stop}");

        let mut again = Run::new(recipe.clone(), images.clone(), engine(2)).unwrap();
        again.restore_from(&folder).unwrap();
        assert_eq!(again.progress(), run.progress(), "{stop}");
        let ending = again.train_in(&folder, Keep::default(), &mut |_, _| ControlFlow::Continue(()));
        assert_eq!(ending.unwrap(), Ending::Finished);
        assert!(bits(again.model()) == bits(whole.model()), "stopped at event {stop}");
        for (one, other) in again.progress().history.iter().zip(&whole.progress().history) {
            let found = |epoch: &EpochMetrics| (epoch.train, epoch.validation, epoch.learning_rate);
            assert_eq!(found(one), found(other), "stopped at event {stop}");
        }
    }
}

#[test]
fn checkpoints_are_kept_and_read_back() {
    let images = some_images(0.02);
    let recipe = Recipe { epochs: 4, ..recipe() };
    let base = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(base.path(), RunKind::Train, false).unwrap();
    let mut run = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap();
    let keep = Keep { every: Some(2), ..Keep::default() };
    run.train_in(&folder, keep, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(base.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected = [".tenfold-run", "checkpoint-0002.safetensors", "checkpoint-0004.safetensors"];
    assert_eq!(names, [&expected[..], &["checkpoint.safetensors", "metrics.csv", "metrics.jsonl"]].concat());
    let bytes = folder.read(RunFile::Checkpoint).unwrap().unwrap();
    assert_eq!(Checkpoint::from_bytes(&bytes).unwrap(), run.checkpoint());

    // More epochs may follow, and an earlier checkpoint may be gone back to.
    let longer = Recipe { epochs: 6, ..recipe.clone() };
    let earlier = folder.read(RunFile::Epoch(2)).unwrap().unwrap();
    let mut again = Run::new(longer.clone(), images.clone(), engine(1)).unwrap();
    again.restore(&Checkpoint::from_bytes(&earlier).unwrap()).unwrap();
    assert_eq!(again.progress().history, run.progress().history[..2]);
    again.train(&mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(again.progress().history.len(), 6);
}

/// Whatever happens to a checkpoint's file, it is refused rather than half believed.
#[test]
fn damaged_checkpoints_are_refused() {
    let images = some_images(0.01);
    let recipe = Recipe { architecture: Architecture::preset("linear").unwrap(), ..recipe() };
    let run = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap();
    let bytes = run.checkpoint().to_bytes().unwrap();
    assert!(Checkpoint::from_bytes(&bytes).is_ok());
    for end in (0..bytes.len()).step_by(97) {
        assert!(matches!(Checkpoint::from_bytes(&bytes[..end]), Err(Error::Checkpoint { .. })), "{end} bytes");
    }
    // The whole head, and places in the numbers; padding after the head's JSON says nothing and may change.
    let head = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let text = bytes[..head].iter().rposition(|&byte| byte == b'}').unwrap() + 1;
    for place in (0..text).chain((head..bytes.len()).step_by(997)) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        match Checkpoint::from_bytes(&changed) {
            Err(Error::Checkpoint { .. }) => {}
            read => panic!("byte {place} changed: {read:?}"),
        }
    }
}

#[test]
fn checkpoints_of_other_runs_are_refused() {
    let (images, recipe) = (some_images(0.02), recipe());
    let checkpoint = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap().checkpoint();
    let refusal = |recipe: &Recipe, images: &Dataset| {
        Run::new(recipe.clone(), images.clone(), engine(1)).unwrap().restore(&checkpoint).unwrap_err().to_string()
    };
    let other = "the checkpoint is of a run with another recipe";
    assert_eq!(refusal(&Recipe { seed: 2, ..recipe.clone() }, &images), other);
    assert_eq!(refusal(&recipe, &some_images(0.03)), "the checkpoint is of a run on other images");
    let mut lies = checkpoint.clone();
    lies.state.steps = 3;
    let error = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap().restore(&lies).unwrap_err().to_string();
    assert_eq!(error, "the checkpoint records impossible progress");
    let mut lies = checkpoint;
    lies.models.insert("best".to_owned(), lies.state.values.clone());
    let error = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap().restore(&lies).unwrap_err().to_string();
    assert_eq!(error, "the checkpoint has a best model, expected none", "without patience nothing is chosen");
    lies.models = BTreeMap::from([("mean".to_owned(), lies.state.values.clone())]);
    let error = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap().restore(&lies).unwrap_err().to_string();
    assert_eq!(error, "the checkpoint has a model 'mean', which no run has");
}

#[test]
fn a_run_stops_early_when_validation_no_longer_improves() {
    let images = some_images(0.05);
    let optimizer = Optimizer::Adam { learning_rate: 0.1 };
    let impatient = Recipe { epochs: 50, patience: Some(2), optimizer, ..recipe() };
    let mut run = Run::new(impatient.clone(), images.clone(), engine(2)).unwrap();
    assert_eq!(run.train(&mut |_, _| ControlFlow::Continue(())).unwrap(), Ending::StoppedEarly);
    let losses: Vec<f64> = run.progress().history.iter().map(|epoch| epoch.validation.unwrap().loss).collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(losses.len() < 50 && losses[losses.len() - 3] == best, "{losses:?}");

    // The model is the best one, not the last.
    let held_out = images.subset(&run.division().validation).unwrap();
    let trained = run.into_trained();
    let loss = |model: &Model| evaluate(model, &held_out, engine(1)).unwrap().loss;
    assert_eq!(loss(&trained.model), best);
    assert_eq!(Some(loss(&trained.last.unwrap())), losses.last().copied());
    let blind = Recipe { validation: 0.0, ..impatient };
    let error = Run::new(blind.clone(), images.clone(), engine(1)).unwrap_err().to_string();
    assert_eq!(error, "the share held out for validation is 0, expected more than 0, to stop early by");
}

/// What is the best model after a run was stopped is the same as without, wherever that was; and so is its file, whether
/// the folder has it or has lost it.
#[test]
fn the_best_model_goes_on_too() {
    let images = some_images(0.05);
    let optimizer = Optimizer::Adam { learning_rate: 0.1 };
    let recipe = Recipe { epochs: 5, patience: Some(5), optimizer, ..recipe() };
    let file = |model: &Model| Ok(model.values().iter().flat_map(|value| value.to_le_bytes()).collect());
    let keep = Keep { best: Some(&file), ..Keep::default() };
    let go_on = |folder: &RunFolder, stop: u32| {
        let mut run = Run::new(recipe.clone(), images.clone(), engine(2)).unwrap();
        run.restore_from(folder).unwrap();
        let ending = run.train_in(folder, keep, &mut |_, event| match event {
            Event::Epoch(metrics) if metrics.epoch == stop => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        ending.unwrap();
        run.into_trained()
    };
    let [whole, stopped] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [whole, stopped] = [&whole, &stopped].map(|it| RunFolder::create(it.path(), RunKind::Train, false).unwrap());
    let expected = go_on(&whole, 0);
    let best = best_epoch(&expected.history).unwrap();
    assert!(best < 5, "the last is not the best: {:?}", expected.history);
    for stop in [1, best, best + 1] {
        go_on(&stopped, stop);
    }
    let trained = go_on(&stopped, 0);
    assert!(bits(&trained.model) == bits(&expected.model));
    assert!(bits(&trained.last.unwrap()) == bits(&expected.last.unwrap()));
    let bytes = |folder: &RunFolder| folder.read(RunFile::Best).unwrap().unwrap();
    assert!(bytes(&stopped) == bytes(&whole) && bytes(&whole) == file(&expected.model).unwrap());
}

/// A file that cannot be written is written when the run is resumed: the checkpoint does not get ahead of it.
#[test]
fn no_checkpoint_is_ahead_of_the_best_model() {
    let (images, base) = (some_images(0.02), tempfile::tempdir().unwrap());
    let recipe = Recipe { epochs: 2, ..recipe() };
    let folder = RunFolder::create(base.path(), RunKind::Train, false).unwrap();
    let broken = |_: &Model| Err("no room".into());
    let mut run = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap();
    let keep = Keep { best: Some(&broken), ..Keep::default() };
    let error = run.train_in(&folder, keep, &mut |_, _| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("no room"), "{error}");
    assert_eq!(folder.read(RunFile::Checkpoint).unwrap(), None);
}

#[test]
fn looking_at_the_test_images_is_part_of_the_history() {
    let (images, recipe) = (some_images(0.05), Recipe { epochs: 1, ..recipe() });
    let mut run = Run::new(recipe.clone(), images.clone(), engine(1)).unwrap();
    run.peek_at(images.clone()).unwrap();
    run.train(&mut |_, _| ControlFlow::Continue(())).unwrap();
    let evaluation = evaluate(run.model(), &images, engine(1)).unwrap();
    assert_eq!(run.progress().history[0].test.map(|test| test.accuracy), Some(evaluation.accuracy));
}

#[test]
fn a_run_that_diverges_stops_and_says_where() {
    let optimizer = Optimizer::Sgd { learning_rate: 1e30, momentum: 0.9, nesterov: false, weight_decay: 0.0 };
    let error = train(Recipe { optimizer, ..recipe() }, some_images(0.05), engine(2), &mut |_| {}).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("training diverged in epoch 1, step "), "{text}");
    assert!(text.ends_with("hint: try a learning rate below 1000000000000000000000000000000"), "{text}");
}

#[test]
fn a_run_whose_validation_diverges_stays_whole() {
    let optimizer = Optimizer::Sgd { learning_rate: 3e38, momentum: 0.9, nesterov: false, weight_decay: 0.0 };
    let architecture = Architecture::preset("linear").unwrap();
    // One step, whose loss is still finite.
    let recipe = Recipe { optimizer, architecture, batch: 65_536, ..recipe() };
    let mut run = Run::new(recipe, some_images(0.05), engine(1)).unwrap();
    for _ in 0..2 {
        let error = run.train(&mut |_, _| ControlFlow::Continue(())).unwrap_err();
        assert!(matches!(error, Error::DivergedInValidation { epoch: 1, .. }), "{error}");
        assert_eq!(run.progress().partial.images, run.division().train.len());
    }
    assert!(run.into_trained().held_out.is_some());
}

#[test]
fn impossible_recipes_are_refused() {
    let images = some_images(0.01);
    let refusal = |recipe: Recipe| train(recipe, images.clone(), engine(1), &mut |_| {}).unwrap_err().to_string();
    assert_eq!(refusal(Recipe { epochs: 0, ..recipe() }), "the number of epochs is 0, expected at least 1");
    assert_eq!(refusal(Recipe { batch: 0, ..recipe() }), "the batch is 0, expected 1 to 65536 images");
    let expected = "the share held out for validation is 1, expected 0 up to but not including 1";
    assert_eq!(refusal(Recipe { validation: 1.0, ..recipe() }), expected);
    let architecture = Architecture { input: [32, 32, 1].into(), ..recipe().architecture };
    let expected = "the network takes 32x32x1 images in 10 classes, the data set has 28x28x1 images in 10 classes";
    assert_eq!(refusal(Recipe { architecture, ..recipe() }), expected);
    let letters = Images { pixels: vec![0; 784].into(), height: 28, width: 28 };
    let letters = Dataset::new(letters, vec![30], 62).unwrap();
    assert!(matches!(train(recipe(), letters, engine(1), &mut |_| {}), Err(Error::Mismatch { .. })));
}

#[test]
fn a_recipe_survives_its_file() {
    for optimizer in [Optimizer::PAPER, Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.01 }] {
        let recipe = Recipe { optimizer, ..recipe() };
        let text = toml::to_string(&recipe).unwrap();
        assert_eq!(toml::from_str::<Recipe>(&text).unwrap(), recipe, "{text}");
    }
}
