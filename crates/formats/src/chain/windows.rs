//! Layers that move a window over the image, and the zeros around it.

use tenfold_network::{Layer, Padding, PoolKind, Shape, Window};

use super::layers::{Chain, Zeros};
use super::refused::Refused;
use crate::layout;

/// What a pooling makes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// The largest number inside of the image.
    Max,
    /// The mean; whether it counts the padding of its own. Zeros that were put around the image count in any case.
    Mean { counts_padding: bool },
}

impl Chain {
    /// Puts zeros around the image, which are a part of the next layer's padding.
    pub fn pad(&mut self, zeros: Zeros) {
        if zeros != Zeros::default() {
            self.zeros = Some(zeros);
            self.change();
        }
    }

    /// Adds a convolution in groups with a kernel of `[height, width]`; returns its index.
    pub fn convolution(
        &mut self,
        (filters, groups): (usize, usize),
        (kernel, stride): ([usize; 2], [usize; 2]),
        padding: Padding,
        bias: bool,
    ) -> Result<usize, Refused> {
        let (padding, window) = self.slide(kernel, stride, padding)?;
        let [height, width] = window.output;
        let shape = Shape { height, width, channels: filters };
        self.reshaped(Layer::Conv2d { filters, kernel, stride, padding, bias, groups }, shape)
    }

    /// Adds a pooling of windows of `[height, width]`.
    pub fn pool(
        &mut self,
        pooling: Pooling,
        (size, stride): ([usize; 2], [usize; 2]),
        own: Padding,
    ) -> Result<(), Refused> {
        let has_zeros = self.zeros.is_some();
        if has_zeros && pooling == Pooling::Max && !layout::maximum_ignores_zeros(self.layers.last()) {
            return Err(Refused::MaximumOfZeros);
        }
        let pads = !matches!(own, Padding::Valid | Padding::Explicit { before: [0, 0], after: [0, 0] });
        let (padding, window) = self.slide(size, stride, own)?;
        let kind = match pooling {
            Pooling::Max => PoolKind::Max,
            Pooling::Mean { counts_padding } => match window.is_padded() {
                false if self.is_own && counts_padding => PoolKind::AverageWithPadding,
                false => PoolKind::Average,
                true if has_zeros && pads && !counts_padding => return Err(Refused::ZerosCountedAlone),
                true if has_zeros || counts_padding => PoolKind::AverageWithPadding,
                true => PoolKind::Average,
            },
        };
        let [height, width] = window.output;
        self.reshaped(Layer::Pool { kind, size, stride, padding }, Shape { height, width, ..self.shape })?;
        let is_whole = match kind {
            PoolKind::Max | PoolKind::Sum => false,
            PoolKind::Average => !window.is_padded(),
            PoolKind::AverageWithPadding => true,
        };
        self.averaged = is_whole.then_some(size[0] * size[1]);
        Ok(())
    }

    /// Adds a pooling of all pixels of the image.
    pub fn pool_all(&mut self, pooling: Pooling) -> Result<(), Refused> {
        let Shape { height, width, channels } = self.shape;
        let kind = if pooling == Pooling::Max { PoolKind::Max } else { PoolKind::Average };
        let size = [height, width];
        let layer = Layer::Pool { kind, size, stride: size, padding: Padding::Valid };
        self.reshaped(layer, Shape::flat(channels)).map(drop)
    }

    /// Adds a pooling of all pixels of the image in two ways.
    pub fn pool_all_twice(&mut self) -> Result<(), Refused> {
        self.reshaped(Layer::ConcatPool, Shape::flat(self.shape.channels.saturating_mul(2))).map(drop)
    }

    /// Makes a sum of the last layer, if that is a mean of whole windows and `factor` is their size; whether it is.
    pub fn multiply_to_sum(&mut self, factor: f64) -> bool {
        let is_sum = self.averaged.is_some_and(|cells| cells as f64 == factor) && self.check_next().is_ok();
        if let (true, Some(Layer::Pool { kind, .. })) = (is_sum, self.layers.last_mut()) {
            *kind = PoolKind::Sum;
            self.averaged = None;
            self.change();
        }
        is_sum
    }

    /// Moves a window over the image with the zeros around it; returns the padding of both together. One in numbers is
    /// called `valid` or `same` where these have the same windows.
    fn slide(&mut self, size: [usize; 2], stride: [usize; 2], own: Padding) -> Result<(Padding, Window), Refused> {
        let sum = |a: [usize; 2], b: [usize; 2]| [0, 1].map(|axis| a[axis].saturating_add(b[axis]));
        let padding = match (own, self.zeros.take()) {
            (own, None) => own,
            (Padding::Same, Some(_)) => return Err(Refused::PaddedTwice),
            (Padding::Valid, Some([before, after])) => Padding::Explicit { before, after },
            (Padding::Explicit { before, after }, Some(zeros)) => {
                Padding::Explicit { before: sum(before, zeros[0]), after: sum(after, zeros[1]) }
            }
        };
        let image = self.shape;
        let window = padding.windows(image, size, stride);
        let window = window.ok_or(Refused::NoFit { image, size, stride, padding })?;
        let is_called = |name: &Padding| name.windows(image, size, stride) == Some(window);
        let padding = match padding {
            Padding::Explicit { .. } => [Padding::Valid, Padding::Same].into_iter().find(is_called).unwrap_or(padding),
            named => named,
        };
        Ok((padding, window))
    }
}
