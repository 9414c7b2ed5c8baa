//! The layers so far, and what may come next.

use tenfold_network::{Architecture, Layer, Shape};

use super::refused::{MAX_NUMBERS, Refused};

/// What the place of an operator in the chain depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Gives what it takes, in the same shape.
    Nothing,
    /// Gives the same numbers, perhaps in another shape.
    Axes,
    /// Multiplies or adds constants: to pixels at the start, to logits at the end, to channels in between.
    Scale,
    /// Moves a window over the image, and takes in the zeros around it.
    Window,
    /// Any other layer.
    Layer,
    /// A softmax, or what may be one.
    End,
}

/// Rows and columns of zeros before an image, and after it.
pub(crate) type Zeros = [[usize; 2]; 2];

/// Blocks within each other, as many as a network may have.
const MAX_DEPTH: usize = 8;

/// Layers so far.
pub(crate) struct Chain {
    pub(super) input: Shape,
    pub(super) layers: Vec<Layer>,
    /// How many blocks lie in each other in each layer.
    depths: Vec<usize>,
    /// What the last layer gives.
    pub(super) shape: Shape,
    /// Whether this program has written the file: names of the same thing are then kept apart.
    pub(super) is_own: bool,
    /// Zeros around the image, which the next layer's windows take in.
    pub(super) zeros: Option<Zeros>,
    /// The cells of the last layer's windows, if it is a mean of whole windows.
    pub(super) averaged: Option<usize>,
    temperature: Option<f32>,
    has_ended: bool,
    changes: usize,
    /// Numbers of changes, and how many layers there were then; without those since when layers have become a block.
    lengths: Vec<(usize, usize)>,
    /// Layers so far, with those that lie in others.
    count: usize,
}

impl Chain {
    /// A network without layers yet, for images of this shape.
    pub fn new(input: Shape, is_own: bool) -> Result<Self, Refused> {
        check(input)?;
        let (layers, shape, changes, lengths, count) = (Vec::new(), input, 0, vec![(0, 0)], 0);
        let (zeros, averaged, temperature, has_ended) = (None, None, None, false);
        Ok(Self {
            input,
            layers,
            depths: Vec::new(),
            shape,
            is_own,
            zeros,
            averaged,
            temperature,
            has_ended,
            changes,
            lengths,
            count,
        })
    }

    /// What the last layer gives.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The number of layers, those in blocks and the blocks among them, and the index of the one that comes next.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether zeros were put around the image.
    pub fn has_zeros(&self) -> bool {
        self.zeros.is_some()
    }

    /// Whether a softmax has been read.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// How often the numbers have changed: what was given at another count is not what the next operator takes.
    pub fn changes(&self) -> usize {
        self.changes
    }

    /// Whether no layer computes anything in prediction.
    pub fn is_at_start(&self) -> bool {
        !self.layers.iter().any(computes)
    }

    /// Whether an operator can come next. One that scales asks once it knows whether it changes anything: see
    /// [`Self::check_next`].
    pub fn enter(&self, role: Role) -> Result<(), Refused> {
        match role {
            Role::Nothing => Ok(()),
            _ if self.zeros.is_some() && role != Role::Window => Err(Refused::NoWindow),
            Role::Axes | Role::Scale => Ok(()),
            Role::End if self.has_ended => Err(Refused::AfterSoftmax),
            Role::End => Ok(()),
            Role::Window | Role::Layer => self.check_next(),
        }
    }

    /// Refuses any more layers after a temperature or a softmax.
    pub fn check_next(&self) -> Result<(), Refused> {
        match self.temperature {
            _ if self.has_ended => Err(Refused::AfterSoftmax),
            Some(_) => Err(Refused::AfterTemperature),
            None => Ok(()),
        }
    }

    /// Adds a layer that gives as many numbers as it takes; returns its index.
    pub fn push(&mut self, layer: Layer) -> usize {
        self.layers.push(layer);
        self.depths.push(0);
        self.averaged = None;
        self.count += 1;
        self.change();
        self.count - 1
    }

