//! ONNX files: models that come back bit for bit, and damage.

use tenfold_formats::{Provenance, SavedModel, onnx};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Initializer, Layer, Model, Padding, PoolKind};

use super::onnx_elsewhere::file;

const SAME: Padding = Padding::Same;
pub(super) const VALID: Padding = Padding::Valid;
pub(super) const AROUND: Padding = Padding::Explicit { before: [1, 1], after: [1, 1] };
const BEFORE: Padding = Padding::Explicit { before: [1, 1], after: [0, 0] };

pub(super) fn conv(filters: usize, kernel: [usize; 2], stride: [usize; 2], padding: Padding, bias: bool) -> Layer {
    Layer::Conv2d { filters, kernel, stride, padding, bias, groups: 1 }
}

pub(super) fn pool(kind: PoolKind, size: [usize; 2], stride: [usize; 2], padding: Padding) -> Layer {
    Layer::Pool { kind, size, stride, padding }
}

const NUMBERS: Layer = Layer::Clip { low: -0.5, high: 0.25 };

const NORM: Layer = Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 };

/// Networks of every layer and of orders of layers that are rare, with the side of the images they take.
fn architectures() -> Vec<(&'static str, usize, Vec<Layer>)> {
    use PoolKind::{Average, AverageWithPadding, Max, Sum};
    let dense = Layer::dense;
    vec![
        ("paper", 28, Architecture::paper().layers),
        ("linear", 28, vec![Layer::Flatten, dense(10)]),
        ("mlp", 5, vec![Layer::Flatten, dense(7), Layer::Relu, Layer::Dense { units: 10, bias: false }]),
        ("flattened_again", 5, vec![Layer::Flatten, dense(7), Layer::Flatten, Layer::Relu, dense(10), Layer::Flatten]),
        ("same_odd", 13, vec![conv(3, [3, 5], [2, 3], SAME, false), NORM, Layer::Relu, Layer::Flatten, dense(10)]),
        ("same_even", 9, vec![conv(3, [2, 4], [1, 1], SAME, true), Layer::Relu, Layer::Flatten, dense(4)]),
        ("same_that_pads_nothing", 9, vec![conv(3, [1, 1], [2, 2], SAME, true), Layer::Flatten, dense(4)]),
        ("same_on_one_axis", 9, vec![conv(3, [1, 4], [1, 1], SAME, true), Layer::Flatten, dense(4)]),
        ("steps_beyond_windows", 28, vec![conv(3, [2, 2], [5, 3], SAME, true), Layer::Flatten, dense(4)]),
        (
            "max_same",
            11,
            vec![conv(4, [2, 2], [1, 1], VALID, true), pool(Max, [3, 2], [2, 3], SAME), Layer::Flatten, dense(3)],
        ),
        (
            "average",
            11,
            vec![conv(4, [2, 2], [1, 1], VALID, true), pool(Average, [2, 3], [2, 2], VALID), Layer::Flatten, dense(3)],
        ),
        (
            "padded_in_numbers",
            12,
            vec![
                conv(3, [3, 3], [2, 2], AROUND, true),
                pool(Max, [3, 3], [2, 2], AROUND),
                pool(Average, [2, 2], [1, 1], BEFORE),
                pool(Sum, [2, 2], [2, 2], BEFORE),
                Layer::Flatten,
                dense(4),
            ],
        ),
        (
            "average_same",
            11,
            vec![conv(4, [2, 2], [1, 1], SAME, true), pool(Average, [2, 3], [2, 2], SAME), Layer::Flatten, dense(3)],
        ),
        (
            "sum",
            11,
            vec![conv(4, [2, 2], [1, 1], VALID, true), pool(Sum, [2, 3], [2, 2], VALID), Layer::Flatten, dense(3)],
        ),
        (
            "sum_same",
            11,
            vec![conv(4, [2, 2], [1, 1], VALID, true), pool(Sum, [3, 3], [2, 2], SAME), Layer::Flatten, dense(3)],
        ),
        (
            "mean_with_padding",
            12,
            vec![
                conv(3, [3, 3], [1, 1], SAME, true),
                pool(AverageWithPadding, [3, 3], [2, 2], AROUND),
                pool(AverageWithPadding, [2, 3], [2, 2], SAME),
                pool(AverageWithPadding, [2, 2], [1, 1], BEFORE),
                Layer::Flatten,
                dense(4),
            ],
        ),
        ("concat_pool", 6, vec![conv(5, [3, 3], [1, 1], SAME, true), Layer::Relu, Layer::ConcatPool, NORM, dense(4)]),
        ("concat_pool_at_the_end", 6, vec![conv(5, [3, 3], [1, 1], SAME, true), Layer::ConcatPool, Layer::Flatten]),
        (
            "residual_and_gate",
            6,
            vec![
                conv(4, [3, 3], [1, 1], SAME, true),
                Layer::Residual {
                    layers: vec![
                        NORM,
                        Layer::Relu,
                        conv(4, [3, 3], [1, 1], SAME, false),
                        Layer::Residual { layers: vec![Layer::depthwise(4, 3), Layer::Tanh] },
                        Layer::Gate {
                            layers: vec![
                                pool(Average, [6, 6], [6, 6], VALID),
                                dense(2),
                                Layer::Relu,
                                dense(4),
                                Layer::Sigmoid,
                            ],
                        },
                    ],
                },
                Layer::Relu,
                Layer::Flatten,
                dense(4),
                Layer::Residual { layers: vec![dense(4), Layer::Silu] },
                Layer::Gate { layers: vec![dense(4), Layer::Sigmoid] },
            ],
        ),
        (
            "groups",
            6,
            vec![
                conv(6, [3, 3], [1, 1], SAME, true),
                Layer::depthwise(6, 3),
                Layer::Relu,
                Layer::Conv2d { filters: 12, kernel: [2, 3], stride: [2, 1], padding: VALID, bias: false, groups: 3 },
                Layer::Flatten,
                dense(4),
            ],
        ),
        (
            "activations",
            6,
            vec![
                conv(3, [3, 3], [1, 1], SAME, true),
                Layer::Tanh,
                Layer::Elu { alpha: 0.25 },
                Layer::LeakyRelu { slope: 0.125 },
                Layer::Selu,
                Layer::Gelu { approximate: true },
                Layer::HardSigmoid { slope: 1.0 / 6.0 },
                Layer::Silu,
                Layer::Flatten,
                dense(7),
                Layer::Sigmoid,
                Layer::Gelu { approximate: false },
                Layer::Softplus,
                Layer::HardSwish,
                dense(4),
            ],
        ),
        (
            "clipped",
            6,
            vec![
                NUMBERS,
                conv(3, [3, 3], [1, 1], SAME, true),
                Layer::Clip { low: 0.0, high: 6.0 },
                Layer::Clip { low: f32::MIN, high: 1.0 },
                Layer::Flatten,
                Layer::Clip { low: -1.0, high: f32::MAX },
                Layer::Clip { low: 0.0, high: f32::MAX },
                Layer::Clip { low: f32::MIN, high: f32::MAX },
                dense(4),
                NUMBERS,
            ],
        ),
        (
            "pools_beyond_windows",
            28,
            vec![
                conv(3, [3, 3], [1, 1], SAME, true),
                pool(Max, [2, 2], [5, 5], SAME),
                pool(Average, [1, 1], [2, 2], SAME),
                pool(Sum, [1, 1], [2, 3], SAME),
                Layer::Flatten,
                dense(4),
            ],
        ),
        (
            "norm_of_a_row",
            6,
            vec![conv(3, [2, 2], [1, 1], VALID, true), Layer::Flatten, NORM, Layer::Relu, dense(5), NORM],
        ),
        ("norm_first", 6, vec![NORM, conv(3, [2, 2], [1, 1], VALID, false), Layer::Flatten, dense(5)]),
        (
            "dropout",
            6,
            vec![
                Layer::Dropout { rate: 0.1 },
                Layer::Flatten,
                Layer::Dropout { rate: 0.5 },
                dense(5),
                Layer::Dropout { rate: 0.0 },
            ],
        ),
        (
            "pooled_to_a_pixel",
            6,
            vec![conv(5, [3, 3], [1, 1], VALID, true), Layer::Relu, pool(Average, [4, 4], [4, 4], VALID)],
        ),
        ("pixel_into_dense", 6, vec![conv(5, [3, 3], [1, 1], VALID, true), pool(Max, [4, 4], [1, 1], VALID), dense(4)]),
        ("pixel_flattened", 6, vec![conv(5, [6, 6], [1, 1], VALID, true), Layer::Flatten, dense(4)]),
        ("flattened_twice", 6, vec![Layer::Flatten, Layer::Flatten, dense(4), Layer::Flatten, dense(3)]),
        (
            "ends_in_a_flattening",
            4,
            vec![conv(3, [3, 3], [1, 1], VALID, true), NORM, Layer::Flatten, NORM, Layer::Relu],
        ),
        (
            "row_into_conv",
            4,
            vec![conv(3, [3, 3], [1, 1], VALID, true), Layer::Flatten, NORM, conv(5, [3, 3], [1, 1], SAME, true)],
        ),
        (
            "row_into_pool",
            4,
            vec![conv(3, [3, 3], [1, 1], VALID, true), Layer::Flatten, pool(Max, [1, 1], [1, 1], VALID), dense(4)],
        ),
        ("dense_into_conv", 4, vec![Layer::Flatten, dense(6), conv(5, [1, 1], [1, 1], VALID, true), NORM, dense(3)]),
    ]
}

