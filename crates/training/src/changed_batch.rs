//! A batch of training images as an augmentation has changed them.

use tenfold_dataset::{Augmentation, Augmenter, Dataset};
use tenfold_network::{Batch, Trainer};

/// The images of one batch, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct ChangedBatch {
    /// One for each thread of the trainer.
    augmenters: Vec<Augmenter>,
    images: Vec<u8>,
    labels: Vec<u16>,
    order: Vec<u32>,
}

impl ChangedBatch {
    /// For images of these sides, which `threads` threads change.
    pub(crate) fn new(augmentation: Augmentation, sides: [usize; 2], threads: usize) -> Self {
        let augmenters = vec![Augmenter::new(augmentation, sides); threads];
        Self { augmenters, images: Vec::new(), labels: Vec::new(), order: Vec::new() }
    }

    /// Takes the images `order` of `dataset`, each changed in a way that only the seed, the epoch and its number decide, on
    /// the threads of `trainer`.
    pub(crate) fn fill(&mut self, trainer: &mut Trainer, dataset: &Dataset, order: &[u32], seed: u64, epoch: u32) {
        let length = dataset.height() * dataset.width();
        self.images.resize(order.len() * length, 0);
        let mut parts: Vec<&mut [u8]> = self.images.chunks_exact_mut(length).collect();
        trainer.for_each_with(&mut parts, &mut self.augmenters, |part, to, augmenter| {
            let index = order[part];
            augmenter.apply(dataset.image(index as usize), seed, epoch, index, to);
        });
        self.labels.clear();
        self.labels.extend(order.iter().map(|&index| dataset.label(index as usize)));
        self.order.clear();
        self.order.extend(0..order.len() as u32);
    }

    pub(crate) fn batch(&self) -> Batch<'_> {
        Batch { images: &self.images, labels: &self.labels, order: &self.order, soft: None }
    }
}