    /// Makes a block of all layers since there were so many changes, whose result is joined with what they took: images of
    /// the shape `trunk`, as what the block gives.
    pub fn join(&mut self, since: usize, trunk: Shape, block: fn(Vec<Layer>) -> Layer) -> Result<(), Refused> {
        let at = self.lengths.binary_search_by_key(&since, |&(changes, _)| changes).map_err(|_| Refused::Beside)?;
        let first = self.lengths[at].1;
        // What was given before a layer got its bias, or became a sum, is no layer's.
        let is_whole = self.lengths.get(at + 1).is_none_or(|&(_, next)| next != first);
        if !is_whole || first == self.layers.len() {
            return Err(Refused::Beside);
        }
        let depth = 1 + self.depths[first..].iter().max().copied().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(Refused::TooDeep);
        }
        let layers = self.layers.split_off(first);
        self.depths.truncate(first);
        self.lengths.truncate(at + 1);
        self.shape = trunk;
        self.push(block(layers));
        self.depths[first] = depth;
        Ok(())
    }

    pub(super) fn reshaped(&mut self, layer: Layer, shape: Shape) -> Result<usize, Refused> {
        check(shape)?;
        self.shape = shape;
        Ok(self.push(layer))
    }

    /// Adds a flatten layer. It computes nothing, and so may come after a temperature.
    pub fn flatten(&mut self) {
        self.shape = Shape::flat(self.shape.len());
        self.push(Layer::Flatten);
    }

    /// Flattens the image if the framework has one axis here.
    pub fn flatten_if(&mut self, is_vector: bool) {
        if is_vector && !self.shape.is_flat() {
            self.flatten();
        }
    }

    /// Adds a dense layer; returns its index.
    pub fn dense(&mut self, units: usize, bias: bool) -> Result<usize, Refused> {
        self.reshaped(Layer::Dense { units, bias }, Shape::flat(units))
    }

    /// Limits numbers to at least `low` and at most `high`; nothing where a file has no such limit.
    pub fn limit(&mut self, low: Option<f32>, high: Option<f32>) -> Result<(), Refused> {
        let layer = match (low, high) {
            (None, None) => return Ok(()),
            (Some(0.0), None) => Layer::Relu,
            _ => Layer::Clip { low: low.unwrap_or(f32::MIN), high: high.unwrap_or(f32::MAX) },
        };
        match layer {
            Layer::Clip { low, high } if low.partial_cmp(&high) != Some(std::cmp::Ordering::Less) => {
                Err(Refused::NoRange { low, high })
            }
            layer => {
                self.push(layer);
                Ok(())
            }
        }
    }

    /// Gives the last layer a bias, if it has none and can have one; returns its index.
    pub fn add_bias(&mut self) -> Option<usize> {
        match self.layers.last_mut() {
            Some(Layer::Conv2d { bias, .. } | Layer::Dense { bias, .. }) if !*bias => *bias = true,
            _ => return None,
        }
        self.change();
        Some(self.count - 1)
    }

    /// Says that the last layer's values have changed.
    pub fn change(&mut self) {
        self.changes += 1;
        self.lengths.push((self.changes, self.layers.len()));
    }

    /// Divides the logits.
    pub fn set_temperature(&mut self, temperature: f32) {
        self.temperature = Some(temperature);
    }

    /// Makes probabilities of the logits.
    pub fn end(&mut self) {
        self.has_ended = true;
    }

    /// The network, and its temperature if the file has one.
    pub fn finish(self) -> Result<(Architecture, Option<f32>), Refused> {
        let last = self.layers.iter().rfind(|&layer| computes(layer));
        match self.zeros {
            Some(_) => Err(Refused::EndsInZeros),
            None if last == Some(&Layer::Sigmoid) && !self.has_ended && !self.is_own => Err(Refused::EndsInSigmoid),
            None => Ok((Architecture { input: self.input, layers: self.layers }, self.temperature)),
        }
    }
}

/// Whether a layer changes numbers in prediction.
fn computes(layer: &Layer) -> bool {
    match layer {
        Layer::Flatten | Layer::Dropout { .. } => false,
        Layer::Conv2d { .. }
        | Layer::Dense { .. }
        | Layer::BatchNorm { .. }
        | Layer::Pool { .. }
        | Layer::ConcatPool
        | Layer::Relu
        | Layer::Clip { .. }
        | Layer::Tanh
        | Layer::Sigmoid
        | Layer::LeakyRelu { .. }
        | Layer::Elu { .. }
        | Layer::Selu
        | Layer::Gelu { .. }
        | Layer::Silu
        | Layer::HardSwish
        | Layer::HardSigmoid { .. }
        | Layer::Softplus
        | Layer::Residual { .. }
        | Layer::Gate { .. }
        | Layer::Ensemble { .. } => true,
    }
}

/// Refuses images of more numbers than a network may have.
fn check(shape: Shape) -> Result<(), Refused> {
    let sizes = <[usize; 3]>::from(shape);
    let length = sizes.iter().try_fold(1usize, |length, &size| length.checked_mul(size));
    if length.is_some_and(|length| length <= MAX_NUMBERS) { Ok(()) } else { Err(Refused::TooLarge(shape)) }
}
