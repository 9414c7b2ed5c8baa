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

    place.run(&["read", "notes.png", "page.png"]).failure(1, &["notes.png: not a PNG or JPEG image"]);
    for threads in ["1", "2", "4"] {
        assert_eq!(place.run(&["read", "page.png", "--threads", threads]).success().stdout, said);
    }
    let piped = place.finish(place.command().args(["read", "-"]).write_stdin(png(width, height, &pixels)));
    assert!(piped.success().stdout.starts_with("-, line 1: 7210414 ("));
}
