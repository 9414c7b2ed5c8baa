//! Who is compared with whom, at what: every table of the record as data.

/// One table: contestants who do the same work in turn.
pub(super) struct Group {
    /// What `--only` calls it.
    pub name: &'static str,
    pub title: &'static str,
    pub task: Task,
    /// The unit of a speed in the table.
    pub unit: Unit,
    /// Tenfold first, then an earlier build of it where one is given, then its peers.
    pub contestants: Vec<Contestant>,
}

/// What a contestant is asked to do.
#[derive(Clone, Copy)]
pub(super) struct Task {
    pub work: Work,
    pub batch: usize,
    pub threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Train,
    Predict,
    /// From the start of the process to its end: reading the images, ten epochs, evaluating on both sets.
    WholeRun,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    ImagesPerSecond,
    MicrosecondsAnImage,
    SecondsARun,
}

/// A program with a setting.
#[derive(Clone)]
pub(super) struct Contestant {
    pub name: &'static str,
    pub program: Program,
    /// What follows the options that all contestants share.
    pub options: Vec<&'static str>,
    pub environment: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// `tenfold bench --only` this, or `tenfold train` for whole runs.
    Tenfold { measurement: &'static str },
    /// The same of an earlier build.
    Earlier { measurement: &'static str },
    /// A script of `bench/peers`, with the packages of a requirements file there.
    Python { script: &'static str, requirements: &'static str },
    /// A program of `bench/peers/rust`.
    Rust { name: &'static str },
}

/// Models that `export_onnx.py` writes; a contestant reads one if its options name it.
pub(super) const MODELS: [&str; 2] = ["paper.onnx", "paper-int8.onnx"];

/// Networks other than the paper's.
const GENERAL: [&str; 2] = ["bench/peers/general.toml", "general"];
const COMPACT: [&str; 2] = ["bench/peers/compact.toml", "compact"];
const SMALL: [&str; 2] = ["bench/peers/small.toml", "small"];
/// Threads of everything but the predictions of single images.
const THREADS: usize = 2;
/// Images that a whole run trains on, over all epochs.
pub(super) const WHOLE_RUN_IMAGES: usize = 10 * 60_000;
/// Bytes of the images that a whole run reads: 70,000 of 28 by 28.
pub(super) const DATASET_BYTES: u64 = 70_000 * 28 * 28;

/// Tables that are made only when they are asked for by name.
pub(super) const WHOLE_RUN: &str = "whole_run";

/// Every table, in the order of the record.
pub(super) fn groups() -> Vec<Group> {
    let train = |name, title, batch, contestants| {
        let task = Task { work: Work::Train, batch, threads: THREADS };
        Group { name, title, task, unit: Unit::ImagesPerSecond, contestants }
    };
    let predict = |name, title, batch, contestants| {
        let task = Task { work: Work::Predict, batch, threads: THREADS };
        Group { name, title, task, unit: Unit::ImagesPerSecond, contestants }
    };
    let single = Task { work: Work::Predict, batch: 1, threads: 1 };
    let whole_run = Task { work: Work::WholeRun, batch: 16, threads: THREADS };
    vec![
        train("train_16", "Training, batch 16, two threads", 16, trainers("train.batch_16")),
        train("train_64", "Training, batch 64, two threads", 64, trainers("train.batch_64")),
        predict("predict_16", "Prediction in f32, batch 16, two threads", 16, predictors("predict.batch_16")),
        predict("predict_256", "Prediction in f32, batch 256, two threads", 256, predictors("predict.batch_256")),
        Group {
            name: "predict_1",
            title: "Prediction in f32 of one image, one thread",
            task: single,
            unit: Unit::MicrosecondsAnImage,
            contestants: predictors("predict.batch_1"),
        },
        predict("int8_16", "Prediction in int8, batch 16, two threads", 16, quantised("predict_int8.batch_16")),
        predict("int8_256", "Prediction in int8, batch 256, two threads", 256, quantised("predict_int8.batch_256")),
        train("general_16", "Training of general.toml, batch 16, two threads", 16, network("train.batch_16", GENERAL)),
        train("compact_16", "Training of compact.toml, batch 16, two threads", 16, network("train.batch_16", COMPACT)),
        train("compact_64", "Training of compact.toml, batch 64, two threads", 64, network("train.batch_64", COMPACT)),
        train("small_16", "Training of small.toml, batch 16, two threads", 16, network("train.batch_16", SMALL)),
        train("small_64", "Training of small.toml, batch 64, two threads", 64, network("train.batch_64", SMALL)),
        train("avx2_16", "Training with AVX2, batch 16, two threads", 16, avx2()),
        Group {
            name: WHOLE_RUN,
            title: "Ten epochs, whole process, two threads",
            task: whole_run,
            unit: Unit::SecondsARun,
            contestants: whole_runs(),
        },
    ]
}

fn trainers(measurement: &'static str) -> Vec<Contestant> {
    let mut contestants = vec![tenfold(measurement)];
    contestants.extend(PYTORCH.map(|(name, setting)| pytorch(name, setting)));
    contestants.extend([keras(), rust("burn (flex)", "burn"), rust("candle", "candle")]);
    contestants
}

fn predictors(measurement: &'static str) -> Vec<Contestant> {
    let mut contestants = vec![tenfold(measurement), onnxruntime("ONNX Runtime", MODELS[0])];
    contestants.extend(PYTORCH.map(|(name, setting)| pytorch(name, setting)));
    contestants.push(keras());
    contestants.extend([reader("tract", "tract"), reader("rten", "rten")]);
    contestants.extend([rust("candle", "candle"), rust("burn (flex)", "burn")]);
    contestants
}

fn quantised(measurement: &'static str) -> Vec<Contestant> {
    vec![
        tenfold(measurement),
        onnxruntime("ONNX Runtime, f32", MODELS[0]),
        onnxruntime("ONNX Runtime, int8", MODELS[1]),
    ]
}

/// Another network: its file, and its name in `pytorch.py`.
fn network(measurement: &'static str, [file, name]: [&'static str; 2]) -> Vec<Contestant> {
    let ours = tenfold(measurement).with(&["--network", file]);
    let peers = [EAGER, CHANNELS_LAST].map(|(title, setting)| pytorch(title, setting).with(&["--network", name]));
    std::iter::once(ours).chain(peers).collect()
}

fn avx2() -> Vec<Contestant> {
    let peers = PYTORCH.map(|(name, setting)| {
        // What its own kernels and compiler may use, and what oneDNN may.
        let environment = vec![("ATEN_CPU_CAPABILITY", "avx2"), ("ONEDNN_MAX_CPU_ISA", "AVX2")];
        Contestant { environment, ..pytorch(name, setting) }
    });
    let ours = Contestant { environment: vec![("TENFOLD_CPU", "avx2")], ..tenfold("train.batch_16") };
    std::iter::once(ours).chain(peers).collect()
}

fn whole_runs() -> Vec<Contestant> {
    let program = Program::Python { script: "pytorch_run.py", requirements: "torch" };
    let peers = PYTORCH.map(|(name, setting)| Contestant { program, ..pytorch(name, setting) });
    std::iter::once(tenfold("")).chain(peers).collect()
}

/// PyTorch's settings with the names they go by.
const PYTORCH: [(&str, &str); 3] = [EAGER, CHANNELS_LAST, ("PyTorch compile", "compile")];
const EAGER: (&str, &str) = ("PyTorch eager", "eager");
const CHANNELS_LAST: (&str, &str) = ("PyTorch channels_last", "channels_last");

fn tenfold(measurement: &'static str) -> Contestant {
    Contestant::new("Tenfold", Program::Tenfold { measurement })
}

fn pytorch(name: &'static str, setting: &'static str) -> Contestant {
    Contestant::new(name, Program::Python { script: "pytorch.py", requirements: "torch" }).with(&["--setting", setting])
}

fn keras() -> Contestant {
    Contestant::new("Keras (JAX)", Program::Python { script: "keras_peer.py", requirements: "keras" })
}

fn onnxruntime(name: &'static str, model: &'static str) -> Contestant {
    Contestant::new(name, Program::Python { script: "onnxruntime_peer.py", requirements: "onnxruntime" })
        .with(&["--model", model])
}

/// A Rust peer with a network of its own.
fn rust(name: &'static str, program: &'static str) -> Contestant {
    Contestant::new(name, Program::Rust { name: program })
}

/// A Rust peer that reads the network from an ONNX file.
fn reader(name: &'static str, program: &'static str) -> Contestant {
    rust(name, program).with(&["--model", MODELS[0]])
}

impl Contestant {
    fn new(name: &'static str, program: Program) -> Self {
        Self { name, program, options: Vec::new(), environment: Vec::new() }
    }

    fn with(mut self, options: &[&'static str]) -> Self {
        self.options.extend(options);
        self
    }

    /// What an earlier build does where this is Tenfold.
    pub(super) fn earlier(&self) -> Option<Self> {
        let Program::Tenfold { measurement } = self.program else { return None };
        Some(Self { name: "Tenfold, earlier", program: Program::Earlier { measurement }, ..self.clone() })
    }

    pub(super) fn is_peer(&self) -> bool {
        !matches!(self.program, Program::Tenfold { .. } | Program::Earlier { .. })
    }

    /// What is typed to have it do `task`, but for where images and models lie.
    pub(super) fn arguments(&self, task: Task, seconds: f64) -> Vec<String> {
        let Task { work, batch, threads } = task;
        let shared = match (self.program, work) {
            (Program::Tenfold { .. } | Program::Earlier { .. }, Work::WholeRun) => {
                format!("train --quiet --json --threads {threads}")
            }
            (Program::Tenfold { measurement } | Program::Earlier { measurement }, _) => {
                format!("bench --json --seconds {seconds} --threads {threads} --only {measurement}")
            }
            (_, Work::WholeRun) => format!("--threads {threads}"),
            (_, Work::Train) => format!("train --batch {batch} --threads {threads} --seconds {seconds}"),
            (_, Work::Predict) => format!("predict --batch {batch} --threads {threads} --seconds {seconds}"),
        };
        shared.split(' ').chain(self.options.iter().copied()).map(str::to_owned).collect()
    }

    /// The command, as the record prints it.
    pub(super) fn command(&self, task: Task, seconds: f64) -> String {
        let mut words: Vec<String> = self.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        words.push(match self.program {
            Program::Tenfold { .. } => "tenfold".to_owned(),
            Program::Earlier { .. } => "earlier/tenfold".to_owned(),
            Program::Python { script, .. } => format!("python {script}"),
            Program::Rust { name } => name.to_owned(),
        });
        words.extend(self.arguments(task, seconds));
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_tenfold_first_and_a_name_of_its_own() {
        let groups = groups();
        for (index, group) in groups.iter().enumerate() {
            let peers: Vec<bool> = group.contestants.iter().map(Contestant::is_peer).collect();
            assert!(peers.len() > 1 && !peers[0] && !peers[1..].contains(&false), "{}", group.name);
            assert!(groups[..index].iter().all(|other| other.name != group.name), "{} twice", group.name);
        }
    }

    #[test]
    fn a_contestant_is_told_what_to_do() {
        let groups = groups();
        let command = |group: &str, contestant: &str| {
            let group = groups.iter().find(|found| found.name == group).unwrap();
            let contestant = group.contestants.iter().find(|found| found.name == contestant).unwrap();
            contestant.command(group.task, 3.0)
        };
        let cases = [
            ("predict_1", "Tenfold", "tenfold bench --json --seconds 3 --threads 1 --only predict.batch_1"),
            ("train_64", "burn (flex)", "burn train --batch 64 --threads 2 --seconds 3"),
            (
                "avx2_16",
                "PyTorch eager",
                "ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 \
                 python pytorch.py train --batch 16 --threads 2 --seconds 3 --setting eager",
            ),
            ("whole_run", "PyTorch compile", "python pytorch_run.py --threads 2 --setting compile"),
        ];
        for (group, contestant, expected) in cases {
            assert_eq!(command(group, contestant), expected);
        }
    }
}
