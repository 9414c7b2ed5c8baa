//! What is read in a form.

use serde::{Serialize, Serializer};
use tenfold_imaging::InkBox;
use tenfold_reading::{Field, FieldRefusal};

/// What is read in a form. As JSON it has the fields' names for keys, as all in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FormReading {
    /// In the order of the template.
    pub fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FormField {
    /// What the template calls it.
    pub name: String,
    /// The box around it, in pixels of the picture.
    pub area: InkBox,
    /// What was read, with places in pixels of the picture, or why nothing was. As JSON its keys stand beside the others.
    #[serde(flatten, serialize_with = "either")]
    pub read: Result<Field, FieldRefusal>,
}

impl FormField {
    /// What the field says: the most probable valid string, formatted, or if nothing is known of it the most probable of all.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn answer(&self) -> Result<&str, FieldRefusal> {
        self.read.as_ref().map_err(|refusal| *refusal)?.answer()
    }
}

impl FormReading {
    /// Refuses each field whose answer is less probable than `needed`, `0..=1`, as a whole.
    pub fn refuse_below(&mut self, needed: f32) {
        self.fields.iter_mut().filter_map(|it| it.read.as_mut().ok()).for_each(|field| field.refuse_below(needed));
    }

    /// Whether a field has no answer.
    pub fn is_refused(&self) -> bool {
        self.fields.iter().any(|field| field.answer().is_err())
    }
}

fn either<S: Serializer>(read: &Result<Field, FieldRefusal>, serializer: S) -> Result<S::Ok, S::Error> {
    match read {
        Ok(field) => field.serialize(serializer),
        Err(refusal) => refusal.serialize(serializer),
    }
}
