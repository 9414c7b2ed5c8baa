//! Each vector operation of each level against its definition, lane by lane.

use super::for_each_cpu;
use crate::isa::{Isa, for_each_isa};

/// More lanes than any level has.
const MOST: usize = 32;

/// What no operation writes: shows lanes that were left alone.
const UNTOUCHED: f32 = 77.0;

#[test]
fn lanes_to_and_from_memory() {
    for_each_cpu(|cpu| {
        // SAFETY: `for_each_isa` picks by the `Cpu`.
        unsafe { for_each_isa!(cpu, memory()) }
    });
}

/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn memory<I: Isa>() {
    let floats: [f32; MOST] = std::array::from_fn(|lane| lane as f32 - 5.5);
    let bytes: [u8; MOST] = std::array::from_fn(|lane| (255 - 8 * lane) as u8);
    for count in 0..=I::LANES {
        // SAFETY: the arrays are longer than any vector.
        unsafe {
            let expected = |lane| if lane < count { floats[lane + 1] } else { 0.0 };
            expect(lanes::<I>(I::load_first(floats[1..].as_ptr(), count)), I::LANES, expected);
            let expected = |lane| if lane < count { f32::from(bytes[lane + 1]) } else { 0.0 };
            expect(lanes::<I>(I::load_bytes(bytes[1..].as_ptr(), count)), I::LANES, expected);

            let mut to = [UNTOUCHED; MOST];
            I::store_first(to.as_mut_ptr(), count, I::load(floats.as_ptr()));
            expect(to, count, |lane| floats[lane]);
            let mut to = [7; MOST];
            I::store_bytes(to.as_mut_ptr(), count, I::load_bytes(bytes.as_ptr(), I::LANES));
            assert!(to[..count] == bytes[..count] && to[count..].iter().all(|&byte| byte == 7), "{to:?}");
        }
    }
    // SAFETY: as above.
    unsafe {
        expect(lanes::<I>(I::load(floats[1..].as_ptr())), I::LANES, |lane| floats[lane + 1]);
        expect(lanes::<I>(I::zero()), I::LANES, |_| 0.0);
        expect(lanes::<I>(I::splat(2.5)), I::LANES, |_| 2.5);
    }
}

#[test]
fn blocks_transposed() {
    for_each_cpu(|cpu| {
        // SAFETY: `for_each_isa` picks by the `Cpu`.
        unsafe { for_each_isa!(cpu, transposed()) }
    });
}

/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn transposed<I: Isa>() {
    const STRIDE: usize = MOST + 3;
    let from: Vec<f32> = (0..MOST * MOST).map(|i| i as f32).collect();
    let mut to = vec![UNTOUCHED; MOST * STRIDE];
    // SAFETY: both are larger than any block.
    unsafe { I::transpose(from.as_ptr(), MOST, to.as_mut_ptr(), STRIDE) };
    for (i, &value) in to.iter().enumerate() {
        let (row, column) = (i / STRIDE, i % STRIDE);
        let inside = row < I::LANES && column < I::LANES;
        let expected = if inside { from[column * MOST + row] } else { UNTOUCHED };
        assert_eq!(value, expected, "row {row}, column {column} of {} lanes", I::LANES);
    }
}

#[test]
fn arithmetic_per_lane() {
    for_each_cpu(|cpu| {
        // SAFETY: `for_each_isa` picks by the `Cpu`.
        unsafe { for_each_isa!(cpu, arithmetic()) }
    });
}

/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn arithmetic<I: Isa>() {
    // Every value meets every other in some lane as `shift` goes round; sums and products of the finite ones are exact.
    const VALUES: [f32; 9] = [1.5, -2.0, 0.0, f32::NAN, -0.0, f32::INFINITY, 3.0, f32::NEG_INFINITY, -0.5];
    for shift in 0..VALUES.len() {
        for offset in 0..VALUES.len() {
            let a: [f32; MOST] = std::array::from_fn(|lane| VALUES[lane % VALUES.len()]);
            let b: [f32; MOST] = std::array::from_fn(|lane| VALUES[(lane + shift) % VALUES.len()]);
            let (x, y): ([f32; MOST], [f32; MOST]) =
                (std::array::from_fn(|lane| 8.0 + lane as f32), std::array::from_fn(|lane| -0.25 * lane as f32));
            let (from, n) = (|values: &[f32; MOST]| values[offset..].as_ptr(), I::LANES);
            // SAFETY: `offset` and a vector are within the arrays.
            unsafe {
                let (va, vb, vx, vy) = (I::load(from(&a)), I::load(from(&b)), I::load(from(&x)), I::load(from(&y)));
                let (a, b, x, y) = (&a[offset..], &b[offset..], &x[offset..], &y[offset..]);
                expect(lanes::<I>(I::add(va, vb)), n, |i| a[i] + b[i]);
                expect(lanes::<I>(I::sub(va, vb)), n, |i| a[i] - b[i]);
                expect(lanes::<I>(I::mul(va, vb)), n, |i| a[i] * b[i]);
                expect(lanes::<I>(I::mul_add(va, vb, vx)), n, |i| a[i] * b[i] + x[i]);
                expect(lanes::<I>(I::max(va, vb)), n, |i| if a[i] > b[i] { a[i] } else { b[i] });
                expect(lanes::<I>(I::select_greater(va, vb, vx, vy)), n, |i| if a[i] > b[i] { x[i] } else { y[i] });
                expect(lanes::<I>(I::select_equal(va, vb, vx, vy)), n, |i| if a[i] == b[i] { x[i] } else { y[i] });
                assert_eq!(I::sum(vx), x[..n].iter().sum::<f32>());
            }
        }
    }
}

/// The lanes of a vector, and after them [`UNTOUCHED`].
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
unsafe fn lanes<I: Isa>(vector: I::Vector) -> [f32; MOST] {
    let mut lanes = [UNTOUCHED; MOST];
    // SAFETY: by contract; the array is longer than any vector.
    unsafe { I::store(lanes.as_mut_ptr(), vector) };
    lanes
}

/// Asserts that the first `count` lanes are the same numbers as expected, zeros by sign, and the others untouched.
#[track_caller]
fn expect(actual: [f32; MOST], count: usize, expected: impl Fn(usize) -> f32) {
    for (lane, &value) in actual.iter().enumerate() {
        let expected = if lane < count { expected(lane) } else { UNTOUCHED };
        let same = value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan();
        assert!(same, "lane {lane} of {count}: {value}, expected {expected}");
    }
}
