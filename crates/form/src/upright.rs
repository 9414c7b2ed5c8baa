//! A field of a form as it would look from straight above.

use tenfold_imaging::{ColourImage, GreyImage, InkBox};

use crate::projection::Projection;

/// A field is looked at on at most so many times the pixels of the picture.
const MOST_PIXELS: f64 = 2.0;

/// A field as it would look from straight above.
pub(crate) struct Upright {
    projection: Projection,
    /// On the paper.
    area: [f64; 4],
    /// Pixels for a unit of the paper.
    density: f64,
    /// Columns and rows.
    size: [u32; 2],
    /// Those of the picture.
    picture: [u32; 2],
}

impl Upright {
    /// A field with as many pixels as it has in the picture, a large one with fewer; nothing if a part of it cannot be in the picture.
    pub(crate) fn of(projection: Projection, area: [f64; 4], picture: [u32; 2]) -> Option<Self> {
        let [left, top, width, height] = area;
        let corner = |right: f64, down: f64| projection.of_place([left + right * width, top + down * height]);
        let distance = |a: [f64; 2], b: [f64; 2]| libm::hypot(a[0] - b[0], a[1] - b[1]);
        let along = distance(corner(0.0, 0.5), corner(1.0, 0.5)) / width;
        let down = distance(corner(0.5, 0.0), corner(0.5, 1.0)) / height;
        let most = MOST_PIXELS * f64::from(picture[0]) * f64::from(picture[1]);
        let density = along.max(down).min((most / (width * height)).sqrt()).min(most / width.max(height));
        let size = [width, height].map(|side| (side * density).round().max(1.0) as u32);
        (density.is_finite() && density > 0.0).then_some(Self { projection, area, density, size, picture })
    }

    /// All of it.
    pub(crate) fn whole(&self) -> InkBox {
        InkBox { left: 0, top: 0, width: self.size[0], height: self.size[1] }
    }

    /// Where a place of the upright field is in the picture.
    fn of_place(&self, x: f64, y: f64) -> [f64; 2] {
        self.projection.of_place([self.area[0] + x / self.density, self.area[1] + y / self.density])
    }

    /// A part of the upright field, between pixels as much of each as it is near.
    pub(crate) fn cut(&self, image: &ColourImage, part: InkBox) -> ColourImage {
        let grey = image.grey();
        let (columns, rows) = (grey.width() as usize, grey.height() as usize);
        let (levels, channels) = match image.colours() {
            Some(colours) => (colours, 3),
            None => (grey.pixels(), 1),
        };
        let mut found = Vec::with_capacity(part.width as usize * part.height as usize * channels);
        for y in part.top..part.top + part.height {
            for x in part.left..part.left + part.width {
                let [right, down] = self.of_place(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let [right, down] =
                    [(right - 0.5, columns), (down - 0.5, rows)].map(|(at, all)| at.clamp(0.0, (all - 1) as f64));
                let (left, top) = (right as usize, down as usize);
                let (next, below) = ((left + 1).min(columns - 1), (top + 1).min(rows - 1));
                let (right, down) = (right - left as f64, down - top as f64);
                for channel in 0..channels {
                    let level = |x: usize, y: usize| f64::from(levels[(y * columns + x) * channels + channel]);
                    let row = |y: usize| level(left, y) * (1.0 - right) + level(next, y) * right;
                    found.push((row(top) * (1.0 - down) + row(below) * down).round() as u8);
                }
            }
        }
        let picture = match channels {
            1 => GreyImage::new(part.width, part.height, found).map(ColourImage::from),
            _ => ColourImage::new(part.width, part.height, found),
        };
        picture.expect("a level for each pixel and channel")
    }

    /// The box in the picture around a place of the upright field.
    pub(crate) fn in_picture(&self, place: InkBox) -> InkBox {
        let (left, top) = (f64::from(place.left), f64::from(place.top));
        let (right, bottom) = (left + f64::from(place.width), top + f64::from(place.height));
        let corners = [[left, top], [right, top], [left, bottom], [right, bottom]].map(|[x, y]| self.of_place(x, y));
        let ends = [0, 1].map(|axis| {
            let last = self.picture[axis] - 1;
            let along = corners.map(|corner| corner[axis]);
            let least = along.into_iter().fold(f64::INFINITY, f64::min).floor().clamp(0.0, f64::from(last)) as u32;
            let most =
                along.into_iter().fold(f64::NEG_INFINITY, f64::max).ceil().clamp(0.0, f64::from(last + 1)) as u32;
            (least, most.max(least + 1))
        });
        let [(left, right), (top, bottom)] = ends;
        InkBox { left, top, width: right - left, height: bottom - top }
    }
}
