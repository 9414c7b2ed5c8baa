use super::{assert_close, for_each_cpu, random, widen};
use crate::{
    Adam, Moments, Sgd, add_distillation, add_gradient_sums, add_moments, normalize, normalize_backward, reference,
    softmax, softmax_cross_entropy,
};

#[test]
fn cross_entropy_equals_its_formula_and_survives_any_logit() {
    let mut logits = random(6 * 10, 1);
    logits[..10].fill(1e4);
    logits[10..20].copy_from_slice(&[-1e4, 1e4, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    logits[20..30].fill(-1e4);
    let labels = [3, 0, 9, 1, 2, 5];
    let mut gradient = vec![f32::NAN; logits.len()];
    for smoothing in [0.0, 0.125] {
        let loss = softmax_cross_entropy(&logits, &labels, smoothing, 0.25, &mut gradient);
        let (expected_loss, expected) =
            reference::softmax_cross_entropy(&widen(&logits), &labels, smoothing.into(), 0.25);
        assert!((loss - expected_loss).abs() <= 1e-6 * expected_loss, "{loss}, expected {expected_loss}");
        assert_close("gradient", &gradient, &expected, 1e-6);
    }
    // The second row is as wrong as it can be: its loss is the distance between the two logits.
    let wrong = softmax_cross_entropy(&logits[10..20], &[0], 0.0, 1.0, &mut gradient[..10]);
    assert_eq!(wrong, 2e4);

    let mut probabilities = vec![f32::NAN; logits.len()];
    softmax(&logits, 10, &mut probabilities);
    assert!(probabilities.chunks(10).all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-6));
    assert!(probabilities[..10].iter().all(|p| (p - 0.1).abs() < 1e-7));
}

#[test]
fn distillation_equals_its_formula_and_survives_any_logit() {
    let mut logits = random(4 * 10, 1);
    logits[..10].fill(1e4);
    logits[10..20].copy_from_slice(&[-1e4, 1e4, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    let mut targets = vec![0.0; logits.len()];
    softmax(&random(4 * 10, 2), 10, &mut targets);
    // What a teacher is sure of has no logarithm.
    targets[20..30].copy_from_slice(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    for temperature in [1.0, 4.0] {
        let before = random(logits.len(), 3);
        let mut gradient = before.clone();
        let divergence = add_distillation(&logits, &targets, (10, temperature), 0.25, &mut gradient);
        let (expected, added) =
            reference::distillation(&widen(&logits), &widen(&targets), (10, temperature.into()), 0.25);
        assert!((divergence - expected).abs() <= 1e-6 * expected, "{divergence}, expected {expected}");
        let sum: Vec<f64> = before.iter().zip(added).map(|(&before, added)| f64::from(before) + added).collect();
        assert_close("gradient", &gradient, &sum, 1e-6);
    }
    // A row that says what it should has nothing to learn.
    let mut gradient = vec![0.0; 10];
    let mut own = vec![0.0; 10];
    softmax(&logits[30..], 10, &mut own);
    assert!(add_distillation(&logits[30..], &own, (10, 1.0), 1.0, &mut gradient).abs() < 1e-6);
    assert!(gradient.iter().all(|value| value.abs() < 1e-6));
}

#[test]
fn batch_normalisation_in_parts_equals_its_formula() {
    for_each_cpu(|cpu| {
        for channels in [1, 5, 16, 33, 70] {
            let (rows, epsilon) = (12, 1e-3);
            let input = random(rows * channels, 1);
            let (gamma, beta) = (random(channels, 2), random(channels, 3));
            let gradient = random(rows * channels, 4);
            let halves = |i: usize| (i * 6 * channels)..((i + 1) * 6 * channels);

            let mut moments = vec![Moments::default(); channels];
            (0..2).for_each(|i| add_moments(cpu, &input[halves(i)], &mut moments));
            let statistics: Vec<_> = moments.iter().map(|m| m.mean_and_variance(rows)).collect();
            let mean: Vec<f32> = statistics.iter().map(|s| s.0 as f32).collect();
            let inverse: Vec<f32> = statistics.iter().map(|s| (1.0 / (s.1 + epsilon).sqrt()) as f32).collect();
            let scale: Vec<f32> = gamma.iter().zip(&inverse).map(|(g, i)| g * i).collect();
            let shift: Vec<f32> = (0..channels).map(|c| beta[c] - mean[c] * scale[c]).collect();
            let mut output = vec![f32::NAN; input.len()];
            normalize(cpu, &input, &scale, &shift, &mut output);
            let expected = reference::batch_norm(&widen(&input), &widen(&gamma), &widen(&beta), epsilon);
            assert_close("output", &output, &expected, 1e-5);

            let mut sums = vec![Moments::default(); channels];
            (0..2).for_each(|i| {
                add_gradient_sums(cpu, &input[halves(i)], &gradient[halves(i)], &mean, &inverse, &mut sums);
            });
            let [expected_input, expected_gamma, expected_beta] =
                reference::batch_norm_backward(&widen(&input), &widen(&gamma), &widen(&gradient), epsilon);
            let of = |f: fn(&Moments) -> f64| sums.iter().map(|s| f(s) as f32).collect::<Vec<f32>>();
            assert_close("beta gradient", &of(|s| s.first), &expected_beta, 1e-5);
            assert_close("gamma gradient", &of(|s| s.second), &expected_gamma, 1e-5);
            let b: Vec<f32> =
                (0..channels).map(|c| -scale[c] * inverse[c] * sums[c].second as f32 / rows as f32).collect();
            let c: Vec<f32> =
                (0..channels).map(|c| -scale[c] * sums[c].first as f32 / rows as f32 - b[c] * mean[c]).collect();
            let mut actual = vec![f32::NAN; input.len()];
            normalize_backward(cpu, &input, &gradient, [&scale, &b, &c], &mut actual);
            assert_close("input gradient", &actual, &expected_input, 1e-5);
        }
    });
}

/// Two steps by hand for one weight: w = 1, g = 0.5 then -0.25.
#[test]
fn updates_by_hand() {
    for_each_cpu(|cpu| {
        let steps = |sgd: Sgd| {
            let (mut w, mut v) = ([1.0_f32; 17], [0.0; 17]);
            sgd.update(cpu, &mut w, &[0.5; 17], &mut v);
            sgd.update(cpu, &mut w, &[-0.25; 17], &mut v);
            assert!(w.iter().all(|x| *x == w[0]));
            f64::from(w[0])
        };
        let sgd = Sgd { rate: 0.1, momentum: 0.9, nesterov: false };
        // v = -0.05, w = 0.95; v = -0.045 + 0.025 = -0.02, w = 0.93.
        assert!((steps(sgd) - 0.93).abs() < 1e-6);
        // v = -0.05, w = 1 - 0.045 - 0.05 = 0.905; v = -0.02, w = 0.905 - 0.018 + 0.025 = 0.912.
        assert!((steps(Sgd { nesterov: true, ..sgd }) - 0.912).abs() < 1e-6);
        assert!((steps(Sgd { momentum: 0.0, ..sgd }) - 0.975).abs() < 1e-6);

        let adam = |decay| {
            let (mut w, mut m, mut v) = ([1.0_f32; 17], [0.0; 17], [0.0; 17]);
            let adam = Adam { rate: 0.1, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, decay };
            adam.update(cpu, 1, &mut w, &[0.5; 17], &mut m, &mut v);
            adam.update(cpu, 2, &mut w, &[-0.25; 17], &mut m, &mut v);
            f64::from(w[0])
        };
        // Step 1 moves by the rate. Step 2: m = 0.02, v = 0.00031225 (0.00024975 + 0.0000625), corrected
        // 0.105263158 and 0.156203102: 0.1 * 0.105263158 / 0.395225 = 0.026633729.
        assert!((adam(0.0) - (0.9 - 0.026_633_729)).abs() < 1e-6, "{}", adam(0.0));
        // With decay 0.5 each step first loses a twentieth: 0.95 - 0.1 = 0.85; 0.85 * 0.95 - 0.0266...
        assert!((adam(0.5) - (0.807_5 - 0.026_633_729)).abs() < 1e-6, "{}", adam(0.5));
    });
}
