//! Pictures of a data set, for pages: means and deviations, samples, and images that are alike.

use tenfold_dataset::Dataset;
use tenfold_dataset::exploration::{Duplicates, ImagePair, MeanDigit, MeanDigits};
use tenfold_report::page::{Block, Gallery, GalleryItem};
use tenfold_report::{Caption, DigitImages, grouped};

use super::exploration::PartExploration;
use crate::error::Result;

/// What each class looks like on average, and where its images differ; `names` are one per class.
pub(super) fn mean_digits(images: &Dataset, names: &[&str]) -> Result<[Block; 2]> {
    let digits = MeanDigits::new(images);
    let drawn = digits.to_images()?;
    let (means, deviations) = drawn.images().split_at(drawn.images().len() / 2);
    let gallery = |caption: &str, statistic: &str, pixels: &[u8]| -> Result<Block> {
        let item = |class: &MeanDigit| {
            let name = names[usize::from(class.label)];
            item(Caption::plain(name), format!("the {statistic} of {} images of {name}", grouped(class.count as u64)))
        };
        let items = digits.classes.iter().map(item).collect();
        let pictures = DigitImages::new(pixels, digits.height, digits.width)?;
        Ok(Block::Gallery(Gallery::new(caption, names, pictures, items)?))
    };
    Ok([
        gallery("What each class looks like on average", "mean", means)?,
        gallery("Where its images differ: the deviation of each pixel, twice as strong", "deviation", deviations)?,
    ])
}

/// A gallery of each class that has images: at most `shown` of them, evenly from all over the set.
pub(super) fn samples(images: &Dataset, names: &[&str], shown: usize) -> Result<Vec<Block>> {
    let mut classes = vec![Vec::new(); images.classes()];
    (0..images.len()).for_each(|index| classes[usize::from(images.label(index))].push(index));
    let gallery = |(class, name): (&Vec<usize>, &&str)| -> Result<Block> {
        let shown = shown.min(class.len());
        let indices: Vec<usize> = (0..shown).map(|place| class[place * class.len() / shown]).collect();
        let pixels: Vec<u8> = indices.iter().flat_map(|&index| images.image(index)).copied().collect();
        let item = |index: &usize| item(Caption::plain(format!("#{index}")), format!("image {index}, a {name}"));
        let caption = format!("Class {name}: {shown} of {}", grouped(class.len() as u64));
        let pictures = DigitImages::new(&pixels, images.height(), images.width())?;
        Ok(Block::Gallery(Gallery::new(caption, names, pictures, indices.iter().map(item).collect())?))
    };
    classes.iter().zip(names).filter(|(class, _)| !class.is_empty()).map(gallery).collect()
}

/// The listed pairs, each as one picture: the first image, and the second below it. `parts`: where these are from.
pub(super) fn pairs(duplicates: &Duplicates, parts: [&PartExploration; 2], names: &[&str]) -> Result<Block> {
    /// Rows of paper between two images.
    const GAP_PX: usize = 2;
    let (height, width) = (parts[0].images.height(), parts[0].images.width());
    let listed: Vec<&ImagePair> = duplicates.exact.listed.iter().chain(&duplicates.near.listed).collect();
    let mut pixels = Vec::new();
    for pair in &listed {
        pixels.extend_from_slice(parts[0].images.image(pair.first as usize));
        pixels.resize(pixels.len() + GAP_PX * width, 0);
        pixels.extend_from_slice(parts[1].images.image(pair.second as usize));
    }
    let caption = format!(
        "{} of {} pairs, one image above the other, the nearest first. Below them is their label, orange if there are two, \
         and their distance: the root mean squared difference of pixels as a share of full ink",
        listed.len(),
        grouped(duplicates.exact.total + duplicates.near.total)
    );
    let pictures = DigitImages::new(&pixels, 2 * height + GAP_PX, width)?;
    let items = listed.iter().map(|pair| pair_item(pair, parts, names)).collect();
    Ok(Block::Gallery(Gallery::new(caption, names, pictures, items)?))
}

/// `4 0.031` for images of one label, `4 ≠ 9 0.031` for two.
fn pair_item(pair: &ImagePair, parts: [&PartExploration; 2], names: &[&str]) -> GalleryItem {
    let ImagePair { first, second, labels, distance } = *pair;
    let [one, other] = labels.map(|label| names[usize::from(label)]);
    let distance = if distance == 0.0 { "same".to_owned() } else { format!("{distance:.3}") };
    let caption = match one == other {
        true => Caption::plain(format!("{one}  {distance}")),
        false => Caption::answer(format!("{one} ≠ {other}  {distance}"), false),
    };
    let [kind, other_kind] = parts.map(|part| part.kind);
    item(caption, format!("{kind} image {first}, a {one}, and {other_kind} image {second}, a {other}"))
}

fn item(caption: Caption, description: String) -> GalleryItem {
    GalleryItem { caption, description, probabilities: Vec::new() }
}
