//! A team of threads that stays together between steps: no thread is started, and nothing allocated, per step.
//!
//! A training step lasts under a millisecond, so workers wait for the next one by spinning for a while before they go
//! to sleep. Work is dealt out by fixed rules from the number of parts alone; the results of a step must not depend on
//! which thread did what, and do not as long as parts write to their own data only, which the signatures enforce.

use std::cell::UnsafeCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Turns of the waiting loop before a thread gives up its core: some tens of microseconds, longer than the gaps inside
/// a step and much shorter than an evaluation.
const SPINS: u32 = 20_000;

/// A fixed number of threads, the caller's included, that work on the parts of one task at a time.
///
/// ```
/// use tenfold_kernels::Team;
///
/// let mut parts = [1, 2, 3];
/// Team::new(2).for_each_mut(&mut parts, |index, part| *part += index);
/// assert_eq!(parts, [1, 3, 5]);
/// ```
#[derive(Debug)]
pub struct Team {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

impl Team {
    /// A team of `threads` threads: the caller's and `threads - 1` started here.
    ///
    /// # Panics
    /// If `threads` is 0 or the system refuses a thread.
    pub fn new(threads: usize) -> Self {
        assert!(threads > 0, "a team needs a thread");
        let shared = Arc::new(Shared::default());
        let workers = (1..threads)
            .map(|member| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new()
                    .name(format!("tenfold-{member}"))
                    .spawn(move || shared.work(member))
                    .expect("the system starts another thread")
            })
            .collect();
        Self { shared, workers }
    }

    /// Threads in the team.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `work(index, part)` once for every part; part `i` goes to thread `i` modulo the number of threads.
    ///
    /// # Panics
    /// With the message of `work` if it panics on the calling thread; with one of its own if on another.
    pub fn for_each_mut<T: Send>(&mut self, parts: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
        let threads = self.threads();
        let (base, count) = (Shareable(parts.as_mut_ptr()), parts.len());
        self.run(&|member| {
            for index in (member..count).step_by(threads) {
                // SAFETY: `index` is below `parts.len()`; the members' indices are disjoint, so that no part is
                // reached twice; `parts` is borrowed mutably until `run` returns, when all members are done.
                work(index, unsafe { &mut *base.get().add(index) });
            }
        });
    }

    /// As [`Team::for_each_mut`], with something of its own for every thread or for every part: `work(index, part, own)`
    /// gets `owns[index % owns.len()]`.
    ///
    /// # Panics
    /// As [`Team::for_each_mut`], and if there are neither as many `owns` as threads nor at least as many as parts.
    pub fn for_each_with<T: Send, W: Send>(
        &mut self,
        parts: &mut [T],
        owns: &mut [W],
        work: impl Fn(usize, &mut T, &mut W) + Sync,
    ) {
        let (threads, count) = (self.threads(), owns.len());
        assert!(count == threads || count >= parts.len(), "{count} for {threads} threads and {} parts", parts.len());
        let owns = Shareable(owns.as_mut_ptr());
        self.for_each_mut(parts, |index, part| {
            // SAFETY: `index % count` is in range. With as many as threads it is the number of the thread that works on
            // the part, with as many as parts it is the part's own: no two threads reach the same one, and the slice is
            // borrowed mutably until all are done.
            work(index, part, unsafe { &mut *owns.get().add(index % count) });
        });
    }

    /// Cuts arrays of equal length at the same places, one piece per thread, and calls `work(range, pieces, own)` for
    /// each thread: thread `i` gets everything from `ends[i - 1]` (or 0) up to `ends[i]`, and `owns[i]`.
    ///
    /// # Panics
    /// As [`Team::for_each_mut`], and if the lengths differ, or `ends` are not ascending up to the length, or `ends` and
    /// `owns` not one for each thread.
    pub fn for_each_cut<const K: usize, W: Send>(
        &mut self,
        arrays: [&mut [f32]; K],
        ends: &[usize],
        owns: &mut [W],
        work: impl Fn(Range<usize>, [&mut [f32]; K], &mut W) + Sync,
    ) {
        let length = arrays.first().map_or(0, |array| array.len());
        assert!(arrays.iter().all(|array| array.len() == length), "arrays of equal length");
        assert!(ends.is_sorted() && ends.last() == Some(&length), "cuts at {ends:?} of {length} elements");
        assert!(ends.len() == self.threads() && owns.len() == ends.len(), "a cut for each thread");
        let (bases, owns) = (arrays.map(|array| Shareable(array.as_mut_ptr())), Shareable(owns.as_mut_ptr()));
        self.run(&|member| {
            let range = if member == 0 { 0 } else { ends[member - 1] }..ends[member];
            // SAFETY: the range lies within every array and the members' ranges are disjoint; there is one of `owns` for
            // each member; all are borrowed mutably (hence also disjoint) until `run` returns, when all members are done.
            let (pieces, own) = unsafe {
                let piece =
                    |base: &Shareable<f32>| std::slice::from_raw_parts_mut(base.get().add(range.start), range.len());
                (bases.each_ref().map(piece), &mut *owns.get().add(member))
            };
            work(range, pieces, own);
        });
    }

