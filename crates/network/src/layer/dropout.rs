//! Inverted dropout: `y = x m`, `dx = dy m`, with `m` 0 with probability `rate` and `1 / (1 - rate)` otherwise; in
//! prediction, nothing.

use tenfold_kernels::multiply;
use tenfold_random::{Purpose, Stream};

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::{Effect, check_fraction};
use super::kind::Kind;
use super::operation::{Backward, Mode, Operation, Pass, Saved};
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::Shape;

/// [`Layer::Dropout`](crate::Layer::Dropout).
pub(crate) struct Dropout {
    pub rate: f32,
}

impl Kind for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        check_fraction("rate", self.rate)?;
        Ok(Effect::shape_only(input))
    }

    fn reach(&self, _: Shape) -> Reach {
        Reach::WholeInTraining
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        let layer = place.before.len() as u32;
        let masked = Masked { rate: self.rate, length: place.layer.output.len(), layer };
        place.training.then(|| Fused::alone(Box::new(masked) as Box<dyn Operation>))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        ByteRole::LeftOut
    }

    fn byte_operation(&self, _: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        None
    }

    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        self.times_mask(at, input)
    }

    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        self.times_mask(at, of.output_gradient)
    }

    fn byte_reference(&self, _: &ByteReference<'_>, input: Values) -> Values {
        input
    }
}

impl Dropout {
    /// The values of some images times the masks that a first training step draws for them.
    fn times_mask(&self, at: &Reference<'_>, values: &[f64]) -> Vec<f64> {
        let Some(seed) = at.seed else { return values.to_vec() };
        let length = at.layer.input.len();
        let masks =
            (0..values.len() / length).flat_map(|image| mask(self.rate, length, seed, 0, at.index as u32, image));
        values.iter().zip(masks).map(|(value, factor)| value * f64::from(factor)).collect()
    }
}

#[derive(Debug)]
struct Masked {
    rate: f32,
    /// Numbers in one image.
    length: usize,
    /// The layer's position in the network: each has its own random numbers.
    layer: u32,
}

impl Operation for Masked {
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
fn mask(rate: f32, length: usize, seed: u64, step: u32, layer: u32, image: usize) -> impl Iterator<Item = f32> {
    // At most 1,000 layers, and batches of at most 65,536 images (`TrainerOptions`), so the two never overlap.
    let mut stream = Stream::new(seed, Purpose::Dropout, step, layer << 16 | image as u32);
    let kept = 1.0 / (1.0 - rate);
    (0..length).map(move |_| if stream.uniform() < rate { 0.0 } else { kept })
}
