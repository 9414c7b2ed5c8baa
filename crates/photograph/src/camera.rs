//! What a lens, a sensor and a file lose.

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use tenfold_imaging::{Limits, decode_colour};
use tenfold_random::Stream;

use crate::canvas::{Canvas, Colour};

/// So many means over windows are a Gaussian to within some percent.
const MEANS: usize = 3;

pub(crate) fn blur(canvas: &mut Canvas, sigma: f32) {
    let window = Window::of_variance(sigma * sigma / MEANS as f32);
    let (width, height) = (canvas.width, canvas.height);
    for _ in 0..MEANS {
        canvas.pixels.chunks_exact_mut(width).for_each(|row| window.mean(row));
    }
    let mut column = vec![[0.0; 3]; height];
    for x in 0..width {
        column.iter_mut().zip(canvas.pixels[x..].iter().step_by(width)).for_each(|(to, &from)| *to = from);
        for _ in 0..MEANS {
            window.mean(&mut column);
        }
        canvas.pixels[x..].iter_mut().step_by(width).zip(&column).for_each(|(to, &from)| *to = from);
    }
}

/// A pixel with `whole` more to each side, and one of a weight of `part`.
struct Window {
    whole: usize,
    part: f32,
}

impl Window {
    fn of_variance(variance: f32) -> Self {
        // Of 2 n + 1 whole pixels it is n (n + 1) / 3; the outermost add what is missing.
        let whole = ((0.25 + 3.0 * variance).sqrt() - 0.5) as usize;
        let (reach, count) = (whole as f32, (2 * whole + 1) as f32);
        let squares = reach * (reach + 1.0) * count / 3.0;
        let farther = (reach + 1.0) * (reach + 1.0);
        Self { whole, part: ((variance * count - squares) / (2.0 * (farther - variance))).max(0.0) }
    }

    /// The mean around each pixel; beyond the ends lies what is at the end.
    fn mean(&self, line: &mut [Colour]) {
        let (whole, part) = (self.whole as isize, self.part);
        let total = (2 * whole + 1) as f32 + 2.0 * part;
        let still = line.to_vec();
        let at = |place: isize| still[place.clamp(0, still.len() as isize - 1) as usize];
        let mut sum: Colour = std::array::from_fn(|i| (-whole..=whole).map(|place| at(place)[i]).sum());
        for (x, pixel) in (0..).zip(line) {
            let (before, first, after) = (at(x - whole - 1), at(x - whole), at(x + whole + 1));
            for i in 0..sum.len() {
                pixel[i] = (sum[i] + part * (before[i] + after[i])) / total;
                sum[i] += after[i] - first[i];
            }
        }
    }
}

pub(crate) fn noise(canvas: &mut Canvas, deviation: f32, stream: &mut Stream) {
    // Four uniform bytes added up are as good as normal, with a variance of 4 * 256 * 256 / 12.
    let scale = deviation / (256.0 * (4.0f32 / 12.0).sqrt());
    for level in canvas.pixels.iter_mut().flatten() {
        let sum: u32 = stream.next_u32().to_le_bytes().iter().map(|&byte| u32::from(byte)).sum();
        *level += scale * (sum as f32 - 510.0);
    }
}

pub(crate) fn jpeg(canvas: &mut Canvas, quality: u8) {
    let (width, height) = (canvas.width as u32, canvas.height as u32);
    let levels: Vec<u8> = canvas.pixels.iter().flatten().map(|level| level.round() as u8).collect();
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    encoder.encode(&levels, width, height, ExtendedColorType::Rgb8).expect("a vector takes all bytes");
    let picture = decode_colour(&file, &Limits::default()).expect("what was just encoded");
    canvas.pixels = match picture.colours() {
        Some(colours) => colours.as_chunks().0.iter().map(|colour: &[u8; 3]| colour.map(f32::from)).collect(),
        None => picture.grey().pixels().iter().map(|&level| [f32::from(level); 3]).collect(),
    };
}
