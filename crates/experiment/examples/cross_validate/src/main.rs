//! Cross-validates a recipe of one's own on a part of MNIST, and prints the interval of its accuracy:
//! `cargo run --release --manifest-path crates/experiment/examples/cross_validate/Cargo.toml`

use std::ops::ControlFlow;

use tenfold_experiment::dataset::{Part, Source, hold_out};
use tenfold_experiment::evaluation::Interval;
use tenfold_experiment::network::{Architecture, Layer, Optimizer};
use tenfold_experiment::{CrossValidation, Engine, Event, FoldPlan, Recipe};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A twentieth of the training images: 3,000, as many of each digit as in all.
    let images = Source::Embedded.load(Part::Train)?;
    let some = images.subset(&hold_out(images.labels(), 0.05, 1)?.validation)?;

    let layers = vec![
        Layer::conv(8, 5),
        Layer::Relu,
        Layer::max_pool(2),
        Layer::Flatten,
        Layer::Dropout { rate: 0.2 },
        Layer::dense(10),
    ];
    let architecture = Architecture { layers, ..Architecture::paper() };
    let optimizer = Optimizer::Adam { learning_rate: 0.002 };
    let recipe = Recipe { architecture, optimizer, epochs: 4, ..Recipe::paper() };

    let validation = CrossValidation::new(recipe, some, FoldPlan::default(), Engine::default())?;
    let outcome = validation.carry_out(&mut |event| {
        if let Event::Fold(fold) = event {
            println!("fold {}: {:.2} %", fold.fold, 100.0 * fold.evaluation.accuracy);
        }
        ControlFlow::Continue(())
    })?;
    let results = outcome.finished().expect("nobody interrupts");
    let Interval { low, high } = results.mean_95_corrected.expect("more than one fold");
    let mean = 100.0 * results.accuracy.mean;
    println!("accuracy {mean:.2} % (95 % interval of the mean: {:.2} to {:.2} %)", 100.0 * low, 100.0 * high);
    Ok(())
}
