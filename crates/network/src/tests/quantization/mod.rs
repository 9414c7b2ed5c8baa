//! Networks on bytes: against the reference, layer by layer, and against the floats they stand for.

mod scales;

use tenfold_kernels::{Cpu, Level};

use super::{batch, model, small_networks};
use crate::reference::byte_logits;
use crate::{
    Architecture, Batch, Engine, Error, Layer, Model, Optimizer, PIXEL_SCALE, Padding, PoolKind, Predictor, Role,
    Shape, Trainer, TrainerOptions, quantize,
};

const IMAGES: usize = 21;

/// Networks that can be quantised and between them have every way for bytes to go.
fn networks() -> Vec<(&'static str, Architecture)> {
    let input = Shape { height: 13, width: 12, channels: 2 };
    let pool = |kind, padding| Layer::Pool { kind, size: [3, 2], stride: [2, 2], padding };
    let conv =
        |filters, kernel, stride, padding, bias| Layer::Conv2d { filters, kernel, stride, padding, bias, groups: 1 };
    let valid = |filters| Layer::conv(filters, 3);
    let same = |filters, bias| conv(filters, [3, 3], [1, 1], Padding::Same, bias);
    let padded = |before, after| Padding::Explicit { before, after };
    let norm = Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 };
    let end = || vec![Layer::Flatten, Layer::dense(9), Layer::Relu, Layer::Dense { units: 4, bias: false }];
    let network = |name, layers: Vec<Layer>| (name, Architecture { input, layers: [layers, end()].concat() });
    let whole = |name, layers| (name, Architecture { input, layers });
    vec![
        ("paper", Architecture::paper()),
        ("linear", Architecture::preset("linear").unwrap()),
        network("dense", vec![]),
        network(
            "pixels pooled first",
            vec![Layer::Relu, pool(PoolKind::Average, Padding::Same), valid(5), Layer::Relu],
        ),
        network("pooled, trimmed", vec![valid(18), Layer::Relu, Layer::max_pool(2), same(7, false), Layer::Relu]),
        network("pooled before the activation", vec![valid(6), Layer::max_pool(2), Layer::Relu]),
        network("strided", vec![conv(5, [2, 5], [2, 1], Padding::Same, true), Layer::Relu, valid(6), Layer::Relu]),
        network(
            "padded in numbers",
            vec![
                conv(6, [3, 3], [2, 2], padded([1, 1], [1, 1]), true),
                Layer::Relu,
                pool(PoolKind::Max, padded([1, 0], [2, 1])),
                conv(5, [3, 2], [1, 1], padded([2, 0], [0, 1]), true),
                Layer::Relu,
            ],
        ),
        network(
            "depthwise, and separable",
            vec![valid(12), Layer::Relu, Layer::depthwise(12, 3), Layer::Relu, same(10, true), Layer::Relu],
        ),
        network(
            "in groups",
            vec![
                valid(10),
                Layer::Relu,
                Layer::Conv2d {
                    filters: 15,
                    kernel: [3, 2],
                    stride: [2, 1],
                    padding: Padding::Same,
                    bias: false,
                    groups: 5,
                },
                norm.clone(),
                Layer::Relu,
                Layer::max_pool(2),
            ],
        ),
        network(
            "overhanging",
            vec![valid(6), Layer::Relu, pool(PoolKind::Max, Padding::Same), same(5, true), Layer::Relu],
        ),
        network(
            "averaged",
            vec![valid(70), Layer::Relu, pool(PoolKind::Average, Padding::Same), valid(5), Layer::Relu],
        ),
        network(
            "clipped, averaged with padding",
            vec![
                valid(6),
                Layer::Clip { low: 0.0, high: 0.3 },
                pool(PoolKind::AverageWithPadding, padded([1, 1], [2, 0])),
                valid(5),
                Layer::max_pool(2),
                Layer::Clip { low: 0.0, high: 0.1 },
            ],
        ),
        network("summed", vec![valid(6), Layer::Relu, pool(PoolKind::Sum, Padding::Valid), valid(5), Layer::Relu]),
        network("normalised", vec![same(6, false), norm.clone(), Layer::Relu, Layer::Dropout { rate: 0.3 }]),
        whole(
            "no dense layer",
            vec![
                valid(6),
                Layer::Relu,
                same(3, true),
                Layer::Relu,
                Layer::Pool { kind: PoolKind::Average, size: [11, 10], stride: [1, 1], padding: Padding::Valid },
                Layer::Flatten,
            ],
        ),
        network("pooled twice", vec![valid(18), Layer::Relu, Layer::max_pool(2), Layer::ConcatPool]),
        whole(
            "pooled twice at the end",
            vec![valid(4), Layer::Relu, same(3, true), Layer::max_pool(2), Layer::ConcatPool],
        ),
        whole("normalised at the end", vec![Layer::Flatten, Layer::dense(3), norm]),
        whole(
            "activations of floats",
            vec![Layer::Flatten, Layer::dense(4), Layer::Tanh, Layer::Elu { alpha: 0.5 }, Layer::Silu, Layer::Sigmoid],
        ),
    ]
}

