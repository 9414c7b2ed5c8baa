//! Zip archives within limits.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::Error;

/// Entries of an archive; a model, which has most, has one per tensor, with a few more.
const MAX_ENTRIES: usize = 10_000;

/// How many bytes a file of `length` bytes may unpack to: compression saves a tenth of trained weights, and what unpacks to
/// many times its size is not a model.
pub const fn unpackable(length: usize) -> usize {
    length.saturating_mul(16).saturating_add(1 << 20)
}

/// An archive to read from.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    format: &'static str,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive; errors name `format`.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the bytes are not an archive; [`Error::TooLarge`] for more entries than a model needs, 10,000.
    pub fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, Error> {
        let malformed = |error: zip::result::ZipError| Error::Malformed { format, reason: error.to_string() };
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(malformed)?;
        if zip.len() > MAX_ENTRIES {
            let (limit, found) = (MAX_ENTRIES as u64, zip.len() as u64);
            return Err(Error::TooLarge { what: "entries of the archive".to_owned(), limit, found });
        }
        Ok(Self { zip, format })
    }

    /// The names of all entries, in the archive's order. Names that are not text are left out: no format has such.
    pub fn names(&self) -> Vec<String> {
        let names = self.zip.file_names_raw();
        names.filter_map(|name| std::str::from_utf8(name).ok()).map(str::to_owned).collect()
    }

    /// The bytes of an entry, stored or deflated, of at most `limit` bytes once unpacked; nothing if there is none.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the limit, whatever the archive's directory says; [`Error::Malformed`] for an entry
    /// that is damaged, encrypted or packed in another way.
    pub fn entry(&mut self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        let format = self.format;
        let malformed = |reason: String| Error::Malformed { format, reason: format!("{name}: {reason}") };
        let too_large = |found| Error::TooLarge { what: format!("{name} in the {format} file"), limit, found };
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let entry = self.zip.by_index(index).map_err(|error| malformed(error.to_string()))?;
        if entry.size() > limit {
            return Err(too_large(entry.size()));
        }
        // The size in the directory may be a lie: the bytes are counted as they come.
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|error| malformed(error.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(too_large(bytes.len() as u64));
        }
        Ok(Some(bytes))
    }
}

/// Writes an archive of entries as they are, uncompressed, with the same date whenever it is made: the same entries give
/// the same bytes.
///
/// # Errors
/// [`Error::Inexpressible`] if an entry is too large for the format.
pub fn write(entries: &[(String, Vec<u8>)], format: &'static str) -> Result<Vec<u8>, Error> {
    let impossible = |problem: String| Error::Inexpressible { format, problem };
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let options = options.last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), options).map_err(|error| impossible(error.to_string()))?;
        zip.write_all(bytes).map_err(|error| impossible(error.to_string()))?;
    }
    Ok(zip.finish().map_err(|error| impossible(error.to_string()))?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Vec<u8> {
        write(&[("a.txt".to_owned(), vec![7; 1_000]), ("b".to_owned(), Vec::new())], "test").unwrap()
    }

    #[test]
    fn entries_come_back_and_the_bytes_are_the_same_each_time() {
        let bytes = archive();
        let mut archive = Archive::open(&bytes, "test").unwrap();
        assert_eq!(archive.names(), ["a.txt", "b"]);
        assert_eq!(archive.entry("a.txt", 1_000).unwrap(), Some(vec![7; 1_000]));
        assert_eq!(archive.entry("b", 0).unwrap(), Some(Vec::new()));
        assert_eq!(archive.entry("c", 10).unwrap(), None);
        assert_eq!(bytes, self::archive());
    }

    #[test]
    fn nothing_unpacks_beyond_its_limit() {
        let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
        let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        packed.start_file("bomb", deflated).unwrap();
        packed.write_all(&vec![0; 1_000_000]).unwrap();
        let honest = packed.finish().unwrap().into_inner();
        assert!(honest.len() < 2_000);
        // The same with a directory, and a header before the data, that say a hundred bytes.
        let size = 1_000_000_u32.to_le_bytes();
        let mut lying = honest.clone();
        for place in 0..lying.len() - 4 {
            if lying[place..place + 4] == size {
                lying[place..place + 4].copy_from_slice(&100_u32.to_le_bytes());
            }
        }
        assert_ne!(lying, honest);
        let entry = |bytes: &[u8], limit| Archive::open(bytes, "test").unwrap().entry("bomb", limit);
        assert_eq!(entry(&honest, 1_000_000).unwrap().map(|bytes| bytes.len()), Some(1_000_000));
        assert!(matches!(entry(&honest, 999_999), Err(Error::TooLarge { limit: 999_999, found: 1_000_000, .. })));
        assert!(matches!(entry(&lying, 999), Err(Error::Malformed { .. } | Error::TooLarge { .. })));
    }

    #[test]
    fn what_is_not_an_archive_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", &archive()[..900]] {
            let error = Archive::open(bytes, "test").err().expect("an error");
            assert!(matches!(error, Error::Malformed { format: "test", .. }), "{error}");
        }
    }
}
