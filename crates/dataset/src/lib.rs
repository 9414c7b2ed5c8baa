//! Labelled grey images as values: where they come from, how they are divided, what they look like.
//!
//! | module | question it answers |
//! |---|---|
//! | [`Dataset`] | which images, and what does each one show? |
//! | [`Source`], [`Contents`] | where do they come from: the program itself, files of a kind, or a folder of pictures? |
//! | [`idx`], [`csv`], [`npz`], [`parquet`] | what do the bytes of a file mean, and how are they written? |
//! | [`drawn`] | what would other hands look like, in forms that MNIST's writers do not use? |
//! | [`non_digits`] | what is there that is not a digit, from letters to scribbles? |
//! | [`in_context`] | what is a whole digit of a number, and what a part of one or more than one? |
//! | [`touching`] | what do digits look like that are cut out of a number in which they touch? |
//! | [`rehearsal`] | what does a model see beside a few images of a person, so that it does not forget? |
//! | [`number`] | what does a number look like that one writer has written? |
//! | [`Export`] | which files does a data set become? |
//! | [`hold_out`], [`k_fold`] | which images train, and which validate? |
//! | [`hold_out_groups`], [`group_k_fold`] | the same, with all images of a writer on one side |
//! | [`Summary`] | how many of each class, how bright, how much ink? |
//! | [`Augmentation`], [`Augmenter`] | how may training images be changed, so that a network learns what does not matter? |
//! | [`corruption`] | what may happen to images that a network should still read? |
//! | [`exploration`] | what does each class look like on average, how wide are the strokes, which images occur twice? |
//! | [`contact_sheet`] | what do the images look like? |
//!
//! Only [`Source`] and [`read_file`], which it reads with, open files. Everything else takes bytes or values and returns
//! bytes or values; writing them to disk is left to the caller.
//!
//! ```
//! use tenfold_dataset::{Part, Source, hold_out};
//!
//! let test = Source::Embedded.load(Part::Test)?;
//! assert_eq!((test.len(), test.height(), test.width(), test.classes()), (10_000, 28, 28, 10));
//! assert_eq!(test.label(0), 7);
//!
//! let division = hold_out(test.labels(), 0.1, 42)?;
//! assert_eq!(division.validation.len(), 1_000);
//! # Ok::<(), tenfold_dataset::Error>(())
//! ```

#![forbid(unsafe_code)]

mod augmentation;
mod class_names;
pub mod contact_sheet;
pub mod corruption;
pub mod csv;
mod dataset;
mod drawn;
mod error;
pub mod exploration;
mod export;
mod file;
mod folder;
pub mod gzip;
pub mod idx;
mod images;
mod in_context;
mod labelled;
mod non_digits;
pub mod npz;
pub mod number;
mod numbers;
pub mod parquet;
mod part;
mod pictures;
mod rehearsal;
mod signs;
mod source;
mod split;
mod summary;
mod touching;
mod transformation;

pub use crate::augmentation::{Augmentation, Augmenter, Strength};
pub use crate::class_names::{DIGITS, MAX_NAME_BYTES};
pub use crate::dataset::{Dataset, MAX_CLASSES, NO_CLASS};
pub use crate::drawn::drawn;
pub use crate::error::Error;
pub use crate::export::Export;
pub use crate::file::{MAX_FILE_BYTES, read_file, read_within};
pub use crate::images::{Images, MAX_SET_BYTES, MAX_SIDE_PX};
pub use crate::in_context::in_context;
pub use crate::labelled::{Labelled, Labels};
pub use crate::non_digits::{non_digits, non_digits_by_kind};
pub use crate::part::Part;
pub use crate::rehearsal::rehearsal;
pub use crate::signs::SignWriter;
pub use crate::source::{Contents, Source};
pub use crate::split::{
    DivideBy, Division, FoldKind, FoldRule, FoldsLike, group_k_fold, hold_out, hold_out_groups, k_fold,
};
pub use crate::summary::{ClassCount, PixelStatistics, Summary};
pub use crate::touching::touching;
pub use tenfold_error_kind::ErrorKind;
