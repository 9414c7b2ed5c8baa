//! What `--force` and `--out` may replace: files by files, runs by runs, and nothing else.

use std::collections::BTreeMap;

use super::Workplace;

const TRAIN: [&str; 8] = ["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--quiet"];

/// Everything in the workplace that is a file, with its contents.
fn contents(place: &Workplace) -> BTreeMap<String, Vec<u8>> {
    place.files().into_iter().map(|name| (name.clone(), std::fs::read(place.path(&name)).unwrap())).collect()
}

fn train(place: &Workplace, more: &[&str]) -> super::Outcome {
    place.run(&[&TRAIN[..], more].concat())
}

/// All these were once taken for runs: their files are called as a run's are.
#[test]
fn force_removes_no_run_but_the_one_it_names_and_no_file_of_a_user() {
    let place = Workplace::new();
    place.data("small");
    train(&place, &["--out", "runs/one"]).success();
    train(&place, &["--out", "runs/two"]).success();
    place.write("site/config.toml", "title = 'my site'");
    place.write("answers/results.json", "[1, 2, 3]");
    train(&place, &["--out", "kept"]).success();
    place.write("kept/results.json", "mine, and none of a training run");
    train(&place, &["--out", "nested"]).success();
    train(&place, &["--out", "nested/inner"]).success();
    let before = contents(&place);
    for (out, found) in [
        ("runs", "found one, a folder"),
        ("site", "found config.toml"),
        ("answers", "found results.json"),
        ("kept", "found results.json"),
        ("nested", "found inner, a folder"),
        ("site/config.toml", "found a file"),
    ] {
        for command in [&["train"][..], &["cross-validate", "--folds", "2"], &["explore", "--folds", "2"]] {
            let arguments = [command, &TRAIN[1..], &["--out", out, "--force"]].concat();
            place.run(&arguments).failure(1, &[found, "\nhint: --force replaces runs only"]);
            assert_eq!(contents(&place), before, "{arguments:?}");
        }
    }
    train(&place, &["--out", "nested/inner", "--force"]).success();
    train(&place, &["--out", "runs/one", "--force", "--seed", "2"]).success();
    assert!(place.path("runs/two/model.safetensors").exists());
}

/// Whatever a kind of run leaves, with all that it can leave, another may replace: the list of files is whole.
#[test]
fn every_kind_of_run_can_be_replaced_by_every_other() {
    let place = Workplace::new();
    place.data("small");
    let list = "[[variant]]\nname = 'one'\n[[variant]]\nname = 'another one'\n";
    place.write("list.toml", list);
    let short = [&TRAIN[1..], &["--out", "run"]].concat();
    let more = ["--validation", "0.2", "--patience", "1", "--keep-every", "1", "--tensorboard", "--peek"];
    let kinds = [
        [&["train"], &more[..]].concat(),
        vec!["cross-validate", "--folds", "2"],
        vec!["explore", "list.toml", "--folds", "2"],
    ];
    for earlier in &kinds {
        for later in &kinds {
            let run = |kind: &[&str], force: &[&str]| place.run(&[kind, &short, force].concat()).success();
            let earlier = run(earlier, if place.path("run").exists() { &["--force"] } else { &[] });
            drop(earlier);
            run(later, &["--force"]);
            let fresh = Workplace::new();
            fresh.data("small");
            fresh.write("list.toml", list);
            fresh.run(&[later, &short[..]].concat()).success();
            // Event files are called after the time.
            let names = |place: &Workplace| -> Vec<String> {
                place.files().into_iter().filter(|name| !name.contains("tfevents")).collect()
            };
            assert_eq!(names(&place), names(&fresh), "nothing of the earlier run is left");
            assert!(place.files().iter().filter(|name| name.contains("tfevents")).count() <= 1);
        }
    }
}

#[test]
fn a_run_is_not_replaced_by_one_that_cannot_begin() {
    let place = Workplace::new();
    place.data("small");
    train(&place, &["--out", "run"]).success();
    place.write("list.toml", "[[variant]]\nname = '..'\n");
    place.write("big.toml", "input = [20, 20, 1]\nlayers = [{ type = \"flatten\" }, { type = \"dense\", units = 10 }]");
    let before = contents(&place);
    let replace = ["--out", "run", "--force"];
    for arguments in [
        &["train", "--data", "nowhere"][..],
        &["train", "--data", "small", "--epochs", "0"],
        &["train", "--data", "small", "--patience", "2"],
        &["train", "--data", "small", "--network", "big.toml"],
        &["cross-validate", "--data", "small", "--folds", "1"],
        &["cross-validate", "--data", "small", "--validation", "0.5"],
        &["cross-validate", "--data", "small", "--network", "big.toml"],
        &["explore", "list.toml", "--data", "small"],
        &["explore", "nothing.toml", "--data", "small"],
    ] {
        place.run(&[arguments, &replace].concat()).failure(1, &["error: "]);
        assert_eq!(contents(&place), before, "{arguments:?}");
    }
}

