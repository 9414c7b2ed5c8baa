//! The options for a run that learns from other models.

use std::path::PathBuf;

use clap::Args;
use tenfold_experiment::Setup;
use tenfold_training::DistillationChanges;

use crate::cli::files;

/// Whom a run learns from beside the labels, and how much.
#[derive(Args)]
#[command(next_help_heading = "Distillation")]
pub(crate) struct DistillationArguments {
    /// Also learn from what this model says of each image: a model as for --from, or an ensemble. Given more than once, from the
    /// mean of what several say
    #[arg(long = "teacher", value_name = "MODEL", conflicts_with = "resume")]
    teachers: Vec<PathBuf>,
    /// What logits are divided by before model and teacher are compared, 1 to 100 [default: 4]
    #[arg(long, value_name = "T", requires = "teachers", conflicts_with = "resume")]
    distill_temperature: Option<f32>,
    /// The teacher's share of the loss, above 0 and at most 1; the rest is the labels' [default: 0.9]
    #[arg(long, value_name = "SHARE", requires = "teachers", conflicts_with = "resume")]
    distill_weight: Option<f32>,
}

impl DistillationArguments {
    /// The setup with the teachers, if there are any.
    pub(crate) fn of(&self, setup: Setup) -> anyhow::Result<Setup> {
        if self.teachers.is_empty() {
            return Ok(setup);
        }
        let opened = self.teachers.iter().map(|path| files::start(path)).collect::<anyhow::Result<Vec<_>>>()?;
        let (teachers, names): (Vec<_>, Vec<_>) = opened.into_iter().map(|(saved, file)| (saved, file.name)).unzip();
        let distillation = DistillationChanges {
            temperature: self.distill_temperature,
            weight: self.distill_weight,
            teachers: Some(names),
            sha256: None,
        };
        Ok(setup.learning_from(teachers, distillation)?)
    }
}
