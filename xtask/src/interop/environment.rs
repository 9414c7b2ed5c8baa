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
struct Packages {
    /// Its file in `interop/requirements`, without the ending.
    requirements: &'static str,
    /// The versions of Python, 3.x, that its packages are there for.
    minors: RangeInclusive<u32>,
}

/// TensorFlow 2.15 is the last with Keras 2, and there is none for Python after 3.11.
const KERAS_2: Packages = Packages { requirements: "keras2", minors: 10..=11 };
const KERAS_3: Packages = Packages { requirements: "keras3", minors: 11..=14 };
const ONNX: Packages = Packages { requirements: "onnx", minors: 11..=14 };
const TORCH: Packages = Packages { requirements: "torch", minors: 11..=14 };

/// Where a fit Python is looked for, in this order.
const INTERPRETERS: [&str; 6] = ["python3", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"];

/// An environment that is ready.
pub(super) struct Environment {
    name: &'static str,
    folder: PathBuf,
}

/// All of them.
pub(super) struct Environments {
    /// None where there is no Python for it.
    pub keras_2: Option<Environment>,
    pub keras_3: Environment,
    pub onnx: Environment,
    /// Where it was asked for.
    pub torch: Option<Environment>,
}

impl Environments {
    /// Makes them side by side: most of the time goes into downloads.
    ///
    /// # Errors
    /// If one that any current Python can run cannot be made.
    pub(super) fn prepare(with_torch: bool) -> Result<Self> {
        std::thread::scope(|scope| {
            let torch = with_torch.then(|| scope.spawn(|| required(&TORCH)));
            let keras_2 = scope.spawn(|| Environment::prepare(&KERAS_2));
            let keras_3 = scope.spawn(|| required(&KERAS_3));
            let onnx = required(&ONNX);
            let (keras_2, keras_3) = (keras_2.join().expect(NO_PANIC), keras_3.join().expect(NO_PANIC));
            let torch = torch.map(|torch| torch.join().expect(NO_PANIC)).transpose();
            Ok(Self { keras_2: keras_2?, keras_3: keras_3?, onnx: onnx?, torch: torch? })
        })
    }
}

/// An environment that any current Python can run.
fn required(packages: &Packages) -> Result<Environment> {
    Environment::prepare(packages)?.with_context(|| {
        format!("no Python of 3.{} to 3.{} with venv and pip", packages.minors.start(), packages.minors.end())
    })
}

const NO_PANIC: &str = "making an environment does not panic";

impl Environment {
    /// Makes an environment, or finds it made of the same packages; nothing where no interpreter is fit for them.
    ///
    /// # Errors
    /// If it cannot be made; the message names the file.
    fn prepare(packages: &Packages) -> Result<Option<Self>> {
        let requirements = machine::root().join(format!("interop/requirements/{}.txt", packages.requirements));
        let wanted = fs::read_to_string(&requirements).with_context(|| requirements.display().to_string())?;
        let folder = machine::root().join("target/interop").join(packages.requirements);
        let environment = Self { name: packages.requirements, folder };
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

    /// The name of its requirements, for files that are its own.
    pub(super) fn name(&self) -> &'static str {
        self.name
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
