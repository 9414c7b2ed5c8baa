//! Noise of a sensor: few photons, and pixels that are stuck.

use tenfold_random::Stream;

use crate::transformation::Plane;

/// Photons that full ink stands for.
const PHOTONS: [f32; 5] = [60.0, 25.0, 12.0, 5.0, 3.0];
/// The share of pixels that are stuck, half of them at full ink and half at background.
const STUCK: [f32; 5] = [0.03, 0.06, 0.09, 0.17, 0.27];

/// Each pixel becomes a Poisson variable whose mean it was, in photons.
pub(super) fn shot(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let photons = f64::from(PHOTONS[severity - 1]);
    for value in &mut image.values {
        let chance = stream.uniform_f64();
        let counted = poisson(f64::from(*value) / 255.0 * photons, chance);
        *value = (counted / photons * 255.0) as f32;
    }
}

/// The smallest count that a Poisson variable does not exceed with a probability over `chance`, 0 to below 1.
fn poisson(mean: f64, chance: f64) -> f64 {
    let (mut count, mut probability) = (0.0, libm::exp(-mean));
    let mut at_most = probability;
    // Far behind the mean, where rounding leaves nothing to add, it is the largest that can be told apart.
    while at_most <= chance && probability > f64::EPSILON * at_most {
        count += 1.0;
        probability *= mean / count;
        at_most += probability;
    }
    count
}

/// Some pixels are stuck.
pub(super) fn impulse(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let half = STUCK[severity - 1] / 2.0;
    for value in &mut image.values {
        let place = stream.uniform();
        if place < half {
            *value = 255.0;
        } else if place >= 1.0 - half {
            *value = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::Purpose;

    #[test]
    fn counts_have_poissons_mean_and_variance() {
        let mut stream = Stream::new(1, Purpose::Test, 0, 0);
        for mean in [0.0, 0.7, 3.0, 60.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| poisson(mean, stream.uniform_f64())).collect();
            let found = counts.iter().sum::<f64>() / 20_000.0;
            let variance = counts.iter().map(|count| (count - found).powi(2)).sum::<f64>() / 20_000.0;
            assert!(
                (found - mean).abs() <= 0.03 * mean && (variance - mean).abs() <= 0.05 * mean,
                "{found} {variance}"
            );
        }
        assert!(poisson(60.0, 1.0 - f64::EPSILON / 2.0) < 150.0);
    }

    #[test]
    fn half_of_the_stuck_pixels_are_ink() {
        let mut image = Plane::new([200, 200]);
        image.values.fill(100.0);
        impulse(&mut image, 5, &mut Stream::new(1, Purpose::Test, 0, 0));
        let share = |wanted: f32| image.values.iter().filter(|&&value| value == wanted).count() as f64 / 40_000.0;
        assert!((share(255.0) - 0.135).abs() < 0.01 && (share(0.0) - 0.135).abs() < 0.01);
    }
}
