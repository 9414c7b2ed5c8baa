//! Why a picture that is taken for one digit has no answer, where that lies in the picture itself.

use tenfold_imaging::{ColourImage, InkBox};
use tenfold_reading::Field;

use crate::blur::blur;
use crate::cause::Cause;
use crate::error::Error;
use crate::prediction::Prediction;
use crate::recognizer::Recognizer;

/// How probable a field must be for its digits to count.
const SURE: f32 = 0.9;

/// The most places for a digit that are looked at: a line of digits has a hundred, the photograph of a lawn thousands.
const MOST_PLACES: usize = 1_000;

impl Recognizer {
    /// An answer, with the cause where a picture has none because of what it is itself.
    pub(crate) fn completed(
        &self,
        answer: Result<Prediction, Error>,
        picture: impl FnOnce() -> Result<ColourImage, Error>,
    ) -> Result<Prediction, Error> {
        answer.map_err(|error| match error {
            Error::Unsure(mut unsure) => {
                unsure.cause = picture().ok().and_then(|picture| self.cause(&picture, unsure.facts.ink_box));
                Error::Unsure(unsure)
            }
            error => error,
        })
    }

    /// What in a picture itself makes it hard to read, where the digit was found at a place.
    pub(crate) fn cause(&self, picture: &ColourImage, place: InkBox) -> Option<Cause> {
        let several = self.several_digits(picture).map(|digits| Cause::Several { digits });
        several.or_else(|| blur(picture.grey(), place))
    }

    /// The digits that a picture surely shows, a space between fields, if these are two or more.
    fn several_digits(&self, picture: &ColourImage) -> Option<String> {
        let page = self.find_page(picture).ok()?;
        if page.glyphs().len() > MOST_PLACES * self.image_len() {
            return None;
        }
        let reading = self.read_page(&page, None).ok()?;
        let fields = reading.lines.iter().flat_map(|line| &line.fields);
        let sure: Vec<&Field> = fields.filter(|field| field.probability >= SURE).collect();
        let digits: usize = sure.iter().map(|field| field.digits.iter().filter(|digit| !digit.is_sign()).count()).sum();
        let texts: Vec<&str> = sure.iter().map(|field| field.text.as_str()).collect();
        (digits > 1).then(|| texts.join(" "))
    }
}
