//! `tenfold data convert`: a data set as other files.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tenfold_experiment::imaging::Preparation;

use super::target::Target;
use crate::cli::output::{Output, lossy};
use crate::cli::{Outcome, files};

/// Write a data set in another format: whole, or not at all
///
/// FROM is what --data of other commands takes, or `mnist` for the images inside the program. TO is a file that ends in
/// .npz (as Keras' mnist.npz), or in .csv or .csv.gz (of a set that is not divided into training and test images), or a new
/// folder, for which --format says what goes into it. Parquet is only read. Pictures are prepared by MNIST's rule.
///
/// With --json: {"from","to","images","classes"}: "images" how many by part ("train", "test" or "all"), "classes" their names.
#[derive(Args)]
pub(crate) struct Convert {
    /// Data set
    from: PathBuf,
    #[command(flatten)]
    target: Target,
}

pub(super) fn run(arguments: &Convert, output: &mut Output) -> anyhow::Result<Outcome> {
    let Convert { from, target } = arguments;
    let export = target.check()?;
    let is_mnist = from.as_os_str() == "mnist" && !from.exists();
    let contents = files::source((!is_mnist).then_some(from)).contents(&Preparation::default())?;
    target.write(export, contents, json!({ "from": lossy(from) }), output)
}
