use super::{assert_close, for_each_cpu, paddings, random, widen};
use crate::{
    Activation, Convolution, Cpu, DEAD, Epilogue, OutputGradient, Padding, Window, Winograd, WinogradKernel, reference,
};

#[test]
fn forward_and_gradients_over_many_sizes() {
    for_each_cpu(|cpu| {
        for padding in paddings([3, 3]) {
            // Outputs of 1 to 11 rows and columns: full lines, half lines, and half lines with a dead output.
            for (height, width) in [(3, 4), (5, 6), (7, 8), (9, 10), (12, 12), (13, 11), (6, 3)] {
                for (channels, filters) in [(1, 3), (5, 16), (32, 17), (16, 40), (3, 33)] {
                    let window = Window::new([height, width, channels], [3, 3], [1, 1], padding).unwrap();
                    check(cpu, Convolution { window, filters }, 2);
                }
            }
        }
        let window = Window::new([12, 12, 32], [3, 3], [1, 1], Padding::Valid).unwrap();
        check(cpu, Convolution { window, filters: 64 }, 3);
        // Two groups of output channels, and a last row and column of the input that no output needs.
        let mut window = Window::new([13, 13, 4], [3, 3], [1, 1], Padding::Valid).unwrap();
        window.output = [10, 10];
        check(cpu, Convolution { window, filters: 70 }, 2);
    });
}

fn check(cpu: Cpu, geometry: Convolution, images: usize) {
    let layout = Winograd::new(geometry).unwrap();
    let input = random(images * geometry.window.input_len(), 1);
    let kernel = random(geometry.kernel_len(), 2);
    let bias = random(geometry.filters, 3);
    let gradient = random(images * geometry.output_len(), 4);
    let name = |pass: &str| format!("{pass} of {geometry:?} at {}", cpu.level());
    let buffer = |length| vec![f32::NAN; length];

    let mut prepared = buffer(layout.prepared_len());
    layout.prepare_kernel(cpu, &kernel, &mut prepared);
    let mut expected = reference::convolution(&geometry, &widen(&input), &widen(&kernel));
    expected.iter_mut().enumerate().for_each(|(i, y)| *y += f64::from(bias[i % geometry.filters]));
    for (relu, kernel) in [(true, WinogradKernel::Plain(&kernel)), (false, WinogradKernel::Prepared(&prepared))] {
        let mut output = buffer(gradient.len());
        let epilogue = Epilogue::Map { activation: relu.then_some(Activation::Relu), output: &mut output };
        layout.forward(cpu, &input, kernel, &bias, epilogue, &mut buffer(layout.forward_scratch_len(images)));
        let expected = if relu { reference::activation(Activation::Relu, &expected) } else { expected.clone() };
        assert_close(&name("output"), &output, &expected, 1e-5);
    }

    let plain = OutputGradient::Map { gradient: &gradient, relu_output: None };
    let [kernel_gradient, input_gradient] = backward(cpu, &layout, &input, &kernel, plain);
    let expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &widen(&gradient));
    assert_close(&name("kernel gradient"), &kernel_gradient, &expected, 1e-5);
    let expected = reference::convolution_input_gradient(&geometry, &widen(&gradient), &widen(&kernel));
    assert_close(&name("input gradient"), &input_gradient, &expected, 1e-5);
}

/// The gradients of the kernel and of the input; the former must not depend on whether the latter is wanted.
fn backward(cpu: Cpu, layout: &Winograd, input: &[f32], kernel: &[f32], gradient: OutputGradient<'_>) -> [Vec<f32>; 2] {
    let images = input.len() / layout.geometry().window.input_len();
    let mut scratch = vec![f32::NAN; layout.backward_scratch_len(images)];
    let (mut kernel_gradient, mut alone) = (vec![f32::NAN; kernel.len()], vec![f32::NAN; kernel.len()]);
    let mut input_gradient = vec![f32::NAN; input.len()];
    let wanted = Some(&mut input_gradient[..]);
    layout.backward(cpu, input, kernel, gradient, &mut kernel_gradient, wanted, &mut scratch);
    scratch.fill(f32::NAN);
    layout.backward(cpu, input, kernel, gradient, &mut alone, None, &mut scratch);
    assert_eq!(kernel_gradient, alone);
    [kernel_gradient, input_gradient]
}

