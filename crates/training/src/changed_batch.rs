//! A batch of training images as an augmentation has changed them.

use tenfold_dataset::{Augmentation, Dataset};
use tenfold_network::Batch;
use tenfold_random::{Purpose, Stream};

/// The images of one batch, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChangedBatch {
    images: Vec<u8>,
    labels: Vec<u8>,
    order: Vec<u32>,
}

impl ChangedBatch {
    /// Takes the images `order` of `dataset`, each changed in a way that only the seed, the epoch and its number decide.
    pub(crate) fn fill(&mut self, dataset: &Dataset, order: &[u32], augmentation: Augmentation, seed: u64, epoch: u32) {
        let sides = [dataset.height(), dataset.width()];
        let length = sides[0] * sides[1];
        self.images.resize(order.len() * length, 0);
        for (&index, to) in order.iter().zip(self.images.chunks_exact_mut(length)) {
            let mut stream = Stream::new(seed, Purpose::Augmentation, epoch, index);
            augmentation.apply(dataset.image(index as usize), sides, &mut stream, to);
        }
        self.labels.clear();
        self.labels.extend(order.iter().map(|&index| dataset.label(index as usize)));
        self.order.clear();
        self.order.extend(0..order.len() as u32);
    }

    pub(crate) fn batch(&self) -> Batch<'_> {
        Batch { images: &self.images, labels: &self.labels, order: &self.order }
    }
}
