//! Which format bytes are in, and which a file's name asks for.

use std::fmt;
use std::path::Path;

use tenfold_archive::Archive;
use tenfold_imaging::FileKind;
use tenfold_network::Architecture;

use crate::companion::{Companion, no_companion};
use crate::error::Error;
use crate::saved_model::SavedModel;
use crate::{keras, npz, onnx, safetensors, state_dict};

/// The number that `torch.save` of PyTorch before 1.6 begins with, as a pickle holds it: a long of 10 bytes.
const TORCH_MAGIC: [u8; 12] = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// A format that models are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tenfold's own.
    Safetensors,
    /// The values as a PyTorch `nn.Sequential` names and orders them, in a safetensors file.
    StateDict,
    /// A numpy archive of arrays.
    Npz,
    /// The HDF5 file of Keras before 3, which Keras 3 reads too.
    KerasHdf5,
    /// The archive of Keras 3.
    Keras,
    /// A graph for ONNX Runtime and many others.
    Onnx(onnx::Output),
}

impl Format {
    /// The endings of names that ask for a format, in words.
    pub const ENDINGS: &str = ".safetensors, .npz, .h5, .keras or .onnx";

    /// The format that the bytes of a file are in, as far as their beginning and their table of contents say.
    ///
    /// # Errors
    /// [`Error::Unrecognised`], [`Error::Pickle`] and [`Error::TorchPickle`] for bytes of no format that can be read;
    /// [`Error::Malformed`] and [`Error::TooLarge`] for an archive or a safetensors file without a readable table of contents.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match bytes {
            // The length of a header below 4 GiB; its low bytes may be anything, the beginning of a pickle too.
            [_, _, _, _, 0, 0, 0, 0, b'{', ..] => {
                let names = safetensors::file::names(bytes)?;
                let is_state_dict = state_dict::has_its_names(names.iter().map(String::as_str));
                Ok(if is_state_dict { Self::StateDict } else { Self::Safetensors })
            }
            [0x89, b'H', b'D', b'F', ..] => Ok(Self::KerasHdf5),
            [b'P', b'K', 3 | 5, 4 | 6, ..] => of_archive(bytes),
            // The opcode of a pickle's protocol, 2 to 5, which is its first instruction.
            [0x80, 2..=5, ..] if bytes[2..].starts_with(&TORCH_MAGIC) => Err(Error::TorchPickle),
            [0x80, 2..=5, ..] => Err(Error::Pickle),
            [_, _, _, _, b'T', b'F', b'L', b'3', ..] => unrecognised("a TensorFlow Lite file"),
            // The field that every ONNX file starts with: its version, as a varint.
            [0x08, 1..=127, ..] => Ok(Self::Onnx(onnx::Output::default())),
            [] => unrecognised("an empty file"),
            _ => unrecognised(&FileKind::of_bytes(bytes).to_string()),
        }
    }

    /// Reads a model from bytes that are in this format, as [`Self::of_bytes`] says.
    ///
    /// `architecture` is used where a file holds values alone and not looked at otherwise; `companion` gives the bytes of
    /// files beside the model in which its weights are, as PyTorch exports ONNX.
    ///
    /// # Errors
    /// As [`read()`]; [`Error::Companion`] for a file beside the model that is not available, or ends before the weights do.
    pub fn read(
        self,
        bytes: &[u8],
        architecture: Option<&Architecture>,
        companion: &mut Companion<'_>,
    ) -> Result<SavedModel, Error> {
        match self {
            Self::Safetensors => safetensors::read_values(bytes, architecture),
            Self::StateDict => state_dict::read(bytes, architecture),
            Self::Npz => npz::read(bytes, architecture),
            Self::KerasHdf5 => keras::read_hdf5(bytes, architecture),
            Self::Keras => keras::read_archive(bytes),
            Self::Onnx(_) => onnx::read_with(bytes, companion),
        }
    }

    /// The format that a file's name asks for by its ending; nothing if it asks for none that can be written.
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "safetensors" => Some(Self::Safetensors),
            "npz" => Some(Self::Npz),
            "h5" | "hdf5" => Some(Self::KerasHdf5),
            "keras" => Some(Self::Keras),
            "onnx" => Some(Self::Onnx(onnx::Output::Probabilities)),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Safetensors => "safetensors",
            Self::StateDict => "safetensors with PyTorch's names",
            Self::Npz => "NPZ",
            Self::KerasHdf5 => "Keras HDF5",
            Self::Keras => "Keras archive",
            Self::Onnx(onnx::Output::Probabilities) => "ONNX",
            Self::Onnx(onnx::Output::Logits) => "ONNX with logits",
        })
    }
}

/// Reads a model from the bytes of a file, whatever its format; the bytes say which it is.
///
/// `architecture` is used where a file holds values alone (`*.weights.h5` of Keras, state dicts of PyTorch, NPZ) and is
/// not looked at otherwise. Bytes may be anything: no size in them is believed before it is compared with a limit.
///
/// # Errors
/// One of [`Error`] for bytes that are not a model file, are damaged, hold something that has no counterpart here, or lack
/// an architecture.
pub fn read(bytes: &[u8], architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    Format::of_bytes(bytes)?.read(bytes, architecture, &mut no_companion)
}

/// Writes a model; the same model gives the same bytes.
///
/// # Errors
/// [`Error::Inexpressible`] if the format has no way to say what the model is; [`Error::Contradiction`] if the parts of
/// `saved` do not fit together.
pub fn write(saved: &SavedModel, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Safetensors => safetensors::write(saved),
        Format::StateDict => state_dict::write(saved),
        Format::Npz => npz::write(saved),
        Format::KerasHdf5 => keras::write_hdf5(saved),
        Format::Keras => keras::write_archive(saved),
        Format::Onnx(output) => onnx::write(saved, output),
    }
}

/// The archives: which one it is, its entries say.
fn of_archive(bytes: &[u8]) -> Result<Format, Error> {
    let names = Archive::open(bytes, "zip")?.names();
    let has = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    match () {
        () if has(&|name| name == "config.json") => Ok(Format::Keras),
        // What torch.save writes.
        () if has(&|name| name.ends_with("/data.pkl")) => Err(Error::TorchPickle),
        // A network without parameters has no arrays.
        () if has(&|name| name.ends_with(".npy") || name == npz::DESCRIPTION) => Ok(Format::Npz),
        () => unrecognised("a zip archive that is neither .keras nor NPZ"),
    }
}

fn unrecognised<T>(found: &str) -> Result<T, Error> {
    Err(Error::Unrecognised { found: found.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pickles_are_refused_with_the_way_out_of_their_program() {
        let archive = |name: &str| tenfold_archive::write(&[(name.to_owned(), vec![0x80, 2])], "zip").unwrap();
        let legacy = [&[0x80, 2][..], &TORCH_MAGIC, b".\x80\x02M\xe9\x03."].concat();
        for bytes in [archive("model/data.pkl"), legacy] {
            let error = Format::of_bytes(&bytes).unwrap_err();
            assert!(matches!(error, Error::TorchPickle), "{error}");
            assert!(error.to_string().lines().last().unwrap().starts_with("hint: in Python"), "{error}");
        }
        assert!(matches!(Format::of_bytes(&[0x80, 4, 0x95]), Err(Error::Pickle)));
    }
}
