use prost::Message;
use tenfold_network::{Layer, Padding, PoolKind};

use super::graph::{float, int, ints, text};
use super::proto::{GraphProto, ModelProto, NodeProto, TensorProto, data_type};
use super::*;
use crate::error::Error;
use crate::samples;
use crate::saved_model::SavedModel;

/// The file of the samples' model, whose nodes are `conv2d`, `batch_norm`, `relu`, `average_pool`, `flatten`, `dropout`,
/// `dense` and `probabilities`.
fn file() -> ModelProto {
    ModelProto::decode(write(&samples::saved(), Output::Probabilities).unwrap().as_slice()).unwrap()
}

/// The same as another program's.
fn foreign() -> ModelProto {
    let mut file = file();
    file.metadata_props.clear();
    file
}

fn graph(file: &mut ModelProto) -> &mut GraphProto {
    file.graph.as_mut().unwrap()
}

fn node<'a>(graph: &'a mut GraphProto, name: &str) -> &'a mut NodeProto {
    graph.node.iter_mut().find(|node| node.name == name).unwrap()
}

fn weights<'a>(graph: &'a mut GraphProto, name: &str) -> &'a mut TensorProto {
    graph.initializer.iter_mut().find(|tensor| tensor.name == name).unwrap()
}

/// A tensor of sizes.
fn sizes(name: &str, sizes: &[i64]) -> TensorProto {
    let dims = vec![sizes.len() as i64];
    TensorProto {
        dims,
        data_type: data_type::INT64,
        name: name.to_owned(),
        int64_data: sizes.to_vec(),
        ..TensorProto::default()
    }
}

/// A tensor of floats.
fn floats(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
    let (name, dims, float_data) = (name.to_owned(), dims.to_vec(), values.to_vec());
    TensorProto { dims, data_type: data_type::FLOAT, name, float_data, ..TensorProto::default() }
}

fn new_node(name: &str, op: &str, inputs: &[&str]) -> NodeProto {
    NodeProto {
        input: inputs.iter().map(|&input| input.to_owned()).collect(),
        output: vec![name.to_owned()],
        name: name.to_owned(),
        op_type: op.to_owned(),
        ..NodeProto::default()
    }
}

/// Puts a node with one more input before the node `next`, between it and what it takes.
fn insert(graph: &mut GraphProto, next: &str, mut new: NodeProto) {
    let index = graph.node.iter().position(|node| node.name == next).unwrap();
    let taken = std::mem::replace(&mut graph.node[index].input[0], new.output[0].clone());
    new.input.insert(0, taken);
    graph.node.insert(index, new);
}

fn read_file(file: &ModelProto) -> Result<SavedModel, Error> {
    read(&file.encode_to_vec())
}

fn refused(name: &str, file: &ModelProto, expected: &str) {
    let error = read_file(file).err().unwrap_or_else(|| panic!("{name} is read")).to_string();
    assert!(error.contains(expected), "{name}: {error}");
}

type Change = fn(&mut GraphProto);

