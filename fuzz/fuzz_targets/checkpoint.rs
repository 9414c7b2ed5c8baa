//! Checkpoints of runs: what is read is written and read again as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_training::Checkpoint;

fuzz_target!(|bytes: &[u8]| {
    let Ok(checkpoint) = Checkpoint::from_bytes(bytes) else { return };
    let written = checkpoint.to_bytes().expect("a checkpoint that was read can be written");
    assert_eq!(Checkpoint::from_bytes(&written).expect("what was just written"), checkpoint);
});
