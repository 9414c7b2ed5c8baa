//! Files that are not what they should be: one clear sentence, exit code 1, and nothing half-written.

use super::{Workplace, digits, png};

#[test]
fn files_that_are_not_there() {
    let place = Workplace::new();
    place.run(&["predict", "nothing.png"]).failure(1, &["nothing.png: cannot open the file: No such file"]);
    place.run(&["evaluate", "nothing"]).failure(1, &["nothing: cannot open the file: No such file"]);
    place.run(&["model", "show", "papr"]).failure(1, &["papr: cannot open the file"]);
    place.run(&["train", "--data", "nowhere"]).failure(1, &["nowhere: ", "No such file"]);
    place.write("data/train-labels-idx1-ubyte", "");
    place.run(&["data", "show", "--data", "data"]).failure(1, &["train-images-idx3-ubyte", "data"]);
    place.run(&["predict", "data"]).failure(1, &["data: no picture in this folder", "an empty file (1)"]);
}

#[test]
fn idx_files_that_lie() {
    let header = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>();
    let images = |count: u32, side: u32, bytes: usize| [header(&[0x803, count, side, side]), vec![0; bytes]].concat();
    let labels = |count: u32, bytes: &[u8]| [header(&[0x801, count]), bytes.to_vec()].concat();
    let good_labels = labels(2, &[3, 9]);
    for (name, images, labels, expected) in [
        ("truncated", images(2, 28, 1_000), good_labels.clone(), "expected 1584 bytes, found 1016"),
        ("trailing", images(2, 28, 1_569), good_labels.clone(), "expected 1584 bytes, found 1585"),
        (
            "magic",
            [header(&[0x801, 2, 28, 28]), vec![0; 1_568]].concat(),
            good_labels.clone(),
            "found an IDX file of labels",
        ),
        // 2^32 - 1 images of 4,096 x 4,096 in sixteen bytes: refused by arithmetic, not by running out of memory.
        ("huge", images(u32::MAX, 4_096, 0), good_labels.clone(), "expected 72057594021150736 bytes, found 16"),
        ("huge sides", images(u32::MAX, u32::MAX, 0), good_labels.clone(), "4294967295"),
        ("fewer labels", images(2, 28, 1_568), labels(1, &[3]), "expected 2 labels, one per image, found 1"),
        ("label range", images(2, 28, 1_568), labels(2, &[3, 10]), "found 10"),
        ("text", b"label,pixel0\n5,0\n".to_vec(), good_labels, "found a table as text (CSV)"),
    ] {
        let place = Workplace::new();
        place.write("set/train-images-idx3-ubyte", images);
        place.write("set/train-labels-idx1-ubyte", labels);
        let outcome = place.run(&["data", "show", "--split", "train", "--data", "set"]);
        assert!(outcome.stderr.starts_with("error: set"), "{name}: {}", outcome.stderr);
        outcome.failure(1, &[expected]);
    }
}

