//! `cargo test --release --workspace` finds compiled what `cargo run --release` and `cargo xtask` have left: every crate has
//! the same features in all of them. A crate with one feature more is another crate to cargo, and so is all that depends on
//! it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::repository;

/// Each crate that a selection of packages needs, with its version and its features.
fn crates(selection: &[&str]) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p} {f}"]).args(selection);
    let output = tree.current_dir(repository()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn tests_use_what_the_program_was_built_of() {
    let tests = crates(&["--workspace", "--edges", "normal,build,dev"]);
    for package in ["tenfold", "xtask"] {
        let program = crates(&["--package", package, "--edges", "normal,build"]);
        assert!(program.len() > 50 && tests.len() > program.len(), "{} and {} crates", program.len(), tests.len());
        let others: Vec<&String> = program.difference(&tests).collect();
        assert!(others.is_empty(), "compiled again for the tests, with other features than {package} has: {others:#?}");
    }
}
