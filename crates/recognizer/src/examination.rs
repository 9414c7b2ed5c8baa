//! What makes a picture hard to read, and what a person can do about it.

use std::fmt::Display;

use serde::Serialize;
use tenfold_imaging::{ColourImage, Explanation, Facts, MIN_CONTRAST, Prepared, Quality, Refusal};

use crate::cause::Cause;
use crate::error::Error;
use crate::prediction::{Prediction, Ranked};
use crate::recognizer::Recognizer;

/// Ink that differs from its paper by less than this many times what is read at all is hard to tell from shadows and grain.
const FAINT: u8 = 2;

/// A digit that is enlarged by more than this for the model has too few pixels to show its form.
const ENLARGED: f32 = 1.25;

/// What is so many times as wide as high is no single digit: of 361 people's pictures of one, none is as wide.
const WIDE: u32 = 2;

/// Strokes thinner than this many pixels of the prepared image were finer than what the model has learnt, though they are made thicker...
const FINE_PX: f32 = 0.4;

/// ...and those thicker than this close what tells one digit from another: one in 500 of MNIST's images has them.
const THICK_PX: f32 = 5.5;

const ONE_DIGIT: &str = "let the picture show one digit, or read it as a page";

/// What was found in a picture, and what came of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Examination {
    /// The answer, or why there is none.
    pub answer: Result<Prediction, Error>,
    /// What was found, from the picture to the answer.
    pub findings: Vec<Finding>,
}

/// Something that was found in a picture. As JSON it has the fields' names for keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about, in a word: `size`, `border`, `ink`, `strokes`, `digits`, `focus` or `answer`.
    pub about: &'static str,
    /// What was found, as a sentence.
    pub found: String,
    /// What a person can do, if it makes the picture hard to read.
    pub advice: Option<String>,
}

impl Recognizer {
    /// What makes a picture hard to read, and what a person can do about it: what each stage found, with advice where that is far from
    /// what the model has learnt.
    ///
    /// ```
    /// use tenfold_recognizer::Recognizer;
    ///
    /// let recognizer = Recognizer::embedded();
    /// let picture = recognizer.decode_colour(&std::fs::read("testdata/seven.png")?)?;
    /// let examination = recognizer.examine(&picture);
    /// assert_eq!(examination.answer?.label, "7");
    /// for finding in &examination.findings {
    ///     println!("{}: {}; {}", finding.about, finding.found, finding.advice.as_deref().unwrap_or("good"));
    /// }
    /// assert!(examination.findings.iter().all(|finding| finding.advice.is_none()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn examine(&self, picture: &ColourImage) -> Examination {
        let answer = self.predict_colour(picture);
        let size = [picture.grey().width(), picture.grey().height()];
        let Explanation { stages, prepared, quality, .. } = self.explain(picture);
        let mut findings = Vec::new();
        match (&prepared, &stages[..], quality) {
            (Ok(Prepared { facts, .. }), [_, ink, ..], Some(quality)) => {
                findings.extend(of_digit(size, facts, quality));
                findings.extend([of_ink(&ink.sentence, facts, quality), of_strokes(quality)]);
            }
            (Err(refusal), ..) => findings.push(of_refusal(size, *refusal)),
            _ => {}
        }
        let cause = match (&answer, prepared) {
            (Err(Error::Unsure(unsure)), _) => unsure.cause.clone(),
            (_, Ok(prepared)) => self.cause(picture, prepared.facts.ink_box),
            _ => None,
        };
        findings.extend(cause.as_ref().map(of_cause));
        findings.extend(of_answer(&answer));
        Examination { answer, findings }
    }
}

impl Finding {
    fn new(about: &'static str, found: String, advice: Option<&str>) -> Self {
        Self { about, found, advice: advice.map(str::to_owned) }
    }

    /// What an error says, whose hint is the advice if it has one.
    fn of_error(about: &'static str, error: &impl Display, otherwise: &str) -> Self {
        let text = error.to_string();
        let (found, hint) = text.split_once("\nhint: ").unwrap_or((&text, otherwise));
        Self::new(about, found.to_owned(), Some(hint))
    }
}

