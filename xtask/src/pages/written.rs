//! Whole pages as one writer of MNIST fills them, photographed.

use std::collections::BTreeMap;

use tenfold_mnist::{PIXELS_PER_IMAGE, Split};
use tenfold_photograph::{Degradation, Kind, Page};
use tenfold_random::{Purpose, Stream};
use tenfold_recognizer::{ColourImage, GreyImage, InkBox};

use super::turned::{Tilt, quarter};

/// The side of an image of MNIST.
const SIDE: u32 = 28;
/// Fainter ink does not count for where a digit is.
const EDGE: u8 = 48;
/// The seed of pages, which no training has.
const SEED: u64 = u64::MAX - 2;
/// Of so many pages one is turned by a quarter or more.
const TURNED: u32 = 5;
/// Sides of pages in pixels, and of those of the pages for each of an image of MNIST.
const SIDES: [f32; 2] = [1000.0, 2200.0];
const SCALES: [f32; 2] = [1.5, 4.0];
/// Pages are tilted by at most so many degrees to either side.
const TILT: f32 = 6.0;
/// Each of these is on a quarter of the pages; a sensor's noise is on all, for no photograph is without.
pub(super) const FAULTS: [Kind; 8] = [
    Kind::Texture,
    Kind::Ruled,
    Kind::Speckle,
    Kind::Gradient,
    Kind::Vignette,
    Kind::ShadowEdge,
    Kind::Blur,
    Kind::Jpeg,
];

/// A digit as it is on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Digit {
    pub(super) label: String,
    pub(super) place: InkBox,
}

/// A page, and what is on it.
pub(super) struct Written {
    pub(super) picture: ColourImage,
    /// From the top, each from left to right.
    pub(super) lines: Vec<Vec<Digit>>,
    /// Clockwise.
    pub(super) quarters: u32,
    pub(super) faults: Vec<Kind>,
}

/// An image of MNIST with its upper left corner at a place of the page.
struct Stamp {
    label: u8,
    image: usize,
    corner: [f32; 2],
}

/// The images of MNIST's test or training part, by writer.
pub(super) struct Writers {
    digits: &'static Split,
    /// For each writer the places of the digits among all.
    of: Vec<Vec<usize>>,
}

impl Writers {
    pub(super) fn of(is_test: bool) -> anyhow::Result<Self> {
        let (digits, writers) = match is_test {
            true => (tenfold_mnist::test()?, tenfold_mnist::test_writers()?),
            false => (tenfold_mnist::train()?, tenfold_mnist::train_writers()?),
        };
        let mut by_writer: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, writer) in writers.iter().enumerate() {
            by_writer.entry(writer).or_default().push(index);
        }
        Ok(Self { of: by_writer.into_values().collect(), digits })
    }

    fn image(&self, index: usize) -> &[u8] {
        &self.digits.images[index * PIXELS_PER_IMAGE..][..PIXELS_PER_IMAGE]
    }

    /// The page numbered `number`: lines of numbers by one writer.
    pub(super) fn write(&self, number: u32) -> Written {
        let mut stream = Stream::new(SEED, Purpose::Test, 0, number);
        let size = SIDES.map(|_| between(SIDES, &mut stream));
        let scale = between(SCALES, &mut stream);
        let lines = self.lines(size, scale, &mut stream);
        let mut ink = vec![0; (size[0] as u32 * size[1] as u32) as usize];
        let [width, height] = size.map(|side| side as u32);
        let tilt = Tilt::new(TILT * (2.0 * stream.uniform() - 1.0), [width, height]);
        let quarters = if number.is_multiple_of(TURNED) { 1 + stream.below(3) } else { 0 };
        let mut stamped = |stamp: &Stamp| {
            let image = self.image(stamp.image);
            let places = tilt.boxed(stamp_ink(image, stamp.corner, scale, width, &mut ink).into_iter());
            Digit { label: stamp.label.to_string(), place: quarter::place(places, quarters, [width, height]) }
        };
        let lines = lines.iter().map(|line| line.iter().map(&mut stamped).collect()).collect();
        let ink = GreyImage::new(width, height, ink).expect("a level for each pixel");
        let (picture, faults) = photograph(&ink, scale, tilt, number, &mut stream);
        Written { picture: quarter::picture(&picture, quarters), lines, quarters, faults }
    }

    /// Where digits stand on a page.
    fn lines(&self, [width, height]: [f32; 2], scale: f32, stream: &mut Stream) -> Vec<Vec<Stamp>> {
        let own = &self.of[stream.below(self.of.len() as u32) as usize];
        let side = SIDE as f32 * scale;
        // What a tilt moves most lies in the corners.
        let margin = [0.1 * width, 0.1 * height];
        let (spacing, usual) = (side * between([1.0, 1.8], stream), between([-6.0, 0.0], stream));
        let mut lines = Vec::new();
        let mut top = margin[1];
        while top + side < height - margin[1] {
            let mut line = Vec::new();
            let mut left = margin[0] + 0.2 * width * stream.uniform();
            let numbers = 1 + stream.below(4);
            for _ in 0..numbers {
                for _ in 0..1 + stream.below(8) {
                    if left + side > width - margin[0] {
                        break;
                    }
                    let image = own[stream.below(own.len() as u32) as usize];
                    let jitter = scale * (4.0 * stream.uniform() - 2.0);
                    let [first, end] = columns(self.image(image));
                    let corner = [left - first as f32 * scale, top + jitter];
                    line.push(Stamp { label: self.digits.labels[image], image, corner });
                    left += scale * ((end - first) as f32 + 7.0 + usual * stream.uniform());
                }
                left += side * between([1.2, 3.0], stream);
            }
            lines.push(line);
            top += spacing * between([1.0, 1.3], stream);
        }
        lines
    }
}

