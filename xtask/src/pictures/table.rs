//! What was read in people's pictures, as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tenfold_evaluation::RiskCoverage;

use super::Reading;

/// The shares of all digits, most confident first, whose error rates are listed.
const COVERAGES: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 1.0];

/// The tables of pictures of one digit and of pictures without one.
pub(super) fn table(single: &[Reading], none: &[Reading]) -> anyhow::Result<String> {
    let mut text = "One digit each:\n\n\
                    | kind | pictures | right | mean over persons | refused | answered wrongly |\n\
                    |---|---|---|---|---|---|\n"
        .to_owned();
    let mut kinds: Vec<&str> = single.iter().map(|reading| reading.label.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        text += &row(kind, &single.iter().filter(|reading| reading.label.kind == kind).collect::<Vec<_>>());
    }
    text += &row("all", &single.iter().collect::<Vec<_>>());

    let answered = none.iter().filter(|reading| reading.answer.is_some()).count();
    writeln!(text, "\nWithout a digit: {answered} of {} answered.", none.len())?;

    // What is refused is the least confident of all.
    let confidences: Vec<f32> = single.iter().map(Reading::confidence).collect();
    let curve = RiskCoverage::new(&confidences, &single.iter().map(Reading::is_right).collect::<Vec<_>>())?;
    text += "\n| most confident | not read rightly |\n|---|---|\n";
    for coverage in COVERAGES {
        let accuracy = curve.accuracy_at(coverage).expect("a share of all");
        writeln!(text, "| {:.0} % | {:.2} % |", 100.0 * coverage, 100.0 * (1.0 - accuracy))?;
    }
    writeln!(text, "\nArea under this curve: {:.5}.", curve.area)?;

    text += "\n| not read rightly | kind | person | shows | read as |\n|---|---|---|---|---|\n";
    for Reading { label, answer } in single.iter().filter(|reading| !reading.is_right()) {
        let read = answer.as_ref().map_or("refused".to_owned(), |(read, p)| format!("{read} ({:.1} %)", 100.0 * p));
        writeln!(text, "| {} | {} | {} | {} | {read} |", label.file, label.kind, label.person, label.label)?;
    }
    Ok(text)
}

/// The row of some of the pictures of one digit.
fn row(name: &str, readings: &[&Reading]) -> String {
    let mut persons: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for reading in readings {
        let (right, all) = persons.entry(&reading.label.person).or_default();
        *right += u32::from(reading.is_right());
        *all += 1;
    }
    let rates = persons.values().map(|&(right, all)| f64::from(right) / f64::from(all));
    let mean = rates.sum::<f64>() / persons.len() as f64;
    let right = readings.iter().filter(|reading| reading.is_right()).count();
    let refused = readings.iter().filter(|reading| reading.answer.is_none()).count();
    format!(
        "| {name} | {} | {right} ({:.1} %) | {:.1} % of {} | {refused} | {} |\n",
        readings.len(),
        100.0 * right as f64 / readings.len() as f64,
        100.0 * mean,
        persons.len(),
        readings.len() - right - refused,
    )
}

#[cfg(test)]
mod tests {
    use super::super::labels::Label;
    use super::*;

    fn reading(person: &str, kind: &str, answer: Option<(&str, f32)>) -> Reading {
        let [file, label, kind, person] = ["single/1.png", "7", kind, person].map(str::to_owned);
        Reading { label: Label { file, label, kind, person }, answer: answer.map(|(read, p)| (read.to_owned(), p)) }
    }

    #[test]
    fn persons_count_alike_and_refusals_are_errors_of_the_least_confidence() {
        let single = [
            reading("a", "scan", Some(("7", 0.9))),
            reading("a", "scan", Some(("7", 0.8))),
            reading("a", "scan", Some(("1", 0.7))),
            reading("b", "photo", None),
        ];
        let found = table(&single, &[reading("c", "photo", Some(("3", 1.0))), reading("c", "photo", None)]).unwrap();
        for line in [
            "| photo | 1 | 0 (0.0 %) | 0.0 % of 1 | 1 | 0 |\n",
            "| scan | 3 | 2 (66.7 %) | 66.7 % of 1 | 0 | 1 |\n",
            "| all | 4 | 2 (50.0 %) | 33.3 % of 2 | 1 | 1 |\n",
            "Without a digit: 1 of 2 answered.\n",
            "| 50 % | 0.00 % |\n| 80 % | 50.00 % |\n",
            "| single/1.png | scan | a | 7 | 1 (70.0 %) |\n| single/1.png | photo | b | 7 | refused |\n",
        ] {
            assert!(found.contains(line), "{found}");
        }
    }
}
