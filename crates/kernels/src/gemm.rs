//! Matrix multiplication: `C = A B` or `C += A B`, blocked in registers.
//!
//! One body serves every product of a network: `A` is read one scalar at a time through two strides, so a transposed
//! `A` costs nothing. A block of `C`, `MR` rows by `NV` vectors, stays in registers over the whole inner dimension; each
//! step loads `NV` vectors of `B` and multiplies them by `MR` scalars of `A`.

use std::hint::black_box;

use crate::isa::Isa;
use crate::isa::portable::Portable;
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

    /// Some of its columns.
    ///
    /// # Panics
    /// If there are none in `range`, or the matrix has fewer.
    pub fn columns(self, range: std::ops::Range<usize>) -> Self {
        assert!(range.start < range.end && range.end <= self.columns, "columns {range:?} of {}", self.columns);
        Self { data: &self.data[range.start * self.column_stride..], columns: range.len(), ..self }
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
/// If the shapes do not fit, or if `b` is a transposed view (copy it with [`transpose`](crate::transpose) first).
pub fn gemm(cpu: Cpu, a: Matrix<'_>, b: Matrix<'_>, c: &mut [f32], accumulate: bool) {
    assert_eq!(a.columns, b.rows, "the inner dimensions of a product");
    assert_eq!(c.len(), a.rows * b.columns, "the product of {}x{} and {}x{}", a.rows, a.columns, b.rows, b.columns);
    assert!(b.column_stride == 1 || b.columns <= 1, "the right factor of a product is row-major");
    let product = Product {
        a: a.data.as_ptr(),
        a_row_stride: a.row_stride,
        a_column_stride: a.column_stride,
        b: b.data.as_ptr(),
        b_row_stride: b.row_stride,
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
        Level::Neon => unsafe { product.run::<crate::isa::neon::Neon, 4, 6>() },
        // SAFETY: as above. WebAssembly counts no registers; most engines run it in the sixteen of AVX2.
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Level::Simd128 => unsafe { product.run::<crate::isa::simd128::Simd128, 2, 6>() },
        // SAFETY: as above; this level needs no special instructions.
        _ => unsafe { product.run::<Portable, 2, 4>() },
    }
}

/// # Safety
/// The CPU has AVX-512.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn avx512(product: &Product) {
    // 24 accumulators, four vectors of B and one scalar of A fill 29 of the 32 registers.
    // SAFETY: by contract.
    unsafe { product.run::<crate::isa::avx512::Avx512, 4, 6>() }
}

/// # Safety
/// The CPU has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(product: &Product) {
    // 12 accumulators, two vectors of B and one scalar of A fill 15 of the 16 registers.
    // SAFETY: by contract.
    unsafe { product.run::<crate::isa::avx2::Avx2, 2, 6>() }
}

/// Floats of a right factor that is worth cutting into slabs.
const LARGE: usize = 1 << 16;
/// Floats of a slab: three quarters of a first-level cache of 32 KB.
const SLAB: usize = 6 << 10;
/// Rows of a slab, at least: the sums are read and written once per slab.
const MIN_SLAB_ROWS: usize = 16;

/// One product as pointers and strides. Every `(row, inner)` of `a`, `(inner, column)` of `b` and `(row, column)` of `c`
/// within the stated sizes is inside an allocation that outlives the value; `c` overlaps neither factor.
struct Product {
    a: *const f32,
    a_row_stride: usize,
    a_column_stride: usize,
    b: *const f32,
    b_row_stride: usize,
    c: *mut f32,
    rows: usize,
    columns: usize,
    inner: usize,
    accumulate: bool,
}

impl Product {
    /// The whole product in blocks of `WIDE` vectors of columns and up to `HIGH` rows.
    ///
    /// Each strip of columns walks through `B` from top to bottom. A `B` that is larger than a second-level cache is
    /// therefore cut into slabs of rows: all strips walk through a slab while it is in the first-level cache.
    ///
    /// # Safety
    /// The level's instructions are there.
    #[inline(always)]
    unsafe fn run<I: Isa, const WIDE: usize, const HIGH: usize>(&self) {
        let slab =
            if self.inner * self.columns > LARGE { (SLAB / self.columns).max(MIN_SLAB_ROWS) } else { self.inner };
        let mut first = 0;
        loop {
            let part = Self {
                a: self.a.wrapping_add(first * self.a_column_stride),
                b: self.b.wrapping_add(first * self.b_row_stride),
                inner: slab.min(self.inner - first),
                accumulate: self.accumulate || first > 0,
                ..*self
            };
            // SAFETY: the part's elements are elements of the whole.
            unsafe { part.strips::<I, WIDE, HIGH>() };
            first += part.inner;
            if first == self.inner {
                return;
            }
        }
    }

