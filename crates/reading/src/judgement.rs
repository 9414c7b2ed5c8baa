//! What a network says of what may be a digit among its neighbours.

/// Classes of such a network: the digits, and none, for a part of one or more than one.
pub(crate) const CLASSES: usize = 11;

/// What has less than this probability of being one whole digit is left out.
const LEAST_WHOLE: f32 = 0.001;

/// No network is more certain than this.
const MOST_WHOLE: f32 = 0.99999;

/// The probability of each digit, as a whole, and of none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judgement(pub(crate) [f32; CLASSES]);

impl Judgement {
    /// The probability of one whole digit.
    fn whole(&self) -> f32 {
        1.0 - self.0[CLASSES - 1]
    }

    /// The probability of the digit that it is most like, as a whole.
    pub(crate) fn most_probable(&self) -> f32 {
        self.0[..CLASSES - 1].iter().copied().fold(0.0, f32::max)
    }

    /// Whether it may be one whole digit.
    pub(crate) fn is_likely(&self) -> bool {
        self.whole() >= LEAST_WHOLE
    }

    /// The logarithm of the odds of one whole digit.
    pub(crate) fn odds(&self) -> f32 {
        let whole = self.whole().clamp(1.0 - MOST_WHOLE, MOST_WHOLE);
        libm::logf(whole / (1.0 - whole))
    }

    /// The probability of each digit if it is one.
    pub(crate) fn digits(&self) -> [f32; 10] {
        let all = self.0[..10].iter().sum::<f32>().max(f32::MIN_POSITIVE);
        std::array::from_fn(|digit| self.0[digit] / all)
    }
}
