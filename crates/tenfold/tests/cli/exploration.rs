//! `tenfold explore` where variants are called or do what others do not.

use super::Workplace;
use super::experiments::json;

const LIST: &str = "[[variant]]\nname = 'plain'\n[[variant]]\nname = 'wild'\n\
    optimizer = { type = 'sgd', learning_rate = 1e38, momentum = 0.9, nesterov = false }\n\
    [[variant]]\nname = 'small steps'\n\
    optimizer = { type = 'sgd', learning_rate = 0.001, momentum = 0.9, nesterov = false }\n";

const EXPLORE: [&str; 8] = ["explore", "list.toml", "--data", "small", "--preset", "mlp", "--epochs", "1"];

#[test]
fn a_variant_that_diverges_is_a_row_that_says_so() {
    let place = Workplace::new();
    place.data("small");
    place.write("list.toml", LIST);
    let explore = [&EXPLORE[..], &["--folds", "2", "--out", "run"]].concat();
    let text = place.run(&explore).success().stdout;
    assert!(text.contains("wild, trial 1: training diverged in epoch 1"), "{text}");
    let table = text.split("variant ").nth(1).unwrap();
    let row = |name: &str| table.lines().position(|line| line.starts_with(name)).unwrap();
    assert!(row("wild") > row("plain") && row("wild") > row("small steps"), "those without figures are last: {table}");
    assert!(table.contains("wild         diverged in trial 1, 2"), "{table}");
    let results = json(&place, "run/results.json");
    let [plain, wild, small] = [0, 1, 2].map(|index| &results["variants"][index]);
    assert!(wild["accuracy"].is_null() && wild["gain"].is_null() && wild["seconds_per_epoch"].is_null());
    assert_eq!(wild["diverged"].as_array().unwrap().len(), 2);
    assert!(wild["diverged"][1]["reason"].as_str().unwrap().starts_with("training diverged in epoch 1"), "{wild}");
    for judged in [plain, small] {
        assert_eq!((judged["accuracy"]["n"].as_u64(), judged["diverged"].as_array().map(Vec::len)), (Some(2), Some(0)));
        assert!(judged["gain"].is_f64());
    }
    let told = place.run(&["explore", "--resume", "run", "--json"]).success().json();
    assert_eq!(told.last().unwrap()["variants"], results["variants"], "the same again, seconds included");
    let events: Vec<bool> = told[..6].iter().map(|event| event["diverged"].is_string()).collect();
    assert_eq!(events.iter().filter(|&&diverged| diverged).count(), 2);

    // What others are compared with may diverge too: then there is no gain to tell.
    place.write(
        "list.toml",
        LIST.replace("1e38", "0.01").replace(
            "name = 'plain'",
            "name = 'plain'\npreset = 'linear'\n\
        optimizer = { type = 'sgd', learning_rate = 1e38, momentum = 0.9, nesterov = false }",
        ),
    );
    place.run(&[&EXPLORE[..], &["--seeds", "1", "--out", "first", "--quiet"]].concat()).success();
    let results = json(&place, "first/results.json");
    assert!(results["variants"][0]["accuracy"].is_null() && results["variants"][1]["gain"].is_null(), "{results}");
    assert!(results["variants"][1]["accuracy"]["mean"].is_f64());
}

#[test]
fn no_name_of_a_variant_leaves_the_run_or_shares_a_folder() {
    let place = Workplace::new();
    place.data("small");
    place.write("precious/notes", "");
    for (names, text) in [
        (&[".."][..], "variant '..': expected a name that can be a folder's"),
        (&["plain", "../precious"], "variant '../precious': expected a name"),
        (&["a b", "a-b"], "variants 'a b' and 'a-b' would share the folder a-b"),
        (&["config.toml"], "variant 'config.toml': expected a name"),
    ] {
        let list: String = names.iter().map(|name| format!("[[variant]]\nname = '{name}'\n")).collect();
        place.write("list.toml", list);
        place.run(&[&EXPLORE[..], &["--out", "run"]].concat()).failure(1, &[text]);
        assert!(!place.path("run").exists() && !place.path("trial-1").exists());
    }
}

/// Patience chooses each trial's epoch, and the table is of the models that are handed out.
#[test]
fn with_patience_the_best_epoch_is_judged() {
    let place = Workplace::new();
    place.data("small");
    place.write("list.toml", "[[variant]]\nname = 'plain'\n");
    let patient = ["--preset", "mlp", "--epochs", "8", "--learning-rate", "0.3", "--patience", "2", "--out", "run"];
    let explore = ["explore", "list.toml", "--data", "small", "--seeds", "1", "--quiet"];
    let outcome = place.run(&[&explore[..], &patient].concat()).success();
    assert!(outcome.stderr.contains("warning: with patience each model is that of the epoch that is best"));
    let metrics = std::fs::read_to_string(place.path("run/plain/trial-1/metrics.jsonl")).unwrap();
    let losses: Vec<f64> = metrics
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["validation"]["loss"].as_f64().unwrap())
        .collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(losses.last() != Some(&best), "{losses:?}");
    assert_eq!(json(&place, "run/results.json")["variants"][0]["loss"]["mean"], best);
}
