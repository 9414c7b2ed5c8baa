//! Arithmetic on sizes around a reshape.

use super::*;

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
    refused("many sizes", &fixed(&[1; 65]), "makes a vector of more than 64 sizes");
    let shape = || new_node("shape", "Shape", &["average_pool"]);
    let constants = || vec![sizes("zero", &[0]), sizes("rest", &[-1]), sizes("far", &[9]), sizes("low", &[i64::MIN])];
    let concat = |inputs: &[&str]| NodeProto { attribute: vec![int("axis", 0)], ..new_node("sizes", "Concat", inputs) };
    let gather = |index: &str| {
        reshaped(constants(), vec![shape(), new_node("n", "Gather", &["shape", index]), concat(&["n", "rest"])])
    };
    assert_eq!(read_file(&gather("zero")).unwrap().model, samples::saved().model);
    for index in ["far", "low"] {
        refused("an index", &gather(index), "takes an index outside of a vector of 4 sizes");
    }
    let slice = |end: &str| {
        reshaped(constants(), vec![shape(), new_node("n", "Slice", &["shape", "zero", end]), concat(&["n", "rest"])])
    };
    refused("a slice of all", &slice("far"), "node 'dense' (Gemm): takes [3, 7, 7, 1], expected one vector");
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
        "node 'd7' (Concat): makes a vector of more than 64",
    );
}

#[test]
fn the_sizes_of_a_padded_image_are_refused() {
    // Before its zeros are taken in, and after.
    for next in ["average_pool", "flatten"] {
        let mut file = foreign();
        let graph = graph(&mut file);
        let attribute = vec![ints("pads", [0, 0, 1, 1, 0, 0, 1, 1])];
        insert(graph, "average_pool", NodeProto { attribute, ..new_node("padded", "Pad", &[]) });
        node(graph, "average_pool").attribute = vec![ints("kernel_shape", [4, 4]), ints("strides", [2, 2])];
        let place = graph.node.iter().position(|node| node.name == next).unwrap();
        graph.node.insert(place, new_node("sizes", "Shape", &["padded"]));
        let flatten = node(graph, "flatten");
        flatten.op_type = "Reshape".to_owned();
        flatten.attribute.clear();
        flatten.input.push("sizes".to_owned());
        refused(next, &file, "node 'sizes' (Shape): asks for the sizes of an image with zeros around it");
    }
}
