//! Labelled images as one value: pixels, labels, perhaps groups, and the promise that they fit together.

use std::borrow::Cow;
use std::sync::Arc;

use crate::split::{DivideBy, Division, hold_out, hold_out_groups};
use crate::{Error, Images, MAX_SIDE_PX, class_names};

/// The most classes of a data set.
pub const MAX_CLASSES: usize = 1_000;

/// The label of an image of none of the classes.
pub const NO_CLASS: u16 = u16::MAX;

/// Labelled grey images of one size: at least one image, one label per image, every label less than the number of
/// classes, and a name for each class.
///
/// ```
/// use tenfold_dataset::{Dataset, Images};
///
/// let images = Images { pixels: vec![0, 255, 255, 0].into(), height: 1, width: 2 };
/// let dataset = Dataset::new(images, vec![1, 0], 2)?;
/// assert_eq!(dataset.image(1), [255, 0]);
/// assert_eq!(dataset.label(1), 0);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    images: Images,
    labels: Cow<'static, [u16]>,
    names: Arc<[String]>,
    groups: Option<Cow<'static, [u32]>>,
}

impl Dataset {
    /// Puts images and labels together. The vectors and the embedded data are both taken as they are, not copied. The classes
    /// are called by their numbers; [`with_names`](Self::with_names) calls them otherwise.
    ///
    /// # Errors
    /// [`Error::Side`], [`Error::PixelCount`], [`Error::Empty`], [`Error::CountMismatch`], [`Error::Label`] or
    /// [`Error::Classes`] if they do not fit together; [`Error::LimitExceeded`] for more than `u32::MAX` images.
    pub fn new(images: Images, labels: impl Into<Cow<'static, [u16]>>, classes: usize) -> Result<Self, Error> {
        let set = Self::perhaps_of_no_class(images, labels.into(), classes)?;
        match set.labels.iter().position(|&label| label == NO_CLASS) {
            Some(index) => Err(Error::Label { index, label: NO_CLASS, classes }),
            None => Ok(set),
        }
    }

    /// As [`Self::new`], with images of no class among them.
    pub(crate) fn perhaps_of_no_class(
        images: Images,
        labels: Cow<'static, [u16]>,
        classes: usize,
    ) -> Result<Self, Error> {
        let Images { height, width, .. } = images;
        if ![height, width].iter().all(|side| (1..=MAX_SIDE_PX).contains(side)) {
            return Err(Error::Side { height: height as u64, width: width as u64 });
        }
        let (per_image, found) = (height * width, images.pixels.len());
        if found % per_image != 0 {
            return Err(Error::PixelCount { per_image, found });
        }
        let count = found / per_image;
        if count == 0 {
            return Err(Error::Empty);
        }
        if u32::try_from(count).is_err() {
            return Err(Error::LimitExceeded { what: "number of images", limit: u64::from(u32::MAX) });
        }
        if count != labels.len() {
            return Err(Error::CountMismatch { images: count, labels: labels.len() });
        }
        if !(1..=MAX_CLASSES).contains(&classes) {
            return Err(Error::Classes(classes));
        }
        let is_wrong = |&label: &u16| usize::from(label) >= classes && label != NO_CLASS;
        if let Some(index) = labels.iter().position(is_wrong) {
            return Err(Error::Label { index, label: labels[index], classes });
        }
        Ok(Self { images, labels, names: class_names::numbers(classes).into(), groups: None })
    }

    /// The same images, whose classes have these names, one for each.
    ///
    /// # Errors
    /// [`Error::ClassNames`] if there are not as many; [`Error::ClassName`] for a name that is empty, longer than
    /// [`MAX_NAME_BYTES`](crate::MAX_NAME_BYTES), given twice, or has control characters.
    pub fn with_names(self, names: &[String]) -> Result<Self, Error> {
        if names.len() != self.classes() {
            return Err(Error::ClassNames { expected: self.classes(), found: names.len() });
        }
        class_names::check(names)?;
        Ok(Self { names: names.into(), ..self })
    }

