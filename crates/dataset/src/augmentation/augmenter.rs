//! An augmentation at work.

use tenfold_random::{Purpose, Stream};

use super::Augmentation;
use super::blemishes::Blemishes;
use super::changes::Changes;
use crate::transformation::{Affine, Blur, Displacement, Plane, Strokes, Warp};

/// Changes images of one size, with room to do so: one for each thread.
///
/// ```
/// use tenfold_dataset::{Augmentation, Augmenter};
///
/// let image = [0, 0, 0, 0, 200, 0, 0, 0, 0];
/// let mut to = [0; 9];
/// let (seed, epoch, index) = (1, 1, 0);
/// Augmenter::new(Augmentation::default(), [3, 3]).apply(&image, seed, epoch, index, &mut to);
/// assert_eq!(to, image, "nothing is to be changed");
///
/// let shift = Augmentation { shift_px: 1.0, ..Augmentation::default() };
/// Augmenter::new(shift, [3, 3]).apply(&image, seed, epoch, index, &mut to);
/// assert_ne!(to, image);
/// ```
#[derive(Clone, Debug)]
pub struct Augmenter {
    augmentation: Augmentation,
    plane: Plane,
    strokes: Strokes,
    warp: Warp,
    displacement: Displacement,
    blur: Blur,
}

impl Augmenter {
    /// For images of these sides, `[height, width]`. The ranges are for [`Augmentation::check`] to judge.
    pub fn new(augmentation: Augmentation, sides: [usize; 2]) -> Self {
        Self {
            augmentation,
            plane: Plane::new(sides),
            strokes: Strokes::default(),
            warp: Warp::default(),
            displacement: Displacement::default(),
            blur: Blur::default(),
        }
    }

    /// Writes `image` to `to` as training sees it: changed in a way that only the augmentation, the seed, the epoch and the
    /// image's number decide. Pixels are rounded once, at the end.
    ///
    /// # Panics
    /// If the lengths are not `height * width`.
    pub fn apply(&mut self, image: &[u8], seed: u64, epoch: u32, index: u32, to: &mut [u8]) {
        let mut stream = Stream::new(seed, Purpose::Augmentation, epoch, index);
        let sides = [self.plane.height, self.plane.width];
        let changes = Changes::draw(&self.augmentation, sides, &mut stream);
        self.plane.read(image);
        if changes.stroke_px != 0.0 {
            self.strokes.apply(&mut self.plane, changes.stroke_px);
        }
        self.warp(changes.affine, &mut stream);
        if changes.blur_px != 0.0 {
            self.blur.apply(&mut self.plane, changes.blur_px);
        }
        let mut own = Stream::new(seed, Purpose::Blemish, epoch, index);
        let blemishes = Blemishes::draw(&self.augmentation, &mut own);
        blemishes.add_to(&mut self.plane);
        let values = &mut self.plane.values;
        if [changes.brightness, changes.contrast] != [1.0; 2] {
            relight(values, changes.brightness, changes.contrast);
        }
        if changes.noise != 0.0 {
            add_noise(values, changes.noise, &mut stream);
        }
        blemishes.strew_specks(&mut self.plane, &mut own);
        let ([rows, columns], ink) = (changes.erased, 255.0 * blemishes.erase_ink);
        self.plane.rows_mut().take(rows.end).skip(rows.start).for_each(|row| row[columns.clone()].fill(ink));
        self.plane.write(to);
    }

    /// Resizes, slants, turns, shifts and distorts: one resampling for all of it.
    fn warp(&mut self, affine: Affine, stream: &mut Stream) {
        let Augmentation { elastic_alpha: alpha, elastic_sigma_px: sigma_px, .. } = self.augmentation;
        let sides = [self.plane.height, self.plane.width];
        let places = affine.places(sides);
        if alpha > 0.0 {
            let displacement = &mut self.displacement;
            displacement.draw(sides, alpha, sigma_px, stream);
            self.warp.apply(&mut self.plane, |row, down, right| {
                places(row, down, right);
                displacement.add_to(row, down, right);
            });
        } else if affine != Affine::IDENTITY {
            self.warp.apply(&mut self.plane, places);
        }
    }
}

/// Multiplies by `brightness`, and then differences from the mean by `contrast`.
fn relight(values: &mut [f32], brightness: f32, contrast: f32) {
    let mean = brightness * values.iter().sum::<f32>() / values.len() as f32;
    for value in values {
        *value = mean + contrast * (brightness * *value - mean);
    }
}

/// Adds noise of a standard deviation, a share of black to white. A value of it is the sum of four uniform ones, which
/// differs from a normal one where that is over three standard deviations, and takes one draw.
fn add_noise(values: &mut [f32], deviation: f32, stream: &mut Stream) {
    // Four uniform bytes have the mean 510 and the variance (256^2 - 1) / 3.
    let factor = 255.0 * deviation / libm::sqrtf(65_535.0 / 3.0);
    for value in values {
        let sum: u16 = stream.next_u32().to_le_bytes().into_iter().map(u16::from).sum();
        *value += factor * (f32::from(sum) - 510.0);
    }
}
