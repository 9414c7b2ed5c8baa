//! What is at a path, found out once: by the content of files, and in a folder by the names of those that belong together.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tenfold_imaging::FileKind;

use crate::part::Part;
use crate::{Error, folder};

/// What a data set is.
#[derive(Debug)]
pub(super) enum Found {
    /// A folder with IDX files.
    Idx,
    /// A numpy archive, whose arrays say which part they are.
    Npz(PathBuf),
    /// Sets, each with the part that its name says.
    Sets(Vec<(Option<Part>, Place)>),
}

/// Where the images of a set are.
#[derive(Debug)]
pub(super) enum Place {
    /// In tables, CSV or Parquet, one after the other.
    Tables(Vec<PathBuf>),
    /// In a folder with a folder of pictures for each class.
    Pictures(PathBuf),
}

/// Names of the folders of the two parts.
const PARTS: [(Part, [&str; 2]); 2] = [(Part::Train, ["train", "training"]), (Part::Test, ["test", "testing"])];
/// How the names of IDX files begin.
const IDX_STEMS: [&str; 4] = ["train-images", "train-labels", "t10k-images", "t10k-labels"];
const TABLE_ENDINGS: [&str; 3] = [".csv", ".csv.gz", ".parquet"];

/// Finds out what is at `path`.
///
/// # Errors
/// [`Error::NotADataSet`] and [`Error::NoDataSet`] for a file and a folder that are none; [`Error::Several`] for a folder of
/// more than one.
pub(super) fn find(path: &Path) -> Result<Found, Error> {
    if std::fs::metadata(path).map_err(Error::Io)?.is_file() {
        return match kind_of(path)? {
            FileKind::Zip => Ok(Found::Npz(path.to_owned())),
            FileKind::Csv | FileKind::Parquet => Ok(Found::Sets(vec![(None, Place::Tables(vec![path.to_owned()]))])),
            found => Err(Error::NotADataSet { found }),
        };
    }
    let entries = folder::entries(path)?;
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, path)| path.is_dir());
    if files.iter().any(|(name, _)| IDX_STEMS.iter().any(|stem| name.starts_with(stem))) {
        return Ok(Found::Idx);
    }
    let archives: Vec<_> = files.iter().filter(|(name, _)| name.ends_with(".npz")).cloned().collect();
    let is_table = |name: &str| TABLE_ENDINGS.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending));
    let tables: Vec<_> = files.into_iter().filter(|(name, _)| is_table(name)).collect();
    // Beside folders of pictures there may be a table about them; one that is called as a part is is the data set itself.
    let has_tables = tables.iter().any(|(name, _)| folders.is_empty() || part_of(name).is_some());
    match (&archives[..], has_tables, folders.is_empty()) {
        ([], true, _) => of_tables(tables),
        ([(_, archive)], false, _) => Ok(Found::Npz(archive.clone())),
        ([], false, false) => Ok(of_folders(path, folders)),
        ([], false, true) => Err(Error::NoDataSet),
        _ => Err(several(archives.into_iter().chain(tables))),
    }
}

/// The part that a table is called after.
fn part_of(name: &str) -> Option<Part> {
    let name = name.to_ascii_lowercase();
    PARTS.iter().find(|(_, names)| name.starts_with(names[0])).map(|(part, _)| *part)
}

/// Tables whose names begin with a part's; without such, all tables are one set, if they are parts of one (Parquet) or one.
fn of_tables(tables: Vec<(String, PathBuf)>) -> Result<Found, Error> {
    let of = |wanted: Option<Part>| -> Vec<(String, PathBuf)> {
        tables.iter().filter(|(name, _)| part_of(name) == wanted).cloned().collect()
    };
    let named: Vec<_> = [Part::Train, Part::Test].map(|part| (Some(part), of(Some(part)))).into();
    let sets = if tables.iter().any(|(name, _)| part_of(name).is_some()) { named } else { vec![(None, of(None))] };
    let sets = sets.into_iter().filter(|(_, tables)| !tables.is_empty()).map(|(part, tables)| {
        // A table as text is whole; two of them are two sets.
        if tables.len() > 1 && !tables.iter().all(|(name, _)| name.to_ascii_lowercase().ends_with(".parquet")) {
            return Err(several(tables.into_iter()));
        }
        Ok((part, Place::Tables(tables.into_iter().map(|(_, path)| path).collect())))
    });
    Ok(Found::Sets(sets.collect::<Result<_, _>>()?))
}

/// Folders of the two parts, or of the classes of one set.
fn of_folders(path: &Path, folders: Vec<(String, PathBuf)>) -> Found {
    let part = |name: &str| {
        PARTS.iter().find(|(_, names)| names.iter().any(|part| name.eq_ignore_ascii_case(part))).map(|(part, _)| *part)
    };
    let parts = folders.into_iter().filter_map(|(name, folder)| Some((Some(part(&name)?), Place::Pictures(folder))));
    let sets: Vec<_> = parts.collect();
    Found::Sets(if sets.is_empty() { vec![(None, Place::Pictures(path.to_owned()))] } else { sets })
}

fn several(found: impl Iterator<Item = (String, PathBuf)>) -> Error {
    Error::Several { found: crate::class_names::list(&found.map(|(name, _)| name).collect::<Vec<_>>()) }
}

/// What a file is, by its beginning; of a gzip file, what is inside.
fn kind_of(path: &Path) -> Result<FileKind, Error> {
    let start = |from: &mut dyn Read| {
        let mut start = Vec::new();
        from.take(FileKind::BYTES as u64).read_to_end(&mut start).map(|_| start)
    };
    let kind = FileKind::of_bytes(&start(&mut File::open(path).map_err(Error::Io)?).map_err(Error::Io)?);
    if kind != FileKind::Gzip {
        return Ok(kind);
    }
    let mut inside = flate2::read::MultiGzDecoder::new(File::open(path).map_err(Error::Io)?);
    Ok(start(&mut inside).map_or(kind, |start| FileKind::of_bytes(&start)))
}
