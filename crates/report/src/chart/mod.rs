//! Charts as SVG: one a file, each a plain struct that becomes a picture in a theme.
//!
//! | chart | shows |
//! |---|---|
//! | [`LineChart`] | curves of loss and accuracy, ROC and precision-recall, risk against coverage |
//! | [`BoxPlot`] | how scores spread over folds or seeds |
//! | [`MatrixChart`] | which classes are taken for which |
//! | [`ReliabilityDiagram`] | whether answers are as often right as they claim |
//! | [`BarChart`] | a number per class |
//! | [`Histogram`] | how values are distributed |
//! | [`NetworkDiagram`] | what a network is made of |
//!
//! The same chart can stand in a page ([`Theme::Page`]), in a file of its own ([`Theme::Standalone`]) and on paper
//! ([`Theme::Light`]). Every chart has a title and a description that screen readers read out.

mod bar;
mod box_plot;
mod colour;
mod frame;
mod histogram;
mod legend;
mod line;
mod matrix;
mod network;
mod reliability;
mod scale;
mod svg;
pub(crate) mod text;

pub use self::bar::{Bar, BarChart};
pub use self::box_plot::{BoxPlot, Distribution};
pub use self::colour::{Colour, Theme};
pub use self::histogram::Histogram;
pub use self::line::{LineChart, Panel, Series};
pub use self::matrix::MatrixChart;
pub use self::network::{NetworkDiagram, NetworkLayer};
pub use self::reliability::{ReliabilityBin, ReliabilityDiagram};
pub use self::scale::Axis;
pub use self::svg::Svg;
pub use crate::number::Format;

pub(crate) use self::matrix::{DARK_SHADE, shades};
#[cfg(feature = "raster")]
pub(crate) use self::svg::{Anchor, Canvas, TEXT_PX};

/// Something that can be drawn.
pub trait Chart {
    /// The chart as SVG, in the colours of `theme`.
    fn svg(&self, theme: Theme) -> Svg;

    /// The chart as an SVG file of its own.
    fn svg_file(&self) -> Vec<u8> {
        self.svg(Theme::Standalone).into_text().into_bytes()
    }
}
