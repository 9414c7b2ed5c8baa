//! Settings, and models from bytes.

use tenfold_formats::{Format, write};

use super::{bar_or_block, model, pictures};
use crate::{EMBEDDED_MODEL, Engine, ErrorKind, Limits, Polarity, Recognizer, SavedModel};

#[test]
fn limits_hold_for_every_picture() {
    let picture = pictures::png(&pictures::bar());
    let recognizer = |limits| Recognizer::builder().limits(limits).build_from_model(bar_or_block()).unwrap();
    let exact = Limits { bytes: picture.len() as u64, width: 100, height: 140, pixels: 14_000, ..Limits::default() };
    assert_eq!(recognizer(exact.clone()).predict(&picture).unwrap().label, "bar");
    for limits in [
        Limits { bytes: exact.bytes - 1, ..exact.clone() },
        Limits { width: 99, ..exact.clone() },
        Limits { height: 139, ..exact.clone() },
        Limits { pixels: 13_999, ..exact.clone() },
    ] {
        let recognizer = recognizer(limits);
        assert_eq!(recognizer.predict(&picture).unwrap_err().kind(), ErrorKind::TooLarge);
        assert_eq!(recognizer.predict_batch(&[&picture])[0].as_ref().unwrap_err().kind(), ErrorKind::TooLarge);
    }
}

#[test]
fn a_polarity_is_taken_for_granted_and_otherwise_the_models() {
    let dark = pictures::bar();
    let found = |recognizer: &Recognizer| recognizer.predict_image(&dark).unwrap().facts.polarity;
    assert_eq!(found(&Recognizer::new(bar_or_block()).unwrap()), Polarity::DarkOnLight);
    let saved = bar_or_block();
    let preparation = saved.preparation.clone().with_polarity(Some(Polarity::LightOnDark));
    let light = SavedModel { preparation, ..saved };
    assert_eq!(found(&Recognizer::new(light.clone()).unwrap()), Polarity::LightOnDark);
    let told = Recognizer::builder().polarity(Polarity::DarkOnLight).build_from_model(light).unwrap();
    assert_eq!(found(&told), Polarity::DarkOnLight);
}

#[test]
fn no_threads_are_refused() {
    for builder in
        [Recognizer::builder().threads(0), Recognizer::builder().engine(Engine { threads: 0, ..Engine::single() })]
    {
        let error = builder.build_from_model(bar_or_block()).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Setting, "threads is 0, expected at least 1".to_owned())
        );
    }
}

#[test]
fn models_come_from_bytes_of_any_format() {
    let picture = pictures::block();
    let expected = Recognizer::new(bar_or_block()).unwrap().predict_image(&picture).unwrap();
    for format in [Format::Safetensors, Format::Npz, Format::KerasHdf5, Format::Keras] {
        let recognizer = Recognizer::from_bytes(&write(&bar_or_block(), format).unwrap()).unwrap();
        assert_eq!(recognizer.labels(), ["bar", "block"], "{format}");
        assert_eq!(recognizer.preparation().side(), 8);
        assert_eq!(recognizer.predict_image(&picture).unwrap(), expected, "{format}");
    }
    let embedded = Recognizer::from_bytes(EMBEDDED_MODEL).unwrap();
    assert_eq!(embedded.labels(), Recognizer::default().labels());
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let saved = model(&[("a", 0.0, 0.0), ("b", 0.0, 0.0)]);
    let labels = SavedModel { labels: vec!["a".to_owned()], ..saved.clone() };
    let canvas = SavedModel { preparation: saved.preparation.clone().with_canvas(9, 6).unwrap(), ..saved };
    for saved in [labels, canvas] {
        assert_eq!(Recognizer::new(saved).unwrap_err().kind(), ErrorKind::Contradiction);
    }
}
