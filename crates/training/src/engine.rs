//! What a run computes with.

use tenfold_kernels::Cpu;

/// Threads and instructions. Threads change nothing but the speed; instructions change the last bits of results.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// At least 1.
    pub threads: usize,
    /// Which kernels.
    pub cpu: Cpu,
}

impl Default for Engine {
    /// All threads that the system offers this process, and the fastest instructions of the machine.
    fn default() -> Self {
        Self { threads: std::thread::available_parallelism().map_or(1, usize::from), cpu: Cpu::detect() }
    }
}
