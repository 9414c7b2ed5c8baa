//! Prediction from several threads at once with one predictor.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{batch, model};
use crate::{Architecture, Engine, Model, Predictor, StepEvent, quantize};

/// The paper's network in floats and in bytes, and 40 images for it.
fn models() -> ([Model; 2], Vec<u8>) {
    let model = model(Architecture::paper());
    let (images, ..) = batch(model.architecture().input, 10, 40);
    let quantized = quantize(&model, &images, Engine::single()).unwrap();
    ([model, quantized], images)
}

#[test]
fn a_predictor_has_a_thread() {
    let engine = Engine { threads: 0, ..Engine::single() };
    let error = Predictor::new(&model(Architecture::paper()), engine).expect_err("no threads").to_string();
    assert_eq!(error, "the number of threads is 0, expected at least 1");
}

#[test]
fn threads_that_share_a_predictor_get_what_each_would_get_alone() {
    let (models, images) = models();
    for model in models {
        let expected = Predictor::new(&model, Engine::single()).unwrap().probabilities(&images);
        for threads in [1, 2] {
            let predictor = Predictor::new(&model, Engine { threads, ..Engine::single() }).unwrap();
            let start = Barrier::new(4);
            thread::scope(|scope| {
                // Parts of different length, with and without the predictor's own threads.
                for caller in 0..4 {
                    let (predictor, start, images, expected) = (&predictor, &start, &images, &expected);
                    scope.spawn(move || {
                        start.wait();
                        for round in 0..6 {
                            let count = [1, 40, 3, 17][(caller + round) % 4];
                            let first = 40 - count;
                            let found = predictor.probabilities(&images[first * 784..]);
                            assert_eq!(found, expected[first * 10..], "{threads} threads, {count} images");
                        }
                    });
                }
            });
        }
    }
}

/// Whoever calls while the team is at work computes alone: a call from within another would otherwise wait for ever.
#[test]
fn a_second_caller_does_not_wait_for_the_team() {
    let (models, images) = models();
    for model in models {
        let predictor = Predictor::new(&model, Engine { threads: 2, ..Engine::single() }).unwrap();
        let inside = AtomicUsize::new(0);
        let outer = predictor.logits_observed(&images, &|event| {
            if matches!(event, StepEvent::Loaded) && inside.fetch_add(1, Ordering::Relaxed) == 0 {
                assert_eq!(predictor.logits(&images).len(), 400);
            }
        });
        assert_eq!(inside.load(Ordering::Relaxed), 5, "slices of eight");
        assert_eq!(outer, predictor.logits(&images));
    }
}

/// As many workspaces as threads were at work, whichever threads these were.
#[test]
fn buffers_are_lent_again() {
    let (models, images) = models();
    for model in models {
        let predictor = Predictor::new(&model, Engine::single()).unwrap();
        predictor.logits(&images);
        let one = predictor.buffer_bytes();
        for _ in 0..3 {
            thread::scope(|scope| scope.spawn(|| predictor.logits(&images)).join().unwrap());
        }
        assert_eq!(predictor.buffer_bytes(), one);
    }
}
