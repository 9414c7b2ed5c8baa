//! Memory whose amount a model or a setting decides: where there is too little, that is an error and not the end.

use tenfold_kernels::Buffer;

use crate::error::Error;

/// `length` zeros, for `what`.
///
/// # Errors
/// [`Error::Allocation`] if there is no memory for them.
pub(crate) fn zeroed(what: &'static str, length: usize) -> Result<Buffer, Error> {
    let bytes = length as u64 * size_of::<f32>() as u64;
    Buffer::try_zeroed(length).map_err(|_| Error::Allocation { what, bytes })
}

/// Checks that there is memory for `bytes` bytes of `what`, which are about to be taken in pieces.
///
/// # Errors
/// [`Error::Allocation`] if there is not.
pub(crate) fn check(what: &'static str, bytes: u64) -> Result<(), Error> {
    let length = usize::try_from(bytes).ok();
    let is_there = length.is_some_and(|length| Vec::<u8>::new().try_reserve_exact(length).is_ok());
    if is_there { Ok(()) } else { Err(Error::Allocation { what, bytes }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_an_error() {
        let most = usize::MAX / 8;
        let text = zeroed("parameters", most).unwrap_err().to_string();
        assert_eq!(text, format!("no memory for {} bytes of parameters", most as u64 * 4));
        assert!(check("buffers", u64::MAX).is_err());
        assert!(zeroed("parameters", 3).is_ok_and(|buffer| *buffer == [0.0; 3]) && check("buffers", 1 << 10).is_ok());
    }
}
