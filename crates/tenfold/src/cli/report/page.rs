//! The pages: of one run, and of a cross-validation.

use tenfold_evaluation::{BoxPlot, Evaluation, Summary};
use tenfold_experiment::{Assessment, Environment, PATIENCE, chosen_sentence, date_time, warnings};
use tenfold_network::Model;
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Page, Table};
use tenfold_training::{EpochMetrics, Recipe, RunFolder};

use super::{calibration, charts, data, galleries, tables};
use crate::cli::output::{grouped, percent};

/// What the page of a run is made of.
pub(crate) struct RunPage<'a> {
    pub folder: &'a RunFolder,
    pub environment: &'a Environment,
    pub recipe: &'a Recipe,
    pub history: &'a [EpochMetrics],
    pub model: &'a Model,
    pub train: &'a Assessment<'a>,
    pub test: &'a Assessment<'a>,
    /// What to know before the model is used.
    pub warnings: &'a [String],
}

impl RunPage<'_> {
    /// The page as one HTML file.
    pub(crate) fn to_html(&self) -> anyhow::Result<String> {
        let Self { folder, environment, recipe, history, model, train, test, warnings } = self;
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut training = vec![
            Block::Charts(vec![charts::curves(&[history]).svg(Theme::Page)]),
            Block::Details { summary: "Every epoch".to_owned(), blocks: vec![tables::epochs(history)] },
        ];
        training.extend(chosen_sentence(recipe, history).map(|sentence| Block::Text(capitalised(&sentence))));
        let lead = lead(&test.evaluation, environment);
        let mut page = warned(Page::new(format!("Run {name}")).lead(lead), warnings);
        page = page.section("training", "Training", training);
        for (part, assessment) in [("test", test), ("training", train)] {
            let mut blocks = vec![
                tables::figures(&assessment.evaluation),
                tables::classes(assessment, part)?,
                galleries::matrix(assessment, part)?,
            ];
            for gallery in galleries::standard(assessment) {
                blocks.push(gallery.block(assessment)?);
            }
            page = page.section(part, format!("On the {part} images"), blocks);
        }
        Ok(page
            .section(
                "calibration",
                "How sure, and how often right",
                calibration::blocks(test, model.temperature(), "test")?,
            )
            .section("data", "The training images", data::blocks(train.images, &train.names(), "training")?)
            .section("network", "Network and cost", network(model, history)?)
            .section("again", "How to do it again", again(environment, recipe, "train")?)
            .footer(footer(environment))
            .to_html())
    }
}

/// What the page of a cross-validation is made of.
pub(crate) struct CrossValidationPage<'a> {
    pub folder: &'a RunFolder,
    pub environment: &'a Environment,
    pub recipe: &'a Recipe,
    /// Of each fold.
    pub histories: Vec<&'a [EpochMetrics]>,
    pub evaluations: Vec<&'a Evaluation>,
    pub accuracy: &'a Summary,
    pub accuracy_box: &'a BoxPlot,
    /// Every image by the model that has not seen it.
    pub out_of_fold: &'a Assessment<'a>,
    /// Images whose labels are doubtful.
    pub suspects: Vec<Block>,
    /// What to know before the recipe is used.
    pub warnings: &'a [String],
}

