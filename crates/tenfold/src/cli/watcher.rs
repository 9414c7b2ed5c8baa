//! What a user sees of training while it is under way, and how it is interrupted.

use std::ops::ControlFlow;

use indicatif::ProgressBar;
use serde_json::{Value, json};
use tenfold_experiment::{Event, Fold, Interruption, Reached, Role, RunContext};
use tenfold_training::{Engine, EpochMetrics, Event as RunEvent, RunKind};

use super::interrupt::Interrupt;
use super::output::{Output, grouped, lossy, percent, warn};
use super::progress::{self, EvaluationBar};

/// Prints the events of runs, draws their progress, and interrupts them when the user wants.
pub(crate) struct Watcher<'a> {
    engine: Engine,
    interrupt: &'a Interrupt,
    output: &'a mut Output,
    bar: ProgressBar,
    evaluation: EvaluationBar,
    /// Images of an epoch.
    images: usize,
    /// The first thing that could not be printed; training does not stop for it.
    failure: Option<anyhow::Error>,
}

impl<'a> Watcher<'a> {
    pub(crate) fn new(engine: Engine, interrupt: &'a Interrupt, output: &'a mut Output) -> Self {
        let bar = ProgressBar::hidden();
        Self { engine, interrupt, output, bar, evaluation: EvaluationBar::new(), images: 0, failure: None }
    }

    pub(crate) fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        let printed = match event {
            Event::Warning(text) => {
                warn(text);
                Ok(())
            }
            Event::Run { run, event } => self.run(run, event),
            Event::RunEnded => {
                self.interrupt.heed(false);
                self.bar.finish_and_clear();
                Ok(())
            }
            Event::Evaluating { what, done, of } => {
                self.evaluation.show(what, done, of, self.output);
                Ok(())
            }
            Event::Fold(fold) => print_fold(fold, self.output),
            _ => Ok(()),
        };
        if let Err(error) = printed {
            self.failure.get_or_insert(error);
        }
        self.interrupt.flow()
    }

    /// The first thing that could not be printed.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    fn run(&mut self, run: RunContext<'_>, event: RunEvent<'_>) -> anyhow::Result<()> {
        match event {
            RunEvent::Started { train_images, validation_images, epochs, done } => {
                self.interrupt.heed(true);
                self.images = train_images;
                self.bar = progress::images(train_images * epochs as usize, self.output);
                self.started(run, [train_images, validation_images], done)
            }
            RunEvent::Step { epoch, images, so_far } => {
                self.bar.set_position(((epoch as usize - 1) * self.images + images) as u64);
                if !self.bar.is_hidden() {
                    let (loss, accuracy) = (so_far.loss, percent(so_far.accuracy));
                    self.bar.set_message(format!("epoch {epoch}  loss {loss:.4}  accuracy {accuracy}"));
                }
                Ok(())
            }
            RunEvent::Epoch(metrics) => self.epoch(run, metrics),
            _ => Ok(()),
        }
    }

    fn started(&mut self, run: RunContext<'_>, [images, held_out]: [usize; 2], done: u32) -> anyhow::Result<()> {
        let parameters = run.recipe.architecture.outline()?.parameters as u64;
        if self.output.json {
            let event = json!({
                "event": "started", "folder": run.folder.map(lossy), "parameters": parameters,
                "train_images": images, "validation_images": held_out, "epochs_done": done,
            });
            return self.value(run, event);
        }
        if self.output.quiet {
            return Ok(());
        }
        let held_out = if held_out == 0 { String::new() } else { format!(" ({} held out)", grouped(held_out as u64)) };
        let resumed = if done == 0 { String::new() } else { format!(", resumed after epoch {done}") };
        let folder = run.folder.map_or(String::new(), |folder| format!(", in {}", folder.display()));
        let text = format!(
            "training {} parameters on {} images{held_out}, {} threads, {}{folder}{resumed}",
            grouped(parameters),
            grouped(images as u64),
            self.engine.threads,
            self.engine.cpu.level()
        );
        self.bar.suspend(|| self.output.line(text))
    }

    fn epoch(&mut self, run: RunContext<'_>, metrics: &EpochMetrics) -> anyhow::Result<()> {
        if self.output.json {
            let mut value = serde_json::to_value(metrics)?;
            value["event"] = json!("epoch");
            return self.value(run, value);
        }
        if self.output.quiet {
            return Ok(());
        }
        let rate = grouped((self.images as f64 / metrics.seconds) as u64);
        let line = format!("{}  {rate} images/s", epoch_line(metrics, run.recipe.epochs));
        self.bar.suspend(|| self.output.line(line))
    }

    fn value(&mut self, run: RunContext<'_>, mut event: Value) -> anyhow::Result<()> {
        if let Role::Fold(fold) = run.role {
            event["fold"] = json!(fold);
        }
        self.output.value(&event)
    }
}

/// `epoch  3/10  loss 0.0301  accuracy 99.05 %  validation loss 0.0412  accuracy 98.71 %  5.0 s`
pub(crate) fn epoch_line(metrics: &EpochMetrics, epochs: u32) -> String {
    let EpochMetrics { epoch, train, validation, test, seconds, learning_rate, .. } = metrics;
    let mut line = format!("epoch {epoch:>2}/{epochs}  loss {:.4}  accuracy {}", train.loss, percent(train.accuracy));
    for (name, metrics) in [("validation", validation), ("test", test)] {
        if let Some(metrics) = metrics {
            line += &format!("  {name} loss {:.4}  accuracy {}", metrics.loss, percent(metrics.accuracy));
        }
    }
    if let Some(rate) = learning_rate {
        line += &format!("  learning rate {rate:.2e}");
    }
    line + &format!("  {seconds:.1} s")
}

/// Prints what a fold has shown.
fn print_fold(fold: &Fold, output: &mut Output) -> anyhow::Result<()> {
    if output.json {
        let mut value = serde_json::to_value(fold)?;
        value["event"] = json!("fold");
        return output.value(&value);
    }
    let Fold { fold, evaluation, history, .. } = fold;
    let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
    output.line(format!(
        "fold {fold:>2}  accuracy {}  loss {:.4}  {seconds:.1} s",
        percent(evaluation.accuracy),
        evaluation.loss
    ))
}

/// Prints where an experiment was interrupted, and the command that resumes it.
pub(crate) fn print_interrupted(interruption: &Interruption, kind: RunKind, output: &mut Output) -> anyhow::Result<()> {
    let Interruption { folder, reached } = interruption;
    let folder = folder.as_deref().map(lossy).unwrap_or_default();
    if output.json {
        let mut value = serde_json::to_value(reached)?;
        value["event"] = json!("interrupted");
        value["folder"] = json!(folder);
        return output.value(&value);
    }
    output.line(match *reached {
        Reached::Run { epochs, images } => {
            let images = grouped(images as u64);
            format!("interrupted after {epochs} epochs and {images} images of the next; nothing is lost")
        }
        Reached::Trials { trials, of } => format!("interrupted after {trials} of {of} trials; nothing is lost"),
    })?;
    output.line(format!("resume with  tenfold {kind} --resume {folder}"))
}
