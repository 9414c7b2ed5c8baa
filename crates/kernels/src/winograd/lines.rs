//! The one-dimensional transforms: a line of pixels to frequencies and back, and their adjoints.
//!
//! F(4, 3) makes four outputs of a three-tap filter from six inputs with six multiplications, by evaluating polynomials
//! at the points 0, 1, -1, 2, -2 and infinity (Lavin and Gray, "Fast algorithms for convolutional neural networks",
//! 2016). F(2, 3) makes two outputs from four inputs and needs the points 0, 1, -1 and infinity only: a subset. A *half*
//! line is that, with its input transform scaled by 4, -3 and -3 so that it shares the filter transform of the full
//! line. Any number of outputs is then made of full lines and at most one half line, without wasted ones.
//!
//! A half line uses the first four of six places for pixels, the first two of four for outputs, and frequencies 0, 1, 2
//! and 5. The adjoint of a linear map is its transpose: what the backward passes need.

use crate::isa::Isa;

/// Pixels a line reads: six or four.
pub(super) const fn inputs(half: bool) -> usize {
    if half { 4 } else { 6 }
}

/// Pixels a line makes: four or two.
pub(super) const fn outputs(half: bool) -> usize {
    if half { 2 } else { 4 }
}

/// Whether a line has this frequency.
pub(super) const fn has(half: bool, frequency: usize) -> bool {
    !half || frequency < 3 || frequency == 5
}

/// Element `x` of each row. A loop, like everything here where vectors are concerned: the closure that an array's `map`
/// calls would be compiled without the level's instructions, and each operation in it become a call.
#[inline(always)]
pub(super) fn column<V: Copy, const ROWS: usize, const COLUMNS: usize>(
    rows: &[[V; COLUMNS]; ROWS],
    x: usize,
) -> [V; ROWS] {
    let mut column = [rows[0][x]; ROWS];
    for (value, row) in column.iter_mut().zip(rows) {
        *value = row[x];
    }
    column
}

/// `factor * x`.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn times<I: Isa>(factor: f32, x: I::Vector) -> I::Vector {
    // SAFETY: by contract: the level's instructions are there.
    unsafe { I::mul(I::splat(factor), x) }
}

/// `factor * x + y`.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn add_times<I: Isa>(factor: f32, x: I::Vector, y: I::Vector) -> I::Vector {
    // SAFETY: by contract.
    unsafe { I::mul_add(I::splat(factor), x, y) }
}

/// Pixels to frequencies.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn input<I: Isa>(half: bool, d: [I::Vector; 6]) -> [I::Vector; 6] {
    // SAFETY: by contract.
    unsafe {
        if half {
            let t1 = times::<I>(-3.0, I::add(d[1], d[2]));
            let t2 = times::<I>(3.0, I::sub(d[1], d[2]));
            return [times::<I>(4.0, I::sub(d[0], d[2])), t1, t2, I::zero(), I::zero(), I::sub(d[3], d[1])];
        }
        let (a, b) = (add_times::<I>(-4.0, d[2], d[4]), add_times::<I>(-4.0, d[1], d[3]));
        let (c, e) = (I::sub(d[4], d[2]), times::<I>(2.0, I::sub(d[3], d[1])));
        [
            add_times::<I>(4.0, d[0], add_times::<I>(-5.0, d[2], d[4])),
            I::add(a, b),
            I::sub(a, b),
            I::add(c, e),
            I::sub(c, e),
            add_times::<I>(4.0, d[1], add_times::<I>(-5.0, d[3], d[5])),
        ]
    }
}

/// The adjoint of [`input`]: gradients of frequencies to gradients of pixels.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn input_adjoint<I: Isa>(half: bool, t: [I::Vector; 6]) -> [I::Vector; 6] {
    // SAFETY: by contract.
    unsafe {
        if half {
            let d1 = I::sub(times::<I>(3.0, I::sub(t[2], t[1])), t[5]);
            let d2 = add_times::<I>(-4.0, t[0], times::<I>(-3.0, I::add(t[1], t[2])));
            return [times::<I>(4.0, t[0]), d1, d2, t[5], I::zero(), I::zero()];
        }
        let (sum_12, difference_12) = (I::add(t[1], t[2]), I::sub(t[1], t[2]));
        let (sum_34, difference_34) = (I::add(t[3], t[4]), times::<I>(2.0, I::sub(t[3], t[4])));
        [
            times::<I>(4.0, t[0]),
            I::sub(add_times::<I>(-4.0, difference_12, times::<I>(4.0, t[5])), difference_34),
            I::sub(add_times::<I>(-5.0, t[0], times::<I>(-4.0, sum_12)), sum_34),
            add_times::<I>(-5.0, t[5], I::add(difference_12, difference_34)),
            I::add(t[0], I::add(sum_12, sum_34)),
            t[5],
        ]
    }
}

