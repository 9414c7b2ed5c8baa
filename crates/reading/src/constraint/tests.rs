//! Each part of a constraint against plain arithmetic on all short strings, and against published numbers.

use super::*;

fn checker(json: &str) -> Checker {
    Checker::new(serde_json::from_str(json).unwrap()).unwrap()
}

/// All strings of so many digits.
fn strings(digits: usize) -> impl Iterator<Item = String> {
    (0..10u32.pow(digits as u32)).map(move |number| format!("{number:0>digits$}"))
}

/// Checks a constraint against a predicate on the digits of all strings of up to `digits`.
fn same(json: &str, digits: usize, expected: impl Fn(&[u32]) -> bool) {
    let checker = checker(json);
    let mut valid = 0;
    for string in (1..=digits).flat_map(strings) {
        let figures: Vec<u32> = string.chars().map(|sign| sign.to_digit(10).unwrap()).collect();
        assert_eq!(checker.is_valid(&string), expected(&figures), "{json}: {string}");
        valid += usize::from(expected(&figures));
    }
    assert!(valid > 0, "{json}");
}

fn number(figures: &[u32]) -> u32 {
    figures.iter().fold(0, |number, figure| number * 10 + figure)
}

#[test]
fn every_part_is_what_it_says() {
    same("{}", 3, |_| true);
    same(r#"{"length": "2-3"}"#, 4, |it| (2..=3).contains(&it.len()));
    same(r#"{"length": 4}"#, 5, |it| it.len() == 4);
    same(r#"{"pattern": "[13-5]d{2}-7"}"#, 5, |it| it.len() == 4 && [1, 3, 4, 5].contains(&it[0]) && it[3] == 7);
    for (least, most) in [(0, 0), (0, 7), (7, 7), (15, 240), (99, 1000), (100, 199)] {
        same(&format!(r#"{{"range": "{least}-{most}"}}"#), 4, |it| (least..=most).contains(&number(it)));
    }
    same(r#"{"range": "0.05-12.50"}"#, 5, |it| it.len() >= 3 && (5..=1250).contains(&number(it)));
    same(r#"{"choices": ["1", "12", "012"]}"#, 4, |it| [&[1][..], &[1, 2], &[0, 1, 2]].contains(&it));
    same(r#"{"range": "5-50", "length": 2, "pattern": "dd"}"#, 3, |it| it.len() == 2 && (5..=50).contains(&number(it)));
}

#[test]
fn check_digits_are_those_of_their_formulas() {
    let weighted = |it: &[u32], weights: &[u32]| it.iter().zip(weights.iter().cycle()).map(|(a, b)| a * b).sum::<u32>();
    same(r#"{"check": "luhn"}"#, 5, |it| {
        let doubled = |(at, &figure): (usize, &u32)| {
            if at % 2 == 1 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][figure as usize] } else { figure }
        };
        it.len() >= 2 && it.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
    });
    same(r#"{"check": "mod97"}"#, 5, |it| it.len() >= 3 && number(it) % 97 == 1);
    let aba = checker(r#"{"check": "aba"}"#);
    let isbn = checker(r#"{"check": "isbn"}"#);
    for tail in strings(3) {
        let of =
            |head: &str| format!("{head}{tail}").chars().map(|sign| sign.to_digit(10).unwrap()).collect::<Vec<_>>();
        let (routing, short, long) = ("011000", "0306406", "9780306406");
        let sums = [
            weighted(&of(routing), &[3, 7, 1]) % 10,
            weighted(&of(short), &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11,
            weighted(&of(long), &[1, 3]) % 10,
        ];
        let found = [
            aba.is_valid(&format!("{routing}{tail}")),
            isbn.is_valid(&format!("{short}{tail}")),
            isbn.is_valid(&format!("{long}{tail}")),
        ];
        assert_eq!(found, sums.map(|sum| sum == 0), "{tail}");
    }
}

#[test]
fn published_numbers_are_valid_and_none_with_an_error_is() {
    let published = [
        ("luhn", "4539148803436467"),
        ("luhn", "79927398713"),
        ("mod97", "3214282912345698765432161182"),
        ("verhoeff", "2363"),
        ("verhoeff", "758722"),
        ("damm", "5724"),
        ("isbn", "0306406152"),
        ("isbn", "9780306406157"),
        ("aba", "011000015"),
        ("aba", "122105155"),
    ];
    for (check, text) in published {
        let checker = checker(&format!(r#"{{"check": "{check}"}}"#));
        assert!(checker.is_valid(text), "{check} {text}");
        for at in 0..text.len() {
            for other in (b'0'..=b'9').filter(|&other| other != text.as_bytes()[at]) {
                let mut wrong = text.as_bytes().to_vec();
                wrong[at] = other;
                assert!(!checker.is_valid(&String::from_utf8(wrong).unwrap()), "{check} {text}: {other} at {at}");
            }
        }
        // These two find every pair that changed places; others nearly all.
        for at in (1..text.len()).filter(|_| ["verhoeff", "damm"].contains(&check)) {
            let mut wrong = text.as_bytes().to_vec();
            wrong.swap(at - 1, at);
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(checker.is_valid(&wrong), wrong == text, "{check} {wrong}");
        }
        assert!(!checker.is_valid("") && !checker.is_valid("12a") && !checker.is_valid("0"));
    }
}

#[test]
fn dates_are_the_days_of_the_calendar() {
    let days = |month: u32, year: u32| match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    for order in ["ddmmyy", "mmddyy", "yymmdd"] {
        let (short, long) = (
            checker(&format!(r#"{{"date": "{order}"}}"#)),
            checker(&format!(r#"{{"date": "{}"}}"#, order.replace("yy", "yyyy"))),
        );
        for string in strings(6) {
            let part = |sign: &str| string[order.find(sign).unwrap()..][..2].parse::<u32>().unwrap();
            let (day, month, year) = (part("dd"), part("mm"), part("yy"));
            let is_day = |year: u32| (1..=12).contains(&month) && (1..=days(month, year)).contains(&day);
            assert_eq!(short.is_valid(&string), is_day(2000 + year), "{order}: {string}");
            let at = order.find("yy").unwrap();
            for century in [19, 20] {
                let string = format!("{}{century}{}", &string[..at], &string[at..]);
                assert_eq!(long.is_valid(&string), is_day(century * 100 + year), "{order}: {string}");
            }
        }
        assert!(!short.is_valid("010"));
    }
}

#[test]
fn strings_are_formatted_by_what_is_known() {
    assert_eq!(checker(r#"{"pattern": "dd-dddd"}"#).format("123456"), "12-3456");
    assert_eq!(checker(r#"{"pattern": "d{2}/dd."}"#).format("1234"), "12/34.");
    assert_eq!(checker(r#"{"range": "0.00-999.99"}"#).format("00012"), "000.12");
    assert_eq!(checker(r#"{"length": 3}"#).format("123"), "123");
}

#[test]
fn constraints_are_plain_data() {
    let json = r#"{"length":"4-6","pattern":"[12]d{3}","range":"1000-2999","choices":["1204","1205"],"check":"luhn","date":"yymmdd"}"#;
    let constraint: Constraint = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&constraint).unwrap(), json);
    assert_eq!(serde_json::from_str::<Constraint>(r#"{"length": 16}"#).unwrap().length, "16".parse().ok());
    assert!(Constraint::default().is_empty() && !constraint.is_empty());
}

#[test]
fn what_is_wrong_is_said() {
    let rows = [
        (r#"{"length": "0-4"}"#, "length '0-4': expected a number of digits from 1 to 64"),
        (r#"{"length": "65"}"#, "length '65': expected"),
        (r#"{"length": "6-4"}"#, "length '6-4': expected"),
        (r#"{"pattern": "dx"}"#, "pattern 'dx': expected for each place d"),
        (r#"{"pattern": "d{65}"}"#, "pattern 'd{65}'"),
        (r#"{"pattern": "{2}"}"#, "pattern '{2}'"),
        (r#"{"pattern": "d-{2}"}"#, "pattern 'd-{2}'"),
        (r#"{"pattern": "[]"}"#, "pattern '[]'"),
        (r#"{"pattern": "[5-1]"}"#, "pattern '[5-1]'"),
        (r#"{"pattern": "--"}"#, "pattern '--'"),
        (r#"{"range": "5"}"#, "range '5': expected two whole numbers"),
        (r#"{"range": "5-1"}"#, "range '5-1'"),
        (r#"{"range": "0-1.5"}"#, "range '0-1.5'"),
        (r#"{"range": "0-1234567890123456789"}"#, "range '0-1234567890123456789'"),
        (r#"{"choices": ["12", "x"]}"#, "choice 'x': expected digits alone"),
        (r#"{"check": "crc"}"#, "check 'crc': expected luhn, mod97, verhoeff, damm, isbn or aba"),
        (r#"{"date": "ddmm"}"#, "date 'ddmm': expected ddmmyyyy"),
        (r#"{"size": 3}"#, "unknown field `size`"),
        (r#"{"length": 1.5}"#, "expected a string or a whole number"),
    ];
    for (json, expected) in rows {
        let said = serde_json::from_str::<Constraint>(json).unwrap_err().to_string();
        assert!(said.contains(expected), "{json}: {said}");
    }
    let of = |json: &str| Checker::new(serde_json::from_str(json).unwrap()).unwrap_err();
    let said = of(r#"{"length": 4, "check": "aba"}"#).to_string();
    assert!(said.contains("no string fulfils all parts of the constraint: length 4, check aba"), "{said}");
    of(r#"{"pattern": "99dddd", "date": "ddmmyy"}"#);
    let large = of(r#"{"check": "mod97", "range": "1234567-123456789012345678", "length": "1-64"}"#);
    assert_eq!(large.kind(), tenfold_error_kind::ErrorKind::TooLarge, "{large}");
}
