//! Convolution: a kernel slides over the image; with what follows it, one operation. The formulas of the three passes are
//! at the kernels.

mod grouped;
mod operation;

use tenfold_kernels::{Convolution, GroupedConvolution, QuantizedLayer, Window, reference as kernels};

use super::bytes::{ByteOperation, ByteRole, ByteSettings, Products};
use super::effect::{Effect, LANES, MAX_WORK, check_count, check_window, product};
use super::kind::Kind;
use super::operation::Operation;
use super::place::{Fused, Place, Reach};
use super::reference::{ByteReference, Derivative, Reference, Values};
use crate::architecture::{Padding, Shape};
use crate::tensor::Role;
use grouped::Grouped;
use operation::{Convolved, Method};

/// Numbers in one window.
const MAX_FAN_IN: u64 = 1 << 20;
/// Bytes of the kernel that a grouped convolution has in a quantised network, zeros between groups included.
const MAX_WHOLE_KERNEL: u64 = 1 << 26;

/// [`Layer::Conv2d`](crate::Layer::Conv2d).
pub(crate) struct Conv2d {
    pub filters: usize,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub padding: Padding,
    pub bias: bool,
    pub groups: usize,
}

impl Conv2d {
    fn window(&self, input: Shape) -> Window {
        check_window(input, self.kernel, self.stride, self.padding).expect("the outline has accepted this window")
    }

    /// Over a whole image.
    fn geometry(&self, input: Shape) -> Convolution {
        Convolution { window: self.window(input), filters: self.filters }
    }

    /// Over the part of an image that is used at a place.
    fn used(&self, place: &Place<'_>) -> Convolution {
        Convolution { window: place.used(self.window(place.layer.input)), filters: self.filters }
    }

    fn grouped(&self, all: Convolution) -> GroupedConvolution {
        GroupedConvolution::new(all, self.groups).expect("the outline has accepted these groups")
    }

    /// The layer's kernel as that of a convolution without groups.
    fn whole<T: Copy + Default>(&self, all: Convolution, kernel: &[T]) -> Vec<T> {
        kernels::whole_kernel(&self.grouped(all), kernel)
    }

    /// Refuses groups that do not divide the channels and the filters. The error is what is wrong, in words.
    fn check_groups(&self, channels: usize) -> Result<(), String> {
        let Self { filters, groups, .. } = *self;
        let divides = |count: usize| count.checked_rem(groups) == Some(0);
        if divides(channels) && divides(filters) {
            return Ok(());
        }
        Err(format!(
            "{groups} groups, expected a number that divides the {channels} channels and the {filters} filters"
        ))
    }
}

