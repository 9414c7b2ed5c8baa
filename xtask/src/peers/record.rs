//! What was measured, as Markdown and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::contestants::{DATASET_BYTES, Unit, WHOLE_RUN_IMAGES};
use super::results::{Measured, Spread};
use super::speed::Speed;

/// Where, with what and how the tables were made.
pub(super) struct Provenance {
    pub command: String,
    pub commit: String,
    /// The commit's day.
    pub date: String,
    pub processor: String,
    pub cores: usize,
    /// Processes that wanted to run just before, on average over a minute, where the system knows it.
    pub load: Option<String>,
    pub versions: Vec<(String, String)>,
    pub rounds: usize,
    pub seconds: f64,
}

/// The record as Markdown.
pub(super) fn markdown(provenance: &Provenance, tables: &[Measured]) -> String {
    let Provenance { command, commit, date, processor, cores, load, versions, rounds, seconds } = provenance;
    let versions: Vec<String> = versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let load = load.as_deref().unwrap_or("unknown");
    let mut text = format!(
        "# Speed beside other libraries\n\n\
         - command: `{command}`\n\
         - commit: {commit} ({date})\n\
         - machine: {processor}, {cores} cores; load before the first measurement: {load}\n\
         - versions: {}\n\
         - {rounds} rounds; in each, every contestant of a table runs once for {seconds} s, one after the other. A speed \
         is the median over the rounds of the median over a contestant's windows, with the range over the rounds. The \
         ratio is taken in each round, to that round's fastest peer. What the peers are and what each leaves out: \
         [bench/peers](../../peers).\n",
        versions.join(", ")
    );
    for table in tables {
        text += "\n";
        text += &section(table);
    }
    text
}

