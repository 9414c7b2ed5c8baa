//! Where the fields of a form are on its paper.

use serde::Deserialize;
use tenfold_reading::{Checker, Constraint};

use crate::error::Error;

/// The most fields of a template.
const MOST_FIELDS: usize = 1_000;

/// The most cells of a field.
const MOST_CELLS: u32 = 64;

/// Where the fields of a form are on its paper, and what is known of each: TOML.
///
/// ```toml
/// # All lengths are in one unit, millimetres for one, from the upper left corner of the paper.
/// [page]
/// width = 210
/// height = 297
/// # The middles of four filled dark squares: upper left, upper right, lower left, lower right.
/// # Without marks the picture is the page, as from a scanner.
/// marks = [[12, 12], [198, 12], [12, 285], [198, 285]]
///
/// [[field]]
/// name = "account"
/// box = [30, 60, 80, 10]                            # left, top, width, height
/// cells = 8                                         # each digit has a cell of its own; without it they stand as they like
/// known = { length = 8, check = "luhn" }            # a `Constraint`
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) page: Sheet,
    pub(crate) fields: Vec<Place>,
}

/// The paper.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    width: f64,
    height: f64,
    marks: Option<[[f64; 2]; 4]>,
}

/// Where a field is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    /// Left, top, width and height.
    pub(crate) area: [f64; 4],
    /// 0 if digits have no cells.
    pub(crate) cells: u32,
    pub(crate) checker: Option<Checker>,
}

/// A template as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    page: Sheet,
    #[serde(default, rename = "field")]
    fields: Vec<WrittenField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenField {
    name: String,
    #[serde(rename = "box")]
    area: [f64; 4],
    cells: Option<u32>,
    #[serde(default)]
    known: Constraint,
}

impl Sheet {
    /// Upper left, upper right, lower left and lower right: the marks, or the corners of the paper.
    pub(crate) fn corners(&self) -> [[f64; 2]; 4] {
        let Self { width, height, .. } = *self;
        self.marks.unwrap_or([[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]])
    }

    pub(crate) fn has_marks(&self) -> bool {
        self.marks.is_some()
    }

    fn check(&self) -> Result<(), Error> {
        for (name, side) in [("width", self.width), ("height", self.height)] {
            if !(side.is_finite() && side > 0.0) {
                return Err(invalid(format!("page: {name}"), "a length above 0", side));
            }
        }
        let Some([upper_left, upper_right, lower_left, lower_right]) = self.marks else { return Ok(()) };
        let is_inside = |[x, y]: [f64; 2]| (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y);
        let is_ordered = |first: [f64; 2], second: [f64; 2], axis: usize| first[axis] < second[axis];
        let are_in_order = is_ordered(upper_left, upper_right, 0)
            && is_ordered(lower_left, lower_right, 0)
            && is_ordered(upper_left, lower_left, 1)
            && is_ordered(upper_right, lower_right, 1);
        match [upper_left, upper_right, lower_left, lower_right].into_iter().all(is_inside) && are_in_order {
            true => Ok(()),
            false => Err(invalid(
                "page: marks".to_owned(),
                "four places on the page: upper left, upper right, lower left, lower right",
                "others",
            )),
        }
    }
}

impl Template {
    /// A template from its text.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is none; [`Error::Invalid`] if a part is out of range; [`Error::Known`] if no string fulfils what is
    /// known of a field.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let malformed = |error: toml::de::Error| Error::Malformed { reason: error.to_string().trim_end().to_owned() };
        let Written { page, fields } = toml::from_str(text).map_err(malformed)?;
        page.check()?;
        if fields.is_empty() || fields.len() > MOST_FIELDS {
            return Err(invalid("field".to_owned(), "from 1 to 1000 fields, each as [[field]]", fields.len()));
        }
        let mut found: Vec<Place> = Vec::with_capacity(fields.len());
        for field in fields {
            if field.name.is_empty() || found.iter().any(|other| other.name == field.name) {
                return Err(invalid(
                    "field: name".to_owned(),
                    "a name that no other field has",
                    format!("'{}'", field.name),
                ));
            }
            found.push(Place::of(field, &page)?);
        }
        Ok(Self { page, fields: found })
    }
}

impl Place {
    fn of(field: WrittenField, page: &Sheet) -> Result<Self, Error> {
        let WrittenField { name, area, cells, known } = field;
        let [left, top, width, height] = area;
        let fits = |start: f64, length: f64, all: f64| start >= 0.0 && length > 0.0 && start + length <= all;
        if !(fits(left, width, page.width) && fits(top, height, page.height)) {
            let expected = format!("left, top, width and height on a page of {} by {}", page.width, page.height);
            return Err(invalid(format!("field '{name}': box"), &expected, format!("{area:?}")));
        }
        let cells = cells.unwrap_or(0);
        if cells > MOST_CELLS {
            return Err(invalid(format!("field '{name}': cells"), "at most 64", cells));
        }
        let checker = if known.is_empty() { None } else { Some(Checker::new(known)) };
        let checker = checker.transpose().map_err(|source| Error::Known { name: name.clone(), source })?;
        Ok(Self { name, area, cells, checker })
    }
}

fn invalid(place: String, expected: &str, found: impl ToString) -> Error {
    Error::Invalid { place, expected: expected.to_owned(), found: found.to_string() }
}
