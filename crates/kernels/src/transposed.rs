//! Transposed matrices: products with them, and copies.

use crate::isa::{Isa, for_each_isa, transpose_scalars};
use crate::level::Cpu;

/// `c = a bt` with `b` given row-major as `[columns, inner]`: every element is the dot product of a row of `a` with a row
/// of `b`. `a`: `[rows, inner]`; `c`: `[rows, columns]`, overwritten.
///
/// # Panics
/// If the lengths do not fit.
pub fn gemm_transposed(cpu: Cpu, a: &[f32], b: &[f32], inner: usize, c: &mut [f32]) {
    assert!(inner > 0 && a.len().is_multiple_of(inner) && b.len().is_multiple_of(inner), "rows of {inner}");
    let (rows, columns) = (a.len() / inner, b.len() / inner);
    assert_eq!(c.len(), rows * columns, "the product of {rows} rows and {columns} rows");
    let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
    /// # Safety
    /// The level's instructions are there, and the pointers are valid for the matrices.
    #[inline(always)]
    unsafe fn body<I: Isa>(a: *const f32, b: *const f32, c: *mut f32, rows: usize, columns: usize, inner: usize) {
        // Blocks of 4 x 4: 16 sums hide the latency of the additions, 8 more vectors hold the rows.
        let mut row = 0;
        while row < rows {
            let height = if row + 4 <= rows { 4 } else { 1 };
            let mut column = 0;
            while column < columns {
                let width = if column + 4 <= columns { 4 } else { 1 };
                // SAFETY: by contract: the rows and columns of the block are within the matrices.
                unsafe {
                    let (a, b) = (a.add(row * inner), b.add(column * inner));
                    let c = c.add(row * columns + column);
                    match (height, width) {
                        (4, 4) => dots::<I, 4, 4>(a, b, c, columns, inner),
                        (4, _) => dots::<I, 4, 1>(a, b, c, columns, inner),
                        (_, 4) => dots::<I, 1, 4>(a, b, c, columns, inner),
                        _ => dots::<I, 1, 1>(a, b, c, columns, inner),
                    }
                }
                column += width;
            }
            row += height;
        }
    }
    // SAFETY: the lengths are asserted above.
    unsafe {
        for_each_isa!(
            cpu,
            body(a: *const f32, b: *const f32, c: *mut f32, rows: usize, columns: usize, inner: usize)
        )
    }
}

/// One block of dot products.
///
/// # Safety
/// The level's instructions are there; `ROWS` and `COLUMNS` rows of `inner` floats are valid, and as many elements of
/// rows of `stride`.
#[inline(always)]
unsafe fn dots<I: Isa, const ROWS: usize, const COLUMNS: usize>(
    a: *const f32,
    b: *const f32,
    c: *mut f32,
    stride: usize,
    inner: usize,
) {
    // SAFETY: by contract: `ROWS` and `COLUMNS` rows of `inner` floats, and as many elements of rows of `stride`.
    unsafe {
        let mut sums = [[I::zero(); COLUMNS]; ROWS];
        for k in (0..inner).step_by(I::LANES) {
            let lanes = I::LANES.min(inner - k);
            let load = |from: *const f32| if lanes == I::LANES { I::load(from) } else { I::load_first(from, lanes) };
            let mut columns = [I::zero(); COLUMNS];
            for (j, column) in columns.iter_mut().enumerate() {
                *column = load(b.add(j * inner + k));
            }
            for (i, sums) in sums.iter_mut().enumerate() {
                let row = load(a.add(i * inner + k));
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = I::mul_add(row, column, *sum);
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            if let Some(&four) = sums.first_chunk::<4>() {
                I::store_sums(c.add(i * stride), four);
            } else {
                *c.add(i * stride) = I::sum(sums[0]);
            }
        }
    }
}

/// Writes the transpose of the matrix of `[rows, columns]` at the start of `from`, whose rows lie `stride` apart, to `to`
/// (`[columns, rows]`, dense).
///
/// # Panics
/// If `columns` exceeds `stride`, or a length does not fit.
pub fn transpose(cpu: Cpu, from: &[f32], stride: usize, [rows, columns]: [usize; 2], to: &mut [f32]) {
    assert!(columns <= stride && (rows == 0 || (rows - 1) * stride + columns <= from.len()), "the matrix to transpose");
    assert_eq!(to.len(), rows * columns, "the transposed matrix");
    let (from, to) = (from.as_ptr(), to.as_mut_ptr());
    /// # Safety
    /// The level's instructions are there; the pointers are valid for both matrices, which do not overlap.
    #[inline(always)]
    unsafe fn body<I: Isa>(from: *const f32, stride: usize, rows: usize, columns: usize, to: *mut f32) {
        for row in (0..rows).step_by(I::LANES) {
            for column in (0..columns).step_by(I::LANES) {
                // SAFETY: by contract: every element named is within the matrices.
                unsafe {
                    let (from, to) = (from.add(row * stride + column), to.add(column * rows + row));
                    if row + I::LANES <= rows && column + I::LANES <= columns {
                        I::transpose(from, stride, to, rows);
                    } else {
                        let (high, wide) = (I::LANES.min(rows - row), I::LANES.min(columns - column));
                        transpose_scalars(from, stride, [high, wide], to, rows);
                    }
                }
            }
        }
    }
    // SAFETY: the lengths are asserted above.
    unsafe { for_each_isa!(cpu, body(from: *const f32, stride: usize, rows: usize, columns: usize, to: *mut f32)) }
}
