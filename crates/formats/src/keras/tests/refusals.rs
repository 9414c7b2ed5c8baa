//! What is refused, and how it is named.

use super::*;

#[test]
fn every_layer_without_counterpart_is_named() {
    let image = || json!([null, 28, 28, 1]);
    let conv = |more: Value| {
        let mut config = json!({ "filters": 2, "kernel_size": [3, 3] });
        config.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        ("Conv2D", config)
    };
    for ((class, config), expected) in [
        (conv(json!({ "dilation_rate": [2, 2] })), "layer x (Conv2D): dilation_rate is [2,2], expected [1,1]"),
        (
            conv(json!({ "data_format": "channels_first" })),
            "layer x (Conv2D): data_format is \"channels_first\", expected channels_last",
        ),
        (conv(json!({ "dim_ordering": "th" })), "layer x (Conv2D): data_format is \"th\", expected channels_last"),
        (conv(json!({ "padding": "causal" })), "layer x (Conv2D): padding is \"causal\", expected valid or same"),
        (
            conv(json!({ "activation": "mish" })),
            "layer x (Conv2D): activation is mish, which has no counterpart\nhint: activations that are read are relu",
        ),
        (conv(json!({ "kernel_size": [30, 3] })), "layer x (Conv2D): a window of [30, 3], stride [1, 1], does not fit"),
        (conv(json!({ "strides": [0, 1] })), "layer x (Conv2D): a window of [3, 3], stride [0, 1], does not fit"),
        (conv(json!({ "filters": -1 })), "layer x (Conv2D): filters is -1, expected a whole number"),
        (conv(json!({ "filters": 1e9 })), "layer x (Conv2D): filters is 1000000000.0, expected a whole number"),
        (("LSTM", json!({})), "layer x (LSTM): works on sequences"),
        (("Attention2", json!({})), "layer x (Attention2): works on sequences"),
        (("Lambda", json!({})), "layer x (Lambda): runs Python code"),
        (("PReLU", json!({})), "layer x (PReLU): is an activation without counterpart"),
        (("Resizing", json!({ "height": 14, "width": 28 })), "layer x (Resizing): gives images another size"),
        (("RandomCrop", json!({ "height": 14, "width": 28 })), "layer x (RandomCrop): gives images another size"),
        (("Permute", json!({ "dims": [2, 1, 3] })), "layer x (Permute): has no counterpart in Tenfold"),
        (("RandomFourierFeatures", json!({})), "layer x (RandomFourierFeatures): has no counterpart in Tenfold"),
        (("TFOpLambda", json!({})), "layer x (TFOpLambda): is arithmetic between layers"),
        (
            ("Normalization", json!({ "axis": -1, "mean": [0.1, 0.2], "variance": [1.0, 1.0] })),
            "layer x (Normalization): has 2 means and 2 variances, expected 1 of each",
        ),
        (("Normalization", json!({ "axis": [1, 2] })), "layer x (Normalization): axis is [1,2], expected -1"),
        (("Normalization", json!({ "invert": true })), "layer x (Normalization): invert is true, expected false"),
        (("Unheard", json!({})), "layer x (Unheard): has no counterpart in Tenfold"),
        (("ReLU", json!({ "max_value": 6.0, "threshold": 1.0 })), "layer x (ReLU): threshold is 1.0, expected 0.0"),
        (("ReLU", json!({ "negative_slope": 0.1 })), "layer x (ReLU): negative_slope is 0.1, expected 0.0"),
        (("Softmax", json!({ "axis": 1 })), "layer x (Softmax): axis is 1, expected -1"),
        (("BatchNormalization", json!({ "axis": [1] })), "layer x (BatchNormalization): axis is [1], expected -1"),
        (
            ("Dense", json!({ "units": 3 })),
            "layer x (Dense): works on each pixel of [28, 28, 1]; supported is a vector",
        ),
        (("Dropout", json!({})), "layer x (Dropout): has no rate"),
        (("Reshape", json!({ "target_shape": [14, 56] })), "layer x (Reshape): makes [14, 56] of [28, 28, 1]"),
    ] {
        let error = after(image(), class, config).unwrap_err();
        assert!(error.starts_with(expected), "'{error}' should start with '{expected}'");
        crate::error::tests::check(&error);
        let is_damage =
            ["expected a whole number", "has no ", "does not fit"].iter().any(|words| error.contains(words));
        assert!(is_damage || error.contains("\nhint: "), "'{error}' has no way out");
    }
    let error = after(json!([null, 783]), "Flatten", json!({})).unwrap_err();
    assert!(error.starts_with("layer input_1 (InputLayer): takes inputs of [783], expected an image"), "{error}");
    let error = after(json!([null, 28, 28]), "Conv2D", json!({ "filters": 2, "kernel_size": 3 })).unwrap_err();
    assert!(error.starts_with("layer x (Conv2D): takes an image, found [28, 28]"), "{error}");
    let error = after(json!([null, null, null, 1]), "Flatten", json!({})).unwrap_err();
    assert!(error.starts_with("layer input_1 (InputLayer): the input's shape is [null,null,null,1]"), "{error}");
}

