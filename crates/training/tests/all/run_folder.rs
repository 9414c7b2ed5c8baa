//! The folder of a run: what is made, refused, replaced and resumed, and what is never touched.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tenfold_training::{Error, RunFile, RunFolder, RunKind, fold_folder, sweep, trial_folder, write_new, write_whole};

const MARKER: &str = ".tenfold-run";

/// A run as it lies on the disk; nobody works in it.
fn run(path: &Path, kind: RunKind) {
    let folder = RunFolder::create(path, kind, false).unwrap();
    folder.write(RunFile::Environment, b"{}").unwrap();
    folder.write(RunFile::Config, b"seed = 1").unwrap();
    let part = |name: PathBuf| {
        let part = folder.part(kind, name).unwrap();
        for file in [RunFile::Config, RunFile::Environment, RunFile::Checkpoint, RunFile::Epoch(3), RunFile::Last] {
            part.write(file, b"part").unwrap();
        }
    };
    match kind {
        RunKind::Train => {
            folder.write(RunFile::Model, b"model").unwrap();
            fs::write(path.join("events.out.tfevents.1.tenfold"), "events").unwrap();
        }
        RunKind::CrossValidate => (1..=2).for_each(|number| part(fold_folder(number).into())),
        RunKind::Explore | RunKind::Search => {
            (1..=2).for_each(|number| part(Path::new("deeper").join(trial_folder(number))))
        }
    }
}

const KINDS: [RunKind; 4] = [RunKind::Train, RunKind::CrossValidate, RunKind::Explore, RunKind::Search];

/// Everything below a folder, with what files hold.
fn contents(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            all.extend(contents(&path));
            all.push((path, None));
        } else {
            all.push((path.clone(), path.is_file().then(|| fs::read(&path).unwrap())));
        }
    }
    all.sort();
    all
}

fn base() -> (TempDir, PathBuf) {
    let base = tempfile::tempdir().unwrap();
    let path = base.path().join("runs/first");
    (base, path)
}

#[test]
fn a_folder_is_made_refused_or_replaced() {
    for kind in KINDS {
        let (_base, path) = base();
        // Empty is free, whoever made it.
        fs::create_dir_all(&path).unwrap();
        run(&path, kind);
        let before = contents(&path);
        assert!(matches!(RunFolder::create(&path, kind, false), Err(Error::FolderExists { .. })));
        assert_eq!(contents(&path), before);
        let folder = RunFolder::create(&path, RunKind::Train, true).unwrap();
        let text = b"tenfold run 1: train\n".to_vec();
        assert_eq!(contents(&path), [(path.join(MARKER), Some(text))], "{kind}: the earlier run is gone");
        drop(folder);
        run(&path, RunKind::Train);
        assert_eq!(fs::read(path.join("config.toml")).unwrap(), b"seed = 1", "what has no recipe yet is free");
    }
}

/// A run is removed only with everything else in its place: of what is added here, nothing is the run's.
#[test]
fn nothing_that_a_run_has_not_written_is_ever_removed() {
    type Add = fn(&Path);
    let add: [(&str, Add); 12] = [
        ("a file", |run| fs::write(run.join("thesis.tex"), "years").unwrap()),
        ("another kind's file", |run| fs::write(run.join("variants.toml.bak"), "mine").unwrap()),
        ("a hidden file", |run| fs::write(run.join(".notes"), "mine").unwrap()),
        ("a folder", |run| {
            fs::create_dir(run.join("figures")).unwrap();
            fs::write(run.join("figures/1.png"), "mine").unwrap();
        }),
        ("a folder of a file's name", |run| {
            let _ = fs::remove_file(run.join("results.json"));
            fs::create_dir(run.join("results.json")).unwrap();
            fs::write(run.join("results.json/1"), "mine").unwrap();
        }),
        ("a run", |run| self::run(&run.join("mine"), RunKind::Train)),
        ("a run that is called as a fold", |run| self::run(&run.join("fold-7"), RunKind::Train)),
        ("a run that is called as a trial", |run| self::run(&run.join("deeper/trial-7"), RunKind::Train)),
        ("an older run that is called as a fold", |run| {
            fs::create_dir(run.join("fold-7")).unwrap();
            fs::write(run.join("fold-7/config.toml"), "seed = 1").unwrap();
        }),
        ("a file in a part", |run| {
            for part in ["fold-1", "deeper/trial-1"].map(|part| run.join(part)) {
                fs::create_dir_all(&part).unwrap();
                fs::write(part.join("notes.txt"), "mine").unwrap();
            }
        }),
        ("a link to a file", |run| {
            fs::write(run.parent().unwrap().join("model"), "mine").unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink(run.parent().unwrap().join("model"), run.join("best.safetensors")).unwrap();
            #[cfg(not(unix))]
            fs::write(run.join("model.lnk"), "").unwrap();
        }),
        ("a name that is no text", |run| {
            #[cfg(target_os = "linux")]
            {
                use std::os::unix::ffi::OsStrExt;
                fs::write(run.join(std::ffi::OsStr::from_bytes(b"config.toml\xff")), "mine").unwrap();
            }
            #[cfg(not(target_os = "linux"))]
            fs::write(run.join("mine"), "").unwrap();
        }),
    ];
    for kind in KINDS {
        for (what, add) in add {
            let (_base, path) = base();
            run(&path, kind);
            add(&path);
            let before = contents(path.parent().unwrap());
            let error = RunFolder::create(&path, kind, true).unwrap_err();
            assert!(matches!(error, Error::NotARun { .. }), "{what} in {kind}: {error}");
            assert_eq!(contents(path.parent().unwrap()), before, "{what} in {kind}");
        }
    }
}

