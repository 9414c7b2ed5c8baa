//! `pack-mnist`: the four MNIST files and who wrote their images, checked, compressed into the payloads that `crates/mnist`
//! carries.
//!
//! The result depends on the input and on the version of `lzma-rust2` alone, so packing again must leave the working
//! tree unchanged.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use anyhow::{Context, Result, ensure};
use lzma_rust2::{XzOptions, XzWriter};
use sha2::{Digest, Sha256};

const PIXELS_PER_IMAGE: usize = 28 * 28;
const IMAGES_HEADER: usize = 16;
const LABELS_HEADER: usize = 8;
const EXTENDED_LABELS_HEADER: usize = 12;

#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds train-images-idx3-ubyte and the other three files, not compressed
    directory: PathBuf,
    /// The folder that holds QMNIST's qmnist-train-labels-idx2-int and qmnist-test-labels-idx2-int, not compressed
    #[arg(long, value_name = "DIR")]
    qmnist: PathBuf,
}

struct Source {
    name: &'static str,
    images: (&'static str, &'static str),
    labels: (&'static str, &'static str),
    /// How many payloads the split becomes. Payloads are decoded at the same time, one thread each, but the compressor
    /// starts from nothing in each: 4 for the training images cost 0.27 MB over 1, and divide the waiting by 4.
    parts: usize,
    /// Its labels by QMNIST, which for the test images has more rows than MNIST.
    extended_labels: (&'static str, &'static str),
}

/// File names and SHA-256 digests as published.
const SOURCES: [Source; 2] = [
    Source {
        name: "train",
        images: ("train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        labels: ("train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        parts: 4,
        extended_labels: (
            "qmnist-train-labels-idx2-int",
            "bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5",
        ),
    },
    Source {
        name: "test",
        images: ("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        labels: ("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
        parts: 2,
        extended_labels: (
            "qmnist-test-labels-idx2-int",
            "92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd",
        ),
    },
];

/// A compressed run of images followed by their labels.
struct Payload {
    name: String,
    xz: Vec<u8>,
}

/// Writes `crates/mnist/data/*.xz` and `crates/mnist/src/payloads.rs`, which embeds them with their digests.
pub fn run(arguments: &Arguments) -> Result<()> {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("crates").join("mnist");
    let mut table = String::from(
        "//! The compressed payloads and their SHA-256 digests. Written by `cargo xtask pack-mnist`, not by hand.\n\n\
         use crate::payload::Payload;\n",
    );
    let mut writers = Vec::new();
    for source in &SOURCES {
        let payloads = pack(source, &arguments.directory)?;
        write!(table, "\npub(crate) static {}: [Payload; {}] = [\n", source.name.to_uppercase(), payloads.len())?;
        for payload in &payloads {
            writeln!(table, "    {},", payload.written(&crate_dir)?.replace('\n', "\n    "))?;
        }
        table.push_str("];\n");
        writers.extend(writers_of(source, arguments)?);
    }
    let writers = Payload { name: "writers.xz".to_owned(), xz: compress(&[&writers], of_writers())? };
    writeln!(table, "\npub(crate) static WRITERS: Payload = {};", writers.written(&crate_dir)?)?;
    let path = crate_dir.join("src").join("payloads.rs");
    fs::write(&path, table).with_context(|| format!("cannot write {}", path.display()))
}

impl Payload {
    /// Writes its file, and returns it as an expression of Rust.
    fn written(&self, crate_dir: &Path) -> Result<String> {
        let Self { name, xz } = self;
        let path = crate_dir.join("data").join(name);
        fs::write(&path, xz).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{:>9} bytes  {name}", xz.len());
        let (file, sha256) = (format!("include_bytes!(\"../data/{name}\")"), sha256(xz));
        Ok(format!("Payload {{\n    name: \"{name}\",\n    xz: {file},\n    sha256: \"{sha256}\",\n}}"))
    }
}

/// The number of each image's writer, 16 bits, lowest byte first.
fn writers_of(source: &Source, arguments: &Arguments) -> Result<Vec<u8>> {
    let labels = read_verified(&arguments.directory, source.labels)?.split_off(LABELS_HEADER);
    let extended = read_verified(&arguments.qmnist, source.extended_labels)?.split_off(EXTENDED_LABELS_HEADER);
    let (numbers, _) = extended.as_chunks();
    let numbers: Vec<i32> = numbers.iter().map(|&number| i32::from_be_bytes(number)).collect();
    let (rows, _) = numbers.as_chunks::<8>();
    let mut writers = Vec::new();
    for (&label, &[class, series, writer, ..]) in labels.iter().zip(rows) {
        ensure!(class == i32::from(label), "the labels of QMNIST are in another order");
        // What `tenfold_mnist::is_student` goes by.
        ensure!((series == 4) == (writer >= 2100), "writer {writer} of series {series} is numbered unlike others");
        writers.extend(u16::try_from(writer)?.to_le_bytes());
    }
    Ok(writers)
}

fn pack(source: &Source, directory: &Path) -> Result<Vec<Payload>> {
    let images = read_verified(directory, source.images)?.split_off(IMAGES_HEADER);
    let labels = read_verified(directory, source.labels)?.split_off(LABELS_HEADER);
    let per_part = labels.len().div_ceil(source.parts);
    let parts = images.chunks(per_part * PIXELS_PER_IMAGE).zip(labels.chunks(per_part));
    thread::scope(|scope| {
        let workers: Vec<_> =
            parts.map(|(images, labels)| scope.spawn(move || compress(&[images, labels], of_images()))).collect();
        let compressed = workers.into_iter().map(|worker| worker.join().expect("the compressor does not panic"));
        compressed
            .enumerate()
            .map(|(index, xz)| Ok(Payload { name: format!("{}-{index}.xz", source.name), xz: xz? }))
            .collect()
    })
}

fn read_verified(directory: &Path, (name, expected): (&str, &str)) -> Result<Vec<u8>> {
    let path = directory.join(name);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let found = sha256(&bytes);
    ensure!(
        found == expected,
        "{} is not the published file: expected sha-256 {expected}, found {found}",
        path.display()
    );
    Ok(bytes)
}

/// The strongest preset, with what suits images of one byte per pixel: bytes have no alignment (`pb` 0), and the pixel
/// to the left predicts the next one best (`lc` 4).
fn of_images() -> XzOptions {
    let mut options = XzOptions::with_preset(9);
    options.lzma_options.lc = 4;
    options.lzma_options.pb = 0;
    options.lzma_options.nice_len = 273;
    // Large enough for a whole payload; each decoding thread allocates this much.
    options.lzma_options.dict_size = 16 << 20;
    options
}

/// Small, so that a decoder takes little memory: the order of the images is random, and nothing in it repeats.
fn of_writers() -> XzOptions {
    let mut options = XzOptions::with_preset(6);
    options.lzma_options.dict_size = 1 << 18;
    options
}

fn compress(parts: &[&[u8]], options: XzOptions) -> Result<Vec<u8>> {
    let mut writer = XzWriter::new(Vec::new(), options)?;
    parts.iter().try_for_each(|part| writer.write_all(part))?;
    Ok(writer.finish()?)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
