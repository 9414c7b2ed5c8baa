//! Single operators in contexts made by hand.

use tenfold_network::{Layer, Padding, PoolKind, Shape};

use super::activation::Activation;
use super::beside::Beside;
use super::constant::{Constants, Floats};
use super::context::{Context, Value};
use super::node::Node;
use super::sizes::Sizes;
use super::{layers, padding, pooling, scaling, shaping};
use crate::onnx::graph::{float, int, ints};
use crate::onnx::proto::{AttributeProto, NodeProto};

fn proto(op: &str, inputs: &[&str], attribute: Vec<AttributeProto>) -> NodeProto {
    let input = inputs.iter().map(|&input| input.to_owned()).collect();
    let output = vec!["y".to_owned()];
    NodeProto { input, output, name: "n".to_owned(), op_type: op.to_owned(), attribute, ..NodeProto::default() }
}

/// A context for images of 6x6, with these constants.
fn context<'a>(beside: &'a Beside, floats: &[(&'a str, &[usize], &[f32])]) -> Context<'a> {
    let input = Activation::input(vec![1, 6, 6]).unwrap();
    let mut context = Context::new(&input, 13, false, Constants::new(beside, 1_000)).unwrap();
    for &(name, shape, values) in floats {
        let floats = Floats { shape: shape.to_vec(), values: values.to_vec() };
        context.values.insert(name, Value::Floats(floats));
    }
    context.values.insert("x", Value::Activation(input));
    context
}

fn image(context: &Context<'_>) -> Activation {
    Activation::image(context.chain.shape(), context.chain.changes())
}

fn network(context: Context<'_>) -> Vec<Layer> {
    context.chain.finish().unwrap().0.layers
}

#[test]
fn a_convolution_takes_weights_that_fit_the_image() {
    let beside = Beside::default();
    let weights = [1.0; 18];
    let constants: [(&str, &[usize], &[f32]); 3] =
        [("w", &[2, 1, 3, 3], &weights), ("v", &[1, 2, 3, 3], &weights), ("b", &[2], &[0.5, 1.0])];
    for (inputs, attributes, expected) in [
        (&["x", "w", "b"][..], vec![], Ok([4, 4, 2])),
        (&["x", "w"], vec![ints("pads", [1, 1, 1, 1])], Ok([6, 6, 2])),
        (&["x", "v"], vec![], Err("node 'n' (Conv): has weights for 2 channels, found 1")),
        (&["x", "b"], vec![], Err("node 'n' (Conv): has weights of [2], expected [O, C, H, W]")),
        (&["x", "w", "w"], vec![], Err("node 'n' (Conv): has a bias of [2, 1, 3, 3], expected [2]")),
        (&["x"], vec![], Err("node 'n' (Conv): has no input 1")),
        (
            &["x", "w"],
            vec![int("group", 2)],
            Err("node 'n' (Conv): has weights for 1 channels in each of 2 groups, found 1"),
        ),
    ] {
        let mut context = context(&beside, &constants);
        let (proto, taken) = (proto("Conv", inputs, attributes), image(&context));
        let given = pooling::convolution(&mut context, &Node::new(&proto), taken);
        match (given, expected) {
            (Ok(given), Ok(shape)) => {
                assert_eq!((given.shape, given.step), (Shape::from(shape), 1));
                assert_eq!(context.chain.shape(), given.shape);
            }
            (Err(error), Err(expected)) => assert!(error.to_string().starts_with(expected), "{error}"),
            (given, expected) => panic!("{given:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn a_pad_is_part_of_the_pooling_that_takes_it() {
    let (beside, zeros) = (Beside::default(), ints("pads", [0, 0, 1, 1, 0, 0, 1, 1]));
    let (pad, pool) =
        (proto("Pad", &["x"], vec![zeros]), proto("AveragePool", &["x"], vec![ints("kernel_shape", [3, 3])]));
    let mut context = context(&beside, &[]);
    let taken = image(&context);
    let padded = padding::pad(&mut context, &Node::new(&pad), taken.clone()).unwrap();
    assert!(context.chain.has_zeros() && padded.step > taken.step);
    let given = pooling::pool(&mut context, &Node::new(&pool), padded).unwrap();
    assert_eq!(given.shape, [6, 6, 1].into());
    let (size, stride, padding) = ([3, 3], [1, 1], Padding::Same);
    assert_eq!(network(context), [Layer::Pool { kind: PoolKind::AverageWithPadding, size, stride, padding }]);
}

#[test]
fn constants_become_biases_scales_and_temperatures() {
    let beside = Beside::default();
    let constants: [(&str, &[usize], &[f32]); 3] =
        [("one", &[], &[1.0]), ("two", &[], &[2.0]), ("byte", &[], &[255.0])];
    let norm = |layers: &[Layer]| matches!(layers, [Layer::Relu, Layer::BatchNorm { .. }]);
    for (op, operand, is_after_relu, is_logits, is_expected) in [
        ("Div", "byte", false, false, &(|layers: &[Layer]| layers.is_empty()) as &dyn Fn(&[Layer]) -> bool),
        ("Mul", "one", true, false, &|layers| layers == [Layer::Relu]),
        ("Mul", "two", true, false, &norm),
        ("Add", "two", true, false, &norm),
        ("Div", "two", true, false, &norm),
        ("Div", "two", true, true, &|layers| layers == [Layer::Relu]),
    ] {
        let mut context = context(&beside, &constants);
        if is_logits {
            context.logits.insert("y");
        }
        if is_after_relu {
            context.chain.push(Layer::Relu);
        }
        let (proto, taken) = (proto(op, &["x", operand], Vec::new()), image(&context));
        scaling::scale(&mut context, &Node::new(&proto), taken).unwrap();
        assert_eq!(context.takes_bytes, operand == "byte", "{op} {operand}");
        let (architecture, temperature) = context.chain.finish().unwrap();
        assert!(is_expected(&architecture.layers), "{op} {operand}: {:?}", architecture.layers);
        assert_eq!(temperature, is_logits.then_some(2.0));
    }
}

#[test]
fn a_dense_layer_takes_a_vector_and_a_reshape_makes_one() {
    let beside = Beside::default();
    let mut context = context(&beside, &[("w", &[2, 36], &[1.0; 72])]);
    let (gemm, reshape) = (proto("Gemm", &["x", "w"], vec![int("transB", 1)]), proto("Reshape", &["x", "s"], vec![]));
    let taken = image(&context);
    let error = layers::dense(&mut context, &Node::new(&gemm), taken.clone()).unwrap_err().to_string();
    assert!(error.starts_with("node 'n' (Gemm): takes [1, 6, 6], expected one vector for an image"), "{error}");
    let sizes = Sizes::of_numbers(&Node::new(&reshape), vec![2], &[0, -1]).unwrap();
    context.values.insert("s", Value::Sizes(sizes));
    let vector = shaping::reshape(&mut context, &Node::new(&reshape), taken).unwrap();
    let entered = context.enter(&Node::new(&gemm), crate::chain::Role::Layer, vector).unwrap();
    let given = layers::dense(&mut context, &Node::new(&gemm), entered).unwrap();
    assert_eq!((given.dims, network(context)), (vec![2], vec![Layer::Flatten, Layer::Dense { units: 2, bias: false }]));
}

#[test]
fn limits_are_attributes_or_constants() {
    let beside = Beside::default();
    let clip = |low, high| vec![Layer::Clip { low, high }];
    for (op, inputs, attributes, expected) in [
        ("Clip", &["x"][..], vec![float("min", 0.0), float("max", 6.0)], clip(0.0, 6.0)),
        ("Clip", &["x", "", "six"], vec![], clip(f32::MIN, 6.0)),
        ("Clip", &["x"], vec![], vec![]),
        ("Max", &["zero", "x"], vec![], vec![Layer::Relu]),
        ("Min", &["x", "six"], vec![], clip(f32::MIN, 6.0)),
    ] {
        let mut context = context(&beside, &[("zero", &[], &[0.0]), ("six", &[1], &[6.0])]);
        let (proto, taken) = (proto(op, inputs, attributes), image(&context));
        layers::clip(&mut context, &Node::new(&proto), taken).unwrap();
        assert_eq!(network(context), expected, "{op} {inputs:?}");
    }
}
