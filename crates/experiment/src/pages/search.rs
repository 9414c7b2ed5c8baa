//! The page of a search.

use tenfold_report::page::{Block, Column, Table};
use tenfold_training::{Recipe, RunFolder};

use super::sections;
use crate::environment::Environment;
use crate::error::Result;
use crate::search::{RungResults, SearchResults, SearchedVariant};

/// What the page of a search is made of.
#[derive(Clone, Copy, Debug)]
pub struct SearchPage<'a> {
    /// Its folder, after which the page is called.
    pub folder: &'a RunFolder,
    /// What it was started with.
    pub environment: &'a Environment,
    /// What all variants are changes of.
    pub recipe: &'a Recipe,
    /// The file with the space.
    pub space: &'a str,
    /// What was found.
    pub results: &'a SearchResults,
}

impl SearchPage<'_> {
    /// The page as one HTML file, which loads nothing: what was found, every rung, the space, and how to reproduce it.
    ///
    /// # Errors
    /// [`Error::Toml`](crate::Error::Toml) if the recipe has no form as TOML.
    pub fn to_html(&self) -> Result<String> {
        let Self { folder, environment, recipe, space, results } = self;
        let SearchResults { plan, variants, rungs, verdict, warnings, .. } = results;
        let mut lead = sections::capitalised(verdict);
        if let Some(best) = results.best() {
            lead += &format!(" The best: {}.", best.to_text());
        }
        let mut page = sections::opened("Search", folder, lead, warnings);
        for rung in rungs {
            let blocks = vec![Block::Table(table(rung, variants))];
            page = page.section(&format!("rung-{}", rung.rung), rung.heading(), blocks);
        }
        let about = "Points behind the leader are of accuracy on the same images, with an interval by the scatter between groups where \
            these are known. Values of p are of McNemar's exact test, corrected for the number of variants and for how often \
            the leader was looked at.";
        let space = vec![Block::Code((*space).to_owned())];
        let how = vec![Block::Text(sections::capitalised(&plan.to_string())), Block::Text(about.to_owned())];
        let page = page.section("how", "How it was judged", how).section("space", "What was searched", space);
        sections::closed(page, environment, recipe)
    }
}

fn table(rung: &RungResults, variants: &[SearchedVariant]) -> Table {
    let mut rows = rung.table(variants).into_iter();
    let heads = rows.next().unwrap_or_default();
    let table = Table::new(rung.heading(), heads.into_iter().map(Column::text));
    rows.fold(table, |table, row| table.row(row))
}
