//! What a stage or a constructor says about what it cannot take.

use super::bar_or_block;
use crate::{EMBEDDED_MODEL, ErrorKind, Recognizer};

#[test]
fn numbers_that_are_too_many_or_too_few_are_named() {
    let recognizer = Recognizer::new(bar_or_block()).unwrap();
    let check = |error: crate::Error, message: &str| {
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Input, message));
    };
    check(recognizer.logits(&[0; 65]).unwrap_err(), "65 pixels, expected whole images of 64");
    check(recognizer.probabilities(&[0; 63]).unwrap_err(), "63 pixels, expected whole images of 64");
    check(recognizer.rank(&[0.5; 3]).unwrap_err(), "3 probabilities, expected 2");
    assert!(recognizer.probabilities(&[]).unwrap().is_empty());
    assert_eq!(recognizer.probabilities(&[0; 128]).unwrap().len(), 4);
}

#[test]
fn bytes_that_are_not_a_model_have_the_kind_of_what_is_wrong() {
    let kind = |bytes: &[u8]| Recognizer::from_bytes(bytes).unwrap_err().kind();
    assert_eq!(kind(b""), ErrorKind::Input);
    assert_eq!(kind(&EMBEDDED_MODEL[..1_000]), ErrorKind::Input);
    // A Python pickle, which is a program.
    assert_eq!(kind(b"\x80\x04\x95"), ErrorKind::Unsupported);
}
