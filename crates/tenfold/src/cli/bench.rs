//! `tenfold bench`: how fast this program trains and predicts on this machine.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use clap::Args;
use serde_json::{Value, json};
use tenfold_dataset::{Part, Source};
use tenfold_experiment::speed::{
    MEASUREMENTS, Machine, Measurement, PartTime, Profile, Rate, Speed, Subject, Work, augmentation_rates,
};
use tenfold_network::Architecture;
use tenfold_training::{Engine, check_fit};

use super::output::{Output, grouped};
use super::{Outcome, files};

/// Measure how fast the paper's network, or another, trains and predicts on this machine
///
/// Rates are medians over windows of 25 steps, or of at least as many images; "best" is the best window. Every answer is
/// checked while it is measured: the loss must fall, and predictions must have the accuracy the model is known for, or be
/// those of the same network without transforms where its values are random.
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
    #[arg(long, value_name = "NAME", value_parser = measurement)]
    only: Vec<Measurement>,
    /// Network to measure instead of the paper's, with random values, from a TOML file with `input` and `layers`; not in int8
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// Also report what each step of the plan costs, in batches of 16 on one thread
    #[arg(long)]
    profile: bool,
    /// Also measure how many training images one thread changes, by each kind of augmentation
    #[arg(long)]
    augmentation: bool,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { seconds, only, network, profile, augmentation } = arguments;
    ensure!(*seconds > 0.0 && *seconds <= 600.0, "--seconds is {seconds}, expected up to 600");
    let is_chosen = |it: &Measurement| match only.is_empty() {
        true => network.is_none() || it.work != Work::PredictInt8,
        false => only.contains(it),
    };
    let chosen: Vec<Measurement> = MEASUREMENTS.into_iter().filter(is_chosen).collect();
    ensure!(
        network.is_none() || chosen.iter().all(|measurement| measurement.work != Work::PredictInt8),
        "--network is measured in floats, and --only asks for int8"
    );
    let images = Source::Embedded.load(Part::Test)?;
    let subject = match network {
        Some(path) => {
            let architecture: Architecture = files::toml(path)?;
            check_fit(&architecture, &images)?;
            Subject::untrained(architecture, images, engine)?
        }
        None => Subject::trained(files::model(None)?.model, images),
    };

    let budget = Duration::from_secs_f64(*seconds);
    let machine = Machine::measured(engine);
    let measured = |it: Measurement| Ok((it, it.measure(&subject, &machine, budget)?));
    let results = chosen.into_iter().map(measured).collect::<anyhow::Result<Vec<_>>>()?;
    let profile = profile.then(|| Profile::measured(&subject, engine, budget)).transpose()?;
    let rates = augmentation.then(|| augmentation_rates(&subject.images, budget)).transpose()?;
    if output.json {
        let mut report = report(&machine, &results);
        if let Some(rates) = &rates {
            report["augmentation"] = rates.iter().map(|&(name, rate)| (name.to_owned(), json!(rate))).collect();
        }
        if let Some(profile) = &profile {
            report["profile"] = json!(profile);
        }
        output.value(&report)?;
    } else {
        output.line(text(&machine, &results))?;
        if let Some(Profile { train, predict }) = &profile {
            output.line(parts_text("training", train))?;
            output.line(parts_text("prediction", predict))?;
        }
        if let Some(rates) = &rates {
            output.line(augmentation_text(rates))?;
        }
    }
    Ok(Outcome::Done)
}

/// The measurement that `--only` asks for.
fn measurement(name: &str) -> Result<Measurement, String> {
    let names = MEASUREMENTS.map(Measurement::name).join(", ");
    Measurement::named(name).ok_or_else(|| format!("expected one of {names}"))
}

fn report(machine: &Machine, results: &[(Measurement, Speed)]) -> Value {
    let mut report = json!({ "machine": machine });
    for (measurement, speed) in results {
        report[measurement.work.name()][measurement.setting()] = json!(speed);
    }
    report
}

fn text(machine: &Machine, results: &[(Measurement, Speed)]) -> String {
    let Machine { processor, cpu, threads, gflops, .. } = machine;
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

/// What each part of the work costs.
fn parts_text(title: &str, parts: &[PartTime]) -> String {
    let total: f64 = parts.iter().map(|part| part.forward_us + part.backward_us).sum();
    let mut text =
        format!("\n{:<38}{:>10}{:>10}{:>8}", format!("{title}, us an image"), "forward", "backward", "share");
    for PartTime { part, forward_us, backward_us } in parts {
        let share = 100.0 * (forward_us + backward_us) / total;
        let backward = if *backward_us > 0.0 { format!("{backward_us:.2}") } else { String::new() };
        text += &format!("\n{part:<38}{forward_us:>10.2}{backward:>10}{share:>6.0} %");
    }
    text + &format!("\n{:<38}{total:>10.2}", "together")
}

fn augmentation_text(rates: &[(&'static str, Rate)]) -> String {
    let mut text = "augmentation on one thread:".to_owned();
    for (name, Rate { median, best }) in rates {
        let (median, best) = (grouped(*median as u64), grouped(*best as u64));
        text += &format!("\n{name:<23} {median:>8} images/s (best {best})");
    }
    text
}
