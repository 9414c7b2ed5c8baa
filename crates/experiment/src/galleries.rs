//! Answers worth looking at, as pictures.

use tenfold_evaluation::{Evaluation, GroupAccuracy, Suspect};
use tenfold_report::gallery::{self, Layout};
use tenfold_report::page::{Block, Gallery, GalleryItem, Matrix, MatrixAnswers};
use tenfold_report::{Caption, DigitImages, grouped};

use crate::assessment::Assessment;
use crate::error::Result;

/// Some of the images of an assessment that have something in common.
#[derive(Clone, Debug)]
pub(crate) struct DigitGallery {
    /// The name of a file with it, without an ending.
    pub file: &'static str,
    /// What they have in common.
    pub caption: String,
    /// Which images.
    pub indices: Vec<usize>,
}

/// The galleries that every evaluation has: read wrong, most confused, least confident, read right.
pub(crate) fn standard_galleries(assessment: &Assessment<'_>) -> Vec<DigitGallery> {
    const SHOWN: usize = 60;
    const KINDS: usize = 4;
    let all_wrong = assessment.evaluation.images - assessment.evaluation.correct;
    let wrong = assessment.wrong(2 * SHOWN);
    let confused = assessment.confused(KINDS);
    let kinds: Vec<String> = confused
        .iter()
        .map(|(kind, images)| {
            format!("{} read as {} ({})", assessment.name(kind.truth), assessment.name(kind.predicted), images.len())
        })
        .collect();
    let mut pairs: Vec<usize> = confused.into_iter().flat_map(|(_, images)| images).collect();
    pairs.truncate(2 * SHOWN);
    vec![
        DigitGallery {
            file: "wrong",
            caption: format!("Read wrong, most confident first: {} of {}", wrong.len(), grouped(all_wrong)),
            indices: wrong,
        },
        DigitGallery {
            file: "most-confused",
            caption: format!("The most frequent mistakes: {}", kinds.join(", ")),
            indices: pairs,
        },
        DigitGallery {
            // The name that the file has always had.
            file: "least-sure",
            caption: "The least confident answers, right or wrong".to_owned(),
            indices: assessment.least_confident(SHOWN),
        },
        DigitGallery {
            file: "right",
            caption: "Read right, evenly from all over the set".to_owned(),
            indices: assessment.right(SHOWN),
        },
    ]
}

/// A gallery for each of the groups that are read worst: what is read wrong first, most confident first.
pub(crate) fn hardest_groups(assessment: &Assessment<'_>, hardest: &[GroupAccuracy]) -> Vec<DigitGallery> {
    const GROUPS: usize = 3;
    const SHOWN: usize = 60;
    let groups = assessment.images.groups().unwrap_or_default();
    let gallery = |(group, file): (&GroupAccuracy, &'static str)| {
        let mut indices: Vec<usize> = (0..groups.len()).filter(|&index| groups[index] == group.group).collect();
        let rank = |index: usize| (assessment.is_right(index), -assessment.confidence(index));
        indices.sort_by(|&one, &other| rank(one).0.cmp(&rank(other).0).then(rank(one).1.total_cmp(&rank(other).1)));
        indices.truncate(SHOWN);
        let GroupAccuracy { group, images, correct, .. } = *group;
        let caption = format!(
            "Group {group}: {} of {} images read wrong, {} of them here",
            grouped(images - correct),
            grouped(images),
            indices.len()
        );
        DigitGallery { file, caption, indices }
    };
    let files: [&str; GROUPS] = ["hardest-group-1", "hardest-group-2", "hardest-group-3"];
    hardest.iter().zip(files).map(gallery).collect()
}

impl DigitGallery {
    fn pixels(&self, assessment: &Assessment<'_>) -> Vec<u8> {
        self.indices.iter().flat_map(|&index| assessment.images.image(index)).copied().collect()
    }

