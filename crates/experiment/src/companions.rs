//! Files that a model names as holding its weights: those of its own folder, and no others.

use std::fs;
use std::path::{Component, Path, PathBuf};

use tenfold_dataset::{Error, read_file};
use tenfold_training::folder_of;

/// The largest file that may be a model, and the most that the files beside it may have together.
pub const MAX_MODEL_BYTES: u64 = 2 << 30;

/// What to do about all that is wrong with such a file.
const HINT: &str = "hint: keep the two files in one folder, under the names that they were exported with, or export the \
    model with external_data=False";

/// The files beside one model.
#[derive(Clone, Debug)]
pub struct Companions {
    /// The model's folder; none for a model that does not come from a file.
    folder: Option<PathBuf>,
    /// Bytes that may still be read, all files together.
    left: u64,
}

impl Companions {
    /// The files beside the model in a file.
    pub fn of(model: &Path) -> Self {
        Self { folder: Some(folder_of(model).to_owned()), left: MAX_MODEL_BYTES }
    }

    /// Those of a model that does not come from a file: none.
    pub const fn none() -> Self {
        Self { folder: None, left: 0 }
    }

    /// All bytes of the file that the model calls `name`; or the reason why not, as the end of a sentence with a hint.
    ///
    /// # Errors
    /// If the file lies outside of the model's folder, also by a link, or cannot be read; the files of one model together
    /// may have 2 GiB.
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        self.bytes(Path::new(name)).map_err(|reason| format!("{reason}\n{HINT}"))
    }

    fn bytes(&mut self, name: &Path) -> Result<Vec<u8>, String> {
        let folder = self.folder.as_ref().ok_or("is not at hand, as the model does not come from a file")?;
        if !name.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err("lies outside of the model's folder, where nothing is opened".to_owned());
        }
        let path = folder.join(name);
        let real = |path: &Path| fs::canonicalize(path).map_err(|error| format!("cannot open the file: {error}"));
        let (real_path, real_folder) = (real(&path)?, real(folder)?);
        if !real_path.starts_with(real_folder) {
            return Err("is a link out of the model's folder, where nothing is opened".to_owned());
        }
        // A pipe or a device would be waited for, or never end.
        if !fs::metadata(&real_path).is_ok_and(|metadata| metadata.is_file()) {
            return Err("is not a file".to_owned());
        }
        let bytes = read_file(&real_path, self.left).map_err(|error| match error {
            // The model's own name for the file is said already.
            Error::At { error, .. } => error.to_string(),
            error => error.to_string(),
        })?;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_models_own_folder_are_read() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("models");
        fs::create_dir_all(folder.join("weights")).unwrap();
        fs::write(place.path().join("secret"), "secret").unwrap();
        fs::write(folder.join("a.data"), "abc").unwrap();
        fs::write(folder.join("weights/b.data"), "de").unwrap();
        let mut companions = Companions::of(&folder.join("a.onnx"));
        assert_eq!(companions.read("a.data").unwrap(), b"abc");
        assert_eq!(companions.read("weights/b.data").unwrap(), b"de");
        let outside = format!("{}", place.path().join("secret").display());
        for (name, expected) in [
            ("../secret", "lies outside of the model's folder"),
            ("weights/../../secret", "lies outside of"),
            (outside.as_str(), "lies outside of"),
            ("missing.data", "cannot open the file: "),
            ("weights", "is not a file"),
            ("a.data\0", "cannot open the file: "),
        ] {
            let reason = companions.read(name).unwrap_err();
            assert!(
                reason.contains(expected) && reason.lines().last().unwrap().starts_with("hint: "),
                "{name}: {reason}"
            );
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../secret", folder.join("link")).unwrap();
            std::os::unix::fs::symlink("a.data", folder.join("inside")).unwrap();
            assert!(companions.read("link").unwrap_err().contains("is a link out of the model's folder"));
            assert_eq!(companions.read("inside").unwrap(), b"abc");
        }
        companions.left = 2;
        assert!(
            companions
                .read("a.data")
                .unwrap_err()
                .contains("file too large: expected at most 2 bytes, found 3 or more")
        );
        assert!(Companions::none().read("a.data").unwrap_err().contains("does not come from a file"));
    }
}