    /// The same images with the classes of another set or of a model, found by their names: those that have no images here
    /// among them.
    ///
    /// # Errors
    /// [`Error::UnknownClass`] for a class here that is not among them; as [`Self::with_names`] for names that cannot be.
    pub fn with_classes(self, names: &[String]) -> Result<Self, Error> {
        if *self.names == *names {
            return Ok(self);
        }
        class_names::check(names)?;
        let counts = self.class_counts();
        let place = |(name, count): (&String, usize)| match names.iter().position(|other| other == name) {
            Some(place) => Ok(place as u16),
            // No image has it.
            None if count == 0 => Ok(0),
            None => Err(Error::UnknownClass { found: name.clone(), known: class_names::list(names) }),
        };
        let places = self.names.iter().zip(counts).map(place).collect::<Result<Vec<_>, _>>()?;
        let place = |&label: &u16| if label == NO_CLASS { NO_CLASS } else { places[usize::from(label)] };
        let labels: Vec<u16> = self.labels.iter().map(place).collect();
        let groups = self.groups;
        let set = Self::perhaps_of_no_class(self.images, labels.into(), names.len())?;
        Ok(Self { groups, ..set.with_names(names)? })
    }

    /// The same images, each with the number of a group: who wrote it, or whatever else several images share. The numbers only
    /// tell groups apart.
    ///
    /// # Errors
    /// [`Error::GroupCount`] if there are not as many as images.
    pub fn with_groups(self, groups: impl Into<Cow<'static, [u32]>>) -> Result<Self, Error> {
        let groups = groups.into();
        match groups.len() == self.len() {
            true => Ok(Self { groups: Some(groups), ..self }),
            false => Err(Error::GroupCount { images: self.len(), groups: groups.len() }),
        }
    }

    /// Number of images, 1 or more; it fits in a `u32`.
    #[expect(clippy::len_without_is_empty, reason = "a dataset is never empty")]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Height of each image in pixels.
    pub fn height(&self) -> usize {
        self.images.height
    }

    /// Width of each image in pixels.
    pub fn width(&self) -> usize {
        self.images.width
    }

    /// Number of classes; labels are `0..classes`.
    pub fn classes(&self) -> usize {
        self.names.len()
    }

    /// What the classes are called, `[classes]`: `0` to `9` for digits.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether the classes are called by their numbers, as those of digits are.
    pub fn has_numbers_for_names(&self) -> bool {
        *self.names == *class_names::numbers(self.classes())
    }

    /// Whether the classes are the ten digits.
    pub fn is_of_digits(&self) -> bool {
        self.classes() == class_names::DIGITS && self.has_numbers_for_names()
    }

    /// The pixels of image `index`, `[height, width]`: 0 is background, 255 is ink.
    ///
    /// # Panics
    /// If `index` is not less than [`len`](Self::len).
    pub fn image(&self, index: usize) -> &[u8] {
        let per_image = self.images.height * self.images.width;
        &self.images.pixels[index * per_image..][..per_image]
    }

    /// The class of image `index`; [`NO_CLASS`] if it was put in [without one](Self::with_images_of_no_class).
    ///
    /// # Panics
    /// If `index` is not less than [`len`](Self::len).
    pub fn label(&self, index: usize) -> u16 {
        self.labels[index]
    }

    /// The pixels of every image, `[len, height, width]`.
    pub fn images(&self) -> &[u8] {
        &self.images.pixels
    }

    /// The class of every image, `[len]`.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The group of every image, `[len]`, where groups are known: of MNIST's images inside the program, the writers.
    pub fn groups(&self) -> Option<&[u32]> {
        self.groups.as_deref()
    }

    /// The group of every image, `[len]`, for what cannot be done without.
    ///
    /// # Errors
    /// [`Error::NoGroups`] where they are not known.
    pub fn known_groups(&self) -> Result<&[u32], Error> {
        self.groups().ok_or(Error::NoGroups)
    }

    /// Holds out `fraction` of the images, `0..1`, for validation: one by one, as [`hold_out`](crate::hold_out) does, or whole
    /// groups of them, as [`hold_out_groups`](crate::hold_out_groups). The same seed holds out the same images.
    ///
    /// # Errors
    /// Those of the two; [`Error::NoGroups`] for groups where they are not known.
    pub fn hold_out(&self, by: DivideBy, fraction: f64, seed: u64) -> Result<Division, Error> {
        match by {
            DivideBy::Image => hold_out(self.labels(), fraction, seed),
            DivideBy::Group => hold_out_groups(self.known_groups()?, fraction, seed),
        }
    }

