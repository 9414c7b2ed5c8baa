//! What photographs cost, as Markdown.

use tenfold_recognizer::{Error, ErrorKind, Prediction};

/// What came of one picture.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    /// Whether the digit is the most probable class, whatever its probability.
    is_right: bool,
    /// Whether there is no answer: no ink, or no class that is probable enough.
    is_refused: bool,
}

impl Answer {
    pub(super) fn of(digit: u8, answer: Result<Prediction, Error>) -> anyhow::Result<Self> {
        let shows = |label: &str| label == digit.to_string();
        match answer {
            Ok(prediction) => Ok(Self { is_right: shows(&prediction.label), is_refused: false }),
            Err(Error::Unsure(unsure)) => Ok(Self { is_right: shows(&unsure.ranking[0].label), is_refused: true }),
            Err(error) if error.kind() == ErrorKind::Refused => Ok(Self { is_right: false, is_refused: true }),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn is_right(self) -> bool {
        self.is_right
    }
}

/// Shares of a row's pictures, in percent.
pub(super) struct Row {
    name: String,
    right: f64,
    refused: f64,
    answered_wrongly: f64,
}

impl Row {
    pub(super) fn of(name: &str, answers: &[Answer]) -> Self {
        let share = |is: &dyn Fn(&Answer) -> bool| {
            100.0 * answers.iter().filter(|answer| is(answer)).count() as f64 / answers.len() as f64
        };
        Self {
            name: name.to_owned(),
            right: share(&|answer| answer.is_right),
            refused: share(&|answer| answer.is_refused),
            answered_wrongly: share(&|answer| !answer.is_right && !answer.is_refused),
        }
    }
}

/// The tables of MNIST's digits on pages and of drawn digits by each pen.
pub(super) fn table(clean: &Row, rows: &[Row], pens: &[Row], digits: &str) -> String {
    let mut text = format!(
        "MNIST's {digits} digits: as images of 28x28 pixels, as dark ink on a page of 1,000 pixels a side, at any place and 0.5 to 4 times \
         as large, and so with one degradation each. Right is what is the most probable class, whatever its probability; refused is \
         what has no answer at the model's own confidence. Differences are points from the images.\n\n\
         {HEAD}{}",
        line(clean, None),
    );
    rows.iter().for_each(|row| text += &line(row, Some(clean)));
    if let Some(best) = pens.iter().max_by(|one, other| one.right.total_cmp(&other.right)) {
        text += &format!(
            "\nDrawn digits of 280 pixels by hands, with pens of these widths. Differences are points from the best pen.\n\n{HEAD}"
        );
        pens.iter().for_each(|row| text += &line(row, Some(best)));
    }
    text
}

const HEAD: &str = "| | right | difference | refused | answered wrongly |\n|---|---|---|---|---|\n";

fn line(row: &Row, other: Option<&Row>) -> String {
    let difference = other.map_or(String::new(), |other| format!("{:+.2}", row.right - other.right));
    let Row { name, right, refused, answered_wrongly } = row;
    format!("| {name} | {right:.2} % | {difference} | {refused:.2} % | {answered_wrongly:.2} % |\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unsure_may_be_right_and_is_refused() {
        let answer = |is_right, is_refused| Answer { is_right, is_refused };
        let clean = Row::of("28x28", &[answer(true, false); 4]);
        let row =
            Row::of("blur", &[answer(true, false), answer(true, true), answer(false, true), answer(false, false)]);
        let found = table(&clean, &[row], &[], "test");
        assert!(found.contains("| 28x28 | 100.00 % |  | 0.00 % | 0.00 % |\n"), "{found}");
        assert!(found.contains("| blur | 50.00 % | -50.00 | 50.00 % | 25.00 % |\n"), "{found}");
    }
}
