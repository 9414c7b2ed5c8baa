//! Outlines: the paper's numbers, and refusals of networks that cannot be.

use crate::{Architecture, Initializer, Layer, Model, PRESETS, Padding, PoolKind, Role, Shape};

#[test]
fn the_papers_numbers() {
    let outline = Architecture::paper().outline().unwrap();
    let shapes: Vec<String> = outline.layers.iter().map(|layer| layer.output.to_string()).collect();
    let expected = [
        "26x26x32", "26x26x32", "13x13x32", "11x11x64", "11x11x64", "9x9x64", "9x9x64", "4x4x64", "1024", "100", "100",
        "10",
    ];
    assert_eq!(shapes, expected);
    let parameters: Vec<usize> = outline.layers.iter().map(|layer| layer.parameters()).filter(|&p| p > 0).collect();
    assert_eq!(parameters, [320, 18_496, 36_928, 102_500, 1_010]);
    assert_eq!((outline.parameters, outline.trainable, outline.classes), (159_254, 159_254, 10));
    assert_eq!(outline.multiply_accumulates(), 5_514_344);
    let names: Vec<&str> = outline.tensors().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!(names[..4], ["conv2d.kernel", "conv2d.bias", "conv2d_1.kernel", "conv2d_1.bias"]);
}

#[test]
fn presets_keep_to_what_they_are_for() {
    let any = usize::MAX;
    let rows = [
        ("linear", 7_850..=7_850, any),
        ("mlp", 79_510..=79_510, any),
        ("lenet5", 61_706..=61_706, any),
        ("paper", 159_254..=159_254, any),
        ("paper+", 0..=159_254, 5_514_344),
        ("micro", 0..=2_500, any),
        ("tiny", 0..=10_000, any),
        ("fast", 0..=any, any),
        ("best", 0..=any, 30_000_000),
        ("reader", 0..=any, 30_000_000),
    ];
    assert_eq!(rows.each_ref().map(|(name, ..)| *name), PRESETS.map(|preset| preset.name));
    for (preset, (name, parameters, multiply_adds)) in PRESETS.iter().zip(rows) {
        let outline = preset.architecture().outline().unwrap();
        assert!(parameters.contains(&outline.parameters), "{name}: {} parameters", outline.parameters);
        let found = outline.multiply_accumulates();
        assert!(found <= multiply_adds as u64, "{name}: {found} multiply-adds");
        assert_eq!((preset.architecture().input, outline.classes), ([28, 28, 1].into(), 10), "{name}");
        assert_eq!(preset.architecture().for_classes(26).outline().unwrap().classes, 26, "{name}");
        assert!(
            preset.about().len() > 10 && !preset.about().contains('='),
            "{name}: the first line says what it is for"
        );
    }
    assert_eq!(Architecture::preset("nothing"), None);
}

#[test]
fn moving_statistics_come_after_what_is_trained() {
    let norm = Layer::BatchNorm { momentum: 0.99, epsilon: 1e-3 };
    let layers = vec![norm, Layer::Flatten, Layer::dense(10)];
    let outline = Architecture { input: [28, 28, 1].into(), layers }.outline().unwrap();
    assert_eq!((outline.trainable, outline.parameters), (2 + 7_850, 2 + 7_850 + 2));
    let mut end = 0;
    let mut tensors: Vec<_> = outline.tensors().collect();
    tensors.sort_by_key(|tensor| tensor.range.start);
    for tensor in tensors {
        assert_eq!(tensor.range.start, end, "{}", tensor.name);
        assert_eq!(tensor.role.is_trainable(), tensor.range.end <= outline.trainable);
        end = tensor.range.end;
    }
    assert_eq!(end, outline.parameters);
}

