use safetensors::tensor::{Dtype, TensorView};
use tenfold_network::Layer;

use super::*;
use crate::format::Format;
use crate::samples::{damage, of_layers, quantized, saved, warm};

/// A safetensors file of these tensors, as another program would write it.
fn file_of(tensors: &[(String, Vec<usize>, Vec<f32>)], extra: Option<(&str, Dtype, &[u8])>) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|(.., values)| values.iter().flat_map(|value| value.to_le_bytes()).collect()).collect();
    let views = tensors
        .iter()
        .zip(&bytes)
        .map(|((name, shape, _), bytes)| (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let extra = extra.map(|(name, dtype, bytes)| (name.to_owned(), TensorView::new(dtype, vec![], bytes).unwrap()));
    ::safetensors::serialize(views.chain(extra), None).unwrap()
}

/// The tensors of a model's state dict.
fn tensors(saved: &SavedModel) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    let bytes = write(saved).unwrap();
    let (file, mut reading) = (File::open(&bytes).unwrap(), File::open(&bytes).unwrap());
    let all = file
        .tensors
        .iter()
        .map(|(name, view)| (name.to_owned(), view.shape().to_vec(), reading.floats(name, view.shape()).unwrap()));
    let mut all: Vec<_> = all.collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn a_model_comes_back_bit_for_bit() {
    for saved in [saved(), warm(), of_layers(vec![Layer::Flatten, Layer::dense(10)])] {
        let bytes = write(&saved).unwrap();
        assert_eq!(read(&bytes, None).unwrap(), saved);
        assert_eq!(crate::write(&saved, Format::StateDict).unwrap(), bytes);
    }
    let error = write(&quantized()).unwrap_err().to_string();
    assert!(error.contains("PyTorch state dict files cannot hold this model") && error.contains("hint: "), "{error}");
}

#[test]
fn names_and_shapes_are_those_of_a_sequential() {
    let shapes: Vec<_> = tensors(&saved()).into_iter().map(|(name, shape, _)| (name, shape)).collect();
    let expected = [
        ("0.weight", vec![3, 1, 3, 3]),
        ("1.bias", vec![3]),
        ("1.running_mean", vec![3]),
        ("1.running_var", vec![3]),
        ("1.weight", vec![3]),
        ("6.bias", vec![10]),
        ("6.weight", vec![10, 147]),
    ];
    assert_eq!(shapes, expected.map(|(name, shape)| (name.to_owned(), shape)));
}

/// A network with two layers of one size, and one of another.
fn twins() -> SavedModel {
    of_layers(vec![
        Layer::conv(3, 3),
        Layer::Relu,
        Layer::conv(3, 3),
        Layer::BatchNorm { momentum: 0.9, epsilon: 1e-5 },
        Layer::conv(3, 3),
        Layer::Flatten,
        Layer::dense(10),
    ])
}

/// The tensors of [`twins`] with their modules called by other names: those of layers 0, 2, 3, 4 and 6.
fn called(names: [&str; 5]) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    let positions = ["0", "2", "3", "4", "6"];
    let rename = |(name, shape, values): (String, Vec<usize>, Vec<f32>)| {
        let (position, role) = name.split_once('.').unwrap();
        let module = names[positions.iter().position(|other| *other == position).unwrap()];
        (if module.is_empty() { role.to_owned() } else { format!("{module}.{role}") }, shape, values)
    };
    tensors(&twins()).into_iter().map(rename).collect()
}

#[test]
fn modules_are_found_by_their_sizes_and_numbers() {
    let saved = twins();
    for names in [
        ["conv1", "conv2", "bn", "conv3", "fc"],
        ["conv9", "conv10", "norm", "conv11", "conv12"],
        ["net.0", "net.2", "net.3", "net.4", "net.7"],
        ["layer1.0.conv1", "layer1.0.conv2", "layer1.0.bn1", "layer2.0.conv1", "classifier"],
        ["module.features.0.0", "module.features.0.3", "module.features.0.4", "module.features.1.0", ""],
    ] {
        let read = read(&file_of(&called(names), None), Some(saved.model.architecture()));
        assert_eq!(read.unwrap_or_else(|error| panic!("{names:?}: {error}")).model, saved.model, "{names:?}");
    }
}

#[test]
fn modules_that_do_not_fit_are_refused_with_a_way_out() {
    let saved = twins();
    let architecture = Some(saved.model.architecture());
    let names = ["conv1", "conv2", "bn", "conv3", "fc"];
    let refused = |tensors: &[(String, Vec<usize>, Vec<f32>)], expected: &str| {
        let error = read(&file_of(tensors, None), architecture).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
        assert!(error.lines().last().unwrap().starts_with("hint: ") && !error.contains("contradicts"), "{error}");
    };
    refused(
        &called(["down", "up", "bn", "side", "fc"]),
        "modules 'side' and 'up': have the same sizes, and their names do not tell which comes first",
    );
    let mut all = called(names);
    all.retain(|(name, ..)| !name.starts_with("conv3"));
    refused(
        &all,
        "expected 2 for conv2d_1, conv2d_2: weight [3, 3, 3, 3], bias [3]; found 'conv2'; the file has 'bn' (",
    );
    let mut all = called(names);
    all.push(("aux.weight".to_owned(), vec![2, 2], vec![0.0; 4]));
    refused(&all, "no layer has what 'aux' in the file has: weight [2, 2]");
    let mut all = called(names);
    all.retain(|(name, ..)| name != "conv1.bias");
    refused(&all, "expected 1 for conv2d: weight [3, 1, 3, 3], bias [3]; found none; the file has 'bn'");
    let mut all = called(names);
    all.retain(|(name, ..)| !name.starts_with("bn.running"));
    refused(&all, "expected 1 for batch_norm: weight [3], running_var [3], running_mean [3], bias [3]; found none");
}

#[test]
fn state_dicts_of_other_programs_are_read_with_an_architecture() {
    let saved = saved();
    let architecture = Some(saved.model.architecture());
    let bytes = file_of(&tensors(&saved), Some(("1.num_batches_tracked", Dtype::I64, &[7, 0, 0, 0, 0, 0, 0, 0])));
    assert!(matches!(read(&bytes, None), Err(Error::Foreign { .. })));
    assert_eq!(read(&bytes, architecture).unwrap().model, saved.model);
}

#[test]
fn every_lie_is_named() {
    let saved = saved();
    let architecture = Some(saved.model.architecture());
    type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;
    type Lie = (fn(&mut Tensors), &'static str);
    let lies: [Lie; 5] = [
        (
            |all| all[0].0 = "1.kernel".to_owned(),
            "expected 1 for conv2d: weight [3, 1, 3, 3]; found none; the file has '1'",
        ),
        (|all| all[0].1 = vec![3, 3, 3, 1], "found none; the file has '0' (weight [3, 3, 3, 1]), '1' ("),
        (|all| all[2].2[1] = f32::NAN, "tensor 1.running_mean: expected finite numbers, found NaN"),
        (|all| drop(all.pop()), "expected 1 for dense: weight [10, 147], bias [10]; found none"),
        (
            |all| all.push(("7.weight".to_owned(), vec![1], vec![0.0])),
            "no layer has what '7' in the file has: weight [1]",
        ),
    ];
    for (lie, expected) in lies {
        let mut all = tensors(&saved);
        lie(&mut all);
        let error = read(&file_of(&all, None), architecture).unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
}

#[test]
fn a_file_cut_or_changed_anywhere_gives_an_error_or_a_model() {
    damage(&write(&saved()).unwrap(), &|bytes| read(bytes, None));
}
