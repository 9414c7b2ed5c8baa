//! What each step of the plan costs, on one thread.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Serialize;
use tenfold_network::{
    Batch, Engine, Initializer, Model, Optimizer, PlanSummary, Predictor, StepEvent, Trainer, TrainerOptions,
};

use super::subject::Subject;
use crate::error::Result;

/// Images in a batch while profiling.
const BATCH: usize = 16;

/// Where the time goes, a part of the work after the other.
#[derive(Clone, Debug, Serialize)]
pub struct Profile {
    /// Of a step of training.
    pub train: Vec<PartTime>,
    /// Of a prediction.
    pub predict: Vec<PartTime>,
}

/// The time of one part of the work, in microseconds an image.
#[derive(Clone, Debug, Serialize)]
pub struct PartTime {
    /// The layers of a step of the plan, or what else is done.
    pub part: String,
    /// Of the forward pass.
    pub forward_us: f64,
    /// Of the backward pass and the update; 0 in prediction.
    pub backward_us: f64,
}

impl Profile {
    /// Means over `budget` of each, in batches of 16 on one thread.
    ///
    /// # Errors
    /// [`Error::Network`](crate::Error::Network) for a subject that cannot be.
    pub fn measured(subject: &Subject, engine: Engine, budget: Duration) -> Result<Self> {
        let engine = Engine { threads: 1, ..engine };
        Ok(Self { train: training(subject, engine, budget)?, predict: prediction(subject, engine, budget)? })
    }
}

fn training(subject: &Subject, engine: Engine, budget: Duration) -> Result<Vec<PartTime>> {
    let images = &subject.images;
    let model = Model::random(subject.model.architecture().clone(), Initializer::HeNormal, 1)?;
    let mut trainer = Trainer::new(model, Optimizer::PAPER, TrainerOptions { batch: BATCH, seed: 1, engine })?;
    let order: Vec<u32> = (0..images.len() as u32).collect();
    let mut batches = order.chunks_exact(BATCH).cycle();
    let times = observed(budget, |watch| {
        let order = batches.next().unwrap_or(&[]);
        let batch = Batch { images: images.images(), labels: images.labels(), order, soft: None };
        trainer.step_observed(batch, Optimizer::PAPER.settings(), &|event| watch.lap(event));
    });
    Ok(parts(&trainer.plan(), &times))
}

fn prediction(subject: &Subject, engine: Engine, budget: Duration) -> Result<Vec<PartTime>> {
    let predictor = Predictor::new(&subject.model, engine)?;
    let image_len = subject.images.height() * subject.images.width();
    let mut batches = subject.images.images().chunks_exact(BATCH * image_len).cycle();
    let times = observed(budget, |watch| {
        let images = batches.next().unwrap_or(&[]);
        predictor.logits_observed(images, &|moment| watch.lap(moment));
    });
    Ok(parts(&predictor.plan(), &times))
}

/// A stopwatch that is given what has just been done.
struct Watch(Mutex<(Instant, BTreeMap<StepEvent, f64>)>);

impl Watch {
    fn lap(&self, event: StepEvent) {
        let mut state = self.0.lock().expect("nobody panics with the watch in hand");
        let now = Instant::now();
        *state.1.entry(event).or_default() += now.duration_since(state.0).as_secs_f64();
        state.0 = now;
    }
}

/// Seconds per image of everything observed while `batch` runs until the time is up, the first batches left out.
fn observed(budget: Duration, mut batch: impl FnMut(&Watch)) -> BTreeMap<StepEvent, f64> {
    const WARM_UP: usize = 20;
    let watch = Watch(Mutex::new((Instant::now(), BTreeMap::new())));
    (0..WARM_UP).for_each(|_| batch(&watch));
    let watch = Watch(Mutex::new((Instant::now(), BTreeMap::new())));
    let (start, mut images) = (Instant::now(), 0);
    while images == 0 || start.elapsed() < budget {
        watch.0.lock().expect("nobody panics with the watch in hand").0 = Instant::now();
        batch(&watch);
        images += BATCH;
    }
    let (_, mut times) = watch.0.into_inner().expect("nobody panics with the watch in hand");
    times.values_mut().for_each(|seconds| *seconds /= images as f64);
    times
}

/// The parts of the steps of `plan`, and what else is done.
fn parts(plan: &PlanSummary, times: &BTreeMap<StepEvent, f64>) -> Vec<PartTime> {
    let us = |moment| times.get(&moment).map_or(0.0, |seconds| seconds * 1e6);
    let part = |part: &str, forward_us, backward_us| PartTime { part: part.to_owned(), forward_us, backward_us };
    let mut parts = vec![part("pixels to floats", us(StepEvent::Loaded), 0.0)];
    for (index, step) in plan.steps.iter().enumerate() {
        parts.push(part(&step.layers.join(" + "), us(StepEvent::Forward(index)), us(StepEvent::Backward(index))));
    }
    if times.contains_key(&StepEvent::Updated) {
        parts.push(part("loss", us(StepEvent::Compared), 0.0));
        parts.push(part("update", 0.0, us(StepEvent::Updated)));
    }
    parts
}
