//! Numpy archives.

use tenfold_network::Architecture;

use crate::error::Error;
use crate::saved_model::SavedModel;

pub(crate) fn read(_bytes: &[u8], _architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    Err(Error::unsupported("npz", "to be written"))
}

pub(crate) fn write(_saved: &SavedModel) -> Result<Vec<u8>, Error> {
    Err(Error::unsupported("npz", "to be written"))
}