    /// A copy of the images at `indices`, in that order.
    ///
    /// # Errors
    /// [`Error::Empty`] if there are none.
    ///
    /// # Panics
    /// If an index is not less than [`len`](Self::len).
    pub fn subset(&self, indices: &[u32]) -> Result<Self, Error> {
        let pixels: Vec<u8> = indices.iter().flat_map(|&index| self.image(index as usize)).copied().collect();
        let labels: Vec<u16> = indices.iter().map(|&index| self.label(index as usize)).collect();
        let images = Images { pixels: pixels.into(), height: self.height(), width: self.width() };
        let subset = Self::perhaps_of_no_class(images, labels.into(), self.classes())?;
        let subset = Self { names: Arc::clone(&self.names), ..subset };
        match &self.groups {
            Some(groups) => subset.with_groups(indices.iter().map(|&index| groups[index as usize]).collect::<Vec<_>>()),
            None => Ok(subset),
        }
    }

    /// These images and after them those of `others`, whose classes are found here by their names. Groups of the two are
    /// different ones; there are none if one of the two has none.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] for images of another size; as [`Self::with_classes`].
    pub fn joined(&self, others: Self) -> Result<Self, Error> {
        let (height, width) = (self.height(), self.width());
        if (height, width) != (others.height(), others.width()) {
            return Err(Error::SizesDiffer { expected: [height, width], found: [others.height(), others.width()] });
        }
        let others = others.with_classes(self.names())?;
        let images = Images { pixels: [self.images(), others.images()].concat().into(), height, width };
        let labels = [self.labels(), others.labels()].concat();
        let joined = Self::perhaps_of_no_class(images, labels.into(), self.classes())?.with_names(self.names())?;
        let (Some(groups), Some(more)) = (&self.groups, &others.groups) else { return Ok(joined) };
        let first = groups.iter().max().map_or(0, |last| last.saturating_add(1));
        let more = more.iter().map(|group| first.saturating_add(*group));
        joined.with_groups(groups.iter().copied().chain(more).collect::<Vec<_>>())
    }

    /// These images and after them others that show none of the classes, for a network to learn so; where there are groups, each
    /// of them is one of its own.
    ///
    /// ```
    /// use tenfold_dataset::{Dataset, Images, NO_CLASS};
    ///
    /// let images = |pixel: u8| Images { pixels: vec![pixel; 4].into(), height: 2, width: 2 };
    /// let set = Dataset::new(images(1), vec![0], 2)?.with_images_of_no_class(images(9))?;
    /// assert_eq!((set.labels(), set.class_counts()), (&[0, NO_CLASS][..], vec![1, 0]));
    /// # Ok::<(), tenfold_dataset::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::joined`], and [`Self::new`] for what is not whole images.
    pub fn with_images_of_no_class(&self, others: Images) -> Result<Self, Error> {
        let count = others.pixels.len() / (others.height * others.width).max(1);
        let others = Self::perhaps_of_no_class(others, vec![NO_CLASS; count].into(), self.classes())?;
        self.joined(others.with_names(self.names())?.with_groups((0..count as u32).collect::<Vec<_>>())?)
    }

    /// The same set with other pixels, as many as before.
    pub(crate) fn with_pixels(&self, pixels: Vec<u8>) -> Self {
        assert_eq!(pixels.len(), self.images.pixels.len(), "pixels of images");
        let images = Images { pixels: pixels.into(), ..self.images };
        Self { images, labels: self.labels.clone(), names: Arc::clone(&self.names), groups: self.groups.clone() }
    }

