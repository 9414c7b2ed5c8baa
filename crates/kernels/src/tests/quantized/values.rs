use super::super::{paddings, random};
use super::{for_each_byte_cpu, random_bytes};
use crate::reference;
use crate::{Cpu, Pooling, QuantizedKernel, Window, average_pool_bytes, max_pool_bytes};

#[test]
fn kernels_keep_to_half_a_step() {
    let (taps, filters) = (45, 7);
    let mut kernel = random(taps * filters, 1);
    kernel.iter_mut().skip(2).step_by(filters).for_each(|weight| *weight = 0.0);
    kernel.iter_mut().skip(4).step_by(filters).for_each(|weight| *weight *= 1e-40);
    let quantized = QuantizedKernel::new(&kernel, filters).unwrap();
    for filter in 0..filters {
        let scale = quantized.scales[filter];
        assert!(scale > 0.0 && scale.is_normal(), "filter {filter}: {scale}");
        let mut largest = 0;
        for tap in 0..taps {
            let (value, weight) = (quantized.values[tap * filters + filter], kernel[tap * filters + filter]);
            largest = largest.max(i32::from(value).abs());
            let error = f64::from(weight) - f64::from(value) * f64::from(scale);
            assert!(error.abs() <= 0.500_001 * f64::from(scale), "filter {filter}: {weight} as {value} times {scale}");
        }
        assert_eq!(largest, if filter == 2 || filter == 4 { 0 } else { 127 }, "filter {filter}");
    }
}

#[test]
fn kernels_that_are_not_finite_are_none() {
    assert_eq!(QuantizedKernel::new(&[1.0, f32::NAN], 2), None);
    assert_eq!(QuantizedKernel::new(&[1.0, f32::NEG_INFINITY], 1), None);
    let halves = QuantizedKernel::new(&[-127.0, 0.5, 1.5, -2.5], 1).unwrap();
    assert_eq!((halves.values, halves.scales), (vec![-127, 0, 2, -2], vec![1.0]));
}

#[test]
fn pooling_of_bytes() {
    for_each_byte_cpu(|cpu| {
        for (kernel, stride) in [([2, 2], [2, 2]), ([3, 3], [2, 2]), ([2, 3], [1, 2]), ([7, 5], [1, 1])] {
            for padding in paddings(kernel) {
                for input in [[9, 9, 5], [11, 6, 64], [7, 7, 130]] {
                    let window = Window::new(input, kernel, stride, padding).unwrap();
                    check_pooling(cpu, &window);
                }
            }
        }
    });
}

fn check_pooling(cpu: Cpu, window: &Window) {
    let input = random_bytes(2 * window.input_len(), 4);
    let mut output = vec![9; 2 * window.positions() * window.channels];
    max_pool_bytes(cpu, window, &input, &mut output);
    assert_eq!(output, reference::max_pool_bytes(window, &input), "{window:?} at {}", cpu.level());
    let averages = [(Pooling::Average, 1.0), (Pooling::Average, 1.5), (Pooling::AverageWithPadding, 1.2)];
    for (pooling, ratio) in averages.into_iter().chain([(Pooling::Sum, 0.1)]) {
        average_pool_bytes(cpu, window, pooling, ratio, &input, &mut output);
        let expected = reference::average_pool_bytes(window, pooling, ratio, &input);
        assert_eq!(output, expected, "{pooling:?} of {window:?} at {}", cpu.level());
    }
}
