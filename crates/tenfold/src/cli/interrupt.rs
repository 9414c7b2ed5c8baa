//! Ctrl-C and requests to terminate: the first asks the work under way to stop where it can go on from.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

/// The exit code of a program that was interrupted: 128 and the number of the signal that Ctrl-C sends.
pub(crate) const EXIT_CODE: u8 = 130;

/// Whether the user has asked to stop.
pub(crate) struct Interrupt(Arc<State>);

#[derive(Default)]
struct State {
    /// Somebody looks at `asked`.
    heeded: AtomicBool,
    asked: AtomicBool,
}

impl Interrupt {
    /// Listens from now on; until [`Self::heed`] is called, and from the second time on, an interrupt ends the program.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let state = Arc::new(State::default());
        let told = Arc::clone(&state);
        ctrlc::set_handler(move || {
            if !told.heeded.load(Ordering::Relaxed) || told.asked.swap(true, Ordering::Relaxed) {
                std::process::exit(EXIT_CODE.into());
            }
        })
        .context("cannot listen for Ctrl-C")?;
        Ok(Self(state))
    }

    /// Says whether the first interrupt may be left to whoever calls [`Self::flow`].
    pub(crate) fn heed(&self, heed: bool) {
        self.0.heeded.store(heed, Ordering::Relaxed);
    }

    /// Break, once the user has asked to stop.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        match self.0.asked.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
