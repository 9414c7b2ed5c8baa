//! The arrows of ARCHITECTURE.md are the dependencies in the manifests: each arrow is one, and each follows from arrows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::{crates, repository};

type Graph = BTreeMap<String, BTreeSet<String>>;

/// What each crate depends on, by arrows: `a, b <- c <- d` says that c depends on a and b, and d on c.
fn arrows() -> Graph {
    let document = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    let mut graph = Graph::new();
    for line in document.lines().filter(|line| line.contains(" <- ") && !line.contains('`')) {
        let groups: Vec<Vec<&str>> = line.split("<-").map(|group| group.split(',').map(str::trim).collect()).collect();
        for pair in groups.windows(2) {
            for name in &pair[1] {
                graph.entry((*name).to_owned()).or_default().extend(pair[0].iter().map(|&name| name.to_owned()));
            }
        }
    }
    graph
}

/// What each crate of `crates` depends on, by its manifest.
fn manifests() -> Graph {
    let depends = |folder: &std::path::PathBuf| {
        let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let ours = dependencies.keys().filter_map(|name| name.strip_prefix("tenfold-")).map(str::to_owned);
        (folder.file_name().unwrap().to_string_lossy().into_owned(), ours.collect())
    };
    crates().iter().filter(|folder| !folder.ends_with("xtask")).map(depends).collect()
}

/// Everything that `name` depends on, also through others.
fn reached(graph: &Graph, name: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![name.to_owned()];
    while let Some(name) = ahead.pop() {
        ahead.extend(graph.get(&name).into_iter().flatten().filter(|next| reached.insert((*next).clone())).cloned());
    }
    reached
}

#[test]
fn arrows_are_the_dependencies() {
    let (arrows, manifests) = (arrows(), manifests());
    for (name, drawn) in &arrows {
        let real = manifests.get(name).unwrap_or_else(|| panic!("ARCHITECTURE.md draws {name}, which is not a crate"));
        let missing: Vec<_> = drawn.difference(real).collect();
        assert!(missing.is_empty(), "ARCHITECTURE.md draws {missing:?} <- {name}, which is not in the manifest");
    }
    for (name, real) in &manifests {
        let drawn = reached(&arrows, name);
        let missing: Vec<_> = real.difference(&drawn).collect();
        assert!(missing.is_empty(), "{name} depends on {missing:?}, which no arrows of ARCHITECTURE.md say");
    }
}
