//! Files and folders whose names are not UTF-8: every command reads and writes them, and shows what can be shown.
#![cfg(target_os = "linux")]

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use super::{Outcome, Workplace, digits, png};

/// A name with a byte that no text has.
fn odd(text: &str) -> OsString {
    OsString::from_vec(text.bytes().map(|byte| if byte == b'?' { 0xff } else { byte }).collect())
}

/// Runs a command in which `?` stands for that byte.
fn run(place: &Workplace, command: &str) -> Outcome {
    place.finish(place.command().args(command.split(' ').map(odd)))
}

#[test]
fn every_command_takes_names_that_are_no_text() {
    let place = Workplace::new();
    place.data("small");
    let path = |name: &str| -> PathBuf { place.path("").join(odd(name)) };
    std::fs::create_dir(path("d?")).unwrap();
    std::fs::rename(place.path("small"), path("d?/set?")).unwrap();
    std::fs::write(path("d?/seven?.png"), png(28, 28, digits().image(0))).unwrap();
    std::fs::write(path("d?/list?.toml"), "[[variant]]\nname = 'a'\n[[variant]]\nname = 'b'\nbatch = 8").unwrap();
    let network = "input = [28, 28, 1]\nlayers = [{ type = 'flatten' }, { type = 'dense', units = 10 }]";
    std::fs::write(path("d?/net?.toml"), network).unwrap();

    let some = "--data d?/set? --preset linear --epochs 1";
    for command in [
        &format!("train {some} --validation 0.2 --tensorboard --out d?/run?"),
        "train --resume d?/run?",
        "train --data d?/set? --network d?/net?.toml --epochs 1 --out d?/other?",
        "train --data d?/set? --recipe d?/run?/config.toml --out d?/again?",
        &format!("cross-validate {some} --folds 2 --out d?/cv?"),
        "cross-validate --resume d?/cv?",
        &format!("explore d?/list?.toml {some} --folds 2 --out d?/ex?"),
        "explore --resume d?/ex?",
        "evaluate d?/run? --data d?/set? --out d?/ev?",
        "compare d?/run? d?/other? --data d?/set?",
        "predict --model d?/run?/model.safetensors d?/seven?.png",
        "doctor --model d?/run?/model.safetensors d?/seven?.png",
        "calibrate d?/other? --from d?/cv? --out d?/calibrated?.safetensors",
        "convert d?/run? d?/converted?.npz --data d?/set?",
        "convert d?/run? d?/converted?.onnx --data d?/set?",
        "convert d?/run? d?/state?.safetensors --pytorch-names --data d?/set?",
        "convert d?/state?.safetensors d?/back?.safetensors --architecture d?/net?.toml --data d?/set?",
        "model show d?/state?.safetensors --architecture d?/net?.toml",
        "model show d?/run? --svg d?/drawn?.svg",
        "quantize d?/run?/model.safetensors --data d?/set? --out d?/int8?.safetensors",
        "report d?/run?",
        "report d?/cv?",
        "report d?/run? d?/other? --out d?/pages?.html",
        "runs list d?",
        "runs show d?/run?",
        "data show --data d?/set? --out d?/data? --sheet d?/sheet?.png",
        "data augment --data d?/set? --sheet d?/changed?.png --recipe d?/run?/config.toml --augment mild",
        "bench --only train.batch_16 --seconds 0.1 --network d?/net?.toml",
    ] {
        let outcome = run(&place, command);
        assert!(!outcome.stderr.contains("panicked"), "{command}: {}", outcome.stderr);
        assert_eq!(outcome.code, 0, "{command}: {}", outcome.stderr);
        let written = command.contains("--out")
            || command.contains("--sheet")
            || command.contains("--svg")
            || command.starts_with("convert");
        let again = if written { format!("{command} --force --json") } else { format!("{command} --json") };
        let outcome = run(&place, &again);
        assert_eq!(outcome.code, 0, "{again}: {}", outcome.stderr);
        let values = outcome.json();
        assert!(!values.is_empty(), "{again}");
        let names = |text: &str| text.contains("d\u{fffd}");
        // bench and a network say nothing of files.
        assert!(names(&outcome.stdout) || command.starts_with("bench") || command.starts_with("model"), "{again}");
    }
    for name in ["d?/run?/report.html", "d?/cv?/report.html", "d?/ex?/results.json", "d?/ev?/test-report.txt"] {
        assert!(path(name).is_file(), "{name}");
    }
}

/// The folder of the images is found again, whatever its name, and is shown as far as it can be.
#[test]
fn a_run_finds_its_images_again() {
    let place = Workplace::new();
    place.data("small");
    std::fs::rename(place.path("small"), place.path("").join(odd("set?"))).unwrap();
    run(&place, "train --data set? --preset linear --epochs 1 --out run --quiet").success();
    let text = std::fs::read_to_string(place.path("run/environment.json")).unwrap();
    let environment: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(environment["data"].as_str().unwrap().ends_with("/set\u{fffd}"), "{text}");
    let bytes: Vec<u8> = serde_json::from_value(environment["data_bytes"].clone()).unwrap();
    assert_eq!(OsStr::from_bytes(&bytes), place.path("").join(odd("set?")).canonicalize().unwrap());
    let shown = run(&place, "runs show run --json").success();
    assert!(shown.json()[0]["environment"]["data"].as_str().unwrap().ends_with("/set\u{fffd}"));

    // A name that is text is written as ever.
    place.data("small");
    run(&place, "train --data small --preset linear --epochs 1 --out plain --quiet").success();
    let text = std::fs::read_to_string(place.path("plain/environment.json")).unwrap();
    assert!(text.contains("/small\",") && !text.contains("data_bytes"), "{text}");
}

#[test]
fn errors_name_them_too() {
    let place = Workplace::new();
    for command in [
        "predict n?.png",
        "evaluate n?",
        "train --data n?",
        "train --network n?.toml",
        "train --resume n?",
        "explore n?.toml",
        "convert n? x.onnx",
        "convert n? x.onnx --architecture n?.toml",
        "model show n?",
        "runs show n?",
        "runs list n?",
        "report n?",
    ] {
        run(&place, command).failure(1, &["n\u{fffd}"]);
    }
}
