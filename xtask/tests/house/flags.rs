//! Libraries do not know the command line: none of their texts names one of its options. Left out is `report`, in whose
//! style sheets two hyphens begin the name of a property.

use std::fmt::Write as _;
use std::fs;

use crate::modules::Imports;
use crate::tokens::{Token, tokens};
use crate::{crates, repository};

const NOT_ASKED: [&str; 3] = ["report", "tenfold", "xtask"];

/// The first option of a command line that a text names.
fn option(text: &str) -> Option<&str> {
    let starts = text.match_indices("--").map(|(at, _)| at);
    let begins = |at: &usize| !text[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '-');
    let names = |at: &usize| text[at + 2..].starts_with(|after: char| after.is_ascii_lowercase());
    let at = starts.filter(begins).find(names)?;
    let end = text[at + 2..].find(|next: char| !next.is_ascii_alphanumeric() && next != '-');
    Some(&text[at..end.map_or(text.len(), |end| at + 2 + end)])
}

#[test]
fn no_library_names_an_option() {
    let (mut found, mut texts) = (String::new(), 0);
    for folder in crates() {
        if NOT_ASKED.iter().any(|name| folder.ends_with(name)) {
            continue;
        }
        for file in Imports::of_crate(&folder.join("src/lib.rs")).files {
            for token in tokens(&fs::read_to_string(&file).unwrap()) {
                let Token::Text(text) = token else { continue };
                texts += 1;
                if let Some(option) = option(&text) {
                    writeln!(found, "{}: {option}", file.strip_prefix(repository()).unwrap().display()).unwrap();
                }
            }
        }
    }
    assert!(texts > 1_000, "only {texts} texts were looked at");
    assert!(found.is_empty(), "\n{found}hint: say what the caller can set, and let the command line name its option");
}

#[test]
fn options_are_found() {
    assert_eq!(option("use --force, or"), Some("--force"));
    assert_eq!(option("(--batch-size)"), Some("--batch-size"));
    for text in ["well-known--really", "a -- b", "---a", "-v", "--", "--1"] {
        assert_eq!(option(text), None, "{text}");
    }
}
