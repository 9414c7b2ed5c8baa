//! What a network may ask for: work and memory are bounded, and buffers are no larger than they need be.

use super::model;
use crate::{Architecture, Engine, Layer, Padding, PoolKind, Predictor, Purpose, quantize};

/// Each is a few hundred bytes as a file, and would take minutes or more for an image, or gigabytes.
#[test]
fn networks_that_ask_for_endless_work_or_memory_are_refused() {
    let same = |kernel: [usize; 2]| (kernel, [1, 1], Padding::Same);
    let conv =
        |filters, (kernel, stride, padding)| Layer::Conv2d { filters, kernel, stride, padding, bias: true, groups: 1 };
    let pool = |kind, (size, stride, padding)| Layer::Pool { kind, size, stride, padding };
    let wide = |side: usize| Padding::Explicit { before: [side - 1; 2], after: [side - 1; 2] };
    let (work, numbers) =
        ("multiplications per image up to here, expected at most 17179869184\nhint: use smaller", "numbers");
    use PoolKind::{Average, AverageWithPadding, Max, Sum};
    for (input, layers, expected) in [
        ([512, 512, 1], vec![pool(Average, same([512, 512]))], work),
        ([512, 512, 1], vec![pool(Sum, same([512, 512]))], work),
        ([512, 512, 1], vec![pool(AverageWithPadding, same([512, 512]))], work),
        ([512, 512, 1], vec![pool(Sum, ([1_024, 1_024], [2, 2], Padding::Same))], work),
        ([1, 1, 1], vec![pool(Sum, ([1_024, 1_024], [1, 1], wide(1_024)))], work),
        ([512, 512, 1], vec![pool(Max, same([16, 16])); 20], work),
        ([512, 512, 1], vec![conv(1, same([128, 128]))], work),
        ([64, 64, 256], vec![conv(256, same([1_024, 1]))], work),
        ([1, 1, 1], vec![conv(1, ([1_024, 1_024], [1, 1], wide(1_024)))], work),
        ([128, 128, 1], vec![conv(1, same([32, 32])); 1_000 - 2], work),
        ([64, 64, 1], vec![pool(Average, same([64, 64])); 1_000 - 2], work),
        ([16, 16, 64], vec![conv(64, same([5, 5])); 1_000 - 2], work),
        ([1 << 13, 1, 1 << 10], vec![conv(1, ([1, 1_025], [1_024, 1], Padding::Same))], "a window of 1x1025"),
        (
            [1, 1, 1 << 11],
            vec![conv(1, same([1_024, 1_024]))],
            "a window of 2147483648 numbers, expected at most 1048576",
        ),
        ([16, 17, 1], vec![Layer::ConcatPool], "an image of 272 pixels, expected at most 256"),
        (
            [64, 64, 256],
            vec![Layer::Conv2d {
                filters: 1 << 11,
                kernel: [64; 2],
                stride: [1; 2],
                padding: Padding::Same,
                bias: true,
                groups: 256,
            }],
            work,
        ),
        ([2_897, 2_897, 1], vec![], numbers),
        ([512, 512, 1], vec![conv(33, same([1, 1]))], numbers),
        ([1, 1, 1], vec![pool(Max, ([16, 16], [1, 1], wide(16))); 200], work),
        ([512, 512, 16], vec![Layer::Relu; 1_000 - 2], numbers),
    ] {
        let layers = [layers, vec![Layer::Flatten, Layer::dense(2)]].concat();
        let first = format!("{:?}", layers[0]);
        let error = Architecture { input: input.into(), layers }.outline().unwrap_err().to_string();
        assert!(error.contains(expected), "{first}: '{error}' should contain '{expected}'");
    }
}

