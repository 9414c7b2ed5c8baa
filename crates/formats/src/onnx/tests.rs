use prost::Message;
use tenfold_network::{Layer, Padding, PoolKind};

use super::graph::{float, int, ints, text};
use super::proto::{GraphProto, ModelProto, NodeProto, StringStringEntryProto, TensorProto, data_type};
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

/// Moves the values of `dense.kernel` into a file beside the model, of which it says more by `entries`; gives the file.
fn outside(graph: &mut GraphProto, name: &str, entries: &[(&str, &str)]) -> Vec<u8> {
    let kernel = weights(graph, "dense.kernel");
    let entry = |&(key, value): &(&str, &str)| StringStringEntryProto { key: key.into(), value: value.into() };
    kernel.external_data = [("location", name)].iter().chain(entries).map(entry).collect();
    kernel.data_location = 1;
    std::mem::take(&mut kernel.raw_data)
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
    let error = read_file(file).err().unwrap_or_else(|| panic!("{name} is read"));
    let text = error.to_string();
    assert!(text.contains(expected), "{name}: {text}");
    // What cannot be here has a way out, on a line of its own; numbers are told as numbers.
    if matches!(error, Error::Unsupported { .. } | Error::Companion { .. }) {
        assert_eq!(text.matches("hint: ").count(), 1, "{text}");
        assert!(text.lines().last().unwrap().starts_with("hint: ") && !text.contains("Some("), "{text}");
    }
}

type Change = fn(&mut GraphProto);

