//! The files: each lies about its picture, or is small and asks for much.

use super::packed::{Lzw, lzw, zlib};
use super::shells::{
    bmp, gif, gif_frame, jpeg, jpeg_scan, jpeg_segment, png, png_chunk, tiff, tiff_directory, webp, webp_canvas,
    webp_chunk, webp_lossless, webp_lossy,
};

/// A file that asks for more than it should get.
pub(super) struct Bomb {
    pub format: &'static str,
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

const GIB: u64 = 1 << 30;
const MILLION: usize = 1_000_000;

/// A side over the limit, and one that is not: a picture of 49 megapixels.
const OVER: u32 = 60_000;
const WITHIN: u32 = 7_000;

/// Files that hold no whole picture, or one of 28x28 pixels and more beside it.
pub(super) fn bombs() -> anyhow::Result<Vec<Bomb>> {
    let gigabytes = zlib(2 * GIB)?;
    Ok([
        png_bombs(&gigabytes),
        jpeg_bombs(),
        webp_bombs(),
        gif_bombs(),
        bmp_bombs(),
        tiff_bombs(&gigabytes),
        pnm_bombs(),
    ]
    .into_iter()
    .flatten()
    .collect())
}

/// Pictures of 49 megapixels, as small as they can be, and two that are whole but for their end: no more can be known of them before they
/// are decoded, and within the limits they are.
pub(super) fn largest() -> anyhow::Result<Vec<Bomb>> {
    let (side, large) = (u64::from(WITHIN), [WITHIN as u16; 2]);
    let png_of = |kind: [u8; 2], bytes: u64| anyhow::Ok(png([WITHIN; 2], kind, &[png_chunk(b"IDAT", &zlib(bytes)?)]));
    let grey = side * (side + 1);
    let progressive = [vec![jpeg_scan([0, 0], BLOCK_BITS)], scans(97)].concat();
    // To the right and up by 255 each, over and over.
    let moves = [0, 2, 255, 255].repeat(MILLION);
    Ok([
        ("PNG", "grey", png_of([8, 0], grey)?),
        ("PNG", "16-bit RGBA", png_of([16, 6], side * (8 * side + 1))?),
        ("PNG", "grey, without its last row", png_of([8, 0], grey - side)?),
        ("JPEG", "baseline", jpeg(large, 0xc0, 0, &[jpeg_scan([0, 63], 2 * BLOCK_BITS)])),
        ("JPEG", "98 progressive scans", jpeg(large, 0xc2, 0xe0, &progressive)),
        ("WebP", "lossless", webp(&[webp_lossless([WITHIN; 2])])),
        ("GIF", "one frame", gif(large, &[gif_frame(large, &lzw(side * side, Lzw::Gif))])),
        ("BMP", "runs that go over its end", bmp([WITHIN as i32; 2], 8, 1, &moves)),
        ("TIFF", "LZW", tiff([WITHIN; 2], 5, &lzw(side * side, Lzw::Tiff), &[])),
        ("TIFF", "deflate", tiff([WITHIN; 2], 8, &zlib(side * side)?, &[])),
    ]
    .into_iter()
    .map(|(format, name, bytes)| Bomb { format, name, bytes })
    .collect())
}

/// Bytes of a bit for each block of 8x8 of 7000x7000 pixels.
const BLOCK_BITS: usize = 875 * 875 / 8 + 1;

/// Progressive scans of all but the level: a run of 16,384 blocks is 15 bits, and 47 are all blocks.
fn scans(count: usize) -> Vec<Vec<u8>> {
    vec![jpeg_scan([1, 63], 47 * 15 / 8 + 1); count]
}

fn of<const N: usize>(format: &'static str, files: [(&'static str, Vec<u8>); N]) -> Vec<Bomb> {
    files.into_iter().map(|(name, bytes)| Bomb { format, name, bytes }).collect()
}

fn png_bombs(gigabytes: &[u8]) -> Vec<Bomb> {
    let data = |data: &[u8]| png_chunk(b"IDAT", data);
    let small = |chunks: &[Vec<u8>]| png([28; 2], [8, 0], chunks);
    let lying = [&u32::MAX.to_be_bytes()[..], b"IDAT", &[0; 100]].concat();
    let beside = |kind: &[u8; 4], head: &[u8]| small(&[png_chunk(kind, &[head, gigabytes].concat())]);
    of(
        "PNG",
        [
            ("60000x60000", png([OVER; 2], [8, 0], &[data(&[])])),
            ("7000x7000 of 16-bit RGBA without its pixels", png([WITHIN; 2], [16, 6], &[data(&gigabytes[..1_000])])),
            ("7000x7000, half of its rows", png([WITHIN; 2], [8, 0], &[data(&zlib(24_000_000).unwrap_or_default())])),
            ("28x28 and 2 GiB of pixels", small(&[data(gigabytes)])),
            ("2 GiB as a colour profile", beside(b"iCCP", b"profile\0\0")),
            ("2 GiB as a text", beside(b"zTXt", b"text\0\0")),
            ("2 GiB as an international text", beside(b"iTXt", b"text\0\x01\0\0\0")),
            ("a chunk of 4 GB", png([28; 2], [8, 0], &[lying])),
            ("a million chunks", small(&vec![png_chunk(b"none", &[]); MILLION])),
            ("a million chunks of pixels", small(&vec![data(&[]); MILLION])),
            ("a million palettes", png([28; 2], [8, 3], &vec![png_chunk(b"PLTE", &[0; 3]); MILLION])),
        ],
    )
}

