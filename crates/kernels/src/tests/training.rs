use super::{assert_close, for_each_cpu, random, widen};
use crate::{Adam, NO_CLASS, Sgd, add_distillation, reference, softmax, softmax_cross_entropy};

#[test]
fn cross_entropy_equals_its_formula_and_survives_any_logit() {
    let mut logits = random(6 * 10, 1);
    logits[..10].fill(1e4);
    logits[10..20].copy_from_slice(&[-1e4, 1e4, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    logits[20..30].fill(-1e4);
    let labels = [3, 0, 9, 1, NO_CLASS, 5];
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
    // The first prefers no class.
    let even = softmax_cross_entropy(&logits[..10], &[NO_CLASS], 0.125, 1.0, &mut gradient[..10]);
    assert!(even.abs() < 1e-6 && gradient[..10].iter().all(|value| value.abs() < 1e-7), "{even}");

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
