//! A run's `environment.json`: with what, on which images and how it was started, and so how it is resumed.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tenfold_dataset::{Dataset, DivideBy, Division, FoldKind, FoldRule, FoldsLike, Source, group_k_fold, k_fold};
use tenfold_network::{Cpu, Level};
use tenfold_training::{Engine, RunFile, RunFolder, RunKind};

use crate::date_time::now;
use crate::error::{Error, Result};
use crate::run_json::{read_json, write_json};
use crate::{PROGRAM, data_folder};

/// What a run was started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Environment {
    /// What it is a run of; for a part of several runs, what these are.
    pub kind: RunKind,
    /// The program with its version.
    pub program: String,
    /// The command line.
    pub command: Vec<String>,
    /// The folder of the images, from the root; none for those inside the program.
    #[serde(flatten, with = "data_folder")]
    pub data: Option<PathBuf>,
    /// The CPU level.
    pub cpu: String,
    /// Threads; the results do not depend on them.
    pub threads: usize,
    /// Without Winograd's transforms.
    pub exact: bool,
    /// Whether the test images were looked at before the end.
    pub peek: bool,
    /// Whether event files for TensorBoard are written.
    pub tensorboard: bool,
    /// How the training images are divided, if runs on parts of them are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folds: Option<FoldPlan>,
    /// How often each recipe is trained, if recipes are compared on one division of the images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeds: Option<u16>,
    /// After how many epochs a checkpoint is kept for good, if at all.
    pub keep_every: Option<u32>,
    /// Seconds since 1970 when the run was started.
    pub started: u64,
}

/// How images are divided into folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldPlan {
    /// How many folds, at least 2.
    pub folds: usize,
    /// By which rule they are drawn.
    #[serde(flatten)]
    pub rule: FoldRule,
    /// Whether groups of images, as those of a writer, are kept whole.
    #[serde(default, skip_serializing_if = "DivideBy::is_image")]
    pub by: DivideBy,
    /// Which folds are drawn.
    pub seed: u64,
}

impl Default for FoldPlan {
    /// Five folds, over which each class is spread evenly; with seed 1.
    fn default() -> Self {
        Self { folds: 5, rule: FoldRule::default(), by: DivideBy::Image, seed: 1 }
    }
}

/// `5 folds, drawn image by image, each class spread evenly, seed 1`
impl fmt::Display for FoldPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folds, rule, by, seed } = self;
        let drawn = match by {
            DivideBy::Image => "image by image",
            DivideBy::Group => "by group, none of which is in two of them",
        };
        let classes = match (rule.kind, by) {
            (FoldKind::Plain, _) => "whatever the classes",
            (FoldKind::Stratified, DivideBy::Image) => "each class spread evenly",
            (FoldKind::Stratified, DivideBy::Group) => "each class as evenly spread as whole groups allow",
        };
        let like = match rule.like {
            FoldsLike::Tenfold => "",
            FoldsLike::Sklearn => ", as scikit-learn draws them",
        };
        write!(f, "{folds} folds, drawn {drawn}, {classes}{like}, seed {seed}")
    }
}

impl FoldPlan {
    /// For each fold of `images`, the division that validates on it and trains on the others.
    ///
    /// # Errors
    /// [`Error::Data`] for more folds than images, groups or images of a class, or for groups of images that have none.
    pub fn divisions(self, images: &Dataset) -> Result<Vec<Division>> {
        let Self { folds, rule, by, seed } = self;
        Ok(match by {
            DivideBy::Image => k_fold(images.labels(), folds, rule, seed)?,
            DivideBy::Group => group_k_fold(images.labels(), images.known_groups()?, folds, rule, seed)?,
        })
    }
}

impl Environment {
    /// That of a run which `command` starts now, on images in the folder `data` or else inside the program.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder's name is empty, or the working folder is gone.
    pub fn new(kind: RunKind, command: Vec<String>, data: Option<&Path>, engine: Engine) -> Result<Self> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(Error::io("use the folder", path));
        Ok(Self {
            kind,
            program: PROGRAM.to_owned(),
            command,
            data: data.map(absolute).transpose()?,
            cpu: engine.cpu.level().name().to_owned(),
            threads: engine.threads,
            exact: engine.exact,
            peek: false,
            tensorboard: false,
            folds: None,
            seeds: None,
            keep_every: None,
            started: now() as u64,
        })
    }

    /// That of the run in `folder`.
    ///
    /// # Errors
    /// [`Error::Data`] if its file cannot be read; [`Error::File`] if that is not such a file.
    pub fn read(folder: &RunFolder) -> Result<Self> {
        read_json(folder, RunFile::Environment)
    }

    /// Writes it into the folder of its run.
    ///
    /// # Errors
    /// [`Error::Training`] if the file cannot be written.
    pub fn write(&self, folder: &RunFolder) -> Result<()> {
        write_json(folder, RunFile::Environment, self)
    }

    /// Where its images come from.
    pub fn source(&self) -> Source {
        self.data.clone().map_or(Source::Embedded, Source::Path)
    }

    /// What computes, so that a resumed run ends with the same bytes; on a machine without the run's instructions, with the
    /// best that it has.
    pub fn engine(&self) -> Engine {
        let cpu = self.cpu.parse::<Level>().ok().and_then(Cpu::with_level);
        Engine { cpu: cpu.unwrap_or_else(Cpu::detect), threads: self.threads, exact: self.exact }
    }
}
