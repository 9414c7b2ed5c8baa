//! How light falls on the page.

use crate::canvas::{Canvas, Colour};

pub(crate) fn gradient(canvas: &mut Canvas, direction: f32, least: f32) {
    let (place, size) = (along(canvas, direction), canvas.size());
    // From corner to corner in this direction.
    let length = size[0] * libm::cosf(direction).abs() + size[1] * libm::sinf(direction).abs();
    canvas.change(|at, pixel| dim(pixel, 1.0 - (1.0 - least) * (place(at) / length + 0.5)));
}

pub(crate) fn vignette(canvas: &mut Canvas, least: f32) {
    let size = canvas.size();
    canvas.change(|at, pixel| {
        let [x, y] = [0, 1].map(|axis| 2.0 * at[axis] / size[axis] - 1.0);
        dim(pixel, 1.0 - (1.0 - least) * 0.5 * (x * x + y * y));
    });
}

pub(crate) fn shadow_edge(canvas: &mut Canvas, direction: f32, offset: f32, least: f32, softness: f32) {
    let place = along(canvas, direction);
    let edge = offset * shorter_side(canvas);
    canvas.change(|at, pixel| dim(pixel, 1.0 - (1.0 - least) * ((place(at) - edge) / softness + 0.5).clamp(0.0, 1.0)));
}

pub(crate) fn lit_strip(canvas: &mut Canvas, direction: f32, offset: f32, width: f32, least: f32) {
    let place = along(canvas, direction);
    let [middle, half] = [offset, width / 2.0].map(|share| share * shorter_side(canvas));
    canvas.change(|at, pixel| {
        let outside = (place(at) - middle).abs() - half;
        dim(pixel, 1.0 - (1.0 - least) * (outside + 0.5).clamp(0.0, 1.0));
    });
}

/// How far a place lies from the picture's middle in a direction, in pixels.
fn along(canvas: &Canvas, direction: f32) -> impl Fn([f32; 2]) -> f32 + use<> {
    let (size, towards) = (canvas.size(), [libm::cosf(direction), libm::sinf(direction)]);
    move |at| (at[0] - size[0] / 2.0) * towards[0] + (at[1] - size[1] / 2.0) * towards[1]
}

fn shorter_side(canvas: &Canvas) -> f32 {
    canvas.width.min(canvas.height) as f32
}

/// So much of the light is left.
fn dim(pixel: &mut Colour, light: f32) {
    pixel.iter_mut().for_each(|level| *level *= light);
}
