//! MNIST's images beside those of a person, so that a model does not forget others while it learns one hand.

use tenfold_random::{Purpose, Stream};

use crate::{Dataset, Error, Part, Source};

/// So many of MNIST's training images, or all if there are no more, in an order that is a pure function of `seed`: the first are the
/// same however many there are. Their groups are their writers.
///
/// ```
/// let some = tenfold_dataset::rehearsal(100, 1)?;
/// assert_eq!((some.len(), some.classes()), (100, 10));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] for no images.
pub fn rehearsal(images: u32, seed: u64) -> Result<Dataset, Error> {
    let all = Source::Embedded.load(Part::Train)?;
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    Stream::new(seed, Purpose::Rehearsal, 0, 0).shuffle(&mut order);
    order.truncate(images as usize);
    all.subset(&order)
}
