//! What `docs/formats.md` lists, for the tests that compare it with the tables here.

/// The names in backquotes from `start` to the end of the sentence.
///
/// # Panics
/// If the document does not say `start`.
pub(crate) fn names(start: &str) -> Vec<&'static str> {
    let document = include_str!("../../../docs/formats.md");
    let part = document.split_once(start).unwrap_or_else(|| panic!("the document has no '{start}'")).1;
    part.split_once(".\n").expect("the end of a sentence").0.split('`').skip(1).step_by(2).collect()
}
