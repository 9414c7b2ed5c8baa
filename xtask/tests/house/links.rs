//! What the documents link to is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::repository;

/// Every document below a folder, but what was built.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            documents(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

#[test]
fn links_lead_to_files() {
    let (mut broken, mut checked) = (Vec::new(), 0);
    let mut all = Vec::new();
    documents(repository(), &mut all);
    for document in all {
        let text = fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if link.is_empty() || link.contains("://") {
                continue;
            }
            checked += 1;
            if !folder.join(link).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(checked > 20, "only {checked} links were looked at");
    assert!(broken.is_empty(), "{broken:#?}");
}
