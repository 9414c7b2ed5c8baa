//! Every library's errors have a kind, and the same idea has the same name in all of them.

use std::fs;

use crate::crates;
use crate::modules::Imports;
use crate::tokens::{Token, closing, tokens};

/// What a caller can do something about.
const KINDS: [&str; 12] = [
    "Busy",
    "Contradiction",
    "Exists",
    "Input",
    "Io",
    "Memory",
    "NotFinite",
    "NotFound",
    "Refused",
    "Setting",
    "TooLarge",
    "Unsupported",
];
/// The program and the tasks, and a library without errors.
const WITHOUT: [&str; 3] = ["random", "tenfold", "xtask"];

/// The variants of the enum `ErrorKind`, if the source has it.
fn kinds(source: &str) -> Option<Vec<String>> {
    let tokens = tokens(source);
    let is_enum = |pair: &[Token]| pair[0].word() == Some("enum") && pair[1].word() == Some("ErrorKind");
    let open = tokens.windows(2).position(is_enum)? + 2;
    let variants = tokens[open..closing(&tokens, open)].iter().filter_map(Token::word);
    Some(variants.map(str::to_owned).collect())
}

#[test]
fn errors_have_kinds_of_the_same_names() {
    for folder in crates() {
        if WITHOUT.iter().any(|name| folder.ends_with(name)) {
            continue;
        }
        let sources: Vec<String> = Imports::of_crate(&folder.join("src/lib.rs"))
            .files
            .iter()
            .map(|file| fs::read_to_string(file).unwrap())
            .collect();
        let kinds: Vec<String> = sources.iter().filter_map(|source| kinds(source)).flatten().collect();
        assert!(!kinds.is_empty(), "{} has no ErrorKind", folder.display());
        let others: Vec<&String> = kinds.iter().filter(|kind| !KINDS.contains(&kind.as_str())).collect();
        assert!(others.is_empty(), "{}: {others:?} should have the names of other crates", folder.display());
        let gives_it = |source: &String| source.contains("fn kind(&self) -> ErrorKind");
        assert!(sources.iter().any(gives_it), "{}: no error gives its kind", folder.display());
    }
}
