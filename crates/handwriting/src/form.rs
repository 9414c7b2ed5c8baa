//! A form: strokes as a pen goes through them.

use tenfold_random::Stream;

/// A point of a stroke, `[x, y]`.
pub(crate) type Point = [f32; 2];

/// One way to write a digit, a letter or another sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form {
    /// What is written, '0' to '9' for digits.
    pub sign: char,
    /// What is peculiar to it, in a few words.
    pub name: &'static str,
    /// How often it is written among the forms of its sign: a weight, above 0.
    pub weight: f32,
    /// Each is a list of points that a smooth curve goes through, in the order of writing; a point given twice is a corner.
    /// The sign stands on y = 1 and reaches up to y = 0; x grows to the right from 0, and a digit is some 0.6 wide.
    pub(crate) strokes: &'static [&'static [Point]],
}

impl Form {
    /// A form of `forms`, in which those of a sign follow each other: every sign is as likely, and its forms by their weights.
    ///
    /// # Panics
    /// If `forms` is empty.
    pub fn any<'f>(forms: &'f [Self], stream: &mut Stream) -> &'f Self {
        let signs: Vec<&[Self]> = forms.chunk_by(|one, next| one.sign == next.sign).collect();
        Self::by_weight(signs[stream.below(signs.len() as u32) as usize], stream)
    }

    /// One of `forms`, by their weights.
    pub(crate) fn by_weight<'f>(forms: &'f [Self], stream: &mut Stream) -> &'f Self {
        let mut left = stream.uniform() * forms.iter().map(|form| form.weight).sum::<f32>();
        let chosen = forms.iter().find(|form| {
            left -= form.weight;
            left < 0.0
        });
        chosen.unwrap_or(&forms[forms.len() - 1])
    }
}

pub(crate) const fn form(sign: char, name: &'static str, weight: f32, strokes: &'static [&'static [Point]]) -> Form {
    Form { sign, name, weight, strokes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{digits, letters, other_letters, punctuation, signs};

    #[test]
    fn every_form_lies_in_its_box_and_beside_those_of_its_sign() {
        for forms in [digits(), letters(), other_letters(), signs(), punctuation()] {
            let mut seen = Vec::new();
            for of_sign in forms.chunk_by(|one, next| one.sign == next.sign) {
                let sign = of_sign[0].sign;
                assert!(!seen.contains(&sign), "'{sign}' twice");
                seen.push(sign);
                for form in of_sign {
                    let points = || form.strokes.iter().copied().flatten();
                    let is_inside = |&&[x, y]: &&Point| (0.0..=1.2).contains(&x) && (0.0..=1.0).contains(&y);
                    assert_eq!(points().find(|point| !is_inside(point)), None, "'{sign}' {}", form.name);
                    let reach = |axis: usize| points().map(|point| point[axis]).fold(0.0, f32::max);
                    // Punctuation has its place within a digit's height.
                    let is_full = reach(0).max(reach(1)) > 0.94 || forms == punctuation();
                    assert!(is_full && form.weight > 0.0, "'{sign}' {}", form.name);
                    assert!(form.strokes.iter().all(|stroke| stroke.len() > 1), "'{sign}' {}", form.name);
                }
            }
        }
    }

    #[test]
    fn every_form_is_drawn() {
        let mut stream = Stream::new(1, tenfold_random::Purpose::Test, 0, 0);
        for forms in [digits(), letters(), other_letters(), signs(), punctuation()] {
            let drawn: Vec<&Form> = (0..60 * forms.len()).map(|_| Form::any(forms, &mut stream)).collect();
            for form in forms {
                assert!(drawn.contains(&form), "'{}' {}", form.sign, form.name);
            }
        }
    }
}
