//! One Keras layer's settings, with the names they had in all versions.

use std::fmt::Display;

use serde_json::{Map, Value};
use tenfold_network::Padding;

use super::place::{Place, snake};
use crate::error::Error;
use crate::excerpt::shortened;

/// The largest whole number that a setting may be; what a network can be is checked with its outline.
const MAX_NUMBER: u64 = 1 << 24;

/// The shortest decimal that is read as this number again: 0.9, where the same bits as `f64` are 0.8999999761581421.
pub(super) fn decimal(value: f32) -> f64 {
    value.to_string().parse().expect("a number that was just written")
}

/// A layer as Keras describes it.
pub(super) struct KerasLayer<'a> {
    pub class: &'a str,
    pub name: &'a str,
    /// Where its values are.
    pub place: Place,
    /// For a layer that joins two results: the name of the layer that gave the earlier one.
    pub trunk: Option<&'a str>,
    config: &'a Map<String, Value>,
}

impl<'a> KerasLayer<'a> {
    /// The layer of a piece of JSON in the model `outer`; nothing if it is not one. `count` says how many layers of its kind
    /// came before it there.
    pub fn new(layer: &'a Value, outer: Option<&Place>, count: impl FnOnce(&str) -> usize) -> Option<Self> {
        let class = layer.get("class_name")?.as_str()?;
        let config = layer.get("config")?.as_object()?;
        let name = config.get("name").or_else(|| layer.get("name")).and_then(Value::as_str).unwrap_or("");
        let kind = snake(class);
        let folder = match count(&kind) {
            0 => kind,
            count => format!("{kind}_{count}"),
        };
        let trainable = config.get("trainable").and_then(Value::as_bool).unwrap_or(true);
        Some(Self { class, name, place: Place::new(outer, name, folder, trainable), trunk: None, config })
    }

