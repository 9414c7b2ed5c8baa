//! `tenfold cross-validate`, `explore`, `compare` and `runs`: several runs, and what they say together.

use serde_json::Value;

use super::Workplace;

pub(super) fn json(place: &Workplace, path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(place.path(path)).unwrap()).unwrap()
}

#[test]
fn cross_validation_judges_every_image_once() {
    let place = Workplace::new();
    place.data("small");
    let cross = ["cross-validate", "--data", "small", "--preset", "linear", "--epochs", "2", "--folds", "4", "--json"];
    let told = place.run(&[&cross[..], &["--out", "cv"]].concat()).success().json();
    let results = json(&place, "cv/results.json");
    let folds = results["folds"].as_array().unwrap();
    assert_eq!(folds.len(), 4);
    let accuracies: Vec<f64> = folds.iter().map(|fold| fold["evaluation"]["accuracy"].as_f64().unwrap()).collect();
    let mean = accuracies.iter().sum::<f64>() / 4.0;
    assert!((results["accuracy"]["mean"].as_f64().unwrap() - mean).abs() < 1e-12);
    assert_eq!(results["out_of_fold"]["images"], 400);
    assert_eq!(told.last().unwrap()["accuracy"], results["accuracy"]);
    for fold in folds {
        assert_eq!((&fold["train_images"], &fold["evaluation"]["images"]), (&300.into(), &100.into()));
        assert_eq!(fold["history"].as_array().unwrap().len(), 2);
    }

    // The table holds every image once, and counting in it gives what the results say.
    let table = std::fs::read_to_string(place.path("cv/predictions.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 400);
    let right = rows.iter().filter(|row| row[1] == row[2]).count();
    assert_eq!(results["out_of_fold"]["correct"], right);

    // A fold is a run: its model says of its images what the table says.
    let model = "cv/fold-2/model.safetensors";
    assert!(place.run(&["model", "show", model]).success().stdout.contains("300 of the 400 training images"));
    let config = std::fs::read_to_string(place.path("cv/fold-2/config.toml")).unwrap();
    assert!(config.starts_with("seed = 2"), "{config}");

    // Finished folds are not trained again.
    std::fs::remove_file(place.path("cv/results.json")).unwrap();
    std::fs::remove_dir_all(place.path("cv/fold-3")).unwrap();
    place.run(&["cross-validate", "--resume", "cv", "--quiet"]).success();
    let again = json(&place, "cv/results.json");
    assert_eq!(again["out_of_fold"], results["out_of_fold"]);
    assert_eq!(again["folds"][0], results["folds"][0], "with its seconds");
}

#[test]
fn folds_can_be_those_of_scikit_learn() {
    let place = Workplace::new();
    place.data("small");
    let cross = ["cross-validate", "--data", "small", "--preset", "linear", "--epochs", "1", "--quiet"];
    place.run(&[&cross[..], &["--plain", "--folds-like", "sklearn", "--out", "cv"]].concat()).success();
    let table = std::fs::read_to_string(place.path("cv/predictions.csv")).unwrap();
    let fold_of: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').nth(3).unwrap()).collect();
    let labels = vec![0; 400];
    let rule =
        tenfold_dataset::FoldRule { kind: tenfold_dataset::FoldKind::Plain, like: tenfold_dataset::FoldsLike::Sklearn };
    for (fold, division) in (1..).zip(tenfold_dataset::k_fold(&labels, 5, rule, 1).unwrap()) {
        assert!(division.validation.iter().all(|&index| fold_of[index as usize] == fold.to_string()));
    }
    place
        .run(&[&cross[..], &["--validation", "0.1", "--out", "no"]].concat())
        .failure(1, &["--validation is 0.1, expected 0"]);
    place.run(&[&cross[..], &["--folds", "1", "--out", "no"]].concat()).failure(1, &["1", "2"]);
    assert!(!place.path("no").exists());
}

#[test]
fn an_exploration_is_one_table_whatever_the_jobs() {
    let place = Workplace::new();
    place.data("small");
    place.write(
        "list.toml",
        "[[variant]]\nname = \"linear\"\npreset = \"linear\"\n\
         [[variant]]\nname = \"hidden layer\"\npreset = \"mlp\"\n\
         [[variant]]\nname = \"hopeless\"\npreset = \"linear\"\n\
         optimizer = { type = \"sgd\", learning_rate = 1e-9, momentum = 0.0, nesterov = false }\n",
    );
    let explore = ["explore", "list.toml", "--data", "small", "--epochs", "3", "--folds", "3"];
    let text = place.run(&[&explore[..], &["--out", "one"]].concat()).success().stdout;
    assert!(text.contains("hopeless") && text.contains("points"), "{text}");
    place.run(&[&explore[..], &["--out", "two", "--jobs", "2", "--quiet"]].concat()).success();
    let [one, two] = ["one/results.json", "two/results.json"].map(|path| json(&place, path));
    for (row, other) in one["variants"].as_array().unwrap().iter().zip(two["variants"].as_array().unwrap()) {
        assert_eq!((&row["name"], &row["accuracy"]), (&other["name"], &other["accuracy"]));
    }
    let hopeless = &one["variants"][2];
    assert!(hopeless["gain_95"]["high"].as_f64().unwrap() < 0.0, "{hopeless}");
    assert_eq!(one["variants"][0]["gain"], 0.0);

    std::fs::remove_dir_all(place.path("one/hidden-layer/trial-2")).unwrap();
    place.run(&["explore", "--resume", "one", "--quiet"]).success();
    assert_eq!(json(&place, "one/results.json")["variants"][1]["accuracy"], one["variants"][1]["accuracy"]);

    let seeds = ["explore", "--data", "small", "--epochs", "1", "--seeds", "2", "--only", "linear", "--json"];
    let told = place.run(&seeds).success().json();
    assert_eq!(told.last().unwrap()["variants"][1]["accuracy"]["n"], 2);
}

#[test]
fn models_are_compared_in_pairs() {
    let place = Workplace::new();
    place.data("small");
    let train = |out: &str, more: &[&str]| {
        let arguments = ["train", "--data", "small", "--preset", "linear", "--epochs", "4", "--quiet", "--out", out];
        place.run(&[&arguments[..], more].concat()).success();
    };
    train("one", &[]);
    train("two", &["--seed", "2"]);
    train("bad", &["--learning-rate", "1e-9"]);
    let compare = ["compare", "one", "two/model.safetensors", "bad", "--data", "small", "--train"];
    let text = place.run(&compare).success().stdout;
    assert!(text.contains("A and B cannot be told apart by these images"), "{text}");
    assert!(text.contains("A is better than C") && text.contains("B is better than C"), "{text}");
    let value = &place.run(&[&compare[..], &["--json"]].concat()).success().json()[0];
    let verdicts: Vec<&str> =
        value["comparisons"].as_array().unwrap().iter().map(|it| it["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["not_distinguishable", "first_better", "first_better"]);
    let piped = std::fs::read(place.path("two/model.safetensors")).unwrap();
    let piped = place.finish(place.command().args(["compare", "one", "-", "--data", "small"]).write_stdin(piped));
    assert!(piped.success().stdout.contains("A and B cannot be told apart"));
    place.run(&["compare", "one"]).failure(2, &["2 values required"]);
    place.run(&["compare", "one", "nothing"]).failure(1, &["nothing: cannot open the file"]);
}

#[test]
fn earlier_runs_are_listed_and_shown() {
    let place = Workplace::new();
    place.data("small");
    place.run(&["runs", "list"]).failure(1, &["runs: cannot list the folder", "hint: `tenfold train` makes runs"]);
    let train = ["train", "--data", "small", "--preset", "linear", "--epochs", "2", "--quiet"];
    place.run(&[&train[..], &["--peek"]].concat()).success();
    place.run(&["cross-validate", "--data", "small", "--preset", "linear", "--epochs", "1", "--quiet"]).success();
    place.write("runs/notes.txt", "no run");
    place.write("runs/damaged/config.toml", "seed = 1");
    let listed = place.run(&["runs", "list"]).success();
    assert!(listed.stderr.contains("warning: runs/damaged/"), "one that cannot be read hides no other");
    let list = listed.stdout;
    assert!(list.contains("runs/linear-1  2 of 2 epochs  test "), "{list}");
    assert!(list.contains("runs/cross-validate-linear-1  cross-validate of 1 epochs each  mean over folds "), "{list}");
    let shown = place.run(&["runs", "show", "runs/linear-1"]).success().stdout;
    assert!(shown.contains("test images evaluated during training") && shown.contains("test loss"), "{shown}");
    let value = &place.run(&["runs", "show", "runs/linear-1", "--json"]).success().json()[0];
    assert_eq!((value["results"]["peeked"].as_bool(), value["epochs"].as_u64()), (Some(true), Some(2)));
    place.run(&["runs", "show", "runs"]).failure(1, &["runs: expected the folder of a run"]);
}

#[test]
fn a_run_goes_on_with_its_own_command_only() {
    let place = Workplace::new();
    place.data("small");
    let short = ["--data", "small", "--preset", "linear", "--epochs", "1", "--quiet", "--out"];
    place.run(&[&["train"], &short[..], &["run"]].concat()).success();
    place.run(&[&["cross-validate", "--folds", "2"], &short[..], &["cv"]].concat()).success();
    place
        .run(&["cross-validate", "--resume", "run"])
        .failure(1, &["run: expected a run of cross-validate, found one of train"]);
    for part in ["cv", "cv/fold-1"] {
        place
            .run(&["train", "--resume", part])
            .failure(1, &[&format!("{part}: expected a run of train, found one of cross-validate")]);
    }
    place.run(&["explore", "--resume", "cv"]).failure(1, &["expected a run of explore"]);
}

#[test]
fn reports_are_made_again_and_runs_compared_in_one() {
    let place = Workplace::new();
    place.data("small");
    let short = ["--data", "small", "--preset", "linear", "--epochs", "2", "--quiet", "--out"];
    place.run(&[&["train", "--validation", "0.2"], &short[..], &["one"]].concat()).success();
    place.run(&[&["train", "--seed", "2"], &short[..], &["two"]].concat()).success();
    place.run(&[&["cross-validate", "--folds", "2"], &short[..], &["cv"]].concat()).success();
    for run in ["one", "cv"] {
        let path = place.path(run).join("report.html");
        let before = std::fs::read_to_string(&path).unwrap();
        assert!(before.starts_with("<!DOCTYPE html>") && !before.contains("src=\"http"));
        std::fs::remove_file(&path).unwrap();
        place.run(&["report", run]).success();
        assert!(std::fs::read_to_string(&path).unwrap() == before, "{run}: the same page from the run's files");
    }
    place.run(&["report", "one", "two"]).success();
    let page = std::fs::read_to_string(place.path("comparison.html")).unwrap();
    assert!(page.contains("2 runs") && page.contains("exact test"), "{page}");
    place.run(&["report", "one", "two"]).failure(1, &["comparison.html: already exists", "--force"]);
    place.run(&["report", "nowhere"]).failure(1, &["nowhere: expected the folder of a run"]);
    std::fs::remove_file(place.path("two/evaluation.json")).unwrap();
    place.run(&["report", "two"]).failure(1, &["two: the run is not finished"]);
}

/// The temperature comes from answers to images that models have not seen; what is read does not change.
#[test]
fn a_model_is_calibrated_by_a_cross_validation_of_its_recipe() {
    let place = Workplace::new();
    place.data("small");
    let short = ["--data", "small", "--preset", "mlp", "--epochs", "60", "--quiet", "--out"];
    place.run(&[&["train"], &short[..], &["run"]].concat()).success();
    place.run(&[&["cross-validate", "--folds", "2"], &short[..], &["cv"]].concat()).success();
    place.run(&["calibrate", "run", "--from", "cv", "--out", "warm.safetensors"]).success();
    let found = json(&place, "cv/results.json")["temperature"].as_f64().unwrap();
    let shown = &place.run(&["model", "show", "warm.safetensors", "--json"]).success().json()[0];
    assert!((shown["temperature"].as_f64().unwrap() - found).abs() < 1e-6 && found != 1.0, "{shown}");

    let evaluate = |model: &str| {
        let arguments = ["evaluate", model, "--data", "small", "--split", "test", "--accept", "0.5", "--json"];
        place.run(&arguments).success().json()[0]["splits"]["test"].clone()
    };
    let (before, after) = (evaluate("run"), evaluate("warm.safetensors"));
    assert_eq!(before["confusion"], after["confusion"], "the same answers");
    assert!(after["loss"].as_f64().unwrap() < before["loss"].as_f64().unwrap(), "{before} {after}");
    assert!(after["accepted"]["accepted"].as_u64().unwrap() <= before["accepted"]["accepted"].as_u64().unwrap());

    let again = ["calibrate", "run", "--from", "cv", "--out", "warm.safetensors"];
    place.run(&again).failure(1, &["warm.safetensors: already exists"]);
    place.run(&[&["train"], &short[..2], &["--preset", "linear", "--out", "other"]].concat()).success();
    place
        .run(&["calibrate", "other", "--from", "cv", "--out", "no"])
        .failure(1, &["cv: expected a cross-validation of the model's network, found another network"]);
    place
        .run(&["calibrate", "run", "--from", "run", "--out", "no"])
        .failure(1, &["run/results.json: cannot open the file"]);
    place.run(&["evaluate", "--split", "test", "--accept", "2"]).failure(1, &["--accept is 2, expected 0 to 1"]);
}

#[test]
fn an_evaluation_leaves_its_files_where_it_is_told() {
    let place = Workplace::new();
    place.data("small");
    let evaluate = ["evaluate", "--data", "small", "--split", "test", "--out", "files"];
    place.run(&evaluate).success();
    let files = [
        "confusion.csv",
        "confusion.png",
        "confusion.svg",
        "evaluation.json",
        "least-sure.png",
        "precision-recall.svg",
        "predictions.csv",
        "predictions.jsonl",
        "reliability.svg",
        "report.txt",
        "right.png",
        "risk-coverage.svg",
    ];
    let found: Vec<String> = place.files().into_iter().filter(|file| file.starts_with("files/")).collect();
    for file in files {
        assert!(found.contains(&format!("files/test-{file}")), "{file} in {found:?}");
    }
    let matrix = std::fs::read_to_string(place.path("files/test-confusion.csv")).unwrap();
    let cells = matrix.lines().skip(1).flat_map(|line| line.split(',').skip(1));
    assert_eq!(cells.map(|cell| cell.parse::<u32>().unwrap()).sum::<u32>(), 100);
    let lines = std::fs::read_to_string(place.path("files/test-predictions.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 100);
    for line in lines.lines() {
        let sum: f64 = serde_json::from_str::<Value>(line).unwrap()["probabilities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_f64().unwrap())
            .sum();
        assert!((sum - 1.0).abs() < 1e-5, "{line}");
    }
    place.run(&evaluate).failure(1, &["already exists", "--force"]);
    place.run(&[&evaluate[..], &["--force"]].concat()).success();
}
