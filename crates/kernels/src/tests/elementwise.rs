use super::{assert_close, for_each_cpu, random, widen};
use crate::{add_assign, add_row, multiply, reference, scale, sum_of_squares, sum_rows, unit_pixels};

/// Lengths around one and two vectors of every level.
const LENGTHS: [usize; 10] = [0, 1, 7, 8, 9, 15, 16, 17, 33, 100];

#[test]
fn arrays_of_many_lengths() {
    for_each_cpu(|cpu| {
        for length in LENGTHS {
            let (a, b) = (random(length, 1), random(length, 2));
            let mut sum = a.clone();
            add_assign(cpu, &mut sum, &b);
            let mut product = vec![f32::NAN; length];
            multiply(cpu, &a, &b, &mut product);
            let mut scaled = a.clone();
            scale(cpu, &mut scaled, 0.75);
            let squares: f64 = widen(&a).iter().map(|a| a * a).sum();
            assert!((sum_of_squares(cpu, &a) - squares).abs() <= 1e-12 * squares);
            for i in 0..length {
                assert_eq!(scaled[i], a[i] * 0.75);
                assert_eq!(sum[i], a[i] + b[i]);
                assert_eq!(product[i], a[i] * b[i]);
            }
        }
    });
}

#[test]
fn rows() {
    for_each_cpu(|cpu| {
        for columns in [1, 10, 16, 100] {
            let (rows, bias) = (random(5 * columns, 1), random(columns, 2));
            let mut biased = rows.clone();
            add_row(cpu, &mut biased, &bias);
            for (i, value) in biased.iter().enumerate() {
                assert_eq!(*value, rows[i] + bias[i % columns]);
            }
            let mut sums = vec![0.0; columns];
            sum_rows(cpu, &rows, &mut sums);
            assert_close("sums", &sums, &reference::sum_rows(&widen(&rows), columns), 1e-6);
        }
    });
}

#[test]
fn pixels_become_fractions() {
    for_each_cpu(|cpu| {
        let pixels: Vec<u8> = (0..=255).collect();
        let mut values = vec![0.0; 256];
        unit_pixels(cpu, &pixels, &mut values);
        assert_eq!((values[0], values[255]), (0.0, 1.0));
        assert!(values.iter().zip(&pixels).all(|(&v, &p)| v == f32::from(p) / 255.0));
    });
}
