//! What a user sees of a run while it is under way, and its event file.

use std::ops::ControlFlow;

use indicatif::ProgressBar;
use serde_json::json;
use tenfold_experiment::Environment;
use tenfold_training::{EpochMetrics, Event, Recipe, RunFolder};

use crate::cli::event_file::EventFile;
use crate::cli::interrupt::Interrupt;
use crate::cli::output::{Output, grouped, lossy, percent};
use crate::cli::progress;

/// Draws a run's events, keeps its event file, and stops it when the user wants.
pub(crate) struct Watcher<'a> {
    recipe: &'a Recipe,
    environment: &'a Environment,
    folder: &'a RunFolder,
    interrupt: &'a Interrupt,
    output: &'a mut Output,
    bar: ProgressBar,
    events: Option<EventFile>,
    /// Images of an epoch.
    images: usize,
    parameters: u64,
    /// Which fold of a cross-validation it is.
    fold: Option<usize>,
    /// The first thing that went wrong while drawing or writing; training does not stop for it.
    failure: Option<anyhow::Error>,
}

impl<'a> Watcher<'a> {
    /// `images`: those of an epoch.
    pub(crate) fn new(
        recipe: &'a Recipe,
        environment: &'a Environment,
        folder: &'a RunFolder,
        images: usize,
        interrupt: &'a Interrupt,
        output: &'a mut Output,
    ) -> anyhow::Result<Self> {
        let events = environment.tensorboard.then(|| EventFile::create(folder.path())).transpose()?;
        let parameters = recipe.architecture.outline()?.parameters as u64;
        let bar = ProgressBar::hidden();
        Ok(Self {
            recipe,
            environment,
            folder,
            interrupt,
            output,
            bar,
            events,
            images,
            parameters,
            fold: None,
            failure: None,
        })
    }

    /// The watcher of a fold, whose number it tells with everything.
    pub(crate) fn of_fold(self, fold: usize) -> Self {
        Self { fold: Some(fold), ..self }
    }

    pub(crate) fn observe(&mut self, event: Event<'_>) -> ControlFlow<()> {
        let outcome = match event {
            Event::Started { train_images, validation_images, epochs, done } => {
                self.bar = progress::images(train_images * epochs as usize, self.output);
                self.started(train_images, validation_images, done)
            }
            Event::Step { epoch, images, so_far } => {
                self.bar.set_position(((epoch as usize - 1) * self.images + images) as u64);
                if !self.bar.is_hidden() {
                    let (loss, accuracy) = (so_far.loss, percent(so_far.accuracy));
                    self.bar.set_message(format!("epoch {epoch}  loss {loss:.4}  accuracy {accuracy}"));
                }
                Ok(())
            }
            Event::Epoch(metrics) => self.epoch(metrics),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.failure.get_or_insert(error);
        }
        self.interrupt.flow()
    }

    fn started(&mut self, train_images: usize, validation_images: usize, done: u32) -> anyhow::Result<()> {
        let (parameters, folder) = (self.parameters, self.folder.path());
        if self.output.json {
            let event = json!({
                "event": "started", "folder": lossy(folder), "parameters": parameters,
                "train_images": train_images, "validation_images": validation_images, "epochs_done": done,
            });
            return self.value(event);
        }
        if self.output.quiet {
            return Ok(());
        }
        let held_out = match validation_images {
            0 => String::new(),
            n => format!(" ({} held out)", grouped(n as u64)),
        };
        let again = match done {
            0 => String::new(),
            n => format!(", going on after epoch {n}"),
        };
        let text = format!(
            "training {} parameters on {} images{held_out}, {} threads, {}, in {}{again}",
            grouped(parameters),
            grouped(train_images as u64),
            self.environment.threads,
            self.environment.cpu,
            folder.display()
        );
        self.bar.suspend(|| self.output.line(text))
    }

    fn epoch(&mut self, metrics: &EpochMetrics) -> anyhow::Result<()> {
        if let Some(events) = &mut self.events {
            events.append(metrics)?;
        }
        if self.output.json {
            let mut value = serde_json::to_value(metrics)?;
            value["event"] = json!("epoch");
            return self.value(value);
        }
        if self.output.quiet {
            return Ok(());
        }
        let rate = grouped((self.images as f64 / metrics.seconds) as u64);
        let line = format!("{}  {rate} images/s", epoch_line(metrics, self.recipe.epochs));
        self.bar.suspend(|| self.output.line(line))
    }

    fn value(&mut self, mut event: serde_json::Value) -> anyhow::Result<()> {
        if let Some(fold) = self.fold {
            event["fold"] = json!(fold);
        }
        self.output.value(&event)
    }

    pub(crate) fn finish(self) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        self.failure.map_or(Ok(()), Err)
    }
}

/// `epoch  3/10  loss 0.0301  accuracy 99.05 %  validation loss 0.0412  accuracy 98.71 %  5.0 s`
pub(crate) fn epoch_line(metrics: &EpochMetrics, epochs: u32) -> String {
    let EpochMetrics { epoch, train, validation, test, seconds } = metrics;
    let mut line = format!("epoch {epoch:>2}/{epochs}  loss {:.4}  accuracy {}", train.loss, percent(train.accuracy));
    for (name, metrics) in [("validation", validation), ("test", test)] {
        if let Some(metrics) = metrics {
            line += &format!("  {name} loss {:.4}  accuracy {}", metrics.loss, percent(metrics.accuracy));
        }
    }
    line + &format!("  {seconds:.1} s")
}
