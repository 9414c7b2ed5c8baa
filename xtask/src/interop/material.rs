//! What is carried to other programs: images, and models of this program with what it answers itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use tenfold_dataset::{Dataset, Part, Source};
use tenfold_formats::{Format, Provenance, SavedModel};
use tenfold_network::{Architecture, Initializer, Model, Predictor};
use tenfold_recognizer::EMBEDDED_MODEL;
use tenfold_training::{Engine, Recipe, probabilities_with};

use crate::machine;

/// The test images that answers are compared on: the first of them.
pub(super) const COMPARED: u32 = 1_000;

/// A folder with the program, and MNIST as files of bytes, which every language reads without help.
pub(super) struct Material {
    folder: PathBuf,
    tenfold: PathBuf,
    compared: Dataset,
}

/// A trained model of this program.
pub(super) struct Subject {
    /// What it is called in the table.
    pub name: &'static str,
    file: PathBuf,
    /// The model itself.
    pub saved: SavedModel,
    /// What this program answers: a probability for each of the compared images and each class.
    pub answers: Vec<f32>,
}

impl Material {
    /// Builds the program and writes the images into `folder`.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let tenfold = machine::build_tenfold(folder)?;
        let (train, test) = (Source::Embedded.load(Part::Train)?, Source::Embedded.load(Part::Test)?);
        let compared = test.subset(&(0..COMPARED).collect::<Vec<_>>())?;
        for (name, images) in [("train", &train), ("test", &test), ("compared", &compared)] {
            fs::write(folder.join(format!("{name}.images.u8")), images.images())?;
            let labels: Vec<u8> = images.labels().iter().map(|&digit| digit as u8).collect();
            fs::write(folder.join(format!("{name}.labels.u8")), labels)?;
        }
        Ok(Self { folder: folder.to_owned(), tenfold, compared })
    }

    /// Where everything lies.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program.
    pub(super) fn tenfold(&self) -> &Path {
        &self.tenfold
    }

    /// The file with the images to answer for.
    pub(super) fn images(&self) -> PathBuf {
        self.folder.join("compared.images.u8")
    }

    /// The file with their labels.
    pub(super) fn labels(&self) -> PathBuf {
        self.folder.join("compared.labels.u8")
    }

    /// The model inside the program: it has a temperature.
    pub(super) fn embedded(&self) -> Result<Subject> {
        let file = self.folder.join("embedded.safetensors");
        fs::write(&file, EMBEDDED_MODEL)?;
        self.subject("embedded", file)
    }

    /// A model with the layers that the other lacks, trained here for one epoch.
    pub(super) fn trained(&self) -> Result<Subject> {
        let (network, run) = (machine::root().join("interop/network.toml"), self.folder.join("run"));
        let mut train = Command::new(&self.tenfold);
        train.args(["train", "--quiet", "--epochs", "1", "--batch", "64", "--optimizer", "adam"]);
        said(train.arg("--network").arg(network).arg("--out").arg(&run))?;
        self.subject("interop/network.toml", run.join("model.safetensors"))
    }

    /// A model of what ONNX has and Keras does not, or says otherwise, with values drawn at random.
    pub(super) fn drawn(&self) -> Result<Subject> {
        let (file, network) = (self.folder.join("drawn.safetensors"), "interop/onnx_network.toml");
        let architecture: Architecture = toml::from_str(&fs::read_to_string(machine::root().join(network))?)?;
        let saved = SavedModel {
            model: Model::random(architecture, Initializer::HeNormal, 1)?,
            preparation: Default::default(),
            labels: (0..10).map(|digit| digit.to_string()).collect(),
            min_confidence: 0.0,
            thresholds: Vec::new(),
            provenance: Provenance::default(),
        };
        fs::write(&file, tenfold_formats::write(&saved, Format::Safetensors)?)?;
        self.subject(network, file)
    }

    /// Some subjects as one model, with a temperature of its own.
    pub(super) fn ensemble(&self, subjects: [&Subject; 3]) -> Result<Subject> {
        let file = self.folder.join("ensemble.safetensors");
        let saved = SavedModel::ensemble(&subjects.map(|subject| subject.saved.clone()))?;
        let saved = SavedModel { model: saved.model.with_temperature(0.75)?, ..saved };
        fs::write(&file, tenfold_formats::write(&saved, Format::Safetensors)?)?;
        self.subject("ensemble", file)
    }

    fn subject(&self, name: &'static str, file: PathBuf) -> Result<Subject> {
        let saved = read(&file)?;
        let answers = self.answers(&saved)?;
        Ok(Subject { name, file, saved, answers })
    }

    /// What this program answers with a model for the compared images: `[N, classes]`.
    pub(super) fn answers(&self, saved: &SavedModel) -> Result<Vec<f32>> {
        let predictor = Predictor::new(&saved.model, Engine::default())?;
        Ok(probabilities_with(&predictor, &self.compared, &mut |_| {}))
    }

    /// Has the program convert a subject to the file `name`; gives its path.
    pub(super) fn convert(&self, subject: &Subject, name: &str, options: &[&str]) -> Result<PathBuf> {
        let file = self.folder.join(name);
        let mut convert = Command::new(&self.tenfold);
        said(convert.args(["convert", "--force"]).arg(&subject.file).arg(&file).args(options))?;
        Ok(file)
    }

    /// Has the program evaluate a model file; gives how many of the 10,000 test images are right.
    pub(super) fn correct(&self, file: &Path) -> Result<u64> {
        let json = said(Command::new(&self.tenfold).arg("evaluate").arg(file).args(["--split", "test", "--json"]))?;
        let value: serde_json::Value = serde_json::from_str(&json)?;
        value["splits"]["test"]["correct"].as_u64().with_context(|| format!("`evaluate` prints no count: {json}"))
    }
}

impl Subject {
    /// The recipe that it was trained with.
    pub(super) fn recipe(&self) -> Result<Recipe> {
        toml::from_str(&self.saved.provenance.recipe).with_context(|| format!("the recipe of {}", self.name))
    }

    /// How many classes it has.
    pub(super) fn classes(&self) -> usize {
        self.saved.labels.len()
    }

    /// The softmax of another program's logits, `[N, classes]`, with the model's temperature.
    pub(super) fn probabilities(&self, mut logits: Vec<f32>) -> Vec<f32> {
        for row in logits.chunks_mut(self.classes()) {
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter_mut().for_each(|logit| *logit = ((*logit - largest) / self.saved.model.temperature()).exp());
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|power| *power /= sum);
        }
        logits
    }
}

/// Reads a model file of any format.
pub(super) fn read(file: &Path) -> Result<SavedModel> {
    tenfold_formats::read(&fs::read(file)?, None).with_context(|| file.display().to_string())
}

/// Reads a file of numbers that a script has left.
pub(super) fn read_numbers(file: &Path) -> Result<Vec<f32>> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    ensure!(rest.is_empty(), "{} is not a file of 4-byte numbers", file.display());
    Ok(numbers.iter().map(|&number| f32::from_le_bytes(number)).collect())
}

/// A path with something after it: `a/b.h5` and `.f32` give `a/b.h5.f32`.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// What the program prints.
fn said(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        bail!("tenfold {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}
