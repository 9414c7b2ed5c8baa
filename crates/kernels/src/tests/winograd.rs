use super::{assert_close, for_each_cpu, random, widen};
use crate::{Convolution, Cpu, DEAD, Epilogue, OutputGradient, Padding, Window, Winograd, reference};

#[test]
fn forward_and_gradients_over_many_sizes() {
    for_each_cpu(|cpu| {
        for padding in [Padding::Valid, Padding::Same] {
            // Outputs of 1 to 11 rows and columns: full lines, half lines, and half lines with a dead output.
            for (height, width) in [(3, 4), (5, 6), (7, 8), (9, 10), (12, 12), (13, 11), (6, 3)] {
                for (channels, filters) in [(1, 3), (5, 16), (32, 17), (16, 40)] {
                    let window = Window::new([height, width, channels], [3, 3], [1, 1], padding).unwrap();
                    check(cpu, Convolution { window, filters }, 2);
                }
            }
        }
        let window = Window::new([12, 12, 32], [3, 3], [1, 1], Padding::Valid).unwrap();
        check(cpu, Convolution { window, filters: 64 }, 3);
    });
}

fn check(cpu: Cpu, geometry: Convolution, images: usize) {
    let layout = Winograd::new(geometry).unwrap();
    let lengths = layout.lengths(images);
    let input = random(images * geometry.window.input_len(), 1);
    let kernel = random(geometry.kernel_len(), 2);
    let bias = random(geometry.filters, 3);
    let gradient = random(images * geometry.output_len(), 4);
    let name = |pass: &str| format!("{pass} of {geometry:?} at {}", cpu.level());
    let buffer = |length| vec![f32::NAN; length];

    let mut transformed = buffer(lengths.kernel);
    layout.transform_kernel(cpu, &kernel, &mut transformed);
    let (mut frequencies, mut products) = (buffer(lengths.input), buffer(lengths.output));
    let mut expected = reference::convolution(&geometry, &widen(&input), &widen(&kernel));
    expected.iter_mut().enumerate().for_each(|(i, y)| *y += f64::from(bias[i % geometry.filters]));
    for relu in [true, false] {
        let mut output = buffer(gradient.len());
        let epilogue = Epilogue::Map { relu, output: &mut output };
        layout.forward(cpu, &input, &transformed, &bias, epilogue, &mut frequencies, &mut products);
        let expected = if relu { reference::relu(&expected) } else { expected.clone() };
        assert_close(&name("output"), &output, &expected, 1e-5);
    }

    products.fill(f32::NAN);
    let plain = OutputGradient::Map { gradient: &gradient, relu_output: None };
    layout.transform_gradient(cpu, images, plain, &mut products);
    let mut kernel_gradient = vec![1.0; kernel.len()];
    let mut scratch = buffer(lengths.kernel);
    layout.kernel_gradient(cpu, images, &frequencies, &products, &mut kernel_gradient, &mut scratch);
    let mut expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &widen(&gradient));
    expected.iter_mut().for_each(|e| *e += 1.0);
    assert_close(&name("kernel gradient"), &kernel_gradient, &expected, 1e-5);

    layout.transform_kernel_transposed(cpu, &kernel, &mut transformed, &mut scratch);
    frequencies.fill(f32::NAN);
    let mut input_gradient = buffer(input.len());
    layout.input_gradient(cpu, &products, &transformed, &mut input_gradient, &mut frequencies);
    let expected = reference::convolution_input_gradient(&geometry, &widen(&gradient), &widen(&kernel));
    assert_close(&name("input gradient"), &input_gradient, &expected, 1e-5);
}

#[test]
fn only_three_by_three_with_stride_one() {
    for (kernel, stride) in [([3, 3], [2, 1]), ([5, 5], [1, 1]), ([3, 1], [1, 1])] {
        let window = Window::new([8, 8, 1], kernel, stride, Padding::Valid).unwrap();
        assert!(Winograd::new(Convolution { window, filters: 1 }).is_none());
    }
}

/// Epilogues change what goes in and out of the transforms, not what lies between: the products after the adjoint
/// transform must be those of the gradient that unfused layers would pass down.
#[test]
fn epilogues_equal_layers_of_their_own() {
    for_each_cpu(|cpu| {
        for (side, channels, filters) in [(12, 32, 64), (10, 5, 17), (4, 3, 16)] {
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
    let lengths = layout.lengths(images);
    let buffer = |length| vec![f32::NAN; length];
    let (input, bias) = (random(images * geometry.window.input_len(), 1), random(geometry.filters, 3));
    let mut transformed = buffer(lengths.kernel);
    layout.transform_kernel(cpu, &random(geometry.kernel_len(), 2), &mut transformed);
    let run = |epilogue: Epilogue<'_>| {
        let (mut frequencies, mut products) = (buffer(lengths.input), buffer(lengths.output));
        layout.forward(cpu, &input, &transformed, &bias, epilogue, &mut frequencies, &mut products);
    };
    let mut map = buffer(images * geometry.output_len());
    run(Epilogue::Map { relu, output: &mut map });
    let mut pooled = buffer(map.len() / 4);
    let mut winners = vec![7; pooled.len()];
    run(Epilogue::Pooled { relu, output: &mut pooled, winners: &mut winners });

    let [height, width] = geometry.window.output;
    let pooling = Window::new([height, width, geometry.filters], [2, 2], [2, 2], Padding::Valid).unwrap();
    let (expected, expected_winners) = reference::max_pool(&pooling, &map);
    assert_eq!(pooled, expected, "{geometry:?} relu {relu} at {}", cpu.level());
    for ((&winner, expected), &value) in winners.iter().zip(expected_winners).zip(&pooled) {
        assert_eq!(winner, if relu && value <= 0.0 { DEAD } else { expected });
    }

    let products = |gradient: OutputGradient<'_>| {
        let mut products = vec![0.0; lengths.output];
        layout.transform_gradient(cpu, images, gradient, &mut products);
        products
    };
    let pooled_gradient = random(pooled.len(), 4);
    let map_gradient =
        reference::max_pool_backward(&pooling, &pooled_gradient, &expected_winners_of(&winners), map.len());
    let map_gradient = if relu { reference::relu_backward(&map, &map_gradient) } else { map_gradient };
    let expected = products(OutputGradient::Map { gradient: &map_gradient, relu_output: None });
    assert_eq!(products(OutputGradient::Pooled { gradient: &pooled_gradient, winners: &winners }), expected);

    let gradient = random(map.len(), 5);
    let masked = reference::relu_backward(&map, &gradient);
    let expected = products(OutputGradient::Map { gradient: &masked, relu_output: None });
    assert_eq!(products(OutputGradient::Map { gradient: &gradient, relu_output: Some(&map) }), expected);
}

/// Winners as pooling alone would name them: a dead window's gradient is stopped by ReLU, wherever it goes.
fn expected_winners_of(winners: &[u8]) -> Vec<u8> {
    winners.iter().map(|&winner| if winner == DEAD { 0 } else { winner }).collect()
}
