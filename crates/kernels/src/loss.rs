//! Softmax and its cross-entropy with a label, through the log-sum-exp form: safe for logits of any size.
//!
//! With `m = max_j z_j`: `p_j = exp(z_j - m) / sum_k exp(z_k - m)` and
//! `-ln p_t = ln(sum_k exp(z_k - m)) - (z_t - m)`, so no exponential overflows and no logarithm meets zero.
//!
//! With *label smoothing* `s` the target is not the label alone but `q_j = (1 - s) [j = label] + s / classes`, and the loss is
//! `-sum_j q_j ln p_j` (Szegedy et al., 2016).
//!
//! In *distillation* (Hinton, Vinyals and Dean, 2015) a row has targets `q` from another model, and is compared with them at a
//! temperature `T`: `T^2 sum_j q_j (ln q_j - ln p_j)` with `p = softmax(z / T)`, whose derivative is `T (p_j - q_j)`.

/// The label of a row that should be taken for none of the classes. Its target is the same for all of them, `q_j = 1 / classes`,
/// and its loss how far the answer is from that, `sum_j q_j (ln q_j - ln p_j)` (outlier exposure; Hendrycks, Mazeika and
/// Dietterich, 2019), which is 0 for an answer that prefers no class.
pub const NO_CLASS: u16 = u16::MAX;

/// Each row of `logits` (`[N, classes]`) as probabilities, written to `probabilities` (same shape).
///
/// # Panics
/// If the lengths differ, `classes` is 0, or a row is cut.
pub fn softmax(logits: &[f32], classes: usize, probabilities: &mut [f32]) {
    assert_eq!(logits.len(), probabilities.len(), "logits and probabilities");
    assert!(classes > 0 && logits.len().is_multiple_of(classes), "whole rows of {classes} logits");
    for (logits, probabilities) in logits.chunks_exact(classes).zip(probabilities.chunks_exact_mut(classes)) {
        softmax_row(logits, probabilities);
    }
}

/// Cross-entropy of each row with its label, smoothed by `smoothing`: returns the sum of the losses over the rows, in nats, and
/// writes `scale` times each row's derivative with respect to its logits, `scale (p_j - q_j)`, to `gradient`.
///
/// `logits`, `gradient`: `[N, classes]`; `labels`: `[N]`, each below `classes`, or [`NO_CLASS`]; `smoothing`: `0..1`, 0 for the label alone. With `scale = 1 / batch` the gradient is
/// that of the batch's mean loss.
///
/// # Panics
/// If a length does not fit or a label is out of range.
pub fn softmax_cross_entropy(logits: &[f32], labels: &[u16], smoothing: f32, scale: f32, gradient: &mut [f32]) -> f64 {
    assert_eq!(logits.len(), gradient.len(), "logits and their gradient");
    if labels.is_empty() {
        return 0.0;
    }
    let classes = logits.len() / labels.len();
    assert!(classes > 0 && logits.len() == classes * labels.len(), "a row of logits for each of the labels");
    let mut loss = 0.0;
    for ((logits, gradient), &label) in logits.chunks_exact(classes).zip(gradient.chunks_exact_mut(classes)).zip(labels)
    {
        let smoothing = if label == NO_CLASS { 1.0 } else { smoothing };
        let (maximum, sum) = softmax_row(logits, gradient);
        let mut target = 0.0;
        if smoothing > 0.0 {
            let share = smoothing / classes as f32;
            let all: f64 = logits.iter().map(|&logit| f64::from(logit - maximum)).sum();
            target = f64::from(share) * all;
            gradient.iter_mut().for_each(|value| *value -= share);
        }
        if label == NO_CLASS {
            target += f64::from(libm::logf(classes as f32));
        } else {
            let label = usize::from(label);
            assert!(label < classes, "label {label} among {classes} classes");
            target += f64::from(1.0 - smoothing) * f64::from(logits[label] - maximum);
            gradient[label] -= 1.0 - smoothing;
        }
        loss += f64::from(libm::logf(sum)) - target;
        for value in gradient {
            *value *= scale;
        }
    }
    loss
}

/// Adds to a gradient what makes each row's answers more like `targets`: returns the sum over the rows of `temperature` squared
/// times the Kullback-Leibler divergence of the softmax at that temperature from the targets, in nats, and adds `scale` times its
/// derivative with respect to the logits.
///
/// `logits`, `targets`, `gradient`: `[N, classes]`; a row of `targets` is probabilities, as made at the same temperature, which
/// is above 0.
///
/// # Panics
/// If the lengths differ, `classes` is 0, or a row is cut.
pub fn add_distillation(
    logits: &[f32],
    targets: &[f32],
    (classes, temperature): (usize, f32),
    scale: f32,
    gradient: &mut [f32],
) -> f64 {
    assert_eq!([targets.len(), gradient.len()], [logits.len(); 2], "logits, their targets and their gradient");
    assert!(classes > 0 && logits.len().is_multiple_of(classes), "whole rows of {classes} logits");
    let mut divergence = 0.0;
    let rows = logits.chunks_exact(classes).zip(targets.chunks_exact(classes));
    for ((logits, targets), gradient) in rows.zip(gradient.chunks_exact_mut(classes)) {
        let maximum = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let power = |logit: f32| (logit - maximum) / temperature;
        let sum: f32 = logits.iter().map(|&logit| libm::expf(power(logit))).sum();
        for ((value, &logit), &target) in gradient.iter_mut().zip(logits).zip(targets) {
            *value += scale * temperature * (libm::expf(power(logit)) / sum - target);
            if target > 0.0 {
                let of_answer = f64::from(power(logit)) - f64::from(libm::logf(sum));
                divergence += f64::from(target) * (f64::from(libm::logf(target)) - of_answer);
            }
        }
    }
    f64::from(temperature) * f64::from(temperature) * divergence
}

/// Writes one row's probabilities; returns its largest logit and the sum of the exponentials.
fn softmax_row(logits: &[f32], probabilities: &mut [f32]) -> (f32, f32) {
    let maximum = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for (probability, &logit) in probabilities.iter_mut().zip(logits) {
        // `libm`, not the platform's library: the same bits on every machine.
        *probability = libm::expf(logit - maximum);
        sum += *probability;
    }
    for probability in probabilities {
        *probability /= sum;
    }
    (maximum, sum)
}
