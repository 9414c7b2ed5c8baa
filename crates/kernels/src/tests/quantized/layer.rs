use super::super::paddings;
use super::{for_each_byte_cpu, random_bytes, random_weights};
use crate::reference::{self, quantized_sums, to_byte};
use crate::{Convolution, Cpu, MAX_QUANTIZED_TAPS, Padding, QuantizedLayer, QuantizedOutput, Window, max_pool_bytes};

const IMAGES: usize = 3;

/// What may not change around an output.
const FENCE: usize = 64;

/// A layer with what it was made of.
struct Case {
    geometry: Convolution,
    kernel: Vec<i8>,
    scales: Vec<f32>,
    biases: Vec<f32>,
}

impl Case {
    /// Scales such that the outputs spread over the bytes and beyond on both sides.
    fn new(geometry: Convolution) -> Self {
        let scale = 2.0 / (geometry.window.patch_len() as f32).sqrt() / 64.0;
        Self {
            geometry,
            kernel: random_weights(geometry.kernel_len(), 1),
            scales: (0..geometry.filters).map(|o| scale * (1.0 + o as f32 / 7.0)).collect(),
            biases: (0..geometry.filters).map(|o| 40.0 + 3.7 * (o % 5) as f32).collect(),
        }
    }

    fn layer(&self, pooled: bool) -> QuantizedLayer {
        QuantizedLayer::convolution(self.geometry, pooled, &self.kernel, &self.scales, &self.biases)
    }

    /// The oracle's floats.
    fn expected(&self, input: &[u8]) -> Vec<f32> {
        let sums = quantized_sums(&self.geometry, input, &self.kernel);
        let scaled = sums.iter().enumerate().map(|(i, &sum)| {
            let filter = i % self.geometry.filters;
            sum as f32 * self.scales[filter] + self.biases[filter]
        });
        scaled.collect()
    }

