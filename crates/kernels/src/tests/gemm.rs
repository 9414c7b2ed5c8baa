use super::{assert_close, for_each_cpu, random, widen};
use crate::{Cpu, Matrix, gemm, gemm_transposed, reference, transpose};

#[test]
fn products_of_many_shapes() {
    for_each_cpu(|cpu| {
        for rows in [1, 2, 3, 5, 6, 7, 12, 13] {
            for columns in [1, 7, 8, 9, 10, 16, 17, 31, 32, 33, 48, 64, 65, 100, 129] {
                for inner in [0, 1, 2, 9, 40] {
                    check(cpu, rows, columns, inner);
                }
            }
        }
        check(cpu, 81, 64, 576);
        check(cpu, 576, 64, 81);
        // Right factors that are cut into slabs, the last of which is not whole.
        check(cpu, 9, 100, 1_024);
        check(cpu, 3, 5_000, 41);
    });
}

fn check(cpu: Cpu, rows: usize, columns: usize, inner: usize) {
    // One float into the allocation: nothing may rely on alignment.
    let (a, b) = (random(rows * inner + 1, 1), random(inner * columns + 1, 2));
    let (a, b) = (&a[1..], &b[1..]);
    let start = random(rows * columns, 3);
    let expected: Vec<f64> = if inner == 0 {
        vec![0.0; rows * columns]
    } else {
        reference::dense(&widen(a), &widen(b), &[], inner, columns)
    };
    let added: Vec<f64> = expected.iter().zip(&start).map(|(e, &s)| e + f64::from(s)).collect();
    let mut a_transposed = vec![0.0; a.len()];
    transpose(cpu, a, inner, [rows, inner], &mut a_transposed);
    for (transposed, view) in
        [(false, Matrix::row_major(a, rows, inner)), (true, Matrix::row_major(&a_transposed, inner, rows).transposed())]
    {
        let name = format!("{rows}x{inner}x{columns} transposed {transposed} at {}", cpu.level());
        let mut c = start.clone();
        gemm(cpu, view, Matrix::row_major(b, inner, columns), &mut c, true);
        assert_close(&format!("c += ab {name}"), &c, &added, 1e-5);
        gemm(cpu, view, Matrix::row_major(b, inner, columns), &mut c, false);
        assert_close(&format!("c = ab {name}"), &c, &expected, 1e-5);
    }
    if inner > 0 {
        let mut b_transposed = vec![0.0; b.len()];
        transpose(cpu, b, columns, [inner, columns], &mut b_transposed);
        let mut c = start;
        gemm_transposed(cpu, a, &b_transposed, inner, &mut c);
        assert_close(&format!("dots {rows}x{inner}x{columns} at {}", cpu.level()), &c, &expected, 1e-5);
    }
}

#[test]
fn transposes_of_parts() {
    for_each_cpu(|cpu| {
        for (rows, columns, stride) in [(1, 1, 1), (16, 16, 16), (8, 8, 19), (33, 32, 64), (17, 50, 50), (32, 5, 40)] {
            let from = random(rows * stride, 1);
            let mut to = vec![f32::NAN; rows * columns];
            transpose(cpu, &from, stride, [rows, columns], &mut to);
            for (i, &value) in to.iter().enumerate() {
                assert_eq!(value, from[i % rows * stride + i / rows], "{rows}x{columns} at {}", cpu.level());
            }
        }
    });
}

#[test]
fn not_a_number_reaches_its_row_and_column_only() {
    for_each_cpu(|cpu| {
        let mut a = random(7 * 5, 4);
        a[2 * 5 + 1] = f32::NAN;
        a[4 * 5] = f32::INFINITY;
        let mut c = vec![0.0; 7 * 20];
        gemm(cpu, Matrix::row_major(&a, 7, 5), Matrix::row_major(&random(5 * 20, 5), 5, 20), &mut c, false);
        for (row, values) in c.chunks(20).enumerate() {
            match row {
                2 => assert!(values.iter().all(|v| v.is_nan())),
                4 => assert!(values.iter().all(|v| v.is_infinite())),
                _ => assert!(values.iter().all(|v| v.is_finite())),
            }
        }
    });
}

#[test]
#[should_panic(expected = "inner dimensions")]
fn shapes_that_do_not_fit_are_refused() {
    gemm(Cpu::detect(), Matrix::row_major(&[0.0; 6], 2, 3), Matrix::row_major(&[0.0; 4], 2, 2), &mut [0.0; 4], false);
}

#[test]
#[should_panic(expected = "the product of 2x2 and 2x2")]
fn a_short_output_is_refused() {
    gemm(Cpu::detect(), Matrix::row_major(&[0.0; 4], 2, 2), Matrix::row_major(&[0.0; 4], 2, 2), &mut [0.0; 3], false);
}