#[test]
fn impossible_networks_are_refused_with_the_layer_and_the_reason() {
    let input = Shape { height: 8, width: 8, channels: 1 };
    let conv = |filters, kernel, stride| Layer::Conv2d {
        filters,
        kernel,
        stride,
        padding: Padding::Same,
        bias: true,
        groups: 1,
    };
    let explicit = |before, after| {
        let padding = Padding::Explicit { before, after };
        Layer::Conv2d { filters: 1, kernel: [3, 3], stride: [1, 1], padding, bias: true, groups: 1 }
    };
    let huge = usize::MAX / 2;
    for (layers, expected) in [
        (vec![], "the network has 0 layers"),
        (vec![Layer::Relu], "the network ends in 8x8x1 outputs"),
        (vec![Layer::conv(4, 3)], "the network ends in 6x6x4 outputs"),
        (vec![Layer::Flatten, Layer::dense(1)], "ends in 1 outputs, expected 2 to 1000"),
        (vec![Layer::conv(4, 9)], "layer 1 (conv2d): a window of 9x9 does not fit into 8x8x1"),
        (vec![Layer::dense(4)], "layer 1 (dense): takes one vector, found 8x8x1\nhint: put a flatten layer"),
        (vec![Layer::conv(0, 3)], "layer 1 (conv2d): 0 filters, expected 1 to"),
        (vec![conv(4, [0, 3], [1, 1])], "a window of 0x3, expected sides of 1 to 1024"),
        (vec![conv(4, [3, 3], [huge, 1])], "a stride of"),
        (
            vec![explicit([1, 3], [0, 0])],
            "layer 1 (conv2d): a padding of [1, 3] before and [0, 0] after the image, expected less than the window's 3x3",
        ),
        (vec![explicit([0, 0], [huge, 0])], "after the image, expected less than the window's 3x3"),
        (
            vec![Layer::conv(6, 3), Layer::depthwise(4, 3)],
            "layer 2 (conv2d): 4 groups, expected a number that divides the 6 channels and the 4 filters",
        ),
        (vec![Layer::conv(6, 3), Layer::depthwise(0, 3)], "layer 2 (conv2d): 0 filters, expected 1 to"),
        (vec![conv(huge, [3, 3], [1, 1])], "layer 1 (conv2d): 9223372036854775807 filters"),
        ([vec![conv(1 << 16, [1, 1], [1, 1])], vec![Layer::Relu; 20]].concat(), "more than 67108864 numbers per image"),
        (vec![conv(1 << 20, [3, 3], [1, 1])], "gives an output of 8x8x1048576, expected 1 to"),
        (vec![Layer::Flatten, Layer::dense(1 << 22), Layer::dense(1 << 22)], "more than 268435456 parameters"),
        (vec![Layer::Relu, Layer::Dropout { rate: 1.0 }], "layer 2 (dropout): rate is 1, expected 0 up to"),
        (
            vec![Layer::Clip { low: 1.0, high: 1.0 }],
            "layer 1 (clip): limits of 1 and 1, expected finite ones, the first below the second",
        ),
        (vec![Layer::Clip { low: 0.0, high: f32::INFINITY }], "layer 1 (clip): limits of 0 and inf"),
        (vec![Layer::Elu { alpha: -0.5 }], "layer 1 (elu): alpha is -0.5, expected a finite number, 0 or more"),
        (vec![Layer::Residual { layers: vec![] }], "layer 1 (residual): has no layers"),
        (
            vec![Layer::Residual { layers: vec![Layer::conv(4, 3)] }],
            "layer 2 (residual): its layers make 6x6x4 of 8x8x1, expected 8x8x1",
        ),
        (
            vec![Layer::conv(4, 1), Layer::Gate { layers: vec![Layer::Relu] }],
            "layer 3 (gate): its layers make 8x8x4 of 8x8x4, expected 4",
        ),
        (
            vec![Layer::Flatten, Layer::Residual { layers: vec![Layer::Relu] }],
            "layer 2 (residual): takes the numbers of a flattened image",
        ),
        (
            vec![(0..9).fold(Layer::Relu, |inner, _| Layer::Residual { layers: vec![inner] })],
            "lies in 8 others, expected at most 8 in all",
        ),
        (
            vec![Layer::HardSigmoid { slope: 0.0 }],
            "layer 1 (hard_sigmoid): the slope is 0, expected a finite number above 0",
        ),
        (vec![Layer::BatchNorm { momentum: 0.9, epsilon: 0.0 }], "epsilon is 0, expected a number above 0"),
        (
            vec![Layer::Pool { kind: PoolKind::Max, size: [32, 32], stride: [1, 1], padding: Padding::Same }],
            "layer 1 (max_pool): a window of 1024 cells, expected at most 256",
        ),
    ] {
        let error = Architecture { input, layers }.outline().unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    let wide = Shape { height: huge, width: 3, channels: 1 };
    let error = Architecture { input: wide, layers: vec![Layer::Flatten] }.outline().unwrap_err().to_string();
    assert!(error.contains("takes an input of 9223372036854775807x3x1"), "{error}");
    let error = Model::with_values(Architecture::paper(), vec![0.0; 3]).unwrap_err().to_string();
    assert_eq!(error, "the network has 159254 parameters, found values for 3");
}

#[test]
fn initial_values_have_their_variances() {
    for (initializer, of_fans, uniform) in [
        (Initializer::HeNormal, (|fan_in, _| 2.0 / fan_in) as fn(f64, f64) -> f64, false),
        (Initializer::HeUniform, |fan_in, _| 2.0 / fan_in, true),
        (Initializer::GlorotNormal, |fan_in, fan_out| 2.0 / (fan_in + fan_out), false),
        (Initializer::GlorotUniform, |fan_in, fan_out| 2.0 / (fan_in + fan_out), true),
    ] {
        let model = Model::random(Architecture::paper(), initializer, 4).unwrap();
        for tensor in model.outline().tensors() {
            let values = model.tensor(tensor);
            let Role::Kernel { fan_in, fan_out } = tensor.role else {
                assert!(values.iter().all(|&value| value == 0.0));
                continue;
            };
            let expected = of_fans(fan_in as f64, fan_out as f64);
            let n = values.len() as f64;
            let variance = values.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / n;
            // Five standard errors of the variance of a Gaussian sample.
            assert!((variance / expected - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{initializer:?} {}", tensor.name);
            let largest = values.iter().fold(0.0, |m: f64, &v| m.max(f64::from(v).abs()));
            assert_eq!(largest <= (3.0 * expected).sqrt() + 1e-7, uniform, "{initializer:?} {}", tensor.name);
        }
    }
}
