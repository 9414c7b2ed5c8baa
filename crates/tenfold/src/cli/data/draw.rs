//! `tenfold data draw`: a data set of digits that nobody wrote, or of what is not a digit.

use clap::{Args, ValueEnum};
use serde_json::json;
use tenfold_dataset::{Contents, Part, Source, drawn, non_digits_by_kind};

use super::target::Target;
use crate::cli::Outcome;
use crate::cli::output::Output;

/// Draw a data set of digits stroke by stroke, in forms that people write in different countries
///
/// Ones with and without upstroke and foot, barred sevens, open and closed fours, slashed zeros: by hands that lean, stretch
/// and waver each in its own way, with fine and broad pens, prepared by MNIST's rule. Ten digits are of one hand. The same seed
/// gives the same digits. TO is as for `data convert`; images are not divided into training and test images.
///
/// With --what non-digits they show no digit: letters, signs, scribbles, several digits, parts of digits, shapes and textures, each
/// kind a class. Parts and some of the several digits are made of MNIST's training images.
///
/// With --json: {"seed","to","images","classes"}, as for `data convert`.
#[derive(Args)]
pub(crate) struct Draw {
    #[command(flatten)]
    target: Target,
    /// What they show
    #[arg(long, value_enum, default_value_t = What::Digits)]
    what: What,
    /// How many images
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    images: u32,
    /// Which
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Digits,
    NonDigits,
}

/// Pixels of a side, as of MNIST's images.
const SIDE: usize = 28;

pub(super) fn run(arguments: &Draw, output: &mut Output) -> anyhow::Result<Outcome> {
    let Draw { target, what, images, seed } = arguments;
    let export = target.check()?;
    let set = match what {
        What::Digits => drawn(*images, *seed, SIDE)?,
        What::NonDigits => non_digits_by_kind(&Source::Embedded.load(Part::Train)?, *images, *seed)?,
    };
    target.write(export, Contents::Whole(set), json!({ "seed": seed }), output)
}
