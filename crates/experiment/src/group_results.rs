//! Accuracy by groups of images: of MNIST, by who wrote them.

use serde::Serialize;
use tenfold_dataset::Source;
use tenfold_evaluation::{ByGroup, GroupedAccuracy, Interval};
use tenfold_report::{grouped, percent};

use crate::assessment::Assessment;
use crate::error::Result;

/// How the accuracy of an assessment differs between groups of its images. As JSON: the figures of [`ByGroup`] with two more
/// keys for MNIST.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupResults {
    /// Of all groups.
    #[serde(flatten)]
    pub by_group: ByGroup,
    /// On MNIST's images by students of a high school.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub students: Option<GroupedAccuracy>,
    /// On MNIST's images by employees of the Census Bureau.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clerks: Option<GroupedAccuracy>,
}

impl GroupResults {
    /// Of images that are known to come from `source`, or may be any; none where their groups are not known.
    ///
    /// ```
    /// use tenfold_dataset::{Part, Source};
    /// use tenfold_experiment::{Assessment, GroupResults};
    ///
    /// let images = Source::Embedded.load(Part::Test)?.subset(&[0, 9_999])?; // a 7 by a student and a 6 by a clerk
    /// let mut probabilities = vec![0.0; 20];
    /// (probabilities[7], probabilities[10 + 5]) = (1.0, 1.0);
    /// let names = (0..10).map(|digit| digit.to_string()).collect();
    /// let assessment = Assessment::new(&images, names, probabilities)?;
    /// let results = GroupResults::new(&assessment, Some(&Source::Embedded))?.expect("writers are known");
    /// assert_eq!((results.students.unwrap().accuracy, results.clerks.unwrap().accuracy), (1.0, 0.0));
    /// # Ok::<(), tenfold_experiment::Error>(())
    /// ```
    ///
    /// # Errors
    /// None for an assessment that exists: there are as many groups as answers, and at least one.
    pub fn new(assessment: &Assessment<'_>, source: Option<&Source>) -> Result<Option<Self>> {
        let Some(groups) = assessment.images.groups() else { return Ok(None) };
        let correct = &assessment.answers.correct;
        let population = |students: bool| {
            let all = groups.iter().zip(correct).filter(|(group, _)| tenfold_mnist::is_student(**group) == students);
            let (groups, correct): (Vec<u32>, Vec<bool>) = all.unzip();
            let is_known = source == Some(&Source::Embedded) && !groups.is_empty();
            is_known.then(|| GroupedAccuracy::new(&groups, &correct)).transpose()
        };
        let (students, clerks) = (population(true)?, population(false)?);
        Ok(Some(Self { by_group: ByGroup::new(groups, correct)?, students, clerks }))
    }

    /// What it says, a line each.
    pub fn lines(&self) -> Vec<String> {
        let ByGroup { all, errors, .. } = &self.by_group;
        let what = if self.students.is_some() { "writers" } else { "groups" };
        let of_others = all.accuracy_95.map_or(String::new(), |Interval { low, high }| {
            format!("; on images of other {what}, 95 % interval: {} to {}", percent(low), percent(high))
        });
        let mut lines = vec![format!("{} {what}, {} of them without an error{of_others}", all.groups, errors[0])];
        for (name, population) in [("students", &self.students), ("clerks", &self.clerks)] {
            let Some(GroupedAccuracy { groups, images, accuracy, accuracy_95, .. }) = population else { continue };
            let interval = accuracy_95.map_or(String::new(), |Interval { low, high }| {
                format!(" (95 % interval: {} to {})", percent(low), percent(high))
            });
            lines.push(format!("{name}: {} of {} images by {groups}{interval}", percent(*accuracy), grouped(*images)));
        }
        lines
    }
}
