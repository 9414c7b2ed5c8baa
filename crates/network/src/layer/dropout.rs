//! Inverted dropout: `y = x m`, `dx = dy m`, with `m` 0 with probability `rate` and `1 / (1 - rate)` otherwise.

use tenfold_kernels::multiply;
use tenfold_random::{Purpose, Stream};

use super::{Backward, Mode, Operation, Pass, Saved};

#[derive(Debug)]
pub(crate) struct Dropout {
    pub rate: f32,
    /// Numbers in one image.
    pub length: usize,
    /// The layer's position in the network: each has its own random numbers.
    pub layer: u32,
}

impl Operation for Dropout {
    fn method(&self) -> String {
        "dropout".to_owned()
    }

    fn saved_bytes(&self, images: usize) -> usize {
        images * self.length * size_of::<f32>()
    }

    fn save_space(&self, images: usize) -> Saved {
        Saved { mask: Vec::with_capacity(images * self.length), ..Saved::default() }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, _: &mut [f32]) {
        let Mode::Training { seed, step, first_image, .. } = pass.mode else {
            return output.copy_from_slice(input);
        };
        saved.mask.clear();
        for image in first_image..first_image + pass.images {
            saved.mask.extend(mask(self.rate, self.length, seed, step, self.layer, image));
        }
        multiply(pass.cpu, input, &saved.mask, output);
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, _: &mut [f32]) {
        if let Some(input_gradient) = gradients.input_gradient {
            multiply(pass.cpu, gradients.output_gradient, &saved.mask, input_gradient);
        }
    }
}

/// The factors of one image's `length` numbers. Keyed by the image's number in the batch, not by its slice, so that
/// they do not depend on how the batch is divided.
pub(crate) fn mask(
    rate: f32,
    length: usize,
    seed: u64,
    step: u32,
    layer: u32,
    image: usize,
) -> impl Iterator<Item = f32> {
    // At most 1,000 layers, and batches of at most 65,536 images (`TrainerOptions`), so the two never overlap.
    let mut stream = Stream::new(seed, Purpose::Dropout, step, layer << 16 | image as u32);
    let kept = 1.0 / (1.0 - rate);
    (0..length).map(move |_| if stream.uniform() < rate { 0.0 } else { kept })
}
