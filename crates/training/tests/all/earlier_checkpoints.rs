//! Checkpoints that earlier versions wrote: read, and resumed from. The files in `testdata/checkpoints` are of the runs
//! below, after eleven steps of 24; the last code before version 3 wrote both.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use tenfold_dataset::{Dataset, Images};
use tenfold_network::{Architecture, Layer, Optimizer, Shape};
use tenfold_training::{Checkpoint, Engine, Event, Recipe, Run};

const FIRST: &[u8] = include_bytes!("../../../../testdata/checkpoints/version-1.safetensors");
const SECOND: &[u8] = include_bytes!("../../../../testdata/checkpoints/version-2.safetensors");

fn images() -> Dataset {
    let pixels: Vec<u8> = (0..40 * 16_usize).map(|at| (at * 31 % 251) as u8).collect();
    let labels: Vec<u16> = (0..40).map(|at| at % 2).collect();
    Dataset::new(Images { pixels: pixels.into(), height: 4, width: 4 }, labels, 2).unwrap()
}

fn recipe(optimizer: Optimizer, patience: Option<u32>) -> Recipe {
    let layers = vec![Layer::Flatten, Layer::dense(3), Layer::Relu, Layer::dense(2)];
    let architecture = Architecture { input: Shape { height: 4, width: 4, channels: 1 }, layers };
    Recipe { epochs: 3, batch: 4, validation: 0.25, patience, optimizer, architecture, ..Recipe::paper() }
}

/// Other levels of instructions round otherwise.
fn agree(found: &[f32], expected: &[f32]) -> bool {
    found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4)
}

fn names(map: &BTreeMap<String, Vec<f32>>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}

#[test]
fn earlier_checkpoints_are_resumed_from() {
    let adam = Optimizer::Adam { learning_rate: 0.003 };
    for (bytes, recipe, memory, models) in [
        (FIRST, recipe(Optimizer::PAPER, None), &["velocity"][..], &[][..]),
        (SECOND, recipe(adam, Some(3)), &["mean", "square"], &["best"]),
    ] {
        let checkpoint = Checkpoint::from_bytes(bytes).unwrap();
        assert_eq!((names(&checkpoint.state.memory), names(&checkpoint.models)), (memory.to_vec(), models.to_vec()));
        let start = || Run::new(recipe.clone(), images(), Engine::single()).unwrap();

        let (mut whole, mut there, mut steps) = (start(), None, 0);
        whole
            .train(&mut |run, event| {
                steps += u32::from(matches!(event, Event::Step { .. }));
                if steps == 11 && there.is_none() {
                    there = Some(run.checkpoint());
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        let there = there.unwrap();
        assert!(agree(&checkpoint.state.values, &there.state.values));
        for (name, values) in checkpoint.state.memory.iter().chain(&checkpoint.models) {
            let expected = there.state.memory.get(name).or(there.models.get(name)).unwrap();
            assert!(agree(values, expected), "{name}");
        }

        let mut resumed = start();
        resumed.restore(&checkpoint).unwrap();
        assert_eq!((resumed.progress().history.len(), resumed.progress().partial.images), (1, 12));
        resumed.train(&mut |_, _| ControlFlow::Continue(())).unwrap();
        assert!(agree(resumed.model().values(), whole.model().values()));
    }
}
