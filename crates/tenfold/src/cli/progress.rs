//! Progress bars, on standard error and only where somebody watches.

use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenfold_dataset::Dataset;
use tenfold_experiment::{Assessment, Event, Result, Robustness};
use tenfold_formats::SavedModel;
use tenfold_network::Model;
use tenfold_training::Engine;

use super::output::Output;

/// How often the bar is drawn, per second: often enough to look alive, rarely enough to cost nothing.
const DRAWS_PER_SECOND: u8 = 8;

/// A bar over `images` images that shows the rate and the time left. Hidden when progress is not wanted, in JSON, and
/// where standard error is not a terminal.
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

/// The bar of an evaluation, or of one after the other.
pub(crate) struct EvaluationBar {
    bar: ProgressBar,
    what: String,
}

impl EvaluationBar {
    pub(crate) fn new() -> Self {
        Self { bar: ProgressBar::hidden(), what: String::new() }
    }

    /// Shows that `done` images are done of those that `what` is evaluated on.
    pub(crate) fn show(&mut self, what: &str, done: usize, of: usize, output: &Output) {
        if self.what != what {
            self.bar = images(of, output).with_message(format!("evaluating {what}"));
            what.clone_into(&mut self.what);
        }
        self.bar.set_position(done as u64);
        if done == of {
            self.bar.finish_and_clear();
        }
    }

    /// The same for an event of an experiment that cannot be interrupted.
    pub(crate) fn observe(&mut self, event: Event<'_>, output: &Output) -> ControlFlow<()> {
        if let Event::Evaluating { what, done, of } = event {
            self.show(what, done, of, output);
        }
        ControlFlow::Continue(())
    }
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
    let mut bar = EvaluationBar::new();
    Assessment::of_model(model, names, images, engine, &mut |done| bar.show(what, done, images.len(), output))
}

/// Measures a model beside a reference on corrupted images, with a bar.
pub(crate) fn robustness(
    saved: &SavedModel,
    reference: Option<&SavedModel>,
    images: &Dataset,
    seed: u64,
    engine: Engine,
    output: &Output,
) -> Result<Robustness> {
    let mut bar = EvaluationBar::new();
    let mut progress = |done, of| bar.show("corrupted images", done, of, output);
    Robustness::measure(&saved.model, reference.map(|it| &it.model), images, seed, engine, &mut progress)
}
