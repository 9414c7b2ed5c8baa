//! Numpy archives: a zip file with one `.npy` per tensor, named as in the model's outline (`conv2d.kernel.npy`), and a
//! member `tenfold.json` that says what a safetensors file of ours says in its metadata. A quantised model's arrays are as
//! there: `|i1` and a scale per filter.
//!
//! Archives that `numpy.savez` or `numpy.savez_compressed` made of arrays with these names have no such member: whoever
//! reads them says what the network is. There, floats may also be of the other byte order, of 64 bits, and column by column.

mod npy;

use tenfold_archive::npy::{MAX_HEADER, Npy};
use tenfold_archive::{self as archive, Archive};
use tenfold_network::Architecture;

use crate::arrays::{self, Array, Arrays, Kind};
use crate::description::Description;
use crate::error::Error;
use crate::saved_model::SavedModel;

/// The member that says what the arrays are of.
pub(crate) const DESCRIPTION: &str = "tenfold.json";
const ENDING: &str = ".npy";
/// The name of the format in errors.
const FORMAT: &str = "NPZ";

/// Bytes of the description: a thousand layers take a tenth of it.
const MAX_DESCRIPTION: u64 = 1 << 20;

/// Writes a model.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub(crate) fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    saved.check()?;
    let arrays = arrays::of_model(&saved.model).into_iter();
    let mut entries: Vec<_> = arrays.map(|array| (format!("{}{ENDING}", array.name), write_array(&array))).collect();
    entries.push((DESCRIPTION.to_owned(), Description::of_model(saved).to_json()?.into_bytes()));
    Ok(archive::write(&entries, FORMAT)?)
}

fn write_array(array: &Array) -> Vec<u8> {
    let descr = match array.kind {
        Kind::F32 => "<f4",
        Kind::I8 => "|i1",
    };
    tenfold_archive::npy::write(descr, &array.shape, &array.bytes)
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
        let bytes = self.archive.entry(&format!("{name}{ENDING}"), numbers * element as u64 + MAX_HEADER)?;
        bytes.ok_or_else(|| Error::contradiction(format!("tensor {name}"), "to be in the file", "nothing"))
    }
}

impl Arrays for Members<'_> {
    fn count(&self) -> usize {
        self.archive.names().iter().filter(|name| name.ends_with(ENDING)).count()
    }

    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let bytes = self.bytes(name, shape, size_of::<f64>())?;
        npy::floats(&Npy::parse(FORMAT, name, &bytes)?, shape)
    }

    fn whole_numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<i8>, Error> {
        let bytes = self.bytes(name, shape, size_of::<i8>())?;
        npy::whole_numbers(&Npy::parse(FORMAT, name, &bytes)?, shape)
    }
}

#[cfg(test)]
mod tests;
