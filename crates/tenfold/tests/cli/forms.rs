//! The forms of the documentation, drawn with test digits.

use std::path::{Path, PathBuf};

use super::{Workplace, digits, png};

/// Pixels of a millimetre.
const DENSITY: usize = 6;

/// The width and height of a digit's image, margins included.
const SIDE: usize = 44;

struct Paper {
    width: usize,
    pixels: Vec<u8>,
}

impl Paper {
    fn new(width: usize, height: usize) -> Self {
        Self { width: width * DENSITY, pixels: vec![235; width * height * DENSITY * DENSITY] }
    }

    /// A filled rectangle: left, top, width and height in pixels.
    fn fill(&mut self, [left, top, width, height]: [usize; 4]) {
        for y in top..top + height {
            self.pixels[y * self.width + left..][..width].fill(40);
        }
    }

    /// The squares in the corners, at these places in millimetres.
    fn mark(&mut self, places: [[usize; 2]; 4]) {
        places.iter().for_each(|[x, y]| self.fill([(x - 2) * DENSITY, (y - 2) * DENSITY, 4 * DENSITY, 4 * DENSITY]));
    }

    /// The frame of a box in millimetres, and the lines between its cells.
    fn frame(&mut self, area: [usize; 4], cells: usize) {
        let [left, top, width, height] = area.map(|length| length * DENSITY);
        self.fill([left, top, width, 2]);
        self.fill([left, top + height - 2, width, 2]);
        (0..=cells).for_each(|cell| self.fill([left + width * cell / cells - cell / cells * 2, top, 2, height]));
    }

    /// Digits, each `step` pixels to the right of the one before, the first at a place in pixels.
    fn write(&mut self, text: &str, left: usize, top: usize, step: usize) {
        let digits = digits();
        for (at, digit) in text.bytes().enumerate() {
            // The fifth of each kind: none of these is hard to read.
            let index =
                (0..digits.len()).filter(|&index| digits.label(index) == u16::from(digit - b'0')).nth(4).unwrap();
            let image = digits.image(index);
            for place in 0..SIDE * SIDE {
                let (x, y) = (place % SIDE, place / SIDE);
                let ink = image[y * 28 / SIDE * 28 + x * 28 / SIDE];
                let pixel = &mut self.pixels[(top + y) * self.width + left + at * step + x];
                *pixel = (*pixel).min(235 - (u32::from(ink) * 190 / 255) as u8);
            }
        }
    }

    /// Digits in the cells of a box in millimetres.
    fn write_in(&mut self, [left, top, width, height]: [usize; 4], cells: usize, text: &str) {
        let step = width * DENSITY / cells;
        self.frame([left, top, width, height], cells);
        self.write(text, left * DENSITY + (step - SIDE) / 2, top * DENSITY + (height * DENSITY - SIDE) / 2, step);
    }

    fn png(&self) -> Vec<u8> {
        png(self.width as u32, (self.pixels.len() / self.width) as u32, &self.pixels)
    }
}

fn template(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/forms").join(name)
}

