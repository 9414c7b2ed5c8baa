//! Gzip: recognised by content, decompressed within a limit, written so that the same bytes give the same file.

use std::borrow::Cow;
use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::{Compression, GzBuilder};

use crate::Error;

/// The first two bytes of every gzip file (RFC 1952, section 2.3.1).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The contents of a gzip file, at most `limit` bytes of them; any other bytes are returned as they are.
///
/// Memory grows with what has been decompressed; what the file says about its own size is not asked.
///
/// # Errors
/// [`Error::Gzip`] if the file is damaged or cut short, [`Error::LimitExceeded`] if it holds more than `limit` bytes.
pub fn decompress(bytes: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, Error> {
    if !bytes.starts_with(&MAGIC) {
        return Ok(bytes.into());
    }
    let mut contents = Vec::new();
    // One byte over the limit distinguishes "exactly the limit" from "more".
    MultiGzDecoder::new(bytes).take(limit.saturating_add(1)).read_to_end(&mut contents).map_err(Error::Gzip)?;
    if contents.len() as u64 > limit {
        return Err(Error::LimitExceeded { what: "decompressed bytes", limit });
    }
    Ok(contents.into())
}

/// A gzip file with these contents, without name or time: the same contents always give the same bytes.
pub fn compress(contents: &[u8]) -> Vec<u8> {
    let mut writer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    writer.write_all(contents).and_then(|()| writer.finish()).expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::{compress, decompress};
    use crate::{Error, ErrorKind};

    #[test]
    fn contents_come_back() {
        let contents = b"the same contents".as_slice();
        assert_eq!(decompress(&compress(contents), 17).unwrap(), contents);
        assert_eq!(compress(contents), compress(contents));
        assert_eq!(compress(contents)[4..8], [0; 4], "no time in the header");
        assert_eq!(decompress(contents, 0).unwrap(), contents, "other bytes are returned as they are");
    }

    #[test]
    fn files_joined_end_to_end_are_one_file() {
        assert_eq!(decompress(&[compress(b"ab"), compress(b"cd")].concat(), 4).unwrap(), b"abcd".as_slice());
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = compress(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert!(matches!(decompress(&bomb, 1000), Err(Error::LimitExceeded { limit: 1000, .. })));
        assert_eq!(decompress(&bomb, 1000).unwrap_err().kind(), ErrorKind::TooLarge);
    }

    #[test]
    fn damage_is_refused() {
        let whole = compress(&(0..=255).collect::<Vec<u8>>());
        for length in 2..whole.len() {
            assert!(matches!(decompress(&whole[..length], 1000), Err(Error::Gzip(_))), "cut to {length} bytes");
        }
        let mut changed = whole.clone();
        changed[whole.len() - 8] ^= 1;
        assert!(matches!(decompress(&changed, 1000), Err(Error::Gzip(_))), "wrong checksum");
    }
}