    /// How many images each class has, `[classes]`.
    pub fn class_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes()];
        for &label in self.labels.iter().filter(|&&label| label != NO_CLASS) {
            counts[usize::from(label)] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::Dataset;
    use crate::{Error, ErrorKind, Images, MAX_SIDE_PX};

    fn build(pixels: usize, sides: [usize; 2], labels: &'static [u16], classes: usize) -> Result<Dataset, Error> {
        Dataset::new(Images { pixels: vec![1; pixels].into(), height: sides[0], width: sides[1] }, labels, classes)
    }

    #[test]
    fn images_and_labels_are_found_by_index() {
        let images = Images { pixels: (0..12).collect::<Vec<_>>().into(), height: 2, width: 3 };
        let dataset = Dataset::new(images, vec![4, 1], 5).unwrap();
        assert_eq!(dataset.len(), 2);
        assert_eq!(dataset.image(1), [6, 7, 8, 9, 10, 11]);
        assert_eq!((dataset.label(0), dataset.label(1)), (4, 1));
        assert_eq!(dataset.class_counts(), [0, 1, 0, 0, 1]);
    }

    #[test]
    fn sets_are_joined_by_the_names_of_their_classes() {
        let of = |pixels: [u8; 2], names: [&str; 2], groups: [u32; 2]| {
            let images = Images { pixels: pixels.to_vec().into(), height: 1, width: 1 };
            let set = Dataset::new(images, vec![0, 1], 2).unwrap().with_names(&names.map(str::to_owned)).unwrap();
            set.with_groups(groups.to_vec()).unwrap()
        };
        let joined = of([1, 2], ["a", "b"], [4, 7]).joined(of([3, 4], ["b", "a"], [0, 1])).unwrap();
        assert_eq!((joined.images(), joined.labels()), (&[1, 2, 3, 4][..], &[0, 1, 1, 0][..]));
        assert_eq!(joined.groups(), Some(&[4, 7, 8, 9][..]));
        let other = of([1, 2], ["a", "c"], [0, 0]);
        assert!(matches!(joined.joined(other), Err(Error::UnknownClass { .. })));
        let large = build(4, [2, 2], &[0], 2).unwrap();
        assert!(matches!(joined.joined(large), Err(Error::SizesDiffer { found: [2, 2], .. })));
    }

    #[test]
    fn a_subset_keeps_the_order_it_is_asked_for() {
        let images = Images { pixels: (0..12).collect::<Vec<_>>().into(), height: 2, width: 2 };
        let subset = Dataset::new(images, vec![4, 1, 3], 5).unwrap().subset(&[2, 0]).unwrap();
        assert_eq!((subset.images(), subset.labels()), (&[8, 9, 10, 11, 0, 1, 2, 3][..], &[3, 4][..]));
        assert_eq!((subset.classes(), subset.groups()), (5, None));
        assert!(matches!(subset.subset(&[]), Err(Error::Empty)));
        let grouped = subset.with_groups(vec![30, 20]).unwrap();
        assert_eq!(grouped.subset(&[1, 1, 0]).unwrap().known_groups().unwrap(), [20, 20, 30]);
    }

    #[test]
    fn classes_are_found_by_their_names() {
        let names = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let letters = build(3, [1, 1], &[0, 2, 2], 3).unwrap().with_names(&names("abc")).unwrap();
        assert_eq!(letters.subset(&[1]).unwrap().names(), names("abc"));
        let again = letters.clone().with_classes(&names("xcza")).unwrap();
        assert_eq!((again.labels(), again.names()), (&[3, 1, 1][..], &names("xcza")[..]));
        let error = letters.clone().with_classes(&names("bc")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contradiction);
        assert!(error.to_string().starts_with("class 'a' is not one of those expected: b, c"), "{error}");
        for (names, message) in [
            (names("ab"), "expected 3 names of classes, found 2"),
            (names("aba"), "class name 'a': expected names that differ"),
            (vec!["a".to_owned(), String::new(), "b".to_owned()], "class name '': expected 1 to 100 bytes"),
            (names("a\nb"), "class name '\\n': expected no control characters"),
        ] {
            let message_found = letters.clone().with_names(&names).unwrap_err().to_string();
            assert!(message_found.starts_with(message), "{message_found}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let check = |result: Result<Dataset, Error>, kind: ErrorKind, message: &str| {
            let error = result.expect_err(message);
            assert_eq!(error.kind(), kind);
            assert_eq!(error.to_string(), message);
        };
        use ErrorKind::{Contradiction, Input, Setting};
        check(build(0, [0, 3], &[], 2), Input, "images of 0x3 pixels: expected sides of 1 to 4096");
        check(build(0, [1, MAX_SIDE_PX + 1], &[], 2), Input, "images of 1x4097 pixels: expected sides of 1 to 4096");
        check(
            build(7, [2, 3], &[0], 2),
            Input,
            "pixels are not a whole number of images: expected a multiple of 6 bytes, found 7",
        );
        check(build(0, [2, 3], &[], 2), Input, "no images: expected at least one, found none");
        check(
            build(6, [2, 3], &[0, 1], 2),
            Contradiction,
            "images and labels do not belong together: expected 1 labels, one per image, found 2",
        );
        check(
            build(6, [2, 3], &[0], 2).and_then(|images| images.with_groups(vec![1, 1])),
            Contradiction,
            "images and groups do not belong together: expected 1 groups, one per image, found 2",
        );
        check(build(12, [2, 3], &[0, 2], 2), Input, "label of image 1 is out of range: expected 0 to 1, found 2");
        check(build(6, [2, 3], &[0], 0), Setting, "number of classes is out of range: expected 1 to 1000, found 0");
        check(
            build(6, [2, 3], &[0], 1001),
            Setting,
            "number of classes is out of range: expected 1 to 1000, found 1001",
        );
    }
}
