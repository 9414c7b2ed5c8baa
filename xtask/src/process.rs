//! A program as a process: run to its end or to its time limit.

use std::fs;
use std::io::{Read, Seek};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a process is looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// How much of a process's error message a record keeps, in characters.
const MESSAGE: usize = 300;

/// A process that succeeded.
pub(crate) struct Finished {
    pub stdout: String,
    pub stderr: String,
    /// From its start to its end.
    pub seconds: f64,
    /// The most memory it had at once, in bytes, where the system knows it (Linux).
    pub peak_memory: Option<u64>,
}

/// Runs `command`.
///
/// # Errors
/// If it cannot be started, fails, or runs longer than `limit`; then with the end of its standard error.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<Finished> {
    // Files, not pipes: a pipe that nobody reads while the process runs would stop it when full.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()
        .with_context(|| command.get_program().display().to_string())?;
    let mut peak_memory = None;
    let status = loop {
        // The kernel's own high-water mark: whatever happens between two looks is in the second.
        peak_memory = high_water_mark(child.id()).max(peak_memory);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > limit {
            return Err(stop(&mut child).context(format!("not done after {} s", limit.as_secs())));
        }
        std::thread::sleep(PAUSE);
    };
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        bail!("{}", failure(status, &text(&mut stderr)?));
    }
    Ok(Finished { stdout: text(&mut stdout)?, stderr: text(&mut stderr)?, seconds, peak_memory })
}

/// Ends a process; the error says that this was needed, or that it failed too.
fn stop(child: &mut Child) -> anyhow::Error {
    match child.kill().and_then(|()| child.wait()) {
        Ok(_) => anyhow::anyhow!("stopped"),
        Err(error) => error.into(),
    }
}

/// The most resident memory that a running process has had, in bytes.
pub(crate) fn high_water_mark(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(1024 * kibibytes)
}

fn text(file: &mut fs::File) -> Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The end of an error message in one line: Python and Rust both say last what went wrong.
fn failure(status: ExitStatus, stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let end = lines[lines.len().saturating_sub(3)..].join(" / ");
    let skipped = end.chars().count().saturating_sub(MESSAGE);
    format!("{status}: {}", end.chars().skip(skipped).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_process_prints_comes_back() {
        let finished = run(&mut shell("echo result; sleep 0.1"), Duration::from_secs(60)).unwrap();
        assert_eq!(finished.stdout, "result\n");
        assert!(finished.seconds >= 0.1, "{}", finished.seconds);
        if cfg!(target_os = "linux") {
            assert!(finished.peak_memory.is_some_and(|bytes| bytes > 100_000), "{:?}", finished.peak_memory);
        }
    }

    #[test]
    fn a_failure_gives_its_reason_and_a_long_run_is_stopped() {
        let error =
            run(&mut shell("echo first; echo no such digit >&2; exit 3"), Duration::from_secs(60)).err().unwrap();
        assert_eq!(error.to_string(), "exit status: 3: no such digit");
        let error = run(&mut shell("sleep 60"), Duration::from_millis(50)).err().unwrap();
        assert_eq!(error.to_string(), "not done after 0 s");
    }
}
