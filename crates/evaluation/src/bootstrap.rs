//! The paired bootstrap: how the difference of two accuracies scatters over test sets like the one at hand.

use tenfold_random::{Purpose, Stream};

use crate::{Interval, distribution::binomial_pmf, quantile::quantile};

/// How many test sets are drawn; the ends of the interval then scatter by about a fiftieth of its width.
const RESAMPLES: u32 = 10_000;

/// The 95 % percentile interval of `(first_only − second_only) / images` over test sets of `images` images drawn with
/// replacement from this one, both classifiers read on the same images.
///
/// A drawn image is one that only the first classifies correctly with chance `first_only / images`, one that only the second
/// does with chance `second_only / images`, else one that changes nothing: the counts of a drawn set are multinomial,
/// and are drawn as such, which has exactly the distribution of drawing image by image (Efron and Tibshirani, "An
/// introduction to the bootstrap", 1993, chapters 6 and 13). The same seed gives the same interval.
pub(crate) fn paired_bootstrap_95(first_only: u64, second_only: u64, images: u64, seed: u64) -> Interval {
    let n = images as f64;
    let first_share = first_only as f64 / n;
    // Given how many are of the first kind, the others are of the second with this chance.
    let second_share = second_only as f64 / (images - first_only).max(1) as f64;
    let mut differences: Vec<f64> = (0..RESAMPLES)
        .map(|index| {
            let mut stream = Stream::new(seed, Purpose::Bootstrap, 0, index);
            let first = draw_binomial(&mut stream, images, first_share);
            let second = draw_binomial(&mut stream, images - first, second_share);
            (first as f64 - second as f64) / n
        })
        .collect();
    differences.sort_by(f64::total_cmp);
    Interval { low: quantile(&differences, 0.025), high: quantile(&differences, 0.975) }
}

/// The number of successes in `n` trials of chance `p`: one uniform number, spent on the possible answers from the most
/// likely one outwards, so that about as many steps are needed as the answer scatters.
fn draw_binomial(stream: &mut Stream, n: u64, p: f64) -> u64 {
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    let odds = p / (1.0 - p);
    let mode = (((n + 1) as f64 * p) as u64).min(n);
    let (mut low, mut high) = (mode, mode);
    let mut low_chance = binomial_pmf(mode, n, p);
    let mut high_chance = low_chance;
    let mut left = stream.uniform_f64() - low_chance;
    while left >= 0.0 && (low > 0 || high < n) {
        if high < n {
            high_chance *= (n - high) as f64 / (high + 1) as f64 * odds;
            high += 1;
            left -= high_chance;
            if left < 0.0 {
                return high;
            }
        }
        if low > 0 {
            low_chance *= low as f64 / ((n - low + 1) as f64 * odds);
            low -= 1;
            left -= low_chance;
            if left < 0.0 {
                return low;
            }
        }
    }
    // Either at once, or when rounding leaves a rest (about one time in 10^10) that belongs to no answer.
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_binomial_distribution() {
        const DRAWS: u32 = 100_000;
        let mut stream = Stream::new(1, Purpose::Test, 0, 0);
        for (n, p) in [(1, 0.5), (6, 0.02), (12, 0.35), (12, 0.9)] {
            let mut counts = vec![0u32; n as usize + 1];
            for _ in 0..DRAWS {
                counts[draw_binomial(&mut stream, n, p) as usize] += 1;
            }
            for (k, &count) in counts.iter().enumerate() {
                let chance = binomial_pmf(k as u64, n, p);
                let expected = chance * f64::from(DRAWS);
                let tolerance = 5.0 * (expected * (1.0 - chance)).sqrt() + 1.0;
                assert!(
                    (f64::from(count) - expected).abs() < tolerance,
                    "{k} of {n}, p = {p}: {count}, not {expected}"
                );
            }
        }
        assert_eq!((draw_binomial(&mut stream, 9, 0.0), draw_binomial(&mut stream, 9, 1.0)), (0, 9));
    }

    /// The same interval by drawing image after image, for few images and for many discordant ones.
    #[test]
    fn equals_drawing_image_by_image() {
        for (first_only, second_only, images) in [(3, 1, 20), (12, 5, 60), (40, 60, 150)] {
            let mut differences: Vec<f64> = (0..RESAMPLES)
                .map(|index| {
                    let mut stream = Stream::new(5, Purpose::Test, 0, index);
                    let change = |image: u32| match u64::from(image) {
                        image if image < first_only => 1.0,
                        image if image < first_only + second_only => -1.0,
                        _ => 0.0,
                    };
                    (0..images).map(|_| change(stream.below(images))).sum::<f64>() / f64::from(images)
                })
                .collect();
            differences.sort_by(f64::total_cmp);
            let found = paired_bootstrap_95(first_only, second_only, images.into(), 7);
            for (end, share) in [(found.low, 0.025), (found.high, 0.975)] {
                let expected = quantile(&differences, share);
                // An end is a whole number of images, and may fall on the next one.
                assert!((end - expected).abs() < 1.5 / f64::from(images), "{end}, not {expected}, of {images}");
            }
        }
    }

    #[test]
    fn the_seed_decides() {
        let interval = |seed| paired_bootstrap_95(2_000, 1_500, 60_000, seed);
        assert_eq!(interval(1), interval(1));
        assert_ne!(interval(1), interval(2));
        // The normal approximation: 500/60,000 ± 1.96 √3,500 / 60,000.
        assert!((interval(1).low - 0.0064).abs() < 1e-4 && (interval(1).high - 0.01027).abs() < 1e-4);
        assert_eq!(paired_bootstrap_95(0, 0, 5, 1), Interval { low: 0.0, high: 0.0 });
        assert_eq!(paired_bootstrap_95(5, 0, 5, 1), Interval { low: 1.0, high: 1.0 });
    }
}
