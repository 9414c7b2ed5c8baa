//! What a file is, whatever its name says: so that a wrong file is called by its right name.

use std::fmt;

/// A kind of file that is given in place of a picture, a model or a data set, or that is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// No bytes at all.
    Empty,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A BMP picture.
    Bmp,
    /// A GIF picture.
    Gif,
    /// A TIFF picture.
    Tiff,
    /// A WebP picture.
    WebP,
    /// A PBM, PGM, PPM or PAM picture.
    Pnm,
    /// A picture as telephones take them: HEIC, HEIF or AVIF.
    Heif,
    /// A PDF document.
    Pdf,
    /// A web page.
    Html,
    /// XML, an SVG drawing among it.
    Xml,
    /// JSON.
    Json,
    /// A table of comma, semicolon or tab separated values.
    Csv,
    /// What stands for a file in a Git repository whose large files are elsewhere.
    LfsPointer,
    /// Any other text.
    Text,
    /// A zip archive; `.npz`, `.keras` and PyTorch's files are such.
    Zip,
    /// A gzip file.
    Gzip,
    /// An xz file.
    Xz,
    /// A bzip2 file.
    Bzip2,
    /// A tar archive.
    Tar,
    /// A Python pickle.
    Pickle,
    /// An HDF5 file.
    Hdf5,
    /// A numpy array.
    Npy,
    /// A safetensors file.
    Safetensors,
    /// A Parquet table.
    Parquet,
    /// A TensorFlow Lite model.
    TensorFlowLite,
    /// An IDX file of images.
    IdxImages,
    /// An IDX file of labels.
    IdxLabels,
    /// A program.
    Program,
    /// None of these.
    Unknown,
}

/// What files of a kind have at a place near their beginning.
const SIGNATURES: [(usize, &[u8], FileKind); 28] = [
    (0, b"\x89PNG\r\n\x1a\n", FileKind::Png),
    (0, b"\xff\xd8\xff", FileKind::Jpeg),
    (0, b"GIF8", FileKind::Gif),
    (0, b"II*\0", FileKind::Tiff),
    (0, b"MM\0*", FileKind::Tiff),
    (8, b"WEBP", FileKind::WebP),
    (4, b"ftypheic", FileKind::Heif),
    (4, b"ftypheix", FileKind::Heif),
    (4, b"ftypmif1", FileKind::Heif),
    (4, b"ftypavif", FileKind::Heif),
    (0, b"%PDF-", FileKind::Pdf),
    (0, b"version https://git-lfs", FileKind::LfsPointer),
    (0, b"PK\x03\x04", FileKind::Zip),
    (0, b"PK\x05\x06", FileKind::Zip),
    (0, b"\x1f\x8b", FileKind::Gzip),
    (0, b"\xfd7zXZ\0", FileKind::Xz),
    (0, b"BZh", FileKind::Bzip2),
    (257, b"ustar", FileKind::Tar),
    (0, b"\x89HDF\r\n\x1a\n", FileKind::Hdf5),
    (0, b"\x93NUMPY", FileKind::Npy),
    (0, b"PAR1", FileKind::Parquet),
    (4, b"\0\0\0\0{", FileKind::Safetensors),
    (4, b"TFL3", FileKind::TensorFlowLite),
    (0, b"\0\0\x08\x03", FileKind::IdxImages),
    (0, b"\0\0\x08\x01", FileKind::IdxLabels),
    (0, b"\x7fELF", FileKind::Program),
    (0, b"\xcf\xfa\xed\xfe", FileKind::Program),
    (0, b"MZ\x90", FileKind::Program),
];

impl FileKind {
    /// As many of a file's first bytes as are ever looked at.
    pub const BYTES: usize = 1024;

    /// The kind of a file that begins with `bytes`. No more is promised than that the beginning is of that kind.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(Self::BYTES)];
        let has =
            |(at, signature, _): &&(usize, &[u8], Self)| bytes.get(*at..).is_some_and(|it| it.starts_with(signature));
        match (SIGNATURES.iter().find(has), bytes) {
            (Some(&(_, _, kind)), _) => kind,
            (None, []) => Self::Empty,
            // The opcode of a pickle's protocol, 2 to 5, which is its first instruction.
            (None, [0x80, 2..=5, ..]) => Self::Pickle,
            // The reserved fields of a BMP's header.
            (None, [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..]) => Self::Bmp,
            (None, [b'P', b'1'..=b'7', after @ ..]) if is_pnm(after) => Self::Pnm,
            (None, bytes) => text(bytes).map_or(Self::Unknown, Self::of_text),
        }
    }

    fn of_text(text: &str) -> Self {
        let start: String = text.trim_start_matches('\u{feff}').trim_start().chars().take(16).collect();
        let start = start.to_ascii_lowercase();
        match start.as_str() {
            it if it.starts_with("<!doctype html") || it.starts_with("<html") => Self::Html,
            it if it.starts_with("<?xml") || it.starts_with("<svg") => Self::Xml,
            it if it.starts_with(['{', '[']) => Self::Json,
            _ if is_table(text) => Self::Csv,
            _ => Self::Text,
        }
    }

    /// Whether it is a picture in a format that `decode` reads.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Bmp | Self::Gif | Self::Tiff | Self::WebP | Self::Pnm)
    }

    /// What to do about a file that was not meant to be one of this kind; none where that depends on what was meant.
    pub const fn hint(self) -> Option<&'static str> {
        match self {
            Self::Html => Some("a download may have brought a page in place of the file; fetch the file itself"),
            Self::LfsPointer => Some("fetch the file that this stands for with `git lfs pull`"),
            Self::Zip | Self::Gzip | Self::Xz | Self::Bzip2 | Self::Tar => Some("unpack it first"),
            _ => None,
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Empty => "an empty file",
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::Bmp => "a BMP picture",
            Self::Gif => "a GIF picture",
            Self::Tiff => "a TIFF picture",
            Self::WebP => "a WebP picture",
            Self::Pnm => "a PNM picture",
            Self::Heif => "a HEIC or AVIF picture",
            Self::Pdf => "a PDF document",
            Self::Html => "a web page (HTML)",
            Self::Xml => "an XML or SVG file",
            Self::Json => "a JSON file",
            Self::Csv => "a table as text (CSV)",
            Self::LfsPointer => "a Git LFS pointer, which stands for a file that was not fetched",
            Self::Text => "a text file",
            Self::Zip => "a zip archive",
            Self::Gzip => "a gzip file",
            Self::Xz => "an xz file",
            Self::Bzip2 => "a bzip2 file",
            Self::Tar => "a tar archive",
            Self::Pickle => "a Python pickle",
            Self::Hdf5 => "an HDF5 file",
            Self::Npy => "a numpy array (NPY)",
            Self::Safetensors => "a safetensors file",
            Self::Parquet => "a Parquet file",
            Self::TensorFlowLite => "a TensorFlow Lite file",
            Self::IdxImages => "an IDX file of images",
            Self::IdxLabels => "an IDX file of labels",
            Self::Program => "a program",
            Self::Unknown => "a file of an unknown kind",
        })
    }
}