/// The picture's size, and where its digit is.
fn of_digit([width, height]: [u32; 2], facts: &Facts, quality: Quality) -> impl Iterator<Item = Finding> {
    let Facts { ink_box: place, scale, .. } = *facts;
    let size = format!(
        "the picture is {width} by {height} pixels, the digit {} wide and {} high, {} from the left and {} from the top",
        place.width, place.height, place.left, place.top
    );
    let nearer = "photograph it nearer, or scan it at a higher resolution: so few pixels do not show its form";
    let size = Finding::new("size", size, (scale > ENLARGED).then_some(nearer));
    let at_border =
        place.left == 0 || place.top == 0 || place.left + place.width == width || place.top + place.height == height;
    let border = at_border.then(|| {
        let advice = "leave paper on all sides: what is cut off cannot be read";
        Finding::new("border", "the digit reaches the border of the picture".to_owned(), Some(advice))
    });
    let freed = quality.is_freed.then(|| {
        let advice = "let the picture show the paper and the digit alone";
        Finding::new("border", "something that reaches in from the border is left out".to_owned(), Some(advice))
    });
    let wide = (place.width > WIDE * place.height).then(|| {
        let found = format!("what is taken for the digit is more than {WIDE} times as wide as high");
        Finding::new("digits", found, Some(ONE_DIGIT))
    });
    [Some(size), border, freed, wide].into_iter().flatten()
}

fn of_refusal([width, height]: [u32; 2], refusal: Refusal) -> Finding {
    let (about, otherwise) = match refusal {
        Refusal::Blank { .. } => ("ink", "write with a darker pen, or photograph it in more light, and nearer"),
        _ => ("size", "let the picture show one digit, large and upright"),
    };
    let Finding { found, advice, .. } = Finding::of_error(about, &refusal, otherwise);
    Finding { about, found: format!("the picture is {width} by {height} pixels; {found}"), advice }
}

/// How the ink differs from its paper, as that stage says.
fn of_ink(sentence: &str, facts: &Facts, quality: Quality) -> Finding {
    let advice = match (facts.paper.abs_diff(facts.ink) < FAINT * MIN_CONTRAST, quality.is_uneven) {
        (true, _) => Some("write with a darker pen, or photograph it in more light"),
        (false, true) => Some("photograph it in even light on plain paper, without shadows, folds or other things"),
        (false, false) => None,
    };
    Finding::new("ink", sentence.to_owned(), advice)
}

fn of_strokes(quality: Quality) -> Finding {
    let width = quality.stroke_width;
    let advice = match width {
        ..FINE_PX => Some("write with a thicker pen, or smaller"),
        THICK_PX.. => Some("write with a finer pen, or larger"),
        _ => None,
    };
    let strokes = format!("strokes are {width:.1} pixels thick where the digit has 20; in most handwriting 2 to 4");
    Finding::new("strokes", strokes, advice)
}

fn of_cause(cause: &Cause) -> Finding {
    match cause {
        Cause::Several { .. } => Finding::of_error("digits", cause, ONE_DIGIT),
        Cause::Blurred { .. } => Finding::of_error("focus", cause, "take the picture again, in focus"),
    }
}

/// How near the second best answer is.
fn of_answer(answer: &Result<Prediction, Error>) -> Option<Finding> {
    let text = |ranked: &Ranked| format!("{} ({:.2} %)", ranked.label, 100.0 * ranked.probability);
    let first_two = |ranking: &[Ranked]| {
        let texts: Vec<String> = ranking.iter().take(2).map(text).collect();
        format!("the best answer is {}", texts.join(", the next "))
    };
    match answer {
        Ok(prediction) => Some(Finding::new("answer", first_two(&prediction.ranking), None)),
        Err(Error::Unsure(unsure)) => {
            let advice = match (unsure.reason(), &unsure.ranking[..]) {
                ("low_confidence", [_, next, ..]) => format!("write it so that it cannot be taken for {}", next.label),
                ("not_a_digit", _) => "if it is a digit, let the picture show it alone, large and upright".to_owned(),
                _ => "do what is said above".to_owned(),
            };
            let needed = 100.0 * unsure.min_confidence;
            let found = format!("{}; expected at least {needed:.1} %", first_two(&unsure.ranking));
            Some(Finding::new("answer", found, Some(&advice)))
        }
        Err(_) => None,
    }
}
