//! Bytes have no tolerance: every level must give the oracle's bits.

mod layer;
mod values;

use tenfold_random::{Purpose, Stream};

use super::for_each_cpu;
use crate::Cpu;

/// Runs `check` at each level, with the instruction for products of bytes where there is one, and without.
fn for_each_byte_cpu(check: impl Fn(Cpu)) {
    for_each_cpu(|cpu| {
        check(cpu);
        if cpu.multiplies_bytes() {
            check(cpu.without_byte_products());
        }
    });
}

/// `length` bytes, every fourth of them 0 or 255.
fn random_bytes(length: usize, index: u32) -> Vec<u8> {
    let mut stream = Stream::new(1, Purpose::Test, 0, index);
    let mut byte = || match stream.below(1024) {
        bits @ 0..128 => 255 * (bits % 2) as u8,
        bits => bits as u8,
    };
    (0..length).map(|_| byte()).collect()
}

/// As [`random_bytes`], with extremes of -128 and 127.
fn random_weights(length: usize, index: u32) -> Vec<i8> {
    random_bytes(length, index).into_iter().map(|byte| (byte ^ 128) as i8).collect()
}
