//! What all Rust peers share: the command line, the images, the windows, the checks and the line they print.
//!
//! The same as `../protocol.py`, whose text says what the words mean.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, ValueEnum};

/// Classes, and probabilities per image.
pub const CLASSES: usize = 10;
/// Pixels of an image's side.
pub const SIDE: usize = 28;
const IMAGE: usize = SIDE * SIDE;

const BATCHES_PER_WINDOW: usize = 25;
const IMAGES_PER_WINDOW: usize = 512;
const WARM_UP_WINDOWS: usize = 3;
/// What a trained model's predictions must reach.
const ACCURACY: f64 = 0.97;

/// The command line of a peer.
#[derive(Parser)]
pub struct Arguments {
    pub work: Work,
    #[arg(long, default_value_t = 16)]
    pub batch: usize,
    #[arg(long, default_value_t = 2)]
    pub threads: usize,
    #[arg(long, default_value_t = 3.0)]
    pub seconds: f64,
    /// Folder with the IDX files of MNIST's test set
    #[arg(long)]
    pub data: PathBuf,
    /// ONNX file, for the peers that only predict
    #[arg(long)]
    model: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Work {
    Train,
    Predict,
}

impl Arguments {
    /// The command line, in a process whose thread pools have as many threads as it asks for.
    pub fn parse() -> Result<Self> {
        let arguments = <Self as Parser>::parse();
        ensure!(arguments.batch > 0 && arguments.threads > 0, "a batch or a number of threads of 0");
        // The libraries read the environment when they first need threads, and some of them nothing else.
        let variables = ["RAYON_NUM_THREADS", "CANDLE_NUM_THREADS", "RTEN_NUM_THREADS"];
        let threads = arguments.threads.to_string();
        if variables.iter().all(|variable| std::env::var(variable).is_ok_and(|value| value == threads)) {
            return Ok(arguments);
        }
        let mut again = Command::new(std::env::current_exe()?);
        again.args(std::env::args_os().skip(1)).envs(variables.map(|variable| (variable, &threads)));
        Err(again.exec().into())
    }

    /// The ONNX file of a peer that only predicts.
    pub fn model(&self) -> Result<&PathBuf> {
        ensure!(self.work == Work::Predict, "this peer does not train");
        self.model.as_ref().context("--model is missing")
    }
}

/// MNIST's test set.
pub struct Images {
    /// From 0 to 1.
    pixels: Vec<f32>,
    labels: Vec<u8>,
}

impl Images {
    pub fn load(arguments: &Arguments) -> Result<Self> {
        let read = |name: &str, header: usize| -> Result<Vec<u8>> {
            let path = arguments.data.join(name);
            let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
            Ok(bytes.get(header..).with_context(|| format!("{}: too short", path.display()))?.to_vec())
        };
        let pixels: Vec<f32> = read("t10k-images-idx3-ubyte", 16)?.iter().map(|&ink| f32::from(ink) / 255.0).collect();
        let labels = read("t10k-labels-idx1-ubyte", 8)?;
        ensure!(pixels.len() == labels.len() * IMAGE, "{} pixels for {} labels", pixels.len(), labels.len());
        ensure!(labels.len() >= arguments.batch, "{} images are too few for a batch of {}", labels.len(), arguments.batch);
        Ok(Self { pixels, labels })
    }

    /// The pixels of `batch` images from `start` on.
    pub fn pixels(&self, start: usize, batch: usize) -> &[f32] {
        &self.pixels[start * IMAGE..][..batch * IMAGE]
    }

    /// The labels of `batch` images from `start` on.
    pub fn labels(&self, start: usize, batch: usize) -> &[u8] {
        &self.labels[start..][..batch]
    }
}

/// What a window of work gave.
pub enum Answer {
    /// The mean loss of the steps.
    Loss(f64),
    /// The probabilities of each batch, `[batch, 10]`.
    Probabilities(Vec<Vec<f32>>),
}

/// Calls `window` with the starts of its batches until the time is up, checks what it returns and prints the rates.
///
/// `trained`: whether predictions come from a trained model, and so must be right.
pub fn measure(
    arguments: &Arguments,
    images: &Images,
    setting: &str,
    trained: bool,
    mut window: impl FnMut(&[usize]) -> Result<Answer>,
) -> Result<()> {
    let Arguments { work, batch, seconds, .. } = *arguments;
    let count = match work {
        Work::Train => BATCHES_PER_WINDOW,
        Work::Predict => BATCHES_PER_WINDOW.max(IMAGES_PER_WINDOW.div_ceil(batch)),
    };
    let starts = (0..=images.labels.len() - batch).step_by(batch);
    let mut starts = starts.cycle();
    let (mut rates, mut losses, mut right, mut seen) = (Vec::new(), Vec::new(), 0, 0);
    let mut start = Instant::now();
    for number in 0.. {
        let batches: Vec<usize> = starts.by_ref().take(count).collect();
        let begin = Instant::now();
        let answer = window(&batches)?;
        rates.push((count * batch) as f64 / begin.elapsed().as_secs_f64());
        match answer {
            Answer::Loss(loss) => losses.push(loss),
            Answer::Probabilities(probabilities) => {
                for (&start, probabilities) in batches.iter().zip(&probabilities) {
                    right += count_right(probabilities, images.labels(start, batch))?;
                    seen += batch;
                }
            }
        }
        if number + 1 == WARM_UP_WINDOWS {
            rates.clear();
            start = Instant::now();
        } else if number >= WARM_UP_WINDOWS && start.elapsed() >= Duration::from_secs_f64(seconds) {
            break;
        }
    }
    if let [first, .., last] = losses[..] {
        ensure!(last < first, "training did not learn: loss {first} at first, {last} at last");
    } else if trained {
        ensure!(right as f64 >= ACCURACY * seen as f64, "{right} of {seen} predictions are right");
    }
    rates.sort_by(f64::total_cmp);
    let rate = |value: f64| (10.0 * value).round() / 10.0;
    let work = format!("{work:?}").to_lowercase();
    let line = serde_json::json!({
        "work": format!("{work}.batch_{batch}"),
        "setting": setting,
        "images_per_s": { "median": rate(rates[rates.len() / 2]), "best": rate(rates[rates.len() - 1]) },
        "windows": rates.len(),
    });
    println!("{line}");
    Ok(())
}

/// How many rows of `probabilities` are largest at their label.
fn count_right(probabilities: &[f32], labels: &[u8]) -> Result<usize> {
    ensure!(probabilities.len() == labels.len() * CLASSES, "{} probabilities", probabilities.len());
    let mut right = 0;
    for (row, &label) in probabilities.chunks_exact(CLASSES).zip(labels) {
        let sum: f32 = row.iter().sum();
        if !row.iter().all(|value| value.is_finite()) || (sum - 1.0).abs() > 1e-4 {
            bail!("probabilities that do not add up to 1: {row:?}");
        }
        let largest = row.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(class, _)| class);
        right += usize::from(largest == Some(usize::from(label)));
    }
    Ok(right)
}
