//! No files of a crate import each other in a ring, unless one of them says at its top why it must: a comment before its
//! first item with the words "in a ring with". A module and the modules inside it are one thing here: what one of them takes from
//! the other is not counted.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::modules::Imports;
use crate::{crates, repository};

/// Each set of files that all reach each other.
fn rings(from: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    let reached = |start: usize| {
        let (mut reached, mut ahead) = (BTreeSet::new(), vec![start]);
        while let Some(at) = ahead.pop() {
            ahead.extend(from[at].iter().filter(|next| reached.insert(**next)));
        }
        reached
    };
    let reached: Vec<BTreeSet<usize>> = (0..from.len()).map(reached).collect();
    let each_other = |one: usize, other: usize| reached[one].contains(&other) && reached[other].contains(&one);
    let ring = |one: usize| (0..from.len()).filter(|&other| each_other(one, other)).collect::<Vec<_>>();
    let mut rings: Vec<Vec<usize>> = (0..from.len()).map(ring).filter(|ring| !ring.is_empty()).collect();
    rings.sort();
    rings.dedup();
    rings
}

/// Whether the comments at the top of a file have the words "in a ring with", and so say why it is in one.
fn explains(file: &Path) -> bool {
    let source = fs::read_to_string(file).unwrap();
    let head = source.lines().take_while(|line| line.is_empty() || line.starts_with("//"));
    head.map(|line| line.trim_start_matches(['/', '!', ' '])).collect::<Vec<_>>().join(" ").contains("in a ring with")
}

#[test]
fn no_files_import_each_other_in_a_ring() {
    let mut found = String::new();
    for folder in crates() {
        let root = ["lib.rs", "main.rs"].map(|name| folder.join("src").join(name)).into_iter().find(|it| it.is_file());
        let Imports { files, mut from } = Imports::of_crate(&root.unwrap());
        files.iter().zip(&mut from).filter(|(file, _)| explains(file)).for_each(|(_, others)| others.clear());
        for ring in rings(&from) {
            let name = |file: usize| files[file].strip_prefix(repository()).unwrap().display();
            writeln!(found, "a ring of {} files:", ring.len()).unwrap();
            for &file in &ring {
                let others = from[file].iter().filter(|other| ring.contains(other));
                let others: Vec<String> = others.map(|&other| name(other).to_string()).collect();
                writeln!(found, "  {} imports from {}", name(file), others.join(", ")).unwrap();
            }
        }
    }
    assert!(found.is_empty(), "\n{found}hint: move what both need to a file of its own, or say at the top of one why");
}

#[test]
fn rings_are_found() {
    let from = |edges: &[&[usize]]| edges.iter().map(|edge| edge.iter().copied().collect()).collect::<Vec<_>>();
    assert_eq!(rings(&from(&[&[1], &[2], &[]])), Vec::<Vec<usize>>::new());
    assert_eq!(rings(&from(&[&[1], &[2], &[1], &[3, 0]])), [vec![1, 2], vec![3]]);
    assert_eq!(rings(&from(&[&[1], &[2], &[0]])), [[0, 1, 2]]);
}
