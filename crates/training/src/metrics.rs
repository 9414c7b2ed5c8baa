//! What a run measures, and the tables it is kept in.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Loss and accuracy over some images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Mean cross-entropy, in nats.
    pub loss: f64,
    /// Share of images whose most probable class is their label, `0..=1`.
    pub accuracy: f64,
}

/// What is known after an epoch: one line of a run's `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochMetrics {
    /// Counted from 1.
    pub epoch: u32,
    /// Over the epoch's batches, each before its own step and with dropout on, as Keras reports it.
    pub train: Metrics,
    /// Over the images held out, after the epoch; none without such images.
    pub validation: Option<Metrics>,
    /// Over the test images, after the epoch; only in runs that look at them before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Metrics>,
    /// Wall time of the epoch's steps, without validation.
    pub seconds: f64,
    /// Of the epoch's last step; only where a [schedule](crate::Recipe::schedule) varies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f32>,
    /// Whether validation and test are of an [average](crate::Averaging) of models.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub averaged: bool,
}

/// The epoch, counted from 1, with the lowest validation loss, the first of them; none without validation.
pub fn best_epoch(history: &[EpochMetrics]) -> Option<u32> {
    let losses = (1..).zip(history).filter_map(|(epoch, metrics)| Some((epoch, metrics.validation?.loss)));
    losses.reduce(|best, next| if next.1 < best.1 { next } else { best }).map(|(epoch, _)| epoch)
}

impl EpochMetrics {
    /// Whether an epoch can have measured this.
    pub(crate) fn is_possible(&self) -> bool {
        let Self { train, validation, test, seconds, learning_rate, .. } = self;
        let measured = [&Some(*train), validation, test];
        let rate = learning_rate.is_none_or(|rate| rate.is_finite() && rate >= 0.0);
        rate && seconds.is_finite() && *seconds >= 0.0 && measured.into_iter().flatten().all(Metrics::is_possible)
    }
}

impl Metrics {
    fn is_possible(&self) -> bool {
        self.loss.is_finite() && (0.0..=1.0).contains(&self.accuracy)
    }
}

/// The epochs as JSON, an object per line.
pub(crate) fn to_json_lines(history: &[EpochMetrics]) -> Result<String, Error> {
    let lines: Vec<String> =
        history.iter().map(serde_json::to_string).collect::<Result<_, _>>().map_err(Error::json)?;
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// The epochs as CSV with a header; columns of what was not measured are empty, and that of a learning rate which does not
/// vary is left out.
pub(crate) fn to_csv(history: &[EpochMetrics]) -> String {
    let varies = history.iter().any(|epoch| epoch.learning_rate.is_some());
    let mut text =
        "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy,seconds"
            .to_owned();
    text += if varies { ",learning_rate\n" } else { "\n" };
    let pair = |metrics: &Option<Metrics>| match metrics {
        Some(Metrics { loss, accuracy }) => format!("{loss},{accuracy}"),
        None => ",".to_owned(),
    };
    for EpochMetrics { epoch, train, validation, test, seconds, learning_rate, .. } in history {
        let (train, validation, test) = (pair(&Some(*train)), pair(validation), pair(test));
        text += &format!("{epoch},{train},{validation},{test},{seconds:.3}");
        text += &learning_rate.map_or(String::new(), |rate| format!(",{rate}"));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_a_row_per_epoch() {
        let train = Metrics { loss: 0.5, accuracy: 0.25 };
        let history = [
            EpochMetrics {
                epoch: 1,
                train,
                validation: None,
                test: Some(train),
                seconds: 1.0,
                learning_rate: None,
                averaged: false,
            },
            EpochMetrics {
                epoch: 2,
                train,
                validation: Some(Metrics { loss: 0.125, accuracy: 1.0 }),
                test: None,
                seconds: 0.0625,
                learning_rate: None,
                averaged: false,
            },
        ];
        let csv = "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy,seconds\n\
                   1,0.5,0.25,,,0.5,0.25,1.000\n2,0.5,0.25,0.125,1,,,0.062\n";
        assert_eq!(to_csv(&history), csv);
        let lines = to_json_lines(&history).unwrap();
        let back: Vec<EpochMetrics> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(back, history);

        let scheduled = history.map(|epoch| EpochMetrics { learning_rate: Some(0.001), ..epoch });
        let rows = to_csv(&scheduled);
        assert!(rows.starts_with(&csv.lines().next().unwrap().replace("seconds", "seconds,learning_rate")), "{rows}");
        assert!(rows.lines().skip(1).all(|row| row.ends_with(",0.001")), "{rows}");
        assert!(to_json_lines(&scheduled).unwrap().contains("\"learning_rate\":0.001}"));
    }
}
