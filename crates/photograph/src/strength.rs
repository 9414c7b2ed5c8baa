//! How strong each kind of degradation is in people's pictures.

use std::f32::consts::TAU;

use tenfold_imaging::GreyImage;
use tenfold_random::Stream;

use crate::degradation::Degradation;
use crate::kind::Kind;
use crate::page::Page;

impl Kind {
    /// One as people's pictures have it, of a strength drawn from the ranges below. Print and blur are in proportion to the digit:
    /// people write as large as their lines are far apart. What is left of light and what a table hides leaves the digit itself.
    pub fn draw(self, page: &Page, digit: &GreyImage, stream: &mut Stream) -> Degradation {
        let side = page.scale * digit.width().max(digit.height()) as f32;
        let mut between = |low: f32, high: f32| low + (high - low) * stream.uniform();
        match self {
            Self::ColouredPaper => {
                Degradation::ColouredPaper { colour: colour(between(0.0, 6.0), between(0.1, 0.6), between(0.7, 1.0)) }
            }
            Self::Texture => Degradation::Texture { deviation: between(2.0, 10.0) },
            Self::ShowThrough => Degradation::ShowThrough { strength: between(0.05, 0.2) },
            Self::Ruled => Degradation::Ruled {
                spacing: side * between(1.0, 1.8),
                line: between(1.0, 3.0),
                strength: between(0.3, 0.8),
            },
            Self::Squared => Degradation::Squared {
                spacing: side * between(0.4, 1.2),
                line: between(1.0, 2.0),
                strength: between(0.2, 0.6),
            },
            Self::Boxed => Degradation::Boxed {
                gap: side * between(0.0, 0.4),
                line: between(1.0, 3.0),
                strength: between(0.4, 1.0),
            },
            Self::ColouredInk => {
                Degradation::ColouredInk { colour: colour(between(0.0, 6.0), between(0.7, 1.0), between(0.3, 0.95)) }
            }
            Self::Speckle => Degradation::Speckle { specks: between(5.0, 100.0), radius: between(0.5, 1.5) },
            Self::PaperEdge => {
                let axis = usize::from(between(0.0, 1.0) < 0.5);
                let (middle, length) = (page.middle[axis], page.size[axis] as f32);
                let (to_end, room) = (middle < length / 2.0, middle.max(length - middle));
                let straight = TAU / 4.0 * (axis as f32 + if to_end { 0.0 } else { 2.0 });
                Degradation::PaperEdge {
                    direction: straight + between(-0.3, 0.3),
                    distance: between(side.min(0.8 * room), 0.9 * room),
                    table: colour(between(0.0, 2.0), between(0.0, 0.6), between(0.1, 0.6)),
                }
            }
            Self::Finger => {
                let (middle, size) = (page.middle, page.size.map(|side| side as f32));
                // From the border that is farthest, as far as it leaves the digit.
                let room = [middle[0], size[0] - middle[0], middle[1], size[1] - middle[1]];
                let far = (0..4).max_by(|&a, &b| room[a].total_cmp(&room[b])).expect("four sides");
                let (axis, radius) = (far / 2, between(0.05, 0.12) * size[0].min(size[1]));
                let mut tip = [0.0; 2];
                tip[1 - axis] = size[1 - axis] * between(0.1, 0.9);
                let inside = between(0.0, (room[far] - side - radius).clamp(0.0, 2.0 * radius));
                tip[axis] = if far % 2 == 0 { inside } else { size[axis] - inside };
                Degradation::Finger {
                    tip,
                    radius,
                    colour: colour(between(0.2, 0.6), between(0.3, 0.6), between(0.3, 0.8)),
                }
            }
            Self::Perspective => Degradation::Perspective { tilt: [between(-0.3, 0.3), between(-0.3, 0.3)] },
            Self::Rotation => Degradation::Rotation { radians: between(-0.15, 0.15) },
            Self::Gradient => Degradation::Gradient { direction: between(0.0, TAU), least: between(0.2, 0.7) },
            Self::Vignette => Degradation::Vignette { least: between(0.2, 0.7) },
            Self::ShadowEdge => Degradation::ShadowEdge {
                direction: between(0.0, TAU),
                offset: between(-0.4, 0.4),
                least: between(0.4, 0.8),
                softness: between(2.0, 40.0),
            },
            Self::LitStrip => Degradation::LitStrip {
                direction: between(0.0, TAU),
                offset: between(-0.5, 0.5),
                width: between(0.1, 0.3),
                least: between(0.4, 0.8),
            },
            Self::Blur => Degradation::Blur { sigma: page.scale * between(0.3, 0.9) },
            Self::Noise => Degradation::Noise { deviation: between(4.0, 16.0) },
            Self::Jpeg => Degradation::Jpeg { quality: between(20.0, 80.0) as u8 },
        }
    }
}

/// A colour by hue (0 red, 2 green, 4 blue, 6 red again), saturation and value.
fn colour(hue: f32, saturation: f32, value: f32) -> [u8; 3] {
    [5.0, 3.0, 1.0].map(|offset| {
        let at = (offset + hue) % 6.0;
        let away = at.min(4.0 - at).clamp(0.0, 1.0);
        (255.0 * value * (1.0 - saturation * away)).round() as u8
    })
}
