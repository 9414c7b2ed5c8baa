//! All digits of a picture.

use super::{Workplace, digits, png};

/// Rows of test images, each enlarged twice as dark ink on light paper, 60 pixels apart.
fn page(rows: &[&[usize]]) -> (u32, u32, Vec<u8>) {
    let digits = digits();
    let (width, height) = (40 + 60 * rows.iter().map(|row| row.len()).max().unwrap(), 40 + 90 * rows.len());
    let mut pixels = vec![230; width * height];
    for (line, row) in rows.iter().enumerate() {
        for (place, &index) in row.iter().enumerate() {
            for (at, &ink) in digits.image(index).iter().enumerate() {
                for (dx, dy) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let (x, y) = (20 + 60 * place + at % 28 * 2 + dx, 20 + 90 * line + at / 28 * 2 + dy);
                    pixels[y * width + x] = 230 - (u32::from(ink) * 200 / 255) as u8;
                }
            }
        }
    }
    (width as u32, height as u32, pixels)
}

#[test]
fn a_page_is_read_line_by_line() {
    let place = Workplace::new();
    // 7210414 and 95906.
    let (width, height, pixels) = page(&[&[0, 1, 2, 3, 4, 5, 6], &[7, 9, 10, 11]]);
    place.write("page.png", png(width, height, &pixels));
    place.write("blank.png", png(60, 60, &[200; 3_600]));
    place.write("notes.png", "no picture");
    let said = place.run(&["read", "page.png", "--annotate", "read.png"]).success().stdout;
    let lines: Vec<&str> = said.lines().map(|line| line.rsplit_once(" (").unwrap().0).collect();
    assert_eq!(lines, ["page.png, line 1: 7210414", "page.png, line 2: 9906"], "{said}");
    assert!(std::fs::read(place.path("read.png")).unwrap().starts_with(b"\x89PNG"));
    place.run(&["read", "page.png", "--annotate", "read.png"]).failure(1, &["read.png: already exists"]);
    place.run(&["read", "page.png", "blank.png", "--annotate", "2.png"]).failure(1, &["expected one picture, found 2"]);

    let outcome = place.run(&["read", "--json", "page.png", "blank.png"]);
    assert_eq!(outcome.code, 3);
    let values = outcome.json();
    let first = &values[0]["lines"][0];
    assert_eq!((&values[0]["file"], &first["text"]), (&"page.png".into(), &"7210414".into()));
    assert_eq!(first["fields"][0]["digits"].as_array().unwrap().len(), 7);
    let left = |digit: usize| first["fields"][0]["digits"][digit]["place"]["left"].as_u64().unwrap();
    assert!((20..80).contains(&left(0)) && (380..440).contains(&left(6)), "{first}");
    assert!(values[1]["refused"].as_str().unwrap().starts_with("blank picture"), "{values:?}");

    place
        .run(&["read", "notes.png", "page.png"])
        .failure(1, &["notes.png: not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image"]);
    for threads in ["1", "2", "4"] {
        assert_eq!(place.run(&["read", "page.png", "--threads", threads]).success().stdout, said);
    }
    let piped = place.finish(place.command().args(["read", "-"]).write_stdin(png(width, height, &pixels)));
    assert!(piped.success().stdout.starts_with("-, line 1: 7210414 ("));
}

/// A picture turned clockwise about its middle by a number of degrees, on paper like its own.
fn turned((width, height, pixels): &(u32, u32, Vec<u8>), degrees: f32) -> (u32, u32, Vec<u8>) {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let length = |along: u32, across: u32| (along as f32 * cosine).abs() + (across as f32 * sine).abs();
    let size = [length(*width, *height), length(*height, *width)].map(|side| side.round() as u32);
    let level = |at: u32| {
        let [x, y] = [at % size[0], at / size[0]];
        let [right, down] = [x as f32 + 0.5 - size[0] as f32 / 2.0, y as f32 + 0.5 - size[1] as f32 / 2.0];
        let left = right * cosine + down * sine + *width as f32 / 2.0;
        let top = down * cosine - right * sine + *height as f32 / 2.0;
        let is_inside = (0.0..*width as f32).contains(&left) && (0.0..*height as f32).contains(&top);
        if is_inside { pixels[(top as u32 * width + left as u32) as usize] } else { 230 }
    };
    (size[0], size[1], (0..size[0] * size[1]).map(level).collect())
}

