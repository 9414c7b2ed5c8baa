use super::{assert_close, for_each_cpu, paddings, random, widen};
use crate::{
    Activation, Convolution, Cpu, Padding, Window, convolution, convolution_input_gradient,
    convolution_kernel_gradient, reference,
};

/// Inputs of many sizes and filters: whole and cut vectors, blocks and their rests, images smaller than the kernel.
const SHAPES: [([usize; 3], usize); 9] = [
    ([7, 6, 1], 3),
    ([5, 9, 4], 17),
    ([8, 8, 33], 32),
    ([9, 8, 3], 16),
    ([7, 7, 48], 96),
    ([6, 10, 4], 33),
    ([4, 7, 33], 64),
    ([14, 14, 1], 96),
    ([8, 13, 48], 17),
];

fn geometries() -> impl Iterator<Item = Convolution> {
    let kernels = [[1, 1], [3, 3], [5, 5], [2, 4], [1, 3], [7, 7]];
    let strides = [[1, 1], [2, 2], [1, 3], [3, 2]];
    let windows = kernels.into_iter().flat_map(move |kernel| strides.map(|stride| (kernel, stride)));
    windows.flat_map(|(kernel, stride)| {
        let of = move |padding| {
            let fitting = move |&(input, filters): &([usize; 3], usize)| {
                Window::new(input, kernel, stride, padding).map(|window| Convolution { window, filters })
            };
            SHAPES.iter().filter_map(fitting)
        };
        paddings(kernel).into_iter().flat_map(of)
    })
}

#[test]
fn forward_and_gradients_over_many_geometries() {
    for (number, geometry) in geometries().enumerate() {
        check(geometry, 1 + number % 3);
    }
}

#[test]
fn windows_over_a_part_of_the_outputs_and_more_of_the_input() {
    for geometry in geometries().step_by(5) {
        let [height, width] = geometry.window.output;
        let window = geometry.window.cropped([height.div_ceil(2), width - width / 3]);
        check(Convolution { window, ..geometry }, 2);
        // What lies beyond the windows is there all the same: its gradient is 0.
        let window = Window { height: window.height + 3, width: window.width + 2, ..window };
        check(Convolution { window, ..geometry }, 2);
    }
}

/// Padding of any width: windows that lie wholly in it sum up nothing.
#[test]
fn padding_wider_than_the_kernel() {
    for (before, output, stride) in [([2, 3], [8, 9], [1, 1]), ([4, 0], [5, 7], [2, 3]), ([3, 7], [3, 4], [5, 4])] {
        let window = Window { height: 4, width: 5, channels: 6, kernel: [2, 3], stride, before, output };
        check(Convolution { window, filters: 20 }, 3);
    }
}

/// More filters, pixels and channels than are worked on at a time.
#[test]
fn large_kernels_and_images() {
    for (input, kernel, filters) in
        [([6, 7, 96], [5, 5], 128), ([2, 3, 300], [2, 1], 200), ([3, 250, 3], [3, 3], 17), ([25, 24, 5], [3, 2], 80)]
    {
        let window = Window::new(input, kernel, [1, 1], Padding::Same).unwrap();
        check(Convolution { window, filters }, 2);
    }
}

fn check(geometry: Convolution, images: usize) {
    // One float into an allocation: kernels must not count on more than a float's alignment.
    let input = &random(1 + images * geometry.window.input_len(), 1)[1..];
    let kernel = &random(1 + geometry.kernel_len(), 2)[1..];
    let gradient = &random(1 + images * geometry.output_len(), 3)[1..];
    let bias = &random(1 + geometry.filters, 4)[1..];
    let mut expected = reference::convolution(&geometry, &widen(input), &widen(kernel));
    expected.iter_mut().enumerate().for_each(|(i, y)| *y += f64::from(bias[i % geometry.filters]));
    let expected_kernel = reference::convolution_kernel_gradient(&geometry, &widen(input), &widen(gradient));
    let expected_input = reference::convolution_input_gradient(&geometry, &widen(gradient), &widen(kernel));

    for_each_cpu(|cpu| {
        let name = |pass: &str| format!("{pass} of {images} images of {geometry:?} at {}", cpu.level());
        let scratch = &mut vec![f32::NAN; 1 + geometry.scratch_len()][1..];
        let output = &mut vec![f32::NAN; 1 + gradient.len()][1..];
        convolution(cpu, &geometry, input, kernel, bias, None, output, scratch);
        assert_close(&name("output"), output, &expected, 1e-5);
        convolution(cpu, &geometry, input, kernel, bias, Some(Activation::Relu), output, scratch);
        assert_close(&name("output after ReLU"), output, &reference::activation(Activation::Relu, &expected), 1e-5);

        let kernel_gradient = &mut vec![f32::NAN; 1 + kernel.len()][1..];
        convolution_kernel_gradient(cpu, &geometry, input, gradient, kernel_gradient);
        assert_close(&name("kernel gradient"), kernel_gradient, &expected_kernel, 1e-5);

        scratch.fill(f32::NAN);
        let input_gradient = &mut vec![f32::NAN; 1 + input.len()][1..];
        convolution_input_gradient(cpu, &geometry, gradient, kernel, input_gradient, scratch);
        assert_close(&name("input gradient"), input_gradient, &expected_input, 1e-5);
    });
}

