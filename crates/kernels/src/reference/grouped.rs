//! Convolution in groups as one convolution, whose kernel is zero from each channel to the filters of other groups.

use crate::grouped::GroupedConvolution;

/// The kernel `[kernel height, kernel width, C, O]` of the convolution that a grouped one with `kernel` is.
pub fn whole_kernel<T: Copy + Default>(geometry: &GroupedConvolution, kernel: &[T]) -> Vec<T> {
    let mut whole = vec![T::default(); geometry.all.kernel_len()];
    for_each_tap(geometry, |own, in_whole| whole[in_whole] = kernel[own]);
    whole
}

/// The part of a kernel `[kernel height, kernel width, C, O]`, or of its gradient, that a grouped convolution has.
pub fn grouped_kernel<T: Copy + Default>(geometry: &GroupedConvolution, whole: &[T]) -> Vec<T> {
    let mut kernel = vec![T::default(); geometry.kernel_len()];
    for_each_tap(geometry, |own, in_whole| kernel[own] = whole[in_whole]);
    kernel
}

/// Calls `visit` with the place of each tap in the grouped kernel and in the whole one.
fn for_each_tap(geometry: &GroupedConvolution, mut visit: impl FnMut(usize, usize)) {
    let (channels, filters) = (geometry.all.window.channels, geometry.all.filters);
    let [group_channels, group_filters] = [channels / geometry.groups, filters / geometry.groups];
    for own in 0..geometry.kernel_len() {
        let (cell, channel, filter) = (own / filters / group_channels, own / filters % group_channels, own % filters);
        let channel = filter / group_filters * group_channels + channel;
        visit(own, (cell * channels + channel) * filters + filter);
    }
}
