//! Graphs that average the answers of several networks.

use tenfold_network::{Engine, Model, Predictor};

use super::*;

/// Two networks of the samples' layers, with a temperature for one, and as one graph.
fn ensemble(temperature: f32) -> (SavedModel, ModelProto) {
    let saved = samples::ensemble();
    let saved = SavedModel { model: saved.model.with_temperature(temperature).unwrap(), ..saved };
    let file = ModelProto::decode(write(&saved, Output::Probabilities).unwrap().as_slice()).unwrap();
    (saved, file)
}

fn read_again(file: &ModelProto) -> Result<SavedModel, Error> {
    read(&file.encode_to_vec())
}

#[test]
fn an_ensemble_comes_back_bit_for_bit() {
    for temperature in [1.0, 0.75] {
        let (saved, file) = ensemble(temperature);
        assert_eq!(read_again(&file).unwrap(), saved);
        let logits = write(&saved, Output::Logits).unwrap();
        assert_eq!(read(&logits).unwrap(), saved);
    }
    let file = write(&samples::ensemble(), Output::Probabilities).unwrap();
    assert_eq!(file, write(&samples::ensemble(), Output::Probabilities).unwrap());
}

#[test]
fn another_programs_mean_of_probabilities_is_an_ensemble() {
    let (saved, mut file) = ensemble(1.0);
    file.metadata_props.clear();
    let graph = graph(&mut file);
    // It ends in the mean itself.
    let mean = graph.node.iter().position(|node| node.op_type == "Mean").unwrap();
    graph.node.truncate(mean + 1);
    graph.node[mean].output = vec!["probabilities".to_owned()];
    let again = read_again(&file).unwrap();
    let image: Vec<u8> = (0..784).map(|pixel| (pixel % 251) as u8).collect();
    let [found, expected] =
        [&again, &saved].map(|saved| Predictor::new(&saved.model, Engine::single()).unwrap().probabilities(&image));
    assert_eq!(found, expected);
    assert_eq!(again.model.members().unwrap().map(|members| members.len()), Some(2));
}

#[test]
fn what_is_no_mean_of_probabilities_of_one_image_is_refused() {
    let refused = |change: &dyn Fn(&mut GraphProto), expected: &str| {
        let (_, mut file) = ensemble(0.75);
        change(graph(&mut file));
        let error = read_again(&file).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    };
    let mean = |graph: &mut GraphProto, inputs: Vec<String>| node(graph, "ensemble.mean").input = inputs;
    let member = |number: usize| format!("ensemble.member_{number}.probabilities");
    refused(&|graph| mean(graph, vec![member(1)]), "has 1 members, expected 2 to 32");
    refused(
        &|graph| mean(graph, vec![member(1); 33]),
        "inputs of the mean at the end of the graph: expected at most 32",
    );
    refused(
        &|graph| mean(graph, vec![member(1), "dense_1".to_owned()]),
        "averages 'dense_1', expected softmaxes alone",
    );
    refused(
        &|graph| mean(graph, vec![member(1), "nothing".to_owned()]),
        "averages 'nothing', expected softmaxes alone",
    );
    // The same weights over and over are not copied without end.
    refused(&|graph| mean(graph, vec![member(1); 32]), "its nodes copy the same weights over and over");
    refused(
        &|graph| node(graph, "tempered_logits").input[1] = "dense.bias".to_owned(),
        "divides by what is not one constant",
    );
    refused(
        &|graph| {
            let mut second = graph.input[0].clone();
            second.name = "other".to_owned();
            graph.input.push(second);
            node(graph, "conv2d_1").input[0] = "other".to_owned();
        },
        "averages what is made of several inputs, expected one input",
    );
    // What is averaged is read as a graph of its own, and refused as one.
    refused(&|graph| node(graph, "relu_1").op_type = "Sin".to_owned(), "node 'relu_1' (Sin)");
}

#[test]
fn a_network_of_members_for_bytes_and_for_pixels_is_refused() {
    let (_, mut file) = ensemble(1.0);
    file.metadata_props.clear();
    let graph = graph(&mut file);
    graph.initializer.push(TensorProto {
        dims: vec![],
        data_type: data_type::FLOAT,
        name: "most".to_owned(),
        float_data: vec![255.0],
        ..TensorProto::default()
    });
    let divide = NodeProto {
        input: vec!["image".to_owned(), "most".to_owned()],
        output: vec!["scaled".to_owned()],
        name: "scaled".to_owned(),
        op_type: "Div".to_owned(),
        ..NodeProto::default()
    };
    graph.node.insert(0, divide);
    node(graph, "conv2d").input[0] = "scaled".to_owned();
    let error = read_again(&file).unwrap_err().to_string();
    assert!(error.contains("averages what is made of bytes with what is made of pixels from 0 to 1"), "{error}");
    // If all of them do, it is read.
    node(self::graph(&mut file), "conv2d_1").input[0] = "scaled".to_owned();
    assert_eq!(read_again(&file).unwrap().model.members().unwrap().map(|members: Vec<Model>| members.len()), Some(2));
}
