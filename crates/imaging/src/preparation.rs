//! Everything that decides how a picture becomes the network's input, as one value stored in every model file.

use serde::{Deserialize, Serialize};

use crate::candidate::{Candidate, find_digit};
use crate::{Centring, ColourImage, Error, GreyImage, InkBox, Polarity, Refusal, cut_glyph};

/// How a picture becomes a network's input. The default is MNIST's rule.
///
/// It is part of what a model means: a network trained on one preparation misreads pictures prepared by another. Model
/// files store it in their metadata, and whatever reads pictures calls [`prepare`](Self::prepare) of the stored value.
/// Unknown fields and values out of range are refused on loading.
///
/// ```
/// use tenfold_imaging::Preparation;
///
/// let preparation = Preparation::default();
/// assert_eq!((preparation.side(), preparation.box_side()), (28, 20));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Preparation {
    side: u32,
    box_side: u32,
    centring: Centring,
    polarity: Option<Polarity>,
}

/// A picture prepared for the network.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// `[side, side]`, row by row from the top, 0 paper .. 255 ink. The network divides them by 255.
    pub pixels: Vec<u8>,
    /// What was found in the picture.
    pub facts: Facts,
}

/// What was found in a picture, to explain to a person how it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Facts {
    /// Dark ink on light paper (such a picture is inverted for the network) or light on dark.
    pub polarity: Polarity,
    /// The paper's grey level, 0 black .. 255 white.
    pub paper: u8,
    /// The grey level of strong ink, 0 black .. 255 white.
    pub ink: u8,
    /// Where the digit lies, in pixels of the picture.
    pub ink_box: InkBox,
    /// Pixels of the prepared image per pixel of the picture.
    pub scale: f32,
}

impl Preparation {
    /// The version of the stages' rules. It changes whenever the same picture would give other pixels.
    ///
    /// Version 1 knew one level of paper, and no colour. Files with it are still read, and then mean this version: MNIST's own
    /// images come out the same by both, so a model trained on them has seen the same.
    pub const VERSION: u32 = 2;

    /// The largest [`side`](Self::side): beyond it a "digit image" is a mistake in the file.
    pub const MAX_SIDE: u32 = 512;

    /// Another canvas: the digit's longer side fitted to `box_side` pixels on `side` by `side`.
    ///
    /// # Errors
    /// [`Error::InvalidPreparation`] unless `1 <= box_side <= side <= MAX_SIDE`.
    pub fn with_canvas(self, side: u32, box_side: u32) -> Result<Self, Error> {
        check("side", side, 1, Self::MAX_SIDE)?;
        check("box_side", box_side, 1, side)?;
        Ok(Self { side, box_side, ..self })
    }

    /// MNIST's rule on a square canvas of `side` pixels, with MNIST's margin: a digit of 20 pixels on a canvas of 28.
    ///
    /// # Errors
    /// As [`Self::with_canvas`].
    pub fn of_side(side: u32) -> Result<Self, Error> {
        let standard = Self::default();
        let box_side = u64::from(side) * u64::from(standard.box_side) / u64::from(standard.side);
        standard.with_canvas(side, box_side.max(1) as u32)
    }

    /// What ink and paper are taken to be; `None` (the default) decides from each picture.
    pub fn with_polarity(self, polarity: Option<Polarity>) -> Self {
        Self { polarity, ..self }
    }

    /// Width and height of the prepared image in pixels, 1 to [`MAX_SIDE`](Self::MAX_SIDE). MNIST: 28.
    pub fn side(&self) -> u32 {
        self.side
    }

    /// The length in pixels to which the digit's longer side is fitted, 1 to [`side`](Self::side). MNIST: 20.
    pub fn box_side(&self) -> u32 {
        self.box_side
    }

    /// Which point of the glyph is placed at the centre.
    pub fn centring(&self) -> Centring {
        self.centring
    }

    /// The polarity taken for granted, or `None` if it is decided from each picture.
    pub fn polarity(&self) -> Option<Polarity> {
        self.polarity
    }

    /// Turns a picture of one digit into the network's input, `[side, side]` pixels, by all stages in turn.
    ///
    /// # Errors
    /// [`Refusal::Blank`] if nothing stands out from the paper, [`Refusal::TooSmall`] if only specks do.
    pub fn prepare(&self, image: &GreyImage) -> Result<Prepared, Refusal> {
        self.prepare_colour(&image.clone().into())
    }

    /// As [`prepare`](Self::prepare), of a picture in colour.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn prepare_colour(&self, image: &ColourImage) -> Result<Prepared, Refusal> {
        Ok(self.prepared(image, &find_digit(image, self.polarity)?))
    }

    /// What becomes of a digit that was found in `image`.
    pub(crate) fn prepared(&self, image: &ColourImage, candidate: &Candidate) -> Prepared {
        let Candidate { ink, ink_box, ground, factor, .. } = candidate;
        let glyph = cut_glyph(ink, ink_box, self.side, self.box_side, self.centring);
        let facts = Facts {
            polarity: ground.polarity,
            paper: ground.paper,
            ink: ink.level(),
            ink_box: ink_box.enlarged(*factor, [image.grey().width(), image.grey().height()]),
            scale: glyph.scale / *factor as f32,
        };
        Prepared { pixels: glyph.pixels, facts }
    }
}

impl Default for Preparation {
    /// MNIST's rule: a digit fitted to 20x20, its centre of mass at the centre of 28x28.
    fn default() -> Self {
        Self { side: 28, box_side: 20, centring: Centring::CentreOfMass, polarity: None }
    }
}

