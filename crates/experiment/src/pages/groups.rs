//! The section on how accuracy differs between groups of images, as those of a writer.

use tenfold_dataset::{DivideBy, Source};
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Page, Table};
use tenfold_report::{grouped, percent};

use crate::assessment::Assessment;
use crate::charts::errors_by_group;
use crate::environment::FoldPlan;
use crate::error::Result;
use crate::galleries::hardest_groups;
use crate::group_results::GroupResults;

/// Rows of the table of groups.
const ROWS: usize = 10;

/// The page with the section, where the groups of the images are known.
pub(super) fn with_groups(page: Page, assessment: &Assessment<'_>, source: &Source, part: &str) -> Result<Page> {
    let Some(results) = GroupResults::new(assessment, Some(source))? else { return Ok(page) };
    let heading = match source {
        Source::Embedded => "By writer",
        Source::Path(_) => "By group",
    };
    Ok(page.section("groups", heading, blocks(assessment, &results, part)?))
}

/// What folds by image are worth where images come in groups.
pub(super) fn caution(plan: Option<FoldPlan>, assessment: &Assessment<'_>) -> Option<Block> {
    let shares = plan.is_some_and(|plan| plan.by == DivideBy::Image) && assessment.images.groups().is_some();
    let text = "Images of one group, as those of a writer, are in several of these folds, so that each model has seen other images \
                of the groups that judge it: this flatters. Folds by group estimate what images of other groups get.";
    shares.then(|| Block::Text(text.to_owned()))
}

fn blocks(assessment: &Assessment<'_>, results: &GroupResults, part: &str) -> Result<Vec<Block>> {
    let hardest = &results.by_group.hardest;
    let columns = [Column::text("group"), Column::number("images"), Column::number("read wrong")];
    let columns = columns.into_iter().chain([Column::number("accuracy"), Column::number("95 % interval")]);
    let mut table = Table::new(format!("Groups of {part} images that are read worst"), columns);
    for group in hardest.iter().take(ROWS) {
        let interval = group.accuracy_95;
        table = table.row([
            group.group.to_string(),
            grouped(group.images),
            grouped(group.images - group.correct),
            percent(group.accuracy),
            format!("{} to {}", percent(interval.low), percent(interval.high)),
        ]);
    }
    let about = "Images of a group are alike, and so are the answers to them: intervals of all are by the scatter between groups, \
                 those of single groups by Wilson's method. Groups are ordered by the upper end of theirs.";
    let mut blocks: Vec<Block> = results.lines().into_iter().map(|line| Block::Text(format!("{line}."))).collect();
    blocks.push(Block::Text(about.to_owned()));
    blocks.push(Block::Charts(vec![errors_by_group(&results.by_group, part).svg(Theme::Page)]));
    blocks.push(Block::Table(table));
    for gallery in hardest_groups(assessment, hardest) {
        blocks.push(gallery.block(assessment)?);
    }
    Ok(blocks)
}
