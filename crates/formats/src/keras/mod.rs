//! Keras' model files.

use tenfold_network::Architecture;

use crate::error::Error;
use crate::saved_model::SavedModel;

pub(crate) fn read_hdf5(_bytes: &[u8], _architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    Err(Error::unsupported("keras", "to be written"))
}

pub(crate) fn read_archive(_bytes: &[u8]) -> Result<SavedModel, Error> {
    Err(Error::unsupported("keras", "to be written"))
}

pub(crate) fn write_hdf5(_saved: &SavedModel) -> Result<Vec<u8>, Error> {
    Err(Error::unsupported("keras", "to be written"))
}

pub(crate) fn write_archive(_saved: &SavedModel) -> Result<Vec<u8>, Error> {
    Err(Error::unsupported("keras", "to be written"))
}
