//! Whatever a valid network is made of, all ways of computing it agree: the plan with its fusion, trimming and methods,
//! with and without transforms; the oracle in `f64`; bytes, bit for bit; a step of training; and every format that can
//! hold the model.
//!
//! `TENFOLD_RANDOM_NETWORKS` says how many networks (2,000 if not set), `TENFOLD_RANDOM_FIRST` the first one's seed (0).
//! A network that fails is printed as TOML with its seed.

#![expect(clippy::print_stderr, clippy::print_stdout, reason = "says which network failed, and how many there were")]

mod checks;
mod generator;
mod rounding;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use checks::Seen;
use generator::Case;

/// The value of a variable of the environment, or another.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number")))
}

/// Checks the network of a seed; says which one it was if that fails.
fn check(seed: u64) -> Option<Seen> {
    let outcome = catch_unwind(|| Case::new(seed));
    let Ok(case) = outcome else {
        eprintln!("no network for seed {seed}");
        return None;
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| checks::all(&case, seed)));
    if outcome.is_err() {
        let text = toml::to_string(case.model.architecture()).unwrap();
        eprintln!("the network of seed {seed}, {} images:\n{text}", case.labels.len());
    }
    outcome.ok()
}

#[test]
fn all_ways_of_computing_a_network_agree() {
    let (count, first) = (setting("TENFOLD_RANDOM_NETWORKS", 2_000), setting("TENFOLD_RANDOM_FIRST", 0));
    let next = AtomicU64::new(0);
    let work = || {
        let (mut seen, mut failed) = (Seen::default(), Vec::new());
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count || failed.len() == 20 {
                return (seen, failed);
            }
            match check(first + index) {
                Some(one) => seen = seen + one,
                None => failed.push(first + index),
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (seen, failed) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .fold((Seen::default(), Vec::new()), |all, one| (all.0 + one.0, [all.1, one.1].concat()))
    });
    println!("{count} networks from seed {first} on: {seen:?}");
    assert!(failed.is_empty(), "the networks of the seeds {failed:?}");
    if count >= 500 {
        seen.assert_that_much_was_compared(count);
    }
}
