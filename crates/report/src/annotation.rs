//! A picture with boxes in it and a few words above each, as PNG.

use crate::Error;
use crate::chart::{Anchor, Canvas, Colour, TEXT_PX, Theme};
use crate::raster::{MAX_PICTURE_PIXELS, Picture, draw};
use crate::sprite::encode;

/// Of outlines: orange, as the charts have it.
const OUTLINE: [u8; 3] = [0xc2, 0x4e, 0x00];

/// Words are so high for each pixel of the boxes' mean height.
const WORDS_SHARE: f64 = 0.4;

/// What there is to say of a place in a picture.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// Left, top, width and height in pixels.
    pub place: [usize; 4],
    /// A few words.
    pub words: &'a str,
}

/// A picture of `width` columns, `[height, width]`, 0 black .. 255 white, with its notes, as a PNG of 8-bit RGB.
///
/// # Errors
/// [`Error::PixelCount`] for pixels that are not whole rows; [`Error::LimitExceeded`] over [`MAX_PICTURE_PIXELS`];
/// [`Error::Svg`] if the renderer refuses the words.
pub fn png(pixels: &[u8], width: usize, notes: &[Note<'_>]) -> Result<Vec<u8>, Error> {
    if width == 0 || pixels.is_empty() || !pixels.len().is_multiple_of(width) {
        return Err(Error::PixelCount { per_image: width, found: pixels.len() });
    }
    let (found, height) = (pixels.len() as u64, pixels.len() / width);
    if found > MAX_PICTURE_PIXELS {
        return Err(Error::LimitExceeded {
            what: "the picture",
            found,
            limit: MAX_PICTURE_PIXELS,
            hint: "give a smaller picture",
        });
    }
    let rgb = pixels.iter().flat_map(|&pixel| [pixel; 3]).collect();
    let mut picture = Picture { width: width as u32, height: height as u32, rgb };
    for note in notes {
        outline(&mut picture, note.place);
    }
    write(&mut picture, notes)?;
    Ok(encode(&picture.rgb, ::png::ColorType::Rgb, picture.width, picture.height))
}

/// Draws the outline of a box; what lies outside the picture is left out.
fn outline(picture: &mut Picture, [left, top, width, height]: [usize; 4]) {
    let (columns, rows) = (picture.width as usize, picture.height as usize);
    let (right, bottom) = (left + width.max(1) - 1, top + height.max(1) - 1);
    let mut dot = |x: usize, y: usize| {
        if x < columns && y < rows {
            picture.rgb[(y * columns + x) * 3..][..3].copy_from_slice(&OUTLINE);
        }
    };
    (left..=right).for_each(|x| [top, bottom].into_iter().for_each(|y| dot(x, y)));
    (top..=bottom).for_each(|y| [left, right].into_iter().for_each(|x| dot(x, y)));
}

/// Writes the words above their boxes, below those at the top of the picture.
fn write(picture: &mut Picture, notes: &[Note<'_>]) -> Result<(), Error> {
    if notes.is_empty() {
        return Ok(());
    }
    let mean = notes.iter().map(|note| note.place[3] as f64).sum::<f64>() / notes.len() as f64;
    let scale = (WORDS_SHARE * mean / TEXT_PX).max(1.0);
    let (width, height) = (f64::from(picture.width) / scale, f64::from(picture.height) / scale);
    let mut canvas = Canvas::new(Theme::Light, width, height, "", "");
    for note in notes {
        let [left, top, _, high] = note.place.map(|length| length as f64 / scale);
        let y = if top > TEXT_PX { top - 2.0 } else { top + high + TEXT_PX };
        canvas.label((left, y), Anchor::Start, Colour::Orange, note.words);
    }
    let words = draw(&canvas.finish(), scale as f32)?;
    let columns = picture.width.min(words.width) as usize * 3;
    let rows = words.rgb.chunks_exact(words.width as usize * 3);
    for (row, words) in picture.rgb.chunks_exact_mut(picture.width as usize * 3).zip(rows) {
        for (pixel, word) in row[..columns].as_chunks_mut::<3>().0.iter_mut().zip(words.as_chunks::<3>().0) {
            if *word != [255; 3] {
                *pixel = *word;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Vec<[u8; 3]> {
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels.as_chunks::<3>().0.to_vec()
    }

    #[test]
    fn boxes_are_outlined_and_have_words_above() {
        let picture = [255; 60 * 40];
        let drawn = |words| decoded(&png(&picture, 60, &[Note { place: [20, 20, 10, 15], words }]).unwrap());
        let (bare, written) = (drawn(""), drawn("7"));
        assert_eq!(bare.iter().filter(|&&pixel| pixel == OUTLINE).count(), 2 * 10 + 2 * 13);
        assert_eq!((bare[20 * 60 + 20], bare[21 * 60 + 21]), (OUTLINE, [255; 3]));
        let changed: Vec<usize> = (0..60 * 40).filter(|&at| bare[at] != written[at]).collect();
        assert!(changed.len() > 10 && changed.iter().all(|at| at / 60 < 20), "{changed:?}");
    }

    #[test]
    fn boxes_may_reach_out_and_pixels_must_be_rows() {
        assert!(png(&[255; 100], 10, &[Note { place: [8, 8, 9, 9], words: "1" }]).is_ok());
        assert!(matches!(png(&[255; 101], 10, &[]), Err(Error::PixelCount { .. })));
        assert!(matches!(png(&[], 0, &[]), Err(Error::PixelCount { .. })));
    }
}
