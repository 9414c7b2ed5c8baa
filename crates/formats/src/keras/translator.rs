//! A network on the way through Keras' layers.

use std::collections::HashMap;
use std::ops::Range;

use tenfold_network::Shape;

use super::pixels::Pixels;
use super::place::Place;
use super::settings::KerasLayer;
use crate::chain::{Chain, Refused};
use crate::error::Error;

/// A layer with values.
pub(super) struct Weighted {
    /// What Keras calls it.
    pub name: String,
    /// Where its values are.
    pub place: Place,
    /// What they are.
    pub values: Values,
}

/// What a layer's values are.
pub(super) enum Values {
    /// The tensors of one layer of the architecture, or of several. A batch normalisation leaves out what is 1 or 0: gamma
    /// and beta.
    Tensors { layers: Range<usize>, lacks: [bool; 2] },
    /// The statistics of pixels: arrays of this shape, and a count.
    Statistics { shape: Vec<usize> },
}

/// What a layer has given.
#[derive(Clone)]
pub(super) struct Given {
    /// How often the network had changed then.
    pub changes: usize,
    /// Keras' shape.
    pub sizes: Vec<usize>,
    /// The network's.
    pub shape: Shape,
}

/// What layers have been read so far.
pub(super) struct Translator {
    /// The network; its shape is an image where Keras may already have, or still have, a vector or rows.
    pub chain: Chain,
    /// Keras' shape up to here, without the batch.
    pub sizes: Vec<usize>,
    /// The layers that have values, in order.
    pub weighted: Vec<Weighted>,
    /// What has happened to pixels before the first layer.
    pub pixels: Pixels,
    /// Whether the file is of Keras 3, some names of which mean something else than before.
    pub is_keras_3: bool,
    /// What each layer has given, by its name.
    pub given: HashMap<String, Given>,
    /// The error for a layer that divides logits by a temperature, unless softmax follows.
    pub tempered: Option<Error>,
}

impl Translator {
    /// At the start of a network whose first layer takes inputs of these sizes.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for sizes of no image, nor of rows or all pixels of one.
    pub fn new(first: &KerasLayer<'_>, sizes: Vec<usize>, is_keras_3: bool) -> Result<Self, Error> {
        let input = match sizes[..] {
            [height, width, channels] => Shape { height, width, channels },
            [height, width] => Shape { height, width, channels: 1 },
            [length] if length.isqrt().pow(2) == length => {
                Shape { height: length.isqrt(), width: length.isqrt(), channels: 1 }
            }
            _ => {
                let expected = "an image, its rows, or all pixels of a square in one vector";
                let problem = format!("takes inputs of {sizes:?}, expected {expected}");
                return Err(first.refuse(problem, "Tenfold's networks read square grey images, such as (28, 28, 1)"));
            }
        };
        let chain = Chain::new(input, false).map_err(|refused| first.unsupported(refused))?;
        Ok(Self {
            chain,
            sizes,
            weighted: Vec::new(),
            pixels: Pixels::default(),
            is_keras_3,
            given: HashMap::new(),
            tempered: None,
        })
    }

    /// What the chain made of a layer, or the error that names it and says what to do.
    pub fn placed<T>(&mut self, layer: &KerasLayer<'_>, of: Result<T, Refused>) -> Result<T, Error> {
        of.map_err(|refused| {
            let way_out = match refused {
                Refused::AfterTemperature => match self.tempered.take() {
                    Some(error) => return error,
                    None => return layer.unsupported(refused),
                },
                Refused::AfterSoftmax => "leave out the softmax before it, and train again",
                Refused::NoWindow => "put the ZeroPadding2D right before one of these, and train again",
                Refused::MaximumOfZeros => "use padding='same' in place of the ZeroPadding2D, and train again",
                Refused::PaddedTwice => "leave the ZeroPadding2D out, or use padding='valid', and train again",
                Refused::ZerosCountedAlone
                | Refused::NoFit { .. }
                | Refused::NoRange { .. }
                | Refused::TooLarge(_)
                | Refused::Beside
                | Refused::TooDeep
                | Refused::EndsInZeros
                | Refused::EndsInSigmoid => return layer.unsupported(refused),
            };
            layer.refuse(refused, way_out)
        })
    }

    /// Refuses a layer that would change numbers after a temperature or a softmax.
    pub fn check_next(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let allowed = self.chain.check_next();
        self.placed(layer, allowed)
    }

    /// Says that the layer that comes next in the network has values.
    pub fn weight(&mut self, layer: &KerasLayer<'_>, lacks: [bool; 2]) {
        self.weight_layers(layer, 1, lacks);
    }

    /// Says that the layers that come next in the network, so many, have values.
    pub fn weight_layers(&mut self, layer: &KerasLayer<'_>, count: usize, lacks: [bool; 2]) {
        let values = Values::Tensors { layers: self.chain.len()..self.chain.len() + count, lacks };
        self.weighted.push(Weighted { name: layer.name.to_owned(), place: layer.place.clone(), values });
    }

    /// Keeps what a layer has given, for one that joins it with something later.
    pub fn keep(&mut self, layer: &KerasLayer<'_>) {
        let given = Given { changes: self.chain.changes(), sizes: self.sizes.clone(), shape: self.chain.shape() };
        self.given.insert(layer.name.to_owned(), given);
    }

    /// Keras' shape is now the network's.
    pub fn take_shape(&mut self) {
        let Shape { height, width, channels } = self.chain.shape();
        self.sizes = vec![height, width, channels];
    }
}
