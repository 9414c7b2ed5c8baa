//! How much of what is not a digit would be accepted as one, as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Reading;

/// The shares of the single digits that are accepted, for each of which there is a column.
const DIGITS_ACCEPTED: [f64; 3] = [0.90, 0.95, 0.98];
/// The one of which the classes are listed that are accepted most, and how many.
const LISTED: (f64, usize) = (0.95, 10);

/// Images of a kind, none of which shows a digit.
pub(super) struct Group {
    name: String,
    /// What each shows, and how probable it is as it was read; `None` if it was refused.
    answers: Vec<(String, Option<f32>)>,
}

impl Group {
    pub fn new(name: &str, shows: &[&str], probabilities: &[Option<f32>]) -> Self {
        let answers = shows.iter().map(|&shows| shows.to_owned()).zip(probabilities.iter().copied()).collect();
        Self { name: name.to_owned(), answers }
    }

    pub fn of_readings(name: &str, readings: &[Reading]) -> Self {
        let answer = |reading: &Reading| (reading.label.label.clone(), reading.answer.as_ref().map(|(_, p)| *p));
        Self { name: name.to_owned(), answers: readings.iter().map(answer).collect() }
    }

    /// The share of the images that are accepted from this probability on; of none, not a number.
    fn accepted(&self, threshold: f32) -> f64 {
        share_accepted(self.answers.iter().map(|(_, probability)| *probability), threshold)
    }

    /// Of each class how many images there are, and which share is accepted, most first.
    fn classes(&self, threshold: f32) -> Vec<(&str, usize, f64)> {
        let mut classes: BTreeMap<&str, Vec<Option<f32>>> = BTreeMap::new();
        for (shows, probability) in &self.answers {
            classes.entry(shows).or_default().push(*probability);
        }
        let row = |(shows, answers): (_, Vec<Option<f32>>)| {
            (shows, answers.len(), share_accepted(answers.into_iter(), threshold))
        };
        let mut classes: Vec<_> = classes.into_iter().map(row).collect();
        classes.sort_by(|one, other| other.2.total_cmp(&one.2));
        classes
    }
}

fn share_accepted(answers: impl ExactSizeIterator<Item = Option<f32>>, threshold: f32) -> f64 {
    let all = answers.len() as f64;
    answers.flatten().filter(|&probability| probability >= threshold).count() as f64 / all
}

/// The probability from which on such a share of the digits is accepted, whatever they are read as; 0 where more are refused.
fn threshold(single: &[Reading], share: f64) -> f32 {
    let mut confidences: Vec<f32> = single.iter().map(Reading::confidence).collect();
    confidences.sort_by(|one, other| other.total_cmp(one));
    let accepted = (share * confidences.len() as f64).ceil() as usize;
    confidences.get(accepted.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// A row for each group, and the classes of letters that are taken for digits most.
pub(super) fn table(single: &[Reading], groups: &[Group]) -> anyhow::Result<String> {
    let mut text =
        "\nWithout a digit, and accepted as one where such a share of the digits above is:\n\n| | images |".to_owned();
    for share in DIGITS_ACCEPTED {
        write!(text, " {:.0} % (p >= {:.4}) |", 100.0 * share, threshold(single, share))?;
    }
    text += " answered |\n|---|---|---|---|---|---|\n";
    for group in groups {
        write!(text, "| {} | {} |", group.name, group.answers.len())?;
        for share in DIGITS_ACCEPTED {
            write!(text, " {:.1} % |", 100.0 * group.accepted(threshold(single, share)))?;
        }
        writeln!(text, " {:.1} % |", 100.0 * group.accepted(0.0))?;
    }
    let (share, listed) = LISTED;
    for group in groups {
        let classes = group.classes(threshold(single, share));
        if classes.len() > 1 {
            let most = classes
                .iter()
                .take(listed)
                .map(|(shows, images, share)| format!("{shows} {:.0} % of {images}", 100.0 * share));
            writeln!(
                text,
                "\nOf {}, most at {:.0} %: {}.",
                group.name,
                100.0 * LISTED.0,
                most.collect::<Vec<_>>().join("; ")
            )?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::super::labels::Label;
    use super::*;

    #[test]
    fn what_is_accepted_is_counted_at_the_digits_thresholds() {
        let digit = |probability: f32| {
            let [file, label, kind, person] = ["single/1.png", "7", "scan", "p"].map(str::to_owned);
            let answer = (probability > 0.0).then(|| ("7".to_owned(), probability));
            Reading { label: Label { file, label, kind, person }, answer }
        };
        let single: Vec<Reading> = (1..=100).map(|hundredths| digit(hundredths as f32 / 100.0)).collect();
        let probabilities = [Some(0.115), Some(0.058), Some(0.029), Some(0.001), None];
        let group = Group::new("letters", &["A", "A", "K", "K", "K"], &probabilities);
        let found = table(&single, &[group]).unwrap();
        for line in [
            "| | images | 90 % (p >= 0.1100) | 95 % (p >= 0.0600) | 98 % (p >= 0.0300) | answered |\n",
            "| letters | 5 | 20.0 % | 20.0 % | 40.0 % | 80.0 % |\n",
            "Of letters, most at 95 %: A 50 % of 2; K 0 % of 3.\n",
        ] {
            assert!(found.contains(line), "{found}");
        }
        let refused: Vec<Reading> = (0..10).map(|number| digit(if number < 5 { 0.9 } else { 0.0 })).collect();
        assert_eq!(threshold(&refused, 0.95), 0.0, "refused digits are not accepted at any");
    }
}