#[test]
fn only_three_by_three_with_stride_one() {
    for (kernel, stride) in [([3, 3], [2, 1]), ([5, 5], [1, 1]), ([3, 1], [1, 1])] {
        let window = Window::new([8, 8, 1], kernel, stride, Padding::Valid).unwrap();
        assert!(Winograd::new(Convolution { window, filters: 1 }).is_none());
    }
}

/// Epilogues change what goes in and out of the transforms, not what lies between: gradients must be those of what
/// unfused layers would pass down.
#[test]
fn epilogues_equal_layers_of_their_own() {
    for_each_cpu(|cpu| {
        for (side, channels, filters) in [(12, 32, 64), (10, 5, 17), (4, 3, 16), (6, 9, 70)] {
            let window = Window::new([side, side, channels], [3, 3], [1, 1], Padding::Valid).unwrap();
            for relu in [true, false] {
                check_epilogues(cpu, Convolution { window, filters }, relu);
            }
        }
    });
}

fn check_epilogues(cpu: Cpu, geometry: Convolution, relu: bool) {
    let images = 3;
    let layout = Winograd::new(geometry).unwrap();
    let (input, bias) = (random(images * geometry.window.input_len(), 1), random(geometry.filters, 3));
    let kernel = random(geometry.kernel_len(), 2);
    let run = |epilogue: Epilogue<'_>| {
        let mut scratch = vec![f32::NAN; layout.forward_scratch_len(images)];
        layout.forward(cpu, &input, WinogradKernel::Plain(&kernel), &bias, epilogue, &mut scratch);
    };
    let mut map = vec![f32::NAN; images * geometry.output_len()];
    run(Epilogue::Map { activation: relu.then_some(Activation::Relu), output: &mut map });
    let mut pooled = vec![f32::NAN; map.len() / 4];
    let mut winners = vec![7; pooled.len()];
    run(Epilogue::Pooled { activation: relu.then_some(Activation::Relu), output: &mut pooled, winners: &mut winners });

    let [height, width] = geometry.window.output;
    let pooling = Window::new([height, width, geometry.filters], [2, 2], [2, 2], Padding::Valid).unwrap();
    let (expected, expected_winners) = reference::max_pool(&pooling, &map);
    assert_eq!(pooled, expected, "{geometry:?} relu {relu} at {}", cpu.level());
    for ((&winner, expected), &value) in winners.iter().zip(expected_winners).zip(&pooled) {
        assert_eq!(winner, if relu && value <= 0.0 { DEAD } else { expected });
    }

    let gradients = |gradient: OutputGradient<'_>| backward(cpu, &layout, &input, &kernel, gradient);
    let pooled_gradient = random(pooled.len(), 4);
    let map_gradient =
        reference::max_pool_backward(&pooling, &pooled_gradient, &expected_winners_of(&winners), map.len());
    let map_gradient =
        if relu { reference::activation_backward(Activation::Relu, &map, &map_gradient) } else { map_gradient };
    let expected = gradients(OutputGradient::Map { gradient: &map_gradient, relu_output: None });
    assert_eq!(gradients(OutputGradient::Pooled { gradient: &pooled_gradient, winners: &winners }), expected);

    let gradient = random(map.len(), 5);
    let masked = reference::activation_backward(Activation::Relu, &map, &gradient);
    let expected = gradients(OutputGradient::Map { gradient: &masked, relu_output: None });
    assert_eq!(gradients(OutputGradient::Map { gradient: &gradient, relu_output: Some(&map) }), expected);
}

/// Winners as pooling alone would name them: a dead window's gradient is stopped by ReLU, wherever it goes.
fn expected_winners_of(winners: &[u8]) -> Vec<u8> {
    winners.iter().map(|&winner| if winner == DEAD { 0 } else { winner }).collect()
}
