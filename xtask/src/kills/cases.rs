//! The commands that are killed.

/// A command, and how it is brought to its end after a kill.
pub(super) struct Case {
    /// What the record calls it.
    pub name: &'static str,
    /// What is run before, where it must be there and be left alone or be replaced.
    pub before: &'static [&'static str],
    /// What is killed, as words.
    pub command: &'static str,
    /// The folder of its run, which is resumed once it has a recipe.
    pub run: Option<&'static str>,
    /// How it is finished: by resuming the run, or, if it was killed before there was one, by running it again.
    pub again: &'static str,
    /// Files without which the case would try nothing.
    pub leaves: &'static [&'static str],
}

impl Case {
    /// What is run where there is nothing to resume: the same command again, or for files, with leave to replace them.
    pub(super) fn anew(&self) -> &'static str {
        if self.run.is_some() { self.command } else { self.again }
    }
}

/// Settings of all training: small, and the best epoch is not the last.
macro_rules! train {
    ($command:literal, $rest:literal) => {
        concat!($command, " --data data --network net.toml --threads 1 --quiet ", $rest)
    };
}

pub(super) const CASES: [Case; 17] = [
    Case {
        name: "train",
        before: &[],
        command: train!("train", "--epochs 3 --validation 0.25 --keep-every 2"),
        run: Some("runs/net-1"),
        again: "train --resume runs/net-1 --threads 1 --quiet",
        leaves: &["runs/net-1/best.safetensors", "runs/net-1/checkpoint-0002.safetensors", "runs/net-1/report.html"],
    },
    Case {
        name: "train --patience",
        before: &[],
        command: train!("train", "--epochs 4 --validation 0.25 --learning-rate 1 --patience 2 --out run"),
        run: Some("run"),
        again: "train --resume run --threads 1 --quiet",
        leaves: &["run/last.safetensors", "run/report.html"],
    },
    Case {
        name: "train --resume",
        before: &[
            train!("train", "--epochs 2 --validation 0.25 --out run"),
            "edit run/config.toml epochs = 2;epochs = 4",
        ],
        command: "train --resume run --threads 1 --quiet",
        run: Some("run"),
        again: "train --resume run --threads 1 --quiet",
        leaves: &["run/best.safetensors", "run/report.html"],
    },
    Case {
        name: "train --force",
        before: &[train!("cross-validate", "--epochs 1 --folds 2 --out run")],
        command: train!("train", "--epochs 1 --out run --force"),
        run: None,
        again: train!("train", "--epochs 1 --out run --force"),
        leaves: &["run/report.html"],
    },
    Case {
        name: "cross-validate",
        before: &[],
        command: train!("cross-validate", "--epochs 2 --folds 2 --out run"),
        run: Some("run"),
        again: "cross-validate --resume run --threads 1 --quiet",
        leaves: &["run/fold-2/best.safetensors", "run/predictions.csv", "run/report.html"],
    },
    Case {
        name: "cross-validate --patience",
        before: &[],
        command: train!("cross-validate", "--epochs 3 --folds 2 --learning-rate 1 --patience 1 --out run"),
        run: Some("run"),
        again: "cross-validate --resume run --threads 1 --quiet",
        leaves: &["run/fold-2/last.safetensors", "run/report.html"],
    },
    Case {
        name: "explore",
        before: &[],
        command: train!("explore list.toml", "--epochs 2 --folds 2 --out run"),
        run: Some("run"),
        again: "explore --resume run --threads 1 --quiet",
        leaves: &["run/results.json", "run/diverging/trial-2/config.toml"],
    },
    Case {
        name: "search",
        before: &[],
        command: train!("search space.toml", "--epochs 2 --out run"),
        run: Some("run"),
        again: "search --resume run --threads 1 --quiet",
        leaves: &["run/best.toml", "run/search.md", "run/report.html", "run/v1-at-0.5/trial-1/config.toml"],
    },
    Case {
        name: "convert",
        before: &[],
        command: "convert model.safetensors model.h5 --data data --verify 20",
        run: None,
        again: "convert model.safetensors model.h5 --data data --verify 20 --force",
        leaves: &["model.h5"],
    },
    Case {
        name: "convert --force",
        before: &["convert model.safetensors model.onnx --data data --logits --verify 20"],
        command: "convert model.safetensors model.onnx --data data --verify 20 --force",
        run: None,
        again: "convert model.safetensors model.onnx --data data --verify 20 --force",
        leaves: &["model.onnx"],
    },
    Case {
        name: "quantize",
        before: &[],
        command: "quantize model.safetensors --data data --out small.safetensors --threads 1",
        run: None,
        again: "quantize model.safetensors --data data --out small.safetensors --threads 1 --force",
        leaves: &["small.safetensors"],
    },
    Case {
        name: "ensemble",
        before: &[],
        command: "ensemble model.safetensors model.safetensors --out both.safetensors",
        run: None,
        again: "ensemble model.safetensors model.safetensors --out both.safetensors --force",
        leaves: &["both.safetensors"],
    },
    Case {
        name: "report of a run",
        before: &[train!("train", "--epochs 2 --out run"), "remove run/report.html"],
        command: "report run --threads 1",
        run: None,
        again: "report run --threads 1",
        leaves: &["run/report.html"],
    },
    Case {
        name: "report of a cross-validation",
        before: &[train!("cross-validate", "--epochs 1 --folds 2 --out run"), "remove run/report.html"],
        command: "report run --threads 1",
        run: None,
        again: "report run --threads 1",
        leaves: &["run/report.html"],
    },
    Case {
        name: "report of two runs",
        before: &[train!("train", "--epochs 1 --out one"), train!("train", "--epochs 1 --seed 2 --out two")],
        command: "report one two --threads 1 --out both.html",
        run: None,
        again: "report one two --threads 1 --out both.html --force",
        leaves: &["both.html"],
    },
    Case {
        name: "evaluate --out",
        before: &[],
        command: "evaluate model.safetensors --data data --threads 1 --out files/here",
        run: None,
        again: "evaluate model.safetensors --data data --threads 1 --out files/here --force",
        leaves: &["files/here/test-confusion.png", "files/here/train-predictions.jsonl"],
    },
    Case {
        name: "data show --out --sheet",
        before: &[],
        command: "data show --data data --out files --sheet sheet.png",
        run: None,
        again: "data show --data data --out files --sheet sheet.png --force",
        leaves: &["files/data.html", "sheet.png"],
    },
];