fn jpeg_bombs() -> Vec<Bomb> {
    let large = [WITHIN as u16; 2];
    of(
        "JPEG",
        [
            ("60000x60000", jpeg([OVER as u16; 2], 0xc0, 0, &[jpeg_scan([0, 63], 100)])),
            ("7000x7000 without its pixels", jpeg(large, 0xc0, 0, &[jpeg_scan([0, 63], 100)])),
            ("7000x7000 and comments", jpeg(large, 0xc0, 0, &[comments(3), jpeg_scan([0, 63], 100)])),
            ("28x28 in 200,000 progressive scans", jpeg([28; 2], 0xc2, 0xe0, &vec![jpeg_scan([1, 63], 2); 200_000])),
            ("a million comments", jpeg([28; 2], 0xc0, 0, &vec![jpeg_segment(0xfe, &[]); MILLION])),
            (
                "a segment longer than the file",
                [&jpeg([28; 2], 0xc0, 0, &[])[..2], &[0xff, 0xe1, 0xff, 0xff, 0, 0]].concat(),
            ),
        ],
    )
}

/// Of 65,533 bytes each.
fn comments(count: usize) -> Vec<u8> {
    vec![jpeg_segment(0xfe, &[0; 65_533]); count].concat()
}

fn webp_bombs() -> Vec<Bomb> {
    let frame = |inside: &[u8]| webp_chunk(b"ANMF", (16 + inside.len()) as u32, &[&[0; 16], inside].concat());
    let animated = |size, frames: Vec<Vec<u8>>| {
        webp(&[vec![webp_canvas(2, size), webp_chunk(b"ANIM", 6, &[0; 6])], frames].concat())
    };
    of(
        "WebP",
        [
            ("16383x16383, lossy", webp(&[webp_lossy([0x3fff; 2])])),
            ("16384x16384, lossless", webp(&[webp_lossless([0x4000; 2])])),
            ("a canvas of 60000x60000", webp(&[webp_canvas(0, [OVER; 2]), webp_lossy([28; 2])])),
            ("7000x7000, lossy, without its pixels", webp(&[webp_lossy([WITHIN as u16; 2])])),
            ("a picture larger than its canvas", webp(&[webp_canvas(0, [28; 2]), webp_lossless([WITHIN; 2])])),
            ("a frame of another size than the canvas", animated([WITHIN; 2], vec![frame(&webp_lossless([1; 2]))])),
            ("a million frames", animated([28; 2], vec![frame(&webp_lossless([1; 2])); MILLION])),
            (
                "a million chunks",
                webp(&[vec![webp_canvas(0, [28; 2])], vec![webp_chunk(b"none", 0, &[]); MILLION]].concat()),
            ),
            (
                "metadata of 4 GB",
                webp(&[webp_canvas(8, [28; 2]), webp_lossy([28; 2]), webp_chunk(b"EXIF", 0xffff_fff0, &[0; 4])]),
            ),
        ],
    )
}

fn gif_bombs() -> Vec<Bomb> {
    let small = |codes: &[u8]| gif_frame([28; 2], codes);
    of(
        "GIF",
        [
            ("a canvas of 60000x60000", gif([OVER as u16; 2], &[small(&[])])),
            ("a frame of 60000x60000", gif([28; 2], &[gif_frame([OVER as u16; 2], &[])])),
            ("7000x7000 without its pixels", gif([WITHIN as u16; 2], &[gif_frame([WITHIN as u16; 2], &[])])),
            ("28x28 and 2 GB of pixels", gif([28; 2], &[small(&lzw(2 * GIB, Lzw::Gif))])),
            ("a frame of nothing on 7000x7000", gif([WITHIN as u16; 2], &[gif_frame([1; 2], &lzw(1, Lzw::Gif))])),
            ("a million frames", gif([28; 2], &vec![small(&lzw(784, Lzw::Gif)); MILLION / 10])),
            ("a million comments", gif([28; 2], &vec![vec![0x21, 0xfe, 0]; MILLION])),
            ("a comment without an end", gif([28; 2], &[vec![0x21, 0xfe, 255]])),
        ],
    )
}