    /// Calls `job(member)` once on every thread, with its number, and returns when all have finished.
    fn run(&mut self, job: &(dyn Fn(usize) + Sync)) {
        if self.workers.is_empty() {
            return job(0);
        }
        // SAFETY: only the lifetime changes. `Finish` below does not let this function return or unwind before every
        // worker has done with `job`, and the workers never keep it.
        let job: *const (dyn Fn(usize) + Sync + 'static) =
            unsafe { std::mem::transmute(job as *const (dyn Fn(usize) + Sync)) };
        self.shared.start(job, self.workers.len());
        let finish = Finish(&self.shared);
        // SAFETY: `job` is the argument, borrowed for this call.
        unsafe { (*job)(0) };
        drop(finish);
        assert!(!self.shared.panicked.swap(false, Ordering::Relaxed), "a worker thread panicked");
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.stop();
        for worker in self.workers.drain(..) {
            // A worker catches its panics; there is nothing to hear from it here.
            let _ = worker.join();
        }
    }
}

/// Waits for the workers even while the caller unwinds: they may still be using its stack.
struct Finish<'a>(&'a Shared);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        let mut spins = 0;
        while self.0.running.load(Ordering::Acquire) != 0 {
            pause(&mut spins);
        }
    }
}

/// A pointer that may be used by several threads at once, for as long as each keeps to its own elements.
struct Shareable<T>(*mut T);

impl<T> Shareable<T> {
    fn get(&self) -> *mut T {
        self.0
    }
}

// SAFETY: the pointer is only turned into references by the methods above, to elements that no two threads share; with
// `T: Send` such an element may be used on another thread.
unsafe impl<T: Send> Send for Shareable<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shareable<T> {}

type Job = *const (dyn Fn(usize) + Sync);

/// What the members of a team share.
#[derive(Debug, Default)]
struct Shared {
    /// The number of the current job; a change tells the workers to start.
    generation: AtomicUsize,
    /// The current job: written by the caller's thread while `running` is 0, read by workers after they saw the new
    /// generation and before they lower `running`.
    job: UnsafeCell<Option<Job>>,
    /// Workers that have not finished the current job.
    running: AtomicUsize,
    panicked: AtomicBool,
    stopping: AtomicBool,
    /// Workers asleep on `wake`.
    sleepers: Mutex<usize>,
    wake: Condvar,
}

// SAFETY: `job` is the only part that is not already shareable; its doc says when it is written and read, and the
// release of `generation` and the release of `running` order those accesses.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn start(&self, job: Job, workers: usize) {
        // SAFETY: no job is under way (the last `run` waited for `running` to reach 0, and `&mut Team` keeps others
        // out), so no worker reads `job` now.
        unsafe { *self.job.get() = Some(job) };
        self.running.store(workers, Ordering::Relaxed);
        // A caller that panicked itself did not see that a worker had, too.
        self.panicked.store(false, Ordering::Relaxed);
        self.next_generation();
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.next_generation();
    }

    fn next_generation(&self) {
        // The generation changes before the lock is taken and a worker checks it again under the lock before it
        // sleeps, so a worker either sees the change or is counted here and woken.
        self.generation.fetch_add(1, Ordering::SeqCst);
        if *self.sleepers.lock().unwrap_or_else(PoisonError::into_inner) > 0 {
            self.wake.notify_all();
        }
    }

    /// A worker's life.
    fn work(&self, member: usize) {
        let mut seen = 0;
        loop {
            seen = self.wait_after(seen);
            if self.stopping.load(Ordering::Relaxed) {
                return;
            }
            // SAFETY: the generation has just changed, so `job` is written and stays until this worker lowers
            // `running`; what it points to is borrowed by `run`, which waits for that.
            let outcome = catch_unwind(AssertUnwindSafe(|| unsafe {
                if let Some(job) = *self.job.get() {
                    (*job)(member);
                }
            }));
            if outcome.is_err() {
                self.panicked.store(true, Ordering::Relaxed);
            }
            self.running.fetch_sub(1, Ordering::Release);
        }
    }

    /// Waits until the generation is no longer `seen`: spinning first, then asleep.
    fn wait_after(&self, seen: usize) -> usize {
        for _ in 0..SPINS {
            let generation = self.generation.load(Ordering::Acquire);
            if generation != seen {
                return generation;
            }
            std::hint::spin_loop();
        }
        let mut sleepers = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        *sleepers += 1;
        loop {
            let generation = self.generation.load(Ordering::SeqCst);
            if generation != seen {
                *sleepers -= 1;
                return generation;
            }
            sleepers = self.wake.wait(sleepers).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// One turn of a loop that waits for other threads: spins at first, then lets others have the core.
fn pause(spins: &mut u32) {
    *spins += 1;
    if *spins < SPINS { std::hint::spin_loop() } else { std::thread::yield_now() }
}
