//! Max, average and sum pooling; the formulas are at the kernels.

use tenfold_kernels::{
    Cpu, Level, MAX_POOL_WINDOW, Pooling, Window, average_pool, average_pool_backward, max_pool, max_pool_backward,
    reference as kernels,
};

use super::bytes::{ByteOperation, ByteRole, ByteSettings};
use super::effect::{CELL_WORK, Effect, LANES, check_window, product};
use super::kind::Kind;
use super::operation::{Backward, Operation, Pass, Saved};
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Padding, PoolKind, Shape};

/// [`Layer::Pool`](crate::Layer::Pool).
pub(crate) struct Pool {
    pub kind: PoolKind,
    pub size: [usize; 2],
    pub stride: [usize; 2],
    pub padding: Padding,
}

impl Pool {
    fn window(&self, input: Shape) -> Window {
        check_window(input, self.size, self.stride, self.padding).expect("the outline has accepted this window")
    }
}

impl Kind for Pool {
    fn name(&self) -> &'static str {
        match self.kind {
            PoolKind::Max => "max_pool",
            PoolKind::Average | PoolKind::AverageWithPadding => "average_pool",
            PoolKind::Sum => "sum_pool",
        }
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        let [height, width] = check_window(input, self.size, self.stride, self.padding)?.output;
        let (cells, channels) = (self.size[0] * self.size[1], input.channels);
        if self.kind == PoolKind::Max && cells > MAX_POOL_WINDOW {
            return Err(format!("a window of {cells} cells, expected at most {MAX_POOL_WINDOW}"));
        }
        let cells = product([height, width, cells, channels.next_multiple_of(LANES)]);
        let work = cells.saturating_mul(CELL_WORK);
        Ok(Effect { work, ..Effect::shape_only(Shape { height, width, channels }) })
    }

    fn reach(&self, input: Shape) -> Reach {
        Reach::Window(self.window(input))
    }

    fn pools_pairs(&self, input: Shape) -> bool {
        let is_max = self.kind == PoolKind::Max;
        is_max && self.size == [2, 2] && self.stride == [2, 2] && self.window(input).before == [0, 0]
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        let window = place.used(self.window(place.layer.input));
        Some(Fused::alone(Box::new(Pooled { adding: adding(self.kind), window })))
    }

    fn byte_role(&self, _: Shape) -> ByteRole {
        match adding(self.kind) {
            None => ByteRole::Keeps,
            Some(_) => ByteRole::AddsUp { cells: self.size[0] * self.size[1] },
        }
    }

    fn byte_operation(&self, place: &Place<'_>, settings: ByteSettings) -> Option<Fused<ByteOperation>> {
        let window = place.used(self.window(place.layer.input));
        let adding = adding(self.kind);
        Some(Fused::alone(ByteOperation::Pool { adding, window, ratio: settings.ratio }))
    }

    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        let window = self.window(at.layer.input);
        match adding(self.kind) {
            None => kernels::max_pool(&window, input).0,
            Some(pooling) => kernels::average_pool(&window, pooling, input),
        }
    }

    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, _: &mut [f64]) -> Vec<f64> {
        let (window, length) = (self.window(at.layer.input), of.input.len());
        match adding(self.kind) {
            None => {
                let winners = kernels::max_pool(&window, of.input).1;
                kernels::max_pool_backward(&window, of.output_gradient, &winners, length)
            }
            Some(pooling) => kernels::average_pool_backward(&window, pooling, of.output_gradient, length),
        }
    }

    fn byte_reference(&self, at: &ByteReference<'_>, input: Values) -> Values {
        let window = self.window(at.layer.input);
        match (adding(self.kind), input) {
            (None, Values::Bytes(bytes, scale)) => Values::Bytes(kernels::max_pool_bytes(&window, &bytes), scale),
            (Some(pooling), Values::Bytes(bytes, _)) => {
                let scales = at.scales.expect("what adds up bytes has scales");
                let scale = at.next_scale.unwrap_or(1.0);
                let ratio = (f64::from(scales.input) / f64::from(scale)) as f32;
                Values::Bytes(kernels::average_pool_bytes(&window, pooling, ratio, &bytes), scale)
            }
            (adding, Values::Floats(floats)) => {
                // The kernels' own sums, whose order is the same at every level.
                let cpu = Cpu::with_level(Level::Portable).expect("every machine has this level");
                let length = floats.len() / window.input_len() * at.layer.output.len();
                let mut outputs = vec![0.0; length];
                match adding {
                    None => max_pool(cpu, &window, &floats, &mut outputs, &mut vec![0; length]),
                    Some(pooling) => average_pool(cpu, &window, pooling, &floats, &mut outputs),
                }
                Values::Floats(outputs)
            }
        }
    }
}

/// How cells are added up, where they are.
const fn adding(kind: PoolKind) -> Option<Pooling> {
    match kind {
        PoolKind::Max => None,
        PoolKind::Average => Some(Pooling::Average),
        PoolKind::AverageWithPadding => Some(Pooling::AverageWithPadding),
        PoolKind::Sum => Some(Pooling::Sum),
    }
}

/// Windows that become a number each.
#[derive(Debug)]
struct Pooled {
    /// How they are added up; nothing for the largest.
    adding: Option<Pooling>,
    window: Window,
}

impl Operation for Pooled {
    fn method(&self) -> String {
        format!("{}x{} pooling", self.window.kernel[0], self.window.kernel[1])
    }

    fn saved_bytes(&self, images: usize) -> usize {
        match self.adding {
            None => images * self.window.positions() * self.window.channels,
            Some(_) => 0,
        }
    }

    fn save_space(&self, images: usize) -> Saved {
        Saved { winners: vec![0; self.saved_bytes(images)], ..Saved::default() }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, _: &mut [f32]) {
        match self.adding {
            None => {
                let winners = &mut saved.winners[..output.len()];
                max_pool(pass.cpu, &self.window, input, output, winners);
            }
            Some(pooling) => average_pool(pass.cpu, &self.window, pooling, input, output),
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, _: &mut [f32]) {
        let Some(input_gradient) = gradients.input_gradient else { return };
        match self.adding {
            None => {
                let winners = &saved.winners[..gradients.output.len()];
                max_pool_backward(pass.cpu, &self.window, gradients.output_gradient, winners, input_gradient);
            }
            Some(pooling) => {
                average_pool_backward(pass.cpu, &self.window, pooling, gradients.output_gradient, input_gradient);
            }
        }
    }
}
