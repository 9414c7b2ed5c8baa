//! What a run learns from beside labels: what another model says of its images (Hinton, Vinyals and Dean, 2015).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::fingerprint::hex;

/// From which models a run learns, and how much. Several teach as one, by the mean of their probabilities. A teacher sees each
/// image as it is trained on, augmented or not.
///
/// With a temperature T, `q` the softmax of the teacher's logits over T and `p` that of the model's, the loss of an image is
/// `(1 - weight)` times that with its label and `weight T^2` times the Kullback-Leibler divergence of `p` from `q`.
///
/// ```
/// use tenfold_training::Distillation;
///
/// let distillation = Distillation { temperature: 2.0, ..Distillation::by(vec!["best.onnx".to_owned()], b"its bytes") };
/// distillation.check()?;
/// assert!(distillation.is_by(b"its bytes") && !distillation.is_by(b"others"));
/// # Ok::<(), tenfold_training::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distillation {
    /// What logits are divided by before they are compared, 1 to 100: the higher, the more of what the teacher says of other
    /// classes than its answer is learnt.
    pub temperature: f32,
    /// The teacher's share of the loss, above 0 and at most 1; the rest is the labels'.
    pub weight: f32,
    /// What the files of the teachers are called, for people.
    pub teachers: Vec<String>,
    /// The SHA-256, in hexadecimal digits, of the file of the model that they are together.
    pub sha256: String,
}

impl Distillation {
    /// With the usual settings, a temperature of 4 and a weight of 0.9, by teachers of these names that are together the
    /// model in a file of these bytes.
    pub fn by(teachers: Vec<String>, bytes: &[u8]) -> Self {
        Self { temperature: 4.0, weight: 0.9, teachers, sha256: sha256(bytes) }
    }

    /// Whether a file of these bytes holds the model that teaches.
    pub fn is_by(&self, bytes: &[u8]) -> bool {
        self.sha256 == sha256(bytes)
    }

    /// Checks the settings' ranges.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first that is out of range.
    pub fn check(&self) -> Result<(), Error> {
        let check = |name, value: f32, ok: bool, expected| {
            if ok { Ok(()) } else { Err(Error::Setting { name, expected, found: value.to_string() }) }
        };
        let Self { temperature, weight, .. } = *self;
        check("the temperature of the distillation", temperature, (1.0..=100.0).contains(&temperature), "1 to 100")?;
        let share = weight > 0.0 && weight <= 1.0;
        check("the weight of the distillation", weight, share, "above 0 and at most 1")
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
