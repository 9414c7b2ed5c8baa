//! `tenfold search`: from a space to a recipe that `train` takes.

use super::Workplace;
use super::experiments::json;

const SPACE: &str = "eta = 2\nfolds = 3\nrecipe.epochs = 2\n\
    [[axis]]\nsetting = 'optimizer.learning_rate'\nchoice = [1e-7, 0.02, 1e38]\n";

#[test]
fn a_search_ends_with_a_recipe_to_train() {
    let place = Workplace::new();
    place.data("small");
    place.write("space.toml", SPACE);
    let search = ["search", "space.toml", "--data", "small", "--preset", "linear", "--batch", "8"];
    let outcome = place.run(&[&search[..], &["--out", "run"]].concat()).success();
    let text = &outcome.stdout;
    assert!(text.contains("v3, trial 1: training diverged") && text.contains("\nRung 1: 1 fold ("), "{text}");
    assert!(text.contains("v2 is the best, told apart from all others of the last rung by"), "{text}");
    assert!(text.contains("\nbest     v2 with optimizer.learning_rate = 0.02\nrecipe   run/best.toml\n"), "{text}");
    assert!(outcome.stderr.contains("warning: no groups of these images are known"), "{}", outcome.stderr);
    let results = json(&place, "run/results.json");
    assert_eq!(results["variants"][1]["settings"]["optimizer.learning_rate"], 0.02);
    assert_eq!((&results["told_apart"], results["plan"].get("by")), (&true.into(), None));
    let log = std::fs::read_to_string(place.path("run/search.md")).unwrap();
    assert!(log.contains("| v2      | 0.02 ") && log.contains("| best "), "{log}");

    place.run(&["train", "--recipe", "run/best.toml", "--data", "small", "--quiet", "--out", "best"]).success();
    let config = std::fs::read_to_string(place.path("best/config.toml")).unwrap();
    assert!(config.contains("batch = 8\n") && config.contains("learning_rate = 0.02\n"), "{config}");

    // A trial that is gone is trained again; with nothing to train, the files are made again.
    std::fs::remove_dir_all(place.path("run/v2/trial-1")).unwrap();
    let page = std::fs::read_to_string(place.path("run/report.html")).unwrap();
    assert!(page.contains("Rung 1: 1 fold") && page.contains("What was searched"), "{page}");
    let told = place.run(&["search", "--resume", "run", "--jobs", "2", "--json"]).success().json();
    assert_eq!(told.last().unwrap()["best"], "v2");
    place.run(&["report", "run", "--quiet"]).success();
    assert_eq!(json(&place, "run/results.json")["verdict"], results["verdict"]);
    let listed = place.run(&["runs", "list", "."]).success().stdout;
    assert!(listed.contains("./run  search of 10 epochs each  finished"), "{listed}");
}

#[test]
fn what_cannot_be_searched_is_refused_before_anything_is_made() {
    let place = Workplace::new();
    place.data("small");
    place.write("space.toml", SPACE);
    place.write("unknown.toml", SPACE.replace("optimizer.learning_rate", "optimizer.rate"));
    let search =
        |arguments: &[&str]| place.run(&[&["search"], arguments, &["--data", "small", "--out", "run"]].concat());
    search(&["unknown.toml"])
        .failure(1, &["unknown.toml: axis 1: expected a setting of a recipe, found 1e-7: unknown field `rate`"]);
    search(&["nowhere.toml"]).failure(1, &["nowhere.toml: cannot open the file"]);
    search(&["space.toml", "--validation", "0.1"])
        .failure(1, &["the share held out for validation is 0.1, expected 0"]);
    search(&[]).failure(2, &["required arguments were not provided"]);
    place.run(&["search", "space.toml", "--resume", "run"]).failure(2, &["cannot be used with"]);
    place.run(&["search", "--resume", "run"]).failure(1, &["run: expected the folder of a run"]);
    assert!(!place.path("run").exists());
}
