//! The files that a search leaves in its folder.

use tenfold_training::RunFile;

use super::Search;
use super::results::SearchResults;
use super::rung_results::RungResults;
use crate::error::Result;
use crate::exploration::Files;
use crate::pages::SearchPage;
use crate::run_json::write_json;

impl Search {
    /// Writes what was found, if the search has a folder.
    pub(super) fn write(&self, results: &SearchResults) -> Result<()> {
        let Some(Files { folder, environment, .. }) = &self.exploration.files else { return Ok(()) };
        if let Some(best) = results.rungs.last().and_then(RungResults::best) {
            folder.write(RunFile::BestRecipe, toml::to_string(self.recipe(best.index))?.as_bytes())?;
        }
        folder.write(RunFile::Log, results.to_markdown().as_bytes())?;
        write_json(folder, RunFile::Results, results)?;
        let page = SearchPage { folder, environment, recipe: &self.base, space: self.space.text(), results };
        Ok(folder.write(RunFile::Report, page.to_html()?.as_bytes())?)
    }
}