/// What is close to the limits runs, and so does whatever people train on large images.
#[test]
fn networks_within_the_limits_run() {
    let pool = |kind, side: usize, stride: usize| {
        let padding = Padding::Same;
        Layer::Pool { kind, size: [side; 2], stride: [stride; 2], padding }
    };
    let conv = |filters, side: usize| {
        let padding = Padding::Same;
        Layer::Conv2d { filters, kernel: [side; 2], stride: [1; 2], padding, bias: true, groups: 1 }
    };
    for (name, input, layers) in [
        ("a sum over everything, everywhere", [128, 128, 1], vec![pool(PoolKind::Sum, 127, 1)]),
        ("a thousand layers", [16, 16, 8], vec![conv(8, 3); 1_000 - 2]),
        ("a thousand pools", [64, 64, 1], vec![pool(PoolKind::Max, 8, 1); 1_000 - 2]),
        ("the paper's for 512x512", [512, 512, 1], Architecture::paper().layers[..8].to_vec()),
    ] {
        let layers = [layers, vec![Layer::Flatten, Layer::dense(2)]].concat();
        let model = model(Architecture { input: input.into(), layers });
        let image = vec![1; model.architecture().input.len()];
        let logits = Predictor::new(&model, Engine::single()).unwrap().logits(&image);
        assert_eq!(logits.len(), 2, "{name}");
    }
}

#[test]
fn buffers_are_for_the_images_there_are() {
    let paper = model(Architecture::paper());
    let all = Predictor::new(&paper, Engine::single()).unwrap().plan();
    assert_eq!(all.slice_images, 8);
    for (quantized, model) in [(false, paper.clone()), (true, quantize(&paper, &[9; 784], Engine::single()).unwrap())] {
        let predictor = Predictor::new(&model, Engine { threads: 16, ..Engine::single() }).unwrap();
        assert_eq!(predictor.buffer_bytes(), 0, "nothing before there are images");
        predictor.logits(&[1; 784]);
        let one = predictor.buffer_bytes();
        assert!(one > 0 && one < all.buffer_bytes / 4, "{one} for one image, in bytes {quantized}");
        predictor.logits(&vec![1; 20 * 784]);
        let three = predictor.plan().buffer_bytes * 3;
        assert_eq!(predictor.buffer_bytes(), three, "three threads with up to eight images each");
        predictor.logits(&[1; 784]);
        assert_eq!(predictor.buffer_bytes(), three, "kept for the next");
    }
}

/// More threads than any machine has memory for.
#[test]
fn buffers_that_cannot_be_had_are_an_error() {
    let paper = model(Architecture::paper());
    for model in [paper.clone(), quantize(&paper, &[9; 784], Engine::single()).unwrap()] {
        let error = Predictor::new(&model, Engine { threads: 1 << 44, ..Engine::single() }).unwrap_err().to_string();
        assert!(error.starts_with("no memory for ") && error.ends_with(" bytes of buffers for prediction"), "{error}");
    }
}

#[test]
fn buffers_of_a_large_network_are_for_fewer_images() {
    let limit = 32 << 20;
    let plan =
        |architecture: &Architecture| architecture.outline().unwrap().plan(Purpose::Prediction, Engine::single());
    for side in [16, 64, 128, 200] {
        let layers = vec![Layer::conv(16, 3), Layer::conv(16, 3), Layer::Flatten, Layer::dense(2)];
        let plan = plan(&Architecture { input: [side, side, 1].into(), layers });
        assert!(plan.buffer_bytes <= limit, "{side}: {} bytes for {} images", plan.buffer_bytes, plan.slice_images);
        assert_eq!(plan.slice_images == 8, side <= 64, "{side}: {}", plan.slice_images);
    }
    // As much as may be: 32 channels of 512x512, through transforms.
    let layers = vec![Layer::conv(32, 1), Layer::conv(32, 3), Layer::Flatten, Layer::dense(2)];
    let whole = Architecture { input: [512, 512, 1].into(), layers };
    let plan = plan(&whole);
    assert_eq!(plan.slice_images, 1);
    assert!(plan.buffer_bytes > limit && plan.buffer_bytes < 230 << 20, "{} MB", plan.buffer_bytes >> 20);
}
