//! A block of outputs, in registers from the first product to the last rounding.
//!
//! Eight pixels by two vectors of filters (four by two where there are few registers): each vector of weights meets eight
//! pixels; each group of a pixel's bytes, repeated over a vector, meets two vectors of weights.

use super::frame::GROUP;
use super::layer::{PANEL, QuantizedLayer, WINDOW};
use super::walk::Walk;
use crate::isa::dot::{Dot, for_each_dot};
use crate::level::Cpu;

/// Groups of taps per turn of the innermost loop.
const UNROLL: usize = 4;

/// Where a layer's outputs go, and as what.
#[derive(Debug)]
pub enum QuantizedOutput<'a> {
    /// `sum * scale + bias` rounded to the nearest whole number, the even one of two, and cut off at 0 and 255.
    Bytes(&'a mut [u8]),
    /// `sum * scale + bias`, negative numbers too.
    Floats(&'a mut [f32]),
}

impl QuantizedLayer {
    /// Computes the layer for every image of `input`.
    ///
    /// `input`: `[N, H, W, C]`; `output`: `N` times [`Self::output_len`] numbers, overwritten; `scratch`: at least
    /// [`Self::scratch_len`] bytes of any content.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn forward(&self, cpu: Cpu, input: &[u8], output: QuantizedOutput<'_>, scratch: &mut [u8]) {
        let images = input.len() / self.input_len();
        assert_eq!(input.len(), images * self.input_len(), "whole input images of {:?}", self.geometry);
        let (length, destination) = match output {
            QuantizedOutput::Bytes(bytes) => (bytes.len(), Destination::Bytes(bytes.as_mut_ptr())),
            QuantizedOutput::Floats(floats) => (floats.len(), Destination::Floats(floats.as_mut_ptr())),
        };
        assert_eq!(length, images * self.output_len(), "{images} output images of {:?}", self.geometry);
        let frames = self.frame.fill(input, scratch);
        let outputs = length / self.geometry.filters;
        let work = &Work { layer: self, frames: frames.as_ptr(), outputs, destination };
        // SAFETY: the frames hold every window of every image, and where a group of taps reaches beyond the last, the
        // scratch space goes on; the output has a place for each of the outputs, as asserted.
        unsafe { for_each_dot!(cpu, forward(work: &Work<'_>)) }
    }
}

/// A forward pass as pointers, valid for the layer and number of outputs.
struct Work<'a> {
    layer: &'a QuantizedLayer,
    frames: *const u8,
    /// Outputs of all images, a pixel of all filters counted as one.
    outputs: usize,
    destination: Destination,
}

/// The first of the outputs.
#[derive(Clone, Copy)]
enum Destination {
    Bytes(*mut u8),
    Floats(*mut f32),
}

/// Computes everything.
///
/// # Safety
/// The level's instructions are there and the pointers valid.
#[inline(always)]
unsafe fn forward<D: Dot>(work: &Work<'_>) {
    let filters = work.layer.geometry.filters;
    let mut filter = 0;
    while filter < filters {
        // SAFETY: the filters are the layer's, the last perhaps among the zeros that fill its last panel.
        unsafe {
            if filters - filter > D::LANES {
                column::<D, 2>(work, filter);
                filter += 2 * D::LANES;
            } else {
                column::<D, 1>(work, filter);
                filter += D::LANES;
            }
        }
    }
}

/// `NV` vectors of filters: what stays the same from block to block.
struct Column<'a, const NV: usize> {
    offsets: &'a [usize],
    /// For each vector its weights for the first group of taps, its scales and its biases.
    weights: [*const [i8; GROUP]; NV],
    scales: [*const f32; NV],
    biases: [*const f32; NV],
    first_filter: usize,
    /// Filters in the last vector.
    lanes: usize,
    filters: usize,
    outputs: usize,
    destination: Destination,
}

/// All outputs of the `NV` vectors of filters that begin with `first_filter`.
///
/// # Safety
/// As for [`forward`]; the filters are among the layer's.
#[inline(always)]
unsafe fn column<D: Dot, const NV: usize>(work: &Work<'_>, first_filter: usize) {
    let layer = work.layer;
    let filters = layer.geometry.filters;
    let mut column = Column {
        offsets: &layer.offsets,
        weights: [std::ptr::null(); NV],
        scales: [std::ptr::null(); NV],
        biases: [std::ptr::null(); NV],
        first_filter,
        lanes: D::LANES.min(filters - first_filter - (NV - 1) * D::LANES),
        filters,
        outputs: work.outputs,
        destination: work.destination,
    };
    for v in 0..NV {
        let filter = first_filter + v * D::LANES;
        let (panel, lane) = (filter / PANEL, filter % PANEL);
        column.weights[v] =
            layer.weights[panel * layer.offsets.len()..].as_ptr().cast::<[i8; GROUP]>().wrapping_add(lane);
        column.scales[v] = layer.scaling[panel].scale[lane..].as_ptr();
        column.biases[v] = layer.scaling[panel].bias[lane..].as_ptr();
    }
    let mut walk = Walk::new(layer, work.outputs);
    let mut output = 0;
    while output < work.outputs {
        // SAFETY: by contract; the walk stays within the frames.
        unsafe {
            output += if D::MANY_REGISTERS {
                block::<D, NV, 8>(&column, work.frames, walk.next(layer.pooled), output, layer.pooled)
            } else {
                block::<D, NV, 4>(&column, work.frames, walk.next(layer.pooled), output, layer.pooled)
            };
        }
    }
}

/// The outputs from `output` on, made of the `PX` pixels whose windows begin at `starts`; returns how many they are.
///
/// # Safety
/// As for [`column`]; the windows are within the image, and the outputs within the output.
#[inline(always)]
unsafe fn block<D: Dot, const NV: usize, const PX: usize>(
    column: &Column<'_, NV>,
    frames: *const u8,
    starts: [usize; PX],
    output: usize,
    pooled: bool,
) -> usize {
    let groups = column.offsets.len();
    // SAFETY: by contract: every window lies within the frames.
    unsafe {
        let mut pixels = [frames; PX];
        for (pixel, start) in pixels.iter_mut().zip(starts) {
            *pixel = pixel.add(start);
        }
        let mut sums = [[D::zero(); NV]; PX];
        let mut group = 0;
        while group + UNROLL <= groups {
            for _ in 0..UNROLL {
                add_group::<D, NV, PX>(column, group, &pixels, &mut sums);
                group += 1;
            }
        }
        while group < groups {
            add_group::<D, NV, PX>(column, group, &pixels, &mut sums);
            group += 1;
        }
        if !pooled {
            finish::<D, NV, PX>(column, output, PX, &sums);
            return PX;
        }
        for window in 0..PX / WINDOW {
            let mut largest = sums[window * WINDOW];
            for pixel in 1..WINDOW {
                for (largest, &sum) in largest.iter_mut().zip(&sums[window * WINDOW + pixel]) {
                    *largest = D::max(*largest, sum);
                }
            }
            sums[window] = largest;
        }
        finish::<D, NV, PX>(column, output, PX / WINDOW, &sums);
        PX / WINDOW
    }
}

/// Adds the products of one group of taps.
///
/// # Safety
/// The level's instructions are there; the group's taps are valid at every start.
#[inline(always)]
unsafe fn add_group<D: Dot, const NV: usize, const PX: usize>(
    column: &Column<'_, NV>,
    group: usize,
    pixels: &[*const u8; PX],
    sums: &mut [[D::Vector; NV]; PX],
) {
    // SAFETY: by contract: the group is one of the layer's, and lies within the windows that begin at `pixels`.
    unsafe {
        let offset = *column.offsets.get_unchecked(group);
        let mut weights = [D::zero(); NV];
        for (weights, from) in weights.iter_mut().zip(&column.weights) {
            *weights = D::load(from.add(group * PANEL));
        }
        for (pixel, sums) in pixels.iter().zip(sums) {
            let bytes = D::splat(pixel.add(offset));
            for (sum, &weights) in sums.iter_mut().zip(&weights) {
                *sum = D::add_products(*sum, bytes, weights);
            }
        }
    }
}

/// Finishes the first `count` of `sums`, the outputs from `output` on.
///
/// # Safety
/// As for [`block`].
#[inline(always)]
unsafe fn finish<D: Dot, const NV: usize, const PX: usize>(
    column: &Column<'_, NV>,
    output: usize,
    count: usize,
    sums: &[[D::Vector; NV]; PX],
) {
    // SAFETY: by contract.
    unsafe {
        match column.destination {
            Destination::Bytes(to) => store::<D, NV, PX, true>(column, to, output, count, sums),
            Destination::Floats(to) => store::<D, NV, PX, false>(column, to.cast(), output, count, sums),
        }
    }
}

/// As [`finish`], to bytes or to floats from `to` on. Sums beyond the last output have no place.
///
/// `count` is a constant where this is inlined. The compiler must unroll both loops, or the sums would go through memory:
/// it does so as long as what is in them is small.
///
/// # Safety
/// As for [`block`]; `to` is valid for the outputs named.
#[inline(always)]
unsafe fn store<D: Dot, const NV: usize, const PX: usize, const BYTES: bool>(
    column: &Column<'_, NV>,
    to: *mut u8,
    output: usize,
    count: usize,
    sums: &[[D::Vector; NV]; PX],
) {
    for (output, sums) in (output..).zip(sums).take(count) {
        if output < column.outputs {
            for (v, &sums) in sums.iter().enumerate() {
                let at = output * column.filters + column.first_filter + v * D::LANES;
                let lanes = if v + 1 == NV { column.lanes } else { D::LANES };
                let (scale, bias) = (column.scales[v], column.biases[v]);
                // SAFETY: by contract: the output and its filters exist; a panel has a scale and a bias for every lane.
                unsafe {
                    if BYTES {
                        D::store_bytes(to.add(at), lanes, sums, scale, bias);
                    } else {
                        D::store_floats(to.cast::<f32>().add(at), lanes, sums, scale, bias);
                    }
                }
            }
        }
    }
}
