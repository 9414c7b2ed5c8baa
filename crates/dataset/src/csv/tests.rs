//! Tables of other programs, tables that lie, and tables there and back.

use proptest::prelude::*;

use super::{parse, write};
use crate::{Dataset, Error, ErrorKind, Images, Labelled};

#[track_caller]
fn check(text: &str, labels: &[&str], pixels: &[u8]) {
    let Labelled { images, labels: found } = parse(text.as_bytes()).unwrap();
    assert_eq!((found.iter().collect::<Vec<_>>(), &images.pixels[..]), (labels.to_vec(), pixels), "{text}");
    assert_eq!(images.height, images.width);
}

#[test]
fn tables_are_read_as_programs_write_them() {
    let pixels = [0, 255, 1, 20, 9, 8, 7, 6];
    check("label,pixel0,pixel1,pixel2,pixel3\n5,0,255,1,20\n0,9,8,7,6\n", &["5", "0"], &pixels);
    check("5,0,255,1,20\r\n0,9,8,7,6\r\n", &["5", "0"], &pixels);
    check("\u{feff}1x1;1x2;2x1;2x2;Class\n0;255;1;20;a\n9;8;7;6;b", &["a", "b"], &pixels);
    check("\"label\",\"a\",\"b\",\"c\",\"d\"\n\"x, \"\"y\"\"\",0,255,1,20\nz,9,8,7,\"6\"", &["x, \"y\"", "z"], &pixels);
    check("a\t0.0\t255.\t1.00\t20\nb\t9\t 8\t7 \t6\n\n", &["a", "b"], &pixels);
}

#[test]
fn tables_that_lie_are_refused_with_the_place() {
    let check = |text: &str, kind: ErrorKind, message: &str| {
        let error = parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().starts_with(message), "{error}");
    };
    use ErrorKind::Input;
    check("", Input, "no images");
    check("5,0,1,2\n", Input, "not a readable CSV file: a label and 3 pixels a line, expected those of a square image");
    check("5,0,1,2,3\n6,0,1,2\n", Input, "not a readable CSV file: line 2: expected 5 values, found 4");
    check("5,0,1,2,3\n6,0,1,2,3,4\n", Input, "not a readable CSV file: line 2: expected 5 values, found 6");
    let place = "not a readable CSV file: line 3, column 4: expected a pixel from 0 to 255, found ";
    for wrong in ["256", "-1", "0.5", "x", "", "1e2"] {
        check(&format!("label,a,b,c,d\n5,0,1,2,3\n5,0,1,{wrong},3"), Input, &format!("{place}'{wrong}'"));
    }
    check(
        "pixel0,pixel1,pixel2,pixel3\n0,1,2,3\n",
        Input,
        "no labels: expected a column label, class, target, digit, y",
    );
    check("\"\",0,1,2,3\n", Input, "class name '': expected 1 to 100 bytes");
    let many: String = (0..1_001).map(|name| format!("n{name},0\n")).collect();
    check(&many, Input, "more than 1000 classes");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_table_is_read_or_refused(text in "[0-9a,;\"\n .]{0,80}") {
        if let Ok(Labelled { images, labels }) = parse(text.as_bytes()) {
            prop_assert_eq!(images.pixels.len(), labels.len() * images.height * images.width);
        }
    }

    #[test]
    fn what_is_written_is_read_back(
        side in 1_usize..4, labels in prop::collection::vec(0_u16..3, 1..6), seed: u8,
        names in prop::collection::hash_set("[ -~äß]{1,9}", 3),
    ) {
        let pixels: Vec<u8> = (0..labels.len() * side * side).map(|index| seed.wrapping_mul(index as u8)).collect();
        let names: Vec<String> = names.into_iter().collect();
        let images = Images { pixels: pixels.into(), height: side, width: side };
        let dataset = Dataset::new(images, labels, 3).unwrap().with_names(&names).unwrap();
        let again = parse(&write(&dataset).unwrap()).unwrap();
        prop_assert!(again.labels.iter().eq((0..dataset.len()).map(|index| &names[usize::from(dataset.label(index))])));
        prop_assert_eq!(&again.images.pixels[..], dataset.images());
    }
}

#[test]
fn images_that_are_not_square_have_no_table() {
    let wide = Dataset::new(Images { pixels: vec![0; 2].into(), height: 1, width: 2 }, vec![0], 1).unwrap();
    assert!(matches!(write(&wide), Err(Error::Inexpressible { format: "CSV", .. })));
}