/// A run of a version that did not mark its folders is replaced only after it was resumed once.
#[test]
fn an_unmarked_run_is_resumed_but_not_replaced() {
    let place = Workplace::new();
    place.data("small");
    train(&place, &["--out", "run"]).success();
    std::fs::remove_file(place.path("run/.tenfold-run")).unwrap();
    let before = contents(&place);
    let texts = ["run: expected a run with its file .tenfold-run", "\nhint: --resume gives it one"];
    train(&place, &["--out", "run", "--force"]).failure(1, &texts);
    assert_eq!(contents(&place), before);
    place.run(&["train", "--resume", "run", "--quiet"]).success();
    train(&place, &["--out", "run", "--force"]).success();
}

/// Every command that writes a file of a name that it is given, that name left out.
const WRITERS: [&[&str]; 9] = [
    &["convert", "run", "--data", "small", "--verify", "10"],
    &["quantize", "run", "--data", "small", "--out"],
    &["ensemble", "run", "run", "--out"],
    &["calibrate", "run", "--from", "cv", "--out"],
    &["model", "show", "run/model.safetensors", "--svg"],
    &["report", "run", "other", "--out"],
    &["data", "show", "--data", "small", "--split", "test", "--sheet"],
    &["data", "augment", "--data", "small", "--sheet"],
    &["evaluate", "run", "--data", "small", "--split", "test", "--out"],
];

/// A name that the command takes: the format of a model is in its ending.
fn name_for(writer: &[&str], name: &str) -> String {
    if writer[0] == "convert" { format!("{name}.npz") } else { name.to_owned() }
}

/// A place with all that [`WRITERS`] read.
fn place_for_writers() -> Workplace {
    let place = Workplace::new();
    place.data("small");
    train(&place, &["--out", "run"]).success();
    train(&place, &["--out", "other", "--seed", "2"]).success();
    place.run(&[&["cross-validate", "--folds", "2"], &TRAIN[1..], &["--out", "cv"]].concat()).success();
    place
}

#[cfg(unix)]
#[test]
fn only_files_are_replaced_no_folder_link_fifo_or_device() {
    use std::os::unix::fs::symlink;
    use std::process::Command;
    let place = place_for_writers();
    place.write("victim", "precious");
    for writer in WRITERS {
        let links = [place.path("victim"), "/dev/stdout".into(), "nowhere".into()].map(Some);
        for (index, link) in links.into_iter().chain([None]).enumerate() {
            let what = if link.is_some() { "a symbolic link" } else { "a FIFO" };
            // An evaluation makes a folder; the names in it are those of files.
            let is_folder = writer[0] == "evaluate";
            let name = name_for(writer, &format!("{}-{index}", writer[..2].join("-")));
            let target = if is_folder { format!("{name}/test-report.txt") } else { name.clone() };
            std::fs::create_dir_all(place.path(&target).parent().unwrap()).unwrap();
            match link {
                Some(link) => symlink(link, place.path(&target)).unwrap(),
                None => assert!(Command::new("mkfifo").arg(place.path(&target)).status().unwrap().success()),
            }
            for force in [&[][..], &["--force"]] {
                let outcome = place.run(&[writer, &[&name], force].concat());
                outcome.failure(1, &[&format!("{target}: expected the name of a file, found {what}\nhint: ")]);
            }
            assert!(!place.path(&target).is_file() || place.path(&target).is_symlink());
            assert_eq!(std::fs::read(place.path("victim")).unwrap(), b"precious");
        }
    }
    assert!(!place.path("nowhere").exists());
    for (arguments, text) in [
        (
            &["quantize", "run", "--data", "small", "--out", "/dev/stdout", "--force"][..],
            "/dev/stdout: expected the name",
        ),
        (
            &["quantize", "run", "--data", "small", "--out", "small", "--force"],
            "small: expected the name of a file, found a folder",
        ),
        (&["quantize", "run", "--data", "small", "--out", "/dev/null", "--force"], "found a device"),
        (
            &["evaluate", "run", "--data", "small", "--out", "victim"],
            "victim: expected a folder or a free name, found a file",
        ),
        (
            &["data", "show", "--data", "small", "--out", "/dev/null"],
            "/dev/null: expected a folder or a free name, found a device",
        ),
        (&["train", "--data", "small", "--out", "/dev/null", "--force"], "found a device"),
    ] {
        place.run(arguments).failure(1, &[text]);
    }
}

#[test]
fn files_are_replaced_only_with_force_and_what_killed_processes_left_goes_away() {
    let place = place_for_writers();
    for writer in WRITERS {
        let folder = format!("{}-out", writer[..2].join("-"));
        let name = name_for(writer, &format!("{folder}/new"));
        place.write(&format!("{folder}/.tenfold-partial-killed"), "half");
        if writer[0] == "evaluate" {
            place.write(&format!("{name}/.tenfold-partial-killed"), "half");
        }
        place.run(&[writer, &[&name]].concat()).success();
        let first = contents(&place);
        place.run(&[writer, &[&name]].concat()).failure(1, &["already exists\nhint: ", "--force"]);
        assert_eq!(contents(&place), first, "{writer:?}");
        place.run(&[writer, &[&name, "--force"]].concat()).success();
        let left: Vec<String> = place.files().into_iter().filter(|name| name.contains("partial")).collect();
        let own = |left: &String| left.starts_with(&folder) && writer[0] != "evaluate";
        assert!(!left.iter().any(own), "{left:?}");
        assert!(!place.path(&name).join(".tenfold-partial-killed").exists());
    }
    place.run(&["quantize", "--data", "nowhere", "--out", "no/such/file"]).failure(1, &["found no folder no/such"]);
}
