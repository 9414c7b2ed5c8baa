//! Images with the names that a file has for what they show, before it is known which classes there are.

use std::collections::HashMap;

use crate::class_names::{DIGITS, check_name, natural_order, numbers};
use crate::dataset::MAX_CLASSES;
use crate::part::Part;
use crate::{Dataset, Error, Images};

/// What images show, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Each name once, as they came.
    names: Vec<String>,
    numbers: HashMap<String, u16>,
    /// Of each image, the place of its name.
    of_images: Vec<u16>,
}

/// Images, and a name for what each shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The images.
    pub images: Images,
    /// What they show, one label each.
    pub labels: Labels,
}

/// Images with the part that a source says they are, if it says so.
pub(crate) type Sets = Vec<(Option<Part>, Labelled)>;

impl Labels {
    /// Adds the label of the next image.
    ///
    /// # Errors
    /// [`Error::ManyClasses`] for more names than a data set may have classes; [`Error::ClassName`] for one that cannot be.
    pub fn push(&mut self, name: &str) -> Result<(), Error> {
        let number = match self.numbers.get(name) {
            Some(&number) => number,
            None => {
                check_name(name)?;
                if self.names.len() == MAX_CLASSES {
                    return Err(Error::ManyClasses { limit: MAX_CLASSES });
                }
                let number = self.names.len() as u16;
                self.names.push(name.to_owned());
                self.numbers.insert(name.to_owned(), number);
                number
            }
        };
        self.of_images.push(number);
        Ok(())
    }

    /// How many images have labels.
    pub fn len(&self) -> usize {
        self.of_images.len()
    }

    /// Whether no image has one.
    pub fn is_empty(&self) -> bool {
        self.of_images.is_empty()
    }

    /// The label of each image.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.of_images.iter().map(|&number| self.names[usize::from(number)].as_str())
    }
}

impl Labelled {
    /// The data set, with these classes.
    pub(crate) fn into_dataset(self, classes: &[String]) -> Result<Dataset, Error> {
        let Self { images, labels: Labels { names, of_images, .. } } = self;
        Dataset::new(images, of_images, names.len())?.with_names(&names)?.with_classes(classes)
    }
}

/// The classes of several sets together: the ten digits if no label is anything else, and the names in natural order if one is.
///
/// # Errors
/// [`Error::ManyClasses`] for more than a data set may have.
pub(crate) fn classes(sets: &Sets) -> Result<Vec<String>, Error> {
    let digits = numbers(DIGITS);
    let mut names: Vec<String> = sets.iter().flat_map(|(_, set)| set.labels.names.iter().cloned()).collect();
    if names.iter().all(|name| digits.contains(name)) {
        return Ok(digits);
    }
    names.sort_by(|one, other| natural_order(one, other));
    names.dedup();
    if names.len() > MAX_CLASSES {
        return Err(Error::ManyClasses { limit: MAX_CLASSES });
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(names: &[&str]) -> Labelled {
        let mut labels = Labels::default();
        names.iter().for_each(|name| labels.push(name).unwrap());
        Labelled { images: Images { pixels: vec![0; names.len()].into(), height: 1, width: 1 }, labels }
    }

    #[test]
    fn digits_are_ten_classes_and_names_are_their_own() {
        let sets = vec![(Some(Part::Train), labelled(&["3", "9"])), (Some(Part::Test), labelled(&["5"]))];
        assert_eq!(classes(&sets).unwrap(), numbers(10));
        let sets = vec![(Some(Part::Train), labelled(&["12", "9", "b"])), (Some(Part::Test), labelled(&["a", "9"]))];
        let names = classes(&sets).unwrap();
        assert_eq!(names, ["9", "12", "a", "b"]);
        let train = sets[0].1.clone().into_dataset(&names).unwrap();
        assert_eq!((train.labels(), train.names()), (&[1, 0, 3][..], &names[..]));
    }

    #[test]
    fn there_are_at_most_a_thousand_classes() {
        let mut labels = Labels::default();
        (0..1_000).for_each(|name| labels.push(&name.to_string()).unwrap());
        let error = labels.push("1000").unwrap_err();
        assert!(matches!(error, Error::ManyClasses { limit: 1_000 }), "{error}");
        assert!(labels.push("999").is_ok());
    }
}
