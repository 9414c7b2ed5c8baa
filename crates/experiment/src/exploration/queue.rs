//! The trials of an exploration, several at the same time.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Event, Exploration, Observer, Result, Trial};

impl Exploration {
    /// Trains each variant on each division. Fewer results than that if the observer interrupts.
    pub(super) fn trials(&self, observe: &mut Observer<'_>) -> Result<Vec<Trial>> {
        let variants = self.variants.len();
        let all = (0..self.divisions.len()).flat_map(|number| (0..variants).map(move |variant| (variant, number)));
        let (queue, done, observer) = (Mutex::new(all), Mutex::new(Vec::new()), Mutex::new(observe));
        let work = || -> Result<()> {
            while let Some((variant, number)) = lock(&queue).next() {
                let mut observe = |event: Event<'_>| match (lock(&observer)(event), event) {
                    // Only in an epoch: a trial that is done is not lost by an interrupt.
                    (flow, Event::Run { event: tenfold_training::Event::Step { .. }, .. }) => flow,
                    _ => ControlFlow::Continue(()),
                };
                let Some(trial) = self.trial(variant, number, &mut observe)? else { return Ok(()) };
                let _ = lock(&observer)(Event::Trial { variant: &self.variants[variant].name, trial: &trial });
                lock(&done).push(trial);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..self.jobs).map(|_| scope.spawn(work)).collect();
            let own = work();
            let joined = others.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
            joined.fold(own, |all, one| all.and(one))
        })?;
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A worker that panicked has taken the whole exploration with it already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