impl Kind for Conv2d {
    fn name(&self) -> &'static str {
        "conv2d"
    }

    fn effect(&self, input: Shape) -> Result<Effect, String> {
        let Self { filters, kernel, .. } = *self;
        check_count("filters", filters)?;
        self.check_groups(input.channels)?;
        let [height, width] = check_window(input, kernel, self.stride, self.padding)?.output;
        let taps = product([kernel[0], kernel[1], input.channels]);
        if taps > MAX_FAN_IN {
            return Err(format!("a window of {taps} numbers, expected at most {MAX_FAN_IN}"));
        }
        let channels = input.channels / self.groups;
        let fan_in = kernel[0] * kernel[1] * channels;
        let role = Role::Kernel { fan_in, fan_out: (kernel[0] * kernel[1]).saturating_mul(filters / self.groups) };
        let mut tensors = vec![(role, vec![kernel[0], kernel[1], channels, filters])];
        tensors.extend(self.bias.then(|| (Role::Bias, vec![filters])));
        let output = Shape { height, width, channels: filters };
        let multiply_accumulates = product([height, width, fan_in, filters]);
        // A vector holds filters of one group; but those of all groups where each has a channel and a filter.
        let vectors = match [channels, filters / self.groups] {
            [1, 1] => filters.next_multiple_of(LANES),
            [_, of_group] => self.groups.saturating_mul(of_group.next_multiple_of(LANES)),
        };
        let work = product([height, width, fan_in, vectors]);
        Ok(Effect { output, tensors, multiply_accumulates, work })
    }

    fn reach(&self, input: Shape) -> Reach {
        Reach::Window(self.window(input))
    }

    fn operation(&self, place: &Place<'_>) -> Option<Fused<Box<dyn Operation>>> {
        let geometry = self.used(place);
        if self.groups > 1 {
            let epilogue = place.epilogue(None);
            let layers = epilogue.layers;
            return Some(Fused {
                operation: Box::new(Grouped::new(place.layer, self.grouped(geometry), epilogue)),
                layers,
            });
        }
        let method = Method::choose(geometry, place.is_first, place.exact);
        let epilogue = place.epilogue(method.can_pool().then_some(geometry.window.output));
        let layers = epilogue.layers;
        Some(Fused { operation: Box::new(Convolved::new(place.layer, geometry, method, epilogue)), layers })
    }

    fn byte_role(&self, input: Shape) -> ByteRole {
        let window = self.window(input);
        let whole = product([window.patch_len(), self.filters]);
        if self.groups > 1 && (whole > MAX_WHOLE_KERNEL || whole.saturating_mul(window.positions() as u64) > MAX_WORK) {
            let problem = "has a place in int8 with zeros between its groups only, and is too large for that";
            return ByteRole::AfterKernels(problem.to_owned());
        }
        let side = |axis: usize| (window.output[axis] - 1) * window.stride[axis] + window.kernel[axis];
        ByteRole::Kernel { inputs: window.patch_len(), padded: product([side(0), side(1), window.channels]) }
    }

    fn byte_operation(&self, place: &Place<'_>, settings: ByteSettings) -> Option<Fused<ByteOperation>> {
        let geometry = self.used(place);
        let epilogue = place.epilogue(Some(geometry.window.output));
        let kernel = settings.kernel.expect("a convolution has a kernel");
        let (weights, scales, biases) = (&self.whole(geometry, &kernel.weights), &kernel.scales, &kernel.biases);
        let layer = QuantizedLayer::convolution(geometry, epilogue.pooled, weights, scales, biases);
        let products = Products(product([geometry.window.positions(), geometry.kernel_len()]));
        let operation = ByteOperation::of_kernel(kernel.is_last, layer, products);
        Some(Fused { operation, layers: epilogue.layers })
    }

    fn reference(&self, at: &Reference<'_>, input: &[f64]) -> Vec<f64> {
        let geometry = self.geometry(at.layer.input);
        let mut output = kernels::convolution(&geometry, input, &self.whole(geometry, at.values_of(Role::is_kernel)));
        let bias = at.values_of(|role| role == Role::Bias);
        output.iter_mut().enumerate().for_each(|(i, y)| *y += bias.get(i % self.filters).unwrap_or(&0.0));
        output
    }

    fn reference_backward(&self, at: &Reference<'_>, of: Derivative<'_>, gradient: &mut [f64]) -> Vec<f64> {
        let (geometry, dy) = (self.geometry(at.layer.input), of.output_gradient);
        let of_whole = kernels::convolution_kernel_gradient(&geometry, of.input, dy);
        at.set(gradient, Role::is_kernel, &kernels::grouped_kernel(&self.grouped(geometry), &of_whole));
        at.set(gradient, |role| role == Role::Bias, &kernels::sum_rows(dy, self.filters));
        kernels::convolution_input_gradient(&geometry, dy, &self.whole(geometry, at.values_of(Role::is_kernel)))
    }

    fn byte_reference(&self, at: &ByteReference<'_>, input: Values) -> Values {
        let geometry = self.geometry(at.layer.input);
        at.convolved(&geometry, |kernel| self.whole(geometry, kernel), input)
    }
}
