//! The order in which numpy adds up an array, so that averages equal numpy's to the last bit.

/// Sum by pairwise summation with numpy's blocks: in order below 8 values, eight interleaved partial sums up to 128,
/// halves (cut at a multiple of 8) above.
///
/// Source: `pairwise_sum` in numpy/_core/src/umath/loops_utils.h.src. The rounding error grows with log n, not with n
/// (Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14(4), 1993).
pub(crate) fn pairwise_sum(values: &[f64]) -> f64 {
    const LANES: usize = 8;
    const BLOCK: usize = 128;

    if values.len() < LANES {
        return values.iter().fold(0.0, |sum, value| sum + value);
    }
    if values.len() > BLOCK {
        let half = values.len() / 2;
        let (head, tail) = values.split_at(half - half % LANES);
        return pairwise_sum(head) + pairwise_sum(tail);
    }
    let (rows, rest) = values.as_chunks::<LANES>();
    let mut r = rows[0];
    for row in &rows[1..] {
        for (sum, value) in r.iter_mut().zip(row) {
            *sum += value;
        }
    }
    let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    rest.iter().fold(sum, |sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use super::pairwise_sum;

    /// `numpy.sum` of 1, 1/2, 1/3, … for lengths on both sides of each branch.
    const NUMPY: &str = include_str!("../../../testdata/evaluation/sums.csv");

    #[test]
    fn equals_numpy_bit_for_bit() {
        let mut rows = 0;
        for line in NUMPY.lines().skip(1) {
            let (n, expected) = line.split_once(',').unwrap();
            let values: Vec<f64> = (1..=n.parse().unwrap()).map(|i: u32| 1.0 / f64::from(i)).collect();
            let expected: f64 = expected.parse().unwrap();
            assert_eq!(pairwise_sum(&values).to_bits(), expected.to_bits(), "n = {n}");
            rows += 1;
        }
        assert!(rows >= 10, "the fixture has only {rows} rows");
    }

    #[test]
    fn order_matters_for_the_fixture() {
        let values: Vec<f64> = (1..=1000).map(|i| 1.0 / f64::from(i)).collect();
        assert_ne!(pairwise_sum(&values), values.iter().sum::<f64>(), "a plain sum would pass the test above too");
    }
}