fn section(table: &Measured) -> String {
    let mut text = format!("## {}\n\n", table.group.title);
    if let Some(reason) = &table.skipped {
        return text + &format!("Not measured: {reason}.\n");
    }
    let unit = table.group.unit;
    let _ = writeln!(text, "| | {} | range | |\n|---|---|---|---|", unit.title());
    for (index, contestant) in table.group.contestants.iter().enumerate() {
        let (middle, range) = match table.speeds(index) {
            Some(speeds) => (unit.print(speeds.median), unit.range(speeds)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        let notes = notes(table, index).join("; ").replace('|', "\\|");
        let name = if index == 0 { "**Tenfold**" } else { contestant.name };
        let _ = writeln!(text, "| {name} | {middle} | {range} | {notes} |");
    }
    text += "\n";
    text += &comparison(table);
    text
}

/// The line under a table.
fn comparison(table: &Measured) -> String {
    let mut text = match (Spread::of(table.ratios()), table.best_peer()) {
        (Some(Spread { median, least, most }), Some(peer)) => format!(
            "Tenfold is **{median:.2}** times as fast as the fastest peer ({least:.2} to {most:.2} over the rounds); \
             overall that is {peer}.\n"
        ),
        _ => "Nothing to compare.\n".to_owned(),
    };
    if let Some(Spread { median, least, most }) = Spread::of(table.ratios_to_earlier()) {
        let _ = writeln!(text, "Its speed is {median:.2} times that of the earlier build ({least:.2} to {most:.2}).");
    }
    text
}

/// What else there is to say about a contestant.
fn notes(table: &Measured, contestant: usize) -> Vec<String> {
    let rounds = &table.rounds[contestant];
    let spread = |value: fn(&Speed) -> Option<f64>| Spread::of(rounds.iter().flatten().filter_map(value));
    let mut notes = Vec::new();
    if let Some(share) = spread(|speed| speed.share_of_peak) {
        notes.push(format!("{:.0} % of the peak", 100.0 * share.median));
    }
    if let Some(memory) = spread(|speed| speed.peak_memory.map(|bytes| bytes as f64)) {
        let (megabytes, over) = (memory.most / 1e6, (memory.most - DATASET_BYTES as f64) / 1e6);
        notes.push(format!("at most {megabytes:.0} MB, {over:.0} MB over the images"));
    }
    if let Some((count, last)) = table.failures(contestant) {
        notes.push(format!("failed in {count} of {} rounds: {last}", rounds.len()));
    }
    notes
}

impl Unit {
    const fn title(self) -> &'static str {
        match self {
            Self::ImagesPerSecond => "images/s",
            Self::MicrosecondsAnImage => "us an image",
            Self::SecondsARun => "seconds",
        }
    }

    /// A speed in images per second, in this unit.
    fn print(self, rate: f64) -> String {
        match self {
            Self::ImagesPerSecond => format!("{rate:.0}"),
            Self::MicrosecondsAnImage => format!("{:.1}", 1e6 / rate),
            Self::SecondsARun => format!("{:.1}", WHOLE_RUN_IMAGES as f64 / rate),
        }
    }

    /// The ends of a range, the smaller number first.
    fn range(self, Spread { least, most, .. }: Spread) -> String {
        let (from, to) = if self == Self::ImagesPerSecond { (least, most) } else { (most, least) };
        format!("{} to {}", self.print(from), self.print(to))
    }
}

/// The record for programs: every round of everything, speeds in images per second.
pub(super) fn json(provenance: &Provenance, tables: &[Measured]) -> Value {
    let Provenance { command, commit, date, processor, cores, load, versions, rounds, seconds } = provenance;
    let versions: serde_json::Map<String, Value> =
        versions.iter().map(|(name, version)| (name.clone(), json!(version))).collect();
    json!({
        "command": command, "commit": commit, "date": date,
        "machine": { "processor": processor, "cores": cores, "load": load },
        "versions": versions, "rounds": rounds, "seconds": seconds,
        "tables": tables.iter().map(|table| table_json(table, *seconds)).collect::<Vec<_>>(),
    })
}

fn table_json(table: &Measured, seconds: f64) -> Value {
    let group = &table.group;
    if let Some(reason) = &table.skipped {
        return json!({ "name": group.name, "title": group.title, "skipped": reason });
    }
    let spread = |spread: Spread| json!({ "median": spread.median, "least": spread.least, "most": spread.most });
    let contestants: Vec<Value> = group
        .contestants
        .iter()
        .enumerate()
        .map(|(index, contestant)| {
            json!({
                "name": contestant.name,
                "command": contestant.command(group.task, seconds),
                "images_per_s": table.speeds(index).map(spread),
                "rounds": table.rounds[index].iter().map(round_json).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "name": group.name, "title": group.title, "contestants": contestants,
        "ratio": Spread::of(table.ratios()).map(spread), "ratios": table.ratios(), "best_peer": table.best_peer(),
        "ratio_to_earlier": Spread::of(table.ratios_to_earlier()).map(spread),
    })
}

fn round_json(round: &Result<Speed, String>) -> Value {
    match round {
        Err(problem) => json!({ "error": problem }),
        Ok(Speed { median, best, share_of_peak, peak_memory }) => {
            json!({ "median": median, "best": best, "share_of_peak": share_of_peak, "peak_memory": peak_memory })
        }
    }
}

/// A machine's name as a folder: `Intel(R) Xeon(R) Processor @ 2.50GHz` with 2 cores is `xeon-2.50ghz-2-cores`.
pub(super) fn folder_name(processor: &str, cores: usize) -> String {
    let name = processor.to_lowercase().replace("(r)", " ").replace("(tm)", " ");
    let words = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'));
    let mut words: Vec<&str> = words.filter(|word| !["", "intel", "amd", "cpu", "processor"].contains(word)).collect();
    let cores = cores.to_string();
    words.extend([cores.as_str(), "cores"]);
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::results::tests::sample;

    #[test]
    fn a_table_tells_speeds_failures_and_the_ratio() {
        let mut table = sample();
        if let Ok(speed) = &mut table.rounds[0][0] {
            (speed.share_of_peak, speed.peak_memory) = (Some(0.5), Some(DATASET_BYTES + 20_000_000));
        }
        let expected = "## Training, batch 16, two threads\n\n\
            | | images/s | range | |\n|---|---|---|---|\n\
            | **Tenfold** | 300 | 200 to 400 | 50 % of the peak; at most 75 MB, 20 MB over the images |\n\
            | PyTorch eager | 100 | 100 to 100 |  |\n\
            | PyTorch channels_last | 175 | 150 to 200 | failed in 1 of 3 rounds: exit status: 1: out \\| of luck |\n\
            | PyTorch compile | - | - | failed in 3 of 3 rounds: exit status: 1: out \\| of luck |\n\n\
            Tenfold is **2.00** times as fast as the fastest peer (2.00 to 2.00 over the rounds); overall that is \
            PyTorch channels_last.\n";
        assert_eq!(section(&table), expected);
        table.skipped = Some("it was not asked for".to_owned());
        assert!(section(&table).ends_with("\n\nNot measured: it was not asked for.\n"));
    }

    #[test]
    fn times_are_told_with_the_shortest_first() {
        let speeds = Spread { median: 10_000.0, least: 5_000.0, most: 20_000.0 };
        assert_eq!(Unit::MicrosecondsAnImage.print(speeds.median), "100.0");
        assert_eq!(Unit::MicrosecondsAnImage.range(speeds), "50.0 to 200.0");
        assert_eq!(Unit::SecondsARun.range(speeds), "30.0 to 120.0");
    }

    #[test]
    fn programs_find_every_round() {
        let table = table_json(&sample(), 3.0);
        assert_eq!(table["ratio"]["median"], 2.0);
        assert_eq!(table["best_peer"], "PyTorch channels_last");
        let peer = &table["contestants"][2];
        assert_eq!((&peer["images_per_s"]["median"], &peer["rounds"][0]["median"]), (&175.0.into(), &150.0.into()));
        assert_eq!(peer["rounds"][1]["error"], "exit status: 1: out | of luck");
        assert!(peer["command"].as_str().unwrap().ends_with("--setting channels_last"), "{peer}");
        assert!(table["contestants"][3]["images_per_s"].is_null());
    }

    #[test]
    fn a_machine_has_a_short_name() {
        for (processor, cores, name) in [
            ("Intel(R) Xeon(R) Processor @ 2.50GHz", 2, "xeon-2.50ghz-2-cores"),
            ("AMD Ryzen 9 7950X 16-Core Processor", 32, "ryzen-9-7950x-16-core-32-cores"),
            ("Intel(R) Core(TM) i7-1185G7 CPU @ 3.00GHz", 4, "core-i7-1185g7-3.00ghz-4-cores"),
        ] {
            assert_eq!(folder_name(processor, cores), name);
        }
    }
}
