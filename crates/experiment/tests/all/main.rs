//! Experiments on 400 of MNIST's test images: in memory, in a folder, interrupted and resumed.

mod model_recipes;
mod search;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use tenfold_experiment::dataset::{Dataset, DivideBy, Part, Source, hold_out, idx};
use tenfold_experiment::network::Architecture;
use tenfold_experiment::training::{Event as RunEvent, RunFile, RunKind};
use tenfold_experiment::{
    CrossValidation, CrossValidationResults, Engine, Environment, ErrorKind, Event, Exploration, ExplorationResults,
    FoldPlan, Interruption, Judging, Outcome, Place, Reached, Recipe, Record, Role, Setup, Variant, list_runs,
    open_model, open_start, saved_variants, train,
};

fn images() -> Dataset {
    let all = Source::Embedded.load(Part::Test).unwrap();
    all.subset(&hold_out(all.labels(), 0.04, 1).unwrap().validation).unwrap()
}

/// A folder with these images to train on and to test on.
fn data(folder: &Path) {
    for part in ["train", "t10k"] {
        fs::write(folder.join(format!("{part}-images-idx3-ubyte")), idx::write_images(&images())).unwrap();
        fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), idx::write_labels(&images())).unwrap();
    }
}

fn recipe() -> Recipe {
    Recipe { architecture: Architecture::preset("linear").unwrap(), epochs: 2, ..Recipe::paper() }
}

const PLAN: FoldPlan = FoldPlan {
    folds: 3,
    rule: tenfold_experiment::dataset::FoldRule {
        kind: tenfold_experiment::dataset::FoldKind::Stratified,
        like: tenfold_experiment::dataset::FoldsLike::Tenfold,
    },
    by: tenfold_experiment::dataset::DivideBy::Image,
    seed: 1,
};

/// A setup of this kind, with its images and its runs in `base`.
fn setup(base: &Path, kind: RunKind) -> Setup {
    data(base);
    let environment = Environment::new(kind, Vec::new(), Some(base), Engine::single()).unwrap();
    let environment = Environment { folds: Some(PLAN), ..environment };
    let place = Place::Numbered { base: base.join("runs"), name: "linear".to_owned() };
    Setup { recipe: recipe(), environment, place, start: None, teacher: None }
}

const NEVER: usize = usize::MAX;

