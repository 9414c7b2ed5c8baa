//! Limits, scales and shifts of numbers.

use super::*;

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
fn a_temperature_is_none_of_the_pixels_where_nothing_is_computed() {
    for saved in samples::without_parameters() {
        for temperature in [0.02, 0.3, 50.0] {
            let saved =
                SavedModel { model: saved.model.clone().with_temperature(temperature).unwrap(), ..saved.clone() };
            assert_eq!(read(&write(&saved, Output::Probabilities).unwrap()).unwrap(), saved);
        }
    }
}
