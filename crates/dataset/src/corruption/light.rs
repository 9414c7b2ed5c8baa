//! Light on the paper: brighter, partly inverted, foggy.

use tenfold_random::Stream;

use crate::transformation::Plane;

/// What is added to each pixel, as a share of full ink.
const BRIGHTNESS: [f32; 5] = [0.1, 0.2, 0.3, 0.4, 0.5];
/// How strong the fog is, where full ink is 1, and how many times its waves are lower when they are half as long.
const FOG: [(f32, f32); 5] = [(1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4)];

/// Brighter everywhere.
pub(super) fn brightness(image: &mut Plane, severity: usize) {
    image.values.iter_mut().for_each(|value| *value = (*value + 255.0 * BRIGHTNESS[severity - 1]).min(255.0));
}

/// The left and the right quarter are inverted.
pub(super) fn stripe(image: &mut Plane) {
    let (width, quarter) = (image.width, image.width / 4);
    for row in image.rows_mut() {
        let (left, rest) = row.split_at_mut(quarter);
        let inverted = left.iter_mut().chain(&mut rest[width - 2 * quarter..]);
        inverted.for_each(|value| *value = 255.0 - *value);
    }
}

/// Fog over the image, of the same brightest pixel as before.
pub(super) fn fog(image: &mut Plane, severity: usize, stream: &mut Stream) {
    let (strength, decay) = FOG[severity - 1];
    let brightest = image.values.iter().copied().fold(0.0, f32::max);
    let fog = plasma([image.height, image.width], decay, stream);
    let whole = brightest / (brightest + 255.0 * strength);
    for (value, fog) in image.values.iter_mut().zip(fog) {
        *value = (*value + 255.0 * strength * fog) * whole;
    }
}

/// The side of a map of fog, a power of two; an image shows its corner.
const MAP_SIDE: usize = 256;
/// Points nearer to each other than this are worked out only where the image is.
const COARSE_PX: usize = 8;

/// Heights, 0 to 1, in the corner of a map that repeats at its edges, for an image of these sides. They are made by the
/// diamond-square algorithm (Fournier, Fussell and Carpenter, "Computer rendering of stochastic models", Comm. ACM 25 (1982)
/// 371-384): points half-way between others are their mean, moved by a random amount, which falls by `decay` squared from one
/// size of step to the next. 0 and 1 are the extremes of all points that are worked out.
fn plasma([height, width]: [usize; 2], decay: f32, stream: &mut Stream) -> Vec<f32> {
    const MASK: usize = MAP_SIDE - 1;
    let place = |y: usize, x: usize| (y & MASK) * MAP_SIDE + (x & MASK);
    let mut map = vec![0.0; MAP_SIDE * MAP_SIDE];
    let (mut half, mut moves, mut extremes) = (MAP_SIDE / 2, 1.0, [f32::MAX, f32::MIN]);
    while half > 0 {
        // What the image shows follows from points at most this far from it.
        let margin = 4 * half;
        let near = move |at: usize, length| half >= COARSE_PX || (at + margin) & MASK < length + 2 * margin;
        let line = move |from: usize, length| (from..MAP_SIDE).step_by(2 * half).filter(move |&at| near(at, length));
        let points = move |top, left| line(top, height).flat_map(move |y| line(left, width).map(move |x| (y, x)));
        let mut set = |(y, x): (usize, usize), around: [usize; 4]| {
            let mean = around.into_iter().map(|at| map[at]).sum::<f32>() / 4.0;
            let value = mean + moves * (2.0 * stream.uniform() - 1.0);
            map[place(y, x)] = value;
            extremes = [extremes[0].min(value), extremes[1].max(value)];
        };
        for (y, x) in points(half, half) {
            let [top, left, bottom, right] = [y - half, x - half, y + half, x + half];
            set((y, x), [place(top, left), place(bottom, left), place(top, right), place(bottom, right)]);
        }
        for (y, x) in points(0, half).chain(points(half, 0)) {
            let [above, left] = [y + MAP_SIDE - half, x + MAP_SIDE - half];
            set((y, x), [place(above, x), place(y + half, x), place(y, left), place(y, x + half)]);
        }
        (half, moves) = (half / 2, moves / (decay * decay));
    }
    let [least, most] = extremes;
    let shown = (0..height).flat_map(|y| (0..width).map(move |x| place(y, x)));
    // The first point of all has no height of its own.
    shown.map(|at| ((map[at] - least) / (most - least)).clamp(0.0, 1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold_random::Purpose;

    #[test]
    fn fog_is_within_0_and_1_and_smooth_where_waves_decay() {
        let steps = [2.0, 1.4].map(|decay| {
            let fog = plasma([28, 28], decay, &mut Stream::new(1, Purpose::Test, 0, 0));
            assert!(fog.len() == 784 && fog.iter().all(|height| (0.0..=1.0).contains(height)));
            fog.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum::<f32>() / 783.0
        });
        assert!(0.0 < steps[0] && 2.0 * steps[0] < steps[1], "{steps:?}");
        for sides in [[1, 1], [3, 200], [300, 2]] {
            assert_eq!(plasma(sides, 2.0, &mut Stream::new(1, Purpose::Test, 0, 0)).len(), sides[0] * sides[1]);
        }
    }

    #[test]
    fn the_outer_quarters_are_inverted() {
        let mut image = Plane { height: 1, width: 8, values: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] };
        stripe(&mut image);
        assert_eq!(image.values, [255.0, 254.0, 2.0, 3.0, 4.0, 5.0, 249.0, 248.0]);
    }

    #[test]
    fn a_blank_image_stays_blank_in_fog() {
        let mut image = Plane::new([28, 28]);
        fog(&mut image, 5, &mut Stream::new(1, Purpose::Test, 0, 0));
        assert_eq!(image, Plane::new([28, 28]));
    }
}
