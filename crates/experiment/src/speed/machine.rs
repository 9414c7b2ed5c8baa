//! What measurements are taken on.

use std::time::Instant;

use serde::Serialize;
use tenfold_kernels::{Team, multiply_adds};
use tenfold_training::Engine;

/// A machine with what it can do at most.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The processor's name, where the system has one for it.
    pub processor: String,
    /// The CPU level.
    pub cpu: &'static str,
    /// Threads.
    pub threads: usize,
    /// Thousand million floating-point operations per second, all threads together.
    pub gflops: f64,
    #[serde(skip)]
    pub(super) engine: Engine,
}

impl Machine {
    /// This machine, with the peak of `engine`: takes about a second.
    pub fn measured(engine: Engine) -> Self {
        let Engine { cpu, threads, .. } = engine;
        Self { processor: processor(), cpu: cpu.level().name(), threads, gflops: peak(engine), engine }
    }
}

/// Thousand million floating-point operations per second, a multiply-add counted as two: the best of some tries at doing
/// nothing but multiply-adds on all threads of `engine`.
pub(super) fn peak(engine: Engine) -> f64 {
    const ROUNDS: usize = 4_000_000;
    let mut team = Team::new(engine.threads);
    let mut best: f64 = 0.0;
    for _ in 0..10 {
        let mut operations = vec![0; engine.threads];
        let begin = Instant::now();
        team.for_each_mut(&mut operations, |_, done| *done = multiply_adds(engine.cpu, ROUNDS));
        best = best.max(operations.iter().sum::<u64>() as f64 / begin.elapsed().as_secs_f64() / 1e9);
    }
    best
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}
