//! How far each pixel lies from its own paper, along the colour in which the ink differs most from it.

use crate::histogram::Histogram;
use crate::{GreyImage, Ground, Polarity};

/// Pixels at least half as far from the paper as the farthest hundredth are strong marks.
const FAR_PERCENT: u64 = 99;

/// Distances from the paper on the ink's side.
pub(crate) struct Distances {
    /// 0 paper .. 255; as far as the grey level is if ink and paper are grey.
    pub(crate) image: GreyImage,
    /// Of the paper the level in the middle of all, and how much it varies when the surface is taken away.
    pub(crate) ground: Ground,
}

/// Measures a picture, channel by channel, against its paper. `polarity` says on which side of the paper the ink lies; else it
/// is the side to which the pixels lean, as for an even paper.
///
/// Of the strong marks on that side the mean difference from the paper is the ink's colour, and each pixel's difference is
/// projected on it: yellow ink on white differs in blue alone, and grain in the other channels does not matter.
pub(crate) fn distances(channels: &[GreyImage], papers: &[GreyImage], polarity: Option<Polarity>) -> Distances {
    let differences: Vec<Vec<i16>> =
        channels.iter().zip(papers).map(|(channel, paper)| difference(channel, paper)).collect();
    let count = differences[0].len();
    let at = |pixel: usize| differences.iter().map(move |channel| i32::from(channel[pixel]));
    let side = |pixel: usize| at(pixel).sum::<i32>();
    let square = |pixel: usize| at(pixel).map(|difference| difference * difference).sum::<i32>();

    let polarity = polarity.unwrap_or_else(|| {
        let lean: f64 = (0..count).map(|pixel| f64::from(side(pixel)) * f64::from(square(pixel))).sum();
        if lean <= 0.0 { Polarity::DarkOnLight } else { Polarity::LightOnDark }
    });
    let sign = if polarity == Polarity::DarkOnLight { -1 } else { 1 };

    // Lengths fit 0..=255 as those of one channel do: the root of the mean square over channels.
    let length = |pixel: usize| (square(pixel) as f32 / channels.len() as f32).sqrt().round() as u8;
    let on_side: Vec<u8> = (0..count).map(|pixel| if side(pixel) * sign > 0 { length(pixel) } else { 0 }).collect();
    let far = Histogram::of(&on_side).percentile(FAR_PERCENT) / 2;
    let mut colour = vec![0.0f32; channels.len()];
    for pixel in (0..count).filter(|&pixel| on_side[pixel] > far) {
        for (sum, difference) in colour.iter_mut().zip(at(pixel)) {
            *sum += difference as f32;
        }
    }
    let norm = colour.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let scale = norm * (channels.len() as f32).sqrt();
    let along: Vec<f32> = (0..count)
        .map(|pixel| at(pixel).zip(&colour).map(|(difference, weight)| difference as f32 * weight).sum::<f32>() / scale)
        .collect();
    // 1.4826 times the median distance, as of an even paper; of the half on the other side, too.
    let absolute: Vec<u8> = along.iter().map(|value| value.abs().round() as u8).collect();
    let spread = 1.4826 * f32::from(Histogram::of(&absolute).percentile(50));
    let pixels = along.iter().map(|value| value.round() as u8).collect();
    let image = GreyImage::new(channels[0].width(), channels[0].height(), pixels).expect("a distance for each pixel");
    let levels: u32 = papers.iter().map(|paper| u32::from(Histogram::of(paper.pixels()).percentile(50))).sum();
    let paper = (levels / papers.len() as u32) as u8;
    Distances { image, ground: Ground { polarity, paper, spread } }
}

/// A channel less its paper.
fn difference(channel: &GreyImage, paper: &GreyImage) -> Vec<i16> {
    channel.pixels().iter().zip(paper.pixels()).map(|(&level, &paper)| i16::from(level) - i16::from(paper)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(levels: &[u8]) -> GreyImage {
        GreyImage::new(levels.len() as u32, 1, levels.to_vec()).unwrap()
    }

    #[test]
    fn grey_ink_is_as_far_as_its_level_is() {
        let (channel, paper) = (level(&[200, 150, 200, 200, 210]), level(&[200; 5]));
        for count in [1, 3] {
            let found = distances(&vec![channel.clone(); count], &vec![paper.clone(); count], None);
            assert_eq!(found.image.pixels(), [0, 50, 0, 0, 0]);
            assert_eq!(found.ground, Ground { polarity: Polarity::DarkOnLight, paper: 200, spread: 0.0 });
            let told =
                distances(&vec![channel.clone(); count], &vec![paper.clone(); count], Some(Polarity::LightOnDark));
            assert_eq!(told.image.pixels(), [0, 0, 0, 0, 10]);
        }
    }

    #[test]
    fn yellow_on_white_is_told_by_its_blue_and_grain_in_the_others_is_not() {
        let channels = [level(&[255, 255, 255, 235]), level(&[255, 255, 255, 255]), level(&[255, 55, 255, 255])];
        let found = distances(&channels, &[level(&[255; 4]), level(&[255; 4]), level(&[255; 4])], None);
        // 200 levels in one of three channels: 200 / sqrt(3).
        assert_eq!(found.image.pixels(), [0, 115, 0, 0]);
    }
}
