use proptest::prelude::*;
use serde_json::json;
use tenfold_network::{Layer, LayerOutline, Padding, PoolKind};

use super::*;
use crate::samples::{of_layers, saved as sample};

/// What a JSON of these layers is translated to, or why not.
fn sequential(layers: Value) -> Result<Architecture, String> {
    let model = json!({ "class_name": "Sequential", "config": { "name": "m", "layers": layers } });
    translate(&model).map(|network| network.architecture).map_err(|error| error.to_string())
}

/// A layer after an input of a shape.
fn after(shape: Value, class: &str, config: Value) -> Result<Architecture, String> {
    let mut config = config;
    config["name"] = json!("x");
    sequential(json!([
        { "class_name": "InputLayer", "config": { "batch_input_shape": shape, "name": "input_1" } },
        { "class_name": class, "config": config },
    ]))
}

fn bits(saved: &SavedModel) -> Vec<u32> {
    saved.model.values().iter().map(|value| value.to_bits()).collect()
}

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
    let conv = |stride, padding| Layer::Conv2d { filters: 3, kernel: [3, 3], stride, padding, bias: true };
    round_trips(&sample());
    round_trips(&SavedModel { model: sample().model.with_temperature(1.234_567_8).unwrap(), ..sample() });
    for layers in [
        Architecture::paper().layers,
        vec![Layer::Flatten, Layer::dense(10)],
        vec![Layer::Flatten, Layer::Flatten, norm.clone(), Layer::dense(10), Layer::Relu],
        vec![Layer::Relu, Layer::conv(3, 3), norm, Layer::Relu, Layer::Relu, Layer::Flatten, Layer::dense(10)],
        vec![Layer::conv(10, 3), whole(PoolKind::Average)],
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
            |(filters, kernel, stride, padding, bias)| Layer::Conv2d { filters, kernel, stride, padding, bias }
        ),
        (kind, pair(), pair(), padding)
            .prop_map(|(kind, size, stride, padding)| { Layer::Pool { kind, size, stride, padding } }),
        Just(Layer::Relu),
        (0.1f32..10.0).prop_map(|high| Layer::Clip { low: 0.0, high }),
        (0.0f32..0.999, 1e-6f32..1.0).prop_map(|(momentum, epsilon)| Layer::BatchNorm { momentum, epsilon }),
        (0.0f32..0.999).prop_map(|rate| Layer::Dropout { rate }),
    ]
}

