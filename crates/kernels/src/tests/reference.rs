//! The oracle's own gradients against finite differences in `f64`: its backward is the derivative of its forward.

use super::{paddings, random, widen};
use crate::reference::*;
use crate::{Activation, Convolution, Pooling, Window};

const STEP: f64 = 1e-5;

/// Compares `gradient` with central differences of `<output(x), weights>` over each `x[i]`.
#[track_caller]
fn check(what: &str, x: &[f64], gradient: &[f64], output: impl Fn(&[f64]) -> Vec<f64>) {
    let weights = widen(&random(output(x).len(), 99));
    let value = |x: &[f64]| -> f64 { output(x).iter().zip(&weights).map(|(y, w)| y * w).sum() };
    assert_eq!(gradient.len(), x.len(), "{what}");
    for i in 0..x.len() {
        let at = |shift: f64| {
            let mut x = x.to_vec();
            x[i] += shift;
            value(&x)
        };
        let numeric = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        let error = (numeric - gradient[i]).abs() / numeric.abs().max(1.0);
        assert!(error < 1e-5, "{what}[{i}]: {} by formula, {numeric} by difference", gradient[i]);
    }
}

/// The gradient that [`check`] puts into the output: its weights.
fn weights(outputs: usize) -> Vec<f64> {
    widen(&random(outputs, 99))
}

#[test]
fn dense_layer() {
    let (x, w, b) = (widen(&random(3 * 4, 1)), widen(&random(4 * 5, 2)), widen(&random(5, 3)));
    let dy = weights(3 * 5);
    check("input", &x, &dense_input_gradient(&dy, &w, 4, 5), |x| dense(x, &w, &b, 4, 5));
    check("kernel", &w, &dense_kernel_gradient(&x, &dy, 4, 5), |w| dense(&x, w, &b, 4, 5));
    check("bias", &b, &sum_rows(&dy, 5), |b| dense(&x, &w, b, 4, 5));
}

#[test]
fn convolutions() {
    for (padding, stride) in paddings([3, 2]).into_iter().zip([[1, 1], [2, 1], [2, 2]]) {
        let window = Window::new([5, 4, 2], [3, 2], stride, padding).unwrap();
        let geometry = Convolution { window, filters: 3 };
        let x = widen(&random(2 * window.input_len(), 1));
        let k = widen(&random(geometry.kernel_len(), 2));
        let dy = weights(2 * geometry.output_len());
        check("input", &x, &convolution_input_gradient(&geometry, &dy, &k), |x| convolution(&geometry, x, &k));
        check("kernel", &k, &convolution_kernel_gradient(&geometry, &x, &dy), |k| convolution(&geometry, &x, k));
    }
}

#[test]
fn pools_and_activation() {
    for padding in paddings([3, 2]) {
        let window = Window::new([5, 6, 3], [3, 2], [2, 2], padding).unwrap();
        let x = widen(&random(2 * window.input_len(), 1));
        let dy = weights(2 * window.positions() * window.channels);
        let winners = max_pool(&window, &x).1;
        check("max", &x, &max_pool_backward(&window, &dy, &winners, x.len()), |x| max_pool(&window, x).0);
        for pooling in [Pooling::Average, Pooling::AverageWithPadding, Pooling::Sum] {
            let gradient = average_pool_backward(&window, pooling, &dy, x.len());
            check("average", &x, &gradient, |x| average_pool(&window, pooling, x));
        }
    }
    let x = widen(&random(20, 1));
    let clip = Activation::Clip { low: -0.3, high: 0.4 };
    let gelus = [false, true].map(|approximate| Activation::Gelu { approximate });
    let hard = [Activation::HardSwish, Activation::HardSigmoid { slope: 0.4 }];
    for function in [Activation::Relu, clip, Activation::Tanh, Activation::Sigmoid, Activation::Elu { alpha: 0.7 }]
        .into_iter()
        .chain([Activation::LeakyRelu { slope: 0.2 }, Activation::Selu, Activation::Silu, Activation::Softplus])
        .chain(gelus)
        .chain(hard)
    {
        let output = activation(function, &x);
        let at = if function.goes_back_from_input() { &x } else { &output };
        let gradient = activation_backward(function, at, &weights(20));
        check(&format!("{function:?}"), &x, &gradient, |x| activation(function, x));
    }
}

#[test]
fn batch_normalisation() {
    let (x, gamma, beta) = (widen(&random(8 * 3, 1)), widen(&random(3, 2)), widen(&random(3, 3)));
    let [dx, dgamma, dbeta] = batch_norm_backward(&x, &gamma, &weights(x.len()), 1e-3);
    check("input", &x, &dx, |x| batch_norm(x, &gamma, &beta, 1e-3));
    check("gamma", &gamma, &dgamma, |gamma| batch_norm(&x, gamma, &beta, 1e-3));
    check("beta", &beta, &dbeta, |beta| batch_norm(&x, &gamma, beta, 1e-3));
}

#[test]
fn cross_entropy() {
    let (z, labels) = (widen(&random(3 * 5, 1)), [4, crate::NO_CLASS, 2]);
    let weight = weights(1)[0];
    for smoothing in [0.0, 0.2] {
        let gradient = softmax_cross_entropy(&z, &labels, smoothing, weight).1;
        check("logits", &z, &gradient, |z| vec![softmax_cross_entropy(z, &labels, smoothing, 1.0).0]);
    }
}

#[test]
fn distilled() {
    let z = widen(&random(3 * 5, 1));
    let mut targets: Vec<f64> = weights(15).iter().map(|weight| weight.abs()).collect();
    targets[7] = 0.0;
    targets.chunks_mut(5).for_each(|row| {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|target| *target /= sum);
    });
    let weight = weights(1)[0];
    for temperature in [1.0, 4.0] {
        let gradient = distillation(&z, &targets, (5, temperature), weight).1;
        check("logits", &z, &gradient, |z| vec![distillation(z, &targets, (5, temperature), 1.0).0]);
    }
}
