//! Against all ways through small lattices, one by one.

use std::collections::BTreeMap;

use tenfold_imaging::InkBox;
use tenfold_random::{Purpose, Stream};

use super::*;
use crate::constraint::{Checker, Constraint};
use crate::lattice::{Arc, Glyph, Lattice, Sign, Taken};

/// A lattice of up to five segments of which up to three are a digit or a sign, and the network's answers.
fn random(number: u32) -> (Lattice, Vec<f32>) {
    let mut stream = Stream::new(1, Purpose::Test, 0, number);
    let segments = 2 + stream.below(4) as usize;
    let place = InkBox { left: 0, top: 0, width: 1, height: 1 };
    let (mut arcs, mut glyphs) = (Vec::new(), Vec::new());
    for from in 0..segments {
        for to in from + 1..=(from + 3).min(segments) {
            if stream.below(4) > 0 {
                let taken = Taken::Digit(glyphs.len());
                arcs.push(Arc { from, to, taken, form: -3.0 * stream.uniform() });
                glyphs.push(Glyph { from, to, place, joined: 0.0 });
            }
            if stream.below(4) == 0 {
                arcs.push(Arc {
                    from,
                    to,
                    taken: Taken::Sign(Sign { sign: 1, probability: 0.5, place }),
                    form: -4.0 * stream.uniform(),
                });
            }
        }
        arcs.push(Arc { from, to: from + 1, taken: Taken::LeftOut, form: -4.0 * stream.uniform() });
    }
    let ends = (0..segments).map(|_| -2.0 * stream.uniform()).collect();
    let mut probabilities = Vec::new();
    for _ in &glyphs {
        let row: Vec<f32> = (0..10).map(|_| stream.uniform().powi(8) + 1e-4).collect();
        let sum: f32 = row.iter().sum();
        probabilities.extend(row.iter().map(|one| one / sum));
    }
    (Lattice { arcs, ends, glyphs, seen: Vec::new() }, probabilities)
}

fn labels() -> Vec<String> {
    (0..10).map(|digit| digit.to_string()).collect()
}

/// Adds what all ways from a segment on, after `string`, are worth to the strings that they are.
fn all_ways(answers: &Answers<'_>, at: usize, string: &str, worth: f64, all: &mut BTreeMap<String, f64>) {
    let lattice = answers.lattice;
    if at == lattice.ends.len() {
        *all.entry(string.to_owned()).or_default() += worth;
        return;
    }
    for arc in lattice.arcs.iter().filter(|arc| arc.from == at) {
        let worth = worth * libm::exp(answers.likely(arc));
        match arc.taken {
            Taken::Sign(_) | Taken::LeftOut => all_ways(answers, arc.to, string, worth, all),
            Taken::Digit(glyph) => (0..10).for_each(|digit| {
                let worth = worth * f64::from(answers.row(glyph)[digit]);
                all_ways(answers, arc.to, &format!("{string}{digit}"), worth, all);
            }),
        }
    }
}

#[test]
fn the_most_probable_valid_strings_are_those_of_all_ways() {
    let constraints = [
        r#"{}"#,
        r#"{"length": "2-3"}"#,
        r#"{"pattern": "[13579]d-d"}"#,
        r#"{"range": "15-240"}"#,
        r#"{"choices": ["17", "170", "3", "999", "42"]}"#,
        r#"{"check": "luhn"}"#,
        r#"{"check": "mod97"}"#,
        r#"{"check": "verhoeff"}"#,
        r#"{"check": "damm", "length": 3}"#,
        r#"{"check": "verhoeff", "length": "2-4", "range": "0-5000", "pattern": "dd[0-4]"}"#,
    ];
    let class_of = std::array::from_fn(Some);
    let labels = labels();
    for constraint in constraints {
        let checker = Checker::new(serde_json::from_str::<Constraint>(constraint).unwrap()).unwrap();
        let mut found_some = 0;
        for number in 0..12 {
            let (lattice, probabilities) = random(number);
            let answers = Answers::of(&lattice, &probabilities, &labels);
            let mut all = BTreeMap::new();
            all_ways(&answers, 0, "", 1.0, &mut all);
            let total: f64 = all.values().sum();
            let mut valid: Vec<(f64, &String)> = all
                .iter()
                .filter(|(string, _)| checker.is_valid(string))
                .map(|(string, worth)| (worth / total, string))
                .collect();
            valid.sort_by(|a, b| b.0.total_cmp(&a.0));
            // The answers are of single precision and so do not quite add up to 1.
            let sum: f64 = valid.iter().map(|(worth, _)| worth).sum();
            let found = valid_paths(&answers, &class_of, &checker.automaton, 5).unwrap();
            let context = format!("{constraint}, {number}: {found:?}, expected {:?}", &valid[..valid.len().min(6)]);
            assert!((found.probability - sum).abs() < 1e-6, "{context}");
            valid.retain(|(worth, _)| sum >= IN_REACH && *worth >= LEAST_SHARE * sum);
            assert_eq!(found.first.len(), valid.len().min(5), "{context}");
            for (path, (worth, string)) in found.first.iter().zip(&valid) {
                let text: String = path.digits.iter().map(|(_, digit)| digit.to_string()).collect();
                assert!(text == **string && (path.probability - worth).abs() < 1e-6, "{context}");
                let arcs: Vec<&Arc> = path.digits.iter().map(|&(arc, _)| &lattice.arcs[arc]).collect();
                assert!(arcs.windows(2).all(|pair| pair[0].to <= pair[1].from), "{context}");
            }
            found_some += found.first.len();
        }
        assert!(found_some > 0, "{constraint}");
    }
}

#[test]
fn what_is_out_of_reach_or_too_long_is_not_read() {
    let (lattice, mut probabilities) = random(3);
    for row in probabilities.chunks_mut(10) {
        row.copy_from_slice(&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
    let class_of = std::array::from_fn(Some);
    let labels = labels();
    let answers = Answers::of(&lattice, &probabilities, &labels);
    let twos = Checker::new(Constraint { pattern: Some("22".parse().unwrap()), ..Constraint::default() }).unwrap();
    let found = valid_paths(&answers, &class_of, &twos.automaton, 5).unwrap();
    assert_eq!((found.probability, found.first.len()), (0.0, 0));
    let ones = Checker::new(Constraint { check: Some("mod97".parse().unwrap()), ..Constraint::default() }).unwrap();
    let mut long = random(3).0;
    while long.ends.len() < MOST / 97 {
        let behind =
            Lattice { arcs: long.arcs.clone(), ends: long.ends.clone(), glyphs: long.glyphs.clone(), seen: Vec::new() };
        long.append(behind);
    }
    let probabilities = vec![0.1; 10 * long.glyphs.len()];
    let answers = Answers::of(&long, &probabilities, &labels);
    assert_eq!(valid_paths(&answers, &class_of, &ones.automaton, 5), None);
}
