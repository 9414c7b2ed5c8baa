//! The page of `tenfold data show --out`.

use std::path::Path;

use tenfold_dataset::exploration::Duplicates;
use tenfold_experiment::{PROGRAM, warnings};
use tenfold_report::page::{Block, Page};

use super::exploration::{Exploration, PartExploration};
use super::{blocks, galleries, sentences};
use crate::cli::output::grouped;

/// Samples of each class: a row on a screen.
const SAMPLES_PER_CLASS: usize = 10;

/// Everything that was found, as one HTML file. `data`: the folder the images are from; none if from inside the
/// program.
pub(super) fn to_html(exploration: &Exploration, data: Option<&Path>) -> anyhow::Result<String> {
    let Exploration { parts, overlap } = exploration;
    let set = data.map_or("MNIST".to_owned(), |folder| folder.display().to_string());
    let sizes: Vec<String> =
        parts.iter().map(|part| format!("{} {} images", grouped(part.images.len() as u64), part.kind)).collect();
    let mut page = Page::new(format!("The images of {set}")).lead(format!(
        "{}, before any modelling: what they are, how they vary, what occurs twice.",
        sizes.join(" and ")
    ));
    for part in parts {
        let names = part.class_names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let findings: Vec<String> = part.findings.iter().map(ToString::to_string).collect();
        let mut about = warnings::blocks(&findings);
        about.extend(blocks(&part.images, &part.summary, &part.shapes, &names, part.kind)?);
        about.extend(galleries::samples(&part.images, &names, SAMPLES_PER_CLASS)?);
        page = page.section(part.name, format!("The {} images", part.kind), about);
    }
    for part in parts {
        if let Some(found) = &part.duplicates {
            let id = format!("{}-twice", part.name);
            let heading = format!("Alike among the {} images", part.kind);
            page = page.section(&id, heading, alike(found, sentences::within(found), [part, part])?);
        }
    }
    if let (Some(found), [train, test]) = (overlap, &parts[..]) {
        let heading = "Test images among the training images";
        page = page.section("overlap", heading, alike(found, sentences::between(found), [test, train])?);
    }
    Ok(page.footer(format!("Made by {PROGRAM}; `tenfold data show --out` makes it again.")).to_html())
}

/// What is alike, in sentences and, if there is anything, as pictures. `parts`: those of the first and of the second
/// image of each pair.
fn alike(found: &Duplicates, sentences: [String; 2], parts: [&PartExploration; 2]) -> anyhow::Result<Vec<Block>> {
    let mut blocks = vec![Block::Text(sentences.join(" "))];
    if found.exact.total + found.near.total > 0 {
        let names = parts[0].class_names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        blocks.push(galleries::pairs(found, parts, &names)?);
    }
    Ok(blocks)
}
