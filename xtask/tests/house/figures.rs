//! Each figure that README.md gives is in the record that it links to.

use std::fs;

use crate::repository;

/// A number as it is written: its value and its decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Figure {
    value: f64,
    decimals: usize,
}

impl Figure {
    /// Whether a record's number is this one, or this is it rounded.
    fn is(self, recorded: Figure) -> bool {
        (self.value - recorded.value).abs() <= 0.5 / 10_f64.powi(self.decimals as i32) + 1e-9
            && recorded.decimals >= self.decimals
    }
}

/// The numbers in a text; commas between thousands are left out.
fn figures(text: &str) -> Vec<Figure> {
    let text = text.replace("AVX-512", "");
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.' && letter != ',');
    let figure = |word: &str| {
        let word = word.trim_matches(['.', ',']).replace(',', "");
        let value = word.parse().ok().filter(|_| word.starts_with(|first: char| first.is_ascii_digit()))?;
        Some(Figure { value, decimals: word.split_once('.').map_or(0, |(_, decimals)| decimals.len()) })
    };
    words.filter_map(figure).collect()
}

/// The text of each record that a part of README.md links to.
fn records(text: &str) -> String {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = links.filter(|link| link.starts_with("bench/record") && link.ends_with(".md"));
    files
        .map(|file| fs::read_to_string(repository().join(file)).unwrap_or_else(|_| panic!("README.md: no {file}")))
        .collect()
}

/// The cells of a table's row that hold what was measured here: not the first, which names it, nor the paper's.
fn measured<'a>(head: &str, row: &'a str) -> Vec<&'a str> {
    let heads: Vec<&str> = head.split('|').map(str::trim).collect();
    row.split('|')
        .enumerate()
        .filter(|(at, _)| *at > 1 && heads.get(*at) != Some(&"the paper"))
        .map(|(_, cell)| cell)
        .collect()
}

#[test]
fn figures_are_in_the_records() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## Measured\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut checked = 0;
    let mut check = |text: &str, records: &str, place: &str| {
        let recorded = figures(records);
        for figure in figures(text) {
            checked += 1;
            assert!(
                recorded.iter().any(|it| figure.is(*it)),
                "README.md: {figure:?} of '{place}' is in no record it links to"
            );
        }
    };
    let paragraphs: Vec<&str> = section.split("\n\n").map(str::trim).collect();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        if let [head, _, rows @ ..] = &paragraph.lines().collect::<Vec<_>>()[..]
            && head.starts_with('|')
        {
            let after = paragraphs[at + 1..].iter().take_while(|next| !next.starts_with('|'));
            let records = records(&after.copied().collect::<String>());
            rows.iter().for_each(|row| check(&measured(head, row).join(" "), &records, row));
        } else {
            let bold = paragraph.split("**").skip(1).step_by(2);
            bold.for_each(|text| check(text, &records(paragraph), text));
        }
    }
    assert!(checked >= 25, "only {checked} figures were looked at");
}

#[test]
fn figures_are_read_and_rounded() {
    let one = |text| figures(text)[0];
    assert_eq!(figures("10,526 images/s, 6.8 times; 62 s"), [one("10526"), one("6.8"), one("62")]);
    assert!(
        one("6.8").is(one("6.75"))
            && one("62").is(one("62.1"))
            && !one("6.8").is(one("6.7"))
            && !one("6.85").is(one("7"))
    );
}
