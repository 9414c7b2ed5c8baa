//! Everything that decides how a picture becomes the network's input, as one value stored in every model file.

use serde::{Deserialize, Serialize};

use crate::{Centring, Error, GreyImage, Ink, InkBox, Polarity, Refusal, cut_glyph, digit_box, extract_ink, ground};

/// How a picture becomes a network's input. The default is MNIST's rule.
///
/// It is part of what a model means: a network trained on one preparation misreads pictures prepared by another. Model
/// files store it in their metadata, and training, the command line, the server and the bindings all call
/// [`prepare`](Self::prepare) of the stored value. Unknown fields and values that make no sense are refused on loading.
///
/// ```
/// use tenfold_imaging::Preparation;
///
/// let preparation = Preparation::default();
/// assert_eq!((preparation.side(), preparation.box_side(), preparation.divisor()), (28, 20, 255));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Fields", into = "Fields")]
pub struct Preparation(Fields);

/// A picture prepared for the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// `[side, side]`, row by row from the top, 0 paper .. 255 ink. The network divides by
    /// [`divisor`](Preparation::divisor).
    pub pixels: Vec<u8>,
    /// What was found in the picture.
    pub facts: Facts,
}

/// What was found in a picture, so that a person can be told how it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
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
    pub const VERSION: u32 = 1;

    /// The largest [`side`](Self::side): beyond it a "digit image" is a mistake in the file.
    pub const MAX_SIDE: u32 = 512;

    /// Another canvas: the digit's longer side fitted to `box_side` pixels on `side` by `side`.
    ///
    /// # Errors
    /// [`Error::InvalidPreparation`] unless `1 <= box_side <= side <= MAX_SIDE`.
    pub fn with_canvas(self, side: u32, box_side: u32) -> Result<Self, Error> {
        Fields { side, box_side, ..self.0 }.try_into()
    }

    /// Another point of the glyph at the centre of the canvas.
    pub fn with_centring(self, centring: Centring) -> Self {
        Self(Fields { centring, ..self.0 })
    }

    /// What ink and paper are taken to be; `None` (the default) decides from each picture.
    pub fn with_polarity(self, polarity: Option<Polarity>) -> Self {
        Self(Fields { polarity, ..self.0 })
    }

    /// Width and height of the prepared image in pixels, 1 to [`MAX_SIDE`](Self::MAX_SIDE). MNIST: 28.
    pub fn side(&self) -> u32 {
        self.0.side
    }

    /// The length in pixels to which the digit's longer side is fitted, 1 to [`side`](Self::side). MNIST: 20.
    pub fn box_side(&self) -> u32 {
        self.0.box_side
    }

    /// Which point of the glyph is placed at the centre.
    pub fn centring(&self) -> Centring {
        self.0.centring
    }

    /// The polarity taken for granted, or `None` if it is decided from each picture.
    pub fn polarity(&self) -> Option<Polarity> {
        self.0.polarity
    }

    /// What the network divides each prepared pixel by, so that its inputs lie in 0..=1: 255, a full pixel. Stored as
    /// the divisor, because `1 / 255` is no exact number: `pixel / 255.0` and `pixel * (1.0 / 255.0)` differ in the
    /// last bit, and it is the first that Keras users write.
    pub fn divisor(&self) -> u32 {
        self.0.divisor
    }

    /// Turns a picture of one digit into the network's input, `[side, side]` pixels, by all stages in turn.
    ///
    /// # Errors
    /// [`Refusal::Blank`] if nothing stands out from the paper, [`Refusal::TooSmall`] if only specks do.
    pub fn prepare(&self, image: &GreyImage) -> Result<Prepared, Refusal> {
        let ground = ground(image, self.0.polarity);
        let ink: Ink = extract_ink(image, &ground)?;
        let ink_box = digit_box(&ink)?;
        let glyph = cut_glyph(&ink, &ink_box, self.0.side, self.0.box_side, self.0.centring);
        let facts =
            Facts { polarity: ground.polarity, paper: ground.paper, ink: ink.level(), ink_box, scale: glyph.scale };
        Ok(Prepared { pixels: glyph.pixels, facts })
    }
}

impl Default for Preparation {
    /// MNIST's rule: a digit fitted to 20x20, its centre of mass at the centre of 28x28, divided by 255.
    fn default() -> Self {
        Self(Fields {
            version: Self::VERSION,
            side: 28,
            box_side: 20,
            centring: Centring::CentreOfMass,
            divisor: 255,
            polarity: None,
        })
    }
}

/// The stored form, field by field, not yet checked when it comes from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    version: u32,
    side: u32,
    box_side: u32,
    centring: Centring,
    divisor: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    polarity: Option<Polarity>,
}

impl TryFrom<Fields> for Preparation {
    type Error = Error;

    fn try_from(fields: Fields) -> Result<Self, Error> {
        let check = |field, found: u32, lowest: u32, highest: u32| {
            if (lowest..=highest).contains(&found) {
                return Ok(());
            }
            let expected = if lowest == highest { lowest.to_string() } else { format!("{lowest} to {highest}") };
            Err(Error::InvalidPreparation { field, found, expected })
        };
        check("version", fields.version, Self::VERSION, Self::VERSION)?;
        check("side", fields.side, 1, Self::MAX_SIDE)?;
        check("box_side", fields.box_side, 1, fields.side)?;
        check("divisor", fields.divisor, 255, 255)?;
        Ok(Self(fields))
    }
}

impl From<Preparation> for Fields {
    fn from(preparation: Preparation) -> Self {
        preparation.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STORED: &str = r#"{"version":1,"side":28,"box_side":20,"centring":"centre-of-mass","divisor":255}"#;

    #[test]
    fn the_stored_form_is_fixed() {
        assert_eq!(serde_json::to_string(&Preparation::default()).unwrap(), STORED);
        assert_eq!(serde_json::from_str::<Preparation>(STORED).unwrap(), Preparation::default());
        let told = Preparation::default().with_polarity(Some(Polarity::LightOnDark)).with_centring(Centring::InkBox);
        let stored = serde_json::to_string(&told).unwrap();
        assert!(stored.contains(r#""centring":"ink-box""#) && stored.contains(r#""polarity":"light-on-dark""#));
        assert_eq!(serde_json::from_str::<Preparation>(&stored).unwrap(), told);
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
        check(r#""version":1"#, r#""version":2"#, "invalid preparation: version is 2, expected 1");
        check(r#""version":1"#, r#""version":1,"mean":0.13"#, "unknown field `mean`");
        check(r#""version":1,"#, "", "missing field `version`");
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
            let image = GreyImage::new(width, height, pixels).unwrap();
            if let Ok(prepared) = preparation.prepare(&image) {
                prop_assert_eq!(prepared.pixels.len(), (side * side) as usize);
                prop_assert!(prepared.pixels.iter().any(|&pixel| pixel > 0), "an empty digit image");
                let found = prepared.facts.ink_box;
                prop_assert!(found.left + found.width <= width && found.top + found.height <= height);
            }
        }
    }
}
