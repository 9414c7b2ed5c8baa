//! Global pooling in two ways: the mean of each channel over the whole image, then the largest number of each; the formulas
//! are at the kernels.

use tenfold_kernels::{
    Cpu, Level, MAX_POOL_WINDOW, Pooling, Window, add_assign, average_pool, average_pool_backward, max_pool,
    max_pool_backward, reference as kernels,
};

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::{CELL_WORK, Effect, LANES, product};
use super::kind::Kind;
use super::operation::{Backward, Operation, Pass, Saved};
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Padding, Shape};

/// [`Layer::ConcatPool`](crate::Layer::ConcatPool).
pub(crate) struct ConcatPool;

/// The window that is the whole image.
fn window(input: Shape) -> Window {
    let size = [input.height, input.width];
    Padding::Valid.windows(input, size, size).expect("an image fits into a window of its size")
}

impl Kind for ConcatPool {
    fn name(&self) -> &'static str {
        "concat_pool"
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        let cells = input.height * input.width;
        if cells > MAX_POOL_WINDOW {
            return Err(format!("an image of {cells} pixels, expected at most {MAX_POOL_WINDOW}"));
        }
        let work = product([2, cells, input.channels.next_multiple_of(LANES)]).saturating_mul(CELL_WORK);
        Ok(Effect { work, ..Effect::shape_only(Shape::flat(2 * input.channels)) })
    }

    fn reach(&self, input: Shape) -> Reach {
        Reach::Window(window(input))
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        Some(Fused::alone(Box::new(Pooled { window: place.used(window(place.layer.input)) })))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        // A mean is no more than the largest number: both have the scale of what they are of.
        ByteRole::Keeps
    }

    fn byte_operation(&self, place: &Place<'_>, _: ByteSettings) -> Option<Fused<ByteOperation>> {
        Some(Fused::alone(ByteOperation::ConcatPool { window: place.used(window(place.layer.input)) }))
    }

    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        let window = window(at.layer.input);
        let means = kernels::average_pool(&window, Pooling::Average, input);
        joined(&means, &kernels::max_pool(&window, input).0, window.channels)
    }

    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        let (window, length) = (window(at.layer.input), of.input.len());
        let half = |index: usize| -> Vec<f64> {
            let halves = of.output_gradient.chunks_exact(window.channels).skip(index).step_by(2);
            halves.flatten().copied().collect()
        };
        let winners = kernels::max_pool(&window, of.input).1;
        let of_means = kernels::average_pool_backward(&window, Pooling::Average, &half(0), length);
        let of_largest = kernels::max_pool_backward(&window, &half(1), &winners, length);
        of_means.iter().zip(of_largest).map(|(a, b)| a + b).collect()
    }

    fn byte_reference(&self, at: &ByteReference<'_>, input: Values) -> Values {
        let window = window(at.layer.input);
        match input {
            Values::Bytes(bytes, scale) => {
                let means = kernels::average_pool_bytes(&window, Pooling::Average, 1.0, &bytes);
                Values::Bytes(joined(&means, &kernels::max_pool_bytes(&window, &bytes), window.channels), scale)
            }
            Values::Floats(floats) => {
                // The kernels' own sums, whose order is the same at every level.
                let cpu = Cpu::with_level(Level::Portable).expect("every machine has this level");
                let length = floats.len() / window.input_len() * window.channels;
                let (mut means, mut largest) = (vec![0.0; length], vec![0.0; length]);
                average_pool(cpu, &window, Pooling::Average, &floats, &mut means);
                max_pool(cpu, &window, &floats, &mut largest, &mut vec![0; length]);
                Values::Floats(joined(&means, &largest, window.channels))
            }
        }
    }
}

/// Rows of `channels` numbers of two arrays in turn.
fn joined<T: Copy>(first: &[T], second: &[T], channels: usize) -> Vec<T> {
    let rows = first.chunks_exact(channels).zip(second.chunks_exact(channels));
    rows.flat_map(|(first, second)| [first, second]).flatten().copied().collect()
}

#[derive(Debug)]
struct Pooled {
    window: Window,
}

impl Operation for Pooled {
    fn method(&self) -> String {
        "global pooling, twice".to_owned()
    }

    fn saved_bytes(&self, images: usize) -> usize {
        images * self.window.channels
    }

    fn save_space(&self, images: usize) -> Saved {
        Saved { winners: vec![0; self.saved_bytes(images)], ..Saved::default() }
    }

    fn backward_scratch_len(&self, _: usize) -> usize {
        self.window.input_len()
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, _: &mut [f32]) {
        let (window, channels) = (&self.window, self.window.channels);
        let images = input.chunks_exact(window.input_len()).zip(output.chunks_exact_mut(2 * channels));
        for ((image, output), winners) in images.zip(saved.winners.chunks_exact_mut(channels)) {
            let (means, largest) = output.split_at_mut(channels);
            average_pool(pass.cpu, window, Pooling::Average, image, means);
            max_pool(pass.cpu, window, image, largest, winners);
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, scratch: &mut [f32]) {
        let Some(input_gradient) = gradients.input_gradient else { return };
        let (window, channels) = (&self.window, self.window.channels);
        let scratch = &mut scratch[..window.input_len()];
        let images = input_gradient.chunks_exact_mut(window.input_len());
        let images = images.zip(gradients.output_gradient.chunks_exact(2 * channels));
        for ((to, from), winners) in images.zip(saved.winners.chunks_exact(channels)) {
            let (means, largest) = from.split_at(channels);
            average_pool_backward(pass.cpu, window, Pooling::Average, means, to);
            max_pool_backward(pass.cpu, window, largest, winners, scratch);
            add_assign(pass.cpu, to, scratch);
        }
    }
}
