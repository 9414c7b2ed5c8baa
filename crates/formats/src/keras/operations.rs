//! Keras' layers that compute: convolution, pooling, dense layers, normalisation, activations.

use serde_json::json;
use tenfold_network::{Layer, Padding, PoolKind, Shape};

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
        if self.zeros.is_some() && !(kind == PoolKind::Max && layout::maximum_ignores_zeros(self.layers.last())) {
            return Err(layer.unsupported("pools zeros put around the image; supported is max pooling after ReLU"));
        }
        let padding = self.slide(layer, size, stride, self.shape.channels)?;
        self.averaged = kind == PoolKind::Average && padding == Padding::Valid;
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
            return Err(layer.unsupported(problem));
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
            return Err(layer.unsupported("normalises columns; supported are channels"));
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
            Some("softmax" | "log_softmax") => self.stage = Stage::Ended,
            _ => layer.check_neutral("activation", &[json!("linear, relu, or softmax at the end")])?,
        }
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
            (_, Some(_)) => return Err(layer.unsupported("pads an image with zeros around it, expected valid padding")),
        };
        let slides = layout::windows(padding, self.shape, size, stride);
        let problem =
            || format!("a window of {size:?}, stride {stride:?}, does not fit into {}, {padding:?}", self.shape);
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
        Err(layer.unsupported(format!("takes an image, found {:?}", self.sizes)))
    }
}
