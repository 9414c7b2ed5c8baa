mod architecture;
mod ensemble;
mod gradients;
mod limits;
mod prediction;
mod quantization;
mod training;

use tenfold_kernels::{Cpu, Level};
use tenfold_random::{Purpose, Stream};

use crate::{Architecture, Engine, Initializer, Layer, Model, Padding, PoolKind, Role, Shape};

/// Images of `input` with random bytes and labels below `classes`.
fn batch(input: Shape, classes: u32, count: usize) -> (Vec<u8>, Vec<u16>, Vec<u32>) {
    let mut stream = Stream::new(5, Purpose::Test, 0, 0);
    let images = (0..count * input.len()).map(|_| stream.below(256) as u8).collect();
    let labels = (0..count).map(|_| stream.below(classes) as u16).collect();
    (images, labels, (0..count as u32).collect())
}

/// A model with random biases, scales and shifts too: a zero bias would hide a wrong gradient, and puts ReLU on its
/// corner.
fn model(architecture: Architecture) -> Model {
    let start = Model::random(architecture.clone(), Initializer::HeNormal, 1).unwrap();
    let mut values = start.values().to_vec();
    let mut stream = Stream::new(6, Purpose::Test, 0, 1);
    for tensor in start.outline().tensors().filter(|tensor| !matches!(tensor.role, Role::Kernel { .. })) {
        for value in &mut values[tensor.range.clone()] {
            *value += 0.1 * stream.normal().abs() as f32;
        }
    }
    Model::with_values(architecture, values).unwrap()
}

/// Every level of instructions that this machine has, with and without transforms, on two threads.
fn engines() -> impl Iterator<Item = Engine> {
    let cpus = Level::ALL.into_iter().filter_map(Cpu::with_level);
    cpus.flat_map(|cpu| [false, true].map(|exact| Engine { threads: 2, cpu, exact }))
}

