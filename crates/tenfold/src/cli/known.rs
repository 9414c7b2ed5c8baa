//! Options that say what is known of the numbers on a page before they are read.

use clap::Args;
use tenfold_recognizer::{Check, Checker, Choices, Constraint, Date, Length, Pattern, Range};

/// Brackets in a doc comment would be links.
const PATTERN_HELP: &str = "What stands at each place, as dd-dddd or [12]d{3}: d is any digit, [0-37] a set, {3} three of \
    what stands before it; signs between digits (space - . / , :) are printed or left out on the page";

/// What is known of each field.
#[derive(Args)]
#[command(next_help_heading = "What is known of each field")]
pub(crate) struct Known {
    /// How many digits it has, as 8 or 4-6
    #[arg(long, value_name = "N")]
    length: Option<Length>,
    #[arg(long, value_name = "PATTERN", help = PATTERN_HELP)]
    pattern: Option<Pattern>,
    /// Between which numbers it lies, as 0-150; with decimals, as 0.00-99.95, the point is not read but where it must be
    #[arg(long, value_name = "A-B")]
    range: Option<Range>,
    /// The numbers one of which it is, parted by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    choices: Vec<String>,
    /// How its last digits follow from the others: luhn (cards), mod97 (ISO 7064), verhoeff, damm, isbn (10 or 13 digits, without X) or
    /// aba (bank routing)
    #[arg(long, value_name = "RULE")]
    check: Option<Check>,
    /// That it is a day there is, as ddmmyyyy, ddmmyy, mmddyyyy, mmddyy, yyyymmdd or yymmdd
    #[arg(long, value_name = "ORDER")]
    date: Option<Date>,
    /// Take each line for one field, however wide the gaps in it
    #[arg(long)]
    pub whole_lines: bool,
}

impl Known {
    /// What finds the numbers that are all of this; nothing if nothing is known.
    pub(crate) fn checker(&self) -> anyhow::Result<Option<Checker>> {
        let Self { length, pattern, range, check, date, .. } = self;
        let choices = Some(Choices::try_from(self.choices.clone())?).filter(|_| !self.choices.is_empty());
        let (pattern, range) = (pattern.clone(), range.clone());
        let constraint = Constraint { length: *length, pattern, range, choices, check: *check, date: *date };
        Ok(if constraint.is_empty() { None } else { Some(Checker::new(constraint)?) })
    }
}