/// The quantised model of an architecture with some random values, and images.
fn quantized(architecture: Architecture) -> (Model, Model, Vec<u8>) {
    let model = model(architecture);
    let (images, ..) = batch(model.architecture().input, 3, IMAGES);
    let quantized = quantize(&model, &images, Engine::single()).unwrap();
    (model, quantized, images)
}

#[test]
fn the_same_bits_as_the_reference_at_any_level_and_number_of_threads() {
    for (name, architecture) in networks() {
        let (_, model, images) = quantized(architecture);
        let expected = byte_logits(&model, &images);
        let mut spread = expected.clone();
        spread.sort_by(f32::total_cmp);
        spread.dedup();
        assert!(spread.len() > expected.len() / 4, "{name}: logits that tell something: {spread:?}");
        for cpu in Level::ALL.into_iter().filter_map(Cpu::with_level) {
            for (threads, exact) in [(1, false), (2, true), (5, false)] {
                let predictor = Predictor::new(&model, Engine { threads, cpu, exact }).unwrap();
                // Twice, because buffers are used again.
                for _ in 0..2 {
                    let logits = predictor.logits(&images);
                    let same = logits.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits());
                    let level = cpu.level();
                    assert!(same && logits.len() == expected.len(), "{name} at {level}: {logits:?}, not {expected:?}");
                }
                assert_eq!(predictor.logits(&[]), []);
            }
        }
    }
}

/// The values of a quantised model, taken as floats, give nearly what its bytes give, and what the model gave before.
#[test]
fn bytes_are_close_to_the_floats_they_stand_for() {
    for (name, architecture) in networks() {
        let (before, model, images) = quantized(architecture);
        let floats = Model::with_values(model.architecture().clone(), model.values().to_vec()).unwrap();
        let logits = |model: &Model| Predictor::new(model, Engine::single()).unwrap().logits(&images);
        let bytes = logits(&model);
        for other in [logits(&floats), logits(&before)] {
            let norm = |values: &mut dyn Iterator<Item = f32>| values.map(|v| v * v).sum::<f32>().sqrt();
            let error = norm(&mut bytes.iter().zip(&other).map(|(a, b)| a - b)) / norm(&mut other.iter().copied());
            assert!(error < 0.03, "{name}: relative error {error}");
        }
    }
}

#[test]
fn weights_come_back_exactly_from_values() {
    for scale in [f32::MIN_POSITIVE, 1e-30, 0.001, 1.0 / 3.0, 0.999_999_94, 7.7e10, f32::MAX / 128.0] {
        for weight in -127_i8..=127 {
            let value = f32::from(weight) * scale;
            assert_eq!((value / scale).round_ties_even() as i8, weight, "{weight} x {scale:e}");
        }
    }
    let (_, model, _) = quantized(Architecture::paper());
    for (index, layer) in model.outline().layers.iter().enumerate() {
        let Some(weights) = model.quantized_kernel(index) else {
            assert!(layer.tensors.is_empty());
            continue;
        };
        let scales = &model.quantization().unwrap().of(index).unwrap().kernel;
        let values = model.tensor(&layer.tensors[0]);
        assert!(weights.iter().zip(scales.iter().cycle()).map(|(&w, s)| f32::from(w) * s).eq(values.iter().copied()));
        for filter in 0..scales.len() {
            let largest = weights[filter..].iter().step_by(scales.len()).map(|weight| weight.abs()).max();
            assert_eq!(largest, Some(127), "each filter uses its whole range");
        }
    }
}

