//! What is said of pictures each of which is hard for one reason.

use crate::{Error, GreyImage, Recognizer};

/// A seven, as it is drawn.
#[derive(Clone, Copy)]
struct Seven {
    size: [u32; 2],
    /// Where its upper left corner is, and how high it is.
    place: [f64; 2],
    height: f64,
    /// Half the width of its strokes.
    pen: f64,
    paper: f64,
    ink: f64,
    /// From paper to ink at the edges of strokes.
    edge: f64,
}

const GOOD: Seven =
    Seven { size: [100, 140], place: [25.0, 30.0], height: 80.0, pen: 4.5, paper: 235.0, ink: 40.0, edge: 1.0 };

impl Seven {
    fn ink_at(&self, x: f64, y: f64) -> f64 {
        let [left, top] = self.place;
        let [x, y] = [(x - left) / self.height, (y - top) / self.height];
        let strokes = [[0.0, 0.0, 0.625, 0.0], [0.625, 0.0, 0.25, 1.0]];
        let nearest = strokes.map(|stroke| super::pictures::distance([x, y], stroke)).into_iter().fold(9.0, f64::min);
        ((self.pen - nearest * self.height) / self.edge + 0.5).clamp(0.0, 1.0)
    }

    fn draw(&self) -> GreyImage {
        let [width, height] = self.size;
        let level = |at: u32| {
            let ink = self.ink_at(f64::from(at % width), f64::from(at / width));
            (self.paper + (self.ink - self.paper) * ink).round() as u8
        };
        GreyImage::new(width, height, (0..width * height).map(level).collect()).unwrap()
    }
}

/// The advice for a picture, each with what it is about.
fn advice(recognizer: &Recognizer, picture: GreyImage) -> Vec<(&'static str, String, String)> {
    let findings = recognizer.examine(&picture.into()).findings;
    findings.into_iter().filter_map(|it| Some((it.about, it.found, it.advice?))).collect()
}

#[test]
fn a_good_picture_needs_no_advice() {
    let examination = Recognizer::embedded().examine(&GOOD.draw().into());
    assert_eq!(examination.answer.unwrap().label, "7");
    let said: Vec<(&str, &str)> = examination.findings.iter().map(|it| (it.about, it.found.as_str())).collect();
    assert_eq!(
        said[..3],
        [
            (
                "size",
                "the picture is 100 by 140 pixels, the digit 59 wide and 89 high, 21 from the left and 26 from the top"
            ),
            ("ink", "dark ink on light paper: paper 235, ink 40; the paper has one level"),
            ("strokes", "strokes are 2.1 pixels thick where the digit has 20; in most handwriting 2 to 4"),
        ]
    );
    assert!(said[3].0 == "answer" && said[3].1.starts_with("the best answer is 7 ("), "{said:?}");
    assert!(examination.findings.iter().all(|it| it.advice.is_none()), "{:?}", examination.findings);
}

#[test]
fn each_fault_is_found_and_has_its_advice() {
    let small = Seven { size: [40, 40], place: [12.0, 14.0], height: 11.0, pen: 0.8, ..GOOD };
    let large = Seven { size: [1_000, 1_400], place: [250.0, 300.0], height: 800.0, pen: 1.0, ..GOOD };
    let shadow = {
        let seven = Seven { size: [400, 400], place: [40.0, 80.0], height: 200.0, pen: 4.0, paper: 220.0, ..GOOD };
        let level = |(at, &level): (usize, &u8)| {
            let (x, y) = (at % 400, at / 400);
            (if x < 200 { level } else { 120 }) + ((7 * x + 3 * y) % 5) as u8
        };
        let pixels = seven.draw().pixels().iter().enumerate().map(level).collect();
        GreyImage::new(400, 400, pixels).unwrap()
    };
    let table = {
        let level = |(at, &level): (usize, &u8)| if at % 100 < 8 { 60 } else { level };
        GreyImage::new(100, 140, GOOD.draw().pixels().iter().enumerate().map(level).collect()).unwrap()
    };
    let two = {
        let other = Seven { size: [200, 140], place: [115.0, 30.0], ..GOOD }.draw();
        let one = Seven { size: [200, 140], ..GOOD }.draw();
        let darker = one.pixels().iter().zip(other.pixels()).map(|(&a, &b)| a.min(b)).collect();
        GreyImage::new(200, 140, darker).unwrap()
    };
    let dash = (0..140 * 40)
        .map(|at| if (20..120).contains(&(at % 140)) && (15..24).contains(&(at / 140)) { 40 } else { 235 });
    let rows = [
        (GreyImage::new(140, 40, dash.collect()).unwrap(), "digits", "times as wide as high", "show one digit"),
        (small.draw(), "size", "the digit 9 wide and 14 high", "photograph it nearer"),
        (Seven { ink: 200.0, ..GOOD }.draw(), "ink", "paper 235, ink 200", "write with a darker pen"),
        (shadow, "ink", "uneven", "even light"),
        (large.draw(), "strokes", "strokes are 0.1 pixels thick", "a thicker pen"),
        (Seven { pen: 18.0, ..GOOD }.draw(), "strokes", "strokes are ", "a finer pen"),
        (Seven { place: [2.0, 30.0], ..GOOD }.draw(), "border", "reaches the border", "leave paper on all sides"),
        (table, "border", "reaches in from the border is left out", "the paper and the digit alone"),
        (two, "digits", "several digits, expected one: 77", "let the picture show one digit"),
        (Seven { pen: 8.0, edge: 24.0, ..GOOD }.draw(), "focus", "blurred: from paper to ink", "in focus"),
        (super::pictures::blank(), "ink", "the picture is 100 by 140 pixels; blank picture", "write with a darker pen"),
        (super::pictures::speck(), "size", "no mark large enough to be a digit", "crop the picture to the digit"),
    ];
    let mut missing = Vec::new();
    for (picture, about, found, expected) in rows {
        let said = advice(&Recognizer::embedded(), picture);
        let is_said = |(subject, what, advice): &(&str, String, String)| {
            *subject == about && what.contains(found) && advice.contains(expected)
        };
        if !said.iter().any(is_said) {
            missing.push((about, said));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_lies_between_two_digits_is_said() {
    let recognizer = Recognizer::builder().min_confidence(1.0).build().unwrap();
    let examination = recognizer.examine(&GOOD.draw().into());
    let Err(Error::Unsure(unsure)) = examination.answer else { panic!("{:?}", examination.answer) };
    let answer = examination.findings.last().unwrap();
    assert!(answer.found.ends_with("; expected at least 100.0 %"), "{answer:?}");
    let expected = format!("write it so that it cannot be taken for {}", unsure.ranking[1].label);
    assert_eq!(answer.advice.as_deref(), Some(expected.as_str()));
}
