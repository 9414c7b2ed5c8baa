//! What can be quantised, and the scales of what is.

use super::*;

#[test]
fn what_cannot_be_quantised_is_refused() {
    let input = Shape { height: 8, width: 8, channels: 1 };
    let norm = Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 };
    let average = Layer::Pool { kind: PoolKind::Average, size: [2, 2], stride: [2, 2], padding: Padding::Valid };
    let end = [Layer::Flatten, Layer::dense(3)];
    for (layers, expected) in [
        (vec![norm.clone()], "layer 1 (batch_norm): follows no convolution or dense layer directly"),
        (vec![Layer::conv(2, 3), Layer::Relu, norm.clone()], "layer 3 (batch_norm): follows no convolution"),
        (vec![Layer::conv(2, 3), Layer::Flatten, norm], "layer 3 (batch_norm): follows no convolution"),
        (
            vec![Layer::conv(2, 3), Layer::Clip { low: -1.0, high: 6.0 }],
            "layer 2 (clip): its lower limit is -1, expected 0 in a quantised network",
        ),
        (vec![Layer::conv(2, 3)], "layer 1 (conv2d): its output may be negative, and dense takes bytes\nhint: "),
        (
            vec![Layer::conv(2, 3), Layer::Tanh],
            "layer 2 (tanh): has no counterpart in int8 before the last convolution or dense layer\nhint: use relu",
        ),
        (vec![Layer::conv(2, 3), Layer::max_pool(2)], "layer 1 (conv2d): its output may be negative, and dense"),
        (
            vec![Layer::conv(2, 3), average, Layer::Relu],
            "layer 1 (conv2d): its output may be negative, and average_pool",
        ),
    ] {
        let model = model(Architecture { input, layers: [&layers[..], &end].concat() });
        let text = quantize(&model, &[7; 64], Engine::single()).unwrap_err().to_string();
        assert!(text.starts_with(expected), "{text}");
    }
    let wide = Shape { height: 258, width: 256, channels: 1 };
    let large = model(Architecture { input: wide, layers: end.to_vec() });
    let text = quantize(&large, &[7; 258 * 256], Engine::single()).unwrap_err().to_string();
    assert_eq!(text, "layer 2 (dense): 66048 inputs, expected at most 65793 to be quantised");

    let flat = Architecture { input: Shape::flat(10), layers: vec![Layer::Relu] };
    let text = quantize(&model(flat), &[7; 10], Engine::single()).unwrap_err().to_string();
    assert_eq!(text, "the network has no convolution or dense layer to quantise");
    let linear = model(Architecture::preset("linear").unwrap());
    for bytes in [0, 783] {
        let outcome = quantize(&linear, &vec![0; bytes], Engine::single());
        assert!(matches!(outcome, Err(Error::Setting { name: "calibration", .. })), "{bytes} bytes");
    }
    let twice = quantize(&quantize(&linear, &[9; 784], Engine::single()).unwrap(), &[9; 784], Engine::single());
    assert_eq!(twice.unwrap_err().to_string(), "the network is quantised already");
    let mut values = linear.values().to_vec();
    values[5] = f32::INFINITY;
    let broken = Model::with_values(linear.architecture().clone(), values).unwrap();
    let text = quantize(&broken, &[9; 784], Engine::single()).unwrap_err().to_string();
    assert_eq!(text, "layer 2 (dense): its kernel holds values that are not finite numbers");
}

