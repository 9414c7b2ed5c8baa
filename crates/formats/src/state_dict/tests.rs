use safetensors::tensor::{Dtype, TensorView};
use tenfold_network::Layer;

use super::*;
use crate::format::{Format, read};
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
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let all = tensors.iter().map(|(name, view)| {
        (name.to_owned(), view.shape().to_vec(), file::floats(&tensors, name, view.shape()).unwrap())
    });
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

#[test]
fn names_of_other_modules_are_refused_with_a_way_out() {
    let saved = saved();
    for name in ["net.0.weight", "conv1.weight"] {
        let mut tensors = tensors(&saved);
        tensors.iter_mut().find(|(name, ..)| name == "0.weight").unwrap().0 = name.to_owned();
        let error = read(&file_of(&tensors, None), Some(saved.model.architecture())).unwrap_err().to_string();
        assert!(error.contains(&format!("tensor {name}: is called by another name")), "{error}");
        assert!(error.contains("hint: save the state dict of an nn.Sequential"), "{error}");
    }
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
        (|all| all[0].0 = "1.kernel".to_owned(), "tensor 0.weight: expected to be in the file, found nothing"),
        (|all| all[0].1 = vec![3, 3, 3, 1], "tensor 0.weight: expected F32 [3, 1, 3, 3], found F32 [3, 3, 3, 1]"),
        (|all| all[2].2[1] = f32::NAN, "tensor 1.running_mean: expected finite numbers, found NaN"),
        (|all| drop(all.pop()), "tensors: expected 7, found 6"),
        (|all| all.push(("7.weight".to_owned(), vec![1], vec![0.0])), "tensors: expected 7, found 8"),
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