#[test]
fn what_has_no_counterpart_is_refused_by_the_node() {
    let rows: &[(&str, Change)] = &[
        ("node 'relu' (Sigmoid): has no counterpart here\nhint: supported are Conv", |g| {
            node(g, "relu").op_type = "Sigmoid".into()
        }),
        ("node 'relu' (Relu): has no counterpart", |g| node(g, "relu").domain = "com.microsoft".into()),
        ("node that makes 'relu' (Elu): has no", |g| {
            (node(g, "relu").op_type, node(g, "relu").name) = ("Elu".into(), "".into())
        }),
        ("node 'conv2d' (Conv): group is 2, expected 1", |g| node(g, "conv2d").attribute.push(int("group", 2))),
        ("dilations are [2, 1], expected [1, 1]", |g| node(g, "conv2d").attribute.push(ints("dilations", [2, 1]))),
        ("the attribute 'speed' has no counterpart", |g| node(g, "conv2d").attribute.push(int("speed", 1))),
        ("which does not fit into", |g| node(g, "conv2d").attribute[2] = ints("pads", [2, 3, 2, 2])),
        ("pads are [-1, 0, 0, 0], expected four", |g| node(g, "conv2d").attribute[2] = ints("pads", [-1, 0, 0, 0])),
        ("pads are [9223372036854775807, 0, 0, 0]", |g| {
            node(g, "conv2d").attribute[2] = ints("pads", [i64::MAX, 0, 0, 0])
        }),
        ("strides is [0, 2], expected two sizes of 1", |g| node(g, "conv2d").attribute[1] = ints("strides", [0, 2])),
        ("kernel_shape of [2, 2] and weights of [3, 3]", |g| {
            node(g, "conv2d").attribute[0] = ints("kernel_shape", [2, 2])
        }),
        ("its attribute 'group' is no whole number", |g| node(g, "conv2d").attribute.push(float("group", 1.0))),
        ("counts zeros outside of the image", |g| {
            let pool = node(g, "average_pool");
            pool.attribute =
                vec![ints("kernel_shape", [2, 2]), text("auto_pad", "SAME_UPPER"), int("count_include_pad", 1)];
        }),
        ("storage_order is 1, expected 0", |g| node(g, "average_pool").attribute.push(int("storage_order", 1))),
        ("training_mode is 1, expected 0", |g| node(g, "batch_norm").attribute.push(int("training_mode", 1))),
        ("node 'flatten' (Flatten): of axis 2 of 4, expected 1", |g| node(g, "flatten").attribute[0] = int("axis", 2)),
        ("node 'dense' (Gemm): alpha is 2, expected 1", |g| node(g, "dense").attribute.push(float("alpha", 2.0))),
        ("has weights for 10 inputs, found 147", |g| node(g, "dense").attribute[0] = int("transB", 0)),
        ("along axis 0 of [10], expected that of the classes", |g| {
            node(g, "probabilities").attribute[0] = int("axis", 0)
        }),
        ("clips to (Some(0.0), Some(6.0)), expected 0 and no upper bound", |g| {
            node(g, "relu").op_type = "Clip".into();
            node(g, "relu").attribute = vec![float("min", 0.0), float("max", 6.0)];
        }),
        ("node 'average_pool' (AveragePool): takes a result that another node has taken", |g| {
            node(g, "average_pool").input[0] = "batch_norm".into();
            let mut dead = new_node("dead", "Add", &["average_pool", "relu"]);
            dead.output = vec!["joined".into()];
            let at = g.node.iter().position(|node| node.name == "flatten").unwrap();
            g.node.insert(at, dead);
            node(g, "flatten").input[0] = "joined".into();
        }),
        ("node 'joined' (Add): joins two results", |g| insert(g, "average_pool", new_node("joined", "Add", &["relu"]))),
        ("node 'scaled' (Mul): changes the pixels that the network takes", |g| {
            g.initializer.push(floats("half_a_byte", &[], &[127.5]));
            insert(g, "conv2d", new_node("scaled", "Mul", &["half_a_byte"]));
        }),
        ("node 'late' (Relu): comes after the softmax", |g| {
            g.node.push(new_node("late", "Relu", &["probabilities"]));
            g.output[0].name = "late".into();
        }),
        ("works with [7, 1] on [3, 7, 7], expected a number for each channel", |g| {
            g.initializer.push(floats("row", &[7, 1], &[2.0; 7]));
            insert(g, "flatten", new_node("scaled", "Mul", &["row"]));
        }),
        ("input 'image': is [?, 3, 28, 28], expected one grey square image", |g| {
            let tensor = g.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap();
            tensor.shape.as_mut().unwrap().dim[1].dim_value = Some(3);
        }),
        ("input 'image': holds data type 2, expected 1", |g| {
            g.input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap().elem_type = 2;
        }),
        ("graph: gives ['probabilities', 'probabilities'], expected one output", |g| {
            g.output.push(g.output[0].clone())
        }),
        ("graph: gives [], expected one output", |g| g.output.clear()),
        ("node 'conv2d' (Conv) takes 'image', which no node before it gives", |g| g.input.clear()),
        ("graph: takes ['image', 'dense.bias'], expected one input", |g| {
            g.initializer.retain(|tensor| tensor.name != "dense.bias");
            g.input.push(super::proto::ValueInfoProto { name: "dense.bias".into(), ..g.input[0].clone() });
        }),
        ("graph: gives [1, 28, 28] for an image, expected a row", |g| g.output[0].name = "image".into()),
        ("graph: gives what does not depend on an image", |g| {
            g.node.push(new_node("shape", "Shape", &["image"]));
            g.output[0].name = "shape".into();
        }),
        ("node 'padded' (Pad): pads an image for something else than a convolution", |g| {
            let pads = ints("pads", [0, 0, 1, 0, 0, 0, 0, 0]);
            insert(g, "flatten", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
        }),
        ("node 'padded' (Pad): pads with [0, 1, 0, 0, 0, 0, 0, 0], expected zeros around rows and columns", |g| {
            let pads = ints("pads", [0, 1, 0, 0, 0, 0, 0, 0]);
            insert(g, "conv2d", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
        }),
        ("node 'padded' (Pad): pads with [0, 0, 1, 1, 0, 0, 1, 1], expected zeros", |g| {
            let attribute = vec![ints("pads", [0, 0, 1, 1, 0, 0, 1, 1]), text("mode", "reflect")];
            insert(g, "conv2d", NodeProto { attribute, ..new_node("padded", "Pad", &[]) });
        }),
        ("node 'padded' (Pad): pads are [-1, 0, 0, 0], expected four of 0", |g| {
            let pads = ints("pads", [0, 0, -1, 0, 0, 0, 0, 0]);
            insert(g, "conv2d", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
        }),
        ("node 'pool' (MaxPool): rounds up (ceil_mode) after a Pad", |g| {
            let pads = ints("pads", [0, 0, 1, 1, 0, 0, 1, 1]);
            insert(g, "average_pool", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
            let attribute = vec![ints("kernel_shape", [2, 2]), int("ceil_mode", 1)];
            insert(g, "average_pool", NodeProto { attribute, ..new_node("pool", "MaxPool", &[]) });
        }),
        ("node 'conv2d' (Conv): pads an image that a Pad has padded", |g| {
            let pads = ints("pads", [0, 0, 1, 1, 0, 0, 1, 1]);
            insert(g, "conv2d", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
            node(g, "conv2d").attribute[2] = text("auto_pad", "SAME_UPPER");
        }),
        ("'relu' is made twice", |g| g.node.push(new_node("relu", "Relu", &["image"]))),
        ("takes 'later', which no node before it gives", |g| node(g, "relu").input[0] = "later".into()),
        ("node 'batch_norm' (BatchNormalization) takes 'relu', which no node", |g| {
            node(g, "batch_norm").input[0] = "relu".into()
        }),
    ];
    for (expected, change) in rows {
        let mut file = foreign();
        change(graph(&mut file));
        refused(expected, &file, expected);
    }
}

#[test]
fn lies_about_weights_are_refused() {
    let rows: &[(&str, Change)] = &[
        ("tensor 'dense.kernel': its values are in another file", |g| weights(g, "dense.kernel").data_location = 1),
        ("tensor 'dense.kernel': its data type is 10, expected 1", |g| weights(g, "dense.kernel").data_type = 10),
        ("tensor 'dense.kernel': its shape is [-10, 147]", |g| weights(g, "dense.kernel").dims[0] = -10),
        ("its shape is [9223372036854775807, 147]", |g| weights(g, "dense.kernel").dims[0] = i64::MAX),
        ("its shape is [0, 147]", |g| weights(g, "dense.kernel").dims[0] = 0),
        ("its shape is [1, 1, 1, 1, 1, 1, 1, 1, ..]", |g| weights(g, "dense.kernel").dims = vec![1; 9]),
        ("expected 1617 values, as its shape [11, 147] says, found 1470", |g| weights(g, "dense.kernel").dims[0] = 11),
        ("expected whole numbers of 4 bytes, found 1 more", |g| weights(g, "dense.kernel").raw_data.push(0)),
        ("tensor 'dense.bias': expected finite numbers, found NaN", |g| {
            weights(g, "dense.bias").raw_data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        }),
        ("node 'batch_norm' (BatchNormalization): has a tensor of [1, 3], expected [3]", |g| {
            weights(g, "batch_norm.gamma").dims = vec![1, 3];
        }),
        ("has a bias that is no row of numbers", |g| weights(g, "dense.bias").dims = vec![10, 1]),
        ("expected [O, C, H, W]", |g| weights(g, "conv2d.kernel").dims = vec![3, 9]),
        ("epsilon is 0, expected a number above 0", |g| node(g, "batch_norm").attribute[0] = float("epsilon", 0.0)),
    ];
    for (expected, change) in rows {
        let mut file = foreign();
        change(graph(&mut file));
        refused(expected, &file, expected);
    }
}

#[test]
fn arithmetic_on_sizes_stays_small() {
    /// Flattens by a reshape to the sizes that `nodes` make under the name `sizes`.
    fn reshaped(constants: Vec<TensorProto>, nodes: Vec<NodeProto>) -> ModelProto {
        let mut file = foreign();
        let graph = graph(&mut file);
        let flatten = graph.node.iter().position(|node| node.name == "flatten").unwrap();
        graph.node[flatten].op_type = "Reshape".to_owned();
        graph.node[flatten].attribute.clear();
        graph.node[flatten].input.push("sizes".to_owned());
        graph.node.splice(flatten..flatten, nodes);
        graph.initializer.extend(constants);
        file
    }
    let fixed = |values: &[i64]| reshaped(vec![sizes("sizes", values)], Vec::new());
    for values in [&[0, -1][..], &[-1, 147], &[0, 147]] {
        assert_eq!(read_file(&fixed(values)).unwrap().model, samples::saved().model, "{values:?}");
    }
    for values in [
        &[][..],
        &[0],
        &[1, 147],
        &[147, -1],
        &[-1, -1],
        &[0, 146],
        &[0, i64::MAX],
        &[0, i64::MIN],
        &[0, -2, 147],
        &[0, 0, 0, 0, 0],
    ] {
        refused("a reshape", &fixed(values), "node 'flatten' (Reshape): makes [");
    }
    refused("many sizes", &fixed(&[1; 65]), "makes a row of more than 64 sizes");
    let shape = || new_node("shape", "Shape", &["average_pool"]);
    let constants = || vec![sizes("zero", &[0]), sizes("rest", &[-1]), sizes("far", &[9]), sizes("low", &[i64::MIN])];
    let concat = |inputs: &[&str]| NodeProto { attribute: vec![int("axis", 0)], ..new_node("sizes", "Concat", inputs) };
    let gather = |index: &str| {
        reshaped(constants(), vec![shape(), new_node("n", "Gather", &["shape", index]), concat(&["n", "rest"])])
    };
    assert_eq!(read_file(&gather("zero")).unwrap().model, samples::saved().model);
    for index in ["far", "low"] {
        refused("an index", &gather(index), "takes an index outside of a row of 4 sizes");
    }
    let slice = |end: &str| {
        reshaped(constants(), vec![shape(), new_node("n", "Slice", &["shape", "zero", end]), concat(&["n", "rest"])])
    };
    refused("a slice of all", &slice("far"), "node 'dense' (Gemm): takes [3, 7, 7, 1], expected one row");
    refused("an empty slice", &slice("low"), "makes [-1] of images");
    let double = |step: usize| {
        let (from, to) = (format!("d{step}"), format!("d{}", step + 1));
        NodeProto { attribute: vec![int("axis", 0)], ..new_node(&to, "Concat", &[&from, &from]) }
    };
    let mut doublings: Vec<NodeProto> = (0..200).map(double).collect();
    doublings.push(new_node("sizes", "Identity", &["d200"]));
    refused(
        "doublings",
        &reshaped(vec![sizes("d0", &[1])], doublings),
        "node 'd7' (Concat): makes a row of more than 64",
    );
}

#[test]
fn weights_taken_over_and_over_run_out() {
    let mut file = foreign();
    let graph = graph(&mut file);
    let mut turned: Vec<NodeProto> = (0..1_000)
        .map(|step| {
            let from = if step == 0 { "dense.kernel".to_owned() } else { format!("t{}", step - 1) };
            NodeProto { attribute: vec![ints("perm", [1, 0])], ..new_node(&format!("t{step}"), "Transpose", &[&from]) }
        })
        .collect();
    node(graph, "dense").input[1] = "t999".to_owned();
    turned.append(&mut graph.node);
    graph.node = turned;
    refused("a thousand transposes", &file, "its nodes copy the same weights over and over");
}

#[test]
fn normalisations_folded_to_products_and_sums_are_scales() {
    let mut file = foreign();
    let three = |name: &str, values: [f32; 3]| floats(name, &[1, 3, 1, 1], &values);
    let constants = [
        three("a", [1.0, 2.0, 3.0]),
        three("b", [0.5, -2.0, 4.0]),
        three("c", [-1.0, 0.0, 1.0]),
        floats("d", &[], &[2.0]),
    ];
    graph(&mut file).initializer.extend(constants);
    for (op, operand) in [("Sub", "a"), ("Mul", "b"), ("Add", "c"), ("Div", "d")] {
        insert(graph(&mut file), "average_pool", new_node(&format!("{op}_{operand}"), op, &[operand]));
    }
    let model = read_file(&file).unwrap().model;
    let norm = &model.outline().layers[3];
    let values: Vec<&[f32]> = norm.tensors.iter().map(|tensor| model.tensor(tensor)).collect();
    // ((x - a) * b + c) / d
    assert_eq!(values[0], [0.25, -1.0, 2.0]);
    assert_eq!(values[1], [-0.75, 2.0, -5.5]);
    let Layer::BatchNorm { epsilon, .. } = norm.layer else { panic!("{norm:?}") };
    assert!(values[2] == [0.0; 3] && values[3].iter().all(|variance| variance + epsilon == 1.0), "{values:?}");
}

#[test]
fn a_division_of_the_pixels_is_left_out() {
    for (op, factor) in [("Div", 255.0), ("Mul", 1.0 / 255.0)] {
        let mut file = foreign();
        graph(&mut file).initializer.push(floats("factor", &[], &[factor]));
        insert(graph(&mut file), "conv2d", new_node("scaled", op, &["factor"]));
        assert_eq!(read_file(&file).unwrap().model, samples::saved().model);
        insert(graph(&mut file), "conv2d", new_node("again", op, &["factor"]));
        refused("two divisions", &file, "node 'again'");
    }
}

#[test]
fn pixels_may_be_normalised_in_the_graph() {
    let mut file = foreign();
    graph(&mut file).initializer.extend([
        floats("byte", &[], &[255.0]),
        floats("mean", &[1, 1, 1, 1], &[0.1307]),
        floats("deviation", &[1, 1, 1, 1], &[0.3081]),
    ]);
    let read = |nodes: &[(&str, &str)]| {
        let mut file = file.clone();
        for (op, operand) in nodes {
            insert(graph(&mut file), "conv2d", new_node(&format!("{op}_{operand}"), op, &[operand]));
        }
        read_file(&file)
    };
    let expected = samples::saved().with_normalized_pixels(0.1307, 0.3081).unwrap();
    for nodes in
        [&[("Sub", "mean"), ("Div", "deviation")][..], &[("Div", "byte"), ("Sub", "mean"), ("Div", "deviation")]]
    {
        let found = read(nodes).unwrap().model;
        assert_eq!(found.architecture(), expected.model.architecture());
        let far = found.values().iter().zip(expected.model.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(far < 1e-6, "{far}");
    }
    let error = read(&[("Sub", "byte")]).unwrap_err().to_string();
    assert!(error.contains("node 'Sub_byte' (Sub): changes the pixels"), "{error}");
}

#[test]
fn windows_that_lie_as_a_padding_does_are_that_padding() {
    let pool = |padding, attributes: Vec<super::proto::AttributeProto>| {
        let layer = Layer::Pool { kind: PoolKind::Average, size: [2, 2], stride: [2, 2], padding };
        let saved = samples::of_layers(vec![Layer::conv(2, 2), layer, Layer::Flatten, Layer::dense(10)]);
        let mut file = ModelProto::decode(write(&saved, Output::Logits).unwrap().as_slice()).unwrap();
        node(graph(&mut file), "average_pool").attribute =
            [vec![ints("kernel_shape", [2, 2]), ints("strides", [2, 2])], attributes].concat();
        (read_file(&file), saved.model)
    };
    // An image of 27 rows: the last window has one of them.
    for attributes in [
        vec![ints("pads", [0, 0, 1, 1])],
        vec![text("auto_pad", "SAME_UPPER")],
        vec![int("ceil_mode", 1)],
        vec![int("ceil_mode", 1), int("count_include_pad", 0)],
    ] {
        let (read, expected) = pool(Padding::Same, attributes.clone());
        assert_eq!(read.unwrap().model, expected, "{attributes:?}");
    }
    let before = Padding::Explicit { before: [1, 1], after: [0, 0] };
    let around = Padding::Explicit { before: [1, 1], after: [1, 1] };
    for (padding, attributes) in [
        (before, vec![text("auto_pad", "SAME_LOWER")]),
        (before, vec![ints("pads", [1, 1, 0, 0])]),
        (before, vec![ints("pads", [1, 1, 0, 0]), int("ceil_mode", 1)]),
        (around, vec![ints("pads", [1, 1, 1, 1])]),
    ] {
        let (read, expected) = pool(padding, attributes.clone());
        assert_eq!(read.unwrap().model, expected, "{attributes:?}");
    }
}

#[test]
fn files_that_are_no_graphs_are_refused() {
    let mut old = foreign();
    old.opset_import[0].version = 8;
    refused("an old one", &old, "the graph's opset: is 8, expected 9 or newer");
    refused("no graph", &ModelProto { graph: None, ..foreign() }, "not a readable ONNX file: it holds no graph");
    let mut twice = file();
    twice.metadata_props[0].value = twice.metadata_props[0].value.replace("\"version\":1", "\"version\":2");
    refused("a newer description", &twice, "model file of version 2, expected version 1");
    assert!(matches!(read(&[0x08, 0x08, 0xff]), Err(Error::Malformed { format: "ONNX", .. })));
}

#[test]
fn quantised_models_have_no_graph() {
    let saved = samples::saved();
    let images: Vec<u8> = (0..784 * 4).map(|i| ((i * 7_919) >> 5) as u8).collect();
    let model = tenfold_network::quantize(&saved.model, &images, tenfold_network::Engine::single()).unwrap();
    let error = write(&SavedModel { model, ..saved }, Output::Probabilities).unwrap_err();
    assert!(
        matches!(error, Error::Inexpressible { format: "ONNX", .. }) && error.to_string().contains("hint: "),
        "{error}"
    );
}
