//! `cargo xtask interop`: models carried between Tenfold and the real Keras 2.15, the current Keras and ONNX Runtime.
//!
//! Each program is asked the same images, and all must answer the same. Networks as tutorials build them are opened here, as
//! many as can be (`tutorials.rs`). The first thing that is not as it must be ends the task. What the programs run are the
//! scripts of `interop/`.

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

use anyhow::{Context, Result, bail};
use clap::Args;

use environment::{Environment, KERAS_2, KERAS_3, ONNX, Packages, TORCH};
use material::{COMPARED, Material};
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
    /// Write the table into this file, as Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let torch = if arguments.with_torch { Some(required(&TORCH)?) } else { None };
    let scratch = tempfile::tempdir()?;
    let material = Material::new(scratch.path())?;
    let mut record = Record::default();
    let (keras_2, keras_3) = (Environment::prepare(&KERAS_2)?, required(&KERAS_3)?);
    let keras: Vec<(&Environment, &[&str])> =
        keras_2.iter().map(|keras| (keras, &["h5"][..])).chain([(&keras_3, &["h5", "keras"][..])]).collect();
    if !arguments.only_tutorials {
        carry(&material, &keras, torch.as_ref(), &mut record)?;
    }
    for (keras, _) in keras {
        record.add_section(keras::tutorials(keras, &material)?);
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
        let notice = "NOT CHECKED: Keras 2.15, for which there is no Python 3.10 or 3.11 on this machine";
        if !arguments.allow_missing {
            bail!("{notice}\nhint: --allow-missing succeeds without it");
        }
        println!("{notice}");
    }
    Ok(())
}

/// Carries models of this program to the others and back; to each Keras in files of the endings beside it.
fn carry(
    material: &Material,
    keras: &[(&Environment, &[&str])],
    torch: Option<&Environment>,
    record: &mut Record,
) -> Result<()> {
    let runtime = required(&ONNX)?;
    let subjects = [material.embedded()?, material.trained()?];
    onnx::run(&runtime, &subjects, material, record)?;
    onnx::run(&runtime, &[material.drawn()?], material, record)?;
    if let Some(torch) = torch {
        torch::load(torch, &subjects[0], material, record)?;
    }
    for (keras, endings) in keras {
        keras::load(keras, endings, &subjects, material, record)?;
    }
    keras.iter().try_for_each(|(keras, _)| keras::train(keras, material, record))
}

/// An environment that any current Python can run.
fn required(packages: &Packages) -> Result<Environment> {
    Environment::prepare(packages)?.with_context(|| {
        format!("no Python of 3.{} to 3.{} with venv and pip", packages.minors.start(), packages.minors.end())
    })
}
