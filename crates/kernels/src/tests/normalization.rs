use super::{assert_close, for_each_cpu, random, widen};
use crate::{Activation, Cpu, DEAD, Moments, Normalization, Window, add_moments, reference};

const IMAGES: usize = 4;
const EPSILON: f64 = 1e-3;

/// Plain, with ReLU, and with pooling of maps whose sides are even, odd, or used in part.
fn layers() -> impl Iterator<Item = Normalization> {
    let maps = [([3, 2], None), ([4, 6], Some([2, 3])), ([5, 7], Some([2, 3])), ([6, 5], Some([2, 1]))];
    let layers = maps.into_iter().flat_map(|([height, width], pooled)| {
        let maps = [1, 5, 16, 33, 70].map(|channels| [height, width, channels]);
        maps.into_iter().flat_map(move |map| [false, true].map(|relu| Normalization { map, relu, pooled }))
    });
    layers.chain([Normalization { map: [1, 1, 40], relu: true, pooled: None }])
}

#[test]
fn in_parts_it_equals_its_formula() {
    for_each_cpu(|cpu| layers().for_each(|layer| check(cpu, layer)));
}

/// Both directions in two halves of a batch against one layer after the other in `f64`.
fn check(cpu: Cpu, layer: Normalization) {
    let ([height, width, channels], rows) = (layer.map, IMAGES * layer.map[0] * layer.map[1]);
    let (input, gradient) = (random(rows * channels, 1), random(IMAGES * layer.output_len(), 4));
    let (gamma, beta) = (random(channels, 2), random(channels, 3));
    let half = |i: usize, length: usize| i * length / 2..(i + 1) * length / 2;

    let mut moments = vec![Moments::default(); channels];
    (0..2).for_each(|i| add_moments(cpu, &input[half(i, input.len())], &mut moments));
    let statistics: Vec<_> = moments.iter().map(|m| m.mean_and_variance(rows)).collect();
    let mean: Vec<f32> = statistics.iter().map(|s| s.0 as f32).collect();
    let inverse: Vec<f32> = statistics.iter().map(|s| (1.0 / (s.1 + EPSILON).sqrt()) as f32).collect();
    let scale: Vec<f32> = gamma.iter().zip(&inverse).map(|(g, i)| g * i).collect();
    let shift: Vec<f32> = (0..channels).map(|c| beta[c] - mean[c] * scale[c]).collect();

    let mut output = vec![f32::NAN; gradient.len()];
    let mut winners = vec![7; layer.pooled.map_or(0, |_| output.len())];
    for i in 0..2 {
        let (from, to, won) = (half(i, input.len()), half(i, output.len()), half(i, winners.len()));
        layer.forward(cpu, &input[from], [&scale, &shift], &mut output[to], &mut winners[won]);
    }
    let normalized = reference::batch_norm(&widen(&input), &widen(&gamma), &widen(&beta), EPSILON);
    let relu = layer.relu.then_some(Activation::Relu);
    let activated = relu.map_or_else(|| normalized.clone(), |relu| reference::activation(relu, &normalized));
    let (kernel, stride, before) = ([2, 2], [2, 2], [0, 0]);
    let window = layer.pooled.map(|output| Window { height, width, channels, kernel, stride, before, output });
    let pooled = window.map(|window| reference::max_pool(&window, &activated));
    let (expected, expected_winners) = pooled.unwrap_or_else(|| (activated.clone(), Vec::new()));
    assert_close("output", &output, &expected, 1e-5);
    let alive = |(winner, &y): (u8, &f64)| if layer.relu && y == 0.0 { DEAD } else { winner };
    assert_eq!(winners, expected_winners.iter().copied().zip(&expected).map(alive).collect::<Vec<u8>>(), "{layer:?}");

    let mut sums = vec![Moments::default(); channels];
    for i in 0..2 {
        let (from, to, won) = (half(i, input.len()), half(i, output.len()), half(i, winners.len()));
        let coefficients = [&*scale, &shift, &mean];
        layer.add_gradient_sums(cpu, &input[from], coefficients, &gradient[to], &winners[won], &mut sums);
    }
    let mut expected = widen(&gradient);
    if let Some(window) = window {
        expected = reference::max_pool_backward(&window, &expected, &expected_winners, input.len());
    }
    if let Some(relu) = relu {
        expected = reference::activation_backward(relu, &activated, &expected);
    }
    let [expected, expected_gamma, expected_beta] =
        reference::batch_norm_backward(&widen(&input), &widen(&gamma), &expected, EPSILON);
    let of_gamma: Vec<f32> = sums.iter().zip(&inverse).map(|(s, i)| (s.second * f64::from(*i)) as f32).collect();
    let of_beta: Vec<f32> = sums.iter().map(|s| s.first as f32).collect();
    assert_close("beta gradient", &of_beta, &expected_beta, 1e-5);
    assert_close("gamma gradient", &of_gamma, &expected_gamma, 1e-5);

    let slope: Vec<f32> = (0..channels).map(|c| -scale[c] * inverse[c] * of_gamma[c] / rows as f32).collect();
    let offset: Vec<f32> = (0..channels).map(|c| -scale[c] * of_beta[c] / rows as f32 - slope[c] * mean[c]).collect();
    let mut actual = vec![f32::NAN; input.len()];
    let coefficients = [&*scale, &shift, &slope, &offset];
    layer.backward(cpu, &input, coefficients, &gradient, &winners, &mut actual);
    assert_close("input gradient", &actual, &expected, 1e-5);
}

#[test]
fn a_variance_far_from_zero_is_as_precise_as_its_values() {
    for_each_cpu(|cpu| {
        let input: Vec<f32> = random(1_000, 1).iter().map(|x| 1e3 + x / 100.0).collect();
        let mut moments = [Moments::default()];
        add_moments(cpu, &input, &mut moments);
        let (mean, variance) = moments[0].mean_and_variance(input.len());
        let expected_mean = widen(&input).iter().sum::<f64>() / 1e3;
        let expected = widen(&input).iter().map(|x| (x - expected_mean).powi(2)).sum::<f64>() / 1e3;
        assert!((mean - expected_mean).abs() <= 1e-9 * expected_mean, "{mean}, expected {expected_mean}");
        assert!((variance - expected).abs() <= 1e-5 * expected, "{variance}, expected {expected}");
    });
}

/// Training that has diverged is noticed by a loss that is NaN or infinite.
#[test]
fn a_nan_comes_through() {
    for_each_cpu(|cpu| {
        for layer in layers() {
            let [_, _, channels] = layer.map;
            let (input, gradient) = (vec![f32::NAN; layer.input_len()], vec![1.0; layer.output_len()]);
            let ones = vec![1.0; channels];
            let (mut output, mut actual) = (vec![0.0; gradient.len()], vec![0.0; input.len()]);
            let mut winners = vec![0; layer.pooled.map_or(0, |_| output.len())];
            layer.forward(cpu, &input, [&ones, &ones], &mut output, &mut winners);
            layer.backward(cpu, &input, [&*ones; 4], &gradient, &winners, &mut actual);
            assert!(output.iter().chain(&actual).all(|x| x.is_nan()), "{layer:?} at {}", cpu.level());
        }
    });
}
