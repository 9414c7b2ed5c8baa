//! What a section is made of.

use super::html::Html;
use super::table::open_scroll;
use super::{Gallery, Matrix, Table};
use crate::chart::Svg;

/// A part of a section.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Names and their values, such as a run's settings.
    KeyValues(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// Charts, drawn for [`Theme::Page`](crate::chart::Theme::Page): side by side where there is room.
    Charts(Vec<Svg>),
    /// Text as it was written, such as a file or a command.
    Code(String),
    /// A confusion matrix whose cells open their images.
    Matrix(Matrix),
    /// Digit images with captions, which open enlarged.
    Gallery(Gallery),
    /// Blocks that are folded away until asked for.
    Details {
        /// What stands in their place.
        summary: String,
        /// The blocks.
        blocks: Vec<Block>,
    },
}

impl Block {
    /// Names and their values.
    pub fn key_values<N: Into<String>>(pairs: impl IntoIterator<Item = (N, String)>) -> Self {
        Self::KeyValues(pairs.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    pub(super) fn write(&self, html: &mut Html) {
        match self {
            Block::Text(text) => html.element("p", &[], text),
            Block::KeyValues(pairs) => write_key_values(html, pairs),
            Block::Table(table) => table.write(html),
            Block::Charts(charts) => write_charts(html, charts),
            Block::Code(text) => {
                html.open("pre", &[("tabindex", "0")]);
                html.element("code", &[], text);
                html.close("pre");
            }
            Block::Matrix(matrix) => matrix.write(html),
            Block::Gallery(gallery) => gallery.write(html),
            Block::Details { summary, blocks } => {
                html.open("details", &[]);
                html.element("summary", &[], summary);
                blocks.iter().for_each(|block| block.write(html));
                html.close("details");
            }
        }
    }
}

fn write_key_values(html: &mut Html, pairs: &[(String, String)]) {
    html.open("dl", &[]);
    for (name, value) in pairs {
        html.open("div", &[]);
        html.cell("dt", &[], name);
        html.cell("dd", &[], value);
        html.close("div");
    }
    html.close("dl");
}

fn write_charts(html: &mut Html, charts: &[Svg]) {
    html.open("div", &[("class", "charts")]);
    for chart in charts {
        html.open("div", &[("class", "drawn"), ("style", &format!("--drawn: {:.0}px", chart.width()))]);
        open_scroll(html, chart.title());
        html.raw(chart.as_str());
        html.close("div");
        html.close("div");
    }
    html.close("div");
}
