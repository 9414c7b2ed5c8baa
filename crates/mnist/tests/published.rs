//! The embedded images and labels are the published ones, byte for byte.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use tenfold_mnist::{
    CLASSES, PIXELS_PER_IMAGE, Split, TEST_LEN, TRAIN_LEN, is_student, test, test_writers, train, train_writers,
};

/// Digest of column 2 of `qmnist-train-labels-idx2-int`, then of the first 10,000 rows of `qmnist-test-labels-idx2-int`.
const WRITERS: &str = "2e760dbe5c55c15480e4b3be9677bcf241080d9400cf16b4e6721f5b2e9c2da5";
/// Digests of the four files as Yann LeCun published them, not compressed.
const TRAIN_IMAGES: &str = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db";
const TRAIN_LABELS: &str = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5";
const TEST_IMAGES: &str = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7";
const TEST_LABELS: &str = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2";

#[test]
fn training_images_are_the_published_ones() {
    let per_class = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
    check(train().unwrap(), TRAIN_LEN, TRAIN_IMAGES, TRAIN_LABELS, per_class);
}

#[test]
fn test_images_are_the_published_ones() {
    let per_class = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];
    check(test().unwrap(), TEST_LEN, TEST_IMAGES, TEST_LABELS, per_class);
}

#[test]
fn later_calls_return_the_same_images() {
    assert!(std::ptr::eq(test().unwrap(), test().unwrap()));
}

/// Columns 1 and 2 of QMNIST's extended labels, summed up.
#[test]
fn writers_are_those_of_qmnist() {
    let (train, test) = (train_writers().unwrap(), test_writers().unwrap());
    assert_eq!((train.len(), test.len()), (TRAIN_LEN, TEST_LEN));
    let different = |writers: &[u32]| writers.iter().copied().collect::<BTreeSet<u32>>();
    assert_eq!((different(train).len(), different(test).len()), (539, 297));
    assert!(different(train).is_disjoint(&different(test)));
    let bytes: Vec<u8> = [train, test].concat().into_iter().flat_map(u32::to_be_bytes).collect();
    assert_eq!(hex(&Sha256::digest(&bytes)), WRITERS);
    let students = |writers: &[u32]| writers.iter().filter(|&&writer| is_student(writer)).count();
    assert_eq!((students(train), students(&test[..5001]), students(&test[5001..])), (29_050, 5001, 0));
}

fn check(split: &Split, len: usize, images_sha256: &str, labels_sha256: &str, per_class: [usize; CLASSES]) {
    assert_eq!(split.images.len(), len * PIXELS_PER_IMAGE);
    assert_eq!(split.labels.len(), len);
    let mut counts = [0; CLASSES];
    split.labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
    assert_eq!(counts, per_class);
    assert_eq!(idx_sha256(&[0x803, len as u32, 28, 28], &split.images), images_sha256);
    assert_eq!(idx_sha256(&[0x801, len as u32], &split.labels), labels_sha256);
}

/// The digest of the IDX file with this header and these contents.
fn idx_sha256(header: &[u32], contents: &[u8]) -> String {
    let mut hasher = Sha256::new();
    header.iter().for_each(|word| hasher.update(word.to_be_bytes()));
    hasher.update(contents);
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
