//! Pictures of every format within the default limits: a small file may announce a large picture, and memory must stay bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_imaging::{Limits, Preparation, decode};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let Ok(picture) = decode(bytes, &limits) else { return };
    assert!(picture.pixels().len() as u64 <= limits.pixels);
    if let Ok(prepared) = Preparation::default().prepare(&picture) {
        assert_eq!(prepared.pixels.len(), 28 * 28);
    }
});
