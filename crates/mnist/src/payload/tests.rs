//! Damaged payloads are refused, each with the error that says what is wrong.

use std::io::Write;

use lzma_rust2::{XzOptions, XzWriter};

use super::{Digest, PIXELS_PER_IMAGE, Payload, Sha256, decode_all, decode_writers, hex};
use crate::Error;

/// A payload of `images` images and `labels` labels, changed by `damage` after its digest is taken.
fn payload(images: usize, labels: usize, damage: impl Fn(&mut Vec<u8>)) -> Payload {
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    writer.write_all(&vec![9; images * PIXELS_PER_IMAGE]).unwrap();
    writer.write_all(&vec![3; labels]).unwrap();
    let mut xz = writer.finish().unwrap();
    let sha256 = hex(&Sha256::digest(&xz)).leak();
    damage(&mut xz);
    Payload { name: "sample.xz", xz: xz.leak(), sha256 }
}

fn decode_reason(payload: Payload) -> String {
    match decode_all(&[payload], 2) {
        Err(Error::Decode { name: "sample.xz", what: "images and labels", expected: 2, reason }) => reason,
        other => panic!("expected a decoding error, found {other:?}"),
    }
}

#[test]
fn whole_payloads_are_joined_in_order() {
    let split = decode_all(&[payload(1, 1, |_| ()), payload(1, 1, |_| ())], 2).unwrap();
    assert_eq!(split.images, vec![9; 2 * PIXELS_PER_IMAGE]);
    assert_eq!(split.labels, [3, 3]);
}

#[test]
fn one_changed_bit_is_refused() {
    let damaged = payload(2, 2, |xz| xz[40] ^= 1);
    let expected = damaged.sha256;
    match decode_all(&[payload(2, 2, |_| ()), damaged], 4) {
        Err(error @ Error::Digest { name: "sample.xz", .. }) => {
            let message = error.to_string();
            assert!(message.contains(&format!("expected sha-256 {expected}, found ")), "{message}");
        }
        other => panic!("expected a digest error, found {other:?}"),
    }
}

#[test]
fn too_few_and_too_many_bytes_are_refused() {
    assert!(!decode_reason(payload(1, 1, |_| ())).is_empty());
    assert!(!decode_reason(payload(2, 1, |_| ())).is_empty());
    assert_eq!(decode_reason(payload(2, 3, |_| ())), "more bytes follow");
}

#[test]
fn writers_are_counted() {
    // An image, 784 times 9, is as many bytes as 392 writers.
    assert_eq!(decode_writers(&payload(1, 0, |_| ()), 392).unwrap(), [0x0909; 392]);
    for (len, reason) in [(391, "more bytes follow"), (393, "")] {
        let message = decode_writers(&payload(1, 0, |_| ()), len).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("embedded MNIST file sample.xz does not decode to {len} writers: {reason}"))
        );
    }
}

#[test]
fn bytes_that_are_not_xz_are_refused() {
    let xz: &[u8] = b"not an archive";
    let sha256 = hex(&Sha256::digest(xz)).leak();
    assert!(!decode_reason(Payload { name: "sample.xz", xz, sha256 }).is_empty());
}
