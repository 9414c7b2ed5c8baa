//! Models written and read again.

use super::*;

fn round_trips(saved: &SavedModel) {
    let files = [write_hdf5(saved).unwrap(), write_archive(saved).unwrap()];
    assert_eq!([write_hdf5(saved).unwrap(), write_archive(saved).unwrap()], files, "the same model, the same bytes");
    for again in [read_hdf5(&files[0], None).unwrap(), read_archive(&files[1]).unwrap()] {
        assert_eq!(&again, saved);
        assert_eq!(bits(&again), bits(saved));
    }
}

#[test]
fn a_model_comes_back_bit_for_bit() {
    let pool = |kind, size, stride, padding| Layer::Pool { kind, size, stride, padding };
    let whole = |kind| pool(kind, [26, 26], [26, 26], Padding::Valid);
    let norm = Layer::BatchNorm { momentum: 0.99, epsilon: 1e-5 };
    let padded = |before, after| Padding::Explicit { before, after };
    let grouped = |filters, stride, groups| Layer::Conv2d {
        filters,
        kernel: [3, 2],
        stride,
        padding: Padding::Same,
        bias: true,
        groups,
    };
    let conv = |stride, padding| Layer::Conv2d { filters: 3, kernel: [3, 3], stride, padding, bias: true, groups: 1 };
    round_trips(&sample());
    round_trips(&SavedModel { model: sample().model.with_temperature(1.234_567_8).unwrap(), ..sample() });
    for layers in [
        Architecture::paper().layers,
        vec![Layer::Flatten, Layer::dense(10)],
        vec![Layer::Flatten, Layer::Flatten, norm.clone(), Layer::dense(10), Layer::Relu],
        vec![Layer::Relu, Layer::conv(3, 3), norm, Layer::Relu, Layer::Relu, Layer::Flatten, Layer::dense(10)],
        vec![Layer::conv(10, 3), whole(PoolKind::Average)],
        vec![Layer::conv(4, 15), Layer::Relu, Layer::ConcatPool, Layer::dense(10)],
        vec![
            Layer::conv(4, 3),
            Layer::Residual {
                layers: vec![
                    Layer::Relu,
                    Layer::depthwise(4, 3),
                    Layer::Residual { layers: vec![Layer::conv(4, 1), Layer::Tanh] },
                    Layer::Gate {
                        layers: vec![
                            whole(PoolKind::Average),
                            Layer::dense(2),
                            Layer::Relu,
                            Layer::dense(4),
                            Layer::Sigmoid,
                        ],
                    },
                ],
            },
            Layer::Relu,
            Layer::Flatten,
            Layer::dense(10),
            Layer::Residual { layers: vec![Layer::dense(10), Layer::Relu] },
            Layer::Gate { layers: vec![Layer::dense(10), Layer::Sigmoid] },
        ],
        vec![Layer::max_pool(2), Layer::ConcatPool, Layer::dense(10), Layer::ConcatPool, Layer::dense(10)],
        vec![
            Layer::conv(6, 3),
            Layer::depthwise(6, 3),
            Layer::Relu,
            grouped(12, [2, 2], 6),
            grouped(12, [1, 2], 12),
            Layer::conv(4, 1),
            grouped(6, [1, 1], 2),
            Layer::Flatten,
            Layer::dense(10),
        ],
        vec![Layer::conv(10, 3), whole(PoolKind::Sum)],
        vec![Layer::conv(10, 3), pool(PoolKind::Average, [26, 26], [1, 1], Padding::Valid)],
        vec![Layer::max_pool(2), Layer::max_pool(14), Layer::Flatten, Layer::dense(10)],
        vec![
            Layer::max_pool(14),
            Layer::conv(7, 2),
            Layer::dense(12),
            Layer::conv(10, 1),
            Layer::Dropout { rate: 0.1 },
        ],
        vec![pool(PoolKind::Sum, [2, 3], [1, 2], Padding::Valid), Layer::Flatten, Layer::dense(10)],
        vec![pool(PoolKind::Sum, [2, 3], [1, 2], Padding::Same), Layer::Flatten, Layer::dense(10)],
        vec![pool(PoolKind::Sum, [3, 2], [2, 2], padded([1, 1], [1, 1])), Layer::Flatten, Layer::dense(10)],
        vec![pool(PoolKind::AverageWithPadding, [3, 3], [2, 2], Padding::Same), Layer::Flatten, Layer::dense(10)],
        vec![
            pool(PoolKind::AverageWithPadding, [3, 3], [2, 1], padded([1, 2], [1, 0])),
            Layer::Clip { low: 0.0, high: 6.0 },
            pool(PoolKind::Max, [3, 3], [2, 2], padded([1, 1], [1, 1])),
            Layer::Flatten,
            Layer::dense(10),
            Layer::Clip { low: 0.0, high: f32::MAX },
        ],
        vec![pool(PoolKind::Sum, [7, 7], [7, 7], Padding::Valid), Layer::Relu, Layer::Flatten],
        vec![
            conv([2, 2], padded([1, 1], [1, 1])),
            Layer::Relu,
            pool(PoolKind::Max, [3, 3], [2, 2], padded([1, 0], [0, 1])),
            conv([1, 1], padded([2, 0], [0, 1])),
            Layer::Flatten,
            Layer::dense(10),
        ],
    ] {
        let saved = of_layers(layers);
        round_trips(&saved);
        round_trips(&SavedModel { model: saved.model.clone().with_temperature(0.3).unwrap(), ..saved });
    }
    for saved in crate::samples::without_parameters() {
        round_trips(&saved);
        round_trips(&SavedModel { model: saved.model.clone().with_temperature(0.3).unwrap(), ..saved });
    }
}