#[test]
fn a_page_that_is_turned_is_read_and_told() {
    let place = Workplace::new();
    let upright = page(&[&[0, 1, 2, 3, 4, 5, 6], &[7, 9, 10, 11]]);
    for (degrees, told) in
        [(0.0, 0.0..=0.0), (10.0, 8.0..=12.0), (90.0, 90.0..=90.0), (180.0, 180.0..=180.0), (270.0, 270.0..=270.0)]
    {
        let (width, height, pixels) = turned(&upright, degrees);
        place.write("page.png", png(width, height, &pixels));
        let outcome = place.run(&["read", "--json", "page.png"]);
        let value = &outcome.json()[0];
        let texts = [0, 1].map(|line| value["lines"][line]["text"].as_str().unwrap().to_owned());
        assert_eq!(texts, ["7210414", "9906"], "{degrees}");
        let found = value["turned_degrees"].as_f64().unwrap();
        assert!(told.contains(&found), "{degrees}: told {found}");
        assert_eq!(
            outcome.stderr.contains("page.png: read as a page turned clockwise by"),
            degrees != 0.0,
            "{}",
            outcome.stderr
        );
        // The 7 stands in the upper left corner of the page, which is another of the picture.
        let first = &value["lines"][0]["fields"][0]["digits"][0]["place"];
        let middle = |start: &str, length: &str| first[start].as_f64().unwrap() + first[length].as_f64().unwrap() / 2.0;
        let [right, down] = [middle("left", "width") / f64::from(width), middle("top", "height") / f64::from(height)];
        let corner = [right > 0.5, down > 0.5];
        let expected = [[false, false], [true, false], [true, true], [false, true]][(degrees / 90.0) as usize];
        assert_eq!(corner, expected, "{degrees}: {first}");
    }
}

#[test]
fn what_is_known_of_the_fields_finds_the_valid_number_beside_what_was_read() {
    let place = Workplace::new();
    let (width, height, pixels) = page(&[&[0, 1, 2, 3, 4, 5, 6], &[7, 9, 10, 11]]);
    place.write("page.png", png(width, height, &pixels));

    let said = place.run(&["read", "page.png", "--range", "1000-9999999", "--pattern", "dddd"]);
    assert_eq!(said.code, 3);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines[0].starts_with("page.png, line 1: refused: no valid string is in reach: "), "{lines:?}");
    assert!(lines[0].contains("(read as 7210414, ") && lines[1].starts_with("page.png, line 2: 9906 ("), "{lines:?}");

    let outcome = place.run(&["read", "--json", "page.png", "--choices", "7210414,9906,9908", "--whole-lines"]);
    let values = outcome.json();
    for (line, text) in [(0, "7210414"), (1, "9906")] {
        let field = &values[0]["lines"][line]["fields"][0];
        assert_eq!((&field["text"], &field["valid"]["text"]), (&text.into(), &text.into()), "{field}");
        let probability = |of: &serde_json::Value| of.as_f64().unwrap();
        assert!(probability(&field["valid"]["probability"]) >= probability(&field["valid"]["among_all"]), "{field}");
        assert!(
            (probability(&field["valid"]["among_all"]) - probability(&field["probability"])).abs() < 0.01,
            "{field}"
        );
        assert_eq!(field["valid"]["digits"].as_array().unwrap().len(), text.len());
        assert!(field.get("refused").is_none());
    }
    assert_eq!(outcome.code, 0);
    let said = place.run(&["read", "page.png", "--pattern", "dd-d{2}", "--range", "0-9999"]).stdout;
    assert!(said.contains("line 2: 99-06 ("), "{said}");
    let said = place.run(&["read", "page.png", "--range", "0.00-99999.99"]).success().stdout;
    assert!(said.contains("line 1: 72104.14 (") && said.contains("line 2: 99.06 ("), "{said}");

    let wrong = |arguments: &[&str], code, expected: &[&str]| {
        place.run(&[&["read", "page.png"], arguments].concat()).failure(code, expected);
    };
    wrong(&["--length", "0"], 2, &["length '0': expected a number of digits from 1 to 64"]);
    wrong(&["--choices", "12,1x"], 1, &["choice '1x': expected digits alone"]);
    wrong(
        &["--check", "aba", "--length", "8"],
        1,
        &["no string fulfils all parts of the constraint: length 8, check aba"],
    );
    wrong(&["--min-confidence", "0.9"], 2, &["--strict"]);
}

#[test]
fn a_digit_between_two_is_read_as_the_valid_one_and_refused_if_it_must_be_sure() {
    let place = Workplace::new();
    // Half a 4 and half a 9.
    let digits = digits();
    let pixels: Vec<u8> = digits.image(4).iter().zip(digits.image(7)).map(|(&a, &b)| 255 - a / 2 - b / 2).collect();
    let enlarged: Vec<u8> = (0..112 * 112).map(|at| pixels[at / 112 / 4 * 28 + at % 112 / 4]).collect();
    place.write("between.png", png(112, 112, &enlarged));
    let read = place.run(&["read", "--json", "between.png"]).json()[0]["lines"][0]["text"].as_str().unwrap().to_owned();
    let other = if read == "9" { "4" } else { "9" };
    let said = place.run(&["read", "between.png", "--choices", other]).success().stdout;
    assert!(said.starts_with(&format!("between.png: {other} (100.00 % of what is valid, ")), "{said}");
    assert!(said.contains(&format!(" of all; read as {read}, ")), "{said}");
    let strict = ["read", "--json", "between.png", "--strict", "--min-confidence", "0.9999"];
    let outcome = place.run(&strict);
    assert_eq!(outcome.code, 3);
    let field = outcome.json()[0]["lines"][0]["fields"][0].clone();
    assert_eq!((&field["reason"], &field["text"]), (&"low_confidence".into(), &read.as_str().into()), "{field}");
    assert!(field["refused"].as_str().unwrap().ends_with("expected at least 100.0 %"), "{field}");
    place.run(&[&strict[..], &["--choices", other]].concat()).success();
}
