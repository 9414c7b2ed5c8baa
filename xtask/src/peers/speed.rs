//! What contestants print, as speeds.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::contestants::{Program, WHOLE_RUN_IMAGES, Work};
use super::process::Finished;

/// The test accuracy without which a whole run has not learnt.
const ACCURACY: f64 = 0.97;

/// One contestant's result in one round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Speed {
    /// Images per second: the median over the contestant's windows, or a whole run's images over its time.
    pub median: f64,
    /// Images per second in the best window.
    pub best: f64,
    /// Share of the machine's peak of multiply-adds, as Tenfold measures it.
    pub share_of_peak: Option<f64>,
    /// Most memory of the process, in bytes; for whole runs.
    pub peak_memory: Option<u64>,
}

impl Speed {
    /// The speed in what `program` printed while it did `work`.
    ///
    /// # Errors
    /// If it is not there, or a whole run did not learn.
    pub(super) fn of(program: Program, work: Work, finished: &Finished) -> Result<Self> {
        let line = finished.stdout.lines().last().context("printed nothing")?;
        let value: Value = serde_json::from_str(line).with_context(|| format!("printed '{line}'"))?;
        match (program, work) {
            (_, Work::WholeRun) => Self::of_whole_run(&value, finished),
            (Program::Tenfold { measurement } | Program::Earlier { measurement }, _) => {
                Self::of_bench(&value, measurement)
            }
            _ => {
                let (median, best) = (number(&value, "/images_per_s/median")?, number(&value, "/images_per_s/best")?);
                Ok(Self { median, best, share_of_peak: None, peak_memory: None })
            }
        }
    }

    fn of_bench(value: &Value, measurement: &str) -> Result<Self> {
        let path = measurement.replace('.', "/");
        let share_of_peak = number(value, &format!("/{path}/share_of_peak")).ok();
        let (median, best) = match number(value, &format!("/{path}/us")) {
            Ok(microseconds) => (1e6 / microseconds, 1e6 / microseconds),
            Err(_) => (number(value, &format!("/{path}/images_per_s"))?, number(value, &format!("/{path}/best"))?),
        };
        Ok(Self { median, best, share_of_peak, peak_memory: None })
    }

    fn of_whole_run(value: &Value, finished: &Finished) -> Result<Self> {
        let accuracy = number(value, "/splits/test/accuracy").or_else(|_| number(value, "/test_accuracy"))?;
        ensure!(accuracy >= ACCURACY, "a test accuracy of {accuracy} only");
        let rate = WHOLE_RUN_IMAGES as f64 / finished.seconds;
        Ok(Self { median: rate, best: rate, share_of_peak: None, peak_memory: finished.peak_memory })
    }
}

fn number(value: &Value, path: &str) -> Result<f64> {
    value.pointer(path).and_then(Value::as_f64).with_context(|| format!("printed no {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: Program = Program::Rust { name: "burn" };

    fn speed(program: Program, work: Work, stdout: &str) -> Result<Speed> {
        let finished =
            Finished { stdout: stdout.to_owned(), stderr: String::new(), seconds: 60.0, peak_memory: Some(1 << 27) };
        Speed::of(program, work, &finished)
    }

    #[test]
    fn speeds_are_read_from_what_programs_print() {
        let plain = Speed { median: 2000.0, best: 2500.0, share_of_peak: None, peak_memory: None };
        let line =
            r#"{"work":"train.batch_16","setting":"x","images_per_s":{"median":2000.0,"best":2500.0},"windows":9}"#;
        assert_eq!(speed(PEER, Work::Train, line).unwrap(), plain);
        assert_eq!(speed(PEER, Work::Train, &format!("a warning\n{line}\n")).unwrap(), plain);

        let bench = r#"{"predict":{"batch_1":{"us":50.0,"share_of_peak":0.5},
            "batch_16":{"images_per_s":2000.0,"best":2500.0,"share_of_peak":0.5}}}"#
            .replace('\n', "");
        let ours = |measurement| speed(Program::Tenfold { measurement }, Work::Predict, &bench).unwrap();
        assert_eq!(ours("predict.batch_16"), Speed { share_of_peak: Some(0.5), ..plain });
        assert_eq!(ours("predict.batch_1").median, 20_000.0);

        let expected = Speed { median: 1e4, best: 1e4, share_of_peak: None, peak_memory: Some(1 << 27) };
        assert_eq!(speed(PEER, Work::WholeRun, r#"{"test_accuracy":0.99}"#).unwrap(), expected);
        let ours = r#"{"event":"finished","splits":{"test":{"accuracy":0.99}}}"#;
        assert_eq!(speed(Program::Tenfold { measurement: "" }, Work::WholeRun, ours).unwrap(), expected);
    }

    #[test]
    fn what_is_no_speed_is_an_error() {
        for (work, stdout, problem) in [
            (Work::Train, "", "printed nothing"),
            (Work::Train, "done", "printed 'done'"),
            (Work::Train, "{}", "printed no /images_per_s/median"),
            (Work::WholeRun, r#"{"test_accuracy":0.1}"#, "a test accuracy of 0.1 only"),
        ] {
            assert_eq!(speed(PEER, work, stdout).unwrap_err().to_string(), problem);
        }
    }
}
