use proptest::prelude::*;
use tenfold_random::{Purpose, Stream};

use super::{Affine, Blur, Displacement, Plane, Strokes, Warp};

fn plane([height, width]: [usize; 2], value: impl Fn(usize, usize) -> f32) -> Plane {
    let values = (0..height * width).map(|at| value(at / width, at % width)).collect();
    Plane { height, width, values }
}

fn warped(image: &Plane, affine: Affine) -> Plane {
    let mut image = image.clone();
    let places = affine.places([image.height, image.width]);
    Warp::default().apply(&mut image, places);
    image
}

fn bytes(image: &Plane) -> Vec<u8> {
    let mut bytes = vec![0; image.values.len()];
    image.write(&mut bytes);
    bytes
}

fn sum(image: &Plane) -> f64 {
    image.values.iter().map(|&value| f64::from(value)).sum()
}

/// Any image, without symmetry.
fn noise(sides: [usize; 2]) -> Plane {
    plane(sides, |y, x| ((y * 31 + x * 17 + y * x * 7) % 256) as f32)
}

/// A bar of ink, 12 high and 4 wide, in the middle of 28x28.
fn bar() -> Plane {
    plane([28, 28], |y, x| if (8..20).contains(&y) && (12..16).contains(&x) { 200.0 } else { 0.0 })
}

#[test]
fn pixels_are_rounded_as_round_does() {
    let halves = (0..=512).map(|it| it as f32 / 2.0);
    let values: Vec<f32> = halves.flat_map(|it| [it, it.next_up(), it.next_down()]).collect();
    let expected: Vec<u8> = values.iter().map(|value| value.round() as u8).collect();
    assert_eq!(bytes(&Plane { height: 1, width: values.len(), values }), expected);
    let values = vec![f32::NAN, f32::INFINITY, -f32::INFINITY, -0.0, 1e30];
    assert_eq!(bytes(&Plane { height: 5, width: 1, values }), [0, 255, 0, 0, 255]);
}

#[test]
fn the_inverse_is_that_of_resizing_slanting_and_turning() {
    let affine = Affine { scale: [0.8, 1.3], slant: 0.4, radians: 0.7, shift_px: [1.0, 2.0] };
    let product = |a: [[f64; 2]; 2], b: [[f64; 2]; 2]| {
        [0, 1].map(|row: usize| [0, 1].map(|column: usize| a[row][0] * b[0][column] + a[row][1] * b[1][column]))
    };
    let (sine, cosine) = 0.7f64.sin_cos();
    // Of [down, right]: upright strokes lean to the right, so what is above goes there; and a turn takes the right down.
    let (size, slant, turn) = ([[0.8, 0.0], [0.0, 1.3]], [[1.0, 0.0], [-0.4, 1.0]], [[cosine, sine], [-sine, cosine]]);
    let whole = product(turn, product(slant, size));
    let identity = product(whole, affine.inverse().map(|row| row.map(f64::from)));
    for (row, expected) in identity.iter().flatten().zip([1.0, 0.0, 0.0, 1.0]) {
        assert!((row - expected).abs() < 1e-6, "{identity:?}");
    }
}

