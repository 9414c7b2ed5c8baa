//! Where a data set is written to, and how.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tenfold_dataset::{Contents, Export, gzip};
use tenfold_experiment::{part_name, sets};
use tenfold_training::folder_of;

use crate::cli::output::{Output, grouped, lossy};
use crate::cli::{Outcome, files};

/// A new file or folder for a data set.
#[derive(Args)]
pub(super) struct Target {
    /// The new file or folder
    to: PathBuf,
    /// What goes into a new folder
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// MNIST's four files
    Idx,
    /// train.csv and test.csv, or data.csv
    Csv,
    /// A folder of PNGs for each class
    Png,
}

impl Target {
    /// The format to write, if all that can be known before is as it must be.
    pub(super) fn check(&self) -> anyhow::Result<Export> {
        let export = self.export()?;
        files::check_target(&self.to, false)?;
        Ok(export)
    }

    /// Writes the data set and says what it is; `told`: what else the JSON output tells.
    pub(super) fn write(
        &self,
        export: Export,
        contents: Contents,
        mut told: Value,
        output: &mut Output,
    ) -> anyhow::Result<Outcome> {
        let to = &self.to;
        let written = export.files(&contents).with_context(|| to.display().to_string())?;
        match self.is_file() {
            true => write_file(to, written)?,
            false => write_folder(to, &written)?,
        }
        let sets = sets(contents);
        if output.json {
            let images: serde_json::Map<_, _> =
                sets.iter().map(|(part, set)| (part_name(*part).to_owned(), json!(set.len()))).collect();
            told["to"] = json!(lossy(to));
            told["images"] = json!(images);
            told["classes"] = json!(sets.first().map(|(_, set)| set.names()));
            output.value(&told)?;
            return Ok(Outcome::Done);
        }
        for (part, set) in &sets {
            let (name, images) = (part_name(*part), grouped(set.len() as u64));
            output.line(format!(
                "{name:<7}  {images} images of {}x{} pixels, {} classes",
                set.height(),
                set.width(),
                set.classes()
            ))?;
        }
        output.line(format!("written  {}", to.display()))?;
        Ok(Outcome::Done)
    }

    /// Whether the new name is that of a file.
    fn is_file(&self) -> bool {
        let name = self.to.to_string_lossy().to_ascii_lowercase();
        [".npz", ".csv", ".csv.gz"].iter().any(|ending| name.ends_with(ending))
    }

    fn export(&self) -> anyhow::Result<Export> {
        let name = self.to.display();
        ensure!(
            !(self.is_file() && self.format.is_some()),
            "{name}: --format is for a new folder, found the name of a file"
        );
        if self.to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
            bail!("{name}: Parquet is only read\nhint: write .npz, .csv, or a folder with --format idx, csv or png");
        }
        Ok(match self.format {
            None if self.to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("npz")) => Export::Npz,
            None if self.is_file() => Export::Csv,
            None => bail!("{name}: expected --format for a new folder, found none\nhint: --format idx, csv or png"),
            Some(Format::Idx) => Export::Idx,
            Some(Format::Csv) => Export::Csv,
            Some(Format::Png) => Export::Pictures,
        })
    }
}

/// Writes the one file that there is.
fn write_file(to: &Path, written: Vec<(String, Vec<u8>)>) -> anyhow::Result<()> {
    let [(_, bytes)] = <[_; 1]>::try_from(written).map_err(|_| {
        anyhow!(
            "{}: expected a folder for training and test images, found the name of a file\n\
             hint: name a folder, with --format csv, or a file that ends in .npz",
            to.display()
        )
    })?;
    let is_packed = to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    files::write(to, &if is_packed { gzip::compress(&bytes) } else { bytes }, false)
}

/// Writes all files into a folder that has another name until it is whole.
fn write_folder(to: &Path, written: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    let cannot = || format!("{}: cannot write the folder", to.display());
    let unfinished = tempfile::Builder::new().prefix(".tenfold-").tempdir_in(folder_of(to)).with_context(cannot)?;
    let whole = unfinished.path().join("whole");
    for (name, bytes) in written {
        let path = whole.join(name);
        fs::create_dir_all(folder_of(&path)).and_then(|()| fs::write(&path, bytes)).with_context(cannot)?;
    }
    files::check_free(to, false)?;
    fs::rename(&whole, to).with_context(cannot)
}
