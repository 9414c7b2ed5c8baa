//! Keras' layers that scale: pixels at the start, averages that are sums, logits at the end.

use serde_json::{Value, json};

use super::pixels::{Scaling, Statistics};
use super::settings::KerasLayer;
use super::translator::{Translator, Values, Weighted};
use crate::error::Error;

/// Scalings of pixels one after the other; a network has one or two.
const MAX_SCALINGS: usize = 16;

impl Translator {
    /// A scaling of pixels at the start, the sum of an averaged window, or a temperature.
    pub(super) fn rescaling(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.check_next(layer)?;
        let scale = layer.expect_number(&["scale"])?;
        if self.chain.is_at_start() {
            let offset = layer.number(&["offset"])?.unwrap_or(0.0);
            return self.scale_pixels(layer, Scaling::Rescaling { scale, offset });
        }
        layer.check_neutral("offset", &[json!(0.0), json!(0)])?;
        if !self.chain.multiply_to_sum(scale) {
            self.chain.set_temperature((1.0 / scale) as f32);
            let problem =
                format!("scales by {scale}; supported are pixels at the start and a temperature before softmax");
            let way_out = "multiply the weights of the layer after it by this number, and leave it out";
            self.tempered = Some(layer.refuse(problem, way_out));
        }
        Ok(())
    }

    /// Pixels less their mean, divided by their deviation.
    pub(super) fn normalization(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.check_next(layer)?;
        if !self.chain.is_at_start() {
            let problem = "normalises what other layers have computed; supported are pixels at the start";
            return Err(layer.refuse(problem, "put a BatchNormalization in its place, and train again"));
        }
        layer.check_neutral("invert", &[json!(false)])?;
        let rank = self.sizes.len();
        let axis = match layer.get(&["axis"]) {
            None => vec![],
            Some(Value::Array(axes)) => axes.clone(),
            Some(axis) => vec![axis.clone()],
        };
        let shape = match &axis[..] {
            [] => vec![],
            [axis] if *axis == json!(-1) || *axis == json!(rank) => self.sizes[rank - 1..].to_vec(),
            _ => layer.check_neutral("axis", &[json!(-1), Value::Null]).map(|()| vec![])?,
        };
        let statistics = match (layer.numbers(&["mean"])?, layer.numbers(&["variance"])?) {
            (Some(means), Some(variances)) => {
                let places: usize = shape.iter().product();
                if ![1, places].contains(&means.len()) || means.len() != variances.len() {
                    let found = format!("{} means and {} variances", means.len(), variances.len());
                    let way_out = "give one of each for each place along the axis, or axis=None and one of each";
                    return Err(layer.refuse(format!("has {found}, expected {places} of each"), way_out));
                }
                Some(Statistics { means, variances })
            }
            _ => {
                self.weighted.push(Weighted {
                    name: layer.name.to_owned(),
                    place: layer.place.clone(),
                    values: Values::Statistics { shape },
                });
                None
            }
        };
        self.scale_pixels(layer, Scaling::Normalization(statistics))
    }

    fn scale_pixels(&mut self, layer: &KerasLayer<'_>, scaling: Scaling) -> Result<(), Error> {
        match self.pixels.steps.len() {
            0 => self.pixels.layer = layer.in_words(),
            MAX_SCALINGS => {
                let way_out = "put one Rescaling in the place of all";
                return Err(layer.refuse(format!("is one of more than {MAX_SCALINGS} scalings of pixels"), way_out));
            }
            _ => {}
        }
        self.pixels.steps.push(scaling);
        Ok(())
    }
}
