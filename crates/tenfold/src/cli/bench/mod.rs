//! `tenfold bench`: how fast this program trains and predicts on this machine.

mod augmentation;
mod machine;
mod measurement;
mod profile;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::Args;
use serde::Serialize;
use serde_json::json;
use tenfold_dataset::{Part, Source};
use tenfold_network::Architecture;
use tenfold_training::{Engine, check_fit};

use super::output::{Output, grouped};
use super::{Outcome, files};
use machine::{Machine, peak};
use measurement::{MEASUREMENTS, Measurement, Subject, Work};

/// Measure training and prediction of the paper's network
///
/// Rates are medians over windows of 25 steps, or of at least as many images; "best" is the best window. Every answer is
/// checked while it is measured: the loss must fall, and predictions must have the accuracy the model is known for.
///
/// The share of the peak compares with the machine's multiply-adds, measured in the same run on as many threads. It counts
/// every layer as if it were computed directly and whole, so methods that need fewer multiplications raise it.
///
/// With --json: "machine" ("processor", "cpu", "threads", "gflops": the measured peak of multiply-adds), "train"
/// ("batch_16", "batch_64": "images_per_s", "best", "share_of_peak"), "predict" ("batch_1": "us" on one thread and
/// "share_of_peak"; "batch_16", "batch_256": as in "train"), "predict_int8" (as "predict"); what --only leaves out is not
/// there. With --profile also "profile": "train" and "predict", each a list of "part", "forward_us" and "backward_us" for
/// one image. With --augmentation also "augmentation": "mild", "elastic", "stroke", "blur", "light", "noise", "erase" and
/// "strong", each with "images_per_s" and "best".
#[derive(Args)]
pub(crate) struct Arguments {
    /// Time for each measurement, in seconds
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    seconds: f64,
    /// Take one measurement, such as train.batch_16 or predict.batch_256; can be repeated [default: all]
    #[arg(long, value_name = "NAME", value_parser = Measurement::named)]
    only: Vec<Measurement>,
    /// Network to train instead of the paper's, from a TOML file with `input` and `layers`
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// Also report what each step of the plan costs, in batches of 16 on one thread
    #[arg(long)]
    profile: bool,
    /// Also measure how many training images one thread changes, by each kind of augmentation
    #[arg(long)]
    augmentation: bool,
}

/// Images per second over the windows of one measurement.
#[derive(Clone, Copy)]
struct Rate {
    median: f64,
    best: f64,
}

/// A result as it is printed.
#[derive(Serialize)]
#[serde(untagged)]
enum Speed {
    Latency { us: f64, share_of_peak: f64 },
    Rate { images_per_s: f64, best: f64, share_of_peak: f64 },
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { seconds, only, network, profile, .. } = arguments;
    ensure!(*seconds > 0.0 && *seconds <= 600.0, "--seconds is {seconds}, expected up to 600");
    let chosen: Vec<Measurement> =
        MEASUREMENTS.into_iter().filter(|measurement| only.is_empty() || only.contains(measurement)).collect();
    ensure!(
        network.is_none() || chosen.iter().any(|measurement| measurement.work == Work::Train),
        "--network is for training, and --only leaves training out"
    );
    let architecture = network.as_deref().map_or_else(|| Ok(Architecture::paper()), files::toml)?;
    let images = Source::Embedded.load(Part::Test)?;
    check_fit(&architecture, &images)?;
    let model = files::model(None)?.model;
    let subject = Subject { architecture, model, images };

    let machine = Machine::measured(engine);
    let mut results = Vec::new();
    for measurement in chosen {
        let used = measurement.engine(engine);
        let gflops = if used.threads == engine.threads { machine.gflops } else { peak(used) };
        let rate = measurement.measure(&subject, used, Duration::from_secs_f64(*seconds))?;
        let share_of_peak = rate.median * measurement.operations(&subject)? as f64 / (gflops * 1e9);
        results.push((measurement, Speed::new(measurement, rate, share_of_peak)));
    }
    let budget = Duration::from_secs_f64(*seconds);
    let parts = if *profile {
        Some((profile::training(&subject, engine, budget)?, profile::prediction(&subject, engine, budget)?))
    } else {
        None
    };
    let augmentation = arguments.augmentation.then(|| augmentation::measure(&subject.images, budget)).transpose()?;
    if output.json {
        let mut report = report(&machine, &results);
        if let Some(rates) = &augmentation {
            report["augmentation"] = augmentation::report(rates);
        }
        if let Some((train, predict)) = &parts {
            report["profile"] = json!({ "train": train, "predict": predict });
        }
        output.value(&report)?;
    } else {
        output.line(text(&machine, &results))?;
        if let Some((train, predict)) = &parts {
            output.line(profile::text("training", train))?;
            output.line(profile::text("prediction", predict))?;
        }
        if let Some(rates) = &augmentation {
            output.line(augmentation::text(rates))?;
        }
    }
    Ok(Outcome::Done)
}

impl Speed {
    fn new(measurement: Measurement, rate: Rate, share_of_peak: f64) -> Self {
        if measurement.is_single() {
            return Self::Latency { us: 1e6 / rate.median, share_of_peak };
        }
        Self::Rate { images_per_s: rate.median, best: rate.best, share_of_peak }
    }
}

fn report(machine: &Machine, results: &[(Measurement, Speed)]) -> serde_json::Value {
    let mut report = json!({ "machine": machine });
    for (measurement, speed) in results {
        report[measurement.work.name()][measurement.setting()] = json!(speed);
    }
    report
}

fn text(machine: &Machine, results: &[(Measurement, Speed)]) -> String {
    let Machine { processor, cpu, threads, gflops } = machine;
    let mut text = format!("{processor}, {cpu}, {threads} threads, {gflops:.0} GFLOP/s of multiply-adds");
    for (measurement, speed) in results {
        let (speed, share) = match *speed {
            Speed::Latency { us, share_of_peak } => (format!("{us:>8.1} us an image, one thread"), share_of_peak),
            Speed::Rate { images_per_s, best, share_of_peak } => {
                let (median, best) = (grouped(images_per_s as u64), grouped(best as u64));
                (format!("{median:>8} images/s (best {best})"), share_of_peak)
            }
        };
        let (work, setting) = (measurement.work.name(), measurement.setting().replace('_', " "));
        text += &format!("\n{work:<12} {setting:<10} {speed}, {:.0} % of the peak", 100.0 * share);
    }
    text
}
