//! A model at work: images in, probabilities out.

mod lowered;
mod shared;

use std::sync::Mutex;

use tenfold_kernels::{Team, softmax};

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::error::Error;
use crate::memory;
use crate::model::Model;
use crate::outline::Outline;
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::quantization::{ByteLayout, BytePlan};
use crate::step_event::StepEvent;
use crate::workspace::Layout;
use lowered::{Bytes, Floats};
use shared::Shared;

/// A model with the buffers and threads to run it. A quantised model runs on bytes, whatever the machine: that is faster
/// than floats where the CPU multiplies bytes ([`Cpu::multiplies_bytes`](tenfold_kernels::Cpu::multiplies_bytes)) and
/// slower elsewhere, but an image's logits are then the same bits everywhere.
///
/// Any number of threads may predict with one predictor at once, with the bits that each would get alone; none waits for
/// another. The predictor's own threads, as many as its engine has with the caller's, share the images of one call at a
/// time, if those are too many for one slice; whoever calls meanwhile computes on the calling thread alone.
///
/// Buffers are made when images come, for no more of them than there are and for no more threads than are at work, and
/// are kept for the next. Those of a thread take 32 MiB at most, or what one image needs: by the limits of
/// [`Architecture::outline`](crate::Architecture::outline) some 200 MiB.
///
/// ```
/// use tenfold_network::{Architecture, Engine, Initializer, Model, Predictor};
///
/// let model = Model::random(Architecture::paper(), Initializer::HeNormal, 1)?;
/// let predictor = Predictor::new(&model, Engine::single())?;
/// let images = [[0; 784], [255; 784]];
/// let alone = images.map(|image| predictor.probabilities(&image));
/// let at_once = std::thread::scope(|scope| {
///     images.each_ref().map(|image| scope.spawn(|| predictor.probabilities(image))).map(|it| it.join().unwrap())
/// });
/// assert_eq!(alone, at_once);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Debug)]
pub struct Predictor {
    network: Network,
    team: Mutex<Team>,
    input: Shape,
    outline: Outline,
    temperature: f32,
}

/// What a model has been lowered to.
#[derive(Debug)]
enum Network {
    Floats(Shared<Floats>),
    Bytes(Shared<Bytes>),
}

impl Network {
    fn new(model: &Model, engine: Engine) -> Result<Self, Error> {
        let check = |values: usize, buffers: u64| {
            let bytes = (engine.threads as u64).saturating_mul(buffers).saturating_add(4 * values as u64);
            memory::check("buffers for prediction", bytes)
        };
        if model.quantization().is_some() {
            // A byte for each weight, which is made from one that is spread out.
            check(model.values().len(), 0)?;
            let plan = BytePlan::new(model);
            let layout = ByteLayout::for_prediction(&plan, usize::MAX);
            check(0, layout.bytes())?;
            return Ok(Self::Bytes(Shared::new(Bytes { cpu: engine.cpu, plan }, layout.images())));
        }
        let plan = Plan::new(model.outline(), Purpose::Prediction, engine);
        let layout = Layout::for_prediction(&plan, usize::MAX);
        let prepared: usize = plan.steps.iter().map(|step| step.operation.prepared_len()).sum();
        check(model.values().len() + prepared, layout.bytes())?;
        let floats = Floats::new(engine.cpu, plan, model);
        Ok(Self::Floats(Shared::new(floats, layout.images())))
    }
}

impl Predictor {
    /// Prepares to run `model`.
    ///
    /// # Errors
    /// [`Error::Setting`] if `engine` has no threads; [`Error::Allocation`] if there is no memory for a copy of its values, as the methods take them, and for the buffers of
    /// as many threads as the engine has. Callers on more threads than that take buffers that nothing has checked.
    pub fn new(model: &Model, engine: Engine) -> Result<Self, Error> {
        if engine.threads == 0 {
            let (name, expected) = ("the number of threads", "at least 1");
            return Err(Error::Setting { name, expected, found: "0".to_owned() });
        }
        Ok(Self {
            network: Network::new(model, engine)?,
            outline: model.outline().clone(),
            team: Mutex::new(Team::new(engine.threads)),
            input: model.architecture().input,
            temperature: model.temperature(),
        })
    }

    /// Takes over the values and the temperature of another model of the same architecture, such as a later state of the same training.
    ///
    /// # Panics
    /// If the values are too few for the plan, or this predictor runs on bytes and the model is not quantised.
    pub fn set_values(&mut self, model: &Model) {
        match &mut self.network {
            Network::Floats(shared) => shared.lowered.set_values(model),
            Network::Bytes(shared) => shared.lowered.plan = BytePlan::new(model),
        }
        self.temperature = model.temperature();
    }

    /// The operations an image goes through, and what their buffers take for a thread with many images.
    pub fn plan(&self) -> PlanSummary {
        match &self.network {
            Network::Floats(Shared { lowered: Floats { plan, .. }, most, .. }) => {
                PlanSummary::new(&self.outline, plan, &Layout::new(plan, *most))
            }
            Network::Bytes(Shared { lowered: Bytes { plan, .. }, most, .. }) => {
                ByteLayout::new(plan, *most).summary(plan, &self.outline)
            }
        }
    }

    /// Bytes of the buffers made so far.
    #[cfg(test)]
    pub(crate) fn buffer_bytes(&self) -> u64 {
        match &self.network {
            Network::Floats(shared) => shared.bytes(|workspace| workspace.layout().bytes()),
            Network::Bytes(shared) => shared.bytes(|workspace| workspace.layout().bytes()),
        }
    }

    /// Classes, and probabilities per image.
    pub fn classes(&self) -> usize {
        self.outline.classes
    }

    /// The probability of each class for each image: `[N, classes]`, rows adding up to 1; the softmax of the logits divided
    /// by the model's temperature.
    ///
    /// `images`: N images of bytes (0 background, 255 ink), in the network's input shape, one after the other. An
    /// image's probabilities do not depend on the images beside it, nor on the number of threads.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn probabilities(&self, images: &[u8]) -> Vec<f32> {
        let mut logits = self.logits(images);
        logits.iter_mut().for_each(|logit| *logit /= self.temperature);
        let mut probabilities = vec![0.0; logits.len()];
        softmax(&logits, self.classes(), &mut probabilities);
        probabilities
    }

    /// The logits behind [`Self::probabilities`], in the same shape.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn logits(&self, images: &[u8]) -> Vec<f32> {
        self.logits_observed(images, &|_| {})
    }

    /// As [`Self::logits`], calling `observe` each time a slice of images is loaded or has gone through a step of the plan.
    ///
    /// # Panics
    /// If `images` is not whole images.
    pub fn logits_observed(&self, images: &[u8], observe: &(impl Fn(StepEvent) + Sync)) -> Vec<f32> {
        let (image, classes) = (self.input.len(), self.classes());
        assert!(images.len().is_multiple_of(image), "whole images of {image} bytes");
        let mut logits = vec![0.0; images.len() / image * classes];
        match &self.network {
            Network::Floats(shared) => shared.run(&self.team, [image, classes], images, &mut logits, observe),
            Network::Bytes(shared) => shared.run(&self.team, [image, classes], images, &mut logits, observe),
        }
        logits
    }
}
