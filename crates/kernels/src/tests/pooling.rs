use super::{assert_close, for_each_cpu, paddings, random, widen};
use crate::{Padding, Pooling, Window, average_pool, average_pool_backward, max_pool, max_pool_backward, reference};

const IMAGES: usize = 2;

fn windows() -> Vec<Window> {
    let mut windows = Vec::new();
    for (kernel, stride) in [([2, 2], [2, 2]), ([3, 3], [2, 2]), ([2, 3], [1, 2]), ([3, 3], [1, 1]), ([4, 4], [4, 4])] {
        for padding in paddings(kernel) {
            for input in [[9, 9, 5], [11, 6, 32], [4, 7, 17]] {
                windows.push(Window::new(input, kernel, stride, padding).unwrap());
            }
        }
    }
    // Windows larger than the image.
    for stride in [[1, 1], [2, 1], [1, 3]] {
        windows.push(Window::new([7, 6, 3], [13, 17], stride, Padding::Same).unwrap());
        let around = Padding::Explicit { before: [12, 16], after: [11, 9] };
        windows.push(Window::new([7, 6, 3], [13, 17], stride, around).unwrap());
    }
    windows
}

#[test]
fn max_pooling() {
    for_each_cpu(|cpu| {
        for window in windows() {
            let outputs = IMAGES * window.positions() * window.channels;
            // Few distinct values, so that ties and their first winner are tested too.
            let mut input = random(IMAGES * window.input_len(), 1);
            input.iter_mut().for_each(|x| *x = x.round());
            input[3] = f32::NAN;
            input[40] = f32::NEG_INFINITY;
            let (mut output, mut winners) = (vec![0.0; outputs], vec![0; outputs]);
            max_pool(cpu, &window, &input, &mut output, &mut winners);
            let (expected, expected_winners) = reference::max_pool(&window, &input);
            assert_eq!(winners, expected_winners, "{window:?} at {}", cpu.level());
            assert!(output.iter().zip(&expected).all(|(a, e)| a.to_bits() == e.to_bits()), "{window:?}");

            let gradient = random(outputs, 2);
            let mut actual = vec![f32::NAN; input.len()];
            max_pool_backward(cpu, &window, &gradient, &winners, &mut actual);
            let expected = reference::max_pool_backward(&window, &widen(&gradient), &winners, input.len());
            assert_close("input gradient", &actual, &expected, 1e-6);
        }
    });
}

#[test]
fn a_winner_that_is_no_cell_passes_nothing_on() {
    for_each_cpu(|cpu| {
        let window = Window::new([4, 4, 3], [2, 2], [2, 2], Padding::Valid).unwrap();
        let (gradient, mut winners) = ([1.0; 12], [0; 12]);
        winners[4] = 4;
        winners[7] = 255;
        let mut actual = [f32::NAN; 48];
        max_pool_backward(cpu, &window, &gradient, &winners, &mut actual);
        assert_eq!(actual.iter().sum::<f32>(), 10.0, "all but two of twelve");
    });
}

#[test]
fn average_and_sum_pooling() {
    for_each_cpu(|cpu| {
        for window in windows() {
            for pooling in [Pooling::Average, Pooling::AverageWithPadding, Pooling::Sum] {
                let input = random(IMAGES * window.input_len(), 1);
                let mut output = vec![f32::NAN; IMAGES * window.positions() * window.channels];
                average_pool(cpu, &window, pooling, &input, &mut output);
                let expected = reference::average_pool(&window, pooling, &widen(&input));
                assert_close("output", &output, &expected, 1e-6);

                let gradient = random(output.len(), 2);
                let mut actual = vec![f32::NAN; input.len()];
                average_pool_backward(cpu, &window, pooling, &gradient, &mut actual);
                let expected = reference::average_pool_backward(&window, pooling, &widen(&gradient), input.len());
                assert_close("input gradient", &actual, &expected, 1e-6);
            }
        }
    });
}
