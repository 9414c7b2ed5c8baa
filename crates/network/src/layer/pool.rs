//! Max, average and sum pooling; the formulas are at the kernels.

use tenfold_kernels::{Pooling, Window, average_pool, average_pool_backward, max_pool, max_pool_backward};

use super::{Backward, Operation, Pass, Saved};
use crate::architecture::PoolKind;

#[derive(Debug)]
pub(crate) struct Pool {
    pub kind: PoolKind,
    pub window: Window,
}

impl Operation for Pool {
    fn method(&self) -> String {
        format!("{}x{} pooling", self.window.kernel[0], self.window.kernel[1])
    }

    fn saved_bytes(&self, images: usize) -> usize {
        match averaging(self.kind) {
            None => images * self.window.positions() * self.window.channels,
            Some(_) => 0,
        }
    }

    fn save_space(&self, images: usize) -> Saved {
        Saved { winners: vec![0; self.saved_bytes(images)], ..Saved::default() }
    }

    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, _: &mut [f32]) {
        match averaging(self.kind) {
            None => {
                let winners = &mut saved.winners[..output.len()];
                max_pool(pass.cpu, &self.window, input, output, winners);
            }
            Some(pooling) => average_pool(pass.cpu, &self.window, pooling, input, output),
        }
    }

    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, _: &mut [f32]) {
        let Some(input_gradient) = gradients.input_gradient else { return };
        match averaging(self.kind) {
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

/// How cells are added up, where they are.
pub(crate) const fn averaging(kind: PoolKind) -> Option<Pooling> {
    match kind {
        PoolKind::Max => None,
        PoolKind::Average => Some(Pooling::Average),
        PoolKind::AverageWithPadding => Some(Pooling::AverageWithPadding),
        PoolKind::Sum => Some(Pooling::Sum),
    }
}