/// Small networks that between them have every kind of layer and setting.
fn small_networks() -> Vec<(&'static str, Architecture)> {
    let input = Shape { height: 9, width: 8, channels: 2 };
    let pool = |kind, padding| Layer::Pool { kind, size: [3, 2], stride: [2, 2], padding };
    let conv =
        |filters, kernel, stride, padding| Layer::Conv2d { filters, kernel, stride, padding, bias: true, groups: 1 };
    let grouped = |filters, kernel, stride, groups| {
        let padding = Padding::Same;
        Layer::Conv2d { filters, kernel, stride, padding, bias: groups == 3, groups }
    };
    let padded = |before, after| Padding::Explicit { before, after };
    // No bias before a batch normalisation: it would have no effect, and a gradient of nothing but rounding.
    let unbiased =
        Layer::Conv2d { filters: 3, kernel: [3, 3], stride: [1, 1], padding: Padding::Same, bias: false, groups: 1 };
    let norm = Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 };
    let end = || vec![Layer::Flatten, Layer::dense(4)];
    let network = |name, layers: Vec<Layer>| (name, Architecture { input, layers: [layers, end()].concat() });
    vec![
        network("dense", vec![Layer::Flatten, Layer::Dense { units: 7, bias: false }, Layer::Relu]),
        network("conv valid", vec![conv(5, [3, 3], [1, 1], Padding::Valid), Layer::Relu]),
        network(
            "conv same, strided, after another",
            vec![conv(3, [3, 2], [1, 1], Padding::Same), Layer::Relu, conv(4, [2, 5], [2, 1], Padding::Same)],
        ),
        network(
            "few channels, pooled, trimmed",
            vec![conv(5, [3, 3], [1, 1], Padding::Valid), Layer::Relu, Layer::max_pool(2)],
        ),
        network(
            "few channels, pooled before the activation",
            vec![conv(17, [2, 3], [1, 1], Padding::Valid), Layer::max_pool(2)],
        ),
        network(
            "3x3 after another, valid, pooled, trimmed, and same",
            vec![
                conv(9, [3, 3], [1, 1], Padding::Same),
                Layer::Relu,
                conv(16, [3, 3], [1, 1], Padding::Valid),
                Layer::Relu,
                Layer::max_pool(2),
                conv(8, [3, 3], [1, 1], Padding::Same),
                Layer::Relu,
            ],
        ),
        network(
            "3x3 with overhanging pooling",
            vec![
                conv(9, [3, 3], [1, 1], Padding::Same),
                conv(8, [3, 3], [1, 1], Padding::Same),
                Layer::Pool { kind: PoolKind::Max, size: [2, 2], stride: [2, 2], padding: Padding::Same },
            ],
        ),
        network(
            "padding in numbers, strided, pooled, and 3x3",
            vec![
                conv(6, [3, 3], [2, 1], padded([1, 2], [1, 0])),
                Layer::Relu,
                conv(9, [3, 3], [1, 1], padded([0, 2], [2, 1])),
                pool(PoolKind::Max, padded([1, 1], [1, 0])),
                pool(PoolKind::Average, padded([2, 0], [0, 1])),
            ],
        ),
        network("max pool", vec![conv(3, [3, 3], [1, 1], Padding::Same), pool(PoolKind::Max, Padding::Valid)]),
        network("average pool", vec![conv(3, [3, 3], [1, 1], Padding::Same), pool(PoolKind::Average, Padding::Same)]),
        network(
            "mean with its padding, clipped",
            vec![
                conv(3, [3, 3], [1, 1], Padding::Same),
                pool(PoolKind::AverageWithPadding, padded([2, 1], [1, 1])),
                Layer::Clip { low: -0.05, high: 0.2 },
            ],
        ),
        network(
            "tanh, sigmoid and elu after convolutions, pooling and dense layers",
            vec![
                conv(5, [3, 3], [1, 1], Padding::Valid),
                Layer::Tanh,
                Layer::max_pool(2),
                conv(9, [3, 3], [1, 1], Padding::Same),
                Layer::Elu { alpha: 0.7 },
                conv(8, [3, 3], [1, 1], Padding::Same),
                Layer::Sigmoid,
                pool(PoolKind::Average, Padding::Same),
                Layer::Elu { alpha: 1.0 },
                Layer::Flatten,
                Layer::dense(7),
                Layer::Tanh,
            ],
        ),
        network(
            "leaky ReLU after every method of convolution and a dense layer",
            vec![
                conv(5, [3, 3], [1, 1], Padding::Valid),
                Layer::LeakyRelu { slope: 0.1 },
                conv(9, [3, 3], [1, 1], Padding::Same),
                Layer::LeakyRelu { slope: 0.3 },
                conv(8, [3, 3], [1, 1], Padding::Same),
                Layer::LeakyRelu { slope: 0.2 },
                conv(3, [2, 2], [2, 1], Padding::Same),
                Layer::LeakyRelu { slope: 1.5 },
                Layer::Flatten,
                Layer::dense(7),
                Layer::LeakyRelu { slope: 0.01 },
            ],
        ),
        network(
            "activations that go back from their input, after every method of convolution and a dense layer",
            vec![
                conv(5, [3, 3], [1, 1], Padding::Valid),
                Layer::Silu,
                conv(9, [3, 3], [1, 1], Padding::Same),
                Layer::Gelu { approximate: false },
                conv(8, [3, 3], [1, 1], Padding::Same),
                Layer::Gelu { approximate: true },
                conv(3, [2, 2], [2, 1], Padding::Same),
                Layer::HardSwish,
                Layer::max_pool(2),
                Layer::Flatten,
                Layer::dense(7),
                Layer::Silu,
            ],
        ),
        network(
            "selu, hard sigmoid and softplus",
            vec![
                conv(5, [3, 3], [1, 1], Padding::Valid),
                Layer::Selu,
                conv(9, [3, 3], [1, 1], Padding::Same),
                Layer::HardSigmoid { slope: 0.3 },
                conv(8, [3, 3], [1, 1], Padding::Same),
                Layer::Softplus,
                Layer::Flatten,
                Layer::dense(7),
                Layer::Selu,
            ],
        ),
        network(
            "depthwise, separable, and in groups, trimmed",
            vec![
                Layer::depthwise(2, 3),
                conv(12, [1, 1], [1, 1], Padding::Valid),
                Layer::Relu,
                grouped(24, [3, 2], [2, 1], 12),
                norm.clone(),
                Layer::Silu,
                grouped(9, [2, 2], [1, 1], 3),
                Layer::Tanh,
                Layer::max_pool(2),
            ],
        ),
        network(
            "means and largest numbers",
            vec![
                conv(5, [3, 3], [1, 1], Padding::Valid),
                Layer::Tanh,
                conv(3, [2, 2], [1, 1], Padding::Same),
                Layer::ConcatPool,
            ],
        ),
        network(
            "residual blocks within each other",
            vec![
                Layer::Residual { layers: vec![conv(2, [3, 3], [1, 1], Padding::Same), Layer::Tanh] },
                conv(6, [3, 3], [1, 1], Padding::Valid),
                Layer::Residual {
                    layers: vec![
                        Layer::Relu,
                        grouped(6, [3, 3], [1, 1], 6),
                        norm.clone(),
                        Layer::Silu,
                        Layer::Residual { layers: vec![grouped(6, [3, 3], [1, 1], 3), Layer::Dropout { rate: 0.3 }] },
                    ],
                },
                Layer::Relu,
                Layer::max_pool(2),
            ],
        ),
        network(
            "gates",
            vec![
                conv(4, [3, 3], [1, 1], Padding::Valid),
                Layer::Gate {
                    layers: vec![
                        Layer::Pool { kind: PoolKind::Average, size: [7, 6], stride: [1, 1], padding: Padding::Valid },
                        Layer::dense(3),
                        Layer::Relu,
                        Layer::dense(4),
                        Layer::Sigmoid,
                    ],
                },
                Layer::Flatten,
                Layer::dense(8),
                Layer::Residual { layers: vec![Layer::Dropout { rate: 0.2 }] },
                Layer::Gate {
                    layers: vec![Layer::Residual { layers: vec![Layer::Flatten] }, Layer::dense(8), Layer::Tanh],
                },
            ],
        ),
        network("sum pool", vec![conv(3, [3, 3], [1, 1], Padding::Same), pool(PoolKind::Sum, Padding::Valid)]),
        network(
            "batch normalisation, twice",
            vec![
                unbiased.clone(),
                norm.clone(),
                Layer::Relu,
                pool(PoolKind::Max, Padding::Same),
                unbiased.clone(),
                norm.clone(),
                Layer::Relu,
            ],
        ),
        network(
            "batch normalisation with all that can be part of it, of a map with an odd side, used in part",
            vec![
                unbiased.clone(),
                norm.clone(),
                Layer::Relu,
                Layer::max_pool(2),
                unbiased.clone(),
                norm.clone(),
                Layer::max_pool(2),
                conv(3, [1, 1], [2, 2], Padding::Valid),
            ],
        ),
        network(
            "batch normalisation, of the images and with pooling over the border",
            vec![
                Layer::Residual { layers: vec![norm.clone(), Layer::Relu] },
                unbiased,
                norm,
                Layer::Pool { kind: PoolKind::Max, size: [2, 2], stride: [2, 2], padding: Padding::Same },
            ],
        ),
        network("dropout", vec![conv(3, [3, 3], [1, 1], Padding::Same), Layer::Dropout { rate: 0.4 }, Layer::Relu]),
    ]
}