/// Layers that fit behind each other on images of at least eight pixels a side.
fn image_layer() -> impl Strategy<Value = Layer> {
    let padding = prop_oneof![Just(Padding::Valid), Just(Padding::Same)];
    let pair = || (1usize..4, 1usize..3).prop_map(|(a, b)| [a, b]);
    let kind =
        prop::sample::select(vec![PoolKind::Max, PoolKind::Average, PoolKind::AverageWithPadding, PoolKind::Sum]);
    prop_oneof![
        (1usize..5, pair(), pair(), padding.clone(), any::<bool>()).prop_map(
            |(filters, kernel, stride, padding, bias)| Layer::Conv2d {
                filters,
                kernel,
                stride,
                padding,
                bias,
                groups: 1
            }
        ),
        (kind, pair(), pair(), padding)
            .prop_map(|(kind, size, stride, padding)| { Layer::Pool { kind, size, stride, padding } }),
        Just(Layer::Relu),
        (0.1f32..10.0).prop_map(|high| Layer::Clip { low: 0.0, high }),
        (0.0f32..0.999, 1e-6f32..1.0).prop_map(|(momentum, epsilon)| Layer::BatchNorm { momentum, epsilon }),
        Just(Layer::Tanh),
        Just(Layer::Sigmoid),
        prop::sample::select(vec![Layer::Selu, Layer::Silu, Layer::HardSwish, Layer::Softplus]),
        Just(Layer::Gelu { approximate: false }),
        (0.0f32..2.0).prop_map(|slope| Layer::LeakyRelu { slope }),
        (0.0f32..2.0).prop_map(|alpha| Layer::Elu { alpha }),
        (0.0f32..0.999).prop_map(|rate| Layer::Dropout { rate }),
    ]
}

/// Whether a layer is not a mean or sum that counts its padding and has none: such are written without the word.
fn has_one_name(layer: &LayerOutline) -> bool {
    let Layer::Pool { kind, size, stride, padding } = layer.layer else { return true };
    match (kind, padding) {
        (PoolKind::AverageWithPadding, Padding::Valid) => false,
        (PoolKind::AverageWithPadding | PoolKind::Sum, Padding::Same) => {
            padding.windows(layer.input, size, stride).is_some_and(|window| window.is_padded())
        }
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_network_comes_back(
        image in prop::collection::vec(image_layer(), 0..4),
        relu in any::<bool>(),
        temperature in 0.01f32..100.0,
    ) {
        let end = [Layer::Flatten, Layer::dense(5), Layer::Relu, Layer::dense(10)];
        let end = end.into_iter().chain(relu.then_some(Layer::Relu));
        let layers: Vec<Layer> = image.into_iter().chain(end).collect();
        let architecture = Architecture { input: [28, 28, 1].into(), layers: layers.clone() };
        let Ok(outline) = architecture.outline() else { return Ok(()) };
        prop_assume!(outline.layers.iter().all(has_one_name));
        let saved = of_layers(layers);
        round_trips(&SavedModel { model: saved.model.clone().with_temperature(temperature).unwrap(), ..saved });
    }
}

#[test]
fn what_keras_cannot_say_is_refused() {
    let pooled = |kind, padding| {
        let pool = Layer::Pool { kind, size: [2, 2], stride: [2, 2], padding };
        of_layers(vec![pool, Layer::Flatten, Layer::dense(10)])
    };
    let with = |activation| of_layers(vec![activation, Layer::Flatten, Layer::dense(10)]);
    let below_zero = with(Layer::Clip { low: -1.0, high: 1.0 });
    let by_tanh = with(Layer::Gelu { approximate: true });
    let hard = with(Layer::HardSigmoid { slope: 0.2 });
    let padded = |kind| pooled(kind, Padding::Explicit { before: [1, 1], after: [0, 0] });
    let quantized = tenfold_network::quantize(&sample().model, &[90; 784], tenfold_network::Engine::single()).unwrap();
    let quantized = SavedModel { model: quantized, ..sample() };
    for (saved, expected) in [
        (
            below_zero,
            "Keras files cannot hold this model: layer clip: Keras has limits of numbers from 0 on only\nhint:",
        ),
        (
            padded(PoolKind::Max),
            "Keras files cannot hold this model: layer max_pool: Keras pads for pooling in numbers only before a maximum",
        ),
        (
            by_tanh,
            "Keras files cannot hold this model: layer gelu: Keras files have GELU by the error function only\nhint:",
        ),
        (
            hard,
            "Keras files cannot hold this model: layer hard_sigmoid: Keras 2 and 3 give the name to two functions\nhint:",
        ),
        (padded(PoolKind::Average), "Keras files cannot hold this model: layer average_pool: Keras pads for pooling"),
        (quantized, "Keras files cannot hold this model: it is quantised\nhint: convert the float model"),
    ] {
        for error in [write_hdf5(&saved).unwrap_err(), write_archive(&saved).unwrap_err()] {
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}
