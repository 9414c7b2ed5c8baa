//! What was read in strings, as Markdown.

use tenfold_evaluation::RiskCoverage;
use tenfold_recognizer::{Reading, ValidText};

/// Lengths of strings that have a column each: from the first to the second.
const LENGTHS: [(usize, usize); 4] = [(1, 2), (3, 5), (6, 8), (9, 10)];

/// The ends of the bins of stated probabilities.
const BINS: [f32; 8] = [0.0, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 1.0];

/// A string and what it was read as.
pub(super) struct Answer {
    pub(super) text: String,
    /// Lines parted by `/`, without spaces; empty if it was refused.
    pub(super) read: String,
    pub(super) probability: f32,
    /// Whether both readers agree on every field.
    pub(super) is_agreed: bool,
}

impl Answer {
    /// The answer for a string that shows `text`; spaces do not count.
    pub(super) fn of(text: String, reading: Option<Reading>) -> Self {
        let lines = reading.iter().flat_map(|reading| &reading.lines);
        let read = lines.clone().map(|line| line.text.replace(' ', "")).collect::<Vec<_>>().join("/");
        // What is refused is the least confident of all.
        let is_agreed =
            !read.is_empty() && lines.clone().flat_map(|line| &line.fields).all(|it| it.agreed == Some(true));
        let probability = reading.as_ref().map_or(0.0, |_| lines.map(|line| line.probability).product());
        Self { text, read, probability, is_agreed }
    }

    /// As [`Self::of`], of the valid strings that were found; nothing was if one of the fields has none.
    pub(super) fn valid_of(text: String, reading: Option<Reading>) -> Self {
        let fields = reading.iter().flat_map(|reading| &reading.lines).flat_map(|line| &line.fields);
        let valid: Option<Vec<&ValidText>> = fields.map(|field| field.valid.as_ref()).collect();
        let valid = valid.unwrap_or_default();
        let read = valid.iter().map(|valid| valid.text.as_str()).collect::<Vec<_>>().join("/");
        let probability = if valid.is_empty() { 0.0 } else { valid.iter().map(|valid| valid.probability).product() };
        Self { text, read, probability, is_agreed: false }
    }

    pub(super) fn is_right(&self) -> bool {
        self.read == self.text
    }
}

/// The first two lines of the table of generated strings.
pub(super) fn head() -> String {
    let lengths: String = LENGTHS.iter().map(|(from, to)| format!("{from}-{to} digits | ")).collect();
    format!("| by | right | {lengths}area under risk-coverage |\n|---|---|{}---|\n", "---|".repeat(LENGTHS.len()))
}

/// The row of one kind of strings.
pub(super) fn row(name: &str, answers: &[Answer]) -> anyhow::Result<String> {
    let share = |some: &[&Answer]| {
        let right = some.iter().filter(|answer| answer.is_right()).count();
        if some.is_empty() { "-".to_owned() } else { format!("{:.1} %", 100.0 * right as f64 / some.len() as f64) }
    };
    let of = |(from, to): (usize, usize)| {
        let some: Vec<&Answer> = answers.iter().filter(|answer| (from..=to).contains(&answer.text.len())).collect();
        share(&some) + " | "
    };
    let lengths: String = LENGTHS.into_iter().map(of).collect();
    Ok(format!("| {name} | {} | {lengths}{:.5} |\n", share(&answers.iter().collect::<Vec<_>>()), area(answers)?))
}

/// The first two lines of the table of stated probabilities.
pub(super) fn head_of_calibration() -> String {
    let bins: String = BINS.windows(2).map(|bin| format!("{} to {} % | ", 100.0 * bin[0], 100.0 * bin[1])).collect();
    format!("| stated probability: | {bins}\n|---|{}\n", "---|".repeat(BINS.len() - 1))
}

/// How many answers have a stated probability in each bin, what it is in the mean, and how many of them are right.
pub(super) fn calibration(name: &str, answers: &[&Answer]) -> String {
    let bin = |ends: &[f32]| {
        let is_last = ends[1] == 1.0;
        let is_in = |&&answer: &&&Answer| {
            !answer.read.is_empty() && answer.probability >= ends[0] && (answer.probability < ends[1] || is_last)
        };
        let some: Vec<&Answer> = answers.iter().filter(is_in).copied().collect();
        let count = some.len() as f64;
        let mean = some.iter().map(|answer| f64::from(answer.probability)).sum::<f64>() / count;
        let right = some.iter().filter(|answer| answer.is_right()).count() as f64 / count;
        match some.len() {
            0 => "- | ".to_owned(),
            _ => format!("{count}: {:.1} % stated, {:.1} % right | ", 100.0 * mean, 100.0 * right),
        }
    };
    format!("| {name} | {}\n", BINS.windows(2).map(bin).collect::<String>())
}

/// How many strings both readers read alike, how many not, and how many of each are right.
pub(super) fn agreement(answers: &[&Answer]) -> String {
    let of = |is_agreed: bool| {
        let some: Vec<_> = answers.iter().filter(|it| it.is_agreed == is_agreed && !it.read.is_empty()).collect();
        let right = some.iter().filter(|answer| answer.is_right()).count();
        format!("{}, of which {:.1} % are right", some.len(), 100.0 * right as f64 / some.len().max(1) as f64)
    };
    format!("Both readers read alike {}; otherwise {}.\n", of(true), of(false))
}

/// The area under the curve of risk and coverage.
pub(super) fn area(answers: &[Answer]) -> anyhow::Result<f64> {
    let probabilities: Vec<f32> = answers.iter().map(|answer| answer.probability).collect();
    let right: Vec<bool> = answers.iter().map(Answer::is_right).collect();
    Ok(RiskCoverage::new(&probabilities, &right)?.area)
}

/// The rows of strings that were read wrongly.
pub(super) fn wrong(answers: &[Answer]) -> String {
    let wrong = answers.iter().filter(|answer| !answer.is_right());
    wrong
        .map(|Answer { text, read, probability, .. }| format!("{text} read as {read} ({:.1} %)\n", 100.0 * probability))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_count_as_a_whole_and_by_length() {
        let answer = |text: &str, read: &str, probability| {
            let is_agreed = probability > 0.85;
            Answer { text: text.to_owned(), read: read.to_owned(), probability, is_agreed }
        };
        let answers =
            [answer("7", "7", 0.9), answer("12", "1", 0.2), answer("12345", "12345", 0.8), answer("3", "", 0.0)];
        assert_eq!(row("some", &answers).unwrap(), "| some | 50.0 % | 33.3 % | 100.0 % | - | - | 0.20833 |\n");
        let alike = "Both readers read alike 1, of which 100.0 % are right; otherwise 2, of which 50.0 % are right.\n";
        assert_eq!(agreement(&answers.iter().collect::<Vec<_>>()), alike);
        assert_eq!(wrong(&answers), "12 read as 1 (20.0 %)\n3 read as  (0.0 %)\n");
    }
}
