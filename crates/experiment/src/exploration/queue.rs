//! The trials of an exploration, several at the same time.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tenfold_training::Trained;

use super::{Event, Exploration, Observer, Result, Trial};

impl Exploration {
    /// Trains variants on divisions: all pairs of the two in `all`, in this order. Each trial comes with what `extract` makes of
    /// what was trained, or none if it diverged. Fewer than all if the observer interrupts.
    pub(crate) fn trials<R: Send>(
        &self,
        all: impl Iterator<Item = (usize, usize)> + Send,
        extract: impl Fn(&Trained) -> Result<R> + Sync,
        observe: &mut Observer<'_>,
    ) -> Result<Vec<(Trial, Option<R>)>> {
        let observer = Mutex::new(observe);
        share(all, self.jobs, |(variant, number), stopped| {
            let mut observe = |event: Event<'_>| match (lock(&observer)(event), event) {
                // Only in an epoch: a trial that is done is not lost by an interrupt.
                (flow, Event::Run { event: tenfold_training::Event::Step { .. }, .. }) => {
                    if stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { flow }
                }
                _ => ControlFlow::Continue(()),
            };
            let trial = self.trial(variant, number, &extract, &mut observe)?;
            if let Some((trial, _)) = &trial {
                let _ = lock(&observer)(Event::Trial { variant: &self.variants[variant].name, trial });
            }
            Ok(trial)
        })
    }
}

/// What `work` makes of the items, in the order in which it is done; `workers` threads share them. The first error or None
/// sets the flag that `work` gets, and no item is begun after it.
fn share<T, R: Send>(
    items: impl Iterator<Item = T> + Send,
    workers: usize,
    work: impl Fn(T, &AtomicBool) -> Result<Option<R>> + Sync,
) -> Result<Vec<R>> {
    let (queue, done, stopped) = (Mutex::new(items), Mutex::new(Vec::new()), AtomicBool::new(false));
    // A closure, so that the queue is free again before the item is worked on.
    let next = || if stopped.load(Ordering::Relaxed) { None } else { lock(&queue).next() };
    let work = || -> Result<()> {
        while let Some(item) = next() {
            match work(item, &stopped) {
                Ok(Some(result)) => lock(&done).push(result),
                ended => {
                    stopped.store(true, Ordering::Relaxed);
                    return ended.map(drop);
                }
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let own = work();
        let joined = others.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.fold(own, |all, one| all.and(one))
    })?;
    Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// A worker that panicked takes the whole exploration with it once the others are done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::error::Error;

    /// Whether it comes true within a time that is far more than enough.
    fn waited_for(condition: impl Fn() -> bool) -> bool {
        let start = Instant::now();
        while !condition() && start.elapsed() < Duration::from_secs(30) {
            std::thread::yield_now();
        }
        condition()
    }

    #[test]
    fn two_items_are_worked_on_at_the_same_time() {
        let begun = AtomicUsize::new(0);
        let met = share(0..2, 2, |_, _| {
            begun.fetch_add(1, Ordering::SeqCst);
            Ok(Some(waited_for(|| begun.load(Ordering::SeqCst) == 2)))
        });
        assert_eq!(met.unwrap(), [true, true]);
    }

    #[test]
    fn an_error_or_an_interrupt_stops_all_workers() {
        for is_error in [true, false] {
            let begun = AtomicUsize::new(0);
            let ended = share(0..100, 2, |item, stopped| {
                begun.fetch_add(1, Ordering::SeqCst);
                match (item, is_error) {
                    (0, _) if !waited_for(|| begun.load(Ordering::SeqCst) == 2) => panic!("alone"),
                    (0, true) => Err(Error::NotFinite),
                    (0, false) => Ok(None),
                    _ => Ok(Some(waited_for(|| stopped.load(Ordering::SeqCst)))),
                }
            });
            match ended {
                Err(Error::NotFinite) => assert!(is_error),
                other => assert_eq!((other.unwrap(), is_error), (vec![true], false)),
            }
            assert_eq!(begun.into_inner(), 2);
        }
    }
}
