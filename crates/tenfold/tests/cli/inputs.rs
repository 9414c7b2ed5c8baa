//! What may be given to be read, and the forms in which answers come.

use super::{Workplace, digits, png};

/// A seven as a PNG and as a PGM.
fn seven() -> (Vec<u8>, Vec<u8>) {
    let image = digits().image(0).to_vec();
    (png(28, 28, &image), [b"P5 28 28 255\n", &image[..]].concat())
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn folders_are_read_and_say_what_they_skip() {
    let place = Workplace::new();
    let (png, pgm) = seven();
    place.write("scans/b.pgm", &pgm);
    place.write("scans/a.png", &png);
    place.write("scans/cut.png", &png[..png.len() / 2]);
    place.write("scans/.hidden.png", &png);
    place.write("scans/notes.txt", "a text");
    place.write("scans/more.txt", "another");
    place.write("scans/older/c.png", &png);
    let outcome = place.run(&["predict", "scans"]);
    let answers: Vec<&str> = outcome.stdout.lines().map(|line| line.split(" (").next().unwrap()).collect();
    assert_eq!(answers, ["scans/a.png: 7", "scans/b.pgm: 7"]);
    let skipped = "warning: scans: skipped 3 that are not pictures: a folder (1), a text file (2)";
    outcome.failure(1, &["error: scans/cut.png: damaged or cut short PNG image", skipped]);
    // The same files as the argument of another command, with one that is named twice.
    let outcome = place.run(&["read", "--json", "scans/older", "scans/a.png"]).success();
    let files: Vec<String> = outcome.json().iter().map(|value| value["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!(files, ["scans/older/c.png", "scans/a.png"]);
    place.write("texts/notes.txt", "a text");
    let texts = ["texts: no picture in this folder", "texts: skipped 1 that are not pictures: a text file (1)"];
    place.run(&["predict", "texts"]).failure(1, &texts);
    place
        .run(&["predict", "scans", "--explain", "e.png"])
        .failure(1, &["--explain: expected one picture, found a folder"]);
}

/// No shell has expanded these.
#[test]
fn patterns_are_read() {
    let place = Workplace::new();
    let (png, pgm) = seven();
    for name in ["1.png", "2.png", "10.png", "[odd].png"] {
        place.write(&format!("scans/{name}"), &png);
    }
    place.write("scans/3.pgm", &pgm);
    let files = |arguments: &[&str]| -> Vec<String> {
        let outcome = place.run(&[&["predict", "--json"], arguments].concat()).success();
        outcome.json().iter().map(|value| value["file"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(files(&["scans/?.png"]), ["scans/1.png", "scans/2.png"]);
    assert_eq!(files(&["sc*/1*.png", "scans/3.*"]), ["scans/1.png", "scans/10.png", "scans/3.pgm"]);
    assert_eq!(files(&["scans/[odd].png"]), ["scans/[odd].png"], "what is called so comes first");
    let outcome = place.run(&["predict", "scans/*.jpg", "scans/1.png"]);
    assert!(outcome.stdout.starts_with("scans/1.png: 7"), "{}", outcome.stdout);
    outcome.failure(1, &["error: scans/*.jpg: no file matches"]);
}

#[test]
fn answers_come_as_a_table() {
    let place = Workplace::new();
    let (seven, pgm) = seven();
    place.write("a, \"b\".png", &seven);
    place.write("blank.png", png(60, 60, &[200; 3_600]));
    place.write("notes.txt", "a text");
    let outcome = place.run(&["predict", "--csv", "a, \"b\".png", "blank.png", "notes.txt"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""), "all is in the table");
    let [header, answer, blank, none] = lines(&outcome.stdout)[..] else { panic!("{}", outcome.stdout) };
    assert_eq!(header, "file,label,probability,reason,message");
    let probability: f32 =
        answer.strip_prefix("\"a, \"\"b\"\".png\",7,").unwrap().strip_suffix(",,").unwrap().parse().unwrap();
    assert!((0.9..=1.0).contains(&probability), "{answer}");
    assert!(blank.starts_with("blank.png,,,blank,\"blank picture: paper is 200, "), "{blank}");
    assert!(none.starts_with("notes.txt,,,error,\"notes.txt: not a PNG, ") && none.contains("; hint: "), "{none}");

    let outcome = place.finish(place.command().args(["read", "--csv", "-", "blank.png"]).write_stdin(pgm));
    let [header, answer, blank] = lines(&outcome.stdout)[..] else { panic!("{}", outcome.stdout) };
    assert_eq!((outcome.code, header), (3, "file,line,text,probability,read,reason,message"));
    assert!(answer.starts_with("-,1,7,0.") && answer.ends_with(",7,,"), "{answer}");
    assert!(blank.starts_with("blank.png,,,,,blank,"), "{blank}");
    place.run(&["predict", "--csv", "--json", "blank.png"]).failure(2, &["cannot be used with"]);
}
