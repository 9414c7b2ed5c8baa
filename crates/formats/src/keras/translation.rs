//! Keras' layers become Tenfold's, one by one.

use serde_json::{Value, json};
use tenfold_network::{Architecture, Layer, PoolKind, Shape};

use super::chain::{Chain, chain};
use super::pixels::Pixels;
use super::place::Place;
use super::refusals::{does_nothing, refusal};
use super::settings::KerasLayer;
use crate::error::Error;

/// The network that a Keras model is, and where its values come from.
pub(super) struct Translation {
    pub architecture: Architecture,
    pub temperature: f32,
    /// The layers that have values, in order.
    pub weighted: Vec<Weighted>,
    /// What happens to pixels before the architecture's layers.
    pub pixels: Pixels,
}

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
    /// The tensors of a layer of the architecture. A batch normalisation leaves out what is 1 or 0: gamma and beta.
    Tensors { layer: usize, lacks: [bool; 2] },
    /// The statistics of pixels: arrays of this shape, and a count.
    Statistics { shape: Vec<usize> },
}

/// The network of a model's JSON.
pub(super) fn translate(model: &Value) -> Result<Translation, Error> {
    let chain = chain(model)?;
    let first = chain.layers.first().ok_or_else(|| Error::unsupported("the model", "has no layers"))?;
    let mut translator = Translator::new(first, input_shape(&chain, first)?)?;
    for layer in &chain.layers {
        translator.add(layer)?;
    }
    translator.finish()
}

/// The shape of the network's input: what its first layer says, or the model. A Normalization says how many sizes there are,
/// but not which.
fn input_shape(chain: &Chain<'_>, first: &KerasLayer<'_>) -> Result<Vec<usize>, Error> {
    let declared = first.input_shape();
    let given = chain.input.map(|shape| first.shape(shape));
    match (declared, given) {
        (Ok(Some(shape)), _) | (_, Some(Ok(shape))) => Ok(shape),
        (Err(error), _) | (_, Some(Err(error))) => Err(error),
        (Ok(None), None) => Err(first.refuse(
            "does not say what its input's shape is",
            "begin the network with Input((28, 28, 1)), and save it again",
        )),
    }
}

/// A network on the way through Keras' layers.
pub(super) struct Translator {
    input: Shape,
    pub(super) layers: Vec<Layer>,
    pub(super) weighted: Vec<Weighted>,
    pub(super) temperature: f32,
    /// Tenfold's shape up to here; an image where Keras may already have, or still have, a row or rows.
    pub(super) shape: Shape,
    /// Keras' shape up to here, without the batch.
    pub(super) sizes: Vec<usize>,
    /// What has happened to pixels before the first layer.
    pub(super) pixels: Pixels,
    /// Whether the last layer was a mean of whole windows, zeros around the image counted.
    pub(super) averaged: bool,
    /// Zeros around the image: rows above and columns left, and those below and right.
    pub(super) zeros: Option<[[usize; 2]; 2]>,
    /// What may come now.
    pub(super) stage: Stage,
}

pub(super) enum Stage {
    Layers,
    /// A layer that divides logits by a temperature: only softmax can follow, or else this is the error.
    Tempered(Error),
    /// Softmax: nothing can follow.
    Ended,
}

impl Translator {
    fn new(first: &KerasLayer<'_>, sizes: Vec<usize>) -> Result<Self, Error> {
        let input = match sizes[..] {
            [height, width, channels] => Shape { height, width, channels },
            [height, width] => Shape { height, width, channels: 1 },
            [length] if length.isqrt().pow(2) == length => {
                Shape { height: length.isqrt(), width: length.isqrt(), channels: 1 }
            }
            _ => {
                let expected = "an image, its rows, or all pixels of a square in one row";
                let problem = format!("takes inputs of {sizes:?}, expected {expected}");
                return Err(first.refuse(problem, "Tenfold's networks read square grey images, such as (28, 28, 1)"));
            }
        };
        Ok(Self {
            input,
            layers: Vec::new(),
            weighted: Vec::new(),
            temperature: 1.0,
            shape: input,
            sizes,
            pixels: Pixels::default(),
            averaged: false,
            zeros: None,
            stage: Stage::Layers,
        })
    }

    fn finish(mut self) -> Result<Translation, Error> {
        if self.zeros.is_some() {
            return Err(Error::unsupported("the model", "ends in zeros around an image"));
        }
        // Where nothing is computed, what was taken for a scaling of pixels is a temperature.
        if let (true, Some(scale)) = (self.is_at_start(), self.pixels.only_scale()) {
            (self.temperature, self.pixels) = ((1.0 / scale) as f32, Pixels::default());
        }
        let architecture = Architecture { input: self.input, layers: self.layers };
        let Self { temperature, weighted, pixels, .. } = self;
        Ok(Translation { architecture, temperature, weighted, pixels })
    }

    /// Whether no layer computes anything in prediction.
    pub(super) fn is_at_start(&self) -> bool {
        self.layers.iter().all(|layer| matches!(layer, Layer::Flatten | Layer::Dropout { .. }))
    }

