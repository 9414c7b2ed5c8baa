//! A model's answer for a picture.

use serde::Serialize;
use tenfold_imaging::Facts;

/// The answer for one picture. As JSON it has the fields' names for keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Prediction {
    /// What the most probable class is called; the first of equals.
    pub label: String,
    /// Its probability, `0..=1`: the softmax of the network's logits, divided by the model's temperature where it has one.
    pub probability: f32,
    /// Every class with its probability, most probable first.
    pub ranking: Vec<Ranked>,
    /// How the picture was understood.
    pub facts: Facts,
}

/// One class and its probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Ranked {
    /// What the class is called.
    pub label: String,
    /// Its probability, `0..=1`.
    pub probability: f32,
}

impl Prediction {
    /// The first of a ranking, which a network's classes are never too few for.
    pub(crate) fn new(ranking: Vec<Ranked>, facts: Facts) -> Self {
        let Ranked { label, probability } = ranking[0].clone();
        Self { label, probability, ranking, facts }
    }
}
