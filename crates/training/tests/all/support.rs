//! Images, a recipe and comparisons for the tests of whole runs.

use tenfold_dataset::{Dataset, Part, Source, hold_out};
use tenfold_network::{Architecture, Layer, Model};
use tenfold_training::{Engine, Recipe};

pub fn some_images(share: f64) -> Dataset {
    let all = Source::Embedded.load(Part::Test).unwrap();
    all.subset(&hold_out(all.labels(), share, 1).unwrap().validation).unwrap()
}

pub fn engine(threads: usize) -> Engine {
    Engine { threads, ..Engine::single() }
}

/// A small network with dropout, so that every use of the seed is in it.
pub fn recipe() -> Recipe {
    let layers = vec![
        Layer::conv(8, 5),
        Layer::Relu,
        Layer::max_pool(4),
        Layer::Flatten,
        Layer::Dropout { rate: 0.2 },
        Layer::dense(10),
    ];
    let architecture = Architecture { layers, ..Architecture::paper() };
    Recipe { epochs: 3, validation: 0.2, architecture, ..Recipe::paper() }
}

pub fn bits(model: &Model) -> Vec<u32> {
    model.values().iter().map(|value| value.to_bits()).collect()
}