    fn add(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        if layer.class == "InputLayer" || self.leaves(layer) {
            return Ok(());
        }
        let is_softmax = layer.class == "Softmax"
            || layer.class == "Activation"
                && matches!(layer.text(&["activation"]), Ok(Some("softmax" | "log_softmax")));
        match std::mem::replace(&mut self.stage, Stage::Layers) {
            Stage::Ended => {
                let way_out = "leave out the softmax before it, and train again";
                return Err(layer.refuse("comes after softmax, which must be the end", way_out));
            }
            Stage::Tempered(error) if !is_softmax => return Err(error),
            _ => {}
        }
        if self.zeros.is_some()
            && !matches!(layer.class, "Conv2D" | "Convolution2D" | "MaxPooling2D" | "AveragePooling2D")
        {
            let problem = "comes after zeros around the image, expected a convolution or pooling";
            return Err(layer.refuse(problem, "put the ZeroPadding2D right before one of these, and train again"));
        }
        let averaged = std::mem::take(&mut self.averaged);
        match layer.class {
            "Reshape" => return self.reshape(layer),
            "Flatten" => return self.flatten(layer),
            "Rescaling" => return self.rescaling(layer, averaged),
            "Normalization" => return self.normalization(layer),
            _ => {}
        }
        self.flatten_row();
        match layer.class {
            "Conv2D" | "Convolution2D" => self.convolution(layer),
            "ZeroPadding2D" => self.zero_padding(layer),
            "MaxPooling2D" => self.pooling(layer, PoolKind::Max),
            "AveragePooling2D" => self.pooling(layer, PoolKind::Average),
            "GlobalMaxPooling2D" => self.global_pooling(layer, PoolKind::Max),
            "GlobalAveragePooling2D" => self.global_pooling(layer, PoolKind::Average),
            "Dense" => self.dense(layer),
            "BatchNormalization" => self.batch_norm(layer),
            "Dropout" => {
                self.layers.push(Layer::Dropout { rate: layer.expect_number(&["rate", "p"])? as f32 });
                Ok(())
            }
            "Activation" => self.activation(layer),
            "ReLU" => self.relu(layer),
            "Softmax" => {
                layer.check_neutral("axis", &[json!(-1), json!([-1]), json!(self.sizes.len())])?;
                self.stage = Stage::Ended;
                Ok(())
            }
            _ => Err(refusal(layer)),
        }
    }

    /// Whether a layer leaves every number as it is in prediction.
    fn leaves(&self, layer: &KerasLayer<'_>) -> bool {
        let is_same = |numbers: Option<[usize; 2]>| numbers == Some([self.shape.height, self.shape.width]);
        let sides = || Some([layer.count(&["height"]).ok()?, layer.count(&["width"]).ok()?]);
        match layer.class {
            "Resizing" | "CenterCrop" | "RandomCrop" => self.sizes.len() == 3 && is_same(sides()),
            "Permute" => {
                let in_order: Vec<_> = (1..=self.sizes.len()).map(|axis| json!(axis)).collect();
                layer.get(&["dims"]).and_then(Value::as_array) == Some(&in_order)
            }
            class => does_nothing(class),
        }
    }

    /// A row that is an image here, once something needs the row.
    fn flatten_row(&mut self) {
        if self.sizes.len() == 1 && !self.shape.is_flat() {
            self.layers.push(Layer::Flatten);
            self.shape = Shape::flat(self.sizes[0]);
        }
    }

    fn flatten(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        layer.check_channels_last()?;
        let length = self.length(layer)?;
        self.layers.push(Layer::Flatten);
        (self.shape, self.sizes) = (Shape::flat(length), vec![length]);
        Ok(())
    }

    /// A new shape for the same numbers: one that this program gives them in any case, or a row.
    fn reshape(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let length = self.length(layer)?;
        let target = layer.get(&["target_shape"]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let given = target.iter().filter_map(Value::as_u64).try_fold(1u64, u64::checked_mul).unwrap_or(0);
        let free = (length as u64).checked_div(given).unwrap_or(0) as usize;
        let size =
            |size: &Value| size.as_u64().map(|size| size as usize).or((size.as_i64() == Some(-1)).then_some(free));
        let sizes: Option<Vec<usize>> = target.iter().map(size).collect();
        let sizes = sizes.ok_or_else(|| layer.unsupported("has no target_shape of numbers"))?;
        let Shape { height, width, channels } = self.shape;
        let stays = match sizes[..] {
            [row] if row == length => {
                self.flatten_reshaped(length);
                true
            }
            [rows, columns] => self.shape == Shape { height: rows, width: columns, channels: 1 },
            _ => sizes == [height, width, channels],
        };
        if !stays {
            let problem =
                format!("makes {sizes:?} of {:?}; supported are rows, and images of rows at the start", self.sizes);
            return Err(layer.refuse(problem, "put a Flatten in its place, and train again"));
        }
        self.sizes = sizes;
        Ok(())
    }

    fn flatten_reshaped(&mut self, length: usize) {
        if !self.shape.is_flat() {
            self.layers.push(Layer::Flatten);
            self.shape = Shape::flat(length);
        }
    }

    /// Numbers in one image up to here.
    fn length(&self, layer: &KerasLayer<'_>) -> Result<usize, Error> {
        let length = self.sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        length.ok_or_else(|| layer.unsupported(format!("{:?} are too many numbers", self.sizes)))
    }

    /// The layer that comes next has values.
    pub(super) fn weight(&mut self, layer: &KerasLayer<'_>, lacks: [bool; 2]) {
        self.weighted.push(Weighted {
            name: layer.name.to_owned(),
            place: layer.place.clone(),
            values: Values::Tensors { layer: self.layers.len(), lacks },
        });
    }
}
