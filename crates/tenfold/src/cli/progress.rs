//! Progress bars, on standard error and only where somebody watches.

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenfold_dataset::Dataset;
use tenfold_experiment::{Assessment, Contestant, Result};
use tenfold_network::Model;
use tenfold_training::Engine;

use super::output::Output;

/// How often the bar is drawn, per second: often enough to look alive, rarely enough to cost nothing.
const DRAWS_PER_SECOND: u8 = 8;

/// A bar over `images` images that shows the rate and the time left. Hidden when progress is not wanted, in JSON, and
/// where standard error is no terminal.
pub(crate) fn images(images: usize, output: &Output) -> ProgressBar {
    let target = if output.quiet || output.json {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND)
    };
    let template = "{msg} [{wide_bar}] {human_pos}/{human_len} images  {rate}  {eta} left";
    let style = ProgressStyle::with_template(template)
        .expect("the template is valid")
        .with_key("rate", |state: &indicatif::ProgressState, text: &mut dyn std::fmt::Write| {
            // A rate cannot fail to be written to a string.
            let _ = write!(text, "{:.0}/s", state.per_sec());
        })
        .progress_chars("=> ");
    let bar = ProgressBar::with_draw_target(Some(images as u64), target).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}

/// Evaluates a model whose classes have these names, with a bar that says `what` is evaluated.
pub(crate) fn assess<'a>(
    model: &Model,
    names: Vec<String>,
    images: &'a Dataset,
    what: &str,
    engine: Engine,
    output: &Output,
) -> Result<Assessment<'a>> {
    let bar = self::images(images.len(), output).with_message(format!("evaluating {what}"));
    let assessment = Assessment::of_model(model, names, images, engine, &mut |done| bar.set_position(done as u64));
    bar.finish_and_clear();
    assessment
}

/// The models in files, or in the folders of runs, on the same images, with a bar that says which is evaluated.
pub(crate) fn assess_models<'a>(
    paths: &[PathBuf],
    images: &'a Dataset,
    engine: Engine,
    output: &Output,
) -> Result<Vec<Contestant<'a>>> {
    let mut bar = ProgressBar::hidden();
    let mut evaluated: Option<PathBuf> = None;
    tenfold_experiment::assess_models(paths, images, engine, &mut |path, done| {
        if evaluated.as_deref() != Some(path) {
            bar = self::images(images.len(), output).with_message(format!("evaluating {}", path.display()));
            evaluated = Some(path.to_owned());
        }
        bar.set_position(done as u64);
        if done == images.len() {
            bar.finish_and_clear();
        }
    })
}
