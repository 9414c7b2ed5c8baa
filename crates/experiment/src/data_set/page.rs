//! The page of a data set.

use tenfold_dataset::exploration::Duplicates;
use tenfold_report::grouped;
use tenfold_report::page::{Block, Page};

use super::exploration::{DataExploration, PartExploration};
use super::{galleries, sections, sentences};
use crate::error::Result;
use crate::{PROGRAM, warnings};

/// Samples of each class: a row on a screen.
const SAMPLES_PER_CLASS: usize = 10;

impl DataExploration {
    /// Everything that was found about the data set called `name`, as one HTML file that loads nothing.
    ///
    /// # Errors
    /// [`Error::Report`](crate::Error::Report) if a gallery is too large for a page.
    pub fn to_html(&self, name: &str) -> Result<String> {
        let Self { parts, overlap } = self;
        let sizes: Vec<String> =
            parts.iter().map(|part| format!("{} {} images", grouped(part.images.len() as u64), part.kind)).collect();
        let mut page = Page::new(format!("The images of {name}")).lead(format!(
            "{}, before any modelling: what they are, how they vary, what occurs twice.",
            sizes.join(" and ")
        ));
        for part in parts {
            page = page.section(part.name, format!("The {} images", part.kind), images(part)?);
        }
        for part in parts {
            if let Some(found) = &part.duplicates {
                let id = format!("{}-twice", part.name);
                let heading = format!("Duplicates among the {} images", part.kind);
                page = page.section(&id, heading, alike(found, sentences::within(found), [part, part])?);
            }
        }
        if let (Some(found), [train, test]) = (overlap, &parts[..]) {
            let heading = "Test images among the training images";
            page = page.section("overlap", heading, alike(found, sentences::between(found), [test, train])?);
        }
        Ok(page.footer(format!("Made by {PROGRAM}; `tenfold data show` makes it again.")).to_html())
    }
}

/// What is wrong with the images of a part, what they are like, and samples of them.
fn images(part: &PartExploration) -> Result<Vec<Block>> {
    let names = part.class_names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let findings: Vec<String> = part.findings.iter().map(ToString::to_string).collect();
    let mut blocks = warnings::blocks(&findings);
    blocks.extend(sections::sections(&part.images, &part.summary, &part.shapes, &names, part.kind)?);
    blocks.extend(galleries::samples(&part.images, &names, SAMPLES_PER_CLASS)?);
    Ok(blocks)
}

/// What is alike, in sentences and, if there is anything, as pictures. `parts`: those of the first and of the second
/// image of each pair.
fn alike(found: &Duplicates, sentences: [String; 2], parts: [&PartExploration; 2]) -> Result<Vec<Block>> {
    let mut blocks = vec![Block::Text(sentences.join(" "))];
    if found.exact.total + found.near.total > 0 {
        let names = parts[0].class_names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        blocks.push(galleries::pairs(found, parts, &names)?);
    }
    Ok(blocks)
}
