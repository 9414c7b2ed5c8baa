//! How many images a second each kind of augmentation changes, on one thread.

use std::time::Duration;

use tenfold_dataset::{Augmentation, Augmenter, Dataset, Strength};

use super::windows::{Rate, windows};
use crate::error::{Error, Result};

/// Images in a window.
const WINDOW_IMAGES: usize = 2_000;

/// What is measured, by name: kinds on their own, and the strengths.
fn subjects() -> Vec<(&'static str, Augmentation)> {
    let none = Augmentation::default();
    let strong = Strength::Strong.augmentation().unwrap_or(none);
    vec![
        ("mild", Strength::Mild.augmentation().unwrap_or(none)),
        ("elastic", Augmentation { elastic_alpha: strong.elastic_alpha, ..none }),
        ("stroke", Augmentation { stroke_px: strong.stroke_px, ..none }),
        ("blur", Augmentation { blur_px: strong.blur_px, ..none }),
        ("light", Augmentation { brightness: strong.brightness, contrast: strong.contrast, ..none }),
        ("noise", Augmentation { noise: strong.noise, ..none }),
        ("erase", Augmentation { erase: strong.erase, ..none }),
        ("strong", strong),
    ]
}

/// The rate of each kind by its name, and of the strengths, over `budget` each.
///
/// # Errors
/// [`Error::WrongAnswers`] if an augmentation leaves most images as they are.
pub fn augmentation_rates(images: &Dataset, budget: Duration) -> Result<Vec<(&'static str, Rate)>> {
    let rates = subjects().into_iter().map(|(name, augmentation)| Ok((name, rate(images, augmentation, budget)?)));
    rates.collect()
}

fn rate(images: &Dataset, augmentation: Augmentation, budget: Duration) -> Result<Rate> {
    let sides = [images.height(), images.width()];
    let mut augmenter = Augmenter::new(augmentation, sides);
    let mut to = vec![0; sides[0] * sides[1]];
    let mut epoch = 0;
    windows(WINDOW_IMAGES, budget, || {
        epoch += 1;
        let mut changed = 0;
        for index in 0..WINDOW_IMAGES {
            let image = images.image(index);
            augmenter.apply(image, 1, epoch, index as u32, &mut to);
            changed += usize::from(to != image);
        }
        match changed > WINDOW_IMAGES / 4 {
            true => Ok(()),
            false => {
                Err(Error::WrongAnswers(format!("an augmentation changed only {changed} of {WINDOW_IMAGES} images")))
            }
        }
    })
}
