//! Counts of the 256 grey levels, and the two statistics taken from them: quantiles and Otsu's threshold.

/// How often (or how heavily) each grey level occurs.
#[derive(Clone, Debug)]
pub(crate) struct Histogram(pub(crate) [u64; 256]);

impl Histogram {
    /// Counts every pixel once.
    pub(crate) fn of(pixels: &[u8]) -> Self {
        // Four tables by turns: neighbours are alike, and the same count would wait for itself.
        let mut counts = [[0; 256]; 4];
        let (fours, rest) = pixels.as_chunks::<4>();
        for four in fours {
            counts.iter_mut().zip(four).for_each(|(counts, &pixel): (_, &u8)| counts[usize::from(pixel)] += 1);
        }
        rest.iter().for_each(|&pixel| counts[0][usize::from(pixel)] += 1);
        Self(std::array::from_fn(|level| counts.iter().map(|counts: &[u64; 256]| counts[level]).sum()))
    }

    /// The same histogram with only the levels that satisfy `keep`.
    pub(crate) fn filtered(&self, keep: impl Fn(u8) -> bool) -> Self {
        Self(std::array::from_fn(|level| if keep(level as u8) { self.0[level] } else { 0 }))
    }

    /// The highest level that occurs, or `None` if nothing was counted.
    pub(crate) fn highest(&self) -> Option<u8> {
        self.0.iter().rposition(|&count| count > 0).map(|level| level as u8)
    }

    /// The sum of all counts.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The mean level (NaN if nothing was counted).
    pub(crate) fn mean(&self) -> f64 {
        let sum: f64 = self.0.iter().enumerate().map(|(level, &count)| level as f64 * count as f64).sum();
        sum / self.total() as f64
    }

    /// The lowest level with at least `percent` of all counts at or below it (0 if nothing was counted).
    pub(crate) fn percentile(&self, percent: u64) -> u8 {
        let wanted = (u128::from(self.total()) * u128::from(percent)).div_ceil(100);
        let mut seen = 0;
        for (level, &count) in self.0.iter().enumerate() {
            seen += u128::from(count);
            if seen >= wanted && count > 0 {
                return level as u8;
            }
        }
        0
    }

    /// Otsu's threshold: the level that ends the lower class when the split makes the variance between the two classes
    /// largest (N. Otsu, "A threshold selection method from gray-level histograms", IEEE SMC 9, 1979). Between two
    /// clusters every level splits alike; the first is taken. `None` if fewer than two levels occur.
    pub(crate) fn otsu(&self) -> Option<u8> {
        let weighed = |level: usize| self.0[level] as f64 * level as f64;
        let total: f64 = self.0.iter().map(|&count| count as f64).sum();
        let total_sum: f64 = (0..256).map(weighed).sum();
        let (mut below, mut below_sum) = (0.0, 0.0);
        let mut best: Option<(f64, u8)> = None;
        for level in 0..255 {
            below += self.0[level] as f64;
            below_sum += weighed(level);
            let above = total - below;
            if below == 0.0 || above <= 0.0 {
                continue;
            }
            let gap = below_sum / below - (total_sum - below_sum) / above;
            let between = below * above * gap * gap;
            if best.is_none_or(|(most, _)| between > most) {
                best = Some((between, level as u8));
            }
        }
        best.map(|(_, level)| level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_known_sample() {
        let histogram = Histogram::of(&[10, 20, 30, 40]);
        let check = |percent, level| assert_eq!(histogram.percentile(percent), level, "{percent}");
        check(0, 10);
        check(25, 10);
        check(26, 20);
        check(50, 20);
        check(100, 40);
    }

    #[test]
    fn otsu_splits_two_clusters_between_them() {
        let threshold = Histogram::of(&[9, 10, 11, 10, 200, 201, 199]).otsu().unwrap();
        assert!((11..199).contains(&threshold), "{threshold}");
    }

    #[test]
    fn one_level_has_no_split() {
        assert_eq!(Histogram::of(&[7; 100]).otsu(), None);
        assert_eq!(Histogram::of(&[255; 100]).otsu(), None);
        assert_eq!(Histogram::of(&[]).otsu(), None);
    }
}
