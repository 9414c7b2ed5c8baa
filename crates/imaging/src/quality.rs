//! How well a digit can be seen in its picture.

use crate::candidate::Candidate;
use crate::measured::Paper;
use crate::stroke::stroke_width;

/// How well a digit can be seen in its picture.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quality {
    /// The mean width of its strokes in pixels of the prepared image, before fine ones are made thicker. Of MNIST's training images
    /// the mean is 2.6, and one in 500 has more than 5.5.
    pub stroke_width: f32,
    /// Whether light, paper or colours are so uneven that the ink is told from the paper around it.
    pub is_uneven: bool,
    /// Whether something was left out that reaches in from the picture's border: a table, a shadow, other writing.
    pub is_freed: bool,
}

impl Quality {
    /// That of a digit which is scaled by `scale` from the picture to the prepared image.
    pub(crate) fn of(candidate: &Candidate, scale: f32) -> Self {
        let Candidate { ink, ink_box, factor, against, is_freed, .. } = candidate;
        let stroke_width = stroke_width(ink, ink_box) * scale * *factor as f32;
        Self { stroke_width, is_uneven: *against != Paper::Even, is_freed: *is_freed }
    }
}

#[cfg(test)]
mod tests {
    use crate::{GreyImage, Preparation};

    #[test]
    fn thick_strokes_are_rare_in_mnist() {
        let train = tenfold_mnist::train().unwrap();
        let mut widths: Vec<f32> = (train.images.chunks(tenfold_mnist::PIXELS_PER_IMAGE).step_by(12))
            .map(|image| {
                let image = GreyImage::new(28, 28, image.to_vec()).unwrap();
                Preparation::default().explain(&image.into()).quality.unwrap().stroke_width
            })
            .collect();
        widths.sort_by(f32::total_cmp);
        let thick = widths.iter().filter(|&&width| width > 5.5).count();
        assert!((5..=15).contains(&thick), "{thick} of 5,000; {:?}", &widths[4_980..]);
    }
}
