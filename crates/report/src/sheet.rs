//! A sheet: pictures below each other, each with a few words beside it, as one PNG.

use crate::Error;
use crate::chart::{Anchor, Canvas, Colour, TEXT_PX, Theme, text};
use crate::raster::{MAX_PICTURE_PIXELS, Picture, draw};
use crate::sprite::encode;

/// Between two rows, and around the sheet.
const GAP_PX: usize = 12;
/// The longest side of a picture; smaller ones are enlarged as often as fits.
const PICTURE_PX: usize = 256;
/// Width of the words.
const WORDS_PX: usize = 400;
/// From one line of words to the next.
const LINE_PX: usize = 18;

/// A picture and what there is to say of it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// A heading.
    pub heading: &'a str,
    /// What there is to say, which is broken into lines.
    pub words: &'a str,
    /// `[height, width]`, 0 black .. 255 white.
    pub pixels: &'a [u8],
    /// Columns of the picture, at least 1.
    pub width: usize,
    /// Left, top, width and height of what is marked in it.
    pub mark: Option<[usize; 4]>,
    /// How much each of its pixels is tinted: -1 blue, 0 not at all, 1 orange.
    pub tint: Option<&'a [f32]>,
}

/// Where a row goes.
struct Place {
    top: usize,
    scale: usize,
    lines: Vec<String>,
}

/// The rows of a sheet as a PNG of 8-bit RGB.
///
/// # Errors
/// [`Error::Empty`] without rows; [`Error::PixelCount`] for pixels that are not whole rows of a picture;
/// [`Error::LimitExceeded`] over [`MAX_PICTURE_PIXELS`]; [`Error::Svg`] if the renderer refuses the words.
pub fn png(rows: &[Row<'_>]) -> Result<Vec<u8>, Error> {
    if rows.is_empty() {
        return Err(Error::Empty { what: "row" });
    }
    if let Some(row) = rows.iter().find(|row| !row.is_whole()) {
        return Err(Error::PixelCount { per_image: row.width, found: row.pixels.len() });
    }
    let mut places: Vec<Place> = Vec::new();
    let mut top = GAP_PX;
    for row in rows {
        let lines = text::wrap(row.words, TEXT_PX, WORDS_PX as f64);
        let scale = (PICTURE_PX / row.width.max(row.height())).max(1);
        let height = (row.height() * scale).max((lines.len() + 1) * LINE_PX);
        places.push(Place { top, scale, lines });
        top += height + GAP_PX;
    }
    let widest = rows.iter().zip(&places).map(|(row, place)| row.width * place.scale).max().unwrap_or(0);
    let (words_left, width) = (widest + 2 * GAP_PX, widest + WORDS_PX + 3 * GAP_PX);
    let found = width as u64 * top as u64;
    if found > MAX_PICTURE_PIXELS {
        let hint = "show smaller pictures";
        return Err(Error::LimitExceeded { what: "the sheet", found, limit: MAX_PICTURE_PIXELS, hint });
    }
    let mut canvas = Canvas::new(Theme::Light, width as f64, top as f64, "", "");
    for (row, place) in rows.iter().zip(&places) {
        let lines = std::iter::once((row.heading, Colour::Ink));
        let lines = lines.chain(place.lines.iter().map(|line| (line.as_str(), Colour::Muted)));
        for (index, (line, colour)) in lines.enumerate() {
            let y = (place.top + index * LINE_PX) as f64 + TEXT_PX;
            canvas.label((words_left as f64, y), Anchor::Start, colour, line);
        }
    }
    let mut sheet = draw(&canvas.finish(), 1.0)?;
    for (row, place) in rows.iter().zip(&places) {
        paste(&mut sheet, row, place);
    }
    Ok(encode(&sheet.rgb, ::png::ColorType::Rgb, sheet.width, sheet.height))
}

impl Row<'_> {
    fn is_whole(&self) -> bool {
        let is_whole = self.width > 0 && !self.pixels.is_empty() && self.pixels.len().is_multiple_of(self.width);
        is_whole && self.tint.is_none_or(|tint| tint.len() == self.pixels.len())
    }

    /// The colour of a pixel, by its place among all.
    fn colour(&self, at: usize) -> [u8; 3] {
        let level = self.pixels[at];
        let Some(tint) = self.tint else { return [level; 3] };
        let share = tint[at].clamp(-1.0, 1.0);
        let full = if share < 0.0 { BLUE } else { ORANGE };
        // The picture stays visible as a shade of the tint.
        let shade = 0.5 + f32::from(level) / 510.0;
        full.map(|full| ((255.0 + (f32::from(full) - 255.0) * share.abs()) * shade).round() as u8)
    }

    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// Whether a pixel of the enlarged picture is on the mark's outline.
    fn is_marked(&self, x: usize, y: usize, scale: usize) -> bool {
        self.mark.is_some_and(|mark| {
            let [left, top, width, height] = mark.map(|length| length * scale);
            let (right, bottom) = (left + width.max(1) - 1, top + height.max(1) - 1);
            let is_inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
            is_inside && (x == left || x == right || y == top || y == bottom)
        })
    }
}

