//! The images that a run or a model is for: prepared as it takes them, with the classes that it has.

use tenfold_dataset::{Contents, Dataset, Part, Source};
use tenfold_formats::SavedModel;
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Shape};

use crate::error::{Error, Result};

/// Images with the part that their source says they are, or none where it says nothing.
pub type Sets = Vec<(Option<Part>, Dataset)>;

/// What the images of a part are called in files and keys: `train`, `test`, or `all` where no part is named.
pub fn part_name(part: Option<Part>) -> &'static str {
    match part {
        Some(Part::Train) => "train",
        Some(Part::Test) => "test",
        None => "all",
    }
}

/// The same in a sentence: `training`, `test` or `given` images.
pub fn part_kind(part: Option<Part>) -> &'static str {
    match part {
        Some(Part::Train) => "training",
        Some(Part::Test) => "test",
        None => "given",
    }
}

/// The preparation of pictures for a network with this input: MNIST's rule on another canvas.
///
/// # Errors
/// [`Error::Input`] and [`Error::Preparation`] for a network that does not take pictures of digits.
pub(crate) fn preparation_for(input: Shape) -> Result<Preparation> {
    if (input.height, input.channels) != (input.width, 1) {
        return Err(Error::Input { input });
    }
    // Larger than any preparation's canvas can be if it does not fit.
    let side = u32::try_from(input.height).unwrap_or(u32::MAX);
    Preparation::of_side(side).map_err(|error| Error::Preparation { input, error })
}

/// The training and the test images for a run of this network, and whether it is this program that divided them; a network
/// that takes no pictures is refused elsewhere.
pub(crate) fn both_parts_for(architecture: &Architecture, source: &Source) -> Result<(Dataset, Dataset, bool)> {
    let contents = source.contents(&preparation_for(architecture.input).unwrap_or_default())?;
    let is_divided = matches!(contents, Contents::Whole(_));
    let (train, test) = contents.both().map_err(|error| said_of(source, error))?;
    Ok((train, test, is_divided))
}

/// The training images for a run of this network.
pub(crate) fn training_images_for(architecture: &Architecture, source: &Source) -> Result<Dataset> {
    Ok(source.load_prepared(Part::Train, &preparation_for(architecture.input).unwrap_or_default())?)
}

/// The images of one part for a model, or with none all that are there: pictures as the model prepares them, and its classes,
/// found by their names. Sets of digits are of ten classes, by number if the model calls them otherwise.
///
/// # Errors
/// [`Error::Data`] if the images cannot be read, or have a class that the model does not.
pub fn images_for(saved: &SavedModel, source: &Source, part: Option<Part>) -> Result<Sets> {
    let sets = match part {
        Some(part) => vec![(Some(part), source.load_prepared(part, &saved.preparation)?)],
        None => sets(source.contents(&saved.preparation)?),
    };
    let of_classes = |images| with_classes_of(saved, images).map_err(|error| said_of(source, error));
    sets.into_iter().map(|(part, images)| Ok((part, of_classes(images)?))).collect()
}

/// All sets of a source.
pub fn sets(contents: Contents) -> Sets {
    match contents {
        Contents::Parts { train, test } => {
            let parts = [(Part::Train, train), (Part::Test, test)];
            parts.into_iter().filter_map(|(part, images)| Some((Some(part), images?))).collect()
        }
        Contents::Whole(images) => vec![(None, images)],
        _ => Vec::new(),
    }
}

/// An error of a source's contents, with where they are.
fn said_of(source: &Source, error: tenfold_dataset::Error) -> tenfold_dataset::Error {
    match source {
        Source::Path(path) => error.at(path),
        Source::Embedded => error,
    }
}

fn with_classes_of(saved: &SavedModel, images: Dataset) -> std::result::Result<Dataset, tenfold_dataset::Error> {
    let are_numbers = saved.labels.iter().enumerate().all(|(class, name)| *name == class.to_string());
    let are_others = !images.names().iter().any(|name| saved.labels.contains(name));
    match images.is_of_digits() && (are_numbers || are_others) {
        true => Ok(images),
        false => images.with_classes(&saved.labels),
    }
}
