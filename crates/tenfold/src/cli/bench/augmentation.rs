//! How many images a second each kind of augmentation changes, on one thread.

use std::time::Duration;

use anyhow::ensure;
use serde_json::{Map, Value, json};
use tenfold_dataset::{Augmentation, Augmenter, Dataset, Strength};

use super::Rate;
use super::measurement::windows;
use crate::cli::output::grouped;

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

pub(super) fn measure(images: &Dataset, budget: Duration) -> anyhow::Result<Vec<(&'static str, Rate)>> {
    let rates = subjects().into_iter().map(|(name, augmentation)| Ok((name, rate(images, augmentation, budget)?)));
    rates.collect()
}

fn rate(images: &Dataset, augmentation: Augmentation, budget: Duration) -> anyhow::Result<Rate> {
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
        ensure!(changed > WINDOW_IMAGES / 4, "an augmentation changed only {changed} of {WINDOW_IMAGES} images");
        Ok(())
    })
}

pub(super) fn report(rates: &[(&'static str, Rate)]) -> Value {
    let value = |(name, Rate { median, best }): &(&str, Rate)| {
        ((*name).to_owned(), json!({ "images_per_s": median, "best": best }))
    };
    Value::Object(rates.iter().map(value).collect::<Map<_, _>>())
}

pub(super) fn text(rates: &[(&'static str, Rate)]) -> String {
    let mut text = "augmentation on one thread:".to_owned();
    for (name, Rate { median, best }) in rates {
        let (median, best) = (grouped(*median as u64), grouped(*best as u64));
        text += &format!("\n{name:<23} {median:>8} images/s (best {best})");
    }
    text
}
