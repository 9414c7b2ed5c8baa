//! Digits that nobody wrote: drawn stroke by stroke, as many as are wanted.

use tenfold_handwriting::{Hand, Pen};
use tenfold_imaging::{Preparation, Refusal};

use crate::class_names::DIGITS;
use crate::{Dataset, Error, Images, MAX_SET_BYTES};

/// Digits that a hand writes: one of each.
const OF_A_HAND: u32 = 10;
/// Pixels of a digit's height when it is drawn, before it is prepared: several for each of a prepared image.
const HEIGHT_PX: f32 = 100.0;
/// The thinnest and the thickest line, in heights of a digit: a fine pen on a large digit, and a marker on a small one.
const LINE: [f32; 2] = [0.02, 0.22];

/// Digits by hands that [`tenfold_handwriting`] makes up, in forms and with pens of all sorts, prepared by MNIST's rule on a
/// canvas of `side` by `side` pixels; a pure function of `seed`. The classes take turns, and ten digits in a row are of one hand, whose number is their group.
///
/// ```
/// use tenfold_dataset::drawn;
///
/// let digits = drawn(100, 1, 28)?;
/// assert_eq!((digits.len(), digits.height(), digits.classes()), (100, 28, 10));
/// assert_eq!(digits.label(37), 7);
/// assert_eq!(digits.groups().unwrap()[37], 3);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] for no images; [`Error::LimitExceeded`] for more than [`MAX_SET_BYTES`]; [`Error::Picture`] for a side that is
/// 0 or above [`Preparation::MAX_SIDE`].
pub fn drawn(images: u32, seed: u64, side: usize) -> Result<Dataset, Error> {
    let preparation = Preparation::of_side(u32::try_from(side).unwrap_or(u32::MAX))?;
    let bytes = u64::from(images) * (side * side) as u64;
    if bytes > MAX_SET_BYTES {
        return Err(Error::LimitExceeded { what: "bytes of images", limit: MAX_SET_BYTES });
    }
    let mut pixels = Vec::with_capacity(bytes as usize);
    for number in 0..images {
        let hand = Hand::new(seed, number / OF_A_HAND);
        pixels.extend(digit(&hand, number, seed, &preparation).expect("a drawn digit has ink"));
    }
    let labels: Vec<u16> = (0..images).map(|number| (number % OF_A_HAND) as u16).collect();
    let hands: Vec<u32> = (0..images).map(|number| number / OF_A_HAND).collect();
    Dataset::new(Images { pixels: pixels.into(), height: side, width: side }, labels, DIGITS)?.with_groups(hands)
}

/// The digit numbered `number`, which `hand` draws with a pen of its own.
fn digit(hand: &Hand, number: u32, seed: u64, preparation: &Preparation) -> Result<Vec<u8>, Refusal> {
    // All digits of a hand are of one pen.
    let pen = Pen::of(seed, number / OF_A_HAND, HEIGHT_PX, LINE);
    let ink = hand.write((number % OF_A_HAND) as u8, number % OF_A_HAND).draw(HEIGHT_PX, &pen);
    Ok(preparation.prepare(&ink)?.pixels)
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;

    #[test]
    fn a_seed_gives_the_same_digits_however_many() {
        let (few, many) = (drawn(30, 5, 28).unwrap(), drawn(50, 5, 28).unwrap());
        assert_eq!(few.images(), &many.images()[..few.images().len()]);
        assert_ne!(few.images(), drawn(30, 6, 28).unwrap().images());
        assert_eq!(many.class_counts(), vec![5; 10]);
    }

    /// Models are trained on them.
    #[test]
    fn a_seed_means_these_digits() {
        let sum = sha2::Sha256::digest(drawn(30, 5, 28).unwrap().images());
        let hex: String = sum[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "49377ae538fb82f7");
    }

    #[test]
    fn impossible_amounts_are_refused() {
        assert!(matches!(drawn(0, 1, 28), Err(Error::Empty)));
        assert!(matches!(drawn(u32::MAX, 1, 28), Err(Error::LimitExceeded { .. })));
        assert!(matches!(drawn(1, 1, 0), Err(Error::Picture(_))));
    }
}
