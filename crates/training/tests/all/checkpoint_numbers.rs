//! Checkpoints with numbers that no run has: refused, or resumed from, but never believed into an overflow.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use proptest::prelude::*;
use tenfold_dataset::{Dataset, Images};
use tenfold_network::Architecture;
use tenfold_training::{Checkpoint, Engine, EpochMetrics, Error, Metrics, PartialEpoch, Progress, Recipe, Run};

/// Of forty images thirty train: in batches of four eight steps an epoch, the last of two images.
const TRAIN: usize = 30;

fn images() -> &'static Dataset {
    static IMAGES: OnceLock<Dataset> = OnceLock::new();
    IMAGES.get_or_init(|| {
        let pixels: Vec<u8> = (0..40 * 784_usize).map(|at| (at * 31 % 251) as u8).collect();
        let labels: Vec<u16> = (0..40).map(|at| at % 10).collect();
        Dataset::new(Images { pixels: pixels.into(), height: 28, width: 28 }, labels, 10).unwrap()
    })
}

fn recipe(batch: usize) -> Recipe {
    let architecture = Architecture::preset("linear").unwrap();
    Recipe { batch, epochs: 3, validation: 0.25, architecture, ..Recipe::paper() }
}

/// Numbers as a run has them, and as none has.
fn count() -> impl Strategy<Value = usize> {
    prop_oneof![0..40_usize, any::<usize>(), Just(usize::MAX), Just(usize::MAX - 3), Just(1 << 32)]
}

fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..100.0_f64, Just(0.0), Just(f64::MAX), Just(-f64::MAX), Just(-1.0), Just(5e-324)]
}

prop_compose! {
    fn metrics()(loss in amount(), accuracy in prop_oneof![0.0..=1.0_f64, amount()]) -> Metrics {
        Metrics { loss, accuracy }
    }
}

prop_compose! {
    fn epoch()(
        epoch in prop_oneof![0..4_u32, Just(u32::MAX)],
        train in metrics(),
        validation in prop::option::of(metrics()),
        test in prop::option::of(metrics()),
        seconds in amount(),
        learning_rate in prop::option::of(any::<f32>()),
    ) -> EpochMetrics {
        EpochMetrics { epoch, train, validation, test, seconds, learning_rate, averaged: false }
    }
}

prop_compose! {
    fn progress()(
        mut history in prop::collection::vec(epoch(), 0..5),
        numbered in any::<bool>(),
        images in count(),
        correct in count(),
        loss in amount(),
        seconds in amount(),
    ) -> Progress {
        if numbered {
            (1..).zip(&mut history).for_each(|(number, epoch)| epoch.epoch = number);
        }
        Progress { history, partial: PartialEpoch { images, loss, correct, seconds } }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn no_number_overflows(progress in progress(), steps in prop_oneof![0..40_u32, any::<u32>(), Just(u32::MAX)], fits in any::<bool>(), batch in prop_oneof![Just(1), Just(4)]) {
        let recipe = recipe(batch);
        let mut run = Run::new(recipe.clone(), images().clone(), Engine::single()).unwrap();
        prop_assert_eq!(run.division().train.len(), TRAIN);
        let mut checkpoint = run.checkpoint();
        checkpoint.state.steps = if fits {
            (TRAIN.div_ceil(batch) * progress.history.len()).saturating_add(progress.partial.images.div_ceil(batch)) as u32
        } else {
            steps
        };
        checkpoint.progress = progress;
        let read = Checkpoint::from_bytes(&checkpoint.to_bytes().unwrap()).unwrap();
        match run.restore(&read) {
            Err(Error::Checkpoint { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
            Ok(()) => {
                let mut events = 0;
                run.train(&mut |_, _| {
                    events += 1;
                    if events == 12 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
                .unwrap();
            }
        }
    }
}

#[test]
fn a_run_that_is_possible_goes_on() {
    let recipe = recipe(4);
    let mut run = Run::new(recipe.clone(), images().clone(), Engine::single()).unwrap();
    for stop in [2, 7, 9, 10] {
        let mut events = 0;
        run.train(&mut |_, _| {
            events += 1;
            if events == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
        let mut again = Run::new(recipe.clone(), images().clone(), Engine::single()).unwrap();
        again.restore(&Checkpoint::from_bytes(&run.checkpoint().to_bytes().unwrap()).unwrap()).unwrap();
        assert_eq!(again.progress(), run.progress());
    }
}
