//! What a model file holds, whatever its format.

use serde::{Deserialize, Serialize};
use tenfold_imaging::Preparation;
use tenfold_network::{Model, Shape};

use crate::error::Error;

/// A model with everything needed to use it on pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedModel {
    /// The network and its values.
    pub model: Model,
    /// How a picture becomes the network's input.
    pub preparation: Preparation,
    /// What each class is called, in the order of the logits.
    pub labels: Vec<String>,
    /// Where the values come from.
    pub provenance: Provenance,
}

/// Where a model's values come from; text for people, and for telling models apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The program that trained the model, with its version.
    pub program: String,
    /// The recipe it was trained with, as TOML; empty if it was not trained here.
    pub recipe: String,
    /// The images it was trained on: how many, and from where.
    pub data: String,
}

impl SavedModel {
    /// As [`Self::check`], for a format that holds floats alone.
    ///
    /// # Errors
    /// Those of [`Self::check`]; [`Error::Inexpressible`] for a quantised model.
    pub(crate) fn check_floats(&self, format: &'static str) -> Result<(), Error> {
        if self.model.quantization().is_some() {
            let problem = "it is quantised\nhint: convert the float model that it was made from";
            return Err(Error::Inexpressible { format, problem: problem.to_owned() });
        }
        self.check()
    }

    /// A model from a file that says nothing of its use: pictures are prepared as MNIST's were, for the network's input,
    /// and classes are called by their numbers from 0.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a network whose input is no square of up to 512 grey pixels.
    pub(crate) fn undescribed(model: Model, program: String) -> Result<Self, Error> {
        let default = Preparation::default();
        let side = check_input(model.architecture().input)?;
        // MNIST's box of 20 pixels of 28, for squares of other sizes.
        let box_side = (u64::from(side) * u64::from(default.box_side()) / u64::from(default.side())).max(1);
        let preparation = default.with_canvas(side, box_side as u32).expect("a side and a box within its limits");
        let labels = (0..model.outline().classes).map(|class| class.to_string()).collect();
        let saved = Self { model, preparation, labels, provenance: Provenance { program, ..Provenance::default() } };
        saved.check()?;
        Ok(saved)
    }

    /// Checks that the parts fit together: a label for each class, and a preparation that makes the network's input.
    ///
    /// # Errors
    /// [`Error::Contradiction`] with the first part that does not fit.
    pub fn check(&self) -> Result<(), Error> {
        let classes = self.model.outline().classes;
        if self.labels.len() != classes {
            return Err(Error::contradiction("labels", classes, self.labels.len()));
        }
        let side = self.preparation.side();
        let input = self.model.architecture().input;
        if (input.height, input.width, input.channels) != (side as usize, side as usize, 1) {
            return Err(Error::contradiction("prepared image", input, format!("{side}x{side}x1")));
        }
        Ok(())
    }
}

/// The side of the images that a network takes.
fn check_input(input: Shape) -> Result<u32, Error> {
    let refuse = |expected: &str, hint: &str| {
        Err(Error::unsupported("the network's input", format!("is {input}, expected {expected}\nhint: {hint}")))
    };
    let Shape { height, width, channels } = input;
    match u32::try_from(height).ok().filter(|side| (1..=Preparation::MAX_SIDE).contains(side)) {
        _ if channels != 1 => refuse("one channel", "digits are read in grey: train the network on grey images"),
        _ if height != width => refuse("a square", "train the network on square images"),
        None => refuse("a side of at most 512", "train the network on smaller images"),
        Some(side) => Ok(side),
    }
}
