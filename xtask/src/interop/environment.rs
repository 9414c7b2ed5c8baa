//! Python environments with the programs that models are carried to, kept between runs under `target/interop`.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{machine, process};

/// Downloading and unpacking an environment's packages may take this long.
const INSTALLATION_LIMIT: Duration = Duration::from_secs(30 * 60);
/// Any one script may take this long; training in Keras takes longest.
const SCRIPT_LIMIT: Duration = Duration::from_secs(20 * 60);

/// What an environment is made of.
pub(super) struct Packages {
    /// Its file in `interop/requirements`, without the ending.
    pub requirements: &'static str,
    /// The versions of Python, 3.x, that its packages are there for.
    pub minors: RangeInclusive<u32>,
}

/// TensorFlow 2.15 is the last with Keras 2, and there is none for Python after 3.11.
pub(super) const KERAS_2: Packages = Packages { requirements: "keras2", minors: 10..=11 };
pub(super) const KERAS_3: Packages = Packages { requirements: "keras3", minors: 11..=14 };
pub(super) const ONNX: Packages = Packages { requirements: "onnx", minors: 11..=14 };
pub(super) const TORCH: Packages = Packages { requirements: "torch", minors: 11..=14 };

/// Where a fit Python is looked for, in this order.
const INTERPRETERS: [&str; 6] = ["python3", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"];

/// An environment that is ready.
pub(super) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Makes an environment, or finds it made of the same packages; nothing where no interpreter is fit for them.
    ///
    /// # Errors
    /// If it cannot be made; the message names the file.
    pub(super) fn prepare(packages: &Packages) -> Result<Option<Self>> {
        let requirements = machine::root().join(format!("interop/requirements/{}.txt", packages.requirements));
        let wanted = fs::read_to_string(&requirements).with_context(|| requirements.display().to_string())?;
        let environment = Self { folder: machine::root().join("target/interop").join(packages.requirements) };
        let made_of = environment.folder.join("requirements.txt");
        if fs::read_to_string(&made_of).is_ok_and(|made_of| made_of == wanted) && environment.works() {
            return Ok(Some(environment));
        }
        let is_fit =
            |name: &&&str| minor_version(Path::new(name)).is_some_and(|minor| packages.minors.contains(&minor));
        let Some(interpreter) = INTERPRETERS.iter().find(is_fit) else { return Ok(None) };
        println!("making target/interop/{} of {interpreter}", packages.requirements);
        let finish = |command: &mut Command| process::run(command, INSTALLATION_LIMIT).map(drop);
        let make = || {
            finish(Command::new(interpreter).args(["-m", "venv", "--clear"]).arg(&environment.folder))?;
            let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
            finish(environment.python().args(install).arg(&requirements))
        };
        make().with_context(|| requirements.display().to_string())?;
        fs::write(made_of, wanted)?;
        Ok(Some(environment))
    }

    /// Runs a script of `interop/`; gives what it prints: an object of JSON per line.
    pub(super) fn run(&self, script: &str, arguments: &[&Path]) -> Result<Vec<serde_json::Value>> {
        let mut command = self.python();
        command.arg(machine::root().join("interop").join(script)).args(arguments);
        let finished = process::run(&mut command, SCRIPT_LIMIT).with_context(|| script.to_owned())?;
        let parse = |line| serde_json::from_str(line).with_context(|| format!("{script} prints: {line}"));
        finished.stdout.lines().map(parse).collect()
    }

    /// Whether its interpreter is still there: an environment is links to the one it was made of.
    fn works(&self) -> bool {
        minor_version(&self.folder.join("bin/python")).is_some()
    }

    fn python(&self) -> Command {
        let mut command = Command::new(self.folder.join("bin/python"));
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// The minor version of a Python 3 that can make environments.
fn minor_version(interpreter: &Path) -> Option<u32> {
    let script = "import ensurepip, sys, venv; print(sys.version_info.minor)";
    machine::output(interpreter.to_str()?, &["-c", script]).ok()?.parse().ok()
}
