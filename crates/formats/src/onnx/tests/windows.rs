//! Padding of convolutions and pooling, in every form.

use super::*;

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
        // What rounding up adds is not padding that counts.
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
