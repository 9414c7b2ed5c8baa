//! Which versions of the peers are measured: those that their requirements and lock files pin.

use std::fs;

use anyhow::{Context, Result};

use crate::machine;

/// A name for readers, the file that pins it, and its name there.
const PINS: [(&str, &str, &str); 9] = [
    ("PyTorch", "requirements/torch.txt", "torch"),
    ("Keras", "requirements/keras.txt", "keras"),
    ("JAX", "requirements/keras.txt", "jax"),
    ("ONNX Runtime", "requirements/onnxruntime.txt", "onnxruntime"),
    ("burn", "rust/Cargo.lock", "burn"),
    ("burn-flex", "rust/Cargo.lock", "burn-flex"),
    ("candle", "rust/Cargo.lock", "candle-core"),
    ("tract", "rust/Cargo.lock", "tract-onnx"),
    ("rten", "rust/Cargo.lock", "rten"),
];

/// Each program that takes part, with its version.
pub(super) fn versions() -> Result<Vec<(String, String)>> {
    let mut versions = Vec::new();
    for (name, file, package) in PINS {
        let path = machine::root().join("bench/peers").join(file);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let version = pinned(&text, package).with_context(|| format!("{}: no {package}", path.display()))?;
        versions.push((name.to_owned(), version.to_owned()));
    }
    for program in ["rustc", "python3"] {
        let version = machine::output(program, &["--version"])?;
        let number = version.split(' ').nth(1).unwrap_or(&version);
        versions.push((program.to_owned(), number.to_owned()));
    }
    Ok(versions)
}

/// The version that a requirements file (`name==version`) or a Cargo.lock (a line for the name, then one for the version)
/// pins.
fn pinned<'a>(text: &'a str, package: &str) -> Option<&'a str> {
    let (requirement, locked) = (format!("{package}=="), format!("name = \"{package}\""));
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(version) = line.strip_prefix(&requirement) {
            return Some(version);
        }
        if line == locked {
            return lines.next()?.strip_prefix("version = \"")?.strip_suffix('"');
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_found_in_both_kinds_of_file() {
        let requirements = "# torch\njax==0.10.2\njaxlib==0.10.3\ntorch==2.15.0\n";
        assert_eq!(pinned(requirements, "torch"), Some("2.15.0"));
        assert_eq!(pinned(requirements, "jax"), Some("0.10.2"));
        assert_eq!(pinned(requirements, "keras"), None);
        let lock = "[[package]]\nname = \"burn-flex\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"burn\"\nversion = \"2.0.0\"\n";
        assert_eq!(pinned(lock, "burn"), Some("2.0.0"));
    }

    #[test]
    fn every_peer_is_pinned() {
        for (name, file, package) in PINS {
            let text = fs::read_to_string(machine::root().join("bench/peers").join(file)).unwrap();
            assert!(pinned(&text, package).is_some_and(|version| version.contains('.')), "{name}");
        }
    }
}
