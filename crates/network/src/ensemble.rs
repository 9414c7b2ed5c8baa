//! Ensembles: several networks for the same images, whose probabilities are averaged.
//!
//! An ensemble is data like any network: one layer that holds its members, whose own layers an outline lists one after the
//! other, so that names, limits, files and scales follow. It runs as its members do: whatever folds, quantises or lowers a
//! model takes it apart ([`Model::members`]) and puts together what comes of that.

use tenfold_kernels::softmax;

use crate::architecture::{Architecture, Layer, Member};
use crate::error::Error;
use crate::model::Model;
use crate::quantization::{LayerScales, Quantization};

impl Model {
    /// The ensemble of some models: its probabilities are the means of theirs, each model with its own temperature. Whether
    /// they are quantised is up to all of them together.
    ///
    /// ```
    /// use tenfold_network::{Architecture, Engine, Initializer, Model, Predictor};
    ///
    /// let [a, b] = [1, 2].map(|seed| Model::random(Architecture::paper(), Initializer::HeNormal, seed));
    /// let (a, b) = (a?, b?.with_temperature(1.5)?);
    /// let ensemble = Model::ensemble(&[a.clone(), b.clone()])?;
    /// let [a, b, both] = [&a, &b, &ensemble].map(|model| Predictor::new(model, Engine::single()));
    /// let [a, b, both] = [a?, b?, both?].map(|predictor| predictor.probabilities(&[90; 784]));
    /// assert!((0..10).all(|class| (both[class] - (a[class] + b[class]) / 2.0).abs() < 1e-6));
    /// # Ok::<(), tenfold_network::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Member`] with the first model that takes other images than the first one, is an ensemble itself, or is
    /// quantised where the first is not; those of [`Architecture::outline`] for fewer than 2 models or more than 32, for
    /// other numbers of classes, and for an ensemble that is too large.
    pub fn ensemble(models: &[Self]) -> Result<Self, Error> {
        let differs = |found: &dyn std::fmt::Display, expected| format!("{found}, and the first {expected}");
        let input = |model: &Self| model.architecture().input;
        let is_quantized = |model: &Self| model.quantization().is_some();
        let mut members = Vec::with_capacity(models.len());
        for (number, model) in (1..).zip(models) {
            let (first, layers) = (&models[0], &model.architecture().layers);
            let problem = match layers.as_slice() {
                [Layer::Ensemble { .. }] => {
                    Some("is an ensemble itself\nhint: put its members' models in its place".to_owned())
                }
                _ if input(model) != input(first) => {
                    Some(differs(&format_args!("takes images of {}", input(model)), input(first).to_string()))
                }
                _ if is_quantized(model) != is_quantized(first) => {
                    let [found, expected] =
                        [model, first].map(|model| if is_quantized(model) { "is" } else { "is not" });
                    Some(differs(&format_args!("{found} quantised"), expected.to_owned()))
                }
                _ => None,
            };
            problem.map_or(Ok(()), |problem| Err(Error::Member { number, problem }))?;
            members.push(Member { temperature: model.temperature(), layers: layers.clone() });
        }
        let input = models.first().map_or([0; 3].into(), input);
        let architecture = Architecture { input, layers: vec![Layer::Ensemble { members }] };
        let outline = architecture.outline()?;
        let mut values = vec![0.0; outline.parameters];
        let own = models.iter().flat_map(|model| model.outline().tensors().map(|tensor| model.tensor(tensor)));
        for (tensor, own) in outline.tensors().zip(own) {
            values[tensor.range.clone()].copy_from_slice(own);
        }
        let mut first = 0;
        let mut scales = Vec::new();
        for model in models {
            let own = model.quantization().into_iter().flat_map(|quantization| &quantization.layers).cloned();
            scales.extend(own.map(|scales| LayerScales { layer: first + scales.layer, ..scales }));
            first += model.outline().layers.len();
        }
        if scales.is_empty() {
            return Self::with_values(architecture, values);
        }
        Self::with_quantization(architecture, values, Quantization { layers: scales })
    }

    /// The models of an ensemble's members; nothing for another model.
    ///
    /// # Errors
    /// [`Error::Allocation`] if there is no memory for a copy of their values; for a quantised model those of
    /// [`Model::with_quantization`].
    pub fn members(&self) -> Result<Option<Vec<Self>>, Error> {
        let [Layer::Ensemble { members }] = self.architecture().layers.as_slice() else { return Ok(None) };
        let mut rest = self.outline().layers.as_slice();
        let mut models = Vec::with_capacity(members.len());
        for (member, outline) in members.iter().zip(self.outline().members().unwrap_or_default()) {
            let first = self.outline().layers.len() - rest.len();
            let (own, others) = rest.split_at(outline.layers.len());
            rest = others;
            let mut values = vec![0.0; outline.parameters];
            for (tensor, whole) in outline.tensors().zip(own.iter().flat_map(|layer| &layer.tensors)) {
                values[tensor.range.clone()].copy_from_slice(self.tensor(whole));
            }
            let architecture = Architecture { input: self.architecture().input, layers: member.layers.clone() };
            let model = match self.quantization() {
                None => Self::with_values(architecture, values)?,
                Some(whole) => {
                    let is_own = |scales: &&LayerScales| (first..first + own.len()).contains(&scales.layer);
                    let own = whole.layers.iter().filter(is_own).cloned();
                    let layers = own.map(|scales| LayerScales { layer: scales.layer - first, ..scales }).collect();
                    Self::with_quantization(architecture, values, Quantization { layers })?
                }
            };
            models.push(model.with_temperature(member.temperature)?);
        }
        Ok(Some(models))
    }

    /// The ensemble of what `change` makes of its members, with its own temperature; nothing for another model.
    ///
    /// # Errors
    /// Those of `change`, of [`Self::members`] and of [`Self::ensemble`].
    pub(crate) fn with_members(&self, change: impl Fn(&Self) -> Result<Self, Error>) -> Result<Option<Self>, Error> {
        let Some(members) = self.members()? else { return Ok(None) };
        let members = members.iter().map(change).collect::<Result<Vec<_>, _>>()?;
        Self::ensemble(&members)?.with_temperature(self.temperature()).map(Some)
    }
}

/// The probabilities of logits `[N, classes]` over a temperature.
pub(crate) fn probabilities(mut logits: Vec<f32>, temperature: f32, classes: usize) -> Vec<f32> {
    logits.iter_mut().for_each(|logit| *logit /= temperature);
    let mut probabilities = vec![0.0; logits.len()];
    softmax(&logits, classes, &mut probabilities);
    probabilities
}

/// The logits of an ensemble, `[N, classes]`: the logarithms of the means of its members' `probabilities`, which are no less
/// than the smallest normal number.
pub(crate) fn joined(probabilities: impl IntoIterator<Item = Vec<f32>>) -> Vec<f32> {
    let mut members = probabilities.into_iter();
    let (mut sums, mut count) = (members.next().unwrap_or_default(), 1.0);
    for member in members {
        sums.iter_mut().zip(member).for_each(|(sum, probability)| *sum += probability);
        count += 1.0;
    }
    sums.iter_mut().for_each(|sum| *sum = libm::logf((*sum / count).max(f32::MIN_POSITIVE)));
    sums
}
