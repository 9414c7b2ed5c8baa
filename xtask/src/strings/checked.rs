//! Strings of which it is known that they are 16 digits with a check digit by Luhn's rule.

use tenfold_recognizer::{Checker, Constraint, Recognizer};

use super::table::{self, Answer};
use super::written::CARD;
use super::{Arguments, GAPS, read};

/// What becomes of the strings of MNIST's writers as they are read, and among valid strings.
pub(super) fn table(recognizer: &Recognizer, arguments: &Arguments) -> anyhow::Result<String> {
    let constraint =
        Constraint { length: Some(CARD.to_string().parse()?), check: Some("luhn".parse()?), ..Constraint::default() };
    let checker = Checker::new(constraint)?;
    let writers = arguments.writers()?;
    let mut text = format!(
        "\n{} strings of each kind of {CARD} digits with a check digit by Luhn's rule, by one writer each; read, and read as one of those \
         that have so many digits and this check digit.\n\n\
         | by MNIST's writers | as read | as valid | refused |\n|---|---|---|---|\n",
        arguments.count
    );
    let (mut as_read, mut as_valid) = (Vec::new(), Vec::new());
    for gaps in GAPS {
        let begin = as_read.len();
        for number in 0..arguments.count {
            let written = writers.write_valid(number, gaps, |text| checker.is_valid(text));
            let reading = read(recognizer, |it| {
                it.read_page(&it.find_page(&written.picture.clone().into())?.joined(), Some(&checker))
            })?;
            as_read.push(Answer::of(written.text.clone(), reading.clone()));
            as_valid.push(Answer::valid_of(written.text, reading));
        }
        let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / f64::from(arguments.count));
        let right = |answers: &[Answer]| share(answers.iter().filter(|answer| answer.is_right()).count());
        let refused = as_valid[begin..].iter().filter(|answer| answer.read.is_empty()).count();
        let (plain, valid) = (right(&as_read[begin..]), right(&as_valid[begin..]));
        text += &format!("| {} | {plain} | {valid} | {} |\n", gaps.name, share(refused));
    }
    if arguments.wrong {
        print!("{}", table::wrong(&as_valid));
    }
    text += &format!("\nStated probabilities, of all of these:\n\n{}", table::head_of_calibration());
    text += &table::calibration("as read", &as_read.iter().collect::<Vec<_>>());
    text += &table::calibration("as valid", &as_valid.iter().collect::<Vec<_>>());
    Ok(text)
}
