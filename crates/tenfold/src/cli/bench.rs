//! `tenfold bench`: how fast this program trains and predicts on this machine.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use serde::Serialize;
use tenfold_dataset::{Dataset, Part, Source};
use tenfold_kernels::{Team, multiply_adds};
use tenfold_network::{Architecture, Batch, Initializer, Model, Optimizer, Predictor, Trainer, TrainerOptions};
use tenfold_training::Engine;

use super::output::{Output, grouped, percent};
use super::{Outcome, files};

/// Measure training and prediction of the paper's network
///
/// Rates are medians over windows of 25 steps, or of at least as many images; "best" is the best window. Every answer is
/// checked while it is measured: the loss must fall, and predictions must have the accuracy the model is known for.
///
/// With --json: "machine" ("processor", "cpu", "threads", "gflops": the measured peak of multiply-adds), "train"
/// ("batch_16", "batch_64": "images_per_s", "best"), "predict" ("batch_1": "us" on one thread; "batch_16", "batch_256":
/// "images_per_s", "best").
#[derive(Args)]
pub(crate) struct Arguments {
    /// Time for each measurement, in seconds
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    seconds: f64,
}

#[derive(Serialize)]
struct Report {
    machine: Machine,
    train: BTreeMap<String, Rate>,
    predict: BTreeMap<String, Speed>,
}

#[derive(Serialize)]
struct Machine {
    processor: String,
    cpu: &'static str,
    threads: usize,
    /// Thousand million floating-point operations per second, all threads together.
    gflops: f64,
}

/// Images per second.
#[derive(Clone, Copy, Serialize)]
struct Rate {
    #[serde(rename = "images_per_s")]
    median: f64,
    best: f64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Speed {
    Latency { us: f64 },
    Rate(Rate),
}

/// Steps in a window.
const WINDOW: usize = 25;

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    ensure!(
        arguments.seconds > 0.0 && arguments.seconds <= 600.0,
        "--seconds is {}, expected up to 600",
        arguments.seconds
    );
    let budget = Duration::from_secs_f64(arguments.seconds);
    let images = Source::Embedded.load(Part::Test)?;
    let machine = Machine {
        processor: processor(),
        cpu: engine.cpu.level().name(),
        threads: engine.threads,
        gflops: peak(engine),
    };
    let mut report = Report { machine, train: BTreeMap::new(), predict: BTreeMap::new() };
    for batch in [16, 64] {
        report.train.insert(format!("batch_{batch}"), train(&images, batch, engine, budget)?);
    }
    let model = files::model(None)?.model;
    let single = Engine { threads: 1, ..engine };
    let rate = predict(&model, &images, 1, single, budget)?;
    report.predict.insert("batch_1".to_owned(), Speed::Latency { us: 1e6 / rate.median });
    for batch in [16, 256] {
        let rate = predict(&model, &images, batch, engine, budget)?;
        report.predict.insert(format!("batch_{batch}"), Speed::Rate(rate));
    }
    if output.json {
        output.value(&report)?;
    } else {
        output.line(text(&report))?;
    }
    Ok(Outcome::Done)
}

/// Steps of the paper's training; each epoch goes through the images in order.
fn train(images: &Dataset, batch: usize, engine: Engine, budget: Duration) -> anyhow::Result<Rate> {
    let model = Model::random(Architecture::paper(), Initializer::HeNormal, 1)?;
    let options = TrainerOptions { batch, seed: 1, engine };
    let mut trainer = Trainer::new(model, Optimizer::PAPER, options)?;
    let order: Vec<u32> = (0..images.len() as u32).collect();
    let mut batches = order.chunks_exact(batch).cycle();
    let mut losses = Vec::new();
    let rate = windows(WINDOW * batch, budget, || {
        let mut loss = 0.0;
        for order in batches.by_ref().take(WINDOW) {
            loss += trainer.step(Batch { images: images.images(), labels: images.labels(), order }).loss;
        }
        losses.push(loss / WINDOW as f64);
        Ok(())
    })?;
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    ensure!(last < first, "training in batches of {batch} did not learn: loss {first} at first, {last} at last");
    Ok(rate)
}

/// Predictions in batches of `batch` images.
fn predict(model: &Model, images: &Dataset, batch: usize, engine: Engine, budget: Duration) -> anyhow::Result<Rate> {
    let mut predictor = Predictor::new(model, engine);
    let image_len = images.height() * images.width();
    let batches = WINDOW.max(512 / batch);
    let mut position = 0;
    let (mut right, mut seen) = (0, 0);
    let rate = windows(batches * batch, budget, || {
        for _ in 0..batches {
            position = if position + batch > images.len() { 0 } else { position };
            let pixels = &images.images()[position * image_len..][..batch * image_len];
            let probabilities = predictor.probabilities(pixels);
            let predicted = tenfold_evaluation::predictions(&probabilities, predictor.classes())?;
            right += predicted.iter().zip(&images.labels()[position..]).filter(|(p, l)| p == l).count();
            seen += batch;
            position += batch;
        }
        Ok(())
    })?;
    let accuracy = right as f64 / seen as f64;
    ensure!(accuracy > 0.97, "predictions in batches of {batch} are wrong: {} right", percent(accuracy));
    Ok(rate)
}

/// Runs `window`, which handles `images` images, until the time is up, the first time without measuring.
fn windows(images: usize, budget: Duration, mut window: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Rate> {
    window()?;
    let start = Instant::now();
    let mut rates = Vec::new();
    while rates.is_empty() || start.elapsed() < budget {
        let begin = Instant::now();
        window()?;
        rates.push(images as f64 / begin.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    Ok(Rate { median: rates[rates.len() / 2], best: rates[rates.len() - 1] })
}

/// The best of some tries at doing nothing but multiply-adds on all threads.
fn peak(engine: Engine) -> f64 {
    const ROUNDS: usize = 4_000_000;
    let mut team = Team::new(engine.threads);
    let mut best: f64 = 0.0;
    for _ in 0..10 {
        let mut operations = vec![0; engine.threads];
        let begin = Instant::now();
        team.for_each_mut(&mut operations, |_, done| *done = multiply_adds(engine.cpu, ROUNDS));
        best = best.max(operations.iter().sum::<u64>() as f64 / begin.elapsed().as_secs_f64() / 1e9);
    }
    best
}

/// The processor's name, where the system tells it.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}

fn text(report: &Report) -> String {
    let Machine { processor, cpu, threads, gflops } = &report.machine;
    let rate =
        |rate: &Rate| format!("{:>8} images/s (best {})", grouped(rate.median as u64), grouped(rate.best as u64));
    let mut text = format!("{processor}, {cpu}, {threads} threads, {gflops:.0} GFLOP/s of multiply-adds\n");
    for (name, value) in &report.train {
        text += &format!("train    {:<10} {}\n", name.replace('_', " "), rate(value));
    }
    for (name, value) in &report.predict {
        let value = match value {
            Speed::Latency { us } => format!("{us:>8.1} us an image, one thread"),
            Speed::Rate(value) => rate(value),
        };
        text += &format!("predict  {:<10} {value}\n", name.replace('_', " "));
    }
    text.truncate(text.trim_end().len());
    text
}
