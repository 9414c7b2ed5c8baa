//! Keras' layers become Tenfold's, one by one.

use serde_json::{Value, json};
use tenfold_network::{Architecture, Layer, PoolKind, Shape};

use super::chain::chain;
use super::settings::KerasLayer;
use crate::error::Error;

/// The network that a Keras model is, and where its values come from.
pub(super) struct Translation {
    pub architecture: Architecture,
    pub temperature: f32,
    /// The layers that have values, in order.
    pub weighted: Vec<Weighted>,
}

/// A layer with values.
pub(super) struct Weighted {
    /// Its place in the architecture.
    pub layer: usize,
    /// What Keras calls it.
    pub name: String,
    /// What a batch normalisation leaves out because it is 1 or 0: gamma and beta.
    pub lacks: [bool; 2],
}

/// The network of a model's JSON.
pub(super) fn translate(model: &Value) -> Result<Translation, Error> {
    let chain = chain(model)?;
    let mut translator: Option<Translator> = None;
    for layer in &chain.layers {
        let translator = match &mut translator {
            Some(translator) => translator,
            none => {
                let declared = layer.input_shape()?;
                let given = || chain.input.map(|shape| layer.shape(shape)).transpose();
                let shape = declared.map_or_else(given, |shape| Ok(Some(shape)))?;
                let shape = shape.ok_or_else(|| layer.unsupported("does not say what its input's shape is"))?;
                none.insert(Translator::new(layer, shape)?)
            }
        };
        translator.add(layer)?;
    }
    translator.ok_or_else(|| Error::unsupported("the model", "has no layers"))?.finish()
}

/// A network on the way through Keras' layers.
pub(super) struct Translator {
    input: Shape,
    pub(super) layers: Vec<Layer>,
    pub(super) weighted: Vec<Weighted>,
    temperature: f32,
    /// Tenfold's shape up to here; an image where Keras may already have, or still have, a row or rows.
    pub(super) shape: Shape,
    /// Keras' shape up to here, without the batch.
    pub(super) sizes: Vec<usize>,
    /// Whether pixels were divided by 255 by the network.
    scaled: bool,
    /// Whether the last layer was average pooling of whole windows.
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
                return Err(first.unsupported(format!("takes inputs of {sizes:?}, expected {expected}")));
            }
        };
        Ok(Self {
            input,
            layers: Vec::new(),
            weighted: Vec::new(),
            temperature: 1.0,
            shape: input,
            sizes,
            scaled: false,
            averaged: false,
            zeros: None,
            stage: Stage::Layers,
        })
    }

    fn finish(self) -> Result<Translation, Error> {
        if self.zeros.is_some() {
            return Err(Error::unsupported("the model", "ends in zeros around an image"));
        }
        let architecture = Architecture { input: self.input, layers: self.layers };
        Ok(Translation { architecture, temperature: self.temperature, weighted: self.weighted })
    }

    fn add(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let is_softmax = layer.class == "Softmax"
            || layer.class == "Activation"
                && matches!(layer.text(&["activation"]), Ok(Some("softmax" | "log_softmax")));
        match std::mem::replace(&mut self.stage, Stage::Layers) {
            Stage::Ended => return Err(layer.unsupported("comes after softmax, which must be the end")),
            Stage::Tempered(error) if !is_softmax => return Err(error),
            _ => {}
        }
        if self.zeros.is_some()
            && !matches!(layer.class, "Conv2D" | "Convolution2D" | "MaxPooling2D" | "AveragePooling2D")
        {
            return Err(layer.unsupported("comes after zeros around the image, expected a convolution or max pooling"));
        }
        let averaged = std::mem::take(&mut self.averaged);
        match layer.class {
            "InputLayer" => return Ok(()),
            "Reshape" => return self.reshape(layer),
            "Flatten" => return self.flatten(layer),
            "Rescaling" => return self.rescaling(layer, averaged),
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
            "ReLU" => {
                for name in ["negative_slope", "threshold"] {
                    layer.check_neutral(name, &[json!(0.0), json!(0)])?;
                }
                layer.check_neutral("max_value", &[Value::Null])?;
                self.layers.push(Layer::Relu);
                Ok(())
            }
            "Softmax" => {
                layer.check_neutral("axis", &[json!(-1), json!([-1]), json!(self.sizes.len())])?;
                self.stage = Stage::Ended;
                Ok(())
            }
            _ => Err(layer.unsupported("has no counterpart in Tenfold")),
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
            return Err(layer.unsupported(problem));
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

    /// Division by 255 at the start, the sum of an averaged window, or a temperature.
    fn rescaling(&mut self, layer: &KerasLayer<'_>, averaged: bool) -> Result<(), Error> {
        layer.check_neutral("offset", &[json!(0.0), json!(0)])?;
        let scale = layer.expect_number(&["scale"])?;
        match self.layers.last_mut() {
            None if !self.scaled && (scale * 255.0 - 1.0).abs() < 1e-6 => self.scaled = true,
            None => return Err(layer.unsupported(format!("scales pixels by {scale}, expected 1/255 or nothing"))),
            Some(Layer::Pool { kind, size, .. }) if averaged && scale == (size[0] * size[1]) as f64 => {
                *kind = PoolKind::Sum;
            }
            Some(_) => {
                self.temperature = (1.0 / scale) as f32;
                let problem =
                    format!("scales by {scale}; supported are 1/255 at the start and a temperature before softmax");
                self.stage = Stage::Tempered(layer.unsupported(problem));
            }
        }
        Ok(())
    }

    /// Numbers in one image up to here.
    fn length(&self, layer: &KerasLayer<'_>) -> Result<usize, Error> {
        let length = self.sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        length.ok_or_else(|| layer.unsupported(format!("{:?} are too many numbers", self.sizes)))
    }

    /// The layer that comes next has values.
    pub(super) fn weight(&mut self, layer: &KerasLayer<'_>, lacks: [bool; 2]) {
        self.weighted.push(Weighted { layer: self.layers.len(), name: layer.name.to_owned(), lacks });
    }
}
