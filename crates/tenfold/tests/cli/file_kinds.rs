//! Files of other kinds, given as pictures, models and data: called what they are, with what to do about it.

use super::Workplace;

#[test]
fn wrong_files_are_called_what_they_are() {
    let place = Workplace::new();
    place.data("small");
    let labels = std::fs::read(place.path("small/train-labels-idx1-ubyte")).unwrap();
    for (bytes, kind, hint) in [
        (&b"<!DOCTYPE html><html><body>404"[..], "a web page (HTML)", Some("fetch the file itself")),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "a Git LFS pointer", Some("git lfs pull")),
        (b"label,pixel0,pixel1\n5,0,0\n3,0,0\n", "a table as text (CSV)", None),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "a BMP picture", None),
        (b"GIF89a\x10\0\x10\0", "a GIF picture", None),
        (b"II*\0\x08\0\0\0", "a TIFF picture", None),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP picture", None),
        (b"P5 28 28 255\n", "a PNM picture", None),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC or AVIF picture", None),
        (b"%PDF-1.7\n", "a PDF document", None),
    ] {
        let check = |command: &[&str], texts: &[&str]| {
            let outcome = place.run(command);
            let hints = outcome.stderr.lines().filter(|line| line.starts_with("hint: ")).count();
            assert_eq!(hints, 1, "{command:?}: {}", outcome.stderr);
            assert!(outcome.stderr.lines().last().unwrap().starts_with("hint: "), "{}", outcome.stderr);
            outcome.failure(1, &[texts, &[kind]].concat());
        };
        // Its name says nothing.
        place.write("picture.jpg", bytes);
        match ["BMP", "GIF", "TIFF", "WebP", "PNM"].into_iter().find(|format| kind.contains(format)) {
            None => {
                let found = "picture.jpg: not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found";
                check(&["predict", "picture.jpg"], &[found, hint.unwrap_or("convert the picture")]);
            }
            Some(format) => {
                let cut_short = format!("picture.jpg: damaged or cut short {format} image: ");
                place.run(&["predict", "picture.jpg"]).failure(1, &[&cut_short]);
            }
        }
        place.write("model.safetensors", bytes);
        check(&["evaluate", "model.safetensors"], &["model.safetensors: not a model file: ", "models are read from"]);
        place.write("set/train-images-idx3-ubyte", bytes);
        place.write("set/train-labels-idx1-ubyte", &labels);
        let show = ["data", "show", "--split", "train", "--data"];
        let idx =
            ["set/train-images-idx3-ubyte: not an IDX file of images: found", hint.unwrap_or("read from IDX files")];
        check(&[&show[..], &["set"]].concat(), &idx);
        place.write("data", bytes);
        // A table is a data set.
        if kind.contains("CSV") {
            continue;
        }
        let folder = ["data: expected a data set (", hint.unwrap_or("name the folder")];
        check(&[&show[..], &["data"]].concat(), &folder);
        check(&["train", "--data", "data", "--out", "run"], &folder);
    }
}