    /// The settings as they are.
    pub fn config(&self) -> &'a Map<String, Value> {
        self.config
    }

    /// The layer in messages: its name and class.
    pub fn in_words(&self) -> String {
        format!("layer {} ({})", shortened(self.name), shortened(self.class))
    }

    /// An error that names the layer.
    pub fn unsupported(&self, problem: impl ToString) -> Error {
        Error::unsupported(self.in_words(), problem)
    }

    /// An error that names the layer, and says what to do.
    pub fn refuse(&self, problem: impl Display, way_out: impl Display) -> Error {
        self.unsupported(format!("{problem}\nhint: {way_out}"))
    }

    /// The first of these settings that is there and not null.
    pub fn get(&self, names: &[&str]) -> Option<&'a Value> {
        names.iter().filter_map(|name| self.config.get(*name)).find(|value| !value.is_null())
    }

    /// A setting with a value that cannot be.
    pub fn wrong(&self, name: &str, expected: &str, found: &Value) -> Error {
        self.unsupported(format!("{name} is {}, expected {expected}", shortened(&found.to_string())))
    }

    /// A setting with a value that only Keras has.
    fn other(&self, name: &str, expected: &str, found: &Value) -> Error {
        let way_out = format!("build the layer with {name} {expected}, and train the network again");
        self.refuse(format!("{name} is {}, expected {expected}", shortened(&found.to_string())), way_out)
    }

    pub fn flag(&self, names: &[&str], default: bool) -> Result<bool, Error> {
        let flag = |value: &Value| value.as_bool().ok_or_else(|| self.wrong(names[0], "true or false", value));
        self.get(names).map_or(Ok(default), flag)
    }

    pub fn number(&self, names: &[&str]) -> Result<Option<f64>, Error> {
        let number = |value: &Value| value.as_f64().ok_or_else(|| self.wrong(names[0], "a number", value));
        self.get(names).map(number).transpose()
    }

    /// A list of numbers, or one number: the statistics of an axis.
    pub fn numbers(&self, names: &[&str]) -> Result<Option<Vec<f64>>, Error> {
        let Some(value) = self.get(names) else { return Ok(None) };
        let mut numbers = Vec::new();
        let all = flat(value, &mut numbers);
        all.then_some(Some(numbers)).ok_or_else(|| self.wrong(names[0], "numbers", value))
    }

    /// A number that must be there.
    pub fn expect_number(&self, names: &[&str]) -> Result<f64, Error> {
        self.number(names)?.ok_or_else(|| self.unsupported(format!("has no {}", names[0])))
    }

    /// A whole number that must be there.
    pub fn count(&self, names: &[&str]) -> Result<usize, Error> {
        let value = self.get(names).ok_or_else(|| self.unsupported(format!("has no {}", names[0])))?;
        whole(value).ok_or_else(|| self.wrong(names[0], "a whole number", value))
    }

    /// Height and width: a list of two, or one number for both.
    pub fn pair(&self, names: &[&str]) -> Result<Option<[usize; 2]>, Error> {
        let Some(value) = self.get(names) else { return Ok(None) };
        let pair = match value.as_array().map(Vec::as_slice) {
            Some([height, width]) => whole(height).zip(whole(width)).map(<[usize; 2]>::from),
            Some(_) => None,
            None => whole(value).map(|side| [side; 2]),
        };
        pair.map(Some).ok_or_else(|| self.wrong(names[0], "one or two whole numbers", value))
    }

    /// What happens at the border.
    pub fn padding(&self) -> Result<Padding, Error> {
        match self.get(&["padding", "border_mode"]) {
            None => Ok(Padding::Valid),
            Some(value) => match value.as_str() {
                Some("valid") => Ok(Padding::Valid),
                Some("same") => Ok(Padding::Same),
                _ => Err(self.other("padding", "valid or same", value)),
            },
        }
    }

    /// The zeros around an image, before and after it: one number for all sides, one for rows and one for columns, or two
    /// for each.
    pub fn zeros(&self) -> Result<[[usize; 2]; 2], Error> {
        let value = self.get(&["padding"]).ok_or_else(|| self.unsupported("has no padding"))?;
        let sides = |sides: &Value| match sides.as_array().map(Vec::as_slice) {
            Some([before, after]) => whole(before).zip(whole(after)),
            Some(_) => None,
            None => whole(sides).map(|side| (side, side)),
        };
        let zeros = match value.as_array().map(Vec::as_slice) {
            Some([rows, columns]) => sides(rows).zip(sides(columns)),
            Some(_) => None,
            None => sides(value).map(|side| (side, side)),
        };
        let zeros = zeros.map(|((top, bottom), (left, right))| [[top, left], [bottom, right]]);
        zeros.ok_or_else(|| self.wrong("padding", "one, two or four whole numbers", value))
    }

    /// Refuses images with channels before rows and columns.
    pub fn check_channels_last(&self) -> Result<(), Error> {
        match self.get(&["data_format", "dim_ordering"]) {
            Some(value) if !matches!(value.as_str(), Some("channels_last" | "tf" | "default")) => {
                Err(self.other("data_format", "channels_last", value))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a setting that is there with another value than the one that changes nothing.
    pub fn check_neutral(&self, name: &str, neutral: &[Value]) -> Result<(), Error> {
        match self.get(&[name]) {
            Some(value) if !neutral.contains(value) => Err(self.other(name, &neutral[0].to_string(), value)),
            _ => Ok(()),
        }
    }

    /// The shape of one input, without the batch, where this layer says it.
    pub fn input_shape(&self) -> Result<Option<Vec<usize>>, Error> {
        self.get(&["batch_input_shape", "batch_shape"]).map(|value| self.shape(value)).transpose()
    }

    /// A shape with the batch in front, without it.
    pub fn shape(&self, value: &Value) -> Result<Vec<usize>, Error> {
        let sizes = value.as_array().map_or(&[][..], Vec::as_slice).get(1..).unwrap_or(&[]);
        let sizes: Option<Vec<usize>> = sizes.iter().map(whole).collect();
        sizes.filter(|sizes| !sizes.is_empty()).ok_or_else(|| self.wrong("the input's shape", "numbers", value))
    }
}

/// Appends the numbers of lists within lists; whether they are all numbers.
fn flat(value: &Value, numbers: &mut Vec<f64>) -> bool {
    match value {
        Value::Array(values) => values.iter().all(|value| flat(value, numbers)),
        value => value.as_f64().map(|number| numbers.push(number)).is_some(),
    }
}

/// A number from 0 to the limit, also one written as 3.0.
fn whole(value: &Value) -> Option<usize> {
    let number = value.as_u64().or_else(|| {
        value.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0).map(|number| number as u64)
    })?;
    (number <= MAX_NUMBER).then_some(number as usize)
}
