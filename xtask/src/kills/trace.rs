//! The program under strace, which counts its calls and kills it before one of them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// Calls that change what is on a disk, and those that make it lasting. A `?` lets strace pass over those that a machine
/// does not have.
const CALLS: &str = "?open,openat,?creat,write,?pwrite64,?writev,?pwritev,fsync,fdatasync,?rename,renameat,renameat2,?mkdir,\
    mkdirat,?unlink,unlinkat,?rmdir,?link,linkat,?symlink,symlinkat,truncate,ftruncate,fallocate,?chmod,fchmod,fchmodat,\
    flock,copy_file_range,sendfile";

/// A call of the program's: the `number`th of its name, from 1.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub call: String,
    number: usize,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call, self.number)
    }
}

/// How a program ended that was to be killed.
pub(super) enum End {
    Killed,
    /// By itself: it had no such call.
    NotReached,
}

/// Runs `command` to its end and returns the calls of its main thread that change something, in their order.
pub(super) fn points(command: &mut Command) -> Result<Vec<Point>> {
    let log = tempfile::NamedTempFile::new()?;
    let path = log.path().to_str().context("a temporary folder with a name that is text")?;
    let output = under_strace(command, &["--output", path]).output()?;
    ensure!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let (mut counts, mut points) = (BTreeMap::new(), Vec::new());
    for line in fs::read_to_string(log.path())?.lines() {
        let Some((call, arguments)) = line.split_once('(') else { continue };
        let number = counts.entry(call.to_owned()).or_insert(0);
        *number += 1;
        if changes(call, arguments) {
            points.push(Point { call: call.to_owned(), number: *number });
        }
    }
    ensure!(!points.is_empty(), "strace saw no call");
    Ok(points)
}

/// Whether a call can change a file or a folder: not one that opens a file to read, or that prints.
fn changes(call: &str, arguments: &str) -> bool {
    match call {
        "open" | "openat" => arguments.contains("O_CREAT"),
        "write" | "writev" => !arguments.starts_with("1,") && !arguments.starts_with("2,"),
        _ => true,
    }
}

/// Runs `command` until it is about to make a call, and kills it instead.
pub(super) fn kill(command: &mut Command, Point { call, number }: &Point) -> Result<End> {
    let injection = format!("inject={call}:signal=KILL:when={number}");
    let status = under_strace(command, &["--output", "/dev/null", "-e", &injection]).status()?;
    // strace ends as the program did; who ends by a signal has no code.
    match status.code() {
        None => Ok(End::Killed),
        Some(0) => Ok(End::NotReached),
        _ => bail!("strace: {status}"),
    }
}

fn under_strace(command: &mut Command, options: &[&str]) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-e", &format!("trace={CALLS}"), "-e", "signal=none"]).args(options).arg("--");
    strace.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    strace
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_printing_change_nothing() {
        for (call, arguments, expected) in [
            ("openat", r#"AT_FDCWD, "net.toml", O_RDONLY|O_CLOEXEC) = 3"#, false),
            ("openat", r#"AT_FDCWD, ".tenfold-partial-a", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = 3"#, true),
            ("write", r#"1, "trained", 7) = 7"#, false),
            ("write", r#"12, "trained", 7) = 7"#, true),
            ("rename", r#""a", "b") = 0"#, true),
        ] {
            assert_eq!(changes(call, arguments), expected, "{call}({arguments}");
        }
    }
}
