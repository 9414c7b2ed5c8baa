//! A smaller picture of the same, in whole blocks of pixels: what lies in a picture is found as well on a few hundred
//! pixels a side as on thousands.

use crate::colour_image::CHANNELS;
use crate::{ColourImage, GreyImage};

/// Channels of the same size: one of a grey picture, three of one in colour.
pub(crate) struct Reduced {
    pub(crate) channels: Vec<GreyImage>,
    /// Pixels of the picture that a pixel of this is the mean of, along each axis.
    pub(crate) factor: u32,
}

/// Reduces a picture by the smallest whole factor that leaves no side longer than `longest`; 1 changes nothing.
pub(crate) fn reduce(image: &ColourImage, longest: u32) -> Reduced {
    let grey = image.grey();
    let factor = grey.width().max(grey.height()).div_ceil(longest);
    let channels = match image.colours() {
        None => vec![blocks(grey.pixels(), grey, 1, 0, factor)],
        Some(colours) => (0..CHANNELS).map(|channel| blocks(colours, grey, CHANNELS, channel, factor)).collect(),
    };
    Reduced { channels, factor }
}

/// A channel on at most `longest` pixels a side, and the factor.
pub(crate) fn block_means(channel: &GreyImage, longest: u32) -> (GreyImage, u32) {
    let factor = channel.width().max(channel.height()).div_ceil(longest);
    (blocks(channel.pixels(), channel, 1, 0, factor), factor)
}

/// The means of blocks of `factor` by `factor` pixels of one of `channels` interleaved channels; at the right and the bottom
/// of what is left of a block.
fn blocks(levels: &[u8], size: &GreyImage, channels: usize, channel: usize, factor: u32) -> GreyImage {
    let (row_len, factor) = (size.width() as usize * channels, factor as usize);
    let (width, height) = ((size.width() as usize).div_ceil(factor), (size.height() as usize).div_ceil(factor));
    let mut pixels = Vec::with_capacity(width * height);
    let mut sums = vec![0u32; width];
    for rows in levels.chunks(row_len * factor) {
        sums.fill(0);
        for row in rows.chunks_exact(row_len) {
            for (sum, block) in sums.iter_mut().zip(row.chunks(channels * factor)) {
                *sum += block.iter().skip(channel).step_by(channels).map(|&level| u32::from(level)).sum::<u32>();
            }
        }
        let block_rows = rows.len() / row_len;
        pixels.extend(sums.iter().enumerate().map(|(x, sum)| {
            let count = (block_rows * factor.min(size.width() as usize - x * factor)) as u32;
            ((sum + count / 2) / count) as u8
        }));
    }
    GreyImage::new(width as u32, height as u32, pixels).expect("a pixel for each block")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_means_of_what_they_have() {
        let image = ColourImage::from(GreyImage::new(5, 3, (0..15).collect()).unwrap());
        let reduced = reduce(&image, 3);
        assert_eq!(reduced.factor, 2);
        assert_eq!(reduced.channels[0].pixels(), [3, 5, 7, 11, 13, 14]);
        let whole = reduce(&image, 5);
        assert_eq!((whole.factor, &whole.channels[0]), (1, image.grey()));
    }

    #[test]
    fn colours_come_apart() {
        let image = ColourImage::new(2, 1, vec![10, 20, 30, 40, 50, 60]).unwrap();
        let levels: Vec<u8> = reduce(&image, 1).channels.iter().map(|channel| channel.pixels()[0]).collect();
        assert_eq!(levels, [25, 35, 45]);
    }
}
