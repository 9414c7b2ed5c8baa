//! A hand: the habits of one writer.

use tenfold_random::{Purpose, Stream};

use crate::curve::{smooth, trimmed};
use crate::digits::digits;
use crate::form::{Form, Point};
use crate::trace::Trace;

/// A writer: which forms of digits they use, how they lean and stretch what they write, how steady they are.
///
/// A hand is a pure function of a seed and a number, and so is each digit that it writes. Two digits of a hand have the same
/// habits and differ as digits written one after the other do.
///
/// ```
/// use tenfold_handwriting::{Hand, Pen};
///
/// let hand = Hand::new(7, 0);
/// let (first, second) = (hand.write(4, 0), hand.write(4, 1));
/// assert_ne!(first, second);
/// assert_eq!(first, Hand::new(7, 0).write(4, 0));
/// let ink = first.draw(100.0, &Pen::round(8.0));
/// assert!(ink.height() >= 100 && ink.pixels().contains(&255));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Hand {
    seed: u64,
    number: u32,
    /// Of each digit its usual form.
    forms: [&'static Form; 10],
    slant: f32,
    stretch: f32,
    /// How its forms deviate from the templates, always in the same way.
    habit: Warp,
    unsteadiness: f32,
    /// How far it draws out the ends of strokes, in heights of a digit; below 0 it cuts them short.
    overshoot: f32,
}

/// The share of digits that a hand writes in another form than its usual one.
const UNUSUAL: f32 = 0.06;

impl Hand {
    /// The hand numbered `number` of all that `seed` gives.
    pub fn new(seed: u64, number: u32) -> Self {
        let mut stream = Stream::new(seed, Purpose::Hand, 0, number);
        let forms = std::array::from_fn(|digit| choose_form(&mut stream, digit as u8));
        let mut normal = |mean: f64, deviation: f64| (mean + deviation * stream.normal().clamp(-2.5, 2.5)) as f32;
        let (slant, stretch, overshoot) = (normal(0.08, 0.18), normal(0.0, 0.18), normal(0.0, 0.035));
        let unsteadiness = normal(0.0, 0.5);
        Self {
            seed,
            number,
            forms,
            slant,
            stretch: libm::expf(stretch),
            habit: Warp::new(&mut stream, 0.030),
            unsteadiness: 0.016 * libm::expf(unsteadiness),
            overshoot,
        }
    }

    /// The form in which this hand usually writes `digit`.
    ///
    /// # Panics
    /// If `digit` is above 9.
    pub fn form(&self, digit: u8) -> &'static Form {
        self.forms[usize::from(digit)]
    }

    /// Writes `digit`; `index` counts what this hand has written.
    ///
    /// # Panics
    /// If `digit` is above 9.
    pub fn write(&self, digit: u8, index: u32) -> Trace {
        let mut stream = self.stream(index);
        let form = match stream.uniform() < UNUSUAL {
            true => choose_form(&mut stream, digit),
            false => self.form(digit),
        };
        self.trace(form, stream)
    }

    /// Writes a form, whether this hand uses it or not; `index` is as for [`write`](Self::write).
    ///
    /// ```
    /// use tenfold_handwriting::{Hand, letters};
    ///
    /// let trace = Hand::new(7, 0).write_form(&letters()[0], 0);
    /// assert_eq!(trace.strokes().len(), 2);
    /// ```
    pub fn write_form(&self, form: &Form, index: u32) -> Trace {
        self.trace(form, self.stream(index))
    }

    /// The random numbers of what is written after `index` others.
    fn stream(&self, index: u32) -> Stream {
        Stream::new(self.seed, Purpose::Hand, index + 1, self.number)
    }

    fn trace(&self, form: &Form, mut stream: Stream) -> Trace {
        let mut deviation = |size: f64| (size * stream.normal().clamp(-2.5, 2.5)) as f32;
        let slant = self.slant + deviation(0.05);
        let stretch = self.stretch * libm::expf(deviation(0.07));
        let turn = deviation(0.05);
        let warp = Warp::new(&mut stream, self.unsteadiness);
        let (sine, cosine) = (libm::sinf(turn), libm::cosf(turn));
        let place = |point: Point| {
            let [x, y] = warp.apply(self.habit.apply(point));
            // The slant leans the digit about its foot, in radians but for large ones.
            let (x, y) = (x * stretch + (1.0 - y) * slant, y);
            [x * cosine - y * sine, x * sine + y * cosine]
        };
        let strokes = form.strokes.iter().map(|stroke| {
            let placed: Vec<Point> = stroke.iter().map(|&point| place(point)).collect();
            let mut line = smooth(&placed);
            for _ in 0..2 {
                let length = -(self.overshoot + 0.02 * stream.normal().clamp(-2.5, 2.5) as f32);
                line = trimmed(line, length);
                line.reverse();
            }
            line
        });
        Trace::new(strokes.collect())
    }
}

/// A form of `digit`, drawn by the forms' weights.
fn choose_form(stream: &mut Stream, digit: u8) -> &'static Form {
    assert!(digit <= 9, "{digit} is not a digit");
    let of_digit = digits().chunk_by(|one, next| one.sign == next.sign).nth(usize::from(digit));
    Form::by_weight(of_digit.expect("every digit has a form"), stream)
}

/// A smooth displacement of the plane: for each axis a few waves of random direction, length and phase.
#[derive(Clone, Debug, PartialEq)]
struct Warp([[Wave; WAVES]; 2]);

const WAVES: usize = 4;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Wave {
    amplitude: f32,
    /// Radians per digit height, across and down.
    frequency: [f32; 2],
    phase: f32,
}

impl Warp {
    /// `amplitude`: the standard deviation of the displacement of a point, in heights of a digit.
    fn new(stream: &mut Stream, amplitude: f32) -> Self {
        let turn = 2.0 * std::f32::consts::PI;
        let mut wave = |_| Wave {
            // A wave's mean square is half that of its amplitude.
            amplitude: amplitude * (2.0 / WAVES as f32).sqrt() * stream.normal().clamp(-2.5, 2.5) as f32,
            frequency: [0; 2].map(|_| turn * (2.4 * stream.uniform() - 1.2)),
            phase: turn * stream.uniform(),
        };
        Self([0; 2].map(|_| std::array::from_fn(&mut wave)))
    }

    fn apply(&self, [x, y]: Point) -> Point {
        let shift = self.0.map(|waves| {
            let height = |wave: Wave| wave.frequency[0] * x + wave.frequency[1] * y + wave.phase;
            waves.iter().map(|&wave| wave.amplitude * libm::sinf(height(wave))).sum::<f32>()
        });
        [x + shift[0], y + shift[1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_differ_and_use_every_form() {
        let used: Vec<&Form> = (0..500).flat_map(|number| Hand::new(1, number).forms).collect();
        for form in digits() {
            assert!(used.contains(&form), "'{}' {}", form.sign, form.name);
        }
        assert_ne!(Hand::new(1, 0).write(3, 0), Hand::new(2, 0).write(3, 0));
    }

    #[test]
    fn a_hand_keeps_to_its_forms() {
        let hand = Hand::new(5, 3);
        for (digit, sign) in (0..10).zip('0'..='9') {
            assert_eq!(hand.form(digit).sign, sign);
        }
    }
}