#[test]
fn pictures_that_are_none() {
    let place = Workplace::new();
    place.write("notes.png", "this is not a picture");
    place.run(&["predict", "notes.png"]).failure(1, &["notes.png: not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image"]);
    place.write("empty.png", "");
    place.run(&["predict", "empty.png"]).failure(1, &["empty.png: "]);
    let whole = png(28, 28, digits().image(0));
    place.write("cut.png", &whole[..whole.len() / 2]);
    place.run(&["predict", "cut.png"]).failure(1, &["cut.png: "]);

    // The other pictures are read all the same, and the exit code says that not all were.
    place.write("seven.png", &whole);
    let outcome = place.run(&["predict", "notes.png", "seven.png"]);
    assert!(outcome.stdout.starts_with("seven.png: 7"), "{}", outcome.stdout);
    outcome.failure(1, &["notes.png: "]);
    let outcome = place.run(&["predict", "--json", "notes.png", "seven.png"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.json()[0]["error"].as_str().unwrap().contains("not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image")
    );
}

/// A header that promises 2.5 thousand million pixels is refused without memory for them: here, with a tenth of what
/// one byte per pixel would take.
#[cfg(target_os = "linux")]
#[test]
fn a_picture_bomb_is_refused_by_its_header() {
    let place = Workplace::new();
    let mut bomb = png(1, 1, &[0]);
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    place.write("bomb.png", &bomb);
    let program = assert_cmd::cargo::cargo_bin("tenfold");
    let script = format!("ulimit -v 262144; exec '{}' --threads 1 predict bomb.png", program.display());
    let outcome = place.finish(assert_cmd::Command::new("bash").current_dir(place.path("")).args(["-c", &script]));
    outcome.failure(1, &["bomb.png: ", "50000"]);
}

/// PNG's checksum, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[test]
fn model_files_that_are_none() {
    let place = Workplace::new();
    place.data("small");
    place.run(&["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--out", "run"]).success();
    let model = std::fs::read(place.path("run/model.safetensors")).unwrap();
    let replace = |from: &str, to: &str| {
        let at = model.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        [&model[..at], to.as_bytes(), &model[at + from.len()..]].concat()
    };
    for (name, bytes, expected) in [
        ("newer", replace(r#"\"version\":1"#, r#"\"version\":9"#), "model file of version 9, expected version 1"),
        ("foreign", replace(r#""tenfold""#, r#""tenfeld""#), "does not say what network its values are of"),
        ("cut", model[..model.len() - 1].to_vec(), "not a readable safetensors file"),
        ("empty", Vec::new(), "not a model file: an empty file"),
        ("text", b"a model, honestly".to_vec(), "not a model file: a text file"),
        ("shape", replace(r#"\"units\":10"#, r#"\"units\":11"#), "tensor dense.kernel: expected F32 [784, 11]"),
    ] {
        place.write(name, bytes);
        for command in [&["evaluate", name, "--split", "test"][..], &["model", "show", name]] {
            place.run(command).failure(1, &[&format!("{name}: "), expected]);
        }
        place.run(&["predict", "--model", name, "any.png"]).failure(1, &[expected]);
    }
}

#[test]
fn images_that_do_not_fit_the_network() {
    let place = Workplace::new();
    let header = |numbers: &[u32]| numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>();
    for prefix in ["train", "t10k"] {
        let images = [header(&[0x803, 2, 32, 32]), vec![7; 2 * 32 * 32]].concat();
        place.write(&format!("set/{prefix}-images-idx3-ubyte"), images);
        place.write(&format!("set/{prefix}-labels-idx1-ubyte"), [header(&[0x801, 2]), vec![1, 2]].concat());
    }
    let expected = "the network takes 28x28x1 images in 10 classes, the data set has 32x32x1 images in 10 classes";
    place.run(&["evaluate", "--data", "set"]).failure(1, &[expected]);
    place.run(&["train", "--data", "set", "--out", "run"]).failure(1, &[expected]);
    assert!(!place.path("run").exists(), "nothing is made for images that do not fit");
}

#[cfg(target_os = "linux")]
#[test]
fn folders_that_cannot_be_written() {
    let place = Workplace::new();
    place.data("small");
    let train = ["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--out"];
    place.run(&[&train[..], &["/proc/run"]].concat()).failure(1, &["/proc/run: cannot make the folder"]);
    place.write("file", "in the way");
    place.run(&[&train[..], &["file"]].concat()).failure(1, &["file: ", "found a file"]);
    place.run(&[&train[..], &["file/run"]].concat()).failure(1, &["file/run: ", "found a file"]);
    assert_eq!(std::fs::read(place.path("file")).unwrap(), b"in the way");
    let sheet = ["data", "show", "--split", "test", "--data", "small", "--sheet", "/proc/sheet.png"];
    place.run(&sheet).failure(1, &["/proc/sheet.png: cannot write the file"]);
}

/// A limit on the size of files stands in for a disk that fills up: a checkpoint does not fit, the small files do.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let place = Workplace::new();
    place.data("small");
    let program = assert_cmd::cargo::cargo_bin("tenfold");
    let script = format!(
        "trap '' XFSZ; ulimit -f 16; exec '{}' train --data small --preset linear --epochs 1 --out run",
        program.display()
    );
    let outcome = place.finish(assert_cmd::Command::new("bash").current_dir(place.path("")).args(["-c", &script]));
    outcome.failure(1, &["run/checkpoint.safetensors: cannot write the file: File too large"]);
    let left: Vec<String> = place.files().into_iter().filter(|name| name.starts_with("run/")).collect();
    let small = [".tenfold-run", "config.toml", "environment.json", "metrics.csv", "metrics.jsonl"];
    let small = small.map(|name| format!("run/{name}"));
    assert_eq!(left, small, "no checkpoint, whole or in part, and no temporary file");
}
