//! A picture of a form: each of its fields upright, what may be a digit in it, and what is read there.

use serde::Serialize;
use tenfold_imaging::{ColourImage, GreyImage, InkBox, Preparation, Refusal};
use tenfold_reading::{Cell, Field, FieldRefusal, Page};

use crate::error::NotRegistered;
use crate::marks::marks;
use crate::projection::Projection;
use crate::template::{Place, Template};

/// A cell is looked at without this share of its shorter side on each side, where its lines are.
const LINES: f64 = 0.12;

/// Fields are looked at on at most so many pixels.
const MOST_PIXELS: f64 = 16e6;

/// A picture of a form whose fields have been found.
pub struct Form<'a> {
    fields: Vec<Found<'a>>,
    glyphs: Vec<u8>,
}

/// A field that is not read yet.
struct Found<'a> {
    place: &'a Place,
    upright: Upright,
    size: [u32; 2],
    page: Result<Page, FieldRefusal>,
}

/// What is read in a form. As JSON it has the fields' names for keys, as all in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FormReading {
    /// In the order of the template.
    pub fields: Vec<FormField>,
}

/// A field of a form. As JSON it has, beside these, the keys of what was read, or `refused` and `reason`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FormField {
    /// What the template calls it.
    pub name: String,
    /// Where it is: the box around it, in pixels of the picture.
    pub area: InkBox,
    /// What was read, if anything was.
    #[serde(flatten)]
    pub field: Option<Field>,
    /// Why nothing was.
    #[serde(flatten)]
    pub refusal: Option<FieldRefusal>,
}

impl FormField {
    /// What the field says.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn answer(&self) -> Result<&str, FieldRefusal> {
        match (&self.field, self.refusal) {
            (Some(field), _) => field.answer(),
            (None, Some(refusal)) => Err(refusal),
            (None, None) => Err(Refusal::NoDigits { marks: 0 }.into()),
        }
    }
}

impl FormReading {
    /// Refuses each field whose answer is less probable than `needed`, `0..=1`, as a whole.
    pub fn refuse_below(&mut self, needed: f32) {
        self.fields.iter_mut().filter_map(|it| it.field.as_mut()).for_each(|field| field.refuse_below(needed));
    }

    /// Whether a field has no answer.
    pub fn is_refused(&self) -> bool {
        self.fields.iter().any(|field| field.answer().is_err())
    }
}

impl<'a> Form<'a> {
    /// Finds the fields of a form in a picture, and what may be digits in them.
    ///
    /// # Errors
    /// [`NotRegistered`] if its marks are not found. What is wrong with a field is said in its place by [`Self::read`].
    pub fn find(image: &ColourImage, template: &'a Template, preparation: &Preparation) -> Result<Self, NotRegistered> {
        let (width, height) = (f64::from(image.grey().width()), f64::from(image.grey().height()));
        let corners = match template.page.has_marks() {
            true => marks(image)?,
            false => [[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]],
        };
        let projection = Projection::of(template.page.corners(), corners).ok_or(NotRegistered { found: 4 })?;
        let mut form = Self { fields: Vec::new(), glyphs: Vec::new() };
        for place in &template.fields {
            let upright = Upright::of(projection, place.area).ok_or(NotRegistered { found: 4 })?;
            let page = page(&upright, place, image, preparation);
            form.glyphs.extend(page.iter().flat_map(Page::glyphs));
            form.fields.push(Found { place, upright, size: [image.grey().width(), image.grey().height()], page });
        }
        Ok(form)
    }

    /// What may be a digit, `[N, side, side]`, prepared as pictures of one digit are.
    pub fn glyphs(&self) -> &[u8] {
        &self.glyphs
    }