/// Frequencies to outputs.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn output<I: Isa>(half: bool, m: [I::Vector; 6]) -> [I::Vector; 4] {
    // SAFETY: by contract.
    unsafe {
        let (sum_12, difference_12) = (I::add(m[1], m[2]), I::sub(m[1], m[2]));
        if half {
            return [I::add(m[0], sum_12), I::add(difference_12, m[5]), I::zero(), I::zero()];
        }
        let (sum_34, difference_34) = (I::add(m[3], m[4]), I::sub(m[3], m[4]));
        [
            I::add(m[0], I::add(sum_12, sum_34)),
            add_times::<I>(2.0, difference_34, difference_12),
            add_times::<I>(4.0, sum_34, sum_12),
            I::add(add_times::<I>(8.0, difference_34, difference_12), m[5]),
        ]
    }
}

/// The adjoint of [`output`]: gradients of outputs to gradients of frequencies.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn output_adjoint<I: Isa>(half: bool, y: [I::Vector; 4]) -> [I::Vector; 6] {
    // SAFETY: by contract.
    unsafe {
        if half {
            return [y[0], I::add(y[0], y[1]), I::sub(y[0], y[1]), I::zero(), I::zero(), y[1]];
        }
        let (even, odd) = (I::add(y[0], y[2]), I::add(y[1], y[3]));
        let (wide_even, wide_odd) = (add_times::<I>(4.0, y[2], y[0]), add_times::<I>(8.0, y[3], times::<I>(2.0, y[1])));
        [y[0], I::add(even, odd), I::sub(even, odd), I::add(wide_even, wide_odd), I::sub(wide_even, wide_odd), y[3]]
    }
}

/// The six frequencies in three *bands*, each of which a filter's transform makes of the same sums.
pub(super) const BANDS: [[usize; 2]; 3] = [[0, 5], [1, 2], [3, 4]];

/// A filter's three taps to frequencies.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn filter<I: Isa>(g: [I::Vector; 3]) -> [I::Vector; 6] {
    // SAFETY: by contract.
    unsafe {
        let ([zero, infinity], [one, minus_one], [two, minus_two]) =
            (filter_band::<I, 0>(g), filter_band::<I, 1>(g), filter_band::<I, 2>(g));
        [zero, one, minus_one, two, minus_two, infinity]
    }
}

/// A filter's three taps to the frequencies of a band.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn filter_band<I: Isa, const BAND: usize>(g: [I::Vector; 3]) -> [I::Vector; 2] {
    // SAFETY: by contract.
    unsafe {
        let (ends, middle) = match BAND {
            0 => return [times::<I>(0.25, g[0]), g[2]],
            1 => (times::<I>(-1.0 / 6.0, I::add(g[0], g[2])), times::<I>(-1.0 / 6.0, g[1])),
            _ => {
                let ends = add_times::<I>(1.0 / 6.0, g[2], times::<I>(1.0 / 24.0, g[0]));
                (ends, times::<I>(1.0 / 12.0, g[1]))
            }
        };
        [I::add(ends, middle), I::sub(ends, middle)]
    }
}

/// The adjoint of [`filter`]: gradients of frequencies to gradients of taps.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn filter_adjoint<I: Isa>(u: [I::Vector; 6]) -> [I::Vector; 3] {
    // SAFETY: by contract.
    unsafe {
        let [low, _, high] = filter_band_adjoint::<I, 0>([u[0], u[5]]);
        let one = filter_band_adjoint::<I, 1>([u[1], u[2]]);
        let two = filter_band_adjoint::<I, 2>([u[3], u[4]]);
        [I::add(low, I::add(one[0], two[0])), I::add(one[1], two[1]), I::add(high, I::add(one[2], two[2]))]
    }
}

/// The adjoint of [`filter_band`].
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(super) unsafe fn filter_band_adjoint<I: Isa, const BAND: usize>(u: [I::Vector; 2]) -> [I::Vector; 3] {
    // SAFETY: by contract.
    unsafe {
        let (sum, difference) = (I::add(u[0], u[1]), I::sub(u[0], u[1]));
        match BAND {
            0 => [times::<I>(0.25, u[0]), I::zero(), u[1]],
            1 => {
                let ends = times::<I>(-1.0 / 6.0, sum);
                [ends, times::<I>(-1.0 / 6.0, difference), ends]
            }
            _ => [times::<I>(1.0 / 24.0, sum), times::<I>(1.0 / 12.0, difference), times::<I>(1.0 / 6.0, sum)],
        }
    }
}
