//! Matrix multiplication: `C = A B` or `C += A B`, blocked in registers.
//!
//! One body serves every product of a network: `A` is read one scalar at a time through two strides, so a transposed
//! `A` costs nothing. A block of `C`, `MR` rows by `NV` vectors, stays in registers over the whole inner dimension; each
//! step loads `NV` vectors of `B` and multiplies them by `MR` scalars of `A`.

use crate::isa::portable::Portable;
use crate::isa::{Isa, for_each_isa};
use crate::level::{Cpu, Level};

/// A read-only view of a matrix, row-major or transposed.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// `data` as `rows` x `columns`, row-major.
    ///
    /// # Panics
    /// If `data` does not have exactly `rows * columns` elements.
    pub fn row_major(data: &'a [f32], rows: usize, columns: usize) -> Self {
        assert_eq!(data.len(), rows * columns, "a {rows} x {columns} matrix in {} floats", data.len());
        Self { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// The same data read as its transpose.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// `c = a b`, or `c += a b` where `accumulate`; `c` is row-major, `a.rows` x `b.columns`.
///
/// # Panics
/// If the shapes do not fit, or if `b` is a transposed view (copy it with [`transpose`] first).
pub fn gemm(cpu: Cpu, a: Matrix<'_>, b: Matrix<'_>, c: &mut [f32], accumulate: bool) {
    assert_eq!(a.columns, b.rows, "the inner dimensions of a product");
    assert_eq!(c.len(), a.rows * b.columns, "the product of {}x{} and {}x{}", a.rows, a.columns, b.rows, b.columns);
    assert!(b.column_stride == 1 || b.columns <= 1, "the right factor of a product is row-major");
    let product = Product {
        a: a.data.as_ptr(),
        a_row_stride: a.row_stride,
        a_column_stride: a.column_stride,
        b: b.data.as_ptr(),
        c: c.as_mut_ptr(),
        rows: a.rows,
        columns: b.columns,
        inner: a.columns,
        accumulate,
    };
    match cpu.level() {
        // SAFETY: a `Cpu` of this level exists only where the CPU has its instructions. The assertions above and in
        // `Matrix::row_major` make every element of the three matrices lie inside its slice.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { avx512(&product) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { avx2(&product) },
        // SAFETY: as above. 24 accumulators, four vectors of B and one scalar of A fill 29 of the 32 registers.
        #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
        Level::Neon => unsafe { product.run::<crate::isa::neon::Neon, 6, 4>() },
        // SAFETY: as above. WebAssembly counts no registers; most engines run it in the sixteen of AVX2.
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Level::Simd128 => unsafe { product.run::<crate::isa::simd128::Simd128, 6, 2>() },
        // SAFETY: as above; this level needs no special instructions.
        _ => unsafe { product.run::<Portable, 4, 2>() },
    }
}

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
    #[inline(always)]
    unsafe fn body<I: Isa>(a: *const f32, b: *const f32, c: *mut f32, rows: usize, columns: usize, inner: usize) {
        // Blocks of 4 x 4: 16 sums hide the latency of the additions, 8 more vectors hold the rows.
        let mut row = 0;
        while row < rows {
            let height = if row + 4 <= rows { 4 } else { 1 };
            let mut column = 0;
            while column < columns {
                let width = if column + 4 <= columns { 4 } else { 1 };
                // SAFETY: the caller's: the rows and columns of the block are within the matrices.
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
#[inline(always)]
unsafe fn dots<I: Isa, const ROWS: usize, const COLUMNS: usize>(
    a: *const f32,
    b: *const f32,
    c: *mut f32,
    stride: usize,
    inner: usize,
) {
    // SAFETY: the caller's: `ROWS` and `COLUMNS` rows of `inner` floats, and as many elements of rows of `stride`.
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
            for (j, &sum) in sums.iter().enumerate() {
                *c.add(i * stride + j) = I::sum(sum);
            }
        }
    }
}

/// Writes the transpose of the row-major `rows` x `columns` matrix `from` to `to`.
///
/// # Panics
/// If either slice does not have `rows * columns` elements.
pub fn transpose(from: &[f32], rows: usize, columns: usize, to: &mut [f32]) {
    assert_eq!(from.len(), rows * columns, "the matrix to transpose");
    assert_eq!(to.len(), rows * columns, "the transposed matrix");
    // Blocks of 16 x 16 keep both sides within a few cache lines.
    const BLOCK: usize = 16;
    for row_start in (0..rows).step_by(BLOCK) {
        for column_start in (0..columns).step_by(BLOCK) {
            for row in row_start..rows.min(row_start + BLOCK) {
                for column in column_start..columns.min(column_start + BLOCK) {
                    to[column * rows + row] = from[row * columns + column];
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn avx512(product: &Product) {
    // 24 accumulators, four vectors of B and one scalar of A fill 29 of the 32 registers.
    // SAFETY: the caller's.
    unsafe { product.run::<crate::isa::avx512::Avx512, 6, 4>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(product: &Product) {
    // 12 accumulators, two vectors of B and one scalar of A fill 15 of the 16 registers.
    // SAFETY: the caller's.
    unsafe { product.run::<crate::isa::avx2::Avx2, 6, 2>() }
}

/// One product as pointers and strides. Every `(row, inner)` of `a`, `(inner, column)` of `b` and `(row, column)` of `c`
/// within the stated sizes is inside an allocation that outlives the value; `c` overlaps neither factor.
struct Product {
    a: *const f32,
    a_row_stride: usize,
    a_column_stride: usize,
    b: *const f32,
    c: *mut f32,
    rows: usize,
    columns: usize,
    inner: usize,
    accumulate: bool,
}

impl Product {
    /// The whole product in blocks of `MR` rows by `NV` vectors, with smaller blocks at the edges.
    #[inline(always)]
    unsafe fn run<I: Isa, const MR: usize, const NV: usize>(&self) {
        let mut column = 0;
        while column + NV * I::LANES <= self.columns {
            // SAFETY: the block's columns are within the product.
            unsafe { self.strip::<I, MR, NV>(column, I::LANES) };
            column += NV * I::LANES;
        }
        if NV > 2 && column + 2 * I::LANES <= self.columns {
            // SAFETY: as above.
            unsafe { self.strip::<I, MR, 2>(column, I::LANES) };
            column += 2 * I::LANES;
        }
        while column < self.columns {
            // SAFETY: as above; the last vector is cut at the last column.
            unsafe { self.strip::<I, MR, 1>(column, I::LANES.min(self.columns - column)) };
            column += I::LANES;
        }
    }

    /// All rows of `NV` vectors of columns; the last vector has `tail` live lanes.
    #[inline(always)]
    unsafe fn strip<I: Isa, const MR: usize, const NV: usize>(&self, column: usize, tail: usize) {
        let mut row = 0;
        while row + MR <= self.rows {
            // SAFETY: the block's rows are within the product, its columns by the caller.
            unsafe { self.block::<I, MR, NV>(row, column, tail) };
            row += MR;
        }
        while row + 2 <= self.rows {
            // SAFETY: as above.
            unsafe { self.block::<I, 2, NV>(row, column, tail) };
            row += 2;
        }
        if row < self.rows {
            // SAFETY: as above.
            unsafe { self.block::<I, 1, NV>(row, column, tail) };
        }
    }

    /// One block of `C`, held in registers over the inner dimension.
    #[inline(always)]
    unsafe fn block<I: Isa, const MR: usize, const NV: usize>(&self, row: usize, column: usize, tail: usize) {
        // SAFETY: rows `row..row + MR` and columns `column..` up to the last vector's `tail` are within the product, so
        // every address below is within the matrices (see `Product`); partial vectors touch `tail` floats only.
        unsafe {
            let load = |from: *const f32, vector: usize| {
                if vector + 1 == NV && tail < I::LANES { I::load_first(from, tail) } else { I::load(from) }
            };
            let mut sums = [[I::zero(); NV]; MR];
            let a = self.a.add(row * self.a_row_stride);
            let b = self.b.add(column);
            for k in 0..self.inner {
                let b_row = b.add(k * self.columns);
                let mut b_vectors = [I::zero(); NV];
                for (vector, b_vector) in b_vectors.iter_mut().enumerate() {
                    *b_vector = load(b_row.add(vector * I::LANES), vector);
                }
                let a_column = a.add(k * self.a_column_stride);
                for (r, row_sums) in sums.iter_mut().enumerate() {
                    let scalar = I::splat(*a_column.add(r * self.a_row_stride));
                    for (sum, &b_vector) in row_sums.iter_mut().zip(&b_vectors) {
                        *sum = I::mul_add(scalar, b_vector, *sum);
                    }
                }
            }
            for (r, row_sums) in sums.iter().enumerate() {
                for (vector, &sum) in row_sums.iter().enumerate() {
                    let to = self.c.add((row + r) * self.columns + column + vector * I::LANES);
                    let value = if self.accumulate { I::add(load(to, vector), sum) } else { sum };
                    if vector + 1 == NV && tail < I::LANES {
                        I::store_first(to, tail, value);
                    } else {
                        I::store(to, value);
                    }
                }
            }
        }
    }
}