    fn check(&self, cpu: Cpu) {
        let name = format!("{:?} at {}, {}", self.geometry, cpu.level(), cpu.multiplies_bytes());
        // From an odd address, so that no alignment is taken for granted.
        let stored = random_bytes(IMAGES * self.geometry.window.input_len() + 1, 2);
        let expected = self.expected(&stored[1..]);
        let bytes: Vec<u8> = expected.iter().copied().map(to_byte).collect();

        let layer = self.layer(false);
        assert_eq!(run_bytes(cpu, &layer, &stored[1..]), bytes, "{name}");
        assert_eq!(run_floats(cpu, &layer, &stored[1..]), bits(&expected), "{name}");

        let [height, width] = self.geometry.window.output;
        if height % 2 == 0 && width % 2 == 0 {
            let window = Window::new([height, width, self.geometry.filters], [2, 2], [2, 2], Padding::Valid).unwrap();
            let layer = self.layer(true);
            let pooled = reference::max_pool_bytes(&window, &bytes);
            assert_eq!(run_bytes(cpu, &layer, &stored[1..]), pooled, "{name}, pooled");
            assert_eq!(
                run_floats(cpu, &layer, &stored[1..]),
                bits(&reference::max_pool(&window, &expected).0),
                "{name}"
            );
        }
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The layer's bytes, written at an odd address between fences and with dirty scratch space of just the length needed.
fn run_bytes(cpu: Cpu, layer: &QuantizedLayer, input: &[u8]) -> Vec<u8> {
    let images = input.len() / layer.input_len();
    let length = images * layer.output_len();
    let mut stored = vec![7; length + 2 * FENCE + 1];
    let (before, rest) = stored.split_at_mut(FENCE + 1);
    let (output, after) = rest.split_at_mut(length);
    let mut scratch = vec![99; layer.scratch_len(images)];
    layer.forward(cpu, input, QuantizedOutput::Bytes(output), &mut scratch);
    assert!(before.iter().chain(after.iter()).all(|&byte| byte == 7), "bytes around the output");
    output.to_vec()
}

/// As [`run_bytes`], for the bits of floats.
fn run_floats(cpu: Cpu, layer: &QuantizedLayer, input: &[u8]) -> Vec<u32> {
    let images = input.len() / layer.input_len();
    let length = images * layer.output_len();
    let mut stored = vec![7.0; length + 2 * FENCE + 1];
    let (before, rest) = stored.split_at_mut(FENCE + 1);
    let (output, after) = rest.split_at_mut(length);
    let mut scratch = vec![99; layer.scratch_len(images)];
    layer.forward(cpu, input, QuantizedOutput::Floats(output), &mut scratch);
    assert!(before.iter().chain(after.iter()).all(|&float| float == 7.0), "floats around the output");
    bits(output)
}

#[test]
fn convolutions_of_many_sizes() {
    for_each_byte_cpu(|cpu| {
        for (kernel, stride) in
            [([3, 3], [1, 1]), ([5, 4], [1, 1]), ([2, 3], [2, 1]), ([1, 1], [1, 1]), ([3, 1], [2, 3])]
        {
            for padding in paddings(kernel) {
                for (input, filters) in [
                    ([9, 10, 1], 32),
                    ([8, 8, 2], 17),
                    ([7, 6, 3], 1),
                    ([6, 9, 5], 40),
                    ([5, 5, 32], 16),
                    ([6, 6, 33], 7),
                ] {
                    let window = Window::new(input, kernel, stride, padding).unwrap();
                    Case::new(Convolution { window, filters }).check(cpu);
                    // An even height and width, so that every geometry is pooled too.
                    let even = window.output.map(|side| side / 2 * 2);
                    if even != window.output && !even.contains(&0) {
                        Case::new(Convolution { window: window.cropped(even), filters }).check(cpu);
                    }
                }
            }
        }
    });
}

#[test]
fn the_papers_convolutions() {
    for_each_byte_cpu(|cpu| {
        for (input, filters, cropped) in
            [([28, 28, 1], 32, [24, 24]), ([13, 13, 32], 64, [10, 10]), ([10, 10, 64], 64, [8, 8])]
        {
            let window = Window::new(input, [3, 3], [1, 1], Padding::Valid).unwrap().cropped(cropped);
            Case::new(Convolution { window, filters }).check(cpu);
        }
    });
}

#[test]
fn dense_layers_are_products_of_matrices() {
    for_each_byte_cpu(|cpu| {
        for (inputs, outputs) in [(1, 1), (3, 10), (4, 16), (7, 33), (100, 10), (1024, 100)] {
            for images in [1, 2, 8, 13] {
                let (input, kernel) = (random_bytes(images * inputs, 1), random_weights(inputs * outputs, 2));
                let layer = QuantizedLayer::dense(inputs, outputs, &kernel, &vec![1.0; outputs], &vec![0.0; outputs]);
                let wide_input: Vec<f64> = input.iter().map(|&byte| f64::from(byte)).collect();
                let wide_kernel: Vec<f64> = kernel.iter().map(|&weight| f64::from(weight)).collect();
                let sums = reference::dense(&wide_input, &wide_kernel, &[], inputs, outputs);
                let expected: Vec<f32> = sums.into_iter().map(|sum| sum as f32).collect();
                assert_eq!(run_floats(cpu, &layer, &input), bits(&expected), "{inputs} to {outputs}, {images} images");
            }
        }
    });
}

#[test]
fn the_largest_sums_are_exact() {
    for_each_byte_cpu(|cpu| {
        for weight in [-128_i8, -127, 127] {
            let kernel = vec![weight; MAX_QUANTIZED_TAPS];
            // 2^-7 keeps all bits of the sums that `f32` has.
            let layer = QuantizedLayer::dense(MAX_QUANTIZED_TAPS, 1, &kernel, &[1.0 / 128.0], &[0.0]);
            let sum = 255 * i32::from(weight) * i32::try_from(MAX_QUANTIZED_TAPS).unwrap();
            let floats = run_floats(cpu, &layer, &vec![255; MAX_QUANTIZED_TAPS]);
            assert_eq!(floats, bits(&[sum as f32 / 128.0]), "weights of {weight} at {}", cpu.level());
        }
    });
}

#[test]
fn halves_go_to_the_even_neighbour() {
    for_each_byte_cpu(|cpu| {
        let layer = QuantizedLayer::dense(1, 1, &[1], &[0.5], &[-2.0]);
        let all: Vec<u8> = (0..=255).collect();
        let bytes = run_bytes(cpu, &layer, &all);
        assert_eq!(bytes[..13], [0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 3, 4, 4], "at {}", cpu.level());
        let half = |&byte: &u8| to_byte(f32::from(byte) * 0.5 - 2.0);
        assert_eq!(bytes, all.iter().map(half).collect::<Vec<_>>(), "at {}", cpu.level());
    });
}

#[test]
fn numbers_far_out_are_cut_off() {
    for_each_byte_cpu(|cpu| {
        for (scale, bias, expected) in [
            (f32::MAX, 0.0, [0, 255, 0]),
            (f32::MAX, f32::MAX, [255, 255, 0]),
            (1e9, -1.0, [0, 255, 0]),
            (f32::MIN_POSITIVE, 254.5, [254, 254, 254]),
            (1.0, 3e9, [255, 255, 255]),
        ] {
            let layer = QuantizedLayer::dense(4, 1, &[127, 127, -127, -127], &[scale], &[bias]);
            let input = [5, 5, 5, 5, 200, 0, 0, 0, 0, 0, 255, 255];
            assert_eq!(run_bytes(cpu, &layer, &input), expected, "{scale} and {bias} at {}", cpu.level());
        }
    });
}

#[test]
fn pooling_in_the_layer_is_pooling_after_it() {
    let window = Window::new([14, 10, 8], [3, 3], [1, 1], Padding::Same).unwrap();
    let case = Case::new(Convolution { window, filters: 24 });
    let pooling = Window::new([14, 10, 24], [2, 2], [2, 2], Padding::Valid).unwrap();
    let input = random_bytes(IMAGES * window.input_len(), 5);
    for_each_byte_cpu(|cpu| {
        let map = run_bytes(cpu, &case.layer(false), &input);
        let mut pooled = vec![0; map.len() / 4];
        max_pool_bytes(cpu, &pooling, &map, &mut pooled);
        assert_eq!(run_bytes(cpu, &case.layer(true), &input), pooled);
    });
}

#[test]
fn no_images_are_no_work() {
    QuantizedLayer::dense(8, 2, &[0; 16], &[1.0; 2], &[0.0; 2]).forward(
        Cpu::detect(),
        &[],
        QuantizedOutput::Bytes(&mut []),
        &mut [],
    );
}

#[test]
#[should_panic(expected = "finite and positive")]
fn a_scale_of_zero_is_refused() {
    QuantizedLayer::dense(1, 2, &[1, 1], &[1.0, 0.0], &[0.0; 2]);
}

#[test]
#[should_panic(expected = "whole 2x2 windows")]
fn an_odd_map_is_not_pooled() {
    let window = Window::new([5, 6, 1], [1, 1], [1, 1], Padding::Valid).unwrap();
    QuantizedLayer::convolution(Convolution { window, filters: 1 }, true, &[1], &[1.0], &[0.0]);
}

#[test]
#[should_panic(expected = "taps are too many")]
fn sums_that_could_overflow_are_refused() {
    let inputs = MAX_QUANTIZED_TAPS + 1;
    QuantizedLayer::dense(inputs, 1, &vec![1; inputs], &[1.0], &[0.0]);
}

#[test]
#[should_panic(expected = "output images")]
fn an_output_of_another_length_is_refused() {
    let layer = QuantizedLayer::dense(4, 2, &[1; 8], &[1.0; 2], &[0.0; 2]);
    layer.forward(Cpu::detect(), &[0; 8], QuantizedOutput::Bytes(&mut [0; 3]), &mut []);
}
