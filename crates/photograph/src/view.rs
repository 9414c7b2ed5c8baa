//! From where the page is looked at.

use crate::canvas::Canvas;

/// Things at the right of `middle` by the picture's width are smaller by `tilt[0]`, those below by its height by `tilt[1]`.
pub(crate) fn perspective(canvas: &mut Canvas, middle: [f32; 2], tilt: [f32; 2]) {
    let size = canvas.size();
    moved(canvas, |at| {
        let from = [at[0] - middle[0], at[1] - middle[1]];
        // Never as far as the horizon, which a digit in a corner has the opposite corner near.
        let nearness = (1.0 - tilt[0] * from[0] / size[0] - tilt[1] * from[1] / size[1]).max(0.2);
        [middle[0] + from[0] / nearness, middle[1] + from[1] / nearness]
    });
}

pub(crate) fn rotation(canvas: &mut Canvas, middle: [f32; 2], radians: f32) {
    let (sine, cosine) = (libm::sinf(radians), libm::cosf(radians));
    moved(canvas, |at| {
        let [x, y] = [at[0] - middle[0], at[1] - middle[1]];
        [middle[0] + x * cosine + y * sine, middle[1] - x * sine + y * cosine]
    });
}

/// Each pixel taken from where `from` says.
fn moved(canvas: &mut Canvas, from: impl Fn([f32; 2]) -> [f32; 2]) {
    let still = Canvas { pixels: canvas.pixels.clone(), ..*canvas };
    canvas.change(|at, pixel| *pixel = still.at(from(at)));
}