/// Whether a space, and then a number, a comment or, in PAM, a word of its header follow the signature of a PNM.
fn is_pnm(after: &[u8]) -> bool {
    let header = after.trim_ascii_start();
    let is_header = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == b'#';
    header.len() < after.len() && header.first().is_some_and(is_header)
}

/// The bytes as text, but for a character cut off at their end; none if there are characters that no text has.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let printable = |character: char| !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\x0c');
    text.chars().all(printable).then_some(text)
}

/// Whether the first two lines have as many separators of one kind, and some; a line alone must have two, and not as prose
/// has its commas.
fn is_table(text: &str) -> bool {
    let mut lines = text.lines();
    let (Some(first), second) = (lines.next(), lines.next()) else { return false };
    [',', ';', '\t'].into_iter().any(|separator| {
        let count = |line: &str| line.matches(separator).count();
        match second.map(count) {
            None => count(first) > 1 && !first.contains(", "),
            Some(second) if lines.clone().next().is_some() => second > 0 && second == count(first),
            // It may have been cut off.
            Some(second) => second > 0 && second <= count(first),
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_is_known_by_its_beginning() {
        let wide = format!("label,{}\n", (0..784).map(|i| format!("pixel{i}")).collect::<Vec<_>>().join(","));
        let tar = [&[b'x'; 257][..], b"ustar\0"].concat();
        for (bytes, kind) in [
            (&b""[..], FileKind::Empty),
            (b"\x89PNG\r\n\x1a\n and more", FileKind::Png),
            (b"\xff\xd8\xff\xe0", FileKind::Jpeg),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", FileKind::Bmp),
            (b"GIF89a", FileKind::Gif),
            (b"MM\0*\0\0", FileKind::Tiff),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileKind::WebP),
            (b"P5 3 2 255\n", FileKind::Pnm),
            (b"P1\n# a comment\n3 2\n", FileKind::Pnm),
            (b"P7\nWIDTH 3\n", FileKind::Pnm),
            (b"P2P networks", FileKind::Text),
            (b"P3 and so on", FileKind::Text),
            (b"\0\0\0\x18ftypheic", FileKind::Heif),
            (b"%PDF-1.7", FileKind::Pdf),
            (b"\n<!DOCTYPE html><html>", FileKind::Html),
            (b"\xef\xbb\xbf<HTML>", FileKind::Html),
            (b"<svg xmlns=''>", FileKind::Xml),
            (b"{\"a\": 1}", FileKind::Json),
            (b"label,pixel0\n5,0\n", FileKind::Csv),
            (b"label,pixel0\n5,0", FileKind::Csv),
            (wide.as_bytes(), FileKind::Csv),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:", FileKind::LfsPointer),
            (b"a model, honestly", FileKind::Text),
            (b"a model, well, honestly", FileKind::Text),
            (b"a model, honestly.\nAnd more.", FileKind::Text),
            ("Grüße".as_bytes(), FileKind::Text),
            (b"PK\x03\x04", FileKind::Zip),
            (b"\x1f\x8b\x08", FileKind::Gzip),
            (&tar, FileKind::Tar),
            (b"\x80\x04\x95", FileKind::Pickle),
            (b"\x89HDF\r\n\x1a\n", FileKind::Hdf5),
            (b"\x93NUMPY\x01\0", FileKind::Npy),
            (b"PAR1", FileKind::Parquet),
            (b"\x40\0\0\0\0\0\0\0{\"a\"", FileKind::Safetensors),
            (b"\x1c\0\0\0TFL3", FileKind::TensorFlowLite),
            (b"\0\0\x08\x03\0\0\xea\x60", FileKind::IdxImages),
            (b"\0\0\x08\x01\0\0\xea\x60", FileKind::IdxLabels),
            (b"\x7fELF\x02", FileKind::Program),
            (b"\x01\x02\x03\xff", FileKind::Unknown),
            (b"BM and so on", FileKind::Text),
        ] {
            assert_eq!(FileKind::of_bytes(bytes), kind, "{}", bytes.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_of_some_kind(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let kind = FileKind::of_bytes(&bytes);
            prop_assert_eq!(kind, FileKind::of_bytes(&bytes[..bytes.len().min(FileKind::BYTES)]));
            prop_assert!(!kind.to_string().is_empty());
        }
    }
}
