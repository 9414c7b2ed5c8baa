//! Charts as PNG, with a font that travels with the crate: no font of the machine is looked at, so the same chart is
//! the same picture everywhere.

use resvg::{tiny_skia, usvg};

use crate::Error;
use crate::chart::{Chart, Svg, Theme};
use crate::sprite::encode;

/// The largest picture: 64 million pixels, a square of 8192.
pub const MAX_PICTURE_PIXELS: u64 = 1 << 26;

/// DejaVu Sans, cut down to the characters that reports use; see `fonts/README.md`.
const FONT: &[u8] = include_bytes!("../fonts/DejaVuSans-subset.ttf");
const FONT_FAMILY: &str = "DejaVu Sans";

/// `chart` on light paper as a PNG of 8-bit RGB, `scale` pixels for each pixel of the SVG.
///
/// # Errors
/// [`Error::Scale`] unless `scale` is a number over 0; [`Error::LimitExceeded`] over [`MAX_PICTURE_PIXELS`];
/// [`Error::Svg`] for a chart of so many marks that the renderer refuses it.
pub fn png(chart: &dyn Chart, scale: f32) -> Result<Vec<u8>, Error> {
    let picture = draw(&chart.svg(Theme::Light), scale)?;
    Ok(encode(&picture.rgb, ::png::ColorType::Rgb, picture.width, picture.height))
}

/// Pixels.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// `[height, width, 3]`.
    pub(crate) rgb: Vec<u8>,
}

/// Draws an SVG of [`Theme::Light`], which has an opaque ground.
pub(crate) fn draw(svg: &Svg, scale: f32) -> Result<Picture, Error> {
    if !(scale > 0.0 && scale.is_finite()) {
        return Err(Error::Scale { found: scale });
    }
    let mut options = usvg::Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_font_data(FONT.to_vec());
    // `system-ui` is not among the fonts, so text falls back to what is called sans-serif.
    fonts.set_sans_serif_family(FONT_FAMILY);
    let tree = usvg::Tree::from_str(svg.as_str(), &options).map_err(|error| Error::Svg(error.to_string()))?;

    let [width, height] = [tree.size().width(), tree.size().height()].map(|side| (side * scale).round().max(1.0));
    let found = (f64::from(width) * f64::from(height)) as u64;
    if found > MAX_PICTURE_PIXELS {
        let hint = "ask for a smaller scale";
        return Err(Error::LimitExceeded { what: "the picture", found, limit: MAX_PICTURE_PIXELS, hint });
    }
    let (width, height) = (width as u32, height as u32);
    let Some(mut pixels) = tiny_skia::Pixmap::new(width, height) else {
        return Err(Error::Svg(format!("no room for {width}x{height} pixels")));
    };
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let rgb = pixels.data().chunks_exact(4).flat_map(|rgba| [rgba[0], rgba[1], rgba[2]]).collect();
    Ok(Picture { width, height, rgb })
}