impl CrossValidationPage<'_> {
    /// The page as one HTML file.
    pub(crate) fn into_html(self) -> anyhow::Result<String> {
        let Self {
            folder,
            environment,
            recipe,
            histories,
            evaluations,
            accuracy,
            accuracy_box,
            out_of_fold,
            suspects,
            warnings,
        } = self;
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let accuracies: Vec<f64> = evaluations.iter().map(|evaluation| evaluation.accuracy).collect();
        let mut table = Table::new(
            "Folds",
            [Column::text("fold"), Column::number("images"), Column::number("accuracy"), Column::number("loss")],
        );
        for (fold, evaluation) in (1..).zip(&evaluations) {
            let Evaluation { images, accuracy, loss, .. } = evaluation;
            table = table.row([fold.to_string(), grouped(*images), percent(*accuracy), format!("{loss:.4}")]);
        }
        let curves = charts::curves(&histories).svg(Theme::Page);
        let boxes = charts::fold_boxes(&accuracies, accuracy_box).svg(Theme::Page);
        let mut each = vec![Block::Charts(vec![curves, boxes]), Block::Table(table)];
        each.extend(recipe.patience.map(|_| Block::Text(capitalised(PATIENCE))));
        let mut together = vec![
            tables::figures(&out_of_fold.evaluation),
            tables::classes(out_of_fold, "training")?,
            galleries::matrix(out_of_fold, "training")?,
        ];
        for gallery in galleries::standard(out_of_fold) {
            together.push(gallery.block(out_of_fold)?);
        }
        let page = Page::new(format!("Cross-validation {name}")).lead(format!(
            "{} ± {}: mean and standard deviation of the accuracy over {} folds, each judged by a model that has not seen it.",
            percent(accuracy.mean),
            accuracy.standard_deviation.map_or("0".to_owned(), percent),
            accuracy.n
        ));
        Ok(warned(page, warnings)
            .section("folds", "Folds", each)
            .section("together", "All images, each by the model that has not seen it", together)
            .section("suspects", "Labels in doubt", suspects)
            .section("calibration", "How sure, and how often right", calibration::blocks(out_of_fold, 1.0, "held out")?)
            .section("data", "The images", data::blocks(out_of_fold.images, &out_of_fold.names(), "training")?)
            .section("again", "How to do it again", again(environment, recipe, "cross-validate")?)
            .footer(footer(environment))
            .to_html())
    }
}

fn lead(test: &Evaluation, environment: &Environment) -> String {
    let interval = test.accuracy_95;
    let peeked = match environment.peek {
        true => " They were looked at after every epoch, so this figure may be better than the model is.",
        false => " Nobody looked at them before the training was over.",
    };
    format!(
        "{} of {} test images are read right (95 % interval: {} to {}).{peeked}",
        percent(test.accuracy),
        grouped(test.images),
        percent(interval.low),
        percent(interval.high)
    )
}

/// The page with its warnings before all else.
fn warned(page: Page, warnings: &[String]) -> Page {
    match warnings {
        [] => page,
        warnings => page.section("warnings", "To know first", warnings::blocks(warnings)),
    }
}

/// What is a line on a terminal, as a sentence on a page.
fn capitalised(line: &str) -> String {
    let mut characters = line.chars();
    characters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}

/// Layers, and what they cost.
fn network(model: &Model, history: &[EpochMetrics]) -> anyhow::Result<Vec<Block>> {
    let outline = model.outline();
    let columns = [
        Column::text("layer"),
        Column::text("output"),
        Column::number("parameters"),
        Column::number("multiply-accumulates"),
    ];
    let mut table = Table::new("Layers", columns);
    for layer in &outline.layers {
        table = table.row([
            layer.name.clone(),
            layer.output.to_string(),
            grouped(layer.parameters() as u64),
            grouped(layer.multiply_accumulates),
        ]);
    }
    let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
    let figures = [
        ("parameters", grouped(outline.parameters as u64)),
        ("epochs", history.len().to_string()),
        ("training time", format!("{seconds:.1} s")),
        ("time of an epoch", format!("{:.1} s", seconds / history.len().max(1) as f64)),
    ];
    let figures = figures.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Ok(vec![Block::KeyValues(figures), Block::Table(table)])
}

/// The recipe, and the command that carries it out.
fn again(environment: &Environment, recipe: &Recipe, command: &str) -> anyhow::Result<Vec<Block>> {
    let Environment { program, cpu, threads, exact, started, .. } = environment;
    let level = if *exact { format!("{cpu}, exact") } else { cpu.clone() };
    let figures = [
        ("program", program.clone()),
        ("started", format!("{} UTC", date_time(*started))),
        ("instructions", level),
        ("threads", threads.to_string()),
    ];
    Ok(vec![
        Block::KeyValues(figures.map(|(name, value)| (name.to_owned(), value)).to_vec()),
        Block::Text("It was started so:".to_owned()),
        Block::Code(environment.command.join(" ")),
        Block::Text(
            "With the recipe below as config.toml this gives the same, byte for byte, at any number of threads:"
                .to_owned(),
        ),
        Block::Code(format!("TENFOLD_CPU={cpu} tenfold {command} --recipe config.toml")),
        Block::Code(toml::to_string(recipe)?),
    ])
}

fn footer(environment: &Environment) -> String {
    format!("Made by {} from the files beside it; the command tenfold report makes it again.", environment.program)
}