/// A model of some layers; every value is drawn, those that start at 0 or 1 too.
fn saved(side: usize, layers: Vec<Layer>) -> SavedModel {
    let architecture = Architecture { input: [side, side, 1].into(), layers };
    let model = Model::random(architecture.clone(), Initializer::HeNormal, 3).unwrap();
    let shake = |(index, value): (usize, &f32)| value + ((index * 7_919) % 101) as f32 / 1_000.0 - 0.05;
    let values = model.values().iter().enumerate().map(shake).collect();
    let model = Model::with_values(architecture, values).unwrap();
    SavedModel {
        preparation: Preparation::default().with_canvas(side as u32, side as u32).unwrap(),
        labels: (0..model.outline().classes).map(|class| format!("class {class}")).collect(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance { program: "test".to_owned(), recipe: "a = 1".to_owned(), data: "none".to_owned() },
        model,
    }
}

fn bits(model: &Model) -> Vec<u32> {
    model.values().iter().map(|value| value.to_bits()).collect()
}

#[test]
fn models_come_back_bit_for_bit() {
    for (name, side, layers) in architectures() {
        let plain = saved(side, layers);
        let warm = SavedModel { model: plain.model.clone().with_temperature(1.234_567_8).unwrap(), ..plain.clone() };
        for saved in [plain, warm] {
            for output in [onnx::Output::Probabilities, onnx::Output::Logits] {
                let bytes = onnx::write(&saved, output).unwrap();
                let again = onnx::read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(again.model.architecture(), saved.model.architecture(), "{name}");
                assert_eq!(bits(&again.model), bits(&saved.model), "{name}");
                assert_eq!(again.model.temperature().to_bits(), saved.model.temperature().to_bits(), "{name}");
                assert!(again == saved, "{name}");
                assert_eq!(onnx::write(&again, output).unwrap(), bytes, "{name}: the same model gives the same bytes");
            }
        }
    }
}

#[test]
fn damaged_files_are_errors_or_models() {
    let layers = vec![conv(2, [2, 2], [1, 1], SAME, true), NORM, Layer::Relu, Layer::Flatten, Layer::dense(2)];
    let warm = saved(3, layers);
    let warm = SavedModel { model: warm.model.with_temperature(2.0).unwrap(), ..warm };
    let own = onnx::write(&warm, onnx::Output::Probabilities).unwrap();
    // Of another program's file, the nodes at its front and the names at its end, without the weights between.
    let foreign = file("pytorch_pooled_trace.onnx");
    let ends = (0..2_000).chain(foreign.len() - 500..foreign.len()).collect();
    let mut read = [0, 0];
    for (bytes, places) in [(&own, (0..own.len()).collect::<Vec<_>>()), (&foreign, ends)] {
        for place in places {
            // What comes last is the description: a file without it is a model of another program.
            let cut = onnx::read(&bytes[..place]);
            assert!(cut.is_err() || place > bytes.len() - 1_000, "cut at {place} of {}", bytes.len());
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[place] ^= flip;
                read[usize::from(onnx::read(&bytes).is_ok())] += 1;
            }
        }
    }
    assert!(read.iter().all(|&count| count > 1_000), "{read:?} errors and models");
}