/// Whether a layer is no mean or sum that counts its padding and has none: such are written without the word.
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
    let below_zero = of_layers(vec![Layer::Clip { low: -1.0, high: 1.0 }, Layer::Flatten, Layer::dense(10)]);
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
        (padded(PoolKind::Average), "Keras files cannot hold this model: layer average_pool: Keras pads for pooling"),
        (quantized, "Keras files cannot hold this model: it is quantised\nhint: convert the float model"),
    ] {
        for error in [write_hdf5(&saved).unwrap_err(), write_archive(&saved).unwrap_err()] {
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}

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
fn every_layer_without_counterpart_is_named() {
    let image = || json!([null, 28, 28, 1]);
    let conv = |more: Value| {
        let mut config = json!({ "filters": 2, "kernel_size": [3, 3] });
        config.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        ("Conv2D", config)
    };
    for ((class, config), expected) in [
        (conv(json!({ "dilation_rate": [2, 2] })), "layer x (Conv2D): dilation_rate is [2,2], expected [1,1]"),
        (conv(json!({ "groups": 2 })), "layer x (Conv2D): groups is 2, expected 1"),
        (
            conv(json!({ "data_format": "channels_first" })),
            "layer x (Conv2D): data_format is \"channels_first\", expected channels_last",
        ),
        (conv(json!({ "dim_ordering": "th" })), "layer x (Conv2D): data_format is \"th\", expected channels_last"),
        (conv(json!({ "padding": "causal" })), "layer x (Conv2D): padding is \"causal\", expected valid or same"),
        (
            conv(json!({ "activation": "tanh" })),
            "layer x (Conv2D): activation is tanh, which has no counterpart\nhint: activations that are read are relu",
        ),
        (conv(json!({ "kernel_size": [30, 3] })), "layer x (Conv2D): a window of [30, 3], stride [1, 1], does not fit"),
        (conv(json!({ "strides": [0, 1] })), "layer x (Conv2D): a window of [3, 3], stride [0, 1], does not fit"),
        (conv(json!({ "filters": -1 })), "layer x (Conv2D): filters is -1, expected a whole number"),
        (conv(json!({ "filters": 1e9 })), "layer x (Conv2D): filters is 1000000000.0, expected a whole number"),
        (("LSTM", json!({})), "layer x (LSTM): works on sequences"),
        (("Attention2", json!({})), "layer x (Attention2): works on sequences"),
        (("Lambda", json!({})), "layer x (Lambda): runs Python code"),
        (("LeakyReLU", json!({})), "layer x (LeakyReLU): is an activation without counterpart"),
        (("DepthwiseConv2D", json!({})), "layer x (DepthwiseConv2D): convolves each channel on its own"),
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
        (("Dense", json!({ "units": 3 })), "layer x (Dense): works on each pixel of [28, 28, 1]; supported is a row"),
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
fn what_limits_numbers_is_a_clip() {
    let shape = || json!([null, 28, 28, 1]);
    for (class, config, expected) in [
        ("ReLU", json!({ "max_value": 6.0 }), Layer::Clip { low: 0.0, high: 6.0 }),
        ("ReLU", json!({ "max_value": 1, "negative_slope": 0.0, "threshold": 0 }), Layer::Clip { low: 0.0, high: 1.0 }),
        ("ReLU", json!({ "max_value": null }), Layer::Relu),
        ("Activation", json!({ "activation": "relu6" }), Layer::Clip { low: 0.0, high: 6.0 }),
    ] {
        assert_eq!(after(shape(), class, config).unwrap().layers, [expected]);
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
        (json!([dense("softmax"), relu]), "layer a (Activation): comes after softmax, which must be the end"),
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
        translate(&json!({ "class_name": "Sequential", "config": config })).map(|network| network.architecture.input)
    };
    let unknown = json!({ "name": "n", "batch_input_shape": [null, null, null, null] });
    let image = || json!([null, 28, 28, 1]);
    assert_eq!(model(unknown.clone(), image()).unwrap(), [28, 28, 1].into());
    assert_eq!(model(json!({ "name": "n" }), image()).unwrap(), [28, 28, 1].into());
    let error = model(unknown, json!(null)).unwrap_err().to_string();
    assert!(error.contains("the input's shape is [null,null,null,null]"), "{error}");
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
        translate(&model).map(|network| network.architecture.layers).map_err(|error| error.to_string())
    };
    let input = layer("InputLayer", "i", json!([]));
    let activation = |name: &str, inbound: Value| layer("Activation", name, inbound);
    let out = |name: &str| json!([[name, 0, 0]]);
    let [a, b] = [activation("a", node("i")), activation("b", node("a"))];
    assert_eq!(model(json!([b, input, a]), out("b")).unwrap(), [Layer::Relu, Layer::Relu]);
    let tensor =
        json!([{ "args": [{ "class_name": "__keras_tensor__", "config": { "keras_history": ["i", 0, 0] } }] }]);
    assert_eq!(model(json!([input, activation("a", tensor)]), json!(["a", 0, 0])).unwrap(), [Layer::Relu]);
    for (layers, outputs, expected) in [
        (json!([input, a, b]), json!([["a", 0, 0], ["b", 0, 0]]), "the model: has 1 inputs and 2 outputs"),
        (json!([input, a, b]), out("a"), "layer b (Activation): is beside the way from input to output"),
        (
            json!([input, a, layer("Add", "s", json!([[["i", 0, 0, {}], ["a", 0, 0, {}]]]))]),
            out("s"),
            "layer s (Add): takes 2 inputs; merges have no counterpart",
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

#[test]
fn the_recipe_says_how_keras_goes_on() {
    let of = |recipe: &str| compile::training_config(recipe)["optimizer_config"].clone();
    assert_eq!(
        of(""),
        json!({ "class_name": "SGD", "config": {
        "name": "SGD", "learning_rate": 0.01, "momentum": 0.9, "nesterov": false } })
    );
    assert_eq!(
        of("seed = 1\n[optimizer]\ntype = \"adam\"\nlearning_rate = 0.002"),
        json!({ "class_name": "Adam",
        "config": { "name": "Adam", "learning_rate": 0.002 } })
    );
    assert_eq!(of("[optimizer]\ntype = \"adamw\"\nlearning_rate = 0.001\nweight_decay = 0.004")["class_name"], "AdamW");
    assert_eq!(of("[optimizer]\ntype = \"adam\"\nlearning_rate = -1.0")["class_name"], "SGD");
}

#[test]
fn a_file_without_a_network_needs_one() {
    let saved = sample();
    let bytes = write_archive(&saved).unwrap();
    let values = Archive::open(&bytes, FORMAT).unwrap().entry("model.weights.h5", 1 << 20).unwrap().unwrap();
    assert!(matches!(read_hdf5(&values, None), Err(Error::Foreign { .. })));
    let again = read_hdf5(&values, Some(saved.model.architecture())).unwrap();
    assert_eq!(bits(&again), bits(&saved));
    for (layers, expected) in [
        (vec![Layer::Flatten, Layer::dense(10)], "layers with values: expected 1, found 3"),
        (Architecture::paper().layers, "/layers/conv2d_1: expected to be in the file, found nothing"),
    ] {
        let architecture = Architecture { input: [28, 28, 1].into(), layers };
        let error = read_hdf5(&values, Some(&architecture)).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    let nothing = hdf5::write(&hdf5::Group::default());
    let error = read_hdf5(&nothing, None).unwrap_err();
    assert!(matches!(error, Error::Unrecognised { .. }), "{error}");
}

#[test]
fn values_that_are_no_numbers_are_refused() {
    let saved = of_layers(vec![Layer::Flatten, Layer::dense(10)]);
    let mut bytes = write_hdf5(&saved).unwrap();
    let first = saved.model.values()[0].to_le_bytes();
    let at = bytes.windows(4).position(|window| window == first).unwrap();
    bytes[at..at + 4].copy_from_slice(&f32::INFINITY.to_le_bytes());
    let error = read_hdf5(&bytes, None).unwrap_err().to_string();
    assert!(
        error.ends_with("tensor /model_weights/dense/dense/kernel:0: expected finite numbers, found inf"),
        "{error}"
    );
}

#[test]
fn damage_in_any_place_gives_an_error_or_a_model() {
    let saved = of_layers(vec![Layer::max_pool(14), Layer::Flatten, Layer::dense(10)]);
    for bytes in [write_hdf5(&saved).unwrap(), write_archive(&saved).unwrap()] {
        for length in 0..bytes.len() {
            assert!(crate::read(&bytes[..length], None).is_err(), "cut to {length}");
        }
        let mut changed = bytes.clone();
        for at in 0..bytes.len() {
            for mask in [1 << (at % 8), 0xff] {
                changed[at] ^= mask;
                if let Ok(saved) = crate::read(&changed, None) {
                    assert!(saved.check().is_ok(), "byte {at}");
                }
                changed[at] = bytes[at];
            }
        }
    }
}
