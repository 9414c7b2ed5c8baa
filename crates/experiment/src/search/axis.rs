//! One axis of a space: a setting of a recipe, and the values that it may have.

use serde::Deserialize;
use tenfold_random::Stream;
use tenfold_training::RecipeChanges;
use toml::{Table, Value};

/// What an axis without a setting, whose values are recipes in part, is called.
const RECIPE: &str = "recipe";

/// Significant digits of a number that is drawn: what a table shows is what is trained.
const DIGITS: usize = 3;

/// An axis as a file has it: one of the keys but the first says what its values are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenAxis {
    setting: Option<String>,
    choice: Option<Vec<Value>>,
    named: Option<Table>,
    uniform: Option<[f64; 2]>,
    log_uniform: Option<[f64; 2]>,
    integer: Option<[i64; 2]>,
}

/// A setting, and the values that it may have.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// By its path in a recipe's file; none for values that are recipes in part.
    setting: Option<String>,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    /// Each with what it is called.
    Listed(Vec<(Value, Value)>),
    /// Evenly, from the first to the second.
    Uniform(f64, f64),
    /// Evenly in the logarithm.
    LogUniform(f64, f64),
    /// Whole numbers, both ends too.
    Integer(i64, i64),
}

/// A value of an axis.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// What it is called: itself, or its name.
    pub label: Value,
    /// The recipe in part that says it.
    pub changes: Table,
}

impl Axis {
    /// The axis that is written so, once every value of a list and both ends of a range are known to be a recipe's.
    ///
    /// # Errors
    /// What is wrong with it: what was expected, and what was found.
    pub fn new(written: WrittenAxis) -> Result<Self, String> {
        let WrittenAxis { setting, choice, named, uniform, log_uniform, integer } = written;
        let itself = |value: Value| (value.clone(), value);
        let mut given = [
            choice.map(|values| Values::Listed(values.into_iter().map(itself).collect())),
            named
                .map(|values| Values::Listed(values.into_iter().map(|(name, it)| (Value::String(name), it)).collect())),
            uniform.map(|[low, high]| Values::Uniform(low, high)),
            log_uniform.map(|[low, high]| Values::LogUniform(low, high)),
            integer.map(|[low, high]| Values::Integer(low, high)),
        ]
        .into_iter()
        .flatten();
        let axis = match (given.next(), given.next()) {
            (Some(values), None) => Self { setting, values },
            (first, _) => {
                let found = if first.is_none() { "none" } else { "more" };
                return Err(format!("expected one of choice, named, uniform, log_uniform and integer, found {found}"));
            }
        };
        axis.values.check()?;
        for value in axis.values.examples() {
            axis.check(&value)?;
        }
        Ok(axis)
    }

    /// What it is called: as its setting.
    pub fn name(&self) -> &str {
        self.setting.as_deref().unwrap_or(RECIPE)
    }

    /// How many values it has; none for a range, which has too many to train each.
    pub fn len(&self) -> Option<usize> {
        match &self.values {
            Values::Listed(values) => Some(values.len()),
            _ => None,
        }
    }

    /// The value at a position of a list.
    pub fn at(&self, index: usize) -> Setting {
        let Values::Listed(values) = &self.values else { unreachable!("only lists have positions") };
        let (label, value) = values[index].clone();
        Setting { label, changes: self.changes(value) }
    }

    /// A value by chance.
    pub fn draw(&self, stream: &mut Stream) -> Setting {
        let value = match self.values {
            Values::Listed(ref values) => return self.at(stream.below(values.len() as u32) as usize),
            Values::Uniform(low, high) => rounded(low + (high - low) * stream.uniform_f64(), low, high),
            Values::LogUniform(low, high) => {
                let [from, to] = [low, high].map(libm::log);
                rounded(libm::exp(from + (to - from) * stream.uniform_f64()), low, high)
            }
            Values::Integer(low, high) => Value::Integer(low + i64::from(stream.below((high - low) as u32 + 1))),
        };
        Setting { label: value.clone(), changes: self.changes(value) }
    }

    /// Whether a recipe has such a setting, and may have this value.
    fn check(&self, value: &Value) -> Result<(), String> {
        if self.setting.is_none() && !value.is_table() {
            return Err(format!(
                "expected recipes in part, as an axis without a setting has, found {}",
                written(value)
            ));
        }
        match RecipeChanges::deserialize(self.changes(value.clone())) {
            Ok(_) => Ok(()),
            Err(error) => {
                Err(format!("expected a setting of a recipe, found {}: {}", written(value), one_line(&error)))
            }
        }
    }

    /// The recipe in part that gives the setting this value.
    fn changes(&self, value: Value) -> Table {
        let path = self.setting.iter().flat_map(|path| path.split('.'));
        let nested = path.rev().fold(value, |inner, key| Value::Table(Table::from_iter([(key.to_owned(), inner)])));
        nested.as_table().cloned().unwrap_or_default()
    }
}

impl Values {
    fn check(&self) -> Result<(), String> {
        let expected = |ok: bool, what: &str, low: &dyn std::fmt::Display, high: &dyn std::fmt::Display| {
            if ok { Ok(()) } else { Err(format!("expected {what}, found {low} and {high}")) }
        };
        match self {
            Self::Listed(values) if values.is_empty() => Err("expected at least one value, found none".to_owned()),
            Self::Listed(_) => Ok(()),
            Self::Uniform(low, high) => {
                expected(low < high && (high - low).is_finite(), "two numbers, the lower first", low, high)
            }
            Self::LogUniform(low, high) => {
                let ok = *low > 0.0 && low < high && high.is_finite();
                expected(ok, "two numbers above 0, the lower first", low, high)
            }
            Self::Integer(low, high) => {
                let ok = high.checked_sub(*low).is_some_and(|span| (1..i64::from(u32::MAX)).contains(&span));
                expected(ok, "two whole numbers, the lower first", low, high)
            }
        }
    }

    /// Values of each kind that there is.
    fn examples(&self) -> Vec<Value> {
        match self {
            Self::Listed(values) => values.iter().map(|(_, value)| value.clone()).collect(),
            Self::Uniform(low, high) | Self::LogUniform(low, high) => [*low, *high].map(Value::Float).to_vec(),
            Self::Integer(low, high) => [*low, *high].map(Value::Integer).to_vec(),
        }
    }
}

/// A drawn number with few digits, and within its range.
fn rounded(value: f64, low: f64, high: f64) -> Value {
    let short = format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value);
    Value::Float(short.clamp(low, high))
}

/// A value as people write it, with exponents where these are shorter.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(number) => format!("{number:?}"),
        other => other.to_string(),
    }
}

/// An error of a value that is in no file, without its lines of where.
fn one_line(error: &toml::de::Error) -> &str {
    error.message().lines().next().unwrap_or_default()
}

/// A recipe in part with another one's settings put over its own, table by table.
pub(super) fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match value {
            Value::Table(inner) => match into.entry(key).or_insert_with(|| Value::Table(Table::new())) {
                Value::Table(outer) => merge(outer, inner),
                other => *other = Value::Table(inner),
            },
            value => drop(into.insert(key, value)),
        }
    }
}
