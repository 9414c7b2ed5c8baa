//! Work whose only cost is arithmetic: what a benchmark measures the machine's peak with.

use std::hint::black_box;

use crate::isa::{Isa, for_each_isa};
use crate::level::Cpu;

/// Sums kept in registers: enough independent ones to hide the latency of a multiply-add on two units.
const SUMS: usize = 12;

/// Does `rounds` rounds of multiply-adds in registers and returns how many floating-point operations that was, a
/// multiply-add counted as two.
pub fn multiply_adds(cpu: Cpu, rounds: usize) -> u64 {
    let mut operations = 0;
    let out = &mut operations;
    /// # Safety
    /// The level's instructions are there.
    #[inline(always)]
    unsafe fn body<I: Isa>(rounds: usize, out: &mut u64) {
        let mut total = 0.0;
        // SAFETY: by contract: the level's instructions are there; no memory is touched.
        unsafe {
            // Unknown to the compiler, and such that the sums stay finite.
            let (factor, addend) = (I::splat(black_box(0.5)), I::splat(black_box(1.0)));
            let mut sums = [I::zero(); SUMS];
            for _ in 0..rounds {
                for sum in &mut sums {
                    *sum = I::mul_add(*sum, factor, addend);
                }
            }
            for sum in sums {
                total += I::sum(sum);
            }
        }
        black_box(total);
        *out = (2 * I::LANES * SUMS) as u64 * rounds as u64;
    }
    // SAFETY: the body touches no memory but its arguments.
    unsafe { for_each_isa!(cpu, body(rounds: usize, out: &mut u64)) }
    operations
}
