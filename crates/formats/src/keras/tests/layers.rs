//! What Keras' layers become.

use super::*;

#[test]
fn all_shapes_of_input_are_an_image() {
    let [image, rows, row] = [json!([null, 28, 28, 1]), json!([null, 28, 28]), json!([null, 784])];
    let flat = |shape: &Value| after(shape.clone(), "Flatten", json!({})).unwrap();
    let expected = Architecture { input: [28, 28, 1].into(), layers: vec![Layer::Flatten] };
    for shape in [&image, &rows, &row] {
        assert_eq!(flat(shape), expected, "{shape}");
    }
    for (shape, target) in [(&row, json!([28, 28, 1])), (&rows, json!([28, 28, -1])), (&row, json!([28, 28]))] {
        let network = after(shape.clone(), "Reshape", json!({ "target_shape": target })).unwrap();
        assert_eq!(network, Architecture { input: [28, 28, 1].into(), layers: vec![] }, "{shape} {target}");
    }
    let network = after(row, "Dense", json!({ "units": 10 })).unwrap();
    assert_eq!(network.layers, [Layer::Flatten, Layer::dense(10)]);
    let network = after(rows, "Reshape", json!({ "target_shape": [-1] })).unwrap();
    assert_eq!(network.layers, [Layer::Flatten]);
}

