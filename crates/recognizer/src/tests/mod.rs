//! A model whose answers are known by hand, on pictures drawn here.

mod batch;
mod builder;
mod embedded;
mod errors;
mod examination;
mod pictures;
mod prediction;

use tenfold_formats::{Provenance, SavedModel};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Layer, Model, Role};

/// A model for images of 8x8 whose logit for a class is `weight * ink + bias`, where `ink` adds up all pixels, each 0 to 1.
fn model(classes: &[(&str, f32, f32)]) -> SavedModel {
    let layers = vec![Layer::Flatten, Layer::dense(classes.len())];
    let architecture = Architecture { input: [8, 8, 1].into(), layers };
    let outline = architecture.outline().unwrap();
    let mut values = vec![0.0; outline.parameters];
    for tensor in outline.tensors() {
        for (value, &(_, weight, bias)) in values[tensor.range.clone()].iter_mut().zip(classes.iter().cycle()) {
            *value = if tensor.role == Role::Bias { bias } else { weight };
        }
    }
    SavedModel {
        model: Model::with_values(architecture, values).unwrap(),
        preparation: Preparation::default().with_canvas(8, 6).unwrap(),
        labels: classes.iter().map(|(label, ..)| (*label).to_owned()).collect(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance::default(),
    }
}

/// Says "bar" or "block": a block's ink fills 36 pixels, a bar's some 6 to 12.
fn bar_or_block() -> SavedModel {
    model(&[("bar", 0.0, 20.0), ("block", 1.0, 0.0)])
}
