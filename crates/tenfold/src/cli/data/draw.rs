//! `tenfold data draw`: a data set of digits that nobody wrote.

use clap::Args;
use serde_json::json;
use tenfold_dataset::{Contents, drawn};

use super::target::Target;
use crate::cli::Outcome;
use crate::cli::output::Output;

/// Draw a data set of digits stroke by stroke, in forms that people write in different countries
///
/// Ones with and without upstroke and foot, barred sevens, open and closed fours, slashed zeros: by hands that lean, stretch
/// and waver each in its own way, with fine and broad pens, prepared by MNIST's rule. Ten digits are of one hand. The same seed
/// gives the same digits. TO is as for `data convert`; images are not divided into training and test images.
///
/// With --json: {"seed","to","images","classes"}, as for `data convert`.
#[derive(Args)]
pub(crate) struct Draw {
    #[command(flatten)]
    target: Target,
    /// How many images
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    images: u32,
    /// Which
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Pixels of a side, as of MNIST's images.
const SIDE: usize = 28;

pub(super) fn run(arguments: &Draw, output: &mut Output) -> anyhow::Result<Outcome> {
    let Draw { target, images, seed } = arguments;
    let export = target.check()?;
    let digits = drawn(*images, *seed, SIDE)?;
    target.write(export, Contents::Whole(digits), json!({ "seed": seed }), output)
}