/// An observer that interrupts at the step of this number, counted from 1 over all runs.
fn stop_at(step: usize) -> impl FnMut(Event<'_>) -> ControlFlow<()> + Send {
    let mut steps = 0;
    move |event| {
        steps += usize::from(matches!(event, Event::Run { event: RunEvent::Step { .. }, .. }));
        if steps == step { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn interruption<T>(outcome: Outcome<T>) -> Interruption {
    match outcome {
        Outcome::Interrupted(interruption) => interruption,
        Outcome::Finished(_) => panic!("expected an interruption"),
    }
}

#[test]
fn a_cross_validation_is_the_same_in_memory_and_resumed_in_a_folder() {
    let base = tempfile::tempdir().unwrap();
    let judged = |results: &CrossValidationResults| -> Vec<(f64, f64, u32)> {
        results.folds.iter().map(|it| (it.evaluation.accuracy, it.evaluation.loss, it.epoch)).collect()
    };
    let memory = CrossValidation::new(recipe(), images(), PLAN, Engine::single()).unwrap();
    let expected = memory.carry_out(&mut stop_at(NEVER)).unwrap().finished().unwrap();

    // Two epochs of 17 steps a fold: in the second epoch of the second.
    let first = CrossValidation::in_folder(setup(base.path(), RunKind::CrossValidate), &mut stop_at(NEVER)).unwrap();
    let stopped = interruption(first.carry_out(&mut stop_at(34 + 20)).unwrap());
    let folder = stopped.folder.unwrap();
    assert_eq!(folder, base.path().join("runs/cross-validate-linear-1"));
    assert_eq!(stopped.reached, Reached::Run { epochs: 1, images: 48 });
    let error = Setup::resume(&folder, RunKind::CrossValidate, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    drop(first);
    let error = Setup::resume(&folder, RunKind::Explore, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    let again = Setup::resume(&folder, RunKind::CrossValidate, 1).unwrap();
    let again = CrossValidation::in_folder(again, &mut stop_at(NEVER)).unwrap();
    let results = again.carry_out(&mut stop_at(NEVER)).unwrap().finished().unwrap();
    assert_eq!(judged(&results), judged(&expected));
    assert_eq!((results.temperature, results.suspects), (expected.temperature, expected.suspects));
    for file in [RunFile::Results, RunFile::Predictions, RunFile::Boxes, RunFile::Report] {
        assert!(again.folder().unwrap().file(file).is_file(), "{file:?}");
    }
}

#[test]
fn an_exploration_is_the_same_whatever_its_jobs_and_where_it_was_interrupted() {
    let base = tempfile::tempdir().unwrap();
    let variant = |name: &str, recipe| Variant { name: name.to_owned(), recipe };
    let variants = vec![variant("plain", recipe()), variant("batches of 64", Recipe { batch: 64, ..recipe() })];
    let means = |results: &ExplorationResults| -> Vec<Option<f64>> {
        results.variants.iter().map(|it| it.loss.as_ref().map(|loss| loss.mean)).collect()
    };
    let memory = Exploration::new(variants.clone(), images(), Judging::Folds(PLAN), Engine::single()).unwrap();
    let expected = memory.carry_out(&mut stop_at(NEVER)).unwrap().finished().unwrap();

    let first =
        Exploration::in_folder(setup(base.path(), RunKind::Explore), variants.clone(), 1, &mut stop_at(NEVER)).unwrap();
    let stopped = interruption(first.carry_out(&mut stop_at(36)).unwrap());
    assert_eq!(stopped.reached, Reached::Trials { trials: 1, of: 6 });
    drop(first);
    let again = Setup::resume(&stopped.folder.unwrap(), RunKind::Explore, 1).unwrap();
    let Place::Resumed(folder) = &again.place else { panic!("expected the folder that is resumed") };
    assert_eq!(saved_variants(folder).unwrap(), variants);
    let again = Exploration::in_folder(again, variants, 3, &mut stop_at(NEVER)).unwrap();
    let mut trained = Vec::new();
    let mut observe = |event: Event<'_>| {
        if let Event::Run { run, event: RunEvent::Epoch(_) } = event {
            let Role::Trial { variant, number } = run.role else { panic!("{:?} is not a trial", run.role) };
            trained.push((variant.to_owned(), number));
        }
        ControlFlow::Continue(())
    };
    let results = again.carry_out(&mut observe).unwrap().finished().unwrap();
    assert_eq!(means(&results), means(&expected));
    // What was interrupted in its first epoch is trained again, and what follows; two epochs each.
    trained.sort();
    let all = [("batches of 64", 1), ("batches of 64", 2), ("batches of 64", 3), ("plain", 2), ("plain", 3)];
    let twice = all.iter().flat_map(|&(name, number)| [(name.to_owned(), number), (name.to_owned(), number)]);
    assert_eq!(trained, twice.collect::<Vec<_>>());
}

#[test]
fn a_variant_that_cannot_be_is_named() {
    let variants = [("good", recipe()), ("bad", Recipe { batch: 0, ..recipe() })];
    let variants = variants.map(|(name, recipe)| Variant { name: name.to_owned(), recipe }).to_vec();
    let judging = Judging::Seeds { seeds: 1, by: DivideBy::Image };
    let error = Exploration::new(variants, images(), judging, Engine::single()).unwrap_err().to_string();
    assert!(error.starts_with("variant 'bad': "), "{error}");
}

#[test]
fn charts_that_cannot_be_written_are_a_warning_and_cost_nothing_else() {
    let base = tempfile::tempdir().unwrap();
    let mut all = setup(base.path(), RunKind::Train);
    all.environment.tensorboard = true;
    let mut warnings = Vec::new();
    let run = train(all, &mut |event| {
        match event {
            Event::Warning(text) => warnings.push(text.to_owned()),
            // After the first epoch a folder is in the way.
            Event::Run { run, event: RunEvent::Epoch(metrics) } if metrics.epoch == 1 => {
                let files = fs::read_dir(run.folder.unwrap()).unwrap().map(|entry| entry.unwrap().path());
                let chart = files.into_iter().find(|path| path.to_string_lossy().contains("tfevents")).unwrap();
                fs::remove_file(&chart).unwrap();
                fs::create_dir(&chart).unwrap();
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    let run = run.unwrap().finished().unwrap();
    assert_eq!(run.history.len(), 2);
    assert!(run.folder.file(RunFile::Evaluation).is_file() && run.folder.file(RunFile::Report).is_file());
    let warnings: Vec<_> = warnings.iter().filter(|text| text.contains("TensorBoard")).collect();
    assert!(matches!(warnings[..], [one] if one.starts_with("no more charts for TensorBoard: ")), "{warnings:?}");
}

#[test]
fn a_run_is_found_and_its_model_opened() {
    let base = tempfile::tempdir().unwrap();
    let mut parts = Vec::new();
    let run = train(setup(base.path(), RunKind::Train), &mut |event| {
        if let Event::Evaluating { what, done, of } = event {
            parts.push((what.to_owned(), done, of));
        }
        ControlFlow::Continue(())
    });
    let run = run.unwrap().finished().unwrap();
    assert_eq!(parts, ["train", "test"].map(|part| (part.to_owned(), 400, 400)));
    let (records, errors) = list_runs(&base.path().join("runs")).unwrap();
    let [Record { recipe: found, history, .. }] = &records[..] else { panic!("expected one run") };
    assert!(errors.is_empty() && *found == recipe() && *history == run.history);
    assert_eq!(records[0].summary().test_accuracy, Some(run.results.splits.test.evaluation.accuracy));
    let (saved, _) = open_model(run.folder.path(), None).unwrap();
    assert!(saved.provenance.data.starts_with("400 of the 400 training images of "), "{}", saved.provenance.data);
    let error = list_runs(&base.path().join("nowhere")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let place = Place::New { path: run.folder.path().to_owned(), replace: true };
    let error = train(Setup { place, ..setup(base.path(), RunKind::Train) }, &mut stop_at(NEVER)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
}

/// From the model of a run, whose own folder is not needed when the new run is resumed.
#[test]
fn a_run_goes_on_from_the_model_of_another() {
    let base = tempfile::tempdir().unwrap();
    let new = || setup(base.path(), RunKind::Train);
    let first = train(new(), &mut stop_at(NEVER)).unwrap().finished().unwrap();
    let (model, start) = open_start(first.folder.path()).unwrap();
    assert_eq!(start.name, "model.safetensors");
    let from = || new().starting_from(model.clone(), start.clone());
    let whole = train(from(), &mut stop_at(NEVER)).unwrap().finished().unwrap();
    let config = fs::read_to_string(whole.folder.file(RunFile::Config)).unwrap();
    assert!(
        config.contains(&format!("[start]\nname = \"model.safetensors\"\nsha256 = \"{}\"", start.sha256)),
        "{config}"
    );
    assert!(whole.history[0].train.loss < first.history[1].train.loss, "it goes on");
    let page = fs::read_to_string(whole.folder.file(RunFile::Report)).unwrap();
    assert!(page.contains("It started from the model model.safetensors"));

    // Before its first checkpoint.
    let folder = interruption(train(from(), &mut stop_at(3)).unwrap()).folder.unwrap();
    fs::remove_file(folder.join("checkpoint.safetensors")).unwrap();
    fs::remove_dir_all(first.folder.path()).unwrap();
    let again = Setup::resume(&folder, RunKind::Train, 1).unwrap();
    let again = train(again, &mut stop_at(NEVER)).unwrap().finished().unwrap();
    let bytes = |run: &Path| fs::read(run.join("model.safetensors")).unwrap();
    assert!(bytes(again.folder.path()) == bytes(whole.folder.path()));

    // Other names of classes: a new last layer, which is the only one here.
    let renamed = tenfold_experiment::formats::SavedModel {
        labels: (1..=10).map(|it| it.to_string()).collect(),
        ..model.clone()
    };
    let renamed = train(new().starting_from(renamed, start.clone()), &mut stop_at(NEVER)).unwrap().finished().unwrap();
    assert!(renamed.history[0].train == first.history[0].train, "as from initial values");
}