    /// Strips of `WIDE` vectors of columns and, of what is left, one that may be cut.
    ///
    /// # Safety
    /// The level's instructions are there.
    #[inline(always)]
    unsafe fn strips<I: Isa, const WIDE: usize, const HIGH: usize>(&self) {
        let mut column = 0;
        // SAFETY: the columns of each strip are within the product; the last vector is cut at the last column.
        unsafe {
            while WIDE > 2 && column + WIDE * I::LANES <= self.columns {
                self.strip::<I, WIDE, HIGH>(column, I::LANES);
                column += WIDE * I::LANES;
            }
            while column + 2 * I::LANES <= self.columns && (WIDE == 2 || column + 2 * I::LANES == self.columns) {
                self.strip::<I, 2, HIGH>(column, I::LANES);
                column += 2 * I::LANES;
            }
            let left = self.columns - column;
            match left.div_ceil(I::LANES) {
                0 => {}
                1 => self.strip::<I, 1, HIGH>(column, left),
                2 => self.strip::<I, 2, HIGH>(column, left - I::LANES),
                3 if WIDE > 2 => self.strip::<I, 3, HIGH>(column, left - 2 * I::LANES),
                _ if WIDE > 2 => self.strip::<I, WIDE, HIGH>(column, left - (WIDE - 1) * I::LANES),
                _ => unreachable!("strips of two vectors leave less than two"),
            }
        }
    }

    /// All rows of `NV` vectors of columns, in blocks of nearly equal height of at most `HIGH <= 6` rows; the last vector
    /// has `tail` live lanes.
    ///
    /// # Safety
    /// The level's instructions are there, and the columns are within the product.
    #[inline(always)]
    unsafe fn strip<I: Isa, const NV: usize, const HIGH: usize>(&self, column: usize, tail: usize) {
        let mut row = 0;
        for blocks in (1..=self.rows.div_ceil(HIGH)).rev() {
            let height = (self.rows - row).div_ceil(blocks);
            // SAFETY: the block's rows are within the product, its columns by the caller.
            unsafe {
                match height {
                    6 if HIGH >= 6 => self.block::<I, 6, NV>(row, column, tail),
                    5 if HIGH >= 5 => self.block::<I, 5, NV>(row, column, tail),
                    4 => self.block::<I, 4, NV>(row, column, tail),
                    3 => self.block::<I, 3, NV>(row, column, tail),
                    2 => self.block::<I, 2, NV>(row, column, tail),
                    _ => self.block::<I, 1, NV>(row, column, tail),
                }
            }
            row += height;
        }
    }

    /// One block of `C`, held in registers over the inner dimension.
    ///
    /// # Safety
    /// The level's instructions are there, and the rows and columns are within the product.
    #[inline(always)]
    unsafe fn block<I: Isa, const MR: usize, const NV: usize>(&self, row: usize, column: usize, tail: usize) {
        // SAFETY: rows `row..row + MR` and columns `column..` up to the last vector's `tail` are within the product, so
        // every address below is within the matrices (see `Product`); partial vectors touch `tail` floats only.
        unsafe {
            let load = |from: *const f32, vector: usize| {
                if vector + 1 == NV && tail < I::LANES { I::load_first(from, tail) } else { I::load(from) }
            };
            let mut sums = [[I::zero(); NV]; MR];
            // Six rows from one pointer and three distances, which x86 adds up, the even ones by scaling, in its address
            // units. Left alone, the compiler would spend an addition on each row.
            let stride = self.a_row_stride;
            let (third, fifth) = (black_box(3 * stride), black_box(5 * stride));
            let offsets = [0, stride, 2 * stride, third, 4 * stride, fifth];
            let mut a = self.a.add(row * stride);
            let mut b_row = self.b.add(column);
            for _ in 0..self.inner {
                let mut b_vectors = [I::zero(); NV];
                for (vector, b_vector) in b_vectors.iter_mut().enumerate() {
                    *b_vector = load(b_row.add(vector * I::LANES), vector);
                }
                for (r, row_sums) in sums.iter_mut().enumerate() {
                    let scalar = I::splat(*a.add(offsets[r]));
                    for (sum, &b_vector) in row_sums.iter_mut().zip(&b_vectors) {
                        *sum = I::mul_add(scalar, b_vector, *sum);
                    }
                }
                a = a.wrapping_add(self.a_column_stride);
                b_row = b_row.wrapping_add(self.b_row_stride);
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
