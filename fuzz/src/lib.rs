//! What several fuzz targets need.

use std::io::{Cursor, Read, Write};

use tenfold_formats::{Format, SavedModel, read, write};
use tenfold_network::{Architecture, Layer};
use zip::read::ZipReadOptions;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The network of the seeds whose files hold values alone.
pub fn small() -> Architecture {
    let layers = vec![Layer::conv(2, 3), Layer::Relu, Layer::max_pool(13), Layer::Flatten, Layer::dense(10)];
    Architecture { input: [28, 28, 1].into(), layers }
}

/// Writes a model that was read from a format in that format again.
///
/// # Panics
/// If that cannot be, if what was written is another model, or if it is written otherwise another time.
pub fn comes_back(saved: &SavedModel, format: Format) {
    let written = write(saved, format).expect("a model that was read can be written");
    let again = read(&written, None).expect("what was just written");
    assert_eq!(again.model.values(), saved.model.values());
    assert_eq!(again.model.temperature(), saved.model.temperature());
    assert_eq!((&again.labels, &again.preparation), (&saved.labels, &saved.preparation));
    assert_eq!(write(&again, format).expect("the same model"), written);
}

/// The archive with its entries' checksums put right, so that a mutation inside an entry gets past them; nothing if the
/// bytes are not an archive of a few small entries.
pub fn with_checksums(bytes: &[u8]) -> Option<Vec<u8>> {
    const LARGEST: u64 = 1 << 20;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..archive.len().min(64) {
        let options = ZipReadOptions::new().ignore_crc32(true);
        let entry = archive.by_index_with_options(index, options).ok()?;
        let name = entry.name().ok()?.to_string();
        let mut content = Vec::new();
        entry.take(LARGEST).read_to_end(&mut content).ok()?;
        zip.start_file(name, stored).ok()?;
        zip.write_all(&content).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}
