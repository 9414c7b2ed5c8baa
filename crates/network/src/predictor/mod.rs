//! A model at work: images in, probabilities out.

mod lowered;
mod shared;

use std::sync::Mutex;

use tenfold_kernels::Team;

use crate::architecture::Shape;
use crate::engine::Engine;
use crate::ensemble::{joined, probabilities};
use crate::error::Error;
use crate::layout::Layout;
use crate::memory;
use crate::model::Model;
use crate::outline::Outline;
use crate::plan::{Plan, Purpose};
use crate::plan_summary::PlanSummary;
use crate::quantization::{ByteLayout, BytePlan};
use crate::step_event::StepEvent;
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
/// are kept for the next. Those of a thread take 32 MiB at most, for all members of an ensemble together, or what one image needs: by the limits of
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
    /// One; or those of an ensemble's members.
    networks: Vec<Network>,
    team: Mutex<Team>,
    input: Shape,
    outline: Outline,
    temperature: f32,
}

/// A network at work.
#[derive(Debug)]
struct Network {
    lowered: Lowering,
    temperature: f32,
}

/// What a network has been lowered to.
#[derive(Debug)]
enum Lowering {
    Floats(Shared<Floats>),
    Bytes(Shared<Bytes>),
}

impl Network {
    /// One of `networks`.
    fn new(model: &Model, engine: Engine, networks: usize) -> Result<Self, Error> {
        Ok(Self { lowered: Lowering::new(model, engine, networks)?, temperature: model.temperature() })
    }

    /// Takes over the values of another model of the same architecture.
    fn set_values(&mut self, model: &Model) {
        match &mut self.lowered {
            Lowering::Floats(shared) => shared.lowered.set_values(model),
            Lowering::Bytes(shared) => shared.lowered.plan = BytePlan::new(model),
        }
        self.temperature = model.temperature();
    }

    /// The steps of its plan.
    fn steps(&self) -> usize {
        match &self.lowered {
            Lowering::Floats(shared) => shared.lowered.plan.steps.len(),
            Lowering::Bytes(shared) => shared.lowered.plan.steps.len(),
        }
    }

    /// The operations of a network with this outline.
    fn plan(&self, outline: &Outline) -> PlanSummary {
        match &self.lowered {
            Lowering::Floats(Shared { lowered: Floats { plan, .. }, most, .. }) => {
                PlanSummary::new(outline, plan, &Layout::new(plan, *most))
            }
            Lowering::Bytes(Shared { lowered: Bytes { plan, .. }, most, .. }) => {
                ByteLayout::new(plan, *most).summary(plan, outline)
            }
        }
    }

    /// The logits of images; an image and its logits have so many numbers each.
    fn logits(
        &self,
        team: &Mutex<Team>,
        [image, classes]: [usize; 2],
        images: &[u8],
        observe: &(impl Fn(StepEvent) + Sync),
    ) -> Vec<f32> {
        let mut logits = vec![0.0; images.len() / image * classes];
        match &self.lowered {
            Lowering::Floats(shared) => shared.run(team, [image, classes], images, &mut logits, observe),
            Lowering::Bytes(shared) => shared.run(team, [image, classes], images, &mut logits, observe),
        }
        logits
    }
}

impl Lowering {
    fn new(model: &Model, engine: Engine, networks: usize) -> Result<Self, Error> {
        let check = |values: usize, buffers: u64| {
            let bytes = (engine.threads as u64).saturating_mul(buffers).saturating_add(4 * values as u64);
            memory::check("buffers for prediction", bytes)
        };
        if model.quantization().is_some() {
            // A byte for each weight, which is made from one that is spread out.
            check(model.values().len(), 0)?;
            let plan = BytePlan::new(model);
            let layout = ByteLayout::for_prediction(&plan, usize::MAX, networks);
            check(0, layout.bytes())?;
            return Ok(Self::Bytes(Shared::new(Bytes { cpu: engine.cpu, plan }, layout.images())));
        }
        let plan = Plan::new(model.outline(), Purpose::Prediction, engine);
        let layout = Layout::for_prediction(&plan, usize::MAX, networks);
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
        let networks = match model.members()? {
            None => vec![Network::new(model, engine, 1)?],
            Some(members) => {
                let networks = members.iter().map(|member| Network::new(member, engine, members.len()));
                networks.collect::<Result<_, _>>()?
            }
        };
        Ok(Self {
            networks,
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
        match model.members().expect("memory for the members' values") {
            None => self.networks[0].set_values(model),
            Some(members) => {
                self.networks.iter_mut().zip(&members).for_each(|(network, member)| network.set_values(member));
            }
        }
        self.temperature = model.temperature();
    }

    /// The operations an image goes through, and what their buffers take for a thread with many images.
    pub fn plan(&self) -> PlanSummary {
        match self.outline.members() {
            None => self.networks[0].plan(&self.outline),
            Some(members) => {
                let plans = self.networks.iter().zip(&members).map(|(network, member)| network.plan(member)).collect();
                PlanSummary::of_ensemble(&self.outline, plans)
            }
        }
    }

    /// Bytes of the buffers made so far.
    #[cfg(test)]
    pub(crate) fn buffer_bytes(&self) -> u64 {
        let bytes = |network: &Network| match &network.lowered {
            Lowering::Floats(shared) => shared.bytes(|workspace| workspace.layout().bytes()),
            Lowering::Bytes(shared) => shared.bytes(|workspace| workspace.layout().bytes()),
        };
        self.networks.iter().map(bytes).sum()
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
        probabilities(self.logits(images), self.temperature, self.classes())
    }

    /// The logits behind [`Self::probabilities`], in the same shape; an ensemble's are the logarithms of the means of its
    /// members' probabilities.
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
        let run = |network: &Network, before: usize| {
            let observe = |event| match event {
                StepEvent::Forward(step) => observe(StepEvent::Forward(before + step)),
                other => observe(other),
            };
            network.logits(&self.team, [image, classes], images, &observe)
        };
        if let [network] = self.networks.as_slice() {
            return run(network, 0);
        }
        let mut steps = 0;
        let logits = joined(self.networks.iter().map(|network| {
            let logits = run(network, steps);
            steps += network.steps();
            probabilities(logits, network.temperature, classes)
        }));
        observe(StepEvent::Forward(steps));
        logits
    }
}
