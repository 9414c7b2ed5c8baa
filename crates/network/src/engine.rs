//! What a network is computed with.

use tenfold_kernels::Cpu;

/// Threads, instructions and methods. Threads change nothing but the speed; the others change the rounding of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engine {
    /// At least 1.
    pub threads: usize,
    /// Which instructions.
    pub cpu: Cpu,
    /// Whether every convolution adds up its products directly, as its formula says. Otherwise 3x3 convolutions may go
    /// through Winograd's transforms, which are faster and round differently (about 1e-6 of the largest value).
    pub exact: bool,
}

impl Engine {
    /// One thread with the fastest instructions of the machine.
    pub fn single() -> Self {
        Self { threads: 1, cpu: Cpu::detect(), exact: false }
    }
}

impl Default for Engine {
    /// All threads that the system offers this process, and the fastest instructions of the machine.
    fn default() -> Self {
        Self { threads: std::thread::available_parallelism().map_or(1, usize::from), ..Self::single() }
    }
}
