use super::{assert_close, for_each_cpu, random, widen};
use crate::{
    Activation, Convolution, Cpu, DEAD, Epilogue, OutputGradient, Padding, Window, few_channel_convolution,
    few_channel_kernel_gradient, few_channel_scratch_len, reference,
};

const IMAGES: usize = 3;

#[test]
fn maps_of_many_sizes() {
    for_each_cpu(|cpu| {
        for (kernel, stride) in [([3, 3], [1, 1]), ([5, 5], [1, 1]), ([2, 4], [2, 1]), ([1, 1], [1, 3])] {
            for (input, filters) in [([9, 10, 1], 32), ([8, 7, 2], 17), ([6, 9, 3], 40), ([5, 5, 4], 3)] {
                let window = Window::new(input, kernel, stride, Padding::Valid).unwrap();
                check_map(cpu, Convolution { window, filters });
            }
        }
    });
}

fn check_map(cpu: Cpu, geometry: Convolution) {
    let name = |what: &str| format!("{what} of {geometry:?} at {}", cpu.level());
    let (input, kernel) = (random(IMAGES * geometry.window.input_len(), 1), random(geometry.kernel_len(), 2));
    let (bias, gradient) = (random(geometry.filters, 3), random(IMAGES * geometry.output_len(), 4));
    let mut expected = reference::convolution(&geometry, &widen(&input), &widen(&kernel));
    expected.iter_mut().enumerate().for_each(|(i, y)| *y += f64::from(bias[i % geometry.filters]));
    let mut output = vec![f32::NAN; gradient.len()];
    for relu in [false, true] {
        let epilogue = Epilogue::Map { activation: relu.then_some(Activation::Relu), output: &mut output };
        few_channel_convolution(cpu, &geometry, &input, &kernel, &bias, epilogue);
        let expected = if relu { reference::activation(Activation::Relu, &expected) } else { expected.clone() };
        assert_close(&name("output"), &output, &expected, 1e-6);
    }
    for relu_output in [None, Some(&output[..])] {
        let gradient_in = OutputGradient::Map { gradient: &gradient, relu_output };
        let mut actual = vec![f32::NAN; kernel.len()];
        few_channel_kernel_gradient(cpu, &geometry, &input, gradient_in, &mut actual, &mut []);
        let passed = relu_output
            .map_or_else(|| gradient.clone(), |y| reference::activation_backward(Activation::Relu, y, &gradient));
        let expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &widen(&passed));
        assert_close(&name("kernel gradient"), &actual, &expected, 1e-5);
    }
}

#[test]
fn pooled_outputs() {
    for_each_cpu(|cpu| {
        for (kernel, input, filters) in [([3, 3], [28, 26, 1], 32), ([5, 5], [8, 12, 3], 17), ([1, 2], [4, 7, 2], 48)] {
            let window = Window::new(input, kernel, [1, 1], Padding::Valid).unwrap();
            for relu in [false, true] {
                check_pooled(cpu, Convolution { window, filters }, relu);
            }
        }
    });
}

fn check_pooled(cpu: Cpu, geometry: Convolution, relu: bool) {
    let (input, kernel) = (random(IMAGES * geometry.window.input_len(), 1), random(geometry.kernel_len(), 2));
    let bias = random(geometry.filters, 3);
    let mut map = vec![f32::NAN; IMAGES * geometry.output_len()];
    let epilogue = Epilogue::Map { activation: relu.then_some(Activation::Relu), output: &mut map };
    few_channel_convolution(cpu, &geometry, &input, &kernel, &bias, epilogue);
    let (mut output, mut winners) = (vec![f32::NAN; map.len() / 4], vec![7; map.len() / 4]);
    let epilogue =
        Epilogue::Pooled { activation: relu.then_some(Activation::Relu), output: &mut output, winners: &mut winners };
    few_channel_convolution(cpu, &geometry, &input, &kernel, &bias, epilogue);

    let [height, width] = geometry.window.output;
    let pooling = Window::new([height, width, geometry.filters], [2, 2], [2, 2], Padding::Valid).unwrap();
    let (expected, expected_winners) = reference::max_pool(&pooling, &map);
    assert_eq!(output, expected, "{geometry:?} at {}", cpu.level());
    for ((&winner, &expected), &value) in winners.iter().zip(&expected_winners).zip(&output) {
        assert_eq!(winner, if relu && value <= 0.0 { DEAD } else { expected });
    }

    let gradient = random(output.len(), 4);
    let mut passed = reference::max_pool_backward(&pooling, &widen(&gradient), &expected_winners, map.len());
    if relu {
        passed = reference::activation_backward(Activation::Relu, &widen(&map), &passed);
    }
    let expected = reference::convolution_kernel_gradient(&geometry, &widen(&input), &passed);
    let mut actual = vec![f32::NAN; kernel.len()];
    let gradient = OutputGradient::Pooled { gradient: &gradient, winners: &winners };
    let mut scratch = vec![f32::NAN; few_channel_scratch_len(&geometry)];
    few_channel_kernel_gradient(cpu, &geometry, &input, gradient, &mut actual, &mut scratch);
    assert_close(&format!("kernel gradient of {geometry:?} at {}", cpu.level()), &actual, &expected, 1e-5);
}

#[test]
#[should_panic(expected = "without padding")]
fn padding_is_refused() {
    let geometry = Convolution { window: Window::new([4, 4, 1], [3, 3], [1, 1], Padding::Same).unwrap(), filters: 1 };
    let epilogue = Epilogue::Map { activation: None, output: &mut [0.0; 16] };
    few_channel_convolution(Cpu::detect(), &geometry, &[0.0; 16], &[0.0; 9], &[0.0], epilogue);
}
