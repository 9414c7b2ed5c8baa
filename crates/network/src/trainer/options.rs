//! How a trainer works.

use crate::engine::Engine;
use crate::error::Error;

/// How a [`Trainer`](crate::Trainer) works.
#[derive(Clone, Copy, Debug)]
pub struct TrainerOptions {
    /// The largest batch, 1 to 65,536 images: buffers are made for as many, so it should not be more than there are.
    pub batch: usize,
    /// Decides everything random (dropout).
    pub seed: u64,
    /// Threads (up to 1,024), instructions and methods.
    pub engine: Engine,
}

impl TrainerOptions {
    /// The largest batch there is: a dropout stream's key has 16 bits for the image's number.
    pub const MAX_BATCH: usize = 1 << 16;

    /// Checks the ranges.
    pub(super) fn check(self) -> Result<(), Error> {
        check("the batch", "1 to 65536 images", self.batch, Self::MAX_BATCH)?;
        check("the number of threads", "1 to 1024", self.engine.threads, 1_024)
    }
}

fn check(name: &'static str, expected: &'static str, found: usize, most: usize) -> Result<(), Error> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(Error::Setting { name, expected, found: found.to_string() })
}