/// A number that is not finite reaches what is computed from it and nothing else: padding is not read and multiplied by
/// zero.
#[test]
fn numbers_that_are_not_finite_stay_where_they_belong() {
    for geometry in geometries().step_by(5) {
        for value in [f32::NAN, f32::INFINITY] {
            check_spread(geometry, value);
        }
    }
}

fn check_spread(geometry: Convolution, value: f32) {
    let spoil = |length: usize, index: u32, at: usize| {
        let mut values = random(length, index);
        values[at] = value;
        values
    };
    let [inputs, kernels, outputs] =
        [2 * geometry.window.input_len(), geometry.kernel_len(), 2 * geometry.output_len()];
    let (input, kernel, gradient) = (random(inputs, 1), random(kernels, 2), random(outputs, 3));
    let spoilt = (spoil(inputs, 1, inputs / 3), spoil(kernels, 2, 0), spoil(outputs, 3, outputs / 3));
    for (input, kernel, gradient) in
        [(&spoilt.0, &kernel, &gradient), (&input, &spoilt.1, &gradient), (&input, &kernel, &spoilt.2)]
    {
        let expected = [
            reference::convolution(&geometry, &widen(input), &widen(kernel)),
            reference::convolution_input_gradient(&geometry, &widen(gradient), &widen(kernel)),
            reference::convolution_kernel_gradient(&geometry, &widen(input), &widen(gradient)),
        ];
        for_each_cpu(|cpu| {
            let mut actual = [vec![0.0; outputs], vec![0.0; inputs], vec![0.0; kernels]];
            let [output, input_gradient, kernel_gradient] = &mut actual;
            let (bias, mut scratch) = (vec![0.0; geometry.filters], vec![0.0; geometry.scratch_len()]);
            convolution(cpu, &geometry, input, kernel, &bias, None, output, &mut scratch);
            convolution_input_gradient(cpu, &geometry, gradient, kernel, input_gradient, &mut scratch);
            convolution_kernel_gradient(cpu, &geometry, input, gradient, kernel_gradient);
            for (pass, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
                let same = actual.iter().zip(expected).all(|(a, e)| a.is_finite() == e.is_finite());
                assert!(same, "pass {pass} of {geometry:?} at {}", cpu.level());
            }
        });
    }
}

#[test]
fn relu_lets_nan_through() {
    for_each_cpu(|cpu| {
        let window = Window::new([1, 1, 1], [1, 1], [1, 1], Padding::Valid).unwrap();
        let geometry = Convolution { window, filters: 3 };
        let (mut output, mut scratch) = ([0.0; 3], vec![0.0; geometry.scratch_len()]);
        convolution(
            cpu,
            &geometry,
            &[1.0],
            &[f32::NAN, -1.0, 2.0],
            &[0.0; 3],
            Some(Activation::Relu),
            &mut output,
            &mut scratch,
        );
        assert!(output[0].is_nan() && output[1..] == [0.0, 2.0], "{output:?} at {}", cpu.level());
    });
}

#[test]
#[should_panic(expected = "sizes within memory")]
fn sizes_that_wrap_around_are_refused() {
    let window = Window {
        height: 1,
        width: 1,
        channels: 1,
        kernel: [1 << (usize::BITS / 2), 1 << (usize::BITS / 2)],
        stride: [1, 1],
        before: [0, 0],
        output: [1, 1],
    };
    convolution(Cpu::detect(), &Convolution { window, filters: 1 }, &[0.0], &[], &[0.0], None, &mut [0.0], &mut []);
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
    let explicit = |before, after| Window::new([28, 9, 1], [3, 3], [2, 2], Padding::Explicit { before, after });
    let found = explicit([1, 0], [1, 2]).unwrap();
    assert_eq!(
        (found.before, found.output, found.after()),
        ([1, 0], [14, 5], [0, 2]),
        "PyTorch's for 28 rows, 1 and 1"
    );
    assert_eq!(explicit([1, 3], [1, 0]), None, "a first window wholly in the padding");
    assert_eq!(explicit([1, 0], [3, 0]), None, "a last one");
    assert_eq!(explicit([usize::MAX, 0], [1, 0]), None);
    assert_eq!(Window::new([0, 4, 1], [1, 1], [1, 1], Padding::Same), None);
    assert_eq!(Window::new([4, 4, 1], [1, 1], [0, 1], Padding::Same), None);
}