/// Orange and blue, as the charts have them: they differ for colour-blind people too.
const ORANGE: [u8; 3] = [0xc2, 0x4e, 0x00];
const BLUE: [u8; 3] = [0x0b, 0x62, 0xa8];

/// Draws a row's picture, enlarged, and its mark.
fn paste(sheet: &mut Picture, row: &Row<'_>, place: &Place) {
    let stride = sheet.width as usize * 3;
    for y in 0..row.height() * place.scale {
        let first = y / place.scale * row.width;
        let line = &mut sheet.rgb[(place.top + y) * stride + GAP_PX * 3..][..row.width * place.scale * 3];
        for (x, pixel) in line.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            *pixel = if row.is_marked(x, y, place.scale) { ORANGE } else { row.colour(first + x / place.scale) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (usize, Vec<u8>) {
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        (info.width as usize, pixels)
    }

    #[test]
    fn pictures_are_enlarged_and_marked() {
        let row = Row {
            heading: "picture",
            words: "one black pixel",
            pixels: &[255, 0, 255, 255],
            width: 2,
            mark: None,
            tint: None,
        };
        let (width, pixels) = decoded(&png(&[row]).unwrap());
        let at = |x: usize, y: usize| pixels[((GAP_PX + y) * width + GAP_PX + x) * 3..][..3].to_vec();
        assert_eq!(
            (at(127, 0), at(128, 0), at(255, 127), at(128, 128)),
            (vec![255; 3], vec![0; 3], vec![0; 3], vec![255; 3])
        );
        let marked = Row { mark: Some([1, 0, 1, 1]), ..row };
        let (_, marked) = decoded(&png(&[marked]).unwrap());
        let differ = (0..pixels.len() / 3).filter(|at| pixels[at * 3..][..3] != marked[at * 3..][..3]).count();
        assert_eq!(differ, 4 * 127, "the outline of 128 by 128 pixels");
        let (_, tinted) = decoded(&png(&[Row { tint: Some(&[1.0, 0.0, -1.0, 0.0]), ..row }]).unwrap());
        let at = |x: usize, y: usize| &tinted[((GAP_PX + y) * width + GAP_PX + x) * 3..][..3];
        assert_eq!((at(0, 0), at(0, 128), at(128, 128)), (&ORANGE[..], &BLUE[..], &[255; 3][..]));
        assert_eq!(at(128, 0), [128; 3], "black stays darker than white");
    }

    #[test]
    fn impossible_rows_are_refused() {
        assert!(matches!(png(&[]), Err(Error::Empty { .. })));
        let row = Row { heading: "", words: "", pixels: &[0; 5], width: 2, mark: None, tint: None };
        assert!(matches!(png(&[row]), Err(Error::PixelCount { .. })));
        assert!(matches!(png(&[Row { width: 0, ..row }]), Err(Error::PixelCount { .. })));
        let short = Row { pixels: &[0; 4], tint: Some(&[0.0; 3]), ..row };
        assert!(matches!(png(&[short]), Err(Error::PixelCount { .. })));
        let large = vec![0; 9_000 * 9_000];
        assert!(matches!(png(&[Row { pixels: &large, width: 9_000, ..row }]), Err(Error::LimitExceeded { .. })));
    }
}
