//! What is refused, and how it is named.

use super::*;

#[test]
fn what_has_no_counterpart_is_refused_by_the_node() {
    let rows: &[(&str, Change)] = &[
        ("node 'relu' (Mish): has no counterpart here\nhint: put one of Relu, ", |g| {
            node(g, "relu").op_type = "Mish".into()
        }),
        ("node 'relu' (Resize): has no counterpart here\nhint: supported are Conv, Gemm", |g| {
            node(g, "relu").op_type = "Resize".into()
        }),
        ("node 'relu' (Relu): has no counterpart", |g| node(g, "relu").domain = "com.microsoft".into()),
        ("node that makes 'relu' (Celu): has no", |g| {
            (node(g, "relu").op_type, node(g, "relu").name) = ("Celu".into(), "".into())
        }),
        ("node 'conv2d' (Conv): has weights for 1 channels in each of 2 groups, found 1", |g| {
            node(g, "conv2d").attribute.push(int("group", 2))
        }),
        ("dilations are [2, 1], expected [1, 1]", |g| node(g, "conv2d").attribute.push(ints("dilations", [2, 1]))),
        ("the attribute 'speed' has no counterpart", |g| node(g, "conv2d").attribute.push(int("speed", 1))),
        ("a window of [3, 3], stride [2, 2], does not fit into 28x28x1", |g| {
            node(g, "conv2d").attribute[2] = ints("pads", [2, 3, 2, 2])
        }),
        ("pads are [-1, 0, 0, 0], expected four", |g| node(g, "conv2d").attribute[2] = ints("pads", [-1, 0, 0, 0])),
        ("pads are [9223372036854775807, 0, 0, 0]", |g| {
            node(g, "conv2d").attribute[2] = ints("pads", [i64::MAX, 0, 0, 0])
        }),
        ("strides is [0, 2], expected two sizes of 1", |g| node(g, "conv2d").attribute[1] = ints("strides", [0, 2])),
        ("kernel_shape of [2, 2] and weights of [3, 3]", |g| {
            node(g, "conv2d").attribute[0] = ints("kernel_shape", [2, 2])
        }),
        ("its attribute 'group' is not a whole number", |g| node(g, "conv2d").attribute.push(float("group", 1.0))),
        ("rounds up (ceil_mode) and counts its padding (count_include_pad)", |g| {
            node(g, "average_pool").attribute = vec![
                ints("kernel_shape", [3, 3]),
                ints("strides", [2, 2]),
                ints("pads", [1, 1, 1, 1]),
                int("ceil_mode", 1),
                int("count_include_pad", 1),
            ];
        }),
        ("counts the zeros around the image and not its own padding", |g| {
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
        ("limits numbers to at least 6 and at most 0, expected a range", |g| {
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
        ("node 'relu' (Max): does not have two inputs", |g| node(g, "relu").op_type = "Max".into()),
        ("node 'average_pool' (AveragePool): takes a result that another node has taken", |g| {
            node(g, "average_pool").input[0] = "batch_norm".into();
            let mut dead = new_node("dead", "Add", &["average_pool", "relu"]);
            dead.output = vec!["joined".into()];
            let at = g.node.iter().position(|node| node.name == "flatten").unwrap();
            g.node.insert(at, dead);
            node(g, "flatten").input[0] = "joined".into();
        }),
        ("node 'joined' (Add): joins two results", |g| insert(g, "average_pool", new_node("joined", "Add", &["relu"]))),
        ("node 'scaled' (Mul): changes the pixels by numbers that do not fit", |g| {
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
        ("graph: gives [1, 28, 28] for an image, expected a vector", |g| g.output[0].name = "image".into()),
        ("graph: gives what does not depend on an image", |g| {
            g.node.push(new_node("shape", "Shape", &["image"]));
            g.output[0].name = "shape".into();
        }),
        ("node 'padded' (Pad): pads an image for something else than a convolution, an average", |g| {
            let pads = ints("pads", [0, 0, 1, 0, 0, 0, 0, 0]);
            insert(g, "flatten", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
        }),
        ("graph: ends in a sigmoid, whose outputs are neither logits", |g| {
            let pads = ints("pads", [0, 0, 1, 1, 0, 0, 1, 1]);
            insert(g, "average_pool", NodeProto { attribute: vec![pads], ..new_node("padded", "Pad", &[]) });
            node(g, "average_pool").attribute = vec![ints("kernel_shape", [4, 4]), ints("strides", [2, 2])];
            node(g, "probabilities").op_type = "Sigmoid".into();
            node(g, "probabilities").attribute.clear();
        }),
        ("graph: ends in a sigmoid", |g| {
            node(g, "probabilities").op_type = "Sigmoid".into();
            node(g, "probabilities").attribute.clear();
            g.node.push(new_node("end", "Flatten", &["probabilities"]));
            g.output[0].name = "end".into();
        }),
        ("graph: ends in a sigmoid", |g| {
            node(g, "probabilities").op_type = "Sigmoid".into();
            node(g, "probabilities").attribute.clear();
            g.node.push(new_node("end", "Dropout", &["probabilities"]));
            g.output[0].name = "end".into();
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
        ("node 'conv2d' (Conv): pads an image with zeros around it", |g| {
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
fn files_that_are_not_graphs_are_refused() {
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
