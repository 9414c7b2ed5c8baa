//! Why a picture is read as it is: a sheet of the stages, a heat map, and the training images that look most like it.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;
use serde_json::{Value, json};
use tenfold_dataset::exploration::{Neighbour, nearest};
use tenfold_dataset::{Dataset, Part, Source};
use tenfold_recognizer::{ColourImage, Explanation, HeatMap, Prepared, Recognizer, Stage};
use tenfold_report::sheet::{self, Row};

use super::files;
use super::output::grouped;
use super::pictures::text_of;

/// Paper between two images of a strip.
const GAP: usize = 4;

/// What is to be said beside the answer.
#[derive(Args)]
pub(crate) struct Why {
    /// Of a single picture, also draw what each stage found to this PNG file, with a sentence each, and which ink speaks for the answer
    #[arg(long, value_name = "FILE")]
    pub explain: Option<PathBuf>,
    /// With --json, also say which ink speaks for the answer and which against it
    #[arg(long, requires = "json")]
    heat_map: bool,
    /// Also name the N training images of MNIST that look most like it, 1 to 100, and draw them to the file of --explain
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    nearest: Option<u8>,
}

/// [`Why`] with what it takes.
pub(crate) struct Reasons<'a> {
    asked: &'a Why,
    recognizer: &'a Recognizer,
    /// What the nearest images are looked for in.
    training: Option<Dataset>,
}

impl<'a> Reasons<'a> {
    pub(crate) fn new(asked: &'a Why, recognizer: &'a Recognizer) -> anyhow::Result<Self> {
        let training = asked.nearest.map(|_| Source::Embedded.load(Part::Train)).transpose()?;
        if let Some(training) = &training {
            let (side, expected) = (recognizer.preparation().side(), training.width());
            ensure!(
                side as usize == expected,
                "--nearest: expected a model for images of {expected}x{expected} pixels as MNIST's, found one for {side}x{side}"
            );
        }
        Ok(Self { asked, recognizer, training })
    }

    /// Draws how a picture was understood, if that was asked for.
    pub(crate) fn draw(&self, bytes: &[u8]) -> anyhow::Result<()> {
        if let Some(target) = &self.asked.explain
            && let Ok(picture) = self.recognizer.decode_colour(bytes)
        {
            files::write(target, &self.sheet(&picture)?, false)?;
        }
        Ok(())
    }

    /// Adds what was asked for to an answer as text and as JSON.
    pub(crate) fn add(&self, bytes: &[u8], text: &mut Vec<String>, json: &mut Value) -> anyhow::Result<()> {
        if !self.asked.heat_map && self.training.is_none() {
            return Ok(());
        }
        let prepared = self.recognizer.prepare_colour(&self.recognizer.decode_colour(bytes)?)?;
        if self.asked.heat_map {
            let HeatMap { evidence, .. } = self.recognizer.heat_map(&prepared.pixels)?;
            json["heat_map"] = evidence.chunks(self.recognizer.preparation().side() as usize).collect();
        }
        if let Some((training, nearest)) = self.nearest(&prepared)? {
            text.push(format!("  nearest of MNIST's training images: {}", named(training, &nearest)));
            let name = |label: u16| &training.names()[usize::from(label)];
            let value = |it: &Neighbour| json!({ "index": it.index, "label": name(it.label), "distance": it.distance });
            json["nearest"] = nearest.iter().map(value).collect();
        }
        Ok(())
    }

    fn nearest(&self, prepared: &Prepared) -> anyhow::Result<Option<(&Dataset, Vec<Neighbour>)>> {
        let (Some(training), Some(count)) = (&self.training, self.asked.nearest) else { return Ok(None) };
        Ok(Some((training, nearest(training, &prepared.pixels, count.into())?)))
    }

    /// How a picture was understood, as a PNG.
    fn sheet(&self, picture: &ColourImage) -> anyhow::Result<Vec<u8>> {
        let recognizer = self.recognizer;
        let Explanation { mut stages, prepared, .. } = recognizer.explain(picture);
        let (Ok(prepared), Some(last)) = (prepared, stages.last_mut()) else {
            return Ok(sheet::png(&stages.iter().map(row).collect::<Vec<_>>())?);
        };
        let ranking = recognizer.rank(&recognizer.probabilities(&prepared.pixels)?)?;
        last.sentence += &format!("; read as {}", text_of(&ranking, 3));
        let heat = recognizer.heat_map(&prepared.pixels)?;
        let (words, tint) = drawn(&heat);
        let mut rows: Vec<Row<'_>> = stages.iter().map(row).collect();
        rows.extend(rows.last().map(|digit| Row { heading: "why", words: &words, tint: Some(&tint), ..*digit }));
        let strip = self.nearest(&prepared)?.map(|(training, nearest)| {
            let words = format!("the training images of MNIST that look most like it: {}", named(training, &nearest));
            (words, strip(training, &nearest))
        });
        rows.extend(strip.as_ref().map(|(words, (width, pixels))| Row {
            heading: "nearest",
            words,
            pixels,
            width: *width,
            mark: None,
            tint: None,
        }));
        Ok(sheet::png(&rows)?)
    }
}

fn row(stage: &Stage) -> Row<'_> {
    let place = stage.place.map(|place| [place.left, place.top, place.width, place.height]);
    Row {
        heading: stage.name,
        words: &stage.sentence,
        pixels: stage.image.pixels(),
        width: stage.image.width() as usize,
        mark: place.map(|place| place.map(|length| length as usize)),
        tint: None,
    }
}

/// A heat map in words, and as the tint of each pixel.
fn drawn(heat: &HeatMap) -> (String, Vec<f32>) {
    let strongest = heat.evidence.iter().fold(f32::MIN_POSITIVE, |most, said| most.max(said.abs()));
    let times = match f64::from(strongest).exp() {
        factor @ ..1e6 => grouped(factor.round() as u64),
        _ => "more than a million".to_owned(),
    };
    let words = format!(
        "orange where ink speaks for {}, blue where it speaks against it; at the strongest place it changes the odds {times} times",
        heat.label
    );
    (words, heat.evidence.iter().map(|said| said / strongest).collect())
}

/// `7 (image 41,234), 1 (image 9)`
fn named(training: &Dataset, nearest: &[Neighbour]) -> String {
    let name =
        |it: &Neighbour| format!("{} (image {})", training.names()[usize::from(it.label)], grouped(it.index.into()));
    nearest.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The images beside each other in about as many rows as columns, dark on light; the width and the pixels.
fn strip(training: &Dataset, nearest: &[Neighbour]) -> (usize, Vec<u8>) {
    let columns = nearest.len().isqrt().max(1);
    let (wide, high) = (training.width() + GAP, training.height() + GAP);
    let (width, height) = (columns * wide - GAP, nearest.len().div_ceil(columns) * high - GAP);
    let mut pixels = vec![255; width * height];
    for (at, neighbour) in nearest.iter().enumerate() {
        let first = at / columns * high * width + at % columns * wide;
        for (y, row) in training.image(neighbour.index as usize).chunks(training.width()).enumerate() {
            let target = &mut pixels[first + y * width..][..row.len()];
            target.iter_mut().zip(row).for_each(|(pixel, ink)| *pixel = 255 - ink);
        }
    }
    (width, pixels)
}
