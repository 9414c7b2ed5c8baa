//! What a network says of what may be a digit among its neighbours.

/// The signs that numbers have: a decimal point, a comma, a minus or a dash, a slash, a colon.
///
/// ```
/// assert!(tenfold_reading::SIGNS.contains(&'.'));
/// ```
pub const SIGNS: [char; 5] = ['.', ',', '-', '/', ':'];

/// Classes of such a network: the digits, the signs, and none, for a part of one or more than one.
pub(crate) const CLASSES: usize = 10 + SIGNS.len() + 1;

/// What has less than this probability of being one whole digit is left out.
const LEAST_DIGIT: f32 = 0.001;

/// What has less than this probability of being a sign is not taken for one.
const LEAST_SIGN: f32 = 0.01;

/// No network is more certain than this.
const MOST: f32 = 0.99999;

/// The probability of each digit, as a whole, of each sign, and of none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judgement(pub(crate) [f32; CLASSES]);

impl Judgement {
    /// The probability of one whole digit.
    fn digit(&self) -> f32 {
        self.0[..10].iter().sum()
    }

    /// The probability of the digit, as a whole, or the sign that it is most like.
    pub(crate) fn most_probable(&self) -> f32 {
        self.0[..CLASSES - 1].iter().copied().fold(0.0, f32::max)
    }

    /// Whether it may be one whole digit.
    pub(crate) fn is_likely(&self) -> bool {
        self.digit() >= LEAST_DIGIT
    }

    /// The logarithm of the odds of one whole digit.
    pub(crate) fn odds(&self) -> f32 {
        odds(self.digit())
    }

    /// The probability of each digit if it is one.
    pub(crate) fn digits(&self) -> [f32; 10] {
        let all = self.digit().max(f32::MIN_POSITIVE);
        std::array::from_fn(|digit| self.0[digit] / all)
    }

    /// The signs that it may be, by their places in [`SIGNS`], with the probability and the logarithm of the odds of each.
    pub(crate) fn signs(&self) -> impl Iterator<Item = (usize, f32, f32)> + '_ {
        let each = self.0[10..][..SIGNS.len()].iter().enumerate();
        each.filter(|(_, probability)| **probability >= LEAST_SIGN).map(|(sign, &one)| (sign, one, odds(one)))
    }
}

fn odds(probability: f32) -> f32 {
    let bounded = probability.clamp(1.0 - MOST, MOST);
    libm::logf(bounded / (1.0 - bounded))
}
