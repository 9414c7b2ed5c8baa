use super::{assert_close, for_each_cpu, random, widen};
use crate::{
    Convolution, Cpu, Padding, Window, convolution, convolution_input_gradient, convolution_kernel_gradient, reference,
};

const IMAGES: usize = 2;

#[test]
fn forward_and_gradients_over_many_geometries() {
    for_each_cpu(|cpu| {
        for padding in [Padding::Valid, Padding::Same] {
            for kernel in [[1, 1], [3, 3], [5, 5], [2, 4], [1, 3]] {
                for stride in [[1, 1], [2, 2], [1, 3]] {
                    for (input, filters) in [([7, 6, 1], 3), ([5, 9, 4], 17), ([8, 8, 33], 32)] {
                        let window = Window::new(input, kernel, stride, padding).unwrap();
                        check(cpu, Convolution { window, filters });
                    }
                }
            }
        }
    });
}

fn check(cpu: Cpu, geometry: Convolution) {
    let input = random(IMAGES * geometry.window.input_len(), 1);
    let kernel = random(geometry.kernel_len(), 2);
    let gradient = random(IMAGES * geometry.output_len(), 3);
    let mut scratch = vec![f32::NAN; geometry.scratch_len()];
    let name = |pass: &str| format!("{pass} of {geometry:?} at {}", cpu.level());

    let mut output = vec![f32::NAN; gradient.len()];
    convolution(cpu, &geometry, &input, &kernel, &mut output, &mut scratch);
    let expected = reference::convolution(&geometry, &widen(&input), &widen(&kernel));
    assert_close(&name("output"), &output, &expected, 1e-5);

    scratch.fill(f32::NAN);
    let mut kernel_gradient = vec![1.0; kernel.len()];
    convolution_kernel_gradient(cpu, &geometry, &input, &gradient, &mut kernel_gradient, &mut scratch);
    let mut expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &widen(&gradient));
    expected.iter_mut().for_each(|e| *e += 1.0);
    assert_close(&name("kernel gradient"), &kernel_gradient, &expected, 1e-5);

    scratch.fill(f32::NAN);
    let mut input_gradient = vec![f32::NAN; input.len()];
    convolution_input_gradient(cpu, &geometry, &gradient, &kernel, &mut input_gradient, &mut scratch);
    let expected = reference::convolution_input_gradient(&geometry, &widen(&gradient), &widen(&kernel));
    assert_close(&name("input gradient"), &input_gradient, &expected, 1e-5);
}

/// Output sizes and padding of Keras 3 (TensorFlow's rule) for inputs of 1..=7, kernels of 1..=5, strides of 1..=3.
#[test]
fn output_sizes() {
    for input in 1..=7usize {
        for kernel in 1..=5usize {
            for stride in 1..=3usize {
                let window = |padding| Window::new([input, 1, 1], [kernel, 1], [stride, 1], padding);
                let same = window(Padding::Same).unwrap();
                assert_eq!(same.output[0], input.div_ceil(stride));
                let total = ((same.output[0] - 1) * stride + kernel).saturating_sub(input);
                assert_eq!(same.before[0], total / 2);
                match window(Padding::Valid) {
                    Some(valid) => assert_eq!(valid.output[0], (input - kernel + stride) / stride),
                    None => assert!(kernel > input),
                }
            }
        }
    }
    assert_eq!(Window::new([0, 4, 1], [1, 1], [1, 1], Padding::Same), None);
    assert_eq!(Window::new([4, 4, 1], [1, 1], [0, 1], Padding::Same), None);
}
