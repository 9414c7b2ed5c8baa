//! Whole runs on a part of MNIST's test images (fewer to decode than the training images), and the folder they fill.

use std::fs;

use tenfold_dataset::{Dataset, Images, Part, Source, hold_out};
use tenfold_network::{Architecture, Layer, Optimizer};
use tenfold_training::{Engine, Error, Event, Recipe, RunFile, RunFolder, evaluate, train};

fn some_images(share: f64) -> Dataset {
    let all = Source::Embedded.load(Part::Test).unwrap();
    all.subset(&hold_out(all.labels(), share, 1).unwrap().validation).unwrap()
}

fn engine(threads: usize) -> Engine {
    Engine { threads, ..Engine::single() }
}

/// A small network with dropout, so that every use of the seed is in it.
fn recipe() -> Recipe {
    let layers = vec![
        Layer::conv(8, 5),
        Layer::Relu,
        Layer::max_pool(4),
        Layer::Flatten,
        Layer::Dropout { rate: 0.2 },
        Layer::dense(10),
    ];
    let architecture = Architecture { layers, ..Architecture::paper() };
    Recipe { epochs: 3, validation: 0.2, architecture, ..Recipe::paper() }
}

#[test]
fn a_run_learns_and_tells_what_it_does() {
    let images = some_images(0.2);
    let (mut started, mut steps, mut epochs) = (None, Vec::new(), Vec::new());
    let trained = train(&recipe(), &images, engine(2), &mut |event| match event {
        Event::Started { train_images, validation_images, epochs } => {
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

#[test]
fn the_same_seed_gives_the_same_bytes_at_any_number_of_threads() {
    let images = some_images(0.03);
    let bits = |recipe: &Recipe, threads| {
        let model = train(recipe, &images, engine(threads), &mut |_| {}).unwrap().model;
        model.values().iter().map(|value| value.to_bits()).collect::<Vec<u32>>()
    };
    for recipe in [recipe(), Recipe { epochs: 1, validation: 0.0, ..Recipe::paper() }] {
        let one = bits(&recipe, 1);
        assert!(bits(&recipe, 1) == one, "a second run");
        assert!(bits(&recipe, 2) == one, "two threads");
        assert!(bits(&recipe, 4) == one, "four threads");
        assert!(bits(&Recipe { seed: 2, ..recipe }, 2) != one, "another seed");
    }
}

#[test]
fn a_run_that_diverges_stops_and_says_where() {
    let optimizer = Optimizer::Sgd { learning_rate: 1e30, momentum: 0.9, nesterov: false };
    let error = train(&Recipe { optimizer, ..recipe() }, &some_images(0.05), engine(2), &mut |_| {}).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("training diverged in epoch 1, step "), "{text}");
    assert!(text.ends_with("hint: try a learning rate below 1000000000000000000000000000000"), "{text}");
}

#[test]
fn impossible_recipes_are_refused() {
    let images = some_images(0.01);
    let refusal = |recipe: Recipe| train(&recipe, &images, engine(1), &mut |_| {}).unwrap_err().to_string();
    assert_eq!(refusal(Recipe { epochs: 0, ..recipe() }), "the number of epochs is 0, expected at least 1");
    assert_eq!(refusal(Recipe { batch: 0, ..recipe() }), "the batch is 0, expected 1 to 65536 images");
    let expected = "the share held out for validation is 1, expected 0 up to but not including 1";
    assert_eq!(refusal(Recipe { validation: 1.0, ..recipe() }), expected);
    let architecture = Architecture { input: [32, 32, 1].into(), ..recipe().architecture };
    let expected = "the network takes 32x32x1 images in 10 classes, the data set has 28x28x1 images in 10 classes";
    assert_eq!(refusal(Recipe { architecture, ..recipe() }), expected);
    let letters = Images { pixels: vec![0; 784].into(), height: 28, width: 28 };
    let letters = Dataset::new(letters, vec![30], 62).unwrap();
    assert!(matches!(train(&recipe(), &letters, engine(1), &mut |_| {}), Err(Error::Mismatch { .. })));
}

#[test]
fn a_recipe_survives_its_file() {
    for optimizer in [Optimizer::PAPER, Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.01 }] {
        let recipe = Recipe { optimizer, ..recipe() };
        let text = toml::to_string(&recipe).unwrap();
        assert_eq!(toml::from_str::<Recipe>(&text).unwrap(), recipe, "{text}");
    }
}

#[test]
fn a_folder_is_made_refused_or_replaced() {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("runs/first");
    let folder = RunFolder::create(&path, false).unwrap();
    // Empty is free, whoever made it.
    RunFolder::create(&path, false).unwrap();
    folder.write(RunFile::Config, b"one").unwrap();
    folder.write(RunFile::Config, b"two").unwrap();
    assert_eq!(fs::read(folder.file(RunFile::Config)).unwrap(), b"two");
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1, "no temporary files are left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::write(base.path().join("ordinary"), "").unwrap();
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder.file(RunFile::Config)), mode(&base.path().join("ordinary")), "as for any new file");
    }

    assert!(matches!(RunFolder::create(&path, false), Err(Error::FolderExists { .. })));
    RunFolder::create(&path, true).unwrap();
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "the earlier run is gone");

    fs::write(path.join("thesis.tex"), "years of work").unwrap();
    folder.write(RunFile::Model, b"model").unwrap();
    let error = RunFolder::create(&path, true).unwrap_err().to_string();
    assert!(error.contains("expected an empty folder or an earlier run, found thesis.tex"), "{error}");
    assert_eq!(fs::read_dir(&path).unwrap().count(), 2, "nothing is removed from a folder that is no run");
    let error = RunFolder::create(&path.join("thesis.tex"), true).unwrap_err().to_string();
    assert!(error.contains("found a file"), "{error}");

    let numbered = |_| RunFolder::create_numbered(base.path(), "paper").unwrap().path().to_owned();
    assert_eq!([1, 2].map(numbered), ["paper-1", "paper-2"].map(|name| base.path().join(name)));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_reported_and_leaves_nothing() {
    let base = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(&base.path().join("run"), false).unwrap();
    folder.write(RunFile::Model, b"before").unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    let error = folder.write(RunFile::Model, b"after").unwrap_err().to_string();
    assert!(error.contains("model.safetensors: cannot write the file: No such file or directory"), "{error}");
    let error = RunFolder::create(std::path::Path::new("/proc/nowhere"), false).unwrap_err().to_string();
    assert!(error.starts_with("/proc/nowhere: cannot make the folder"), "{error}");
}