#[test]
fn one_warp_by_a_product_is_two_warps() {
    // What is smooth can be resampled twice with little harm.
    let bump = plane([71, 71], |y, x| {
        let (y, x) = (y as f32 - 33.0, x as f32 - 37.0);
        200.0 * (-(y * y + 0.5 * x * x + 0.3 * y * x) / 150.0).exp()
    });
    let (size, slant) = (Affine { scale: [1.2, 0.9], ..Affine::IDENTITY }, Affine { slant: 0.2, ..Affine::IDENTITY });
    let turn = Affine { radians: 0.5, ..Affine::IDENTITY };
    let steps = [size, slant, turn].into_iter().fold(bump.clone(), |image, step| warped(&image, step));
    let once = warped(&bump, Affine { scale: size.scale, slant: slant.slant, ..turn });
    let furthest = once.values.iter().zip(&steps.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(furthest < 2.0, "{furthest}");
}

#[test]
fn whole_pixels_and_quarter_turns_are_exact() {
    let image = noise([5, 8]);
    let shift = Affine { shift_px: [1.0, -2.0], ..Affine::IDENTITY };
    let moved = |y: usize, x: usize| if y >= 1 && x < 6 { image.values[(y - 1) * 8 + x + 2] } else { 0.0 };
    assert_eq!(warped(&image, shift), plane([5, 8], moved));
    assert_eq!(warped(&image, Affine::IDENTITY), image);

    let turned = |degrees: f32, image: &Plane| {
        bytes(&warped(image, Affine { radians: degrees.to_radians(), ..Affine::IDENTITY }))
    };
    let half: Vec<u8> = bytes(&image).into_iter().rev().collect();
    assert_eq!(turned(180.0, &image), half);
    assert_eq!(turned(-180.0, &image), half);
    for side in [7, 8] {
        let image = noise([side, side]);
        let clockwise = plane([side, side], |y, x| image.values[(side - 1 - x) * side + y]);
        assert_eq!(turned(90.0, &image), bytes(&clockwise));
        let symmetric = plane([side, side], |y, x| ((y * (side - 1 - y) + x * (side - 1 - x)) * 9) as f32);
        for degrees in [90.0, 180.0, -90.0] {
            assert_eq!(turned(degrees, &symmetric), bytes(&symmetric), "{degrees}");
        }
    }
}

#[test]
fn a_small_rotation_keeps_the_ink() {
    for degrees in [-20.0f32, -3.0, 0.5, 7.0, 30.0] {
        let turned = warped(&bar(), Affine { radians: degrees.to_radians(), ..Affine::IDENTITY });
        assert!((sum(&turned) / sum(&bar()) - 1.0).abs() < 0.03, "{degrees}");
    }
}

/// Against the sum over all pixels as the definition has it, in twice the precision.
#[test]
fn a_blur_is_the_convolution_with_a_gaussian() {
    let image = noise([9, 7]);
    for sigma in [0.3f32, 1.0, 2.5] {
        let radius = (3.0 * sigma).ceil() as i64;
        let weight = |distance: i64| (-0.5 * (distance as f64 / f64::from(sigma)).powi(2)).exp();
        let whole: f64 = (-radius..=radius).map(weight).sum();
        let mut blurred = image.clone();
        Blur::default().apply(&mut blurred, sigma);
        for (at, &value) in blurred.values.iter().enumerate() {
            let expected: f64 = (0..63)
                .map(|from| {
                    let distances =
                        [at / 7, at % 7].into_iter().zip([from / 7, from % 7]).map(|(a, b)| a as i64 - b as i64);
                    let weights = distances.map(|it| if it.abs() <= radius { weight(it) / whole } else { 0.0 });
                    weights.product::<f64>() * f64::from(image.values[from])
                })
                .sum();
            assert!((f64::from(value) - expected).abs() < 1e-3, "sigma {sigma}, {at}: {value} {expected}");
        }
    }
}

#[test]
fn strokes_change_by_as_many_pixels_as_asked_for() {
    let changed = |image: &Plane, by| {
        let mut image = image.clone();
        Strokes::default().apply(&mut image, by);
        image
    };
    // Along a row through the bar's middle.
    let width = |image: &Plane| image.values[14 * 28..15 * 28].iter().sum::<f32>() / 200.0;
    for by in [-3.0, -2.0, -1.3, -0.5, 0.25, 1.0, 2.0, 5.0] {
        let found = width(&changed(&bar(), by));
        assert!((found - 4.0 - by).abs() < 1e-4, "{by}: {found}");
    }
    assert_eq!(changed(&bar(), 0.0), bar());
    assert_eq!(sum(&changed(&bar(), -4.0)), 0.0, "nothing is left");
    let diagonal = plane([40, 40], |y, x| if (y + x).abs_diff(40) <= 4 { 100.0 } else { 0.0 });
    let across = |image: &Plane| image.values[20 * 40..21 * 40].iter().sum::<f32>() / 100.0 / std::f32::consts::SQRT_2;
    for by in [-2.0, 2.0] {
        let found = across(&changed(&diagonal, by)) - across(&diagonal);
        assert!((found - by).abs() < 0.2, "a slanting stroke by {by}: {found}");
    }
}

#[test]
fn moves_are_as_large_as_their_description_says_and_smooth() {
    let (mut squares, mut steps, mut mean) = (0.0, 0.0, 0.0);
    let mut field = Displacement::default();
    let mut stream = Stream::new(1, Purpose::Test, 0, 0);
    for _ in 0..400 {
        field.draw([28, 28], 34.0, 4.0, &mut stream);
        let (mut down, mut right) = ([0.0; 28], [0.0; 28]);
        field.add_to(14, &mut down, &mut right);
        squares += down[14].powi(2) + right[14].powi(2);
        steps += (down[15] - down[14]).powi(2) + (right[15] - right[14]).powi(2);
        mean += down[14] + right[14];
    }
    let [deviation, step] = [squares, steps].map(|it| (it / 800.0f32).sqrt());
    let expected = 0.163 * 34.0 / 4.0;
    assert!((deviation / expected - 1.0).abs() < 0.1, "{deviation}, expected {expected}");
    assert!((mean / 800.0).abs() < 0.15, "{mean}");
    // Of a Gaussian of standard deviation s, neighbours differ by 1 / (s sqrt(2)) of the deviation.
    assert!((step / deviation - 0.177).abs() < 0.02, "{}", step / deviation);
}

proptest! {
    #[test]
    fn nothing_leaves_the_range_or_panics(
        pixels in prop::collection::vec(any::<u8>(), 35),
        scale in prop::array::uniform2(0.1f32..3.0),
        (slant, radians) in (-3.0f32..3.0, -4.0f32..4.0),
        shift_px in prop::array::uniform2(-9.0f32..9.0),
        stroke in -5.0f32..5.0,
        sigma in 0.01f32..5.0,
    ) {
        let mut image = Plane::new([5, 7]);
        image.read(&pixels);
        Strokes::default().apply(&mut image, stroke);
        let mut image = warped(&image, Affine { scale, slant, radians, shift_px });
        Blur::default().apply(&mut image, sigma);
        let (least, most) = pixels.iter().fold((0u8, 0u8), |(least, most), &it| (least.min(it), most.max(it)));
        let within = f32::from(least) - 1e-3..=f32::from(most) + 1e-3;
        prop_assert!(image.values.iter().all(|value| within.contains(value)));
    }

    #[test]
    fn a_place_may_be_any_number(down: f32, right: f32) {
        let mut image = noise([4, 3]);
        let places = |_: usize, to_down: &mut [f32], to_right: &mut [f32]| {
            to_down.fill(down);
            to_right.fill(right);
        };
        Warp::default().apply(&mut image, places);
        prop_assert!(image.values.iter().all(|value| (0.0..=255.0).contains(value)));
    }
}
