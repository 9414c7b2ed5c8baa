//! What pages of runs have in common.

use tenfold_report::page::{Block, Page};
use tenfold_training::{Recipe, RunFolder};

use super::tables;
use crate::assessment::Assessment;
use crate::date_time;
use crate::environment::Environment;
use crate::error::Result;
use crate::galleries::{confusion_matrix, standard_galleries};
use crate::warnings;

/// A page called after the folder of a `kind` of run, with its warnings before all else.
pub(super) fn opened(kind: &str, folder: &RunFolder, lead: String, warnings: &[String]) -> Page {
    let name = folder.path().file_name().unwrap_or_default().to_string_lossy();
    let page = Page::new(format!("{kind} {name}")).lead(lead);
    match warnings {
        [] => page,
        warnings => page.section("warnings", "Warnings", warnings::blocks(warnings)),
    }
}

/// What a model answers on `part` of the images: figures, a row per class, the confusion matrix and galleries.
pub(super) fn answers(assessment: &Assessment<'_>, part: &str) -> Result<Vec<Block>> {
    let mut blocks = vec![
        tables::figures(&assessment.evaluation),
        tables::classes(assessment, part)?,
        confusion_matrix(assessment, part)?,
    ];
    for gallery in standard_galleries(assessment) {
        blocks.push(gallery.block(assessment)?);
    }
    Ok(blocks)
}

/// What is a line on a terminal, as a sentence on a page.
pub(super) fn capitalised(line: &str) -> String {
    let mut characters = line.chars();
    characters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

/// The finished page, which ends with the recipe, the command that carries it out and who made the page.
pub(super) fn closed(page: Page, environment: &Environment, recipe: &Recipe) -> Result<String> {
    let program = &environment.program;
    Ok(page
        .section("again", "How to reproduce it", reproduction(environment, recipe)?)
        .footer(format!("Made by {program} from the files beside it; `tenfold report` makes it again."))
        .to_html())
}

fn reproduction(environment: &Environment, recipe: &Recipe) -> Result<Vec<Block>> {
    let Environment { kind, program, cpu, threads, exact, started, .. } = environment;
    let (level, method) = match exact {
        true => (format!("{cpu}, exact"), ", without Winograd's transforms"),
        false => (cpu.clone(), ""),
    };
    let figures = Block::key_values([
        ("program", program.clone()),
        ("started", format!("{} UTC", date_time(*started))),
        ("instructions", level),
        ("threads", threads.to_string()),
    ]);
    Ok(vec![
        figures,
        Block::Text("Command:".to_owned()),
        Block::Code(environment.command.join(" ")),
        Block::Text(format!(
            "`tenfold {kind}` with this recipe{method}, on the same images and with TENFOLD_CPU={cpu} in the environment, gives \
             the same, byte for byte, at any number of threads:"
        )),
        Block::Code(toml::to_string(recipe)?),
    ])
}
