//! The options of averages of models.

use clap::Args;
use tenfold_training::{AveragingChanges, AveragingKind};

/// Which average of models is validated and handed out.
#[derive(Args, Default)]
pub(super) struct AveragingArguments {
    /// Hand out the exponential moving average of the model over the steps, with this decay in a step, such as 0.999
    #[arg(long, value_name = "DECAY", conflicts_with = "swa_epochs")]
    ema_decay: Option<f32>,
    /// Hand out the mean of the models after each of the last epochs, this many
    #[arg(long, value_name = "EPOCHS")]
    swa_epochs: Option<u32>,
}

impl AveragingArguments {
    pub(super) fn changes(&self) -> AveragingChanges {
        let Self { ema_decay: decay, swa_epochs: epochs } = *self;
        let kind = decay.map(|_| AveragingKind::Ema).or(epochs.map(|_| AveragingKind::Swa));
        AveragingChanges { kind, decay, epochs }
    }
}
