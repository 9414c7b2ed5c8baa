//! Parts of a constraint are plain data: in files they are written as in arguments.

use serde::Deserialize;

/// What stands for a part of a constraint in a file: a number may stand for itself.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string or a whole number")]
pub(super) enum Text {
    Number(u64),
    Text(String),
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text {
            Text::Number(number) => number.to_string(),
            Text::Text(text) => text,
        }
    }
}

/// A type that is serialised as what it displays and deserialised as it is parsed.
macro_rules! plain_data {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: String =
                    <crate::constraint::text::Text as serde::Deserialize>::deserialize(deserializer)?.into();
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use plain_data;
