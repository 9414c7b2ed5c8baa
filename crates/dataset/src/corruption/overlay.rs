//! What lies over the ink: mud, a dotted line, a zigzag.

use std::ops::Range;

use tenfold_random::Stream;

use crate::transformation::{Blur, Plane};

/// How mud is strewn: normal noise of this mean and deviation, blurred by so many pixels, is mud above a threshold, whose
/// edges are blurred in turn.
const SPATTER: [(f32, f32, f32, f32, f32); 5] = [
    (0.65, 0.3, 4.0, 0.69, 0.6),
    (0.65, 0.3, 3.0, 0.68, 0.6),
    (0.65, 0.3, 2.0, 0.68, 0.5),
    (0.65, 0.3, 1.0, 0.65, 1.5),
    (0.67, 0.4, 1.0, 0.65, 1.5),
];
/// Of these blurred edges only what covers more than this is mud.
const COVERED: f32 = 0.8;
/// The brightness of mud.
const MUD: f32 = 63.0;

/// Spatters of mud, which hide the ink below them.
pub(super) fn spatter(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let (mean, deviation, sigma_px, threshold, edge_sigma_px) = SPATTER[severity - 1];
    let mut mud = Plane::new([image.height, image.width]);
    mud.values.iter_mut().for_each(|value| *value = stream.normal() as f32 * deviation);
    let mut blur = Blur::default();
    blur.apply(&mut mud, sigma_px);
    mud.values.iter_mut().for_each(|value| *value = if *value + mean > threshold { 1.0 } else { 0.0 });
    blur.apply(&mut mud, edge_sigma_px);
    for (value, mud) in image.values.iter_mut().zip(mud.values) {
        if mud >= COVERED {
            *value = mud * MUD + (1.0 - mud) * *value;
        }
    }
}

/// A line from the left edge to the right, of dots two pixels long.
pub(super) fn dotted_line(image: &mut Plane, stream: &mut Stream) {
    let right = image.width as f32 - 1.0;
    let [from, to] = [0.0, right].map(|x| [x, height_of_end(image, stream)]);
    line(image, from, to, |x| x / 2 % 2 == 1);
}

/// Half the width of a tooth of a zigzag, and its height, in pixels.
const TOOTH_PX: f32 = 2.0;
/// Pixels between the left edge and the zigzag, one less than on its right.
const MARGIN_PX: f32 = 2.0;
/// How many pixels higher or lower its right end may be.
const CLIMB_PX: u32 = 5;

/// A zigzag from left to right.
pub(super) fn zigzag(image: &mut Plane, stream: &mut Stream) {
    let start = [MARGIN_PX, height_of_end(image, stream)];
    let run = image.width as f32 - 1.0 - 2.0 * MARGIN_PX;
    let climb = stream.below(2 * CLIMB_PX) as f32 - CLIMB_PX as f32;
    let length = (run * run + climb * climb).sqrt();
    // Along the axis and across it.
    let teeth = (0..).map(|tooth| (2 * tooth + 1) as f32 * TOOTH_PX).take_while(|&along| along <= length);
    let teeth = teeth.enumerate().map(|(tooth, along)| [along, if tooth % 2 == 0 { TOOTH_PX } else { -TOOTH_PX }]);
    let mut from = start;
    for [along, across] in teeth.chain([[length, 0.0]]) {
        let to =
            [start[0] + (along * run - across * climb) / length, start[1] + (along * climb + across * run) / length];
        line(image, from, to, |_| true);
        from = to;
    }
}

/// Where a line ends at the left or right: any row but the last.
fn height_of_end(image: &Plane, stream: &mut Stream) -> f32 {
    stream.below((image.height as u32 - 1).max(1)) as f32
}

/// So far above and below its middle a line has any ink.
const REACH_PX: f32 = 2.3;

/// Adds a line between two places `[x, y]`, in the columns that are `drawn`: `1 + ln(1 - d / 2.3)` of full ink at `d` pixels
/// above or below it. Without a column between them there is no line.
fn line(image: &mut Plane, from: [f32; 2], to: [f32; 2], drawn: impl Fn(usize) -> bool) {
    let slope = (to[1] - from[1]) / (to[0] - from[0]);
    let columns: Range<usize> = from[0].max(0.0) as usize..(to[0].ceil().max(0.0) as usize).min(image.width);
    for (y, row) in image.rows_mut().enumerate() {
        for x in columns.clone().filter(|&x| drawn(x)) {
            let distance = (y as f32 - from[1] - slope * (x as f32 - from[0])).abs();
            if distance < REACH_PX {
                let ink = (1.0 + libm::logf(1.0 - distance / REACH_PX)).max(0.0);
                row[x] = (row[x] + 255.0 * ink).min(255.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::Purpose;

    #[test]
    fn a_line_is_full_in_its_middle_and_ends_at_a_pixel_and_a_half() {
        let mut image = Plane::new([9, 5]);
        line(&mut image, [0.0, 4.0], [4.0, 4.0], |_| true);
        let column = |x: usize| (0..9).map(|y| image.values[y * 5 + x].round()).collect::<Vec<_>>();
        assert_eq!(column(2), [0.0, 0.0, 0.0, 110.0, 255.0, 110.0, 0.0, 0.0, 0.0]);
        assert_eq!(column(4), [0.0; 9]);
    }

    #[test]
    fn dots_and_teeth_are_where_they_should_be() {
        let ink = |draw: fn(&mut Plane, &mut Stream)| {
            let mut image = Plane::new([28, 28]);
            draw(&mut image, &mut Stream::new(1, Purpose::Test, 0, 0));
            (0..28).map(|x| image.values.chunks_exact(28).any(|row| row[x] > 100.0)).collect::<Vec<bool>>()
        };
        assert_eq!(ink(dotted_line), (0..28).map(|x| x < 27 && x / 2 % 2 == 1).collect::<Vec<bool>>());
        assert_eq!(ink(zigzag), (0..28).map(|x| (2..25).contains(&x)).collect::<Vec<bool>>());
    }

    #[test]
    fn mud_is_of_its_brightness_and_less_than_half() {
        let mut image = Plane::new([28, 28]);
        image.values.fill(255.0);
        spatter(&mut image, 4, &mut Stream::new(1, Purpose::Test, 0, 0));
        let mud = image.values.iter().filter(|&&value| value < 255.0).count();
        assert!((20..392).contains(&mud) && image.values.iter().all(|&value| value > MUD - 0.1), "{mud}");
    }
}