#[test]
fn what_has_no_counterpart_is_refused_by_the_node() {
    let rows: &[(&str, Change)] = &[
        ("node 'relu' (Sigmoid): has no counterpart here\nhint: put ReLU, ReLU6 or a clamp in its place", |g| {
            node(g, "relu").op_type = "Sigmoid".into()
        }),
        ("node 'relu' (Resize): has no counterpart here\nhint: supported are Conv, Gemm", |g| {
            node(g, "relu").op_type = "Resize".into()
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
        ("rounds up (ceil_mode) and counts its padding (count_include_pad)", |g| {
            node(g, "average_pool").attribute = vec![
                ints("kernel_shape", [3, 3]),
                ints("strides", [2, 2]),
                ints("pads", [1, 1, 1, 1]),
                int("ceil_mode", 1),
                int("count_include_pad", 1),
            ];
        }),
        ("counts the zeros of a Pad and not its own padding", |g| {
            let pads = ints("pads", [0, 0, 1, 1, 0, 0, 1, 1]);
            insert(g, "average_pool", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
            node(g, "average_pool").attribute = vec![ints("kernel_shape", [3, 3]), ints("pads", [1, 1, 1, 1])];
        }),
        ("storage_order is 1, expected 0", |g| node(g, "average_pool").attribute.push(int("storage_order", 1))),
        ("training_mode is 1, expected 0", |g| node(g, "batch_norm").attribute.push(int("training_mode", 1))),
        ("node 'flatten' (Flatten): of axis 2 of 4, expected 1", |g| node(g, "flatten").attribute[0] = int("axis", 2)),
        ("node 'dense' (Gemm): alpha is 2, expected 1", |g| node(g, "dense").attribute.push(float("alpha", 2.0))),
        ("has weights for 10 inputs, found 147", |g| node(g, "dense").attribute[0] = int("transB", 0)),
        ("along axis 0 of [10], expected that of the classes", |g| {
            node(g, "probabilities").attribute[0] = int("axis", 0)
        }),
        ("limits numbers to 6 and more and to 0 and less, expected a range", |g| {
            node(g, "relu").op_type = "Clip".into();
            node(g, "relu").attribute = vec![float("min", 6.0), float("max", 0.0)];
        }),
        ("has a limit (max) that is not one constant number", |g| {
            g.initializer.push(floats("two", &[2], &[1.0, 2.0]));
            node(g, "relu").op_type = "Clip".into();
            node(g, "relu").input.extend(["".into(), "two".into()]);
        }),
        ("has a limit (min) that is not one constant number", |g| {
            g.initializer.push(floats("none", &[], &[f32::NAN]));
            node(g, "relu").op_type = "Clip".into();
            node(g, "relu").input.push("none".into());
        }),
        ("node 'relu' (Max): has not two inputs", |g| node(g, "relu").op_type = "Max".into()),
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
        ("node 'padded' (Pad): pads an image for something else than a convolution, an average", |g| {
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
        ("tensor 'dense.kernel': says no name of 1 to 255 bytes", |g| weights(g, "dense.kernel").data_location = 1),
        ("tensor 'dense.kernel': says no name", |g| drop(outside(g, &"x".repeat(256), &[]))),
        ("'model.onnx.data', the file beside the model that its weights are in: is not at hand", |g| {
            drop(outside(g, "model.onnx.data", &[]))
        }),
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
fn weights_may_lie_in_a_file_beside_the_model() {
    let mut plain = foreign();
    let length = outside(graph(&mut plain), "w", &[]).len();
    let (after, all) = ((length + 4).to_string(), length.to_string());
    type Row<'a> = (&'a [(&'a str, &'a str)], Result<usize, &'a str>);
    let rows: &[Row<'_>] = &[
        (&[], Ok(0)),
        (&[("offset", "0"), ("length", &all)], Ok(0)),
        (&[("offset", "3")], Ok(3)),
        (&[("offset", "3"), ("length", &all), ("checksum", "of no interest")], Ok(3)),
        (&[("offset", "4"), ("length", &all)], Err("tensor 'dense.kernel' is said to be at bytes 4 to ")),
        (&[("offset", &after)], Err("is said to be at bytes ")),
        (&[("offset", "18446744073709551615"), ("length", "2")], Err("to beyond all numbers, but it has ")),
        (&[("offset", "-1")], Err("tensor 'dense.kernel': says '-1' for its offset, expected a number of bytes")),
        (&[("length", "many")], Err("says 'many' for its length")),
        (&[("length", "4")], Err("expected 1470 values, as its shape [10, 147] says, found 1")),
    ];
    for (entries, expected) in rows {
        let mut file = foreign();
        let values = outside(graph(&mut file), "w", entries);
        // The same file again: it is asked for once.
        weights(graph(&mut file), "dense.bias").external_data = Vec::new();
        let before = expected.unwrap_or(3);
        let mut asked = Vec::new();
        let found = read_with(&file.encode_to_vec(), &mut |name| {
            asked.push(name.to_owned());
            Ok([vec![0xff; before], values.clone()].concat())
        });
        assert_eq!(asked, ["w"]);
        match (found, expected) {
            (Ok(found), Ok(_)) => assert_eq!(found.model, samples::saved().model),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (found, expected) => panic!("{entries:?}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn limits_of_numbers_are_read_in_every_form() {
    let clip = |low, high| Some(Layer::Clip { low, high });
    let (low, high, no) = (f32::MIN, f32::MAX, f32::INFINITY);
    type Row<'a> = (&'a str, &'a [(&'a str, f32)], &'a [f32], Option<Layer>);
    let rows: &[Row<'_>] = &[
        ("Clip", &[("min", 0.0), ("max", 6.0)], &[], clip(0.0, 6.0)),
        ("Clip", &[("min", 0.0), ("max", high)], &[], Some(Layer::Relu)),
        ("Clip", &[("max", 3.0)], &[], clip(low, 3.0)),
        ("Clip", &[], &[], None),
        ("Clip", &[], &[-1.0, 1.0], clip(-1.0, 1.0)),
        ("Clip", &[], &[-0.5], clip(-0.5, high)),
        ("Clip", &[], &[0.0], Some(Layer::Relu)),
        ("Clip", &[], &[0.0, no], Some(Layer::Relu)),
        ("Clip", &[], &[-no, 2.0], clip(low, 2.0)),
        ("Max", &[], &[0.0], Some(Layer::Relu)),
        ("Max", &[], &[-2.0], clip(-2.0, high)),
        ("Min", &[], &[6.0], clip(low, 6.0)),
    ];
    for (op, attributes, inputs, expected) in rows {
        let mut file = foreign();
        let graph = graph(&mut file);
        for (index, &value) in inputs.iter().enumerate() {
            graph.initializer.push(floats(&format!("limit{index}"), &[], &[value]));
            node(graph, "relu").input.push(format!("limit{index}"));
        }
        node(graph, "relu").op_type = (*op).into();
        node(graph, "relu").attribute = attributes.iter().map(|&(name, value)| float(name, value)).collect();
        let read = read_file(&file).unwrap().model;
        let after_norm = read.architecture().layers[2].clone();
        let expected = expected.clone().unwrap_or(samples::saved().model.architecture().layers[3].clone());
        assert_eq!(after_norm, expected, "{op} {attributes:?} {inputs:?}");
    }
}

#[test]
fn means_count_their_padding_where_the_graph_does() {
    use PoolKind::{Average, AverageWithPadding, Sum};
    let around = || ints("pads", [1, 1, 1, 1]);
    let counts = || int("count_include_pad", 1);
    let windows = || vec![ints("kernel_shape", [3, 3]), ints("strides", [2, 2])];
    // The image is 14x14: windows of 3 with steps of 2 and padding of 1 fill it with a row to spare, without padding lack one.
    for (attributes, zeros, times, expected) in [
        (vec![], false, None, Average),
        (vec![counts()], false, None, Average),
        (vec![around()], false, None, Average),
        (vec![around(), counts()], false, None, AverageWithPadding),
        (vec![text("auto_pad", "SAME_UPPER"), counts()], false, None, AverageWithPadding),
        (vec![text("auto_pad", "SAME_LOWER"), counts()], false, None, AverageWithPadding),
        (vec![text("auto_pad", "SAME_UPPER")], false, None, Average),
        // What rounding up adds is no padding that counts.
        (vec![int("ceil_mode", 1), counts()], false, None, Average),
        (vec![around(), int("ceil_mode", 1)], false, None, Average),
        // Zeros of a Pad count whatever the pooling says of its own padding.
        (vec![], true, None, AverageWithPadding),
        (vec![counts()], true, None, AverageWithPadding),
        (vec![around(), counts()], true, None, AverageWithPadding),
        (vec![around(), counts()], false, Some(9.0), Sum),
        (vec![], true, Some(9.0), Sum),
        (vec![around(), counts()], false, Some(4.0), AverageWithPadding),
    ] {
        let mut file = foreign();
        let graph = graph(&mut file);
        // Without the dense layer, whose width would be the pooling's to decide.
        let named = format!("{attributes:?} {zeros} {times:?}");
        node(graph, "average_pool").attribute = [windows(), attributes].concat();
        if zeros {
            let attribute = vec![ints("pads", [0, 0, 1, 1, 0, 0, 1, 1])];
            insert(graph, "average_pool", NodeProto { attribute, ..new_node("padded", "Pad", &[]) });
        }
        if let Some(factor) = times {
            graph.initializer.push(floats("factor", &[], &[factor]));
            insert(graph, "flatten", new_node("times", "Mul", &["factor"]));
        }
        let end = graph.node.iter().position(|node| node.name == "flatten").unwrap();
        let taken = graph.node[end].input[0].clone();
        graph.node.truncate(end);
        graph.node.push(new_node("pixel", "GlobalAveragePool", &[&taken]));
        graph.node.push(new_node("row", "Flatten", &["pixel"]));
        graph.output[0].name = "row".to_owned();
        let layers = read_file(&file).unwrap().model.architecture().layers.clone();
        let found = layers.iter().find_map(|layer| match layer {
            Layer::Pool { kind, .. } => Some(*kind),
            _ => None,
        });
        assert_eq!(found, Some(expected), "{named}");
    }
}

#[test]
fn no_rule_of_padding_is_written() {
    // ONNX Runtime 1.32 takes none for a pooling whose strides are beyond its windows.
    for stride in [1, 2, 5] {
        for kind in [PoolKind::Max, PoolKind::Average, PoolKind::AverageWithPadding, PoolKind::Sum] {
            let pool = Layer::Pool { kind, size: [2, 2], stride: [stride; 2], padding: Padding::Same };
            let saved = samples::of_layers(vec![Layer::conv(2, 3), pool, Layer::Flatten, Layer::dense(10)]);
            let bytes = write(&saved, Output::Logits).unwrap();
            let file = ModelProto::decode(bytes.as_slice()).unwrap();
            for attribute in file.graph.unwrap().node.iter().flat_map(|node| &node.attribute) {
                assert!(attribute.name != "auto_pad" || attribute.s.as_deref() == Some(b"NOTSET"), "{attribute:?}");
            }
            assert_eq!(read(&bytes).unwrap(), saved);
        }
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
