//! A NaN or an infinity must not be lost on its way to the loss: that is how training that has diverged is noticed.

use super::{for_each_cpu, paddings, random, widen};
use crate::{
    Convolution, Cpu, Epilogue, OutputGradient, Padding, Window, Winograd, WinogradKernel, few_channel_convolution,
    few_channel_kernel_gradient, gemm_transposed, reference,
};

const IMAGES: usize = 2;

/// Where `expected` is not finite `actual` must not be; with `exactly`, nowhere else.
#[track_caller]
fn assert_not_finite(what: &str, actual: &[f32], expected: &[f64], exactly: bool) {
    assert!(expected.iter().any(|e| !e.is_finite()), "{what}: nothing to see");
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!(e.is_finite() || !a.is_finite(), "{what}[{i}] is {a}, expected {e}");
        assert!(!exactly || !e.is_finite() || a.is_finite(), "{what}[{i}] is {a}, expected {e}");
    }
}

fn geometry(channels: usize, filters: usize, padding: Padding) -> Convolution {
    Convolution { window: Window::new([9, 12, channels], [3, 3], [1, 1], padding).unwrap(), filters }
}

#[test]
fn through_convolutions_of_few_channels() {
    for_each_cpu(|cpu| {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let geometry = geometry(1, 37, Padding::Valid);
            let mut input = random(IMAGES * geometry.window.input_len(), 1);
            input[130] = value;
            let (kernel, gradient) = (random(geometry.kernel_len(), 2), random(IMAGES * geometry.output_len(), 3));
            let mut output = vec![0.0; gradient.len()];
            let epilogue = Epilogue::Map { activation: None, output: &mut output };
            few_channel_convolution(cpu, &geometry, &input, &kernel, &[0.0; 37], epilogue);
            let expected = reference::convolution(&geometry, &widen(&input), &widen(&kernel));
            assert_not_finite(&format!("{value} forward at {}", cpu.level()), &output, &expected, true);

            let mut actual = vec![0.0; kernel.len()];
            let plain = OutputGradient::Map { gradient: &gradient, relu_output: None };
            few_channel_kernel_gradient(cpu, &geometry, &input, plain, &mut actual, &mut []);
            let expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &widen(&gradient));
            assert_not_finite(&format!("{value} backward at {}", cpu.level()), &actual, &expected, true);
        }
    });
}

/// A transform spreads them over a tile.
#[test]
fn through_winograd_convolutions() {
    for_each_cpu(|cpu| {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for padding in paddings([3, 3]) {
                through_winograd(cpu, geometry(8, 19, padding), value);
            }
        }
    });
}

fn through_winograd(cpu: Cpu, geometry: Convolution, value: f32) {
    let layout = Winograd::new(geometry).unwrap();
    let mut input = random(IMAGES * geometry.window.input_len(), 1);
    let (kernel, mut gradient) = (random(geometry.kernel_len(), 2), random(IMAGES * geometry.output_len(), 3));
    input[1000] = value;
    let mut output = vec![0.0; gradient.len()];
    let mut scratch = vec![0.0; layout.forward_scratch_len(IMAGES).max(layout.backward_scratch_len(IMAGES))];
    let epilogue = Epilogue::Map { activation: None, output: &mut output };
    layout.forward(cpu, &input, WinogradKernel::Plain(&kernel), &[0.0; 19], epilogue, &mut scratch);
    let expected = reference::convolution(&geometry, &widen(&input), &widen(&kernel));
    assert_not_finite(&format!("{value} forward at {}", cpu.level()), &output, &expected, false);

    gradient[777] = value;
    let (mut kernel_gradient, mut input_gradient) = (vec![0.0; kernel.len()], vec![0.0; input.len()]);
    let plain = OutputGradient::Map { gradient: &gradient, relu_output: None };
    let wanted = Some(&mut input_gradient[..]);
    layout.backward(cpu, &input, &kernel, plain, &mut kernel_gradient, wanted, &mut scratch);
    let expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &widen(&gradient));
    assert_not_finite(&format!("{value} kernel gradient at {}", cpu.level()), &kernel_gradient, &expected, false);
    let expected = reference::convolution_input_gradient(&geometry, &widen(&gradient), &widen(&kernel));
    assert_not_finite(&format!("{value} input gradient at {}", cpu.level()), &input_gradient, &expected, false);
}

#[test]
fn through_dot_products() {
    for_each_cpu(|cpu| {
        for value in [f32::NAN, f32::INFINITY] {
            let (mut a, b) = (random(6 * 37, 1), random(9 * 37, 2));
            a[40] = value;
            let mut c = vec![0.0; 6 * 9];
            gemm_transposed(cpu, &a, &b, 37, &mut c);
            let expected = reference::dense_input_gradient(&widen(&a), &widen(&b), 9, 37);
            assert_not_finite(&format!("{value} at {}", cpu.level()), &c, &expected, true);
        }
    });
}