fn between([low, high]: [f32; 2], stream: &mut Stream) -> f32 {
    low + (high - low) * stream.uniform()
}

/// The first column of a digit's ink and the one behind the last.
fn columns(image: &[u8]) -> [usize; 2] {
    let side = SIDE as usize;
    let has_ink = |x: &usize| image.iter().skip(*x).step_by(side).any(|&level| level >= EDGE);
    let first = (0..side).find(has_ink).expect("a digit has ink");
    [first, 1 + (0..side).rfind(has_ink).expect("a digit has ink")]
}

/// Lays an enlarged digit on the page, and returns the middles of its pixels that are ink.
fn stamp_ink(image: &[u8], corner: [f32; 2], scale: f32, width: u32, ink: &mut [u8]) -> Vec<[f32; 2]> {
    let level = |x: isize, y: isize| match (0..SIDE as isize).contains(&x) && (0..SIDE as isize).contains(&y) {
        true => f32::from(image[(y * SIDE as isize + x) as usize]),
        false => 0.0,
    };
    let side = (SIDE as f32 * scale).ceil() as u32 + 1;
    let [left, top] = corner.map(|start| start.floor().max(0.0) as u32);
    let mut places = Vec::new();
    for (x, y) in (top..top + side).flat_map(|y| (left..left + side).map(move |x| (x, y))) {
        let place = [x as f32 + 0.5, y as f32 + 0.5];
        let [right, down] = [0, 1].map(|axis| (place[axis] - corner[axis]) / scale - 0.5);
        let (x0, y0) = (right.floor() as isize, down.floor() as isize);
        let (right, down) = (right - x0 as f32, down - y0 as f32);
        let row = |y| level(x0, y) * (1.0 - right) + level(x0 + 1, y) * right;
        let own = (row(y0) * (1.0 - down) + row(y0 + 1) * down).round() as u8;
        let pixel = &mut ink[(y * width + x) as usize];
        *pixel = own.max(*pixel);
        if own >= EDGE {
            places.push(place);
        }
    }
    places
}

/// A photograph of a page, with the faults of people's.
fn photograph(ink: &GreyImage, scale: f32, tilt: Tilt, number: u32, stream: &mut Stream) -> (ColourImage, Vec<Kind>) {
    let size = [ink.width(), ink.height()];
    let middle = size.map(|side| side as f32 / 2.0);
    let (paper, pen) = (between([215.0, 255.0], stream) as u8, between([15.0, 75.0], stream) as u8);
    let page = Page { size, paper: [paper; 3], ink: [pen; 3], middle, scale: 1.0 };
    // Print and blur are in proportion to a digit.
    let of_digit = Page { scale, ..page.clone() };
    let digit = GreyImage::new(SIDE, SIDE, vec![0; (SIDE * SIDE) as usize]).expect("as many pixels");
    let faults: Vec<Kind> = FAULTS.into_iter().filter(|_| stream.below(4) == 0).collect();
    let all = faults.iter().chain(&[Kind::Noise]);
    let mut degradations: Vec<Degradation> = all.map(|kind| kind.draw(&of_digit, &digit, stream)).collect();
    degradations.push(Degradation::Rotation { radians: tilt.degrees.to_radians() });
    (page.photograph(ink, &degradations, SEED, number), faults)
}
