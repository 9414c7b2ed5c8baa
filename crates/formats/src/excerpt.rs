//! What errors say of a file's own words and numbers: the first of them.

/// Characters of a text, and numbers of a list.
const MAX_LETTERS: usize = 100;
const MAX_NUMBERS: usize = 8;

/// The beginning of a text.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(MAX_LETTERS).collect()
}

/// The beginning of a name, on one line.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(MAX_LETTERS).flat_map(char::escape_debug).collect()
}

/// The first of some numbers or words: `[3, 4, ..]`.
pub(crate) fn listed<T: ToString>(numbers: &[T]) -> String {
    format!("[{}]", first(numbers.iter().map(ToString::to_string)))
}

/// The first of some words: `3, 4, ..`.
pub(crate) fn first(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.take(MAX_NUMBERS + 1).collect();
    if words.len() > MAX_NUMBERS {
        words[MAX_NUMBERS] = "..".to_owned();
    }
    words.join(", ")
}
