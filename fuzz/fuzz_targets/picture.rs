//! Pictures of every format within small limits, then the preparation that every picture goes through.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_imaging::{Limits, Preparation, decode};

// One megapixel decodes in a moment, so that thousands of pictures fit in a minute.
const LIMITS: Limits = Limits { bytes: 1 << 20, width: 4_096, height: 4_096, pixels: 1_000_000, memory: 8 << 20 };

fuzz_target!(|bytes: &[u8]| {
    let Ok(picture) = decode(bytes, &LIMITS) else { return };
    assert!(picture.width().max(picture.height()) <= 4_096 && picture.pixels().len() <= 1_000_000);
    let Ok(prepared) = Preparation::default().prepare(&picture) else { return };
    assert_eq!(prepared.pixels.len(), 28 * 28);
    assert!(prepared.pixels.iter().any(|&pixel| pixel > 0), "a picture that is not refused has ink");
});
