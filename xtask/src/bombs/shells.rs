//! The formats' own bytes around a picture's data, with whatever sizes and lengths they are told.

/// A PNG's header and its other chunks.
pub(super) fn png(size: [u32; 2], [bits, colour]: [u8; 2], chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = [&size.map(u32::to_be_bytes).concat()[..], &[bits, colour, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), png_chunk(b"IHDR", &header), chunks.concat(), png_chunk(b"IEND", &[])].concat()
}

pub(super) fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut checksum = flate2::Crc::new();
    checksum.update(kind);
    checksum.update(data);
    [&(data.len() as u32).to_be_bytes()[..], kind, data, &checksum.sum().to_be_bytes()].concat()
}

/// A WebP of chunks.
pub(super) fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let contents = [&b"WEBP"[..], &chunks.concat()].concat();
    webp_chunk(b"RIFF", contents.len() as u32, &contents)
}

/// A chunk that says it is `length` bytes.
pub(super) fn webp_chunk(kind: &[u8; 4], length: u32, data: &[u8]) -> Vec<u8> {
    [&kind[..], &length.to_le_bytes(), data, &vec![0; data.len() % 2]].concat()
}

/// The canvas of a WebP with metadata, if `flags` has 8, or with frames, if it has 2.
pub(super) fn webp_canvas(flags: u8, size: [u32; 2]) -> Vec<u8> {
    let sides = size.map(|side| (side - 1).to_le_bytes());
    webp_chunk(b"VP8X", 10, &[&[flags, 0, 0, 0], &sides[0][..3], &sides[1][..3]].concat())
}

/// A lossy picture, without its data.
pub(super) fn webp_lossy(size: [u16; 2]) -> Vec<u8> {
    let data = [&[0x10, 0, 0, 0x9d, 1, 0x2a], &size.map(u16::to_le_bytes).concat()[..], &[0; 8]].concat();
    webp_chunk(b"VP8 ", data.len() as u32, &data)
}

/// A lossless picture all of whose pixels are the same: codes of no bits.
pub(super) fn webp_lossless(size: [u32; 2]) -> Vec<u8> {
    let sides = (size[0] - 1) | (size[1] - 1) << 14;
    // No transform, no cache of colours, no meta codes; then five codes of one symbol each: simple, one symbol, of one bit, 0.
    let data = [&[0x2f], &sides.to_le_bytes()[..], &[0x88, 0x88, 0x08, 0, 0, 0, 0, 0]].concat();
    webp_chunk(b"VP8L", data.len() as u32, &data)
}

/// A GIF with a canvas and two colours, and what follows.
pub(super) fn gif(canvas: [u16; 2], blocks: &[Vec<u8>]) -> Vec<u8> {
    let colours = [0x80, 0, 0, 0, 0, 0, 255, 255, 255];
    let size = canvas.map(u16::to_le_bytes).concat();
    [b"GIF89a".to_vec(), size, colours.to_vec(), blocks.concat(), vec![0x3b]].concat()
}

/// A frame, with codes of LZW in blocks.
pub(super) fn gif_frame(size: [u16; 2], codes: &[u8]) -> Vec<u8> {
    let head = [&[0x2c, 0, 0, 0, 0], &size.map(u16::to_le_bytes).concat()[..], &[0, 8]].concat();
    let blocks = codes.chunks(255).flat_map(|block| [&[block.len() as u8], block].concat());
    head.into_iter().chain(blocks).chain([0]).collect()
}

/// A BMP of 40 bytes of header and what follows.
pub(super) fn bmp(size: [i32; 2], bits: u16, compression: u32, data: &[u8]) -> Vec<u8> {
    let file = [&b"BM"[..], &[0; 8], &54u32.to_le_bytes(), &40u32.to_le_bytes()].concat();
    let kind = [1, bits].map(u16::to_le_bytes).concat();
    let rest = [compression, 0, 0, 0, 0, 0].map(u32::to_le_bytes).concat();
    [file, size.map(i32::to_le_bytes).concat(), kind, rest, data.to_vec()].concat()
}

/// An entry of a TIFF's directory: tag, and how many numbers of 32 bits; one, or where they are.
pub(super) type Entry = (u16, u32, u32);

/// A TIFF of grey levels in one strip, in `compression`, with more entries; of an entry that is given twice the last counts.
pub(super) fn tiff(size: [u32; 2], compression: u32, strip: &[u8], more: &[Entry]) -> Vec<u8> {
    let length = strip.len() as u32;
    let usual = [
        (256, 1, size[0]),
        (257, 1, size[1]),
        (258, 1, 8),
        (259, 1, compression),
        (262, 1, 1),
        (273, 1, 8),
        (277, 1, 1),
        (278, 1, size[1]),
        (279, 1, length),
    ];
    let entries: std::collections::BTreeMap<u16, Entry> =
        usual.iter().chain(more).map(|&entry| (entry.0, entry)).collect();
    let entries: Vec<Entry> = entries.into_values().collect();
    let start = 8 + length;
    [&b"II*\0"[..], &start.to_le_bytes(), strip, &tiff_directory(&entries, 0)].concat()
}

/// A directory, and where the next one is.
pub(super) fn tiff_directory(entries: &[Entry], next: u32) -> Vec<u8> {
    let mut bytes = (entries.len() as u16).to_le_bytes().to_vec();
    for &(tag, count, value) in entries {
        bytes.extend([tag, 4].map(u16::to_le_bytes).concat());
        bytes.extend([count, value].map(u32::to_le_bytes).concat());
    }
    [bytes, next.to_le_bytes().to_vec()].concat()
}

/// A grey JPEG that begins with `frame` (0xc0: baseline, 0xc2: progressive) and goes on as told. Each of its codes is a single 0: for
/// a block's level that it is as before, for the rest of a block what `run` says.
pub(super) fn jpeg(size: [u16; 2], frame: u8, run: u8, segments: &[Vec<u8>]) -> Vec<u8> {
    let [width, height] = size.map(u16::to_be_bytes);
    let head = [
        jpeg_segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        jpeg_segment(frame, &[&[8], &height[..], &width, &[1, 1, 0x11, 0]].concat()),
        jpeg_segment(0xc4, &[&[0x00, 1], &[0; 15][..], &[0]].concat()),
        jpeg_segment(0xc4, &[&[0x10, 1], &[0; 15][..], &[run]].concat()),
    ];
    [vec![0xff, 0xd8], head.concat(), segments.concat(), vec![0xff, 0xd9]].concat()
}

pub(super) fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker], &((data.len() + 2) as u16).to_be_bytes()[..], data].concat()
}

/// A scan of some coefficients, its data so many zero bytes.
pub(super) fn jpeg_scan([first, last]: [u8; 2], length: usize) -> Vec<u8> {
    [jpeg_segment(0xda, &[1, 1, 0, first, last, 0]), vec![0; length]].concat()
}
