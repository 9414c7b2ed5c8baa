//! What a network is made of, and what a model's file says about it.

use serde::Serialize;
use tenfold_formats::{Format, Provenance, SavedModel, Threshold};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Model, PlanSummary, Shape};

use crate::error::Result;

/// A network, layer by layer, and the model that it is of, if it is one's.
///
/// ```
/// use tenfold_experiment::ModelDescription;
/// use tenfold_experiment::network::Architecture;
///
/// let paper = ModelDescription::of_network(&Architecture::paper())?;
/// assert_eq!((paper.parameters, paper.layers[0].kind), (159_254, "conv2d"));
/// # Ok::<(), tenfold_experiment::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct ModelDescription {
    /// What it takes.
    pub input: Shape,
    /// The layers, in order.
    pub layers: Vec<LayerDescription>,
    /// Values learnt, all layers together.
    pub parameters: usize,
    /// For one image, if every layer is computed directly.
    pub multiply_accumulates: u64,
    /// What the model's file says; none of a network without a model.
    #[serde(flatten)]
    pub file: Option<FileDescription>,
    /// What the network is lowered to; none unless whoever asks sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanSummary>,
}

/// One layer.
#[derive(Clone, Debug, Serialize)]
pub struct LayerDescription {
    /// What it is called.
    pub name: String,
    /// Its kind, as in an architecture's file.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it gives.
    pub output: Shape,
    /// Values learnt.
    pub parameters: usize,
    /// For one image, if it is computed directly.
    pub multiply_accumulates: u64,
}

/// A model's file.
#[derive(Clone, Debug, Serialize)]
pub struct FileDescription {
    /// In words.
    pub format: String,
    /// How pictures are prepared.
    pub preparation: Preparation,
    /// What the classes are called.
    pub labels: Vec<String>,
    /// How probable the first class must be for an answer; 0 if any picture gets one.
    pub min_confidence: f32,
    /// Which answers to accept for some target error rates.
    pub thresholds: Vec<Threshold>,
    /// Where the values come from.
    pub provenance: Provenance,
    /// What logits are divided by before the softmax.
    pub temperature: f32,
    /// The scales of a model in int8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantization: Option<Vec<ScalesDescription>>,
}

/// The scales of one layer in int8.
#[derive(Clone, Debug, Serialize)]
pub struct ScalesDescription {
    /// What the layer is called.
    pub layer: String,
    /// The value of a 1 in its input.
    pub input_scale: f32,
    /// The value of a 1 in the weights of each filter; empty for pooling.
    pub kernel_scales: Vec<f32>,
}

impl ModelDescription {
    /// Of a network.
    ///
    /// # Errors
    /// [`Error::Network`](crate::Error::Network) for one that cannot be.
    pub fn of_network(architecture: &Architecture) -> Result<Self> {
        let outline = architecture.outline()?;
        let layers = outline.layers.iter().map(|layer| LayerDescription {
            name: layer.name.clone(),
            kind: layer.layer.kind(),
            output: layer.output,
            parameters: layer.parameters(),
            multiply_accumulates: layer.multiply_accumulates,
        });
        Ok(Self {
            input: architecture.input,
            layers: layers.collect(),
            parameters: outline.parameters,
            multiply_accumulates: outline.multiply_accumulates(),
            file: None,
            plan: None,
        })
    }

    /// Of a model in a file of this format.
    ///
    /// # Errors
    /// As [`Self::of_network`].
    pub fn of_file(saved: &SavedModel, format: Format) -> Result<Self> {
        let SavedModel { model, preparation, labels, min_confidence, thresholds, provenance } = saved;
        let file = FileDescription {
            format: format.to_string(),
            preparation: preparation.clone(),
            labels: labels.clone(),
            min_confidence: *min_confidence,
            thresholds: thresholds.clone(),
            provenance: provenance.clone(),
            temperature: model.temperature(),
            quantization: scales(model),
        };
        Ok(Self { file: Some(file), ..Self::of_network(model.architecture())? })
    }
}

fn scales(model: &Model) -> Option<Vec<ScalesDescription>> {
    let layers = model.quantization()?.layers.iter().map(|scales| ScalesDescription {
        layer: model.outline().layers[scales.layer].name.clone(),
        input_scale: scales.input,
        kernel_scales: scales.kernel.clone(),
    });
    Some(layers.collect())
}
