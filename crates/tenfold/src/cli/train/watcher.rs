//! What a user sees of a run while it is under way, and its `metrics.jsonl`.

use indicatif::ProgressBar;
use serde_json::json;
use tenfold_training::{Engine, EpochMetrics, Event, Recipe, RunFile, RunFolder};

use crate::cli::output::{Output, grouped, percent};
use crate::cli::progress;

/// Draws a run's events and keeps its `metrics.jsonl`.
pub(super) struct Watcher<'a> {
    recipe: &'a Recipe,
    folder: &'a RunFolder,
    output: &'a mut Output,
    bar: ProgressBar,
    metrics: String,
    images: usize,
    parameters: u64,
    engine: Engine,
    /// The first thing that went wrong while drawing or writing; training does not stop for it.
    failure: Option<anyhow::Error>,
}

impl<'a> Watcher<'a> {
    pub(super) fn new(
        recipe: &'a Recipe,
        folder: &'a RunFolder,
        engine: Engine,
        output: &'a mut Output,
    ) -> anyhow::Result<Self> {
        let parameters = recipe.architecture.outline()?.parameters as u64;
        let bar = ProgressBar::hidden();
        Ok(Self { recipe, folder, output, bar, metrics: String::new(), images: 0, parameters, engine, failure: None })
    }

    pub(super) fn observe(&mut self, event: Event<'_>) {
        let outcome = match event {
            Event::Started { train_images, validation_images, epochs } => {
                self.images = train_images;
                self.bar = progress::images(train_images * epochs as usize, self.output);
                self.started(train_images, validation_images)
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
    }

    fn started(&mut self, train_images: usize, validation_images: usize) -> anyhow::Result<()> {
        let (parameters, folder) = (self.parameters, self.folder.path());
        if self.output.json {
            return self.output.value(&json!({
                "event": "started", "folder": folder, "parameters": parameters,
                "train_images": train_images, "validation_images": validation_images,
            }));
        }
        if self.output.quiet {
            return Ok(());
        }
        let held_out = match validation_images {
            0 => String::new(),
            n => format!(" ({} held out)", grouped(n as u64)),
        };
        let text = format!(
            "training {} parameters on {} images{held_out}, {} threads, {}, in {}",
            grouped(parameters),
            grouped(train_images as u64),
            self.engine.threads,
            self.engine.cpu.level(),
            folder.display()
        );
        self.bar.suspend(|| self.output.line(text))
    }

    fn epoch(&mut self, metrics: &EpochMetrics) -> anyhow::Result<()> {
        self.metrics.push_str(&serde_json::to_string(metrics)?);
        self.metrics.push('\n');
        self.folder.write(RunFile::Metrics, self.metrics.as_bytes())?;
        if self.output.json {
            let mut value = serde_json::to_value(metrics)?;
            value["event"] = json!("epoch");
            return self.output.value(&value);
        }
        if self.output.quiet {
            return Ok(());
        }
        let line = epoch_line(metrics, self.recipe.epochs, self.images);
        self.bar.suspend(|| self.output.line(line))
    }

    pub(super) fn finish(self) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        self.failure.map_or(Ok(()), Err)
    }
}

fn epoch_line(metrics: &EpochMetrics, epochs: u32, images: usize) -> String {
    let EpochMetrics { epoch, train, validation, seconds } = metrics;
    let validation = validation.map_or(String::new(), |validation| {
        format!("  validation loss {:.4}  accuracy {}", validation.loss, percent(validation.accuracy))
    });
    let rate = grouped((images as f64 / seconds) as u64);
    let (loss, accuracy) = (train.loss, percent(train.accuracy));
    format!(
        "epoch {epoch:>2}/{epochs}  loss {loss:.4}  accuracy {accuracy}{validation}  {seconds:.1} s  {rate} images/s"
    )
}
