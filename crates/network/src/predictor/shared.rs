//! One model for many threads: what they share, and the buffers that each takes for as long as it computes.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use tenfold_kernels::Team;

use super::lowered::Lowered;
use crate::step_event::StepEvent;

/// A lowered model with the workspaces that no thread is using. No lock on them is held while anything is computed.
#[derive(Debug)]
pub(super) struct Shared<L: Lowered> {
    pub lowered: L,
    /// Images that a thread takes at a time, at most.
    pub most: usize,
    spare: Mutex<Vec<L::Workspace>>,
}

impl<L: Lowered> Shared<L> {
    pub fn new(lowered: L, most: usize) -> Self {
        Self { lowered, most, spare: Mutex::default() }
    }

    /// Computes the logits of `images`, a contiguous share on each thread of `team`; on this thread alone if there is but
    /// one slice of them, or the team is at work for another caller. An image and its logits have so many numbers each.
    pub fn run(
        &self,
        team: &Mutex<Team>,
        [image, classes]: [usize; 2],
        images: &[u8],
        logits: &mut [f32],
        observe: &(impl Fn(StepEvent) + Sync),
    ) {
        let count = images.len() / image;
        let slice = count.min(self.most);
        let run_share = |images: &[u8], logits: &mut [f32], workspace: &mut L::Workspace| {
            for (images, logits) in images.chunks(slice * image).zip(logits.chunks_mut(slice * classes)) {
                logits.copy_from_slice(self.lowered.run(images, workspace, observe));
            }
        };
        if count == 0 {
            return;
        }
        if count > slice
            && let Some(mut team) = free(team)
        {
            let share = count.div_ceil(team.threads()).next_multiple_of(slice);
            let mut shares: Vec<_> = images.chunks(share * image).zip(logits.chunks_mut(share * classes)).collect();
            let mut workspaces: Vec<_> = shares.iter().map(|_| self.take(slice)).collect();
            team.for_each_with(&mut shares, &mut workspaces, |_, (images, logits), workspace| {
                run_share(images, logits, workspace);
            });
            // What was taken first comes back last: the next call's threads get the buffers that are near their cores.
            workspaces.into_iter().rev().for_each(|workspace| self.give_back(workspace));
        } else {
            let mut workspace = self.take(slice);
            run_share(images, logits, &mut workspace);
            self.give_back(workspace);
        }
    }

    /// A workspace with room for `images` images: the one given back last, or a new one.
    fn take(&self, images: usize) -> L::Workspace {
        let spare = self.spare().pop();
        spare.filter(|spare| L::room(spare) >= images).unwrap_or_else(|| self.lowered.workspace(images))
    }

    fn give_back(&self, workspace: L::Workspace) {
        self.spare().push(workspace);
    }

    /// Nothing panics while the lock is held, so it is never poisoned.
    fn spare(&self) -> MutexGuard<'_, Vec<L::Workspace>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the workspaces that no thread is using take, each by `bytes`.
    #[cfg(test)]
    pub fn bytes(&self, bytes: impl Fn(&L::Workspace) -> u64) -> u64 {
        self.spare().iter().map(bytes).sum()
    }
}

/// The team, unless another caller has it at work. One whose caller panicked is whole: all of its threads have returned.
fn free(team: &Mutex<Team>) -> Option<MutexGuard<'_, Team>> {
    match team.try_lock() {
        Ok(team) => Some(team),
        Err(TryLockError::Poisoned(team)) => Some(team.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
