//! The models inside the crate.

use tenfold_network::Architecture;

use crate::{EMBEDDED_MODEL, EMBEDDED_MODELS, EmbeddedModel, ErrorKind, Recognizer};

/// What they may add to every program that reads pictures, in bytes.
const MOST: usize = 5_000_000;

#[test]
fn each_is_that_of_its_preset_and_reads_a_digit() {
    let picture = include_bytes!("../../testdata/seven.png");
    for EmbeddedModel { name, .. } in EMBEDDED_MODELS {
        let saved = EmbeddedModel::named(name).unwrap().read();
        assert_eq!(Some(saved.model.architecture()), Architecture::preset(name).as_ref(), "{name}");
        assert_ne!(saved.model.temperature(), 1.0, "{name} is not calibrated");
        let recognizer = Recognizer::named(name).unwrap();
        assert_eq!(recognizer.labels(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "{name}");
        assert_eq!(recognizer.predict(picture).unwrap().label, "7", "{name}");
    }
    assert_eq!(EmbeddedModel::named("reader").unwrap().bytes, EMBEDDED_MODEL);
    assert!(Recognizer::embedded().min_confidence() > 0.5, "it knows what is not a digit");
    let error = Recognizer::named("vgg").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting);
    assert!(error.to_string().starts_with("unknown model 'vgg': expected one of reader, paper"), "{error}");
}

#[test]
fn together_they_are_small_and_each_has_a_card() {
    let bytes: usize = EMBEDDED_MODELS.iter().map(|model| model.bytes.len()).sum();
    assert!(bytes <= MOST, "{bytes} bytes, expected at most {MOST}");
    let cards = include_str!("../../models/README.md");
    for EmbeddedModel { name, .. } in EMBEDDED_MODELS {
        assert!(cards.contains(&format!("\n## `{name}`\n")), "models/README.md has no card for {name}");
    }
}
