//! What classes are called, and in which order.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::Error;

/// Number of classes of digits, 0 to 9.
pub const DIGITS: usize = 10;

/// The longest name of a class, in bytes.
pub const MAX_NAME_BYTES: usize = 100;

/// The numbers of classes as their names.
pub(crate) fn numbers(classes: usize) -> Vec<String> {
    (0..classes).map(|class| class.to_string()).collect()
}

/// Refuses names that cannot be told apart, shown on one line, or held in a model file.
pub(crate) fn check(names: &[String]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for name in names {
        check_name(name)?;
        if !seen.insert(name) {
            return Err(name_error(name, "names that differ"));
        }
    }
    Ok(())
}

/// Refuses a name as [`check`] does.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    match name {
        _ if !(1..=MAX_NAME_BYTES).contains(&name.len()) => Err(name_error(name, "1 to 100 bytes")),
        _ if name.chars().any(char::is_control) => Err(name_error(name, "no control characters")),
        _ => Ok(()),
    }
}

fn name_error(name: &str, expected: &'static str) -> Error {
    Error::ClassName { found: excerpt(name), expected }
}

/// A text on one line and not longer than a few words, for errors.
pub(crate) fn excerpt(text: &str) -> String {
    const CHARACTERS: usize = 40;
    let mut short: String = text.escape_debug().take(CHARACTERS).collect();
    if text.chars().count() > CHARACTERS {
        short.push('…');
    }
    short
}

/// Names in a line, as many as a person reads.
pub(crate) fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| excerpt(name)).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Compares names as people order them: runs of digits by their values, so that `9` comes before `10`.
pub(crate) fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (Some(first), Some(second)) = (left.chars().next(), right.chars().next()) else {
            // Names of the same values, such as 7 and 07, are still in some order.
            return left.len().cmp(&right.len()).then_with(|| one.cmp(other));
        };
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, other_number) = (digits(&mut left), digits(&mut right));
            number.len().cmp(&other_number.len()).then_with(|| number.cmp(other_number))
        } else {
            left = &left[first.len_utf8()..];
            right = &right[second.len_utf8()..];
            first.cmp(&second)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes the digits at the start, without zeros that do not count.
fn digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    *text = rest;
    number.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_people() {
        let mut names = ["b", "10", "a", "9", "x10y", "x9y", "x9", "07", "7", "x09z", "", "ä"];
        names.sort_by(|one, other| natural_order(one, other));
        assert_eq!(names, ["", "07", "7", "9", "10", "a", "b", "x9", "x9y", "x09z", "x10y", "ä"]);
    }

    #[test]
    fn long_names_are_shortened_in_errors() {
        assert_eq!(excerpt("a\nb"), "a\\nb");
        assert_eq!(excerpt(&"x".repeat(50)), format!("{}…", "x".repeat(40)));
        assert_eq!(
            list(&numbers(22)),
            "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 2 more"
        );
    }
}
