//! Pictures that have no answer because no class is probable enough.

use std::fmt;

use serde::Serialize;
use tenfold_imaging::Facts;

use crate::cause::Cause;
use crate::prediction::Ranked;

/// With at least this probability for the first two classes together a picture shows one of them; with less, neither.
const ONE_OF_TWO: f32 = 0.8;

/// What a model says of a picture that it has no answer for: the first class is not probable enough. As JSON it has the fields'
/// names for keys.
///
/// ```
/// use tenfold_recognizer::{Error, Recognizer};
///
/// let recognizer = Recognizer::builder().min_confidence(1.0).build()?;
/// match recognizer.predict(&std::fs::read("testdata/seven.png")?) {
///     Err(Error::Unsure(unsure)) => println!("{}: perhaps {}", unsure.reason(), unsure.ranking[0].label),
///     answer => println!("{answer:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Unsure {
    /// Every class with its probability, most probable first.
    pub ranking: Vec<Ranked>,
    /// How probable the first must have been, `0..=1`.
    pub min_confidence: f32,
    /// How the picture was understood.
    pub facts: Facts,
    /// What in the picture itself keeps it from having an answer, if that is known.
    #[serde(skip)]
    pub cause: Option<Cause>,
}

impl Unsure {
    /// That of its [`Cause`] if it has one; else `low_confidence` if it is one of the first two classes, or `not_a_digit`.
    pub fn reason(&self) -> &'static str {
        if let Some(cause) = &self.cause {
            return cause.reason();
        }
        let first_two: f32 = self.ranking.iter().take(2).map(|ranked| ranked.probability).sum();
        if first_two >= ONE_OF_TWO { "low_confidence" } else { "not_a_digit" }
    }
}

/// `4 (52.1 %) or 9 (47.3 %), expected one of at least 90.0 %`
impl fmt::Display for Unsure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |ranked: &Ranked| format!("{} ({:.1} %)", ranked.label, 100.0 * ranked.probability);
        let first: Vec<String> = self.ranking.iter().take(2).map(text).collect();
        let needed = 100.0 * self.min_confidence;
        if let Some(cause) = &self.cause {
            return cause.fmt(f);
        }
        match self.reason() {
            "low_confidence" => write!(f, "{}, expected one of at least {needed:.1} %", first.join(" or ")),
            _ => write!(f, "not like any of the classes: the nearest is {}, expected at least {needed:.1} %", first[0]),
        }
    }
}
