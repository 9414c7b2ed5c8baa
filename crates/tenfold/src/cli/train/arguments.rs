//! The options of `tenfold train`.

use clap::Args;

use crate::cli::begin::BeginArguments;

/// Train a network; without options, the paper's network by the paper's recipe on all of MNIST
///
/// Leaves config.toml, environment.json, metrics.jsonl and .csv, model.safetensors, evaluation.json, report.html and a
/// checkpoint in the run's folder; with --validation also best.safetensors, the model of the epoch with the lowest
/// validation loss. The test images are looked at once, after the last epoch.
///
/// The model is that of the last epoch; with --patience that of the epoch with the lowest validation loss, and the last
/// epoch's is in last.safetensors.
///
/// A run that was stopped, by Ctrl-C or in any other way, goes on with --resume and ends with the same model, byte for byte.
///
/// With --json, one object per line: {"event":"started","folder","parameters","train_images","validation_images","epochs_done"},
/// then per epoch {"event":"epoch","epoch","train":{"loss","accuracy"},"validation","seconds"}, then
/// {"event":"finished","folder","model","epoch","seconds","warnings","splits":{"train","test"}}, "epoch" the model's and each split with the keys of `evaluate`; or
/// {"event":"interrupted","folder","epochs","images"} with the epochs done and the images seen since.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) begin: BeginArguments,
    /// Also keep the checkpoint of every Nth epoch
    #[arg(long, value_name = "N", conflicts_with = "resume", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) keep_every: Option<u32>,
    /// Also write event files for TensorBoard into the run's folder
    #[arg(long, conflicts_with = "resume")]
    pub(super) tensorboard: bool,
    /// Look at the test images after every epoch; the run says so, for figures that were seen can be chosen by
    #[arg(long, conflicts_with = "resume")]
    pub(super) peek: bool,
}
