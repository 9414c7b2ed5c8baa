//! From a page to its photograph, step by step.

use tenfold_imaging::{ColourImage, GreyImage};
use tenfold_random::{Purpose, Stream};

use crate::canvas::Canvas;
use crate::degradation::Degradation;
use crate::kind::Kind;
use crate::page::{Page, levels};
use crate::{camera, light, paper, view};

/// What degradations work on.
struct Scene<'a> {
    canvas: Canvas,
    page: &'a Page,
    digit: &'a GreyImage,
}

impl Page {
    /// The picture of the page with a digit on it and all degradations, which happen in the order of their [`Kind`]s, however they
    /// are given. A pure function of its arguments; `number` tells apart what the same seed draws.
    ///
    /// `digit`: 0 paper .. 255 ink, as MNIST's images are, and the traces of hands.
    ///
    /// # Panics
    /// If the page has no pixels, or more than 10,000 a side.
    pub fn photograph(&self, digit: &GreyImage, degradations: &[Degradation], seed: u64, number: u32) -> ColourImage {
        assert!(self.size.iter().all(|side| (1..=10_000).contains(side)), "a page of {:?} px", self.size);
        let mut steps = degradations.to_vec();
        steps.sort_by_key(Degradation::kind);
        let (mut paper, mut ink) = (self.paper, self.ink);
        for step in &steps {
            match *step {
                Degradation::ColouredPaper { colour } => paper = colour,
                Degradation::ColouredInk { colour } => ink = colour,
                _ => {}
            }
        }
        let mut scene = Scene { canvas: Canvas::new(self.size, levels(paper)), page: self, digit };
        let (before, after) = steps.split_at(steps.partition_point(|step| step.kind() < Kind::ColouredInk));
        let apply = |step: &Degradation, scene: &mut Scene| {
            step.apply(scene, &mut Stream::new(seed, Purpose::Photograph, step.kind() as u32, number));
        };
        before.iter().for_each(|step| apply(step, &mut scene));
        self.write(&mut scene.canvas, digit, levels(ink));
        after.iter().for_each(|step| apply(step, &mut scene));
        scene.canvas.picture()
    }
}

impl Degradation {
    fn apply(&self, scene: &mut Scene, stream: &mut Stream) {
        let Scene { canvas, page, digit } = scene;
        match *self {
            // Both are what the page is drawn with.
            Self::ColouredPaper { .. } | Self::ColouredInk { .. } => {}
            Self::Texture { deviation } => paper::texture(canvas, deviation, stream),
            Self::ShowThrough { strength } => paper::show_through(canvas, page, digit, strength, stream),
            Self::Ruled { spacing, line, strength } => paper::lines(canvas, 1, spacing, line, strength, stream),
            Self::Squared { spacing, line, strength } => {
                paper::lines(canvas, 0, spacing, line, strength, stream);
                paper::lines(canvas, 1, spacing, line, strength, stream);
            }
            Self::Boxed { gap, line, strength } => paper::boxed(canvas, page, digit, gap, line, strength),
            Self::Speckle { specks, radius } => paper::speckle(canvas, specks, radius, stream),
            Self::PaperEdge { direction, distance, table } => paper::edge(canvas, page, direction, distance, table),
            Self::Finger { tip, radius, colour } => paper::finger(canvas, tip, radius, colour),
            Self::Perspective { tilt } => view::perspective(canvas, page.middle, tilt),
            Self::Rotation { radians } => view::rotation(canvas, page.middle, radians),
            Self::Gradient { direction, least } => light::gradient(canvas, direction, least),
            Self::Vignette { least } => light::vignette(canvas, least),
            Self::ShadowEdge { direction, offset, least, softness } => {
                light::shadow_edge(canvas, direction, offset, least, softness);
            }
            Self::LitStrip { direction, offset, width, least } => {
                light::lit_strip(canvas, direction, offset, width, least);
            }
            Self::Blur { sigma } => camera::blur(canvas, sigma),
            Self::Noise { deviation } => camera::noise(canvas, deviation, stream),
            Self::Jpeg { quality } => camera::jpeg(canvas, quality),
        }
    }
}
