//! What follows from an architecture: each layer's name, shapes, parameters and cost.
//!
//! Architectures come from files, so every size is checked here, before anything is allocated for it.

use std::collections::HashMap;

use crate::architecture::{Architecture, Layer, Member, Shape};
use crate::error::Error;
use crate::layer::{Effect, Ensemble, LayerOutline, MAX_ALL_ACTIVATIONS, MAX_WORK, check_size};
use crate::tensor::Tensor;

/// Layers in a network.
const MAX_LAYERS: usize = 1_000;
/// Residual blocks and gates within each other.
const MAX_DEPTH: usize = 8;
/// Why a block cannot take what it takes: other programs flatten images channel by channel, and what its layers make of the
/// numbers would be added to others of them there.
const FLATTENED: &str =
    "takes the numbers of a flattened image\nhint: put it before the flatten layer, or after a dense one";
/// Parameters of a network: 1 GiB of floats.
const MAX_PARAMETERS: usize = 1 << 28;
/// Classes: labels are bytes.
const MAX_CLASSES: usize = 1_000;

/// A whole network's outline.
///
/// ```
/// use tenfold_network::{Architecture, Engine, Purpose};
///
/// let outline = Architecture::paper().outline()?;
/// assert_eq!((outline.parameters, outline.classes), (159_254, 10));
/// assert_eq!(outline.tensors().next().map(|tensor| tensor.shape.clone()), Some(vec![3, 3, 1, 32]));
/// // What runs: layers that follow each other are one step.
/// let plan = outline.plan(Purpose::Prediction, Engine::single());
/// assert_eq!(plan.steps[0].layers, ["conv2d", "relu", "max_pool"]);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The layers, in order; those of a residual block or a gate come right before it, those of an ensemble's members one
    /// member after the other.
    pub layers: Vec<LayerOutline>,
    /// Trainable parameters; their values come first among a model's.
    pub trainable: usize,
    /// All parameters: the trainable ones, then moving statistics.
    pub parameters: usize,
    /// Logits of the last layer.
    pub classes: usize,
}

impl Outline {
    /// All tensors in layer order.
    pub fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.layers.iter().flat_map(|layer| &layer.tensors)
    }

    /// The outlines of an ensemble's members, whose layers have the names that they have in the ensemble; nothing for another
    /// network.
    pub fn members(&self) -> Option<Vec<Self>> {
        let (Layer::Ensemble { members }, layers) =
            self.layers.split_last().map(|(last, layers)| (&last.layer, layers))?
        else {
            return None;
        };
        let mut first = 0;
        let outlines = members.iter().map(|member| {
            let end = first + Layer::count(&member.layers);
            let mut layers = layers[first..end].to_vec();
            layers.iter_mut().filter_map(|layer| layer.trunk.as_mut()).for_each(|trunk| *trunk -= first);
            first = end;
            let (trainable, parameters) = place(&mut layers);
            Self { layers, trainable, parameters, classes: self.classes }
        });
        Some(outlines.collect())
    }

    /// Multiply-accumulates for one image, all layers together.
    pub fn multiply_accumulates(&self) -> u64 {
        self.layers.iter().map(|layer| layer.multiply_accumulates).sum()
    }
}

impl Architecture {
    /// Works out names, shapes, parameters and cost.
    ///
    /// Architectures may come from anywhere, and a few words can ask for endless memory or time. Limits, beside those of
    /// single settings: 1,000 layers, 2^28 parameters, 2^23 numbers in one image of any layer and 2^26 in all layers
    /// together; and 2^34 multiplications for one image, where a cell of a pooling window counts as four, and filters,
    /// units and the channels of pooling count in whole multiples of 16. So a prediction takes about three seconds at most
    /// (on one core with AVX-512), and some 200 MiB beside its parameters.
    ///
    /// # Errors
    /// [`Error::Layer`] for a layer that cannot follow the one before it or has an impossible setting, or with which the
    /// network becomes too large; [`Error::Architecture`] for a network that is empty or does not end in 2 to 1,000 flat
    /// outputs.
    pub fn outline(&self) -> Result<Outline, Error> {
        let problem = |problem: String| Error::Architecture { problem };
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            return Err(problem(format!("has {} layers, expected 1 to {MAX_LAYERS}", self.layers.len())));
        }
        check_size(self.input).map_err(|found| problem(format!("takes an input of {found}")))?;
        let mut under_way = UnderWay {
            layers: Vec::with_capacity(self.layers.len()),
            counts: HashMap::new(),
            shape: self.input,
            parameters: 0,
            activations: self.input.len(),
            work: 0,
            is_flattened: false,
        };
        match self.layers.as_slice() {
            [layer @ Layer::Ensemble { members }] => under_way.add_members(layer, members)?,
            layers => under_way.add_all(layers, 0)?,
        }
        let UnderWay { mut layers, shape, .. } = under_way;
        if !shape.is_flat() || !(2..=MAX_CLASSES).contains(&shape.channels) {
            return Err(problem(format!("ends in {shape} outputs, expected 2 to {MAX_CLASSES} flat ones")));
        }
        let (trainable, parameters) = place(&mut layers);
        Ok(Outline { layers, trainable, parameters, classes: shape.channels })
    }
}

