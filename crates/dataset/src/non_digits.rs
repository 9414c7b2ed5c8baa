//! Images without a digit, as many as are wanted: what a network should know nothing of.
//!
//! | module | what it draws |
//! |---|---|
//! | `written` | letters, signs and scribbles by hands |
//! | `several` | two or three digits, words |
//! | `part` | what is left of a digit that is cut off |
//! | `filled` | silhouettes of things, blobs |
//! | `texture` | hatching, ruled lines, noise |
//! | `canvas` | rectangles of ink, put together |
//!
//! Nothing is drawn that a person may read as one digit.

mod canvas;
mod filled;
mod part;
mod several;
mod texture;
mod written;

use tenfold_imaging::{GreyImage, Preparation};
use tenfold_random::{Purpose, Stream};

use crate::{Dataset, Error, Images, MAX_SET_BYTES};

/// A kind of images without a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Letter,
    Sign,
    Scribble,
    Several,
    Part,
    Filled,
    Texture,
}

/// What each kind is called, in their order.
const NAMES: [&str; 7] = ["letter", "sign", "scribble", "several", "part of a digit", "shape", "texture"];

/// The kinds in the order in which they take turns. Letters are taken for digits most: they come in the place and the size of one.
const TURNS: [Kind; 20] = {
    use Kind::{Filled, Letter, Part, Scribble, Several, Sign, Texture};
    [
        Letter, Several, Sign, Letter, Filled, Letter, Scribble, Letter, Sign, Part, Letter, Several, Texture, Letter,
        Sign, Letter, Scribble, Letter, Filled, Letter,
    ]
};

/// The kind of the image with this number.
fn kind_of(number: u32) -> Kind {
    TURNS[number as usize % TURNS.len()]
}

/// Images that show no digit, each prepared as a picture for a network of `digits`: letters, signs, scribbles, several digits or
/// letters in one image, parts of digits, filled shapes and textures, which take turns in fixed shares. Several digits and parts are made of
/// `digits`, and of digits drawn by hands; all else is made up. A pure function of its arguments; the first images are the same
/// however many there are.
///
/// `digits`: labelled images of digits, all ten or some of them, square.
///
/// ```
/// use tenfold_dataset::{drawn, non_digits};
///
/// let others = non_digits(&drawn(100, 1, 28)?, 40, 1)?;
/// assert_eq!((others.pixels.len(), others.height), (40 * 28 * 28, 28));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] for no images; [`Error::LimitExceeded`] for more than [`MAX_SET_BYTES`]; [`Error::UnknownClass`] if `digits` has
/// a class that is not a digit; [`Error::SizesDiffer`] if its images are not square, and [`Error::Picture`] if they have more than
/// [`Preparation::MAX_SIDE`] pixels a side.
pub fn non_digits(digits: &Dataset, images: u32, seed: u64) -> Result<Images, Error> {
    let preparation = preparation_for(digits)?;
    let side = digits.height();
    if images == 0 {
        return Err(Error::Empty);
    }
    let bytes = u64::from(images) * (side * side) as u64;
    if bytes > MAX_SET_BYTES {
        return Err(Error::LimitExceeded { what: "bytes of images", limit: MAX_SET_BYTES });
    }
    let mut pixels = Vec::with_capacity(bytes as usize);
    for number in 0..images {
        let mut source = Source { digits, seed, number, stream: Stream::new(seed, Purpose::NonDigit, 0, number) };
        pixels.extend(source.image(&preparation));
    }
    Ok(Images { pixels: pixels.into(), height: side, width: side })
}

/// As [`non_digits`], with the kinds as classes: letter, sign, scribble, several (digits, or a word), part of a
/// digit, shape, texture.
///
/// # Errors
/// As [`non_digits`].
pub fn non_digits_by_kind(digits: &Dataset, images: u32, seed: u64) -> Result<Dataset, Error> {
    let labels: Vec<u16> = (0..images).map(|number| kind_of(number) as u16).collect();
    let names = NAMES.map(str::to_owned);
    Dataset::new(non_digits(digits, images, seed)?, labels, names.len())?.with_names(&names)
}

/// How pictures are prepared for a network of `digits`.
pub(crate) fn preparation_for(digits: &Dataset) -> Result<Preparation, Error> {
    let known = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    if let Some((_, found)) =
        digits.names().iter().enumerate().find(|&(class, name)| known.get(class) != Some(&name.as_str()))
    {
        return Err(Error::UnknownClass { found: found.clone(), known: known.join(", ") });
    }
    let (height, width) = (digits.height(), digits.width());
    if height != width {
        return Err(Error::SizesDiffer { expected: [height; 2], found: [height, width] });
    }
    Ok(Preparation::of_side(height as u32)?)
}

/// What an image is made of.
struct Source<'d> {
    digits: &'d Dataset,
    seed: u64,
    /// The number of the image, of its hand and of its pen.
    number: u32,
    stream: Stream,
}

impl Source<'_> {
    /// The image, prepared. Preparation may refuse a texture of specks; then the next one is drawn.
    fn image(&mut self, preparation: &Preparation) -> Vec<u8> {
        let kind = kind_of(self.number);
        loop {
            if let Ok(prepared) = preparation.prepare(&self.picture(kind)) {
                return prepared.pixels;
            }
        }
    }

    /// A picture, 0 paper .. 255 ink.
    fn picture(&mut self, kind: Kind) -> GreyImage {
        match kind {
            Kind::Letter => self.letter(),
            Kind::Sign => self.sign(),
            Kind::Scribble => self.scribble(),
            Kind::Several => self.several(),
            // Some sets have no digit that can be cut.
            Kind::Part => self.part().unwrap_or_else(|| self.scribble()),
            Kind::Filled => self.filled(),
            Kind::Texture => self.texture(),
        }
    }

    /// Uniform from `low` to `high`.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.stream.uniform()
    }

    /// True so often.
    fn chance(&mut self, share: f32) -> bool {
        self.stream.uniform() < share
    }
}

#[cfg(test)]
mod tests;
