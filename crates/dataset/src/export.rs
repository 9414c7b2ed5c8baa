//! A data set as the files of a format that a [`Source`](crate::Source) reads.

use crate::part::Part;
use crate::pictures::png;
use crate::source::Contents;
use crate::{Dataset, Error, csv, idx, npz};

/// A format that data sets are written in. Parquet is only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Export {
    /// MNIST's four files, not compressed, with those of groups where these are known: for the ten digits.
    Idx,
    /// `train.csv` and `test.csv` as Kaggle's, or `data.csv` of a set whose part nothing names.
    Csv,
    /// One file, `data.npz`, as Keras' `mnist.npz`.
    Npz,
    /// A folder of PNGs for each class, in `train` and `test` if the parts are known.
    Pictures,
}

impl Export {
    /// The files, each with its path in the folder of the data set, parts separated by `/`. The same data set gives the same
    /// bytes. A set whose part nothing names becomes training images where the format must say.
    ///
    /// ```
    /// use tenfold_dataset::{Contents, Dataset, Export, Images};
    ///
    /// let images = Images { pixels: vec![0, 255, 255, 0].into(), height: 1, width: 2 };
    /// let set = Dataset::new(images, vec![1, 0], 2)?.with_names(&["no".to_owned(), "yes".to_owned()])?;
    /// let files = Export::Pictures.files(&Contents::Whole(set))?;
    /// assert_eq!((files[0].0.as_str(), files[1].0.as_str()), ("yes/00000.png", "no/00001.png"));
    /// # Ok::<(), tenfold_dataset::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Inexpressible`] if the format cannot say what the classes are called, or has images of another shape;
    /// [`Error::Archive`].
    pub fn files(self, contents: &Contents) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let sets: Vec<(Option<Part>, &Dataset)> = match contents {
            Contents::Whole(set) => vec![(None, set)],
            Contents::Parts { train, test } => {
                let parts = [(Part::Train, train), (Part::Test, test)];
                parts.into_iter().filter_map(|(part, set)| Some((Some(part), set.as_ref()?))).collect()
            }
        };
        if self == Self::Npz {
            return Ok(vec![("data.npz".to_owned(), npz::write(&sets)?)]);
        }
        let mut files = Vec::new();
        for (part, set) in sets {
            match self {
                Self::Idx => files.extend(idx_files(part, set)?),
                Self::Csv => files.push((format!("{}.csv", folder(part).unwrap_or("data")), csv::write(set)?)),
                Self::Npz | Self::Pictures => pictures(part, set, &mut files)?,
            }
        }
        Ok(files)
    }
}

/// What the folder or the file of a part is called.
fn folder(part: Option<Part>) -> Option<&'static str> {
    part.map(|part| if part == Part::Train { "train" } else { "test" })
}

fn idx_files(part: Option<Part>, set: &Dataset) -> Result<Vec<(String, Vec<u8>)>, Error> {
    if !set.is_of_digits() {
        let problem = format!("classes {}, expected the ten digits", crate::class_names::list(set.names()));
        return Err(Error::Inexpressible { format: "IDX", problem });
    }
    let prefix = if part == Some(Part::Test) { "t10k" } else { "train" };
    let mut files = vec![
        (format!("{prefix}-images-idx3-ubyte"), idx::write_images(set)),
        (format!("{prefix}-labels-idx1-ubyte"), idx::write_labels(set)),
    ];
    files.extend(set.groups().map(|groups| (format!("{prefix}-groups-idx1-int"), idx::write_groups(groups))));
    Ok(files)
}

fn pictures(part: Option<Part>, set: &Dataset, files: &mut Vec<(String, Vec<u8>)>) -> Result<(), Error> {
    let is_folder = |name: &&String| !name.starts_with('.') && !name.contains(['/', '\\']);
    if let Some(name) = set.names().iter().find(|name| !is_folder(name)) {
        let problem = format!("class '{name}', expected the name of a folder");
        return Err(Error::Inexpressible { format: "PNG", problem });
    }
    let above = folder(part).map_or(String::new(), |part| format!("{part}/"));
    for index in 0..set.len() {
        let class = &set.names()[usize::from(set.label(index))];
        // As many digits as keep the order of the set.
        let contents = png(set.image(index), set.height() as u32, set.width() as u32);
        files.push((format!("{above}{class}/{index:05}.png"), contents));
    }
    Ok(())
}