/// An outline up to some layer.
struct UnderWay {
    layers: Vec<LayerOutline>,
    /// How many layers of a kind there are.
    counts: HashMap<&'static str, usize>,
    /// What the last layer gives.
    shape: Shape,
    parameters: usize,
    activations: usize,
    work: u64,
    /// Whether the numbers of an image have been flattened, and no layer has mixed them since.
    is_flattened: bool,
}

impl UnderWay {
    /// Adds layers that follow each other, which are so deep in others.
    fn add_all(&mut self, layers: &[Layer], depth: usize) -> Result<(), Error> {
        for layer in layers {
            let (trunk, first) = (self.shape, self.layers.len());
            let Some((join, branch)) = layer.branch() else {
                self.add(layer, None, layer.effect(self.shape))?;
                continue;
            };
            let problem = match () {
                () if branch.is_empty() => Some("has no layers".to_owned()),
                () if depth == MAX_DEPTH => {
                    Some(format!("lies in {depth} others, expected at most {MAX_DEPTH} in all"))
                }
                () if self.is_flattened => Some(FLATTENED.to_owned()),
                () => None,
            };
            problem.map_or(Ok(()), |problem| Err(self.wrong(layer, problem)))?;
            self.add_all(branch, depth + 1)?;
            self.add(layer, Some(first), join.effect_of(trunk, self.shape))?;
        }
        Ok(())
    }

    /// Adds the members of an ensemble, each of which takes what there is now, and the layer that they lie in.
    fn add_members(&mut self, layer: &Layer, members: &[Member]) -> Result<(), Error> {
        let input = self.shape;
        let mut outputs = Vec::with_capacity(members.len());
        for member in members {
            (self.shape, self.is_flattened) = (input, false);
            self.add_all(&member.layers, 0)?;
            outputs.push(self.shape);
        }
        self.add(layer, None, Ensemble::effect_of(members, &outputs))
    }

    /// Adds a layer with its effect; `trunk`: the first layer of its branch, if it joins one.
    fn add(&mut self, layer: &Layer, trunk: Option<usize>, effect: Result<Effect, String>) -> Result<(), Error> {
        let effect = effect.map_err(|problem| self.wrong(layer, problem))?;
        self.check(&effect).map_err(|problem| self.wrong(layer, problem))?;
        let count = self.counts.entry(layer.kind()).and_modify(|count| *count += 1).or_insert(0);
        let name = if *count == 0 { layer.kind().to_owned() } else { format!("{}_{count}", layer.kind()) };
        let outline = LayerOutline { trunk, ..LayerOutline::new(name, layer.clone(), self.shape, effect) };
        self.is_flattened = match layer {
            Layer::Flatten => self.is_flattened || !self.shape.is_flat(),
            _ => self.is_flattened && !outline.mixes(),
        };
        self.shape = outline.output;
        self.layers.push(outline);
        Ok(())
    }

    fn wrong(&self, layer: &Layer, problem: String) -> Error {
        Error::Layer { number: self.layers.len() + 1, layer: layer.kind(), problem }
    }

    /// Counts what a layer asks for. The error is what is too much, in words.
    fn check(&mut self, effect: &Effect) -> Result<(), String> {
        if self.layers.len() == MAX_LAYERS {
            return Err(format!("more than {MAX_LAYERS} layers up to here"));
        }
        check_size(effect.output).map_err(|found| format!("gives an output of {found}"))?;
        self.activations += effect.output.len();
        if self.activations > MAX_ALL_ACTIVATIONS {
            return Err(format!("more than {MAX_ALL_ACTIVATIONS} numbers per image up to here"));
        }
        self.work = self.work.saturating_add(effect.work);
        if self.work > MAX_WORK {
            let work = self.work;
            let problem = format!("work for {work} multiplications per image up to here, expected at most {MAX_WORK}");
            return Err(format!("{problem}\nhint: use smaller windows, longer strides or smaller images"));
        }
        for (_, sizes) in &effect.tensors {
            let length = sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
            self.parameters = length
                .and_then(|length| self.parameters.checked_add(length))
                .filter(|&sum| sum <= MAX_PARAMETERS)
                .ok_or_else(|| format!("more than {MAX_PARAMETERS} parameters up to here"))?;
        }
        Ok(())
    }
}

/// Gives every tensor its range, trainable ones first; returns where those end, and where all do.
fn place(layers: &mut [LayerOutline]) -> (usize, usize) {
    let mut end = 0;
    let mut trainable = 0;
    for pass in [true, false] {
        for tensor in layers.iter_mut().flat_map(|layer| &mut layer.tensors) {
            if tensor.role.is_trainable() == pass {
                let length: usize = tensor.shape.iter().product();
                tensor.range = end..end + length;
                end += length;
            }
        }
        if pass {
            trainable = end;
        }
    }
    (trainable, end)
}
