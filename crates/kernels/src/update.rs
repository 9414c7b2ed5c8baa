//! Parameter updates: one element at a time, in place.

use crate::level::{Cpu, for_each_level};

/// Stochastic gradient descent with momentum, as Keras and PyTorch define it up to the place of the learning rate:
/// `v <- momentum v - rate g`; then `w <- w + v`, or with Nesterov's look-ahead `w <- w + momentum v - rate g`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// Learning rate, above 0.
    pub rate: f32,
    /// Momentum, `0..1`; 0 is plain gradient descent.
    pub momentum: f32,
    /// Nesterov's look-ahead instead of the plain step.
    pub nesterov: bool,
}

impl Sgd {
    /// One step for `parameters` with `gradient`; `velocity` starts as zeros and is kept between steps.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(self, cpu: Cpu, parameters: &mut [f32], gradient: &[f32], velocity: &mut [f32]) {
        #[inline(always)]
        fn body(sgd: Sgd, parameters: &mut [f32], gradient: &[f32], velocity: &mut [f32]) {
            for ((w, &g), v) in parameters.iter_mut().zip(gradient).zip(velocity) {
                *v = sgd.momentum * *v - sgd.rate * g;
                *w += if sgd.nesterov { sgd.momentum * *v - sgd.rate * g } else { *v };
            }
        }
        assert!(parameters.len() == gradient.len() && parameters.len() == velocity.len(), "arrays of an update");
        let sgd = self;
        for_each_level!(cpu, body(sgd: Sgd, parameters: &mut [f32], gradient: &[f32], velocity: &mut [f32]))
    }
}

/// Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019: AdamW).
///
/// At step `t = 1, 2, ...`: `m <- b1 m + (1 - b1) g`, `v <- b2 v + (1 - b2) g^2`,
/// `w <- w - rate decay w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Learning rate, above 0.
    pub rate: f32,
    /// Decay of the mean of gradients, `0..1`.
    pub beta_1: f32,
    /// Decay of the mean of squared gradients, `0..1`.
    pub beta_2: f32,
    /// Added to the denominator, above 0.
    pub epsilon: f32,
    /// Weight decay per step relative to the rate; 0 is Adam.
    pub decay: f32,
}

impl Adam {
    /// Step number `step`, counted from 1; `means` and `squares` start as zeros and are kept between steps.
    ///
    /// # Panics
    /// If the lengths differ or `step` is 0.
    pub fn update(
        self,
        cpu: Cpu,
        step: u64,
        parameters: &mut [f32],
        gradient: &[f32],
        means: &mut [f32],
        squares: &mut [f32],
    ) {
        #[inline(always)]
        fn body(
            adam: Adam,
            corrections: [f32; 2],
            parameters: &mut [f32],
            gradient: &[f32],
            means: &mut [f32],
            squares: &mut [f32],
        ) {
            for (((w, &g), m), v) in parameters.iter_mut().zip(gradient).zip(means).zip(squares) {
                *m = adam.beta_1 * *m + (1.0 - adam.beta_1) * g;
                *v = adam.beta_2 * *v + (1.0 - adam.beta_2) * g * g;
                let step = (*m * corrections[0]) / ((*v * corrections[1]).sqrt() + adam.epsilon);
                *w -= adam.rate * (adam.decay * *w + step);
            }
        }
        assert!(parameters.len() == gradient.len(), "parameters and gradient of an update");
        assert!(parameters.len() == means.len() && parameters.len() == squares.len(), "state of an update");
        assert!(step > 0, "steps are counted from 1");
        let correction = |beta: f32| (1.0 / (1.0 - libm::pow(f64::from(beta), step as f64))) as f32;
        let corrections = [correction(self.beta_1), correction(self.beta_2)];
        let adam = self;
        for_each_level!(
            cpu,
            body(
                adam: Adam,
                corrections: [f32; 2],
                parameters: &mut [f32],
                gradient: &[f32],
                means: &mut [f32],
                squares: &mut [f32],
            )
        )
    }
}