#[test]
fn the_forms_of_the_documentation_are_read() {
    let place = Workplace::new();
    let mut cheque = Paper::new(180, 80);
    cheque.mark([[7, 7], [173, 7], [7, 73], [173, 73]]);
    cheque.write_in([90, 12, 72, 10], 8, "24122025");
    cheque.frame([110, 32, 52, 12], 1);
    cheque.write("125075", 114 * DENSITY, 33 * DENSITY + 8, SIDE);
    cheque.write_in([18, 56, 72, 10], 9, "122105155");
    place.write("cheque.png", cheque.png());
    let mut meter = Paper::new(60, 20);
    meter.write("41873", 5 * DENSITY, 6 * DENSITY, SIDE + 4);
    place.write("meter.png", meter.png());
    let mut exam = Paper::new(150, 70);
    exam.mark([[6, 6], [144, 6], [6, 64], [144, 64]]);
    exam.write_in([20, 12, 48, 10], 6, "204713");
    exam.write_in([20, 40, 16, 10], 2, "12");
    exam.write_in([50, 40, 16, 10], 2, "7");
    exam.write_in([80, 40, 8, 10], 1, "");
    place.write("exam.png", exam.png());

    let read = |name: &str, code| {
        let form = template(&format!("{name}.toml"));
        let picture = format!("{name}.png");
        let run = |json: &[&str]| {
            place.run(&[&["read", "--template", form.to_str().unwrap(), picture.as_str()], json].concat())
        };
        let (said, outcome) = (run(&[]), run(&["--json"]));
        assert_eq!((said.code, outcome.code), (code, code), "{}", said.stdout);
        let texts = said.stdout.lines().map(|line| line.split(" (").next().unwrap().to_owned()).collect::<Vec<_>>();
        (texts, outcome.json()[0].clone())
    };
    let (texts, json) = read("cheque", 0);
    assert_eq!(texts, ["cheque.png, date: 24122025", "cheque.png, amount: 1250.75", "cheque.png, bank: 122105155"]);
    assert_eq!((&json["file"], &json["fields"][1]["name"]), (&"cheque.png".into(), &"amount".into()));
    assert_eq!(json["fields"][1]["valid"]["formatted"], "1250.75");
    let (area, digit) = (&json["fields"][1]["area"], &json["fields"][1]["digits"][0]["place"]);
    let near = |value: &serde_json::Value, expected: usize| value.as_u64().unwrap().abs_diff(expected as u64) < 4;
    assert!(near(&area["left"], 110 * DENSITY) && near(&area["width"], 52 * DENSITY), "{area}");
    assert!((114 * DENSITY..121 * DENSITY).contains(&(digit["left"].as_u64().unwrap() as usize)), "{digit}");
    assert_eq!(read("meter", 0).0, ["meter.png, reading: 41873"]);
    let (texts, json) = read("exam", 3);
    assert_eq!(texts[..3], ["exam.png, candidate: 204-713", "exam.png, question 1: 12", "exam.png, question 2: 7"]);
    assert_eq!(
        texts[3],
        "exam.png, choice: refused: blank picture: paper is 235, the strongest mark differs by 0, expected at least 25"
    );
    assert_eq!(json["fields"][3]["reason"], "blank");

    let [cheque, exam] = ["cheque.toml", "exam.toml"].map(|name| template(name).to_str().unwrap().to_owned());
    let table = place.run(&["read", "--template", &exam, "--csv", "exam.png", "meter.png"]).stdout;
    let rows: Vec<Vec<&str>> = table.lines().map(|row| row.splitn(7, ',').collect()).collect();
    assert_eq!(rows[0], ["file", "field", "text", "probability", "read", "reason", "message"]);
    assert_eq!((&rows[1][..3], &rows[1][4..]), (&["exam.png", "candidate", "204-713"][..], &["204713", "", ""][..]));
    assert_eq!(rows[4][..6], ["exam.png", "choice", "", "", "", "blank"]);
    assert_eq!(rows[5][..6], ["meter.png", "", "", "", "", "not_registered"]);

    let drawn = ["read", "--template", &cheque, "cheque.png", "--annotate", "seen.png"];
    place.run(&drawn).success();
    assert!(std::fs::read(place.path("seen.png")).unwrap().starts_with(b"\x89PNG"));
    let strict = ["read", "--template", &cheque, "cheque.png", "--strict", "--min-confidence", "1", "--json"];
    let outcome = place.run(&strict);
    assert_eq!((outcome.code, &outcome.json()[0]["fields"][0]["reason"]), (3, &"low_confidence".into()));

    let outcome = place.run(&["read", "--template", &cheque, "--json", "meter.png"]);
    assert_eq!((outcome.code, &outcome.json()[0]["reason"]), (3, &"not_registered".into()));
    for known in [&["--length", "3"][..], &["--whole-lines"]] {
        let both = [&["read", "--template", &cheque, "cheque.png"], known].concat();
        place.run(&both).failure(2, &[known[0], "--template"]);
    }
    place.write("bad.toml", "page = { width = 9 }");
    place.run(&["read", "--template", "bad.toml", "cheque.png"]).failure(1, &["bad.toml: not a template", "height"]);
}
