//! How large a picture may be, and whether one is: asked of its header, before any of its pixels.

use crate::Error;

/// How large a picture may be. Larger ones are refused from their header alone.
///
/// ```
/// use tenfold_imaging::{ErrorKind, Limits, decode};
///
/// let limits = Limits { bytes: 1_000, ..Limits::default() };
/// let error = decode(&[0; 2_000], &limits).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooLarge);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of encoded data. Default 64 MiB.
    pub bytes: u64,
    /// The greatest width in pixels. Default 20,000.
    pub width: u32,
    /// The greatest height in pixels. Default 20,000.
    pub height: u32,
    /// The most pixels, `width * height`. Default 50 million, the size of a large camera's pictures.
    pub pixels: u64,
    /// The most bytes that the decoded pixels may take. Default 512 MiB: 50 million pixels of 16-bit RGBA take 400 MB. What a
    /// decoder needs while it works comes on top: at most nine bytes for each pixel.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, width: 20_000, height: 20_000, pixels: 50_000_000, memory: 512 << 20 }
    }
}

impl Limits {
    pub(super) fn check_size(&self, (width, height): (u32, u32)) -> Result<(), Error> {
        check("width", width.into(), self.width.into())?;
        check("height", height.into(), self.height.into())?;
        check("pixels", u64::from(width) * u64::from(height), self.pixels)
    }

    /// Of the encoded data.
    pub(super) fn check_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        check("bytes", bytes.len() as u64, self.bytes)
    }

    /// Of the decoded pixels, in bytes.
    pub(super) fn check_memory(&self, bytes: u64) -> Result<(), Error> {
        check("memory", bytes, self.memory)
    }
}

fn check(what: &'static str, found: u64, limit: u64) -> Result<(), Error> {
    if found > limit {
        return Err(Error::LimitExceeded { what, found, limit });
    }
    Ok(())
}

/// Checks that the system has room for what decoding takes, where it would end the program later.
pub(super) fn check_room(format: &'static str, bytes: u64) -> Result<(), Error> {
    let has_room = usize::try_from(bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    if has_room { Ok(()) } else { Err(Error::NoRoom { format, bytes }) }
}
