//! Numpy archives: a zip file with one `.npy` per tensor, named as in the model's outline (`conv2d.kernel.npy`), and a
//! member `tenfold.json` that says what a safetensors file of ours says in its metadata. A quantised model's arrays are as
//! there: `|i1` and a scale per filter.
//!
//! Archives that `numpy.savez` or `numpy.savez_compressed` made of arrays with these names have no such member: whoever
//! reads them says what the network is. There, floats may also be of the other byte order, of 64 bits, and column by column.

mod npy;

use tenfold_network::Architecture;

use crate::archive::{self, Archive};
use crate::arrays::{self, Arrays};
use crate::description::Description;
use crate::error::Error;
use crate::saved_model::SavedModel;
use npy::{FORMAT, Npy};

/// The member that says what the arrays are of.
pub(crate) const DESCRIPTION: &str = "tenfold.json";
const ENDING: &str = ".npy";

/// Bytes of the description: a thousand layers take a tenth of it.
const MAX_DESCRIPTION: u64 = 1 << 20;

/// Writes a model.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub(crate) fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    saved.check()?;
    let arrays = arrays::of_model(&saved.model).into_iter();
    let mut entries: Vec<_> = arrays
        .map(|array| (format!("{}{ENDING}", array.name), npy::write(array.kind, &array.shape, &array.bytes)))
        .collect();
    entries.push((DESCRIPTION.to_owned(), Description::of_model(saved).to_json()?.into_bytes()));
    archive::write(&entries, FORMAT)
}

/// Reads a model; `architecture` is the network where the archive does not say what its arrays are of.
///
/// # Errors
/// One of [`Error`], as for safetensors; [`Error::Pickle`] for arrays of Python objects.
pub(crate) fn read(bytes: &[u8], architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    let mut archive = Archive::open(bytes, FORMAT)?;
    let description = archive.entry(DESCRIPTION, MAX_DESCRIPTION)?.map(String::from_utf8).transpose();
    let description = description.map_err(|error| Error::Description { reason: error.to_string() })?;
    let given = (architecture, "unknown (NPZ)");
    arrays::saved(FORMAT, description.as_deref(), given, |architecture, scales| {
        let (found, limit) = (4 * architecture.outline()?.parameters, archive::unpackable(bytes.len()));
        Error::check_limit(format!("bytes of floats in an archive of {} bytes", bytes.len()), limit, found)?;
        arrays::model(architecture, scales, &mut Members { archive })
    })
}

/// The arrays of an archive.
struct Members<'a> {
    archive: Archive<'a>,
}

impl Members<'_> {
    /// An array's bytes, no more than `element` bytes for each number of `shape` and a header.
    fn bytes(&mut self, name: &str, shape: &[usize], element: usize) -> Result<Vec<u8>, Error> {
        // The network's outline has limited these sizes.
        let numbers = shape.iter().product::<usize>() as u64;
        let bytes = self.archive.entry(&format!("{name}{ENDING}"), numbers * element as u64 + npy::MAX_HEADER)?;
        bytes.ok_or_else(|| Error::contradiction(format!("tensor {name}"), "to be in the file", "nothing"))
    }
}

impl Arrays for Members<'_> {
    fn count(&self) -> usize {
        self.archive.names().iter().filter(|name| name.ends_with(ENDING)).count()
    }

    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let bytes = self.bytes(name, shape, size_of::<f64>())?;
        Npy::parse(name, &bytes)?.floats(shape)
    }

    fn whole_numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<i8>, Error> {
        let bytes = self.bytes(name, shape, size_of::<i8>())?;
        Npy::parse(name, &bytes)?.whole_numbers(shape)
    }
}

#[cfg(test)]
mod tests;