#[test]
fn scales_that_do_not_fit_are_refused() {
    let (_, model, _) = quantized(Architecture::paper());
    let changed = |change: &dyn Fn(&mut crate::Quantization, &mut Vec<f32>)| {
        let (mut quantization, mut values) = (model.quantization().unwrap().clone(), model.values().to_vec());
        change(&mut quantization, &mut values);
        Model::with_quantization(model.architecture().clone(), values, quantization)
    };
    assert_eq!(changed(&|_, _| ()).unwrap(), model);
    type Change = fn(&mut crate::Quantization, &mut Vec<f32>);
    let changes: [(Change, &str); 13] = [
        (
            |q, _| drop(q.layers.pop()),
            "the network has scales for the layers [1, 4, 6, 10], expected [1, 4, 6, 10, 12]",
        ),
        (|q, _| q.layers[1].layer = 2, "the network has scales for the layers [1, 3, 6, 10, 12], expected"),
        (
            |q, _| q.layers[0].input = 0.5,
            "layer 1 (conv2d): the scale of its input is 0.5, expected 0.003921569 for pixels",
        ),
        (|q, _| q.layers[1].input = 0.0, "layer 4 (conv2d): the scale of its input is 0e0, expected a finite number"),
        (|q, _| q.layers[1].input = f32::NAN, "layer 4 (conv2d): the scale of its input is NaN, expected"),
        (|q, _| q.layers[1].input = f32::INFINITY, "layer 4 (conv2d): the scale of its input is inf, expected"),
        (|q, _| q.layers[1].input = 1e-40, "layer 4 (conv2d): the scale of its input is 1e-40, expected"),
        (|q, _| q.layers[2].kernel.truncate(63), "layer 6 (conv2d): 63 scales of filters, expected 64"),
        (|q, _| q.layers[2].kernel[5] = -1.0, "layer 6 (conv2d): the scale of a filter is -1e0, expected"),
        (|q, _| q.layers[2].kernel[5] = 3e38, "layer 6 (conv2d): the scale of a filter is 3e38, expected"),
        (|q, _| q.layers[4].kernel[5] *= 1.01, "layer 12 (dense): the weight "),
        (|_, values| values[7] = f32::NAN, "layer 1 (conv2d): the weight NaN is not one of -127 to 127 times"),
        (|q, _| q.layers[1].input = 1e38, "layer 1 (conv2d): its scales give a factor of "),
    ];
    for (change, expected) in changes {
        let text = changed(&change).unwrap_err().to_string();
        assert!(text.starts_with(expected), "'{text}' should start with '{expected}'");
    }
    // A bias may be any number, but not what its layer's output scale makes infinite.
    let text = changed(&|quantization, values| {
        let bias = model.outline().layers[0].tensors[1].range.start;
        quantization.layers[1].input = 1e-10;
        values[bias] = 1e30;
    });
    let text = text.unwrap_err().to_string();
    assert_eq!(text, "layer 1 (conv2d): its scales give a bias of inf, expected a finite number");
}

/// No byte may stand for more than a clip lets through, since nothing else cuts off what is larger.
#[test]
fn a_clip_limits_the_scale_after_it() {
    let clip = Layer::Clip { low: 0.0, high: 0.25 };
    let layers = vec![Layer::Flatten, Layer::dense(7), clip, Layer::dense(3)];
    let start = model(Architecture { input: [4, 4, 1].into(), layers });
    let bright = quantize(&start, &[255; 16], Engine::single()).unwrap();
    let scales = bright.quantization().unwrap().clone();
    assert_eq!(scales.layers[1].input, 0.25 / 255.0, "some of seven outputs are above a quarter");
    let mut wide = scales;
    wide.layers[1].input *= 1.001;
    let refused = Model::with_quantization(bright.architecture().clone(), bright.values().to_vec(), wide);
    let text = refused.unwrap_err().to_string();
    assert!(text.starts_with("layer 4 (dense): the scale of its input is 9.8"), "{text}");
    assert!(text.ends_with("expected at most a 255th of the limit 0.25 before it"), "{text}");

    let mut values = start.values().to_vec();
    values[start.outline().layers[1].tensors[1].range.clone()].fill(-1e9);
    let idle = Model::with_values(start.architecture().clone(), values).unwrap();
    let idle = quantize(&idle, &[255; 16], Engine::single()).unwrap();
    assert_eq!(idle.quantization().unwrap().layers[1].input, 0.25 / 255.0, "some scale, and none that is too wide");
}

#[test]
fn a_filter_of_next_to_nothing_and_a_layer_that_is_never_active_are_quantised() {
    let start = model(Architecture::preset("mlp").unwrap());
    let mut values = start.values().to_vec();
    let [kernel, bias] = [0, 1].map(|tensor| start.outline().layers[1].tensors[tensor].range.clone());
    values[kernel.clone()].iter_mut().step_by(100).for_each(|weight| *weight *= 1e-37);
    values[kernel.clone()].iter_mut().skip(1).step_by(100).for_each(|weight| *weight = 0.0);
    let check = |values: Vec<f32>| {
        let model = Model::with_values(start.architecture().clone(), values).unwrap();
        let quantized = quantize(&model, &[9; 784], Engine::single()).unwrap();
        assert_eq!(
            Predictor::new(&quantized, Engine::single()).unwrap().logits(&[9; 784]),
            byte_logits(&quantized, &[9; 784])
        );
        quantized.quantization().unwrap().clone()
    };
    assert_eq!(check(values.clone()).layers[0].kernel[..2], [1.0, 1.0]);
    values[bias].fill(-1e9);
    assert_eq!(check(values).layers[1].input, PIXEL_SCALE);
}
