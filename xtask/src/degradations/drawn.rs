//! Digits on pages: those of MNIST, and those of drawn hands.

use std::fs;
use std::path::Path;

use tenfold_handwriting::{Hand, Pen};
use tenfold_photograph::{Kind, Page};
use tenfold_random::{Purpose, Stream};
use tenfold_recognizer::{ColourImage, GreyImage, Recognizer};

/// The side of an image of MNIST.
const SIDE: u32 = 28;
/// Of pages, in pixels.
const PAGE: [u32; 2] = [1000; 2];
/// Pixels of a page for each of an image of MNIST.
const SCALES: [f32; 2] = [0.5, 4.0];
/// Hands write digits so high, in pixels of the page: the broadest pen is then as broad as the broadest of MNIST.
const HAND_HEIGHT: f32 = 280.0;
/// The seed of hands, pages and faults, which no training has.
const SEED: u64 = u64::MAX - 1;

/// Digits of MNIST.
pub(super) struct Digits(Vec<(GreyImage, u8)>);

impl Digits {
    /// So many of MNIST's test images, or else of its training images, evenly from all.
    pub(super) fn of_mnist(is_test: bool, count: u32) -> anyhow::Result<Self> {
        let set = if is_test { tenfold_mnist::test()? } else { tenfold_mnist::train()? };
        let all: Vec<(&[u8], u8)> =
            set.images.chunks_exact((SIDE * SIDE) as usize).zip(set.labels.iter().copied()).collect();
        let chosen = (0..count as usize).map(|number| all[number * all.len() / count as usize]);
        let digit = |(image, label): (&[u8], u8)| Ok((GreyImage::new(SIDE, SIDE, image.to_vec())?, label));
        Ok(Self(chosen.map(digit).collect::<anyhow::Result<_>>()?))
    }

    /// A digit as MNIST has it.
    pub(super) fn plain(&self, number: u32) -> (ColourImage, u8) {
        let (digit, label) = &self.0[number as usize];
        (digit.clone().into(), *label)
    }

    /// A digit at any place of a page; with a degradation of a kind, if there is one.
    pub(super) fn on_page(&self, number: u32, kind: Option<Kind>) -> (ColourImage, u8) {
        let (digit, label) = &self.0[number as usize];
        let page = Page::draw(PAGE, SCALES, digit, &mut stream(0, number));
        let degradation = kind.map(|kind| kind.draw(&page, digit, &mut stream(kind as u32, number)));
        (page.photograph(digit, degradation.as_slice(), SEED, number), *label)
    }
}

/// A digit that a hand draws on a page with a pen of this width.
pub(super) fn by_pen(number: u32, pen: f32) -> (ColourImage, u8) {
    let digit = (number % 10) as u8;
    let ink = Hand::new(SEED, number / 10).write(digit, number % 10).draw(HAND_HEIGHT, &Pen::round(pen));
    let page = Page::draw(PAGE, [1.0; 2], &ink, &mut stream(0, number));
    (page.photograph(&ink, &[], SEED, number), digit)
}

fn stream(kind: u32, number: u32) -> Stream {
    Stream::new(SEED, Purpose::Test, kind, number)
}

/// Writes a picture into a folder, and what was prepared of it.
pub(super) fn keep(folder: &Path, name: &str, picture: &ColourImage, recognizer: &Recognizer) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let write = |name: String, [width, height]: [u32; 2], levels: &[u8], kind: image::ExtendedColorType| {
        image::save_buffer(folder.join(name), levels, width, height, kind)
    };
    let size = [picture.grey().width(), picture.grey().height()];
    match picture.colours() {
        Some(colours) => write(format!("{name}.png"), size, colours, image::ExtendedColorType::Rgb8)?,
        None => write(format!("{name}.png"), size, picture.grey().pixels(), image::ExtendedColorType::L8)?,
    }
    if let Ok(prepared) = recognizer.prepare_colour(picture) {
        let side = recognizer.preparation().side();
        write(format!("{name}-prepared.png"), [side; 2], &prepared.pixels, image::ExtendedColorType::L8)?;
    }
    Ok(())
}
