//! An averaging in part.

use serde::Deserialize;

use crate::averaging::Averaging;
use crate::error::Error;

/// What differs from another averaging, or from none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AveragingChanges {
    /// The kind, which starts from its own defaults; `type` in files.
    #[serde(rename = "type")]
    pub kind: Option<AveragingKind>,
    /// See [`Averaging::Ema`].
    pub decay: Option<f32>,
    /// See [`Averaging::Swa`].
    pub epochs: Option<u32>,
}

/// The kinds there are, none being one of them; as text `none`, `ema` and `swa`, as in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AveragingKind {
    /// The model as it is.
    None,
    /// [`Averaging::Ema`], with a decay of 0.999 where none is given.
    Ema,
    /// [`Averaging::Swa`], over 3 epochs where no number is given.
    Swa,
}

impl AveragingChanges {
    pub(super) fn apply(self, base: Option<Averaging>) -> Result<Option<Averaging>, Error> {
        let Self { kind, decay, epochs } = self;
        let start = match kind {
            None => base,
            Some(AveragingKind::None) => None,
            Some(AveragingKind::Ema) => Some(Averaging::Ema { decay: 0.999 }),
            Some(AveragingKind::Swa) => Some(Averaging::Swa { epochs: 3 }),
        };
        match (start, decay, epochs) {
            (start, None, None) => Ok(start),
            (Some(Averaging::Ema { .. }), Some(decay), None) => Ok(Some(Averaging::Ema { decay })),
            (Some(Averaging::Swa { .. }), None, Some(epochs)) => Ok(Some(Averaging::Swa { epochs })),
            (_, decay, _) => {
                let (found, expected) = match decay {
                    Some(_) => ("a decay", "the type ema with a decay"),
                    None => ("a number of epochs", "the type swa with a number of epochs"),
                };
                Err(Error::Setting { name: "the averaging", expected, found: format!("{found} for another type") })
            }
        }
    }
}
