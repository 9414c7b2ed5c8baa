//! What a record says about where it was made.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the repository")
}

/// The processor's name, where the system knows it.
pub(crate) fn processor() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
    name.map_or("unknown processor", |name| name.trim_start_matches([' ', '\t', ':'])).to_owned()
}

/// The number of cores that this process may use.
pub(crate) fn cores() -> anyhow::Result<usize> {
    Ok(std::thread::available_parallelism()?.into())
}

/// The commit that is checked out, marked where files differ from it: others than records, which are written meanwhile.
pub(crate) fn commit() -> anyhow::Result<String> {
    let changed =
        output("git", &["status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)bench/record"])?;
    let commit = output("git", &["describe", "--always", "--abbrev=12"])?;
    Ok(if changed.is_empty() { commit } else { format!("{commit}-dirty") })
}

/// What a program prints, without the spaces around it.
pub(crate) fn output(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program).args(arguments).output().with_context(|| program.to_owned())?;
    ensure!(output.status.success(), "{program} {}: {}", arguments.join(" "), output.status);
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Builds the program and copies it into `folder`: another build must not change it while it is being measured.
pub(crate) fn build_tenfold(folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    // As this task was built: its neighbour is then what has just been built.
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let built = Command::new(env!("CARGO")).args(["build", "--profile", profile, "--package", "tenfold"]).status()?;
    ensure!(built.success(), "the program does not build");
    let name = format!("tenfold{}", std::env::consts::EXE_SUFFIX);
    let (built, copy) = (std::env::current_exe()?.with_file_name(&name), folder.join(name));
    fs::copy(&built, &copy).with_context(|| built.display().to_string())?;
    Ok(copy)
}
