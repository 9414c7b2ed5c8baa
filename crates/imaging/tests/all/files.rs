//! Picture files, byte by byte, of kinds that no encoder here writes; and those of other programs in `testdata/pictures`.

use std::path::Path;

/// Width and height of the pictures of `testdata/pictures/generate.py`.
pub const SIZE: (u32, u32) = (24, 16);

/// The files of `testdata/pictures`, by name.
pub const NAMES: [&str; 20] = [
    "animated.gif",
    "animated.webp",
    "big-endian-16.tif",
    "deflate.tif",
    "grey-alpha.tif",
    "group4.tif",
    "inks.jpg",
    "inks.tif",
    "interlaced.gif",
    "jpeg.tif",
    "lossy-alpha.webp",
    "lossy.webp",
    "lzw.tif",
    "packbits.tif",
    "palette.bmp",
    "palette.tif",
    "progressive.jpg",
    "transparent.gif",
    "two-levels.bmp",
    "two-pages.tif",
];

pub fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/pictures"));
    std::fs::read(folder.join(name)).unwrap()
}

/// A TIFF of these entries, each a tag and its numbers, and of the data of its strips, or tiles.
pub fn tiff(entries: &[(u16, &[u32])], is_tiled: bool, chunks: &[&[u8]]) -> Vec<u8> {
    let (offsets_tag, lengths_tag) = if is_tiled { (324, 325) } else { (273, 279) };
    let lengths: Vec<u32> = chunks.iter().map(|chunk| chunk.len() as u32).collect();
    let mut offsets = vec![0; chunks.len()];
    let entries = |offsets: &[u32]| {
        let mut all: Vec<(u16, Vec<u32>)> = entries.iter().map(|(tag, numbers)| (*tag, numbers.to_vec())).collect();
        all.extend([(offsets_tag, offsets.to_vec()), (lengths_tag, lengths.clone())]);
        all.sort();
        all
    };
    // Once to know how long the directory is.
    let mut at = directory(&entries(&offsets)).len() as u32;
    for (offset, length) in offsets.iter_mut().zip(&lengths) {
        *offset = at;
        at += length;
    }
    [directory(&entries(&offsets)), chunks.concat()].concat()
}

/// A TIFF's header, directory and lists of numbers, of 16 bits or, where it needs them, 32, little-endian.
fn directory(entries: &[(u16, Vec<u32>)]) -> Vec<u8> {
    let mut bytes = [b"II*\0\x08\0\0\0".as_slice(), &(entries.len() as u16).to_le_bytes()].concat();
    let mut lists: Vec<u8> = Vec::new();
    let end = bytes.len() + 12 * entries.len() + 4;
    for (tag, numbers) in entries {
        let is_short = numbers.iter().all(|&number| number <= u16::MAX.into());
        bytes.extend([*tag, if is_short { 3 } else { 4 }].map(u16::to_le_bytes).concat());
        bytes.extend((numbers.len() as u32).to_le_bytes());
        match numbers[..] {
            [number] => bytes.extend(number.to_le_bytes()),
            [first, second] if is_short => bytes.extend([first as u16, second as u16].map(u16::to_le_bytes).concat()),
            _ => {
                bytes.extend(((end + lists.len()) as u32).to_le_bytes());
                let length = if is_short { 2 } else { 4 };
                lists.extend(numbers.iter().flat_map(|number| number.to_le_bytes().into_iter().take(length)));
            }
        }
    }
    [bytes, vec![0; 4], lists].concat()
}

/// A BMP with a palette of grey levels, if it has one.
pub fn bmp(size: (i32, i32), bits: u16, compression: u32, palette: &[u8], data: &[u8]) -> Vec<u8> {
    let colours: Vec<u8> = palette.iter().flat_map(|&level| [level, level, level, 0]).collect();
    let start = (54 + colours.len()) as u32;
    let file = [b"BM".as_slice(), &(start + data.len() as u32).to_le_bytes(), &[0; 4], &start.to_le_bytes()].concat();
    let sizes = [40u32.to_le_bytes(), size.0.to_le_bytes(), size.1.to_le_bytes()].concat();
    let kind = [1u16.to_le_bytes(), bits.to_le_bytes()].concat();
    let lengths = [compression, data.len() as u32, 0, 0, palette.len() as u32, 0].map(u32::to_le_bytes).concat();
    [&file[..], &sizes, &kind, &lengths, &colours, data].concat()
}

/// A chunk of a WebP, with the length that it says it has.
pub fn webp_chunk(kind: &[u8; 4], length: usize, data: &[u8]) -> Vec<u8> {
    [&kind[..], &(length as u32).to_le_bytes(), data, &vec![0; data.len() % 2]].concat()
}

/// A WebP of these chunks.
pub fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let contents = [b"WEBP".as_slice(), &chunks.concat()].concat();
    webp_chunk(b"RIFF", contents.len(), &contents)
}

/// The first chunk of a WebP with metadata or frames: its flags and the size of its canvas.
pub fn webp_canvas(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    webp_chunk(b"VP8X", 10, &[vec![flags, 0, 0, 0], side(width), side(height)].concat())
}

/// The beginning of a lossy picture of a size.
pub fn webp_lossy(width: u16, height: u16) -> Vec<u8> {
    let data = [&[0x10, 0, 0, 0x9d, 1, 0x2a], &width.to_le_bytes()[..], &height.to_le_bytes(), &[0; 8]].concat();
    webp_chunk(b"VP8 ", data.len(), &data)
}

/// A GIF's header with a canvas of a size and two colours, and a frame of another size without data.
pub fn gif(canvas: (u16, u16), frame: (u16, u16)) -> Vec<u8> {
    let size = |(width, height): (u16, u16)| [width.to_le_bytes(), height.to_le_bytes()].concat();
    let header = [b"GIF89a".as_slice(), &size(canvas), &[0x80, 0, 0], &[0, 0, 0, 255, 255, 255]].concat();
    [&header[..], &[0x2c, 0, 0, 0, 0], &size(frame), &[0, 2, 1, 0x44, 0, 0x3b]].concat()
}
