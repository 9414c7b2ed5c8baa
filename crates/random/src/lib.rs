//! Counter-based random streams: every draw is a pure function of (seed, purpose, epoch, index, position).
//!
//! The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Nothing is
//! carried from one stream to the next, so work may be split over any number of threads and still draw the same
//! numbers. Logarithms and cosines come from `libm`, not from the platform, so the numbers are the same on every machine.

#![forbid(unsafe_code)]

mod philox;

/// What a stream of random numbers is for. Streams of different purposes never share numbers.
///
/// The discriminants are part of what a seed means: changing one changes every result that depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Initial weights; `index` is the position of the tensor in the network.
    Weights = 1,
    /// The order of the training images; one stream per epoch.
    Shuffle = 2,
    /// Which units dropout switches off; `index` counts steps and layers.
    Dropout = 3,
    /// Which images are held out for validation.
    Split = 4,
    /// Which images are shown as samples.
    Sample = 6,
    /// How training images are changed; `index` is the image's number.
    Augmentation = 7,
    /// What lies on the paper beside the ink of training images; `index` is the image's number.
    Blemish = 14,
    /// Faults of drawn photographs; the epoch is the kind of fault, `index` the picture's number.
    Photograph = 20,
    /// Synthetic inputs of tests and benchmarks.
    Test = 5,
    /// Test sets drawn again from one test set; `index` counts them.
    Bootstrap = 8,
    /// How images are made harder to read; the epoch is the family of corruptions, `index` the image's number.
    Corruption = 9,
    /// Which variants of a recipe are drawn; the epoch is the number of the axis, `index` counts draws.
    Search = 10,
    /// The habits of a hand that draws digits (epoch 0) and what it writes; `index` is the hand's number.
    Hand = 11,
    /// The pen that a hand draws with; `index` is the hand's number.
    Pen = 12,
    /// What is drawn that is not a digit; `index` is the image's number.
    NonDigit = 13,
    /// Which of MNIST's images a run rehearses.
    Rehearsal = 16,
    /// Which digits a number is written of, and how; `index` is the number's own.
    Number = 15,
}

/// One reproducible stream of random numbers.
///
/// ```
/// use tenfold_random::{Purpose, Stream};
///
/// let mut stream = Stream::new(7, Purpose::Shuffle, 0, 0);
/// let mut order: Vec<u32> = (0..5).collect();
/// stream.shuffle(&mut order);
/// assert_eq!(order.iter().sum::<u32>(), 10);
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    counter: [u32; 4],
    block: [u32; 4],
    used: usize,
}

impl Stream {
    /// The stream for `seed`, `purpose`, `epoch` and `index`; always starts from its first number.
    pub fn new(seed: u64, purpose: Purpose, epoch: u32, index: u32) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            counter: [0, index, epoch, purpose as u32],
            block: [0; 4],
            used: 4,
        }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.used == self.block.len() {
            self.block = philox::block(self.key, self.counter);
            self.counter[0] = self.counter[0].checked_add(1).expect("a stream has 2^34 numbers");
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        u64::from(self.next_u32()) | u64::from(self.next_u32()) << 32
    }

    /// Uniform in `[0, 1)`, a multiple of 2^-24.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in `[0, 1)`, a multiple of 2^-53.
    pub fn uniform_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Standard normal: mean 0, variance 1 (Box-Muller, the cosine branch only).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform_f64()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.uniform_f64())
    }

    /// Uniform in `0..bound` without bias (Lemire's multiply-and-reject).
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "a random number below 0 does not exist");
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.next_u32()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// Shuffles in place, every order equally likely (Fisher-Yates, from the end).
    ///
    /// # Panics
    /// If `items` has more than `u32::MAX` elements.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u32::try_from(last + 1).expect("at most u32::MAX items to shuffle");
            items.swap(last, self.below(bound) as usize);
        }
    }
}

#[cfg(test)]
mod tests;
