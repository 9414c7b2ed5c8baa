//! Every library has one `ErrorKind`, the shared one: its errors give it, and the crate re-exports it.

use std::fs;

use crate::crates;
use crate::modules::Imports;

/// The shared crate itself, the program and the tasks, and libraries without errors.
const WITHOUT: [&str; 6] = ["error-kind", "handwriting", "photograph", "random", "tenfold", "xtask"];

#[test]
fn errors_give_the_shared_kind() {
    for folder in crates() {
        if WITHOUT.iter().any(|name| folder.ends_with(name)) {
            continue;
        }
        let root = folder.join("src/lib.rs");
        let exports = fs::read_to_string(&root).unwrap().contains("pub use tenfold_error_kind::ErrorKind;");
        assert!(exports, "{} does not re-export ErrorKind", folder.display());
        let files = Imports::of_crate(&root).files;
        let sources: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let gives_it = |source: &String| source.contains("fn kind(&self) -> ErrorKind");
        assert!(sources.iter().any(gives_it), "{}: no error gives its kind", folder.display());
        let own = |source: &String| source.contains("enum ErrorKind");
        assert!(!sources.iter().any(own), "{} has an ErrorKind of its own", folder.display());
    }
}
