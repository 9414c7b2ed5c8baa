//! Folds and validation by group: no writer is on both sides, and reports say how accuracy differs between writers.

use std::collections::BTreeMap;

use tenfold_dataset::{hold_out, idx};

use super::experiments::json;
use super::{Workplace, digits};

/// The small data set with the writers of its images; of the training images they are returned.
fn grouped(place: &Workplace) -> Vec<u32> {
    place.data("small");
    let all = digits();
    let [train, _] = [("train", 0.04, 1), ("t10k", 0.01, 2)].map(|(prefix, share, seed)| {
        let part = all.subset(&hold_out(all.labels(), share, seed).unwrap().validation).unwrap();
        let groups = part.groups().unwrap().to_vec();
        place.write(&format!("small/{prefix}-groups-idx1-int"), idx::write_groups(&groups));
        groups
    });
    train
}

const LINEAR: [&str; 6] = ["--data", "small", "--preset", "linear", "--epochs", "1"];

#[test]
fn folds_by_writer_are_judged_by_other_writers_and_compared_with_folds_by_image() {
    let place = Workplace::new();
    let writers = grouped(&place);
    let cross = [&["cross-validate", "--folds", "3"], &LINEAR[..]].concat();
    let told = place.run(&[&cross[..], &["--folds-by", "writer", "--out", "by-writer"]].concat()).success().stdout;
    assert!(told.contains("3 folds, drawn by group, none of which is in two of them"), "{told}");
    let results = json(&place, "by-writer/results.json");
    assert_eq!(results["plan"]["by"], "group");
    assert_eq!(results["by_group"]["correct"], results["out_of_fold"]["correct"]);
    let table = std::fs::read_to_string(place.path("by-writer/predictions.csv")).unwrap();
    let mut fold_of = BTreeMap::new();
    for (line, writer) in table.lines().skip(1).zip(&writers) {
        let fold = line.split(',').nth(3).unwrap();
        assert_eq!(*fold_of.entry(writer).or_insert(fold), fold, "writer {writer}");
    }
    assert_eq!(results["by_group"]["groups"], fold_of.len());
    let page = std::fs::read_to_string(place.path("by-writer/report.html")).unwrap();
    assert!(page.contains("By group") && page.contains("Errors of each group"), "the page has a section on groups");

    // What is interrupted goes on by the same folds.
    std::fs::remove_dir_all(place.path("by-writer/fold-2")).unwrap();
    place.run(&["cross-validate", "--resume", "by-writer", "--quiet"]).success();
    assert_eq!(json(&place, "by-writer/results.json")["out_of_fold"], results["out_of_fold"]);

    place.run(&[&cross[..], &["--out", "by-image"]].concat()).success();
    assert!(json(&place, "by-image/results.json")["plan"].get("by").is_none(), "as it was before there were groups");
    let page = std::fs::read_to_string(place.path("by-image/report.html")).unwrap();
    assert!(page.contains("this flatters"), "the page says what folds by image are worth");
    let compared = &place.run(&["compare", "by-image", "by-writer", "--json"]).success().json()[0];
    let pair = &compared["comparisons"][0];
    assert_eq!((&compared["split"], &pair["images"]), (&"out_of_fold".into(), &400.into()));
    assert_eq!(compared["models"][1]["evaluation"]["correct"], results["out_of_fold"]["correct"]);
    let interval = |end: &str| pair["difference_95_by_group"][end].as_f64().unwrap();
    let difference = pair["difference"].as_f64().unwrap();
    assert!(interval("low") < difference && difference < interval("high"), "{pair}");
    place
        .run(&["compare", "by-image", "by-writer/fold-1"])
        .failure(1, &["expected models or cross-validations, found both"]);
    place.write("by-image/predictions.csv", table.replace("\n0,", "\n1,"));
    place
        .run(&["compare", "by-image", "by-writer"])
        .failure(1, &["by-image/predictions.csv: line 2: expected image 0"]);
}

#[test]
fn validation_by_writer_is_resumed_to_the_byte() {
    let place = Workplace::new();
    grouped(&place);
    let train = |out: &str, more: &[&str]| {
        let by_writer = ["--validation", "0.2", "--validation-by", "writer", "--quiet", "--out", out];
        place.run(&[&["train"], &LINEAR[..4], &by_writer, more].concat()).success();
    };
    train("whole", &["--epochs", "2", "--threads", "2"]);
    train("stopped", &["--epochs", "1", "--threads", "1"]);
    let config = std::fs::read_to_string(place.path("stopped/config.toml")).unwrap();
    assert!(config.contains("validation = 0.2\nvalidation_by = \"group\"\n"), "{config}");
    place.write("stopped/config.toml", config.replace("epochs = 1", "epochs = 2"));
    place.run(&["train", "--resume", "stopped", "--quiet"]).success();
    let model = |run: &str| std::fs::read(place.path(&format!("{run}/best.safetensors"))).unwrap();
    assert!(model("whole") == model("stopped"), "a resumed run holds out the same writers");
    let told =
        place.run(&["evaluate", "whole", "--data", "small", "--split", "test", "--out", "files"]).success().stdout;
    let evaluation = json(&place, "whole/evaluation.json");
    let evaluated = &place.run(&["evaluate", "whole", "--data", "small", "--json"]).success().json()[0];
    for split in ["train", "test"] {
        assert_eq!(evaluation["splits"][split]["by_group"], evaluated["splits"][split]["by_group"], "{split}");
    }
    assert!(evaluation["splits"]["test"]["by_group"]["groups"].as_u64() > Some(1));
    assert!(told.contains(" groups, ") && place.path("files/test-hardest-group-1.png").exists(), "{told}");
}

#[test]
fn images_without_groups_cannot_be_divided_by_them() {
    let place = Workplace::new();
    place.data("small");
    let expected =
        ["no groups of these images are known", "hint: a folder of IDX files may have them in train-groups-idx1-int"];
    for command in [
        &["cross-validate", "--folds-by", "writer"][..],
        &["train", "--validation", "0.1", "--validation-by", "group"],
        &["explore", "--seeds", "2", "--validation-by", "writer"],
    ] {
        place.run(&[command, &LINEAR, &["--out", "run"]].concat()).failure(1, &expected);
        assert!(!place.path("run").exists());
    }
    place.run(&["cross-validate", "--folds-by", "person"]).failure(2, &["unknown variant `person`"]);
}