/// What networks divide pixels by, so that they lie in 0..=1. It is stored so that a file of other inputs is refused, and
/// as the divisor: 1 / 255 is not exact, and `pixel / 255.0` and `pixel * (1.0 / 255.0)` differ by a rounding.
const DIVISOR: u32 = 255;

/// The stored form, field by field, not yet checked when it comes from a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    side: u32,
    box_side: u32,
    centring: Centring,
    divisor: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    polarity: Option<Polarity>,
}

impl TryFrom<Stored> for Preparation {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self, Error> {
        let Stored { version, side, box_side, centring, divisor, polarity } = stored;
        check("version", version, 1, Self::VERSION)?;
        check("divisor", divisor, DIVISOR, DIVISOR)?;
        Self { centring, polarity, ..Self::default() }.with_canvas(side, box_side)
    }
}

impl From<Preparation> for Stored {
    fn from(preparation: Preparation) -> Self {
        let Preparation { side, box_side, centring, polarity } = preparation;
        Self { version: Preparation::VERSION, side, box_side, centring, divisor: DIVISOR, polarity }
    }
}

/// Checks that a field is between two values, both allowed.
fn check(field: &'static str, found: u32, lowest: u32, highest: u32) -> Result<(), Error> {
    if (lowest..=highest).contains(&found) {
        return Ok(());
    }
    let expected = if lowest == highest { lowest.to_string() } else { format!("{lowest} to {highest}") };
    Err(Error::InvalidPreparation { field, found, expected })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STORED: &str = r#"{"version":2,"side":28,"box_side":20,"centring":"centre-of-mass","divisor":255}"#;

    #[test]
    fn the_stored_form_is_fixed() {
        assert_eq!(serde_json::to_string(&Preparation::default()).unwrap(), STORED);
        assert_eq!(serde_json::from_str::<Preparation>(STORED).unwrap(), Preparation::default());
        let older = STORED.replace(r#""version":2"#, r#""version":1"#);
        assert_eq!(serde_json::from_str::<Preparation>(&older).unwrap(), Preparation::default());
        let told =
            r#"{"version":2,"side":32,"box_side":24,"centring":"ink-box","divisor":255,"polarity":"light-on-dark"}"#;
        let read: Preparation = serde_json::from_str(told).unwrap();
        assert_eq!((read.side(), read.box_side(), read.centring()), (32, 24, Centring::InkBox));
        assert_eq!(read.polarity(), Some(Polarity::LightOnDark));
        assert_eq!(serde_json::to_string(&read).unwrap(), told);
    }

    #[test]
    fn every_lie_in_the_stored_form_is_named() {
        let check = |from: &str, to: &str, message: &str| {
            assert!(STORED.contains(from));
            let error = serde_json::from_str::<Preparation>(&STORED.replace(from, to)).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        };
        check(r#""side":28"#, r#""side":0"#, "invalid preparation: side is 0, expected 1 to 512");
        check(r#""side":28"#, r#""side":513"#, "invalid preparation: side is 513, expected 1 to 512");
        check(r#""side":28"#, r#""side":-1"#, "invalid value: integer `-1`");
        check(r#""box_side":20"#, r#""box_side":29"#, "invalid preparation: box_side is 29, expected 1 to 28");
        check(r#""box_side":20"#, r#""box_side":0"#, "invalid preparation: box_side is 0");
        check(r#""divisor":255"#, r#""divisor":0"#, "invalid preparation: divisor is 0, expected 255");
        check(r#""version":2"#, r#""version":3"#, "invalid preparation: version is 3, expected 1 to 2");
        check(r#""version":2"#, r#""version":0"#, "invalid preparation: version is 0, expected 1 to 2");
        check(r#""version":2"#, r#""version":2,"mean":0.13"#, "unknown field `mean`");
        check(r#""version":2,"#, "", "missing field `version`");
        check("centre-of-mass", "left", "unknown variant `left`");
    }

    #[test]
    fn a_canvas_is_checked_when_it_is_set() {
        assert_eq!(Preparation::default().with_canvas(32, 24).unwrap().side(), 32);
        assert!(Preparation::default().with_canvas(20, 21).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_picture_is_prepared_or_refused(
            (width, height, pixels) in (1u32..40, 1u32..40).prop_flat_map(|(w, h)| {
                (Just(w), Just(h), prop::collection::vec(any::<u8>(), (w * h) as usize))
            }),
            (side, box_side) in (1u32..64).prop_flat_map(|side| (Just(side), 1..=side)),
            polarity in prop::option::of(prop_oneof![Just(Polarity::DarkOnLight), Just(Polarity::LightOnDark)]),
        ) {
            let preparation = Preparation::default().with_canvas(side, box_side).unwrap().with_polarity(polarity);
            let colours = pixels.iter().flat_map(|&level| [level, level.rotate_left(3), 255 - level]).collect();
            let in_colour = ColourImage::new(width, height, colours).unwrap();
            for image in [GreyImage::new(width, height, pixels).unwrap().into(), in_colour] {
                let Ok(prepared) = preparation.prepare_colour(&image) else { continue };
                prop_assert_eq!(prepared.pixels.len(), (side * side) as usize);
                prop_assert!(prepared.pixels.iter().any(|&pixel| pixel > 0), "an empty digit image");
                let found = prepared.facts.ink_box;
                prop_assert!(found.left + found.width <= width && found.top + found.height <= height);
            }
        }
    }
}