#[test]
fn zeros_around_an_image_are_the_padding_of_what_comes_next() {
    let network = |padding: &Value, next: &[(&str, Value)]| {
        let zeros = ("ZeroPadding2D", json!({ "padding": padding }));
        let layer = |(class, config): &(&str, Value)| json!({ "class_name": class, "config": config });
        let input = ("InputLayer", json!({ "batch_input_shape": [null, 28, 28, 1] }));
        sequential([vec![input, zeros], next.to_vec()].concat().iter().map(layer).collect())
    };
    let conv = |padding, stride| {
        let config = json!({ "filters": 2, "kernel_size": 3, "strides": stride, "padding": padding, "name": "c" });
        [("Conv2D", config)]
    };
    for (padding, stride, expected) in [
        (json!(1), 2, Padding::Explicit { before: [1, 1], after: [1, 1] }),
        (json!([2, 1]), 1, Padding::Explicit { before: [2, 1], after: [2, 1] }),
        (json!([[0, 1], [2, 0]]), 1, Padding::Explicit { before: [0, 2], after: [1, 0] }),
        (json!(1), 1, Padding::Same),
        (json!([[0, 1], [0, 1]]), 2, Padding::Same),
        (json!(0), 2, Padding::Valid),
    ] {
        let layers = network(&padding, &conv("valid", stride)).unwrap().layers;
        let [Layer::Conv2d { padding: found, .. }] = layers[..] else { panic!("{layers:?}") };
        assert_eq!(found, expected, "{padding}");
    }
    // What leaves images as they are may stand between.
    let input = json!({ "batch_input_shape": [null, 30, 30, 1], "name": "i" });
    let [(_, config)] = conv("valid", 1);
    let nested = json!([{ "class_name": "InputLayer", "config": input }, { "class_name": "Conv2D", "config": config }]);
    for next in [
        &[("InputLayer", input), conv("valid", 1)[0].clone()][..],
        &[("Permute", json!({ "dims": [1, 2, 3], "name": "p" })), conv("valid", 1)[0].clone()],
        &[("Sequential", json!({ "name": "n", "layers": nested }))],
    ] {
        let layers = network(&json!(1), next).unwrap().layers;
        assert!(matches!(layers[..], [Layer::Conv2d { padding: Padding::Same, .. }]), "{next:?}: {layers:?}");
    }
    let layer = |class| [(class, json!({ "name": "c" }))];
    for (padding, next, expected) in [
        (
            json!(1),
            &conv("same", 1)[..],
            "layer c (Conv2D): pads an image with zeros around it, expected valid padding",
        ),
        (json!(3), &conv("valid", 1)[..], "layer c (Conv2D): a window of [3, 3], stride [1, 1], does not fit"),
        (json!([1, 2, 3]), &[], "padding is [1,2,3], expected one, two or four whole numbers"),
        (json!([-1, 2]), &[], "padding is [-1,2], expected one, two"),
        (json!(1), &layer("Flatten")[..], "layer c (Flatten): comes after zeros around the image, expected"),
        (json!(1), &layer("ZeroPadding2D")[..], "layer c (ZeroPadding2D): comes after zeros around the image"),
        (
            json!(1),
            &layer("MaxPooling2D")[..],
            "layer c (MaxPooling2D): takes the largest of numbers and zeros around them; supported is",
        ),
        (json!(1), &[], "the model: ends in zeros around an image"),
    ] {
        let error = network(&padding, next).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn activations() {
    let shape = || json!([null, 28, 28, 1]);
    for (class, config, expected) in [
        ("ReLU", json!({ "max_value": 6.0 }), Layer::Clip { low: 0.0, high: 6.0 }),
        ("ReLU", json!({ "max_value": 1, "negative_slope": 0.0, "threshold": 0 }), Layer::Clip { low: 0.0, high: 1.0 }),
        ("ReLU", json!({ "max_value": null }), Layer::Relu),
        ("Activation", json!({ "activation": "relu6" }), Layer::Clip { low: 0.0, high: 6.0 }),
        ("Activation", json!({ "activation": "tanh" }), Layer::Tanh),
        ("Activation", json!({ "activation": "elu" }), Layer::Elu { alpha: 1.0 }),
        ("Activation", json!({ "activation": "leaky_relu" }), Layer::LeakyRelu { slope: 0.2 }),
        ("Activation", json!({ "activation": "selu" }), Layer::Selu),
        ("Activation", json!({ "activation": "gelu" }), Layer::Gelu { approximate: false }),
        ("Activation", json!({ "activation": "silu" }), Layer::Silu),
        ("Activation", json!({ "activation": "swish" }), Layer::Silu),
        ("Activation", json!({ "activation": "hard_silu" }), Layer::HardSwish),
        ("Activation", json!({ "activation": "softplus" }), Layer::Softplus),
        ("Activation", json!({ "activation": "hard_sigmoid" }), Layer::HardSigmoid { slope: 0.2 }),
        ("LeakyReLU", json!({}), Layer::LeakyRelu { slope: 0.3 }),
        ("LeakyReLU", json!({ "alpha": 0.1 }), Layer::LeakyRelu { slope: 0.1 }),
        ("LeakyReLU", json!({ "negative_slope": 0.5 }), Layer::LeakyRelu { slope: 0.5 }),
        ("ELU", json!({}), Layer::Elu { alpha: 1.0 }),
        ("ELU", json!({ "alpha": 0.3 }), Layer::Elu { alpha: 0.3 }),
    ] {
        assert_eq!(after(shape(), class, config).unwrap().layers, [expected]);
    }
}

#[test]
fn convolutions_in_groups() {
    let conv = |filters, groups, bias| {
        let (kernel, stride, padding) = ([3, 3], [1, 1], Padding::Valid);
        Layer::Conv2d { filters, kernel, stride, padding, bias, groups }
    };
    let pixels = |filters| Layer::Conv2d {
        filters,
        kernel: [1; 2],
        stride: [1; 2],
        padding: Padding::Valid,
        bias: true,
        groups: 1,
    };
    for (class, config, expected) in [
        ("Conv2D", json!({ "filters": 8, "kernel_size": 3, "groups": 2 }), vec![conv(8, 2, true)]),
        ("DepthwiseConv2D", json!({ "kernel_size": 3, "use_bias": false }), vec![conv(4, 4, false)]),
        ("DepthwiseConv2D", json!({ "kernel_size": 3, "depth_multiplier": 3 }), vec![conv(12, 4, true)]),
        (
            "SeparableConv2D",
            json!({ "filters": 5, "kernel_size": 3, "depth_multiplier": 2, "activation": "relu" }),
            vec![conv(8, 4, false), pixels(5), Layer::Relu],
        ),
    ] {
        assert_eq!(after(json!([null, 8, 8, 4]), class, config).unwrap().layers, expected, "{class}");
    }
}

#[test]
fn a_hard_sigmoid_is_that_of_the_version() {
    let layer = json!({ "class_name": "Activation", "config": {
        "name": "a", "activation": "hard_sigmoid", "batch_input_shape": [null, 28, 28, 1] } });
    let model = json!({ "class_name": "Sequential", "config": [layer] });
    for (version, slope) in [(None, 0.2), (Some("1"), 0.2), (Some("2.15.0"), 0.2), (Some("3.15.1"), 1.0 / 6.0)] {
        let layers = translate(&model, version).unwrap().architecture.layers;
        assert_eq!(layers, [Layer::HardSigmoid { slope }], "{version:?}");
    }
}

#[test]
fn layers_that_do_nothing_in_prediction_are_left_out() {
    for (class, config) in [
        ("RandomRotation", json!({ "factor": 0.1 })),
        ("RandomFlip", json!({})),
        ("RandomElasticTransform", json!({})),
        ("RandAugment", json!({})),
        ("GaussianNoise", json!({ "stddev": 0.1 })),
        ("SpatialDropout2D", json!({ "rate": 0.5 })),
        ("ActivityRegularization", json!({ "l2": 0.1 })),
        ("Identity", json!({})),
        ("Activation", json!({ "activation": "linear" })),
        ("Permute", json!({ "dims": [1, 2, 3] })),
        ("Resizing", json!({ "height": 28, "width": 28 })),
        ("RandomCrop", json!({ "height": 28, "width": 28 })),
    ] {
        assert_eq!(after(json!([null, 28, 28, 1]), class, config).unwrap().layers, [], "{class}");
    }
}

#[test]
fn softmax_is_the_end_and_a_temperature_is_right_before_it() {
    let dense = |activation| {
        json!({ "class_name": "Dense", "config": {
        "name": "d", "units": 9, "activation": activation, "batch_input_shape": [null, 784] } })
    };
    let rescaling = json!({ "class_name": "Rescaling", "config": { "name": "t", "scale": 0.5 } });
    let relu = json!({ "class_name": "Activation", "config": { "name": "a", "activation": "relu" } });
    for (layers, expected) in [
        (json!([dense("softmax"), relu]), "layer a (Activation): comes after the softmax, which must be the end"),
        (
            json!([dense("relu"), rescaling, relu]),
            "layer t (Rescaling): scales by 0.5; supported are pixels at the start",
        ),
        (json!([relu]), "layer a (Activation): does not say what its input's shape is"),
        (json!([]), "the model: has no layers"),
    ] {
        let error = sequential(layers).unwrap_err();
        assert!(error.starts_with(expected), "'{error}' should start with '{expected}'");
    }
}

#[test]
fn a_first_layer_that_knows_no_sizes_takes_those_of_the_model() {
    let model = |first: Value, given: Value| {
        let layers =
            json!([{ "class_name": "Normalization", "config": first }, { "class_name": "Flatten", "config": {} }]);
        let config = json!({ "layers": layers, "build_input_shape": given });
        translate(&json!({ "class_name": "Sequential", "config": config }), None)
            .map(|network| network.architecture.input)
    };
    let unknown = json!({ "name": "n", "batch_input_shape": [null, null, null, null] });
    let image = || json!([null, 28, 28, 1]);
    assert_eq!(model(unknown.clone(), image()).unwrap(), [28, 28, 1].into());
    assert_eq!(model(json!({ "name": "n" }), image()).unwrap(), [28, 28, 1].into());
    let error = model(unknown, json!(null)).unwrap_err().to_string();
    assert!(error.contains("the input's shape is [null,null,null,null]"), "{error}");
}
