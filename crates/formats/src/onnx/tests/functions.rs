//! Functions that are written as several nodes, as other exporters write them than the one whose nodes ours are.

use super::*;

/// The layer that the nodes `rows`, each a name, an operator and its inputs, are in the place of `relu`; or why there is none.
fn layer(rows: &[(&str, &str, &[&str])]) -> Result<Layer, String> {
    let mut file = foreign();
    let graph = graph(&mut file);
    let numbers = [
        ("half", 0.5),
        ("one", 1.0),
        ("three", 3.0),
        ("inverse_root", std::f32::consts::FRAC_1_SQRT_2),
        ("bend", 0.044_715),
        ("steep", 0.797_884_6),
        ("twenty", 20.0),
    ];
    graph.initializer.extend(numbers.map(|(name, number)| floats(name, &[], &[number])));
    let index = graph.node.iter().position(|node| node.name == "relu").unwrap();
    let x = graph.node[index].input[0].clone();
    let nodes = rows.iter().map(|&(name, op, inputs)| {
        let inputs: Vec<&str> = inputs.iter().map(|&input| if input == "x" { x.as_str() } else { input }).collect();
        let mut node = new_node(name, op, &inputs);
        if op == "HardSigmoid" {
            node.attribute = vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)];
        }
        node
    });
    graph.node.splice(index..=index, nodes);
    read_file(&file).map(|saved| saved.model.architecture().layers[2].clone()).map_err(|error| error.to_string())
}

#[test]
fn every_form_of_a_function_is_that_function() {
    let erf: [(&str, &str, &[&str]); 3] =
        [("scaled", "Mul", &["inverse_root", "x"]), ("erf", "Erf", &["scaled"]), ("sum", "Add", &["one", "erf"])];
    let tanh: [(&str, &str, &[&str]); 6] = [
        ("cube", "Pow", &["x", "three"]),
        ("bent", "Mul", &["bend", "cube"]),
        ("inner", "Add", &["bent", "x"]),
        ("scaled", "Mul", &["steep", "inner"]),
        ("tanh", "Tanh", &["scaled"]),
        ("sum", "Add", &["tanh", "one"]),
    ];
    let halved: [(&str, &str, &[&str]); 2] = [("halved", "Mul", &["half", "x"]), ("relu", "Mul", &["halved", "sum"])];
    let gelu = |approximate| Ok(Layer::Gelu { approximate });
    assert_eq!(layer(&[&erf[..], &halved].concat()), gelu(false));
    assert_eq!(layer(&[&tanh[..], &halved].concat()), gelu(true));
    assert_eq!(layer(&[("gate", "Sigmoid", &["x"]), ("relu", "Mul", &["gate", "x"])]), Ok(Layer::Silu));
    assert_eq!(layer(&[("gate", "HardSigmoid", &["x"]), ("relu", "Mul", &["x", "gate"])]), Ok(Layer::HardSwish));
    assert_eq!(layer(&[("relu", "Gelu", &["x"])]), gelu(false));
    let softplus: [(&str, &str, &[&str]); 3] = [
        ("small", "Softplus", &["x"]),
        ("is_large", "Greater", &["x", "twenty"]),
        ("relu", "Where", &["is_large", "x", "small"]),
    ];
    assert_eq!(layer(&softplus), Ok(Layer::Softplus));
}

#[test]
fn what_is_nearly_a_function_is_refused() {
    for (rows, expected) in [
        // The gate of another value, another factor, another number beside.
        (
            &[("one_gate", "Sigmoid", &["x"][..]), ("gate", "Sigmoid", &["one_gate"]), ("relu", "Mul", &["gate", "x"])]
                [..],
            "joins",
        ),
        (
            &[
                ("gate", "Sigmoid", &["x"]),
                ("half_gate", "Mul", &["gate", "half"]),
                ("relu", "Mul", &["half_gate", "x"]),
            ],
            "joins",
        ),
        (&[("erf", "Erf", &["x"]), ("sum", "Add", &["one", "erf"]), ("relu", "Mul", &["x", "sum"])], "Erf"),
        (
            &[
                ("small", "Softplus", &["x"]),
                ("is_large", "Greater", &["x", "one"]),
                ("relu", "Where", &["is_large", "x", "small"]),
            ],
            "Greater",
        ),
    ] {
        let error = layer(rows).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}
