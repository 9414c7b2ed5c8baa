//! The strokes of digits, and how a hand that is never the same twice draws them.

use tenfold_random::{Purpose, Stream};

/// How many digits there are.
pub const DIGITS: usize = 10;

/// Points in a unit square, x to the right and y down, that each digit's pen goes by.
const PATHS: [&[[f32; 2]]; DIGITS] = [
    &[
        [0.5, 0.05],
        [0.24, 0.2],
        [0.2, 0.55],
        [0.3, 0.85],
        [0.52, 0.95],
        [0.76, 0.8],
        [0.8, 0.45],
        [0.72, 0.15],
        [0.5, 0.05],
    ],
    &[[0.36, 0.24], [0.54, 0.05], [0.52, 0.95]],
    &[[0.2, 0.26], [0.36, 0.07], [0.66, 0.07], [0.78, 0.3], [0.58, 0.58], [0.2, 0.94], [0.84, 0.92]],
    &[
        [0.2, 0.12],
        [0.52, 0.04],
        [0.76, 0.2],
        [0.66, 0.42],
        [0.4, 0.48],
        [0.74, 0.56],
        [0.8, 0.78],
        [0.54, 0.96],
        [0.18, 0.86],
    ],
    &[[0.36, 0.06], [0.16, 0.56], [0.82, 0.56], [0.64, 0.56], [0.68, 0.1], [0.62, 0.96]],
    &[[0.78, 0.06], [0.3, 0.07], [0.25, 0.45], [0.56, 0.4], [0.8, 0.62], [0.66, 0.9], [0.2, 0.92]],
    &[[0.7, 0.06], [0.4, 0.28], [0.22, 0.66], [0.36, 0.94], [0.66, 0.92], [0.76, 0.7], [0.58, 0.52], [0.28, 0.64]],
    &[[0.18, 0.1], [0.82, 0.08], [0.6, 0.45], [0.44, 0.95]],
    &[
        [0.52, 0.46],
        [0.26, 0.28],
        [0.5, 0.05],
        [0.76, 0.26],
        [0.5, 0.48],
        [0.22, 0.74],
        [0.5, 0.95],
        [0.78, 0.74],
        [0.52, 0.46],
    ],
    &[[0.76, 0.3], [0.5, 0.5], [0.24, 0.3], [0.46, 0.06], [0.74, 0.2], [0.74, 0.56], [0.58, 0.95]],
];

/// A picture of `digit` as a PNG: the one with the number `index` of all that `seed` draws.
pub fn picture(digit: usize, seed: u64, index: u32) -> Vec<u8> {
    let mut stream = Stream::new(seed, Purpose::Test, 0, index);
    let mut between = |least: f32, most: f32| least + (most - least) * stream.uniform();
    let [width, height] = [between(60.0, 140.0) as usize, between(70.0, 150.0) as usize];
    let size = (width.min(height)) as f32 * between(0.5, 0.8);
    let (pen, paper, ink) = (size * between(0.05, 0.12), between(190.0, 250.0), between(10.0, 90.0));
    let (narrow, slant, turn) = (between(0.65, 1.0), between(-0.15, 0.35), between(-0.12, 0.12));
    let centre = [width as f32 / 2.0 + between(-5.0, 5.0), height as f32 / 2.0 + between(-5.0, 5.0)];
    let placed = PATHS[digit].iter().map(|[x, y]| {
        let (x, y) = (x - 0.5 + between(-0.03, 0.03), y - 0.5 + between(-0.03, 0.03));
        let x = narrow * (x - slant * y);
        [centre[0] + size * (x - turn * y), centre[1] + size * (y + turn * x)]
    });
    let path = rounded(rounded(placed.collect()));
    let pixel = |at: usize| {
        let point = [(at % width) as f32 + 0.5, (at / width) as f32 + 0.5];
        let distance = path.windows(2).map(|ends| distance(point, ends[0], ends[1])).fold(f32::MAX, f32::min);
        let cover = (pen / 2.0 - distance + 0.5).clamp(0.0, 1.0);
        (paper + (ink - paper) * cover).round() as u8
    };
    png(&(0..width * height).map(pixel).collect::<Vec<_>>(), width as u32, height as u32)
}

/// The path with its corners cut (Chaikin), which makes it a curve.
fn rounded(path: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    let between = |a: [f32; 2], b: [f32; 2], share: f32| [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
    let cut = path.windows(2).flat_map(|ends| [0.25, 0.75].map(|share| between(ends[0], ends[1], share)));
    path.first().copied().into_iter().chain(cut).chain(path.last().copied()).collect()
}

/// How far a point is from the line between two others.
fn distance(point: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let (line, away) = ([to[0] - from[0], to[1] - from[1]], [point[0] - from[0], point[1] - from[1]]);
    let length = (line[0] * line[0] + line[1] * line[1]).max(f32::MIN_POSITIVE);
    let along = ((away[0] * line[0] + away[1] * line[1]) / length).clamp(0.0, 1.0);
    let [x, y] = [away[0] - along * line[0], away[1] - along * line[1]];
    (x * x + y * y).sqrt()
}

fn png(grey: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(grey)?;
        writer.finish()
    });
    written.expect("a picture is written to memory without error");
    bytes
}
