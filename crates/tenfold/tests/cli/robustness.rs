//! `tenfold evaluate --corruptions`: errors on images that are harder to read, beside those of a reference.

use super::Workplace;

#[test]
fn corrupted_images_are_read_by_the_model_and_a_reference() {
    let place = Workplace::new();
    place.data("small");
    let train = ["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--quiet", "--out", "run"];
    place.run(&train).success();
    let evaluate = ["evaluate", "run", "--data", "small", "--corruptions"];
    let with = |more: &[&str]| place.run(&[&evaluate, more].concat());

    let printed = with(&["--json", "--out", "found", "--threads", "1"]).success().json();
    let splits = &printed[0]["splits"];
    assert!(splits["train"]["robustness"].is_null(), "only of the test images");
    let robustness = &splits["test"]["robustness"];
    let families = robustness["corruptions"].as_array().unwrap();
    assert_eq!((families.len(), &families[0]["corruption"]), (15, &"shot_noise".into()));
    let error = robustness["mean_corruption_error"].as_f64().unwrap();
    assert!(error > 110.0, "a linear network bears less than the model inside the program: {error}");
    let rates = robustness["distortions"][1]["error_rates"].as_array().unwrap();
    assert_eq!((rates.len(), &rates[5]), (11, &robustness["error_rate"]), "not turned at all");

    let names =
        ["robustness.txt", "robustness.json", "robustness.html", "errors-by-stroke-width.svg", "corruptions.png"];
    let files = place.files();
    names.iter().for_each(|name| assert!(files.contains(&format!("found/test-{name}")), "{name}: {files:?}"));
    assert!(!files.contains(&"found/train-robustness.txt".to_owned()));
    with(&["--out", "found"]).failure(1, &["found/train-report.txt"]);

    let text = with(&["--split", "test"]).success().stdout;
    assert!(text.contains(&format!("mean corruption error  {error:.1} (reference: 100)")), "{text}");
    let again = with(&["--split", "test", "--json", "--threads", "2"]).success().json();
    assert_eq!(&again[0]["splits"]["test"]["robustness"], robustness);
    let itself = with(&["--split", "test", "--json", "--reference", "run", "--seed", "2"]).success().json();
    let itself = &itself[0]["splits"]["test"]["robustness"];
    assert_eq!((&itself["mean_corruption_error"], &itself["seed"]), (&100.0.into(), &2.into()));
    with(&["--reference", "missing"]).failure(1, &["missing"]);
}
