//! Every kernel at every level this machine can run, against [`reference`](crate::reference), or against its formula
//! where that is a line.

mod activation;
mod convolution;
mod elementwise;
mod few_channel;
mod gemm;
mod grouped;
mod isa;
mod normalization;
mod not_finite;
mod pooling;
mod quantized;
mod reference;
mod team;
mod training;
mod winograd;

use crate::{Cpu, Level, Padding};
use tenfold_random::{Purpose, Stream};

/// Runs `check` at each level; a level this machine lacks is printed, so that a skipped test is seen.
#[expect(clippy::print_stdout, reason = "a test may say what it skips")]
fn for_each_cpu(check: impl Fn(Cpu)) {
    for level in Level::ALL {
        match Cpu::with_level(level) {
            Some(cpu) => check(cpu),
            None => println!("skipped: this machine has no {level}"),
        }
    }
}

/// `length` values around 0, the same for the same `index`.
fn random(length: usize, index: u32) -> Vec<f32> {
    let mut stream = Stream::new(1, Purpose::Test, 0, index);
    (0..length).map(|_| stream.normal() as f32).collect()
}

/// Every padding, with different numbers of zeros at the four sides of an image.
fn paddings(kernel: [usize; 2]) -> [Padding; 3] {
    let wide = kernel.map(|side| side - 1);
    let narrow = kernel.map(|side| side / 3);
    let explicit = Padding::Explicit { before: [wide[0], narrow[1]], after: [narrow[0], wide[1]] };
    [Padding::Valid, Padding::Same, explicit]
}

fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

/// Asserts `|a - e| <= tolerance * scale` for each element, `scale` being the largest magnitude expected (at least 1).
#[track_caller]
fn assert_close(what: &str, actual: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "{what}: length");
    let scale = expected.iter().fold(1.0_f64, |scale, e| scale.max(e.abs()));
    for (i, (&a, &e)) in actual.iter().zip(expected).enumerate() {
        assert!((f64::from(a) - e).abs() <= tolerance * scale, "{what}[{i}]: {a}, expected {e} (scale {scale})");
    }
}

#[test]
#[should_panic(expected = "expected 2")]
fn assert_close_can_fail() {
    assert_close("values", &[1.0, 2.1], &[1.0, 2.0], 1e-3);
}

#[test]
fn levels_have_names_that_parse() {
    for level in Level::ALL {
        assert_eq!(level.name().parse(), Ok(level));
    }
    assert_eq!(
        "sse9".parse::<Level>().unwrap_err().to_string(),
        "unknown CPU level 'sse9': expected portable, simd128, neon, avx2 or avx512"
    );
    assert_eq!(Cpu::with_level(Level::Portable).map(Cpu::level), Some(Level::Portable));
}

/// Here the level is the build's, and a build without it (WebAssembly compiled without simd128) would test less than it
/// seems to.
#[cfg(any(target_arch = "aarch64", target_family = "wasm"))]
#[test]
fn the_level_of_the_target_is_there() {
    let own = if cfg!(target_arch = "aarch64") { Level::Neon } else { Level::Simd128 };
    assert_eq!(Cpu::detect().level(), own);
}