    /// Reads the form: `probabilities` are those of the classes for each of [`Self::glyphs`], `[N, classes]`, and `labels` is what the
    /// classes are called.
    ///
    /// # Panics
    /// Unless there is a probability for each glyph and class.
    pub fn read(&self, probabilities: &[f32], labels: &[String]) -> FormReading {
        let mut rest = probabilities;
        let mut read = |found: &Found<'_>| {
            let page = found.page.as_ref().map_err(|refusal| *refusal)?;
            let (own, others) = rest.split_at(page.candidates() * labels.len());
            rest = others;
            let mut reading = match &found.place.checker {
                Some(checker) => page.read_checked(own, labels, checker)?,
                None => page.read(own, labels)?,
            };
            match (reading.lines.len(), reading.lines.pop()) {
                (1, Some(line)) => Ok(line.fields.into_iter().next()),
                (lines, _) => Err(FieldRefusal::SeveralLines { lines }),
            }
        };
        let field = |found: &Found<'_>| {
            let (mut field, refusal) = read(found).map_or_else(|refusal| (None, Some(refusal)), |field| (field, None));
            if let Some(field) = &mut field {
                field.map_places(|place| found.upright.in_picture(place, found.size));
            }
            let all = InkBox { left: 0, top: 0, width: found.upright.size[0], height: found.upright.size[1] };
            FormField {
                name: found.place.name.clone(),
                area: found.upright.in_picture(all, found.size),
                field,
                refusal,
            }
        };
        FormReading { fields: self.fields.iter().map(field).collect() }
    }
}

/// What may be digits in a field.
fn page(
    upright: &Upright,
    place: &Place,
    image: &ColourImage,
    preparation: &Preparation,
) -> Result<Page, FieldRefusal> {
    let [width, height] = upright.size;
    if place.cells == 0 {
        let whole = InkBox { left: 0, top: 0, width, height };
        return Ok(Page::find(&upright.cut(image, whole), preparation)?.joined());
    }
    let cell = |at: u32| {
        let side = f64::from(width) / f64::from(place.cells);
        let line = (LINES * side.min(f64::from(height))).ceil() as u32;
        let (left, right) = ((f64::from(at) * side) as u32 + line, (f64::from(at + 1) * side) as u32);
        let area = InkBox {
            left,
            top: line,
            width: right.saturating_sub(left + line).max(1),
            height: height.saturating_sub(2 * line).max(1),
        };
        match preparation.prepare_colour(&upright.cut(image, area)) {
            Ok(prepared) => Cell { place: area, glyph: Some(prepared.pixels) },
            Err(_) => Cell { place: area, glyph: None },
        }
    };
    Page::of_cells((0..place.cells).map(cell).collect())
}

/// A field as it would look from straight above.
struct Upright {
    projection: Projection,
    /// On the paper.
    area: [f64; 4],
    /// Pixels for a unit of the paper.
    density: f64,
    /// Columns and rows.
    size: [u32; 2],
}

impl Upright {
    /// A field with as many pixels as it has in the picture; nothing if that cannot be.
    fn of(projection: Projection, area: [f64; 4]) -> Option<Self> {
        let [left, top, width, height] = area;
        let corner = |right: f64, down: f64| projection.of_place([left + right * width, top + down * height]);
        let distance = |a: [f64; 2], b: [f64; 2]| libm::hypot(a[0] - b[0], a[1] - b[1]);
        let along = distance(corner(0.0, 0.5), corner(1.0, 0.5)) / width;
        let down = distance(corner(0.5, 0.0), corner(0.5, 1.0)) / height;
        let density = along.max(down);
        let size = [(width * density).round().max(1.0), (height * density).round().max(1.0)];
        (density.is_finite() && size[0] * size[1] <= MOST_PIXELS).then(|| Self {
            projection,
            area,
            density,
            size: size.map(|side| side as u32),
        })
    }

    /// Where a place of the upright field is in the picture.
    fn of_place(&self, x: f64, y: f64) -> [f64; 2] {
        self.projection.of_place([self.area[0] + x / self.density, self.area[1] + y / self.density])
    }

    /// A part of the upright field, between pixels as much of each as it is near.
    fn cut(&self, image: &ColourImage, part: InkBox) -> ColourImage {
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
    fn in_picture(&self, place: InkBox, size: [u32; 2]) -> InkBox {
        let (left, top) = (f64::from(place.left), f64::from(place.top));
        let (right, bottom) = (left + f64::from(place.width), top + f64::from(place.height));
        let corners = [[left, top], [right, top], [left, bottom], [right, bottom]].map(|[x, y]| self.of_place(x, y));
        let ends = [0, 1].map(|axis| {
            let along = corners.map(|corner| corner[axis].clamp(0.0, f64::from(size[axis])));
            let least = along.into_iter().fold(f64::INFINITY, f64::min).floor().min(f64::from(size[axis] - 1)) as u32;
            (least, (along.into_iter().fold(0.0, f64::max).ceil() as u32).max(least + 1))
        });
        let [(left, right), (top, bottom)] = ends;
        InkBox { left, top, width: right - left, height: bottom - top }
    }
}
