//! Shapes by hand; distributions of them are compared with numpy's in the tests one level up.

use super::{InkShape, Shape, Shapes};
use crate::{Dataset, Images};

#[test]
fn ink_is_found_where_it_is() {
    #[rustfmt::skip]
    let image = [
        0, 0,   0,   0, 0, 0, 0,
        0, 0, 100, 100, 0, 0, 0,
        0, 0, 100, 100, 0, 0, 0,
        0, 0, 200, 200, 0, 0, 0,
        0, 0,   0,   0, 0, 0, 0,
        0, 0,   0,   0, 0, 0, 0,
    ];
    let shape = Shape::new(&image, 7);
    assert_eq!(shape.ink_share, 800.0 / 255.0 / 42.0);
    let InkShape { centre_down_px, centre_right_px, box_height_px, box_width_px, .. } = shape.ink.unwrap();
    // Rows 1, 2, 3 weigh 200, 200, 400: mean 2.25, and the middle is 2.5. Columns: 2.5, and the middle is 3.
    assert_eq!((centre_down_px, centre_right_px), (-0.25, -0.5));
    assert_eq!((box_height_px, box_width_px), (3, 2));
}

#[test]
fn faint_ink_in_a_corner_is_ink() {
    let ink = Shape::new(&[0, 0, 0, 1], 2).ink.unwrap();
    assert_eq!((ink.centre_down_px, ink.centre_right_px), (0.5, 0.5));
    assert_eq!((ink.box_height_px, ink.box_width_px), (1, 1));
}

#[test]
fn blank_images_have_an_ink_share_only() {
    assert_eq!(Shape::new(&[0; 6], 3), Shape { ink_share: 0.0, ink: None });
    let images = Images { pixels: vec![0, 0, 255, 0].into(), height: 1, width: 2 };
    let shapes = Shapes::new(&Dataset::new(images, vec![5, 6], 10).unwrap());
    assert_eq!(shapes.blank, 1);
    assert_eq!(shapes.ink_share.all.unwrap().count, 2);
    assert_eq!(shapes.ink_share.classes.iter().map(|class| class.label).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(shapes.box_width_px.all.unwrap().count, 1);
    assert_eq!(shapes.box_width_px.classes.iter().map(|class| class.label).collect::<Vec<_>>(), [6]);
}