fn bmp_bombs() -> Vec<Bomb> {
    let large = [WITHIN as i32; 2];
    let bits = |mut file: Vec<u8>, at: usize, number: u32| {
        file[at..at + 4].copy_from_slice(&number.to_le_bytes());
        file
    };
    of(
        "BMP",
        [
            ("60000x60000", bmp([OVER as i32; 2], 24, 0, &[])),
            ("60000x60000 from the top", bmp([OVER as i32, -(OVER as i32)], 24, 0, &[])),
            ("7000x7000 without its pixels", bmp(large, 32, 0, &[])),
            ("7000x7000, runs that end", bmp(large, 8, 1, &[0, 1])),
            ("4 thousand million colours", bits(bmp([28; 2], 8, 0, &[0; 900]), 46, u32::MAX)),
            ("pixels at 4 GB", bits(bmp([28; 2], 24, 0, &[0; 900]), 10, u32::MAX)),
            ("a header of 4 GB", bits(bmp([28; 2], 24, 0, &[0; 900]), 14, u32::MAX)),
        ],
    )
}

fn tiff_bombs(gigabytes: &[u8]) -> Vec<Bomb> {
    let small = |compression, strip: &[u8]| tiff([28; 2], compression, strip, &[]);
    let with = |entry| tiff([28; 2], 1, &[0; 784], &[entry]);
    let strips = |count| tiff([WITHIN; 2], 1, &[], &[(273, count, 8), (278, 1, 1), (279, count, 8)]);
    // Each page is followed by the next one.
    let pages = (0..MILLION / 4).flat_map(|page| tiff_directory(&[(254, 1, 0)], 8 + 18 * (page as u32 + 1)));
    of(
        "TIFF",
        [
            ("60000x60000", tiff([OVER; 2], 1, &[], &[])),
            ("7000x7000 without its pixels", tiff([WITHIN; 2], 1, &[], &[])),
            ("7000x7000, deflate, without its pixels", tiff([WITHIN; 2], 8, &gigabytes[..1_000], &[])),
            ("7000x7000, LZW, without its pixels", tiff([WITHIN; 2], 5, &lzw(1_000_000, Lzw::Tiff), &[])),
            ("28x28 and 2 GiB of pixels, deflate", small(8, gigabytes)),
            ("28x28 and 2 GB of pixels, LZW", small(5, &lzw(2 * GIB, Lzw::Tiff))),
            ("4 thousand million bits a sample", with((258, u32::MAX, 8))),
            ("4 thousand million strips", with((273, u32::MAX, 8))),
            ("4 thousand million lengths of strips", with((279, u32::MAX, 8))),
            ("7000 strips at the end of the file", strips(WITHIN)),
            ("50 million strips", strips(50_000_000)),
            ("an orientation of 4 thousand million numbers", with((274, u32::MAX, 8))),
            ("a palette of 4 thousand million levels", tiff([28; 2], 1, &[0; 784], &[(262, 1, 3), (320, u32::MAX, 8)])),
            (
                "tiles of 60000x60000",
                tiff([28; 2], 1, &[], &[(322, 1, OVER), (323, 1, OVER), (324, 1, 8), (325, 1, 0)]),
            ),
            ("250,000 pages", b"II*\0\x08\0\0\0".iter().copied().chain(pages).collect()),
        ],
    )
}

fn pnm_bombs() -> Vec<Bomb> {
    let text = |text: String| text.into_bytes();
    let header = |kind: &str, side: u32| text(format!("{kind} {side} {side} 255\n"));
    let pam =
        |side: u32| text(format!("P7\nWIDTH {side}\nHEIGHT {side}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"));
    of(
        "PNM",
        [
            ("PGM of 60000x60000", header("P5", OVER)),
            ("PPM of 60000x60000", header("P6", OVER)),
            ("PAM of 60000x60000", pam(OVER)),
            ("PGM of 7000x7000 without its pixels", header("P5", WITHIN)),
            ("PGM as text without its pixels", header("P2", WITHIN)),
            ("PBM as text without its pixels", text(format!("P1 {WITHIN} {WITHIN}\n"))),
            ("PAM of 7000x7000 without its pixels", pam(WITHIN)),
            ("a comment of 60 MB", text(format!("P5\n#{}\n28 28 255\n", "x".repeat(60 * MILLION)))),
            ("a million comments", text(format!("P5\n{}28 28 255\n", "#\n".repeat(MILLION)))),
            ("a million lines of PAM", text(format!("P7\n{}ENDHDR\n", "DEPTH 1\n".repeat(MILLION)))),
            ("a number of 60 million digits", text(format!("P2 1 1 255\n{}", "0".repeat(60 * MILLION)))),
        ],
    )
}