    /// The gallery as a PNG; none without images.
    ///
    /// # Errors
    /// [`Error::Report`](crate::Error::Report) if it is too large to be drawn.
    pub fn png(&self, assessment: &Assessment<'_>) -> Result<Option<Vec<u8>>> {
        if self.indices.is_empty() {
            return Ok(None);
        }
        let pixels = self.pixels(assessment);
        let images = DigitImages::new(&pixels, assessment.images.height(), assessment.images.width())?;
        let captions: Vec<Caption> = self.indices.iter().map(|&index| caption(assessment, index)).collect();
        Ok(Some(gallery::png(images, &captions, Layout { columns: 10, scale: 3 })?))
    }

    /// The gallery as a part of a page.
    ///
    /// # Errors
    /// [`Error::Report`](crate::Error::Report) if it is too large for a page.
    pub fn block(&self, assessment: &Assessment<'_>) -> Result<Block> {
        let item = |&index: &usize| GalleryItem {
            caption: caption(assessment, index),
            description: format!(
                "image {index}, a {} read as {}",
                assessment.name(assessment.images.label(index)),
                assessment.name(assessment.predicted[index])
            ),
            probabilities: assessment.probabilities_of(index).to_vec(),
        };
        let pixels = self.pixels(assessment);
        let images = DigitImages::new(&pixels, assessment.images.height(), assessment.images.width())?;
        let items = self.indices.iter().map(item).collect();
        Ok(Block::Gallery(Gallery::new(&self.caption, &assessment.names(), images, items)?))
    }
}

/// `4 → 9  0.83` for a mistake, `4  0.99` for a right answer.
fn caption(assessment: &Assessment<'_>, index: usize) -> Caption {
    let (label, read) = (assessment.images.label(index), assessment.predicted[index]);
    let confidence = assessment.confidence(index);
    let text = match label == read {
        true => format!("{}  {confidence:.2}", assessment.name(read)),
        false => format!("{} → {}  {confidence:.2}", assessment.name(label), assessment.name(read)),
    };
    Caption::answer(text, label == read)
}

/// A confusion matrix whose cells open their images; of very many classes, the most frequent mistakes.
///
/// # Errors
/// [`Error::Report`](crate::Error::Report) if the images are too large for a page.
pub(crate) fn confusion_matrix(assessment: &Assessment<'_>, part: &str) -> Result<Block> {
    /// A matrix of more would be a page of some megabytes.
    const MOST_CLASSES: usize = 256;
    if assessment.names.len() > MOST_CLASSES {
        return Ok(Block::Code(most_confused_text(&assessment.evaluation, &assessment.names())));
    }
    let Assessment { images, predicted, answers, .. } = assessment;
    let answers = MatrixAnswers {
        images: DigitImages::new(images.images(), images.height(), images.width())?,
        labels: images.labels(),
        predicted,
        confidences: &answers.confidences,
    };
    let caption = format!("Confusion matrix, {part} images: rows are the truth, columns the answer");
    Ok(Block::Matrix(Matrix::new(caption, &assessment.names(), answers)?))
}

/// The most frequent mistakes, a line each, where a matrix would be too wide.
pub(crate) fn most_confused_text(evaluation: &Evaluation, names: &[&str]) -> String {
    const LISTED: usize = 20;
    let mut text = "most frequent mistakes (the matrix of so many classes is written with the files)\n".to_owned();
    for mistake in evaluation.confusion.most_confused(LISTED) {
        let [truth, read] = [mistake.truth, mistake.predicted].map(|class| names[usize::from(class)]);
        text += &format!("\n{:>7}  {truth} read as {read}", grouped(mistake.count));
    }
    text + "\n"
}

/// Images whose label is contradicted by models that were not trained on them.
pub(crate) fn suspected_labels(suspects: &[Suspect], assessment: &Assessment<'_>) -> Result<Vec<Block>> {
    const SHOWN: usize = 120;
    let indices: Vec<usize> = suspects.iter().take(SHOWN).map(|suspect| suspect.index).collect();
    let about = "Images whose label is contradicted most confidently by a model that was not trained on them. Some labels are \
                 wrong, some images are hard to read, and some answers are just wrong: look before you change anything.";
    let caption = format!("The {} most suspicious of {} labels", indices.len(), grouped(assessment.evaluation.images));
    let gallery = DigitGallery { file: "suspects", caption, indices };
    Ok(vec![Block::Text(about.to_owned()), gallery.block(assessment)?])
}
