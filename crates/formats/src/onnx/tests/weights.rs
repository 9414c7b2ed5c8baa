//! Weights inside the file and beside it.

use super::*;

#[test]
fn lies_about_weights_are_refused() {
    let rows: &[(&str, Change)] = &[
        ("tensor 'dense.kernel': has no name of 1 to 255 bytes", |g| weights(g, "dense.kernel").data_location = 1),
        ("tensor 'dense.kernel': has no name", |g| drop(outside(g, &"x".repeat(256), &[]))),
        ("'model.onnx.data', the file beside the model that its weights are in: is not available", |g| {
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
        ("has a bias that is not a vector", |g| weights(g, "dense.bias").dims = vec![10, 1]),
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