#[test]
fn a_sigmoid_is_not_the_end_whatever_follows_that_computes_nothing() {
    let dense = json!({ "name": "d", "units": 10, "activation": "sigmoid", "batch_input_shape": [null, 784] });
    let dense = json!({ "class_name": "Dense", "config": dense });
    for (class, config) in [("Flatten", json!({ "name": "x" })), ("Dropout", json!({ "name": "x", "rate": 0.5 }))] {
        let error = sequential(json!([dense, { "class_name": class, "config": config }])).unwrap_err();
        assert!(error.starts_with("the model: ends in a sigmoid"), "{class}: {error}");
    }
}

#[test]
fn pixels_are_scaled_a_few_times_at_most() {
    let input = json!({ "class_name": "InputLayer", "config": { "batch_input_shape": [null, 28, 28, 1] } });
    let scaling = json!({ "class_name": "Rescaling", "config": { "name": "x", "scale": 1.0 } });
    let of = |count: usize| {
        sequential(std::iter::once(&input).chain(std::iter::repeat_n(&scaling, count)).cloned().collect())
    };
    assert!(of(16).is_ok());
    let error = of(17).unwrap_err();
    assert!(error.starts_with("layer x (Rescaling): is one of more than 16 scalings of pixels"), "{error}");
}

#[test]
fn only_chains_are_read() {
    let node = |name: &str| json!([[[name, 0, 0, {}]]]);
    let layer = |class: &str, name: &str, inbound: Value| {
        let config = json!({ "name": name, "activation": "relu", "batch_input_shape": [null, 28, 28, 1] });
        json!({ "class_name": class, "config": config, "name": name, "inbound_nodes": inbound })
    };
    let model = |layers: Value, outputs: Value| {
        let config = json!({ "layers": layers, "input_layers": [["i", 0, 0]], "output_layers": outputs });
        let model = json!({ "class_name": "Functional", "config": config });
        translate(&model, None).map(|network| network.architecture.layers).map_err(|error| error.to_string())
    };
    let input = layer("InputLayer", "i", json!([]));
    let activation = |name: &str, inbound: Value| layer("Activation", name, inbound);
    let out = |name: &str| json!([[name, 0, 0]]);
    let [a, b] = [activation("a", node("i")), activation("b", node("a"))];
    assert_eq!(model(json!([b, input, a]), out("b")).unwrap(), [Layer::Relu, Layer::Relu]);
    let tensor =
        json!([{ "args": [{ "class_name": "__keras_tensor__", "config": { "keras_history": ["i", 0, 0] } }] }]);
    assert_eq!(model(json!([input, activation("a", tensor)]), json!(["a", 0, 0])).unwrap(), [Layer::Relu]);
    let taken = |names: &[&str]| {
        let sources = names.iter().map(|name| json!([name, 0, 0, {}])).collect::<Vec<_>>();
        json!([sources])
    };
    let c = activation("c", node("i"));
    let sum = model(json!([input, a, layer("Add", "s", taken(&["i", "a"]))]), out("s")).unwrap();
    assert_eq!(sum, [Layer::Residual { layers: vec![Layer::Relu] }]);
    for (layers, outputs, expected) in [
        (json!([input, a, b]), json!([["a", 0, 0], ["b", 0, 0]]), "the model: has 1 inputs and 2 outputs"),
        (json!([input, a, b]), out("a"), "layer b (Activation): is beside the way from input to output"),
        (
            json!([input, a, c, layer("Add", "s", taken(&["a", "c"]))]),
            out("s"),
            "layer a (Activation): is beside the way from input to output; branches have no counterpart",
        ),
        (
            json!([input, a, layer("Add", "s", taken(&["i", "a", "a"]))]),
            out("s"),
            "layer s (Add): takes 3 inputs; merges have no counterpart",
        ),
        (
            json!([input, a, layer("Multiply", "s", taken(&["i", "a"]))]),
            out("s"),
            "layer s (Multiply): joins [28, 28, 1] with [28, 28, 1], which has no counterpart",
        ),
        (
            json!([input, activation("a", json!([[["i", 0, 0, {}]], [["a", 0, 0, {}]]]))]),
            out("a"),
            "layer a (Activation): is used 2 times; shared layers have no counterpart",
        ),
        (json!([input, activation("a", node("a"))]), out("a"), "layer a (Activation): follows itself"),
        (
            json!([input, activation("a", node("z"))]),
            out("a"),
            "not a readable Keras file: the model's description has no layer 'z'",
        ),
    ] {
        let error = model(layers, outputs).unwrap_err();
        assert!(error.starts_with(expected), "'{error}' should start with '{expected}'");
    }
}
