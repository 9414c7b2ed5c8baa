//! Keras' layers that compute: convolution, pooling, dense layers, normalisation, activations.

use serde_json::json;
use tenfold_network::{Layer, Padding, PoolKind, Shape};

use super::refusals::ACTIVATIONS;
use super::settings::KerasLayer;
use super::translation::{Stage, Translator};
use crate::error::Error;
use crate::layout;

impl Translator {
    pub(super) fn convolution(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.check_image(layer)?;
        layer.check_neutral("groups", &[json!(1)])?;
        layer.check_neutral("dilation_rate", &[json!([1, 1]), json!(1)])?;
        let kernel = match layer.pair(&["kernel_size"])? {
            Some(kernel) => kernel,
            None => [layer.count(&["nb_row"])?, layer.count(&["nb_col"])?],
        };
        let stride = layer.pair(&["strides", "subsample"])?.unwrap_or([1; 2]);
        let filters = layer.count(&["filters", "nb_filter"])?;
        let bias = layer.flag(&["use_bias", "bias"], true)?;
        let padding = self.slide(layer, kernel, stride, filters)?;
        self.weight(layer, [false; 2]);
        self.layers.push(Layer::Conv2d { filters, kernel, stride, padding, bias });
        self.activation(layer)
    }

    pub(super) fn pooling(&mut self, layer: &KerasLayer<'_>, kind: PoolKind) -> Result<(), Error> {
        self.check_image(layer)?;
        let size = layer.pair(&["pool_size"])?.unwrap_or([2; 2]);
        let stride = layer.pair(&["strides"])?.unwrap_or(size);
        let is_padded = self.zeros.is_some();
        if is_padded && kind == PoolKind::Max && !layout::maximum_ignores_zeros(self.layers.last()) {
            let problem = "takes the largest of numbers and zeros around them; supported is that after ReLU";
            return Err(layer.refuse(problem, "use padding='same' in place of the ZeroPadding2D, and train again"));
        }
        let padding = self.slide(layer, size, stride, self.shape.channels)?;
        let kind = match kind {
            PoolKind::Average if is_padded && padding != Padding::Valid => PoolKind::AverageWithPadding,
            kind => kind,
        };
        self.averaged = kind == PoolKind::AverageWithPadding || kind == PoolKind::Average && padding == Padding::Valid;
        self.layers.push(Layer::Pool { kind, size, stride, padding });
        Ok(())
    }

    /// Zeros around an image, which the next layer's windows take in.
    pub(super) fn zero_padding(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.check_image(layer)?;
        self.zeros = Some(layer.zeros()?);
        Ok(())
    }

    pub(super) fn global_pooling(&mut self, layer: &KerasLayer<'_>, kind: PoolKind) -> Result<(), Error> {
        self.check_image(layer)?;
        let Shape { height, width, channels } = self.shape;
        let size = [height, width];
        self.layers.push(Layer::Pool { kind, size, stride: size, padding: Padding::Valid });
        self.shape = Shape::flat(channels);
        self.sizes = if layer.flag(&["keepdims"], false)? { vec![1, 1, channels] } else { vec![channels] };
        Ok(())
    }

    pub(super) fn dense(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        if !self.shape.is_flat() {
            let problem = format!("works on each pixel of {:?}; supported is a row of numbers", self.sizes);
            return Err(layer.refuse(problem, "put a Flatten before it, or a Conv2D with windows of 1 in its place"));
        }
        let units = layer.count(&["units", "output_dim"])?;
        let bias = layer.flag(&["use_bias", "bias"], true)?;
        self.weight(layer, [false; 2]);
        self.layers.push(Layer::Dense { units, bias });
        self.shape = Shape::flat(units);
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
        self.layers.push(Layer::BatchNorm { momentum, epsilon });
        Ok(())
    }

    /// What a layer does with its outputs at the end.
    pub(super) fn activation(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let Some(value) = layer.get(&["activation"]) else { return Ok(()) };
        match value.as_str() {
            Some("linear") => {}
            Some("relu") => self.layers.push(Layer::Relu),
            Some("relu6") => self.layers.push(Layer::Clip { low: 0.0, high: 6.0 }),
            Some("softmax" | "log_softmax") => self.stage = Stage::Ended,
            _ => {
                // An activation that is a layer itself is an object with a class.
                let found = value.get("class_name").unwrap_or(value).as_str().unwrap_or("of an unknown kind");
                let found: String = found.chars().take(100).collect();
                let way_out = format!("activations that are read are {ACTIVATIONS}; train with one of them");
                return Err(layer.refuse(format!("activation is {found}, which has no counterpart"), way_out));
            }
        }
        Ok(())
    }

    /// The largest of a number and 0, or the number between 0 and a largest value.
    pub(super) fn relu(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        for name in ["negative_slope", "threshold"] {
            layer.check_neutral(name, &[json!(0.0), json!(0)])?;
        }
        self.layers.push(match layer.number(&["max_value"])? {
            None => Layer::Relu,
            Some(high) => Layer::Clip { low: 0.0, high: high as f32 },
        });
        Ok(())
    }

    /// Moves a window over the image, with the zeros before it; returns the padding.
    fn slide(
        &mut self,
        layer: &KerasLayer<'_>,
        size: [usize; 2],
        stride: [usize; 2],
        channels: usize,
    ) -> Result<Padding, Error> {
        let padding = match (layer.padding()?, self.zeros.take()) {
            (padding, None) => padding,
            (Padding::Valid, Some([before, after])) => Padding::Explicit { before, after },
            (_, Some(_)) => {
                let problem = "pads an image with zeros around it, expected valid padding";
                return Err(
                    layer.refuse(problem, "leave the ZeroPadding2D out, or use padding='valid', and train again")
                );
            }
        };
        let slides = layout::windows(padding, self.shape, size, stride);
        let problem = || {
            format!(
                "a window of {size:?}, stride {stride:?}, does not fit into {} with {}",
                self.shape,
                layout::in_words(padding)
            )
        };
        let (padding, window) = slides.ok_or_else(|| layer.unsupported(problem()))?;
        let [height, width] = window.output;
        self.shape = Shape { height, width, channels };
        self.sizes = vec![height, width, channels];
        Ok(padding)
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
