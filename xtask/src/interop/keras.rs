//! Models carried to Keras and back, and from Keras.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tenfold_network::Optimizer;

use super::agreement::largest_difference;
use super::environment::Environment;
use super::material::{Material, Subject, read, read_numbers, with_suffix};
use super::record::{Record, Row};
use super::tutorials;

/// How many of the networks of Keras' tutorials must open.
const OPEN_TUTORIALS: usize = 51;

/// What `keras_load.py` prints of a file.
#[derive(Deserialize)]
struct Loaded {
    version: String,
    compiled: bool,
    #[serde(flatten)]
    training: Training,
    step_loss: Option<f64>,
    step_moved: Option<bool>,
}

/// What a model is trained with; numbers that an optimiser does not have, or that are 0, are left out.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Training {
    optimizer: String,
    loss: String,
    learning_rate: f32,
    momentum: f32,
    weight_decay: f32,
    nesterov: bool,
}

impl Training {
    /// What the model's own recipe says.
    fn of(optimizer: Optimizer, loss: &str) -> Self {
        let training = Self { loss: loss.to_owned(), learning_rate: optimizer.learning_rate(), ..Self::default() };
        match optimizer {
            Optimizer::Sgd { momentum, nesterov, .. } => {
                Self { optimizer: "sgd".to_owned(), momentum, nesterov, ..training }
            }
            Optimizer::Adam { .. } => Self { optimizer: "adam".to_owned(), ..training },
            Optimizer::AdamW { weight_decay, .. } => Self { optimizer: "adamw".to_owned(), weight_decay, ..training },
        }
    }
}

/// Has Keras load each subject in each of the formats, answer, save it again and train a step.
pub(super) fn load(
    keras: &Environment,
    endings: &[&str],
    subjects: &[Subject],
    material: &Material,
    record: &mut Record,
) -> Result<()> {
    let mut files: Vec<(&Subject, PathBuf)> = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        for ending in endings {
            files.push((subject, material.convert(subject, &format!("{}-{index}.{ending}", keras.name()), &[])?));
        }
    }
    let (images, labels) = (material.images(), material.labels());
    let mut arguments: Vec<&Path> = vec![&images, &labels];
    arguments.extend(files.iter().map(|(_, file)| file.as_path()));
    let printed = keras.run("keras_load.py", &arguments)?;
    ensure!(printed.len() == files.len(), "keras_load.py names {} files, expected {}", printed.len(), files.len());
    for ((subject, file), printed) in files.iter().zip(printed) {
        let loaded: Loaded = serde_json::from_value(printed)?;
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        check(subject, file, ending, &loaded, material, record)
            .with_context(|| format!("{}, .{ending}, in Keras {}", subject.name, loaded.version))?;
    }
    Ok(())
}

fn check(
    subject: &Subject,
    file: &Path,
    ending: &str,
    loaded: &Loaded,
    material: &Material,
    record: &mut Record,
) -> Result<()> {
    let classes = subject.classes();
    let row = |from: &str, to: &str, difference| Row {
        model: subject.name.to_owned(),
        way: format!("{from} -> `.{ending}` -> {to}"),
        found: format!("{difference:.1e}"),
    };
    let keras = format!("Keras {}", loaded.version);
    let difference = largest_difference(&subject.answers, &read_numbers(&with_suffix(file, ".f32"))?, classes)?;
    record.add(row("Tenfold", &keras, difference));

    ensure!(loaded.compiled, "the model is not compiled");
    let expected = Training::of(subject.recipe()?.optimizer, &loaded.training.loss);
    ensure!(loaded.training == expected, "compiled with {:?}, expected {expected:?}", loaded.training);
    ensure!(loaded.training.loss.contains("crossentropy"), "the loss is {}", loaded.training.loss);
    let step_loss = loaded.step_loss.unwrap_or(f64::NAN);
    ensure!(step_loss.is_finite() && loaded.step_moved == Some(true), "a step of training: loss {step_loss}");

    let resaved = read(&with_suffix(file, &format!(".resaved.{ending}")))?;
    let difference = largest_difference(&subject.answers, &material.answers(&resaved)?, classes)?;
    record.add(row(&keras, "Tenfold", difference));
    Ok(())
}

/// What `keras_train.py` prints.
#[derive(Deserialize)]
struct Trained {
    version: String,
    images: u64,
    correct: u64,
}

/// Has Keras train the paper's network, and compares how many test images each program has right with it.
pub(super) fn train(keras: &Environment, material: &Material, record: &mut Record) -> Result<()> {
    let out = material.folder().join(format!("trained_in_{}", keras.name()));
    let printed = keras.run("keras_train.py", &[material.folder(), &out])?;
    let [printed] = printed.try_into().map_err(|printed| anyhow::anyhow!("keras_train.py prints {printed:?}"))?;
    let Trained { version, images, correct } = serde_json::from_value(printed)?;
    for ending in ["h5", "keras"] {
        let ours = material.correct(&out.with_extension(ending))?;
        ensure!(
            ours == correct,
            "trained in Keras {version}, .{ending}: Keras has {correct} of {images} test images right, Tenfold {ours}"
        );
        record.add(Row {
            model: format!("trained in Keras {version}"),
            way: format!("Keras {version} -> `.{ending}` -> Tenfold"),
            found: format!("{correct} of {images} right in both"),
        });
    }
    Ok(())
}

/// Opens networks as tutorials build them in Keras; gives a section of the record.
pub(super) fn tutorials(keras: &Environment, material: &Material) -> Result<String> {
    let folder = tempfile::tempdir_in(material.folder())?;
    let printed = keras.run("keras_tutorials.py", &[&material.images(), folder.path()])?;
    let version = printed
        .first()
        .and_then(|printed| printed["version"].as_str())
        .context("keras_tutorials.py prints no version")?;
    let title = format!("Networks of tutorials, Keras {version}");
    tutorials::run(material.tenfold(), folder.path(), &title, OPEN_TUTORIALS)
}
