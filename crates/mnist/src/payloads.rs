//! The compressed payloads and their SHA-256 digests. Written by `cargo xtask pack-mnist`, not by hand.

use crate::payload::Payload;

pub(crate) static TRAIN: [Payload; 4] = [
    Payload {
        name: "train-0.xz",
        xz: include_bytes!("../data/train-0.xz"),
        sha256: "7d41e1c448fa1ea329c28f6f2520381afcea211117d2d4d90bfc172c46e0c4f3",
    },
    Payload {
        name: "train-1.xz",
        xz: include_bytes!("../data/train-1.xz"),
        sha256: "0728c05a99e866d3b89cf2a51b6e7f4b4db82cd92de8e4da9fd8709fe5dba69b",
    },
    Payload {
        name: "train-2.xz",
        xz: include_bytes!("../data/train-2.xz"),
        sha256: "cf26a01d9f32506c7acf09bc228e65462214c0763e90c31d08371711515b2ff3",
    },
    Payload {
        name: "train-3.xz",
        xz: include_bytes!("../data/train-3.xz"),
        sha256: "9f1a68c9b5ebfd4a5ebd46ec813dd69c4a6ba9a53cc75ecf7cfdac7f90a8342b",
    },
];

pub(crate) static TEST: [Payload; 2] = [
    Payload {
        name: "test-0.xz",
        xz: include_bytes!("../data/test-0.xz"),
        sha256: "535b58e394ab02d24fad8fbe5004c3a5b6de3755db92516d8590960800d6aafc",
    },
    Payload {
        name: "test-1.xz",
        xz: include_bytes!("../data/test-1.xz"),
        sha256: "0cb563a24b0047642ca41142bdf011582c9476bb19a05eaadf0f255dec1a4e7d",
    },
];

pub(crate) static WRITERS: Payload = Payload {
    name: "writers.xz",
    xz: include_bytes!("../data/writers.xz"),
    sha256: "365fd92af4caaef2cb27367672a687a4ade5f23667aea47c21535c921ae1581b",
};
