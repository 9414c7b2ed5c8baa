//! Ctrl-C, requests to terminate and hang-ups: the first asks the work under way to stop where it can be resumed from.

use std::ffi::c_int;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use signal_hook::{consts, flag};

use super::exit::INTERRUPTED;

/// The signals that ask a program to stop.
#[cfg(unix)]
const SIGNALS: [c_int; 3] = [consts::SIGINT, consts::SIGTERM, consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [c_int; 2] = [consts::SIGINT, consts::SIGTERM];

/// Whether the user has asked to stop.
pub(crate) struct Interrupt {
    /// Nobody looks at `asked`.
    unheeded: Arc<AtomicBool>,
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens from now on; until [`Self::heed`] is called, and from the second time on, an interrupt ends the program.
    /// Signals that the program was started to ignore, as by `nohup`, stay ignored.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let (unheeded, asked) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
        let ignored = ignored();
        for signal in SIGNALS.into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0) {
            // In the order in which they are called: what ends the program looks at `asked` before it is set.
            for condition in [&unheeded, &asked] {
                flag::register_conditional_shutdown(signal, INTERRUPTED.into(), Arc::clone(condition))
                    .context("cannot listen for Ctrl-C")?;
            }
            flag::register(signal, Arc::clone(&asked)).context("cannot listen for Ctrl-C")?;
        }
        Ok(Self { unheeded, asked })
    }

    /// Says whether the first interrupt may be left to whoever calls [`Self::flow`].
    pub(crate) fn heed(&self, heed: bool) {
        self.unheeded.store(!heed, Ordering::Relaxed);
    }

    /// Break, once the user has asked to stop.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        match self.asked.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// The signals that the program was started to ignore, a bit for each, signal 1 the lowest. Linux reports them; on other
/// systems none are known, for there is no safe way to ask.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
