//! Keras' layers that compute: convolution, pooling, dense layers, normalisation, activations.

use serde_json::json;
use tenfold_network::{Layer, Padding};

use super::activations::{self, Activation};
use super::sequence::ONE_WAY;
use super::settings::KerasLayer;
use super::translator::{Given, Translator};
use crate::chain::Pooling;
use crate::error::Error;
use crate::excerpt::shortened;

impl Translator {
    pub(super) fn convolution(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let filters = layer.count(&["filters", "nb_filter"])?;
        let groups = layer.get(&["groups"]).map_or(Ok(1), |_| layer.count(&["groups"]))?;
        self.weight(layer, [false; 2]);
        self.slide(layer, (filters, groups), layer.flag(&["use_bias", "bias"], true)?)?;
        self.activation(layer)
    }

    /// A convolution with a group for each channel.
    pub(super) fn depthwise(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let channels = self.chain.shape().channels;
        let filters = channels.saturating_mul(multiplier(layer)?);
        self.weight(layer, [false; 2]);
        self.slide(layer, (filters, channels), layer.flag(&["use_bias"], true)?)?;
        self.activation(layer)
    }

    /// A depthwise convolution without a bias, and one of single pixels after it.
    pub(super) fn separable(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let channels = self.chain.shape().channels;
        let (filters, bias) = (layer.count(&["filters"])?, layer.flag(&["use_bias"], true)?);
        self.weight_layers(layer, 2, [false; 2]);
        self.slide(layer, (channels.saturating_mul(multiplier(layer)?), channels), false)?;
        let added = self.chain.convolution((filters, 1), ([1; 2], [1; 2]), Padding::Valid, bias);
        self.placed(layer, added)?;
        self.take_shape();
        self.activation(layer)
    }

    /// A convolution with a layer's windows.
    fn slide(&mut self, layer: &KerasLayer<'_>, filters: (usize, usize), bias: bool) -> Result<(), Error> {
        self.check_image(layer)?;
        layer.check_neutral("dilation_rate", &[json!([1, 1]), json!(1)])?;
        let kernel = match layer.pair(&["kernel_size"])? {
            Some(kernel) => kernel,
            None => [layer.count(&["nb_row"])?, layer.count(&["nb_col"])?],
        };
        let stride = layer.pair(&["strides", "subsample"])?.unwrap_or([1; 2]);
        let added = self.chain.convolution(filters, (kernel, stride), layer.padding()?, bias);
        self.placed(layer, added)?;
        self.take_shape();
        Ok(())
    }

    pub(super) fn max_pooling(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.pooling(layer, Pooling::Max)
    }

    pub(super) fn average_pooling(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.pooling(layer, Pooling::Mean { counts_padding: false })
    }

    fn pooling(&mut self, layer: &KerasLayer<'_>, pooling: Pooling) -> Result<(), Error> {
        self.check_image(layer)?;
        let size = layer.pair(&["pool_size"])?.unwrap_or([2; 2]);
        let stride = layer.pair(&["strides"])?.unwrap_or(size);
        let added = self.chain.pool(pooling, (size, stride), layer.padding()?);
        self.placed(layer, added)?;
        self.take_shape();
        Ok(())
    }

    /// Zeros around an image, which the next layer's windows take in.
    pub(super) fn zero_padding(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.check_image(layer)?;
        self.chain.pad(layer.zeros()?);
        Ok(())
    }

    pub(super) fn global_max_pooling(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.global_pooling(layer, Pooling::Max)
    }

    pub(super) fn global_average_pooling(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.global_pooling(layer, Pooling::Mean { counts_padding: false })
    }

    fn global_pooling(&mut self, layer: &KerasLayer<'_>, pooling: Pooling) -> Result<(), Error> {
        self.check_image(layer)?;
        let added = self.chain.pool_all(pooling);
        self.placed(layer, added)?;
        let channels = self.chain.shape().channels;
        self.sizes = if layer.flag(&["keepdims"], false)? { vec![1, 1, channels] } else { vec![channels] };
        Ok(())
    }

    /// Means and largest numbers of an image, which the layer joins.
    pub(super) fn concat_pool(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        layer.check_neutral("axis", &[json!(-1), json!(1)])?;
        self.check_image(layer)?;
        let added = self.chain.pool_all_twice();
        self.placed(layer, added)?;
        self.sizes = vec![self.chain.shape().channels];
        Ok(())
    }

