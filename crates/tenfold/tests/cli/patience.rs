//! Early stopping: the model of a run is its best, and everything says so.

use super::Workplace;
use super::experiments::json;

/// Learns too fast to go on getting better.
const PATIENT: [&str; 13] = [
    "train",
    "--data",
    "small",
    "--preset",
    "mlp",
    "--epochs",
    "12",
    "--learning-rate",
    "0.3",
    "--validation",
    "0.25",
    "--patience",
    "3",
];

fn losses(place: &Workplace, run: &str) -> Vec<f64> {
    let metrics = std::fs::read_to_string(place.path(run).join("metrics.jsonl")).unwrap();
    let line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["validation"]["loss"].as_f64().unwrap();
    metrics.lines().map(line).collect()
}

#[test]
fn the_model_is_the_best_and_the_last_lies_beside_it() {
    let place = Workplace::new();
    place.data("small");
    let outcome = place.run(&[&PATIENT[..], &["--out", "run", "--keep-every", "1"]].concat()).success();
    let losses = losses(&place, "run");
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let epoch = losses.iter().position(|&loss| loss == best).unwrap() + 1;
    assert_eq!(losses.len(), epoch + 3, "{losses:?}");
    let said =
        format!("the model is that of epoch {epoch}, with the lowest validation loss; the last is in last.safetensors");
    assert!(outcome.stdout.contains(&said), "{}", outcome.stdout);
    assert!(place.run(&["runs", "show", "run"]).success().stdout.contains(&said));
    let page = std::fs::read_to_string(place.path("run/report.html")).unwrap();
    assert!(page.contains(&said[1..]), "the report says it too");
    let evaluation = json(&place, "run/evaluation.json");
    assert_eq!((evaluation["epoch"].as_u64(), evaluation["stopped_early"].as_bool()), (Some(epoch as u64), Some(true)));

    // Both models against runs of just as many epochs, which have no patience.
    let model = |file: &str| {
        let evaluated = place.run(&["evaluate", file, "--data", "small", "--split", "test", "--json"]).success();
        evaluated.json()[0]["splits"]["test"].clone()
    };
    assert_eq!(model("run"), evaluation["splits"]["test"], "what is evaluated is what is handed out");
    for (epochs, file) in [(epoch, "run/model.safetensors"), (losses.len(), "run/last.safetensors")] {
        let (out, epochs) = (format!("as-many-{epochs}"), epochs.to_string());
        let plain = [&PATIENT[..5], &["--epochs", &epochs, "--quiet", "--out", &out], &PATIENT[7..11]].concat();
        place.run(&plain).success();
        assert_eq!(model(file), model(&out), "{file}");
        assert!(!place.path(&out).join("last.safetensors").exists(), "without patience nothing is chosen");
    }
    let again = place.run(&["report", "run"]).success();
    assert!(again.stderr.is_empty() && std::fs::read_to_string(place.path("run/report.html")).unwrap() == page);
    assert!(
        place.run(&["train", "--help"]).success().stdout.contains("with --patience that of the epoch with the lowest")
    );
}

/// Folds are judged by the images that patience looks at: that is said, and the figures are of the models handed out.
#[test]
fn a_cross_validation_with_patience_says_what_its_figures_are() {
    let place = Workplace::new();
    place.data("small");
    let cross =
        [&["cross-validate", "--folds", "2", "--out", "cv", "--quiet"], &PATIENT[1..9], &PATIENT[11..]].concat();
    let outcome = place.run(&cross).success();
    assert!(outcome.stderr.contains("warning: with patience each model is that of the epoch"), "{}", outcome.stderr);
    let page = std::fs::read_to_string(place.path("cv/report.html")).unwrap();
    assert!(page.contains("the figures are somewhat better than on new images."));
    let results = json(&place, "cv/results.json");
    for fold in [1, 2] {
        let losses = losses(&place, &format!("cv/fold-{fold}"));
        let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
        let told = &results["folds"][fold - 1];
        assert_eq!(told["evaluation"]["loss"], best);
        assert_eq!(told["epoch"], losses.iter().position(|&loss| loss == best).unwrap() + 1);
        assert!(place.path(&format!("cv/fold-{fold}/last.safetensors")).exists());
    }
}
