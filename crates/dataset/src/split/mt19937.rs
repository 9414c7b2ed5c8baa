//! The Mersenne Twister as numpy's `RandomState` uses it: only to draw the folds that other programs draw.
//!
//! Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
//! generator", ACM TOMACS 8 (1998) 3-30. What Tenfold draws for itself comes from `tenfold_random`.

/// Words of state, `n` in the paper.
const WORDS: usize = 624;
/// Distance of the words that are mixed, `m` in the paper.
const MIDDLE: usize = 397;
/// The bit of a word that goes with the other 31 of the next, `r = 31` in the paper.
const UPPER_BIT: u32 = 0x8000_0000;
/// Last row of the twist matrix, `a` in the paper.
const TWIST: u32 = 0x9908_b0df;

/// The generator of numpy's `RandomState(seed)`.
pub(super) struct Mt19937 {
    state: [u32; WORDS],
    used: usize,
}

impl Mt19937 {
    /// Seeded by Knuth's linear generator, the `init_genrand` of the authors' code of 2002.
    pub(super) fn new(seed: u32) -> Self {
        let mut state = [seed; WORDS];
        for i in 1..WORDS {
            let previous = state[i - 1];
            state[i] = 1_812_433_253_u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(i as u32);
        }
        Self { state, used: WORDS }
    }

    /// The next 32 random bits.
    fn next_u32(&mut self) -> u32 {
        if self.used == WORDS {
            self.twist();
        }
        let mut word = self.state[self.used];
        self.used += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    fn twist(&mut self) {
        for i in 0..WORDS {
            let joined = self.state[i] & UPPER_BIT | self.state[(i + 1) % WORDS] & !UPPER_BIT;
            let product = joined >> 1 ^ if joined & 1 == 1 { TWIST } else { 0 };
            self.state[i] = self.state[(i + MIDDLE) % WORDS] ^ product;
        }
        self.used = 0;
    }

    /// Uniform in `0..=max`, `max` at least 1: as many random bits as `max` has, drawn again while they are more than it
    /// (numpy's `random_interval`).
    fn up_to(&mut self, max: u32) -> u32 {
        let mask = u32::MAX >> max.leading_zeros();
        loop {
            let bits = self.next_u32() & mask;
            if bits <= max {
                return bits;
            }
        }
    }

    /// Shuffles in place as `RandomState.shuffle` shuffles an array of one dimension (Fisher-Yates, from the end).
    ///
    /// # Panics
    /// If `items` has more than 2^32 elements.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let max = u32::try_from(last).expect("at most 2^32 items to shuffle");
            items.swap(last, self.up_to(max) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mt19937;

    /// C++ (26.6.6 of ISO/IEC 14882:2017) requires this of `std::mt19937`, the same generator with this default seed.
    #[test]
    fn ten_thousandth_number_is_that_of_the_standard() {
        let mut random = Mt19937::new(5489);
        assert_eq!((0..10_000).map(|_| random.next_u32()).last(), Some(4_123_659_995));
    }

    #[test]
    fn every_number_up_to_the_bound_is_drawn_and_none_beyond() {
        let mut random = Mt19937::new(1);
        for max in [1, 4, 7, 8] {
            let mut seen = [false; 9];
            (0..300).for_each(|_| seen[random.up_to(max) as usize] = true);
            assert_eq!(seen, std::array::from_fn(|number| number <= max as usize), "up to {max}");
        }
    }
}