    /// The sum of two results, or an image times a factor for each channel: the end of a block, which began where the earlier
    /// of the two was given.
    pub(super) fn join(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let given = layer
            .trunk
            .and_then(|trunk| self.given.get(trunk))
            .filter(|given| given.changes > 0 || self.pixels.steps.is_empty());
        let Some(Given { changes, sizes, shape }) = given.cloned() else {
            return Err(layer.refuse("joins two results, neither of which the other is made from", ONE_WAY));
        };
        let of_channels =
            matches!((&sizes[..], &self.sizes[..]), (&[_, _, channels], &[1, 1, factors]) if channels == factors);
        let block = match layer.class {
            "Add" if sizes == self.sizes => |layers| Layer::Residual { layers },
            "Multiply" if of_channels || sizes.len() == 1 && sizes == self.sizes => |layers| Layer::Gate { layers },
            _ => {
                let problem = format!("joins {:?} with {sizes:?}, which has no counterpart", self.sizes);
                return Err(layer.refuse(problem, ONE_WAY));
            }
        };
        let joined = self.chain.join(changes, shape, block);
        self.placed(layer, joined)?;
        self.sizes = sizes;
        Ok(())
    }

    pub(super) fn dense(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        if !self.chain.shape().is_flat() {
            let problem = format!("works on each pixel of {:?}; supported is a vector", self.sizes);
            return Err(layer.refuse(problem, "put a Flatten before it, or a Conv2D with windows of 1 in its place"));
        }
        let units = layer.count(&["units", "output_dim"])?;
        let bias = layer.flag(&["use_bias", "bias"], true)?;
        self.weight(layer, [false; 2]);
        let added = self.chain.dense(units, bias);
        self.placed(layer, added)?;
        *self.sizes.last_mut().expect("a shape has sizes") = units;
        self.activation(layer)
    }

    pub(super) fn batch_norm(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        if self.sizes.len() == 2 {
            let way_out = "put it after a Flatten, or a Reshape to (28, 28, 1), and train again";
            return Err(layer.refuse("normalises columns; supported are channels", way_out));
        }
        let rank = self.sizes.len();
        layer.check_neutral("axis", &[json!(-1), json!([-1]), json!(rank), json!([rank])])?;
        layer.check_neutral("mode", &[json!(0)])?;
        layer.check_neutral("renorm", &[json!(false)])?;
        let momentum = layer.number(&["momentum"])?.unwrap_or(0.99) as f32;
        let epsilon = layer.number(&["epsilon"])?.unwrap_or(1e-3) as f32;
        let lacks = [!layer.flag(&["scale"], true)?, !layer.flag(&["center"], true)?];
        self.weight(layer, lacks);
        self.chain.push(Layer::BatchNorm { momentum, epsilon });
        Ok(())
    }

    pub(super) fn dropout(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.chain.push(Layer::Dropout { rate: layer.expect_number(&["rate", "p"])? as f32 });
        Ok(())
    }

    /// What a layer does with its outputs at the end: all that an `Activation` does.
    pub(super) fn activation(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let Some(value) = layer.get(&["activation"]) else { return Ok(()) };
        match value.as_str().and_then(activations::named) {
            Some(Activation::Nothing) => {}
            Some(Activation::Layer(activation)) => {
                self.check_next(layer)?;
                self.chain.push(activation);
            }
            Some(Activation::HardSigmoid) => {
                self.check_next(layer)?;
                self.chain.push(activations::hard_sigmoid(self.is_keras_3));
            }
            Some(Activation::Softmax) => self.chain.end(),
            None => {
                // An activation that is a layer itself is an object with a class.
                let found = value.get("class_name").unwrap_or(value).as_str().unwrap_or("of an unknown kind");
                let found = shortened(found);
                let way_out =
                    format!("activations that are read are {}; train with one of them", activations::listed());
                return Err(layer.refuse(format!("activation is {found}, which has no counterpart"), way_out));
            }
        }
        Ok(())
    }

    /// A layer that is an activation.
    pub(super) fn activation_layer(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.chain.push(activations::of_class(layer)?);
        Ok(())
    }

    /// The largest of a number and 0, or the number between 0 and a largest value.
    pub(super) fn relu(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        for name in ["negative_slope", "threshold"] {
            layer.check_neutral(name, &[json!(0.0), json!(0)])?;
        }
        let limited = self.chain.limit(Some(0.0), layer.number(&["max_value"])?.map(|high| high as f32));
        self.placed(layer, limited)
    }

    pub(super) fn softmax(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        layer.check_neutral("axis", &[json!(-1), json!([-1]), json!(self.sizes.len())])?;
        self.chain.end();
        Ok(())
    }

    fn check_image(&self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        layer.check_channels_last()?;
        if self.sizes.len() == 3 {
            return Ok(());
        }
        let way_out = "put a Reshape to (28, 28, 1) at the start of the network";
        Err(layer.refuse(format!("takes an image, found {:?}", self.sizes), way_out))
    }
}

/// Filters that a depthwise convolution has for each channel.
fn multiplier(layer: &KerasLayer<'_>) -> Result<usize, Error> {
    layer.get(&["depth_multiplier"]).map_or(Ok(1), |_| layer.count(&["depth_multiplier"]))
}
