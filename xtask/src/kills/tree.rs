//! All files below a folder, without what the clock has put into them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tenfold_training::Checkpoint;

/// Keys of JSON that hold seconds: how long something took, or when it began.
const SECONDS: [&str; 4] = ["seconds", "seconds_per_epoch", "train_seconds", "started"];

/// Paths in the folder, and what is there: files without their times; of folders, that they are there.
pub(super) struct Tree(BTreeMap<String, Option<Vec<u8>>>);

impl Tree {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut tree = Self(BTreeMap::new());
        tree.add(folder, folder)?;
        Ok(tree)
    }

    fn add(&mut self, base: &Path, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(base)?.to_string_lossy().into_owned();
            if path.is_dir() {
                self.0.insert(name, None);
                self.add(base, &path)?;
            } else {
                let contents = timeless(&name, fs::read(&path)?).with_context(|| name.clone())?;
                self.0.insert(name, Some(contents));
            }
        }
        Ok(())
    }

    pub(super) fn has(&self, file: &str) -> bool {
        self.0.contains_key(file)
    }

    /// Checks that another is the same.
    pub(super) fn compare(&self, other: &Self) -> Result<()> {
        for (name, contents) in &self.0 {
            match other.0.get(name) {
                None => bail!("{name} is missing"),
                Some(found) if found != contents => bail!("{name} differs"),
                Some(_) => {}
            }
        }
        match other.0.keys().find(|name| !self.0.contains_key(*name)) {
            Some(name) => bail!("{name} is left behind"),
            None => Ok(()),
        }
    }
}

/// A file's contents with the times in them the same.
fn timeless(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let file = name.rsplit('/').next().unwrap_or(name);
    if file.starts_with("checkpoint") {
        let mut checkpoint = Checkpoint::from_bytes(&bytes)?;
        checkpoint.progress.partial.seconds = 0.0;
        checkpoint.progress.history.iter_mut().for_each(|epoch| epoch.seconds = 0.0);
        return Ok(checkpoint.to_bytes()?);
    }
    let text = |bytes| String::from_utf8(bytes).context("no text");
    Ok(match file.rsplit('.').next() {
        Some("json" | "jsonl") => {
            let values = serde_json::Deserializer::from_slice(&bytes).into_iter();
            let values = values.map(|value| Ok(without_seconds(value?))).collect::<Result<Vec<Value>>>()?;
            serde_json::to_vec(&values)?
        }
        Some("csv") if file == "metrics.csv" => {
            let rows = text(bytes)?;
            let rows = rows.lines().map(|row| row.rsplit_once(',').map_or(row, |(rest, _)| rest));
            rows.collect::<Vec<_>>().join("\n").into_bytes()
        }
        Some("html") => without_times(&text(bytes)?).into_bytes(),
        Some("md") => text(bytes)?.lines().map(without_cells_of_seconds).collect::<Vec<_>>().join("\n").into_bytes(),
        _ => bytes,
    })
}

fn without_seconds(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(without_seconds).collect(),
        Value::Object(entries) => {
            let kept = entries.into_iter().filter(|(key, _)| !SECONDS.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key, without_seconds(value))).collect())
        }
        other => other,
    }
}

/// A page without `1.2 s`, table cells of `1.2`, which only seconds are written so, and `2026-11-22 20:14 UTC`.
fn without_times(page: &str) -> String {
    let mut kept = String::new();
    let mut rest = page;
    while let Some(start) = rest.find(|it: char| it.is_ascii_digit()) {
        let end = rest[start..].find(|it: char| !it.is_ascii_digit() && !".:- ".contains(it));
        let end = end.map_or(rest.len(), |end| start + end);
        let (number, after) = (&rest[start..end], &rest[end..]);
        let tenths = number.trim_end().split_once('.').is_some_and(|(_, decimals)| decimals.len() == 1);
        let cell = rest[..start].ends_with('>') && after.starts_with('<');
        let seconds = tenths && (cell || number.ends_with(' ') && after.starts_with("s<"));
        let date = number.len() == "2026-11-22 20:14 ".len() && after.starts_with("UTC");
        kept += &rest[..start];
        kept += if seconds || date { "TIME" } else { number };
        rest = after;
    }
    kept + rest
}

/// A line of Markdown without cells of `1.2`, which only seconds are written so, and without what makes columns as wide.
fn without_cells_of_seconds(line: &str) -> String {
    let tenths = |cell: &str| cell.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 1);
    let kept = |cell: &str| if tenths(cell) { "TIME".to_owned() } else { cell.trim_matches('-').to_owned() };
    line.split('|').map(|cell| kept(cell.trim())).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_taken_out_and_nothing_else() {
        let page = "<td>3</td><td>0.3114</td><td>0.1</td><dd>12.5 s</dd> on 2026-11-22 20:14 UTC, 99.05 % of 7.5 px";
        let kept = "<td>3</td><td>0.3114</td><td>TIME</td><dd>TIMEs</dd> on TIMEUTC, 99.05 % of 7.5 px";
        assert_eq!(without_times(page), kept);
        let json = br#"{"epoch": 1, "train": {"loss": 0.5, "seconds": 1.5}, "seconds": 2}"#.to_vec();
        let kept = timeless("run/metrics.jsonl", json).unwrap();
        assert_eq!(kept, br#"[{"epoch":1,"train":{"loss":0.5}}]"#);
        let table = timeless(
            "search.md",
            b"# A search\n| loss  | seconds |\n| ----- | ------- |\n| 0.311 | 12.5    |".to_vec(),
        );
        assert_eq!(table.unwrap(), b"# A search\n|loss|seconds|\n|||\n|0.311|TIME|");
        let table = timeless("metrics.csv", b"epoch,loss,seconds\n1,0.5,3\n".to_vec()).unwrap();
        assert_eq!(table, b"epoch,loss\n1,0.5");
    }
}