#[test]
fn what_is_no_run_is_never_replaced() {
    let refused = |path: &Path, text: &str| {
        let runs = path.ancestors().find(|folder| folder.ends_with("runs")).unwrap();
        let before = contents(runs);
        let error = RunFolder::create(path, RunKind::Train, true).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
        assert_eq!(contents(runs), before);
    };
    // A folder of runs, and one of a user's files that are called as a run's are.
    let (_base, path) = base();
    run(&path, RunKind::Train);
    run(&path.with_file_name("second"), RunKind::Explore);
    refused(path.parent().unwrap(), "found first, a folder");
    let (_base, path) = base();
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("config.toml"), "title = 'my site'").unwrap();
    fs::write(path.join("results.json"), "[]").unwrap();
    refused(&path, "found config.toml");
    refused(&path.join("config.toml"), "found a file");
    refused(&path.join("config.toml/run"), "found a file");
    // A run of before there were markers; it gets one when it is resumed.
    fs::remove_file(path.join("results.json")).unwrap();
    fs::write(path.join("environment.json"), "{}").unwrap();
    refused(&path, "expected a run with its file .tenfold-run");
    drop(RunFolder::resume(&path, RunKind::Train).unwrap());
    RunFolder::create(&path, RunKind::Train, true).unwrap();
    // A marker of another version, a part of a run.
    let (_base, path) = base();
    run(&path, RunKind::CrossValidate);
    refused(&path.join("fold-1"), "found a part of a run");
    fs::write(path.join(MARKER), "tenfold run 2: train\n").unwrap();
    refused(&path, "found a .tenfold-run of another version");
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_not_replaced_either() {
    let (_base, path) = base();
    run(&path, RunKind::Train);
    let link = path.with_file_name("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let before = contents(&path);
    for link in [link.clone(), link.join("")] {
        let error = RunFolder::create(&link, RunKind::Train, true).unwrap_err().to_string();
        assert!(error.contains("found a symbolic link"), "{error}");
    }
    assert_eq!(contents(&path), before);
    let error = RunFolder::create(Path::new("/dev/null"), RunKind::Train, true).unwrap_err().to_string();
    assert!(error.contains("found a device"), "{error}");
    // An empty folder may lie elsewhere: nothing is removed there.
    fs::remove_file(&link).unwrap();
    fs::create_dir(path.with_file_name("disk")).unwrap();
    std::os::unix::fs::symlink("disk", &link).unwrap();
    run(&link, RunKind::Train);
    assert!(path.with_file_name("disk").join("config.toml").is_file());
}

#[test]
fn two_processes_do_not_work_in_one_folder() {
    let (_base, path) = base();
    let folder = RunFolder::create(&path, RunKind::Train, false).unwrap();
    let in_use = |result: Result<RunFolder, Error>| match result {
        Err(error @ Error::InUse { .. }) => {
            assert!(error.to_string().contains("another process at work in its folder"), "{error}");
        }
        other => panic!("{other:?}"),
    };
    in_use(RunFolder::create(&path, RunKind::Train, false));
    folder.write(RunFile::Config, b"seed = 1").unwrap();
    in_use(RunFolder::create(&path, RunKind::Train, true));
    in_use(RunFolder::resume(&path, RunKind::Train));
    RunFolder::open(&path).unwrap();
    drop(folder);
    RunFolder::resume(&path, RunKind::Train).unwrap();
    assert!(matches!(RunFolder::resume(path.parent().unwrap(), RunKind::Train), Err(Error::NoRun { .. })));
}

/// Whatever is there already is passed over, but for what a killed process has left without a recipe.
#[test]
fn folders_are_numbered() {
    let base = tempfile::tempdir().unwrap();
    let next = || RunFolder::create_numbered(base.path(), "paper", RunKind::Train).unwrap();
    run(&base.path().join("paper-1"), RunKind::Explore);
    fs::write(base.path().join("paper-2"), "a file").unwrap();
    fs::create_dir(base.path().join("paper-3")).unwrap();
    fs::write(base.path().join("paper-3/notes"), "").unwrap();
    let fourth = next();
    assert_eq!(fourth.path(), base.path().join("paper-4"));
    assert_eq!(next().path(), base.path().join("paper-5"), "another process is about to begin in paper-4");
    drop(fourth);
    assert_eq!(next().path(), base.path().join("paper-4"), "it never did");
}

/// A temporary file is as large as what was written; its process holds its lock.
#[test]
fn what_killed_processes_left_goes_away_and_what_lives_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [dead, alive, other] = [".tenfold-partial-dead", ".tenfold-partial-live", ".tenfold-other"];
    for name in [dead, alive, other] {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    fs::create_dir(folder.path().join(".tenfold-partial-folder")).unwrap();
    let lock = File::open(folder.path().join(alive)).unwrap();
    lock.lock().unwrap();
    sweep(folder.path()).unwrap();
    let left = |name: &str| folder.path().join(name).exists();
    assert_eq!([dead, alive, other, ".tenfold-partial-folder"].map(left), [false, true, true, true]);
    drop(lock);
    sweep(folder.path()).unwrap();
    assert!(!left(alive));
}

/// Many processes write and sweep at once: nobody takes another's file away.
#[test]
fn sweeping_disturbs_no_writer() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = folder.path().join(format!("{thread}"));
            let folder = folder.path();
            scope.spawn(move || {
                for turn in 0..50u32 {
                    write_whole(&path, &turn.to_le_bytes()).unwrap();
                    sweep(folder).unwrap();
                    assert_eq!(fs::read(&path).unwrap(), turn.to_le_bytes());
                }
            });
        }
    });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn files_are_written_whole_with_the_permissions_of_any_file() {
    let (_base, path) = base();
    let folder = RunFolder::create(&path, RunKind::Train, false).unwrap();
    folder.write(RunFile::Config, b"one").unwrap();
    folder.write(RunFile::Config, b"two").unwrap();
    assert_eq!(fs::read(folder.file(RunFile::Config)).unwrap(), b"two");
    assert_eq!(fs::read_dir(&path).unwrap().count(), 2, "no temporary files are left");
    let error = write_new(&folder.file(RunFile::Config), b"three").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(folder.file(RunFile::Config)).unwrap(), b"two");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let ordinary = path.with_file_name("ordinary");
        fs::write(&ordinary, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder.file(RunFile::Config)), mode(&ordinary));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_reported_and_leaves_nothing() {
    let (_base, path) = base();
    let folder = RunFolder::create(&path, RunKind::Train, false).unwrap();
    folder.write(RunFile::Model, b"before").unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    let error = folder.write(RunFile::Model, b"after").unwrap_err().to_string();
    assert!(error.contains("model.safetensors: cannot write the file: No such file or directory"), "{error}");
    assert!(matches!(RunFolder::create(Path::new(""), RunKind::Train, false), Err(Error::Io { .. })));
    let error = RunFolder::create(Path::new("/proc/nowhere"), RunKind::Train, false).unwrap_err().to_string();
    assert!(error.starts_with("/proc/nowhere: cannot make the folder"), "{error}");
}
