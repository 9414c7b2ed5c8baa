//! Commands that do what they should.

use tenfold_dataset::{Part, Source};

use super::{Workplace, digits, png};

#[test]
fn alone_it_says_where_to_start() {
    let outcome = Workplace::new().run(&[]);
    assert_eq!(outcome.code, 2);
    for text in ["tenfold predict photo.png", "tenfold train", "Exit codes:", "NO_COLOR"] {
        assert!(outcome.stderr.contains(text), "{}", outcome.stderr);
    }
}

#[test]
fn what_it_prints_to_a_pipe_has_no_colours_and_no_bars() {
    let place = Workplace::new();
    for arguments in [&["--help"][..], &["train", "--help"], &["evaluate", "--split", "test"], &["train", "--sede"]] {
        let outcome = place.run(arguments);
        for text in [&outcome.stdout, &outcome.stderr] {
            assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let program = assert_cmd::cargo::cargo_bin("tenfold");
    let script = format!("set -o pipefail; '{}' model show paper --json | head -c 1", program.display());
    let output = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_plan_says_how_each_layer_is_computed_and_at_what_cost() {
    let place = Workplace::new();
    let methods = |arguments: &[&str]| -> Vec<String> {
        let value = place.run(arguments).success().json().remove(0);
        let steps = value["plan"]["steps"].as_array().unwrap();
        steps.iter().map(|step| step["method"].as_str().unwrap().to_owned()).collect()
    };
    let fast = methods(&["model", "show", "paper", "--plan", "--json"]);
    assert_eq!(fast.iter().filter(|method| method.starts_with("Winograd")).count(), 2, "{fast:?}");
    let exact = methods(&["model", "show", "paper", "--plan=training", "--exact", "--json"]);
    assert!(!exact.iter().any(|method| method.starts_with("Winograd")), "{exact:?}");
    // 4,471,784 multiply-adds by formula: 81 % of the layers' 5,514,344, the rest is not used by the last pooling.
    let text = place.run(&["model", "show", "paper", "--plan"]).success().stdout;
    assert!(text.contains("4,471,784") && text.contains("5,514,344"), "{text}");
}

#[test]
fn pictures_of_digits_are_read_with_the_model_inside() {
    let (place, digits) = (Workplace::new(), digits());
    // As they are, and as dark ink on a light page five times as large.
    let (mut right, mut names) = (0, Vec::new());
    for i in 0..20 {
        place.write(&format!("light-{i}.png"), png(28, 28, digits.image(i)));
        let page: Vec<u8> = (0..240 * 300)
            .map(|at| {
                let (y, x) = ((at / 300usize).wrapping_sub(60) / 5, (at % 300usize).wrapping_sub(100) / 5);
                if y < 28 && x < 28 { 235 - (u32::from(digits.image(i)[y * 28 + x]) * 200 / 255) as u8 } else { 235 }
            })
            .collect();
        place.write(&format!("page-{i}.png"), png(300, 240, &page));
        names.extend([format!("light-{i}.png"), format!("page-{i}.png")]);
    }
    let mut arguments = vec!["predict", "--json"];
    arguments.extend(names.iter().map(String::as_str));
    let values = place.run(&arguments).success().json();
    for (i, value) in values.iter().enumerate() {
        assert_eq!(value["file"], names[i]);
        right += usize::from(value["label"].as_str() == Some(&digits.label(i / 2).to_string()));
        let ranking = value["ranking"].as_array().unwrap();
        assert_eq!(ranking.len(), 10);
        assert_eq!(ranking[0]["probability"], value["probability"]);
        let expected = if i % 2 == 0 { "light-on-dark" } else { "dark-on-light" };
        assert_eq!(value["facts"]["polarity"], expected, "{value}");
    }
    // The ninth is a five that looks like nothing much; the model may be wrong about it, but not about the others.
    assert!(right >= 38, "{right} of 40 right");
    for pair in values.chunks(2) {
        assert_eq!(pair[0]["label"], pair[1]["label"], "a digit reads the same however it is drawn: {pair:?}");
    }

    let text = place.run(&["predict", "--top", "2", "light-0.png"]).success().stdout;
    assert!(text.starts_with("light-0.png: 7 (") && text.matches('%').count() == 2, "{text}");
    let piped = place.finish(place.command().args(["predict", "-"]).write_stdin(png(28, 28, digits.image(0))));
    assert!(piped.success().stdout.starts_with("-: 7 ("));
}

#[test]
fn what_was_understood_is_drawn() {
    let place = Workplace::new();
    place.write("seven.png", png(28, 28, digits().image(0)));
    place.write("blank.png", png(28, 28, &[0; 28 * 28]));
    let told = place.run(&["predict", "seven.png", "--explain", "why.png"]).success().stdout;
    assert!(told.starts_with("seven.png: 7 ("), "{told}");
    let sheet = std::fs::read(place.path("why.png")).unwrap();
    assert!(sheet.starts_with(b"\x89PNG"));
    let heat = place.run(&["predict", "seven.png", "--heat-map", "--json"]).success().json()[0]["heat_map"].clone();
    let rows: Vec<Vec<f64>> = serde_json::from_value(heat).unwrap();
    assert!(rows.len() == 28 && rows.iter().all(|row| row.len() == 28));
    assert!(rows[0][0] == 0.0 && rows.concat().iter().any(|&said| said > 0.0), "{rows:?}");
    place.run(&["predict", "seven.png", "--heat-map"]).failure(2, &["--json"]);
    place.run(&["predict", "seven.png", "--explain", "why.png"]).failure(1, &["why.png: already exists"]);
    place
        .run(&["predict", "seven.png", "blank.png", "--explain", "2.png"])
        .failure(1, &["expected one picture, found 2"]);
    place.run(&["predict", "blank.png", "--explain", "refused.png"]).failure(3, &[]);
    assert!(place.path("refused.png").exists(), "a refusal is explained, too");
}

#[test]
fn training_images_that_look_alike_are_named_and_drawn() {
    let place = Workplace::new();
    let train = Source::Embedded.load(Part::Train).unwrap();
    place.write("one.png", png(28, 28, train.image(12_345)));
    let asked = ["predict", "one.png", "--nearest", "3"];
    let found = place.run(&[&asked[..], &["--json"]].concat()).success().json()[0]["nearest"].clone();
    let label = train.label(12_345).to_string();
    assert_eq!(found[0], serde_json::json!({ "index": 12_345, "label": label, "distance": 0.0 }));
    assert!(found[1]["distance"].as_f64() <= found[2]["distance"].as_f64() && found.as_array().unwrap().len() == 3);
    let said = place.run(&[&asked[..], &["--explain", "near.png"]].concat()).success().stdout;
    let expected = format!("\n  nearest of MNIST's training images: {label} (image 12,345), ");
    assert!(said.contains(&expected), "{said}");
    assert!(std::fs::read(place.path("near.png")).unwrap().starts_with(b"\x89PNG"));
    place.run(&["predict", "one.png", "--nearest", "0"]).failure(2, &["1..=100"]);

    let rows = (0..20).map(|row| (0..64).map(|at| format!(",{}", (at * row) % 256)).collect::<String>());
    let table: Vec<String> = rows.enumerate().map(|(row, pixels)| format!("{}{pixels}", row % 2)).collect();
    place.write("small.csv", table.join("\n"));
    place.write("net.toml", "input = [8, 8, 1]\nlayers = [{ type = 'flatten' }, { type = 'dense', units = 10 }]");
    let train = ["train", "--data", "small.csv", "--network", "net.toml", "--epochs", "1", "--quiet", "--out", "run"];
    place.run(&train).success();
    place
        .run(&["predict", "one.png", "--model", "run", "--nearest", "3"])
        .failure(1, &["--nearest: expected a model for images of 28x28 pixels as MNIST's, found one for 8x8"]);
}

#[test]
fn what_makes_a_picture_hard_is_said_with_advice() {
    let place = Workplace::new();
    place.write("good.png", include_bytes!("../../../recognizer/testdata/seven.png"));
    place.write("blank.png", png(60, 60, &[200; 3_600]));
    // A 7 of MNIST at half its size.
    let small: Vec<u8> = (0..14 * 14).map(|at| 255 - digits().image(0)[at / 14 * 2 * 28 + at % 14 * 2]).collect();
    place.write("small.png", png(14, 14, &small));
    let said = place.run(&["doctor", "good.png"]).success().stdout;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "good.png: 7");
    assert!(lines[1].starts_with("  size: the picture is 100 by 140 pixels, the digit "), "{said}");
    assert_eq!(lines.last(), Some(&"  nothing makes this picture hard to read"), "{said}");

    let said = place.run(&["doctor", "blank.png", "small.png"]);
    assert_eq!(said.code, 3);
    assert!(
        said.stdout.starts_with("blank.png: no digit: blank\n  ink: the picture is 60 by 60 pixels; "),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("\n    advice: photograph it nearer"), "{}", said.stdout);

    let values = place.run(&["doctor", "--json", "good.png", "blank.png"]).json();
    assert_eq!((&values[0]["label"], &values[0]["findings"][0]["advice"]), (&"7".into(), &serde_json::Value::Null));
    assert_eq!((&values[1]["reason"], &values[1]["findings"][0]["about"]), (&"blank".into(), &"ink".into()));
    let table = place.run(&["doctor", "--csv", "good.png"]).success().stdout;
    assert!(table.starts_with("file,about,found,advice,reason,message\ngood.png,size,"), "{table}");
    let table = place.run(&["doctor", "--csv", "blank.png"]).stdout;
    assert!(table.lines().nth(1).unwrap().contains(",blank,\"blank picture: "), "{table}");
    place.run(&["doctor", "missing.png"]).failure(1, &["missing.png"]);
}

#[test]
fn a_blank_picture_is_refused() {
    let place = Workplace::new();
    place.write("blank.png", png(60, 60, &[200; 3_600]));
    let outcome = place.run(&["predict", "blank.png"]);
    assert_eq!(outcome.code, 3);
    assert!(outcome.stdout.starts_with("blank.png: no digit: "), "{}", outcome.stdout);
    let outcome = place.run(&["predict", "--json", "blank.png"]);
    assert!(outcome.code == 3 && outcome.json()[0]["refused"].is_string());
    assert_eq!(outcome.json()[0]["reason"], "blank");
}

#[test]
fn a_picture_without_a_digit_that_is_probable_enough_is_refused() {
    let place = Workplace::new();
    place.write("seven.png", include_bytes!("../../../recognizer/testdata/seven.png"));
    place.run(&["predict", "seven.png", "--min-confidence", "0.5"]).success();
    let outcome = place.run(&["predict", "seven.png", "--min-confidence", "1", "--json"]);
    let found = &outcome.json()[0];
    assert!(outcome.code == 3 && found["refused"].is_string() && found["min_confidence"] == 1.0);
    assert_eq!((&found["reason"], &found["ranking"][0]["label"]), (&"low_confidence".into(), &"7".into()));
    place
        .run(&["predict", "seven.png", "--min-confidence", "2"])
        .failure(1, &["least confidence is 2, expected 0 to 1"]);
}

#[test]
fn a_target_error_rate_is_kept_by_the_models_thresholds() {
    let place = Workplace::new();
    place.write("seven.png", include_bytes!("../../../recognizer/testdata/seven.png"));
    let shown = place.run(&["model", "show", "reader", "--json"]).success().json();
    let promised = shown[0]["thresholds"].as_array().unwrap();
    assert!(promised.iter().any(|threshold| threshold["error_rate"] == 0.001 && threshold["threshold"].is_f64()));
    place.run(&["predict", "seven.png", "--target-error", "0.1%"]).success();
    place.run(&["predict", "seven.png", "--target-error", "0.001"]).success();
    for (rate, expected) in [
        ("0.0001%", "the model promises no error rate of 0.000001: it promises 0.005"),
        ("0", "target error rate is 0, expected above 0 and below 1"),
    ] {
        place.run(&["predict", "seven.png", "--target-error", rate]).failure(1, &[expected]);
    }
    place.run(&["predict", "seven.png", "--target-error", "few"]).failure(2, &["expected a rate such as 0.1%"]);
}

#[test]
fn a_network_is_shown_layer_by_layer() {
    let place = Workplace::new();
    let text = place.run(&["model", "show", "paper"]).success().stdout;
    for (layer, output, parameters) in [
        ("conv2d ", "26x26x32", "320"),
        ("conv2d_1", "11x11x64", "18,496"),
        ("conv2d_2", "9x9x64", "36,928"),
        ("flatten", "1024", ""),
        ("dense ", "100", "102,500"),
        ("dense_1", "10", "1,010"),
        ("total", "", "159,254"),
    ] {
        let line = text.lines().find(|line| line.starts_with(layer)).unwrap();
        assert!(line.contains(output) && line.contains(parameters), "{line}");
    }
    let value = &place.run(&["model", "show", "--json"]).success().json()[0];
    assert_eq!(value["parameters"], 159_254);
    assert_eq!(value["layers"][0]["type"], "conv2d");
    assert!(value["provenance"]["data"].as_str().unwrap().contains("MNIST"), "{value}");
}

#[test]
fn the_model_inside_is_evaluated() {
    let place = Workplace::new();
    let value = &place.run(&["evaluate", "--json"]).success().json()[0];
    for (split, images, at_least) in [("train", 60_000, 0.996), ("test", 10_000, 0.985)] {
        let split = &value["splits"][split];
        assert_eq!(split["images"], images);
        let accuracy = split["accuracy"].as_f64().unwrap();
        assert!((at_least..=1.0).contains(&accuracy), "{accuracy}");
        let fraction = split["correct"].as_f64().unwrap() / f64::from(images);
        assert!((accuracy - fraction).abs() < 1e-12, "{accuracy} {fraction}");
    }
    let text = place.run(&["evaluate", "--split", "test"]).success().stdout;
    assert!(text.contains("precision    recall  f1-score   support") && text.contains("confusion matrix"), "{text}");
}

#[test]
fn the_data_are_shown_and_sampled() {
    let place = Workplace::new();
    let value = &place.run(&["data", "show", "--json"]).success().json()[0];
    assert_eq!(value["splits"]["train"]["classes"][1]["count"], 6_742);
    assert_eq!(value["splits"]["test"]["images"], 10_000);
    place.run(&["data", "show", "--split", "test", "--sheet", "digits.png", "--samples", "5"]).success();
    let sheet = std::fs::read(place.path("digits.png")).unwrap();
    assert!(sheet.starts_with(b"\x89PNG"));
    place
        .run(&["data", "show", "--split", "test", "--sheet", "digits.png"])
        .failure(1, &["digits.png: already exists", "--force"]);
    assert_eq!(std::fs::read(place.path("digits.png")).unwrap(), sheet);
    place.run(&["data", "show", "--split", "test", "--sheet", "digits.png", "--force"]).success();
    assert_ne!(std::fs::read(place.path("digits.png")).unwrap(), sheet);
}

#[test]
fn instructions_can_be_chosen() {
    let place = Workplace::new();
    place.write("seven.png", png(28, 28, digits().image(0)));
    let chosen = |level: &str| place.finish(place.command().env("TENFOLD_CPU", level).args(["predict", "seven.png"]));
    assert!(chosen("portable").success().stdout.starts_with("seven.png: 7"));
    chosen("sse9")
        .failure(1, &["TENFOLD_CPU: unknown CPU level 'sse9': expected portable, simd128, neon, avx2 or avx512"]);
}

#[test]
fn the_bench_measures_and_checks() {
    let place = Workplace::new();
    let value = &place.run(&["bench", "--seconds", "0.2", "--json"]).success().json()[0];
    for (part, name, key) in [
        ("train", "batch_16", "images_per_s"),
        ("train", "batch_64", "images_per_s"),
        ("predict", "batch_1", "us"),
        ("predict", "batch_16", "images_per_s"),
        ("predict", "batch_256", "images_per_s"),
        ("predict_int8", "batch_1", "us"),
        ("predict_int8", "batch_16", "images_per_s"),
        ("predict_int8", "batch_256", "images_per_s"),
    ] {
        let result = &value[part][name];
        assert!(result[key].as_f64().unwrap() > 0.0, "{part}.{name}.{key}: {value}");
        assert!(result["share_of_peak"].as_f64().unwrap() > 0.0, "{part}.{name}: {value}");
    }
    assert!(value["machine"]["gflops"].as_f64().unwrap() > 0.0 && value["machine"]["cpu"].is_string(), "{value}");
    place.run(&["bench", "--seconds", "0"]).failure(1, &["--seconds is 0, expected up to 600"]);
}

#[test]
fn the_bench_takes_one_measurement_and_another_network() {
    let place = Workplace::new();
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/peers/general.toml");
    let measure = ["bench", "--seconds", "0.1", "--json", "--only"];
    for (part, name, key) in [("train", "batch_16", "images_per_s"), ("predict", "batch_1", "us")] {
        let asked = format!("{part}.{name}");
        let chosen = [&measure[..], &[asked.as_str(), "--network", network]].concat();
        let value = &place.run(&chosen).success().json()[0];
        assert!(value[part][name][key].as_f64().unwrap() > 0.0, "{value}");
        assert_eq!(value.as_object().unwrap().len(), 2, "the machine and what was asked for: {value}");
        assert_eq!(value[part].as_object().unwrap().len(), 1, "{value}");
    }

    place.run(&["bench", "--only", "train.batch_17"]).failure(2, &["train.batch_17", "expected one of train.batch_16"]);
    let contradiction = ["bench", "--only", "predict_int8.batch_1", "--network", network];
    place.run(&contradiction).failure(1, &["--only asks for int8"]);
    let wide = place
        .write("wide.toml", "input = [32, 32, 1]\nlayers = [{ type = \"flatten\" }, { type = \"dense\", units = 10 }]");
    let wide = wide.to_str().unwrap();
    place.run(&["bench", "--network", wide]).failure(1, &["32x32x1"]);
}

#[test]
fn every_preset_is_named_where_one_can_be_given() {
    let place = Workplace::new();
    for command in [&["train", "--help"][..], &["model", "show", "--help"], &["convert", "--help"]] {
        let help = place.run(command).success().stdout;
        let names = tenfold_network::PRESETS.map(|preset| preset.name).join(", ");
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(&names), "{command:?}: {names} in {help}");
    }
    let document = include_str!("../../../../docs/presets.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.collect::<Vec<_>>(), tenfold_network::PRESETS.map(|preset| preset.name), "docs/presets.md");
}

#[test]
fn the_commands_of_the_readme_are_understood() {
    let place = Workplace::new();
    let readme = include_str!("../../../../README.md");
    let commands: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("tenfold ")).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        // Help is given where all that comes before it has been understood.
        let words = command.split(" #").next().unwrap().split_whitespace().chain(["--help"]).collect::<Vec<_>>();
        place.run(&words).success();
    }
}