#[test]
fn folding_changes_nothing_but_rounding() {
    let architectures = small_networks().into_iter().chain(networks());
    for (name, architecture) in architectures {
        let mut unfolded = model(architecture);
        if unfolded.outline().layers.iter().any(|layer| layer.trunk.is_some()) {
            let error = unfolded.folded().unwrap_err().to_string();
            assert!(error.ends_with("joins a branch, and only networks without branches can be quantised"), "{error}");
            continue;
        }
        let (images, labels, order) = batch(unfolded.architecture().input, 3, IMAGES);
        if unfolded.outline().parameters > unfolded.outline().trainable {
            // A step, so that moving statistics are not those of the beginning.
            let options = TrainerOptions { batch: IMAGES, seed: 1, engine: Engine::single() };
            let mut trainer = Trainer::new(unfolded, Optimizer::PAPER, options).unwrap();
            trainer.step(
                Batch { images: &images, labels: &labels, order: &order, soft: None },
                Optimizer::PAPER.settings(),
            );
            unfolded = trainer.into_model();
        }
        let folded = unfolded.folded().unwrap();
        let layers = &folded.architecture().layers;
        let goes = |layer: &Layer| matches!(layer, Layer::BatchNorm { .. } | Layer::Dropout { .. });
        assert!(!layers.iter().any(goes), "{name}: {layers:?}");
        assert_eq!(folded.folded().unwrap(), folded, "{name}: once is enough");
        let logits =
            |model: &Model| Predictor::new(model, Engine { exact: true, ..Engine::single() }).unwrap().logits(&images);
        let (folded, unfolded) = (logits(&folded), logits(&unfolded));
        let largest = unfolded.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        for (a, b) in folded.iter().zip(&unfolded) {
            assert!((a - b).abs() <= 1e-5 * largest, "{name}: {a} and {b} of up to {largest}");
        }
    }
}

#[test]
fn training_takes_a_model_off_the_grid() {
    let (_, model, _) = quantized(Architecture::preset("linear").unwrap());
    let (images, labels, order) = batch(model.architecture().input, 10, 4);
    let options = TrainerOptions { batch: 4, seed: 1, engine: Engine::single() };
    let mut trainer = Trainer::new(model, Optimizer::PAPER, options).unwrap();
    trainer.step(Batch { images: &images, labels: &labels, order: &order, soft: None }, Optimizer::PAPER.settings());
    assert_eq!(trainer.model().quantization(), None);
}

#[test]
fn a_predictor_takes_over_other_values_and_tells_its_plan() {
    let (_, first, images) = quantized(Architecture::paper());
    let halved: Vec<f32> = first
        .outline()
        .tensors()
        .flat_map(|tensor| {
            let factor = if matches!(tensor.role, Role::Kernel { .. }) { 1.0 } else { 0.5 };
            first.tensor(tensor).iter().map(move |value| value * factor)
        })
        .collect();
    let quantization = first.quantization().unwrap().clone();
    let second = Model::with_quantization(first.architecture().clone(), halved, quantization).unwrap();
    let mut predictor = Predictor::new(&first, Engine::single()).unwrap();
    predictor.set_values(&second);
    assert_eq!(predictor.logits(&images), byte_logits(&second, &images));

    let plan = predictor.plan();
    let steps: Vec<_> = plan.steps.iter().map(|step| (step.layers.join(" "), step.output.to_string())).collect();
    let expected = [
        ("conv2d relu max_pool", "12x12x32"),
        ("conv2d_1 relu_1", "10x10x64"),
        ("conv2d_2 relu_2 max_pool_1", "4x4x64"),
        ("dense relu_3", "100"),
        ("dense_1", "10"),
    ];
    assert_eq!(steps, expected.map(|(layers, output)| (layers.to_owned(), output.to_owned())));
    assert!(plan.steps.iter().all(|step| step.method == "int8" && step.multiply_adds > 0));
    assert_eq!(plan.input.to_string(), "28x28x1");
    assert!(plan.buffer_bytes < plan.unshared_bytes);
}
