//! Writes a page, a chart and a gallery into a folder: `cargo run -p tenfold-report --example page -- FOLDER`.
//!
//! The digits are MNIST's test images. The answers to them are invented, so that every part of a report has something
//! to show without a network.

mod answers;
mod charts;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use tenfold_dataset::{Part, Source};
use tenfold_evaluation::{ClassificationReport, ConfusionMatrix};
use tenfold_report::chart::{Chart, MatrixChart, Theme};
use tenfold_report::page::{Block, Column, Gallery, GalleryItem, Matrix, MatrixAnswers, Page, Table};
use tenfold_report::{Caption, DigitImages, gallery, raster};

use crate::answers::Answers;

const NAMES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: page FOLDER")?);
    let dataset = Source::Embedded.load(Part::Test)?;
    let images = DigitImages::new(dataset.images(), dataset.height(), dataset.width())?;
    let answers = Answers::invent(dataset.labels());
    let confusion = ConfusionMatrix::new(dataset.labels(), &answers.predicted, NAMES.len())?;

    let wrong = Shown::new(images, &answers, &answers.wrong(24));
    let unsure = Shown::new(images, &answers, &answers.least_sure(24));
    let curves = charts::curves();
    let matrix = MatrixChart::new("Answers on the test images", "Ten by ten counts.", &confusion, &NAMES)?;

    fs::create_dir_all(&folder)?;
    fs::write(folder.join("curves.svg"), curves.svg(Theme::Standalone).as_str())?;
    fs::write(folder.join("curves.png"), raster::png(&curves, 2.0)?)?;
    fs::write(folder.join("matrix.png"), raster::png(&matrix, 2.0)?)?;
    let layout = gallery::Layout { columns: 8, scale: 2 };
    fs::write(folder.join("wrong.png"), gallery::png(wrong.images(images)?, &wrong.captions(), layout)?)?;

    let drawn = |chart: &dyn Chart| chart.svg(Theme::Page);
    let confidences = &answers.confidences();
    let given = MatrixAnswers { images, labels: dataset.labels(), predicted: &answers.predicted, confidences };
    let page = Page::new("Digits of MNIST")
        .lead("Invented answers to real digits: what a report looks like. No number here was measured.")
        .section("summary", "Summary", vec![summary(&confusion), report(&confusion)])
        .section("curves", "Curves", vec![Block::Charts(vec![drawn(&curves), drawn(&charts::folds())])])
        .section(
            "confusion",
            "Confusion",
            vec![
                Block::Text("Choose a number to see the images behind it.".into()),
                Block::Matrix(Matrix::new("How often each digit was read as each", &NAMES, given)?),
                Block::Details {
                    summary: "The same as a picture".into(),
                    blocks: vec![Block::Charts(vec![drawn(&matrix)])],
                },
            ],
        )
        .section(
            "digits",
            "Digits",
            vec![
                Block::Gallery(wrong.gallery("Read wrong, most confident first", images)?),
                Block::Gallery(unsure.gallery("Read with the least confidence", images)?),
                Block::Gallery(Gallery::new("Refused", &NAMES, DigitImages::new(&[], 28, 28)?, vec![])?),
            ],
        )
        .section(
            "confidence",
            "Confidence",
            vec![
                Block::Charts(vec![drawn(&charts::reliability(&answers)), drawn(&charts::precision_recall())]),
                Block::Charts(vec![drawn(&charts::coverage(&answers)), drawn(&charts::confidences(&answers))]),
                Block::Charts(vec![drawn(&charts::error_rates(&confusion))]),
            ],
        )
        .section(
            "again",
            "How to make it again",
            vec![Block::Code("cargo run -p tenfold-report --example page -- page\n".into())],
        )
        .footer("Made by the example of tenfold-report.");
    fs::write(folder.join("page.html"), page.to_html())?;
    Ok(())
}

fn summary(confusion: &ConfusionMatrix) -> Block {
    let percent = |rate: f64| format!("{:.2} %", 100.0 * rate);
    let pairs = [
        ("Images", confusion.total().to_string()),
        ("Read right", percent(confusion.accuracy())),
        ("Read wrong", (confusion.total() - confusion.correct()).to_string()),
        ("Network", "conv 3x3x32, pool, conv 3x3x64, conv 3x3x64, pool, dense 100, dense 10".to_owned()),
        ("Parameters", "159,254".to_owned()),
        ("Seed", "1".to_owned()),
    ];
    Block::KeyValues(pairs.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

fn report(confusion: &ConfusionMatrix) -> Block {
    let columns = ["precision", "recall", "F1", "images"].map(Column::number);
    let table = Table::new("Scores of each digit", std::iter::once(Column::text("digit")).chain(columns));
    let rows = ClassificationReport::new(confusion).classes;
    Block::Table(rows.iter().fold(table, |table, class| {
        let scores = class.scores;
        let rates = [scores.precision, scores.recall, scores.f1].map(|score| format!("{score:.4}"));
        table.row([class.name.clone()].into_iter().chain(rates).chain([scores.support.to_string()]))
    }))
}

/// Some of the images, with what is said about them.
struct Shown {
    pixels: Vec<u8>,
    items: Vec<GalleryItem>,
}

impl Shown {
    fn new(images: DigitImages<'_>, answers: &Answers, indices: &[usize]) -> Self {
        let item = |&index: &usize| {
            let (truth, read, confidence) =
                (answers.labels[index], answers.predicted[index], answers.confidence(index));
            GalleryItem {
                caption: Caption::answer(format!("{truth} → {read}  {confidence:.2}"), truth == read),
                description: format!("image {index}, a {truth} read as {read}"),
                probabilities: answers.probabilities(index).to_vec(),
            }
        };
        let pixels = indices.iter().flat_map(|&index| images.image(index)).copied().collect();
        Self { pixels, items: indices.iter().map(item).collect() }
    }

    fn images(&self, like: DigitImages<'_>) -> Result<DigitImages<'_>, tenfold_report::Error> {
        DigitImages::new(&self.pixels, like.height(), like.width())
    }

    fn captions(&self) -> Vec<Caption> {
        self.items.iter().map(|item| item.caption.clone()).collect()
    }

    fn gallery(&self, caption: &str, like: DigitImages<'_>) -> Result<Gallery, tenfold_report::Error> {
        Gallery::new(caption, &NAMES, self.images(like)?, self.items.clone())
    }
}
