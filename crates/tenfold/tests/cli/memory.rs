//! Memory is bounded before it is taken: each command here has a limit on its address space that what it refuses, or
//! leaves out, would break.
#![cfg(target_os = "linux")]

use std::fs::File;

use super::{Outcome, Workplace, digits, png};

/// Runs a command line with at most so many MiB of addresses.
fn within(place: &Workplace, mebibytes: u64, arguments: &str) -> Outcome {
    let program = assert_cmd::cargo::cargo_bin("tenfold");
    let script = format!("ulimit -v {}; exec '{}' --threads 1 {arguments}", mebibytes << 10, program.display());
    place.finish(assert_cmd::Command::new("bash").current_dir(place.path("")).args(["-c", &script]))
}

/// A file of so many bytes that takes no room on the disk.
fn sparse(place: &Workplace, name: &str, bytes: u64) {
    File::create(place.write(name, "")).unwrap().set_len(bytes).unwrap();
}

#[test]
fn the_size_of_a_file_is_looked_at_before_it_is_read() {
    let place = Workplace::new();
    place.data("small");
    std::fs::rename(place.path("small"), place.path("set")).unwrap();
    sparse(&place, "picture.png", 2 << 30);
    sparse(&place, "model.npz", 3 << 30);
    sparse(&place, "model.onnx", 1 << 30);
    sparse(&place, "network.toml", 100 << 20);
    sparse(&place, "large/train-images-idx3-ubyte", 3 << 30);
    sparse(&place, "half/train-images-idx3-ubyte", 1 << 30);
    place.run(&["train", "--data", "set", "--preset", "linear", "--epochs", "1", "--quiet", "--out", "run"]).success();
    sparse(&place, "run/checkpoint.safetensors", 3 << 30);
    for (command, refusal) in [
        (
            "predict picture.png",
            "picture.png: file too large: expected at most 67108864 bytes, found 2147483648 or more",
        ),
        ("predict /dev/zero", "/dev/zero: file too large: expected at most 67108864 bytes, found 67108865 or more"),
        ("predict <(cat /dev/zero)", "file too large: expected at most 67108864 bytes, found 67108865 or more"),
        ("predict - </dev/zero", "standard input: file too large: expected at most 67108864 bytes"),
        (
            "evaluate model.npz",
            "model.npz: file too large: expected at most 2147483648 bytes, found 3221225472 or more",
        ),
        ("evaluate model.onnx", "model.onnx: not enough memory: 1073741824 bytes are too many here"),
        ("train --network network.toml", "network.toml: file too large: expected at most 4194304 bytes"),
        ("train --recipe network.toml", "network.toml: file too large: expected at most 4194304 bytes"),
        ("explore network.toml", "network.toml: file too large: expected at most 4194304 bytes"),
        ("train --resume run", "run/checkpoint.safetensors: file too large: expected at most 2147483648 bytes"),
        ("train --data large", "large/train-images-idx3-ubyte: file too large: expected at most 2147483648 bytes"),
        ("train --data half", "half/train-images-idx3-ubyte: not enough memory: 1073741824 bytes are too many here"),
    ] {
        within(&place, 512, command).failure(1, &[refusal]);
    }
}

/// Trials of which each has room, and all of them at the same time have not.
#[test]
fn trials_at_the_same_time_are_refused_together() {
    let place = Workplace::new();
    place.data("small");
    let layers = "[{ type = 'flatten' }, { type = 'dense', units = 8192 }, { type = 'dense', units = 10 }]";
    place.write("wide.toml", format!("input = [28, 28, 1]\nlayers = {layers}\n"));
    place.write("list.toml", "[[variant]]\nname = 'wide'\n");
    let explore = "explore list.toml --data small --network wide.toml --jobs 8 --out trials";
    let refusal = "variant 'wide': 5 trials at the same time: no memory for ";
    within(&place, 240, explore).failure(1, &[refusal, "hint: train fewer at a time"]);
    assert!(!place.path("trials").exists());
}

/// A picture within the limits that takes more memory than there is.
#[test]
fn a_picture_that_there_is_no_room_for_is_refused() {
    let place = Workplace::new();
    place.write("large.png", blank_png(7_000, 7_000, png::ColorType::Rgb));
    within(&place, 224, "predict large.png").failure(
        1,
        &["large.png: not enough memory to decode the PNG image: 392000000 bytes are too many here\nhint: shrink"],
    );
    let outcome = place.run(&["predict", "large.png"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
}

/// A seven with 256 MiB of zeros as its colour profile, and as a text: in a file of 300 kB.
#[test]
fn what_is_beside_a_picture_takes_no_memory() {
    let place = Workplace::new();
    let seven = png(28, 28, digits().image(0));
    let zeros = zeros_in_zlib(256 << 20);
    for (kind, head) in [(b"iCCP", &b"profile\0\0"[..]), (b"zTXt", b"text\0\0"), (b"iTXt", b"text\0\x01\0\0\0")] {
        let data = [&kind[..], head, &zeros].concat();
        let length = ((data.len() - 4) as u32).to_be_bytes();
        let chunk = [&length, &data[..], &crc32(&data).to_be_bytes()].concat();
        // After the header.
        place.write("bomb.png", [&seven[..33], &chunk, &seven[33..]].concat());
        let outcome = within(&place, 224, "predict bomb.png").success();
        assert!(outcome.stdout.starts_with("bomb.png: 7"), "{}", outcome.stdout);
    }
}

/// A black picture, made a row at a time.
fn blank_png(width: u32, height: u32, colour: png::ColorType) -> Vec<u8> {
    use std::io::Write;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    let row = vec![0; width as usize * colour.samples()];
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    (0..height).for_each(|_| stream.write_all(&row).unwrap());
    stream.finish().unwrap();
    drop(writer);
    bytes
}

/// So many zeros as PNG compresses them: the data of a picture of blank rows.
fn zeros_in_zlib(count: usize) -> Vec<u8> {
    let bytes = blank_png(1 << 16, (count >> 16) as u32, png::ColorType::Grayscale);
    let (mut data, mut rest) = (Vec::new(), &bytes[8..]);
    while let [a, b, c, d, kind @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        if kind.starts_with(b"IDAT") {
            data.extend(&kind[4..4 + length]);
        }
        rest = &kind[8 + length..];
    }
    data
}

/// PNG's checksum, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}
