//! Zip archives, and numpy's arrays in them, from bytes of anywhere: read within limits, written so that the same contents
//! give the same bytes. Models are such archives (NPZ, `.keras`), and so are data sets (Keras' `mnist.npz`).
//!
//! ```
//! use tenfold_archive::{Archive, npy, write};
//!
//! let file = write(&[("x.npy".to_owned(), npy::write("|u1", &[2, 2], &[1, 2, 3, 4]))], "NPZ")?;
//! let entry = Archive::open(&file, "NPZ")?.entry("x.npy", 1_000)?.expect("just written");
//! let array = npy::Npy::parse("NPZ", "x", &entry)?;
//! assert_eq!((array.descr(), array.shape(), array.numbers()), ("|u1", &[2, 2][..], &[1, 2, 3, 4][..]));
//! # Ok::<(), tenfold_archive::Error>(())
//! ```

#![forbid(unsafe_code)]

mod archive;
mod error;
pub mod npy;

pub use crate::archive::{Archive, unpackable, write};
pub use crate::error::Error;
pub use tenfold_error_kind::ErrorKind;
