//! `cargo xtask interop`: models carried between Tenfold and the real Keras 2.15, the current Keras and ONNX Runtime.
//!
//! Each program is given the same images, and all must answer the same. Networks as tutorials build them are opened here, as
//! many as can be (`tutorials.rs`). The first thing that is not as it must be ends the task. The programs run the scripts of
//! `interop/`.

mod agreement;
mod environment;
mod keras;
mod material;
mod onnx;
mod record;
mod torch;
mod tutorials;

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use environment::{Environment, Environments};
use material::{COMPARED, Material, Subject};
use record::Record;

/// Carry models to Keras and ONNX Runtime and back, and compare the answers
///
/// Needs Python 3.11 or later with venv and pip, and for Keras 2.15 one of 3.10 and 3.11. Downloads some 900 MB of
/// packages the first time, and keeps them in target/interop.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Succeed where there is no Python for Keras 2.15
    #[arg(long)]
    allow_missing: bool,
    /// Also load a state dict into PyTorch and open networks of its tutorials, which is several gigabytes more
    #[arg(long)]
    with_torch: bool,
    /// Only open networks of tutorials
    #[arg(long)]
    only_tutorials: bool,
    /// Only download the packages
    #[arg(long, conflicts_with = "only_tutorials")]
    only_environments: bool,
    /// Write the table into this file, as Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let Environments { keras_2, keras_3, onnx, torch } = Environments::prepare(arguments.with_torch)?;
    if keras_2.is_none() && !arguments.allow_missing {
        bail!(
            "Keras 2.15 cannot be checked: there is no Python 3.10 or 3.11 on this machine\n\
             hint: --allow-missing succeeds without it"
        );
    }
    if arguments.only_environments {
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    let material = Material::new(scratch.path())?;
    let subjects = [material.embedded()?, material.trained()?];
    let mut record = Record::default();
    if !arguments.only_tutorials {
        onnx::run(&onnx, &subjects, &material, &mut record)?;
        let drawn = material.drawn()?;
        let ensemble = material.ensemble([&subjects[0], &subjects[1], &drawn])?;
        onnx::run(&onnx, &[drawn, ensemble], &material, &mut record)?;
        if let Some(torch) = &torch {
            torch::load(torch, &subjects[0], &material, &mut record)?;
        }
    }
    // One after the other a Keras mostly waits for its own imports and graphs: two share the cores well.
    let keras = keras_2.iter().map(|keras| (keras, &["h5"][..])).chain([(&keras_3, &["h5", "keras"][..])]);
    let subjects = if arguments.only_tutorials { &[][..] } else { &subjects[..] };
    let found = std::thread::scope(|scope| {
        let threads: Vec<_> =
            keras.map(|(keras, endings)| scope.spawn(|| in_keras(keras, endings, subjects, &material))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a comparison does not panic")).collect::<Vec<_>>()
    });
    for found in found {
        record.append(found?);
    }
    if let Some(torch) = &torch {
        record.add_section(torch::tutorials(torch, &material)?);
    }

    if let Some(file) = &arguments.out {
        let options = [(arguments.with_torch, " --with-torch"), (arguments.only_tutorials, " --only-tutorials")];
        let options = options.into_iter().filter(|(is_given, _)| *is_given).map(|(_, option)| option);
        let command = ["cargo xtask interop"].into_iter().chain(options).collect::<String>();
        fs::write(file, record.markdown(&command, COMPARED)?)?;
    }
    if keras_2.is_none() {
        println!("NOT CHECKED: Keras 2.15, for which there is no Python 3.10 or 3.11 on this machine");
    }
    Ok(())
}

/// All that one Keras is asked: to load models in files of the endings, to train, and to build networks of tutorials.
/// Without subjects only the last.
fn in_keras(keras: &Environment, endings: &[&str], subjects: &[Subject], material: &Material) -> Result<Record> {
    let mut record = Record::default();
    if !subjects.is_empty() {
        keras::load(keras, endings, subjects, material, &mut record)?;
        keras::train(keras, material, &mut record)?;
    }
    record.add_section(keras::tutorials(keras, material)?);
    Ok(record)
}
