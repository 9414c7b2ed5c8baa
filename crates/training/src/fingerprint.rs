//! Hashes by which a run knows its images again, and a checkpoint its contents.

use sha2::{Digest, Sha256};
use tenfold_dataset::Dataset;

/// A SHA-256, in hexadecimal digits, of a data set and the numbers of the images in it that train.
pub(crate) fn fingerprint(dataset: &Dataset, train: &[u32]) -> String {
    let mut hasher = Sha256::new();
    for number in [dataset.len(), dataset.height(), dataset.width(), dataset.classes(), train.len()] {
        hasher.update((number as u64).to_le_bytes());
    }
    hasher.update(dataset.images());
    match dataset.classes() {
        // As bytes, which labels were when the first checkpoints were written.
        ..=256 => dataset.labels().iter().for_each(|&label| hasher.update([label as u8])),
        _ => dataset.labels().iter().for_each(|label| hasher.update(label.to_le_bytes())),
    }
    // Other names are other classes; numbers say no more than labels do.
    if !dataset.has_numbers_for_names() {
        dataset.names().iter().for_each(|name| hasher.update(format!("{name}\n")));
    }
    train.iter().for_each(|index| hasher.update(index.to_le_bytes()));
    hex(&hasher.finalize())
}

/// `bytes` in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
