//! A node of a file: its names, its attributes, and the errors about it.

use crate::error::Error;
use crate::excerpt::{listed, shown};
use crate::onnx::proto::{AttributeProto, NodeProto, TensorProto};

/// A node with at least one output.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    proto: &'a NodeProto,
}

impl<'a> Node<'a> {
    pub fn new(proto: &'a NodeProto) -> Self {
        Self { proto }
    }

    /// The operator, with the domain of those that are not ONNX's own.
    pub fn op(&self) -> &'a str {
        &self.proto.op_type
    }

    /// Whether the operator is one of `domain`.
    pub fn is_of(&self, domain: &str) -> bool {
        let own = if self.proto.domain == "ai.onnx" { "" } else { &self.proto.domain };
        own == domain
    }

    /// The name of an input; nothing where it is left out.
    pub fn input(&self, index: usize) -> Option<&'a str> {
        self.proto.input.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The number of inputs, those that are left out included.
    pub fn inputs_len(&self) -> usize {
        self.proto.input.len()
    }

    /// The names of the inputs that are there.
    pub fn inputs(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.proto.input.iter().map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The names of the outputs that are there.
    pub fn outputs(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.proto.output.iter().map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The first output's name, the only one that anything here has a use for; empty if it is left out.
    pub fn output(&self) -> &'a str {
        self.proto.output.first().map_or("", String::as_str)
    }

    /// The node, as errors call it: by its name, or by its output if it has none.
    pub fn place(&self) -> String {
        let op = shown(self.op());
        match self.proto.name.as_str() {
            "" => format!("node that makes '{}' ({op})", shown(self.output())),
            name => format!("node '{}' ({op})", shown(name)),
        }
    }

    /// An error: this node cannot be. A problem without a hint of its own gets the one that helps with all.
    pub fn refuse(&self, problem: impl ToString) -> Error {
        Error::unsupported(self.place(), with_hint(problem.to_string()))
    }

    /// Refuses attributes beside those named: they would be ignored.
    pub fn check_attributes(&self, known: &[&str]) -> Result<(), Error> {
        match self.proto.attribute.iter().find(|attribute| !known.contains(&attribute.name.as_str())) {
            Some(attribute) => {
                Err(self.refuse(format!("the attribute '{}' has no counterpart", shown(&attribute.name))))
            }
            None => Ok(()),
        }
    }

    fn attribute(&self, name: &str) -> Option<&'a AttributeProto> {
        self.proto.attribute.iter().find(|attribute| attribute.name == name)
    }

    /// An attribute of one kind.
    fn value<T>(
        &self,
        name: &str,
        kind: &str,
        get: impl Fn(&'a AttributeProto) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let wrong = || self.refuse(format!("its attribute '{name}' is not a {kind}"));
        self.attribute(name).map(|attribute| get(attribute).ok_or_else(wrong)).transpose()
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Result<Option<i64>, Error> {
        self.value(name, "whole number", |attribute| attribute.i)
    }

    /// A number.
    pub fn float(&self, name: &str) -> Result<Option<f32>, Error> {
        self.value(name, "number", |attribute| attribute.f)
    }

    /// A word.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Error> {
        self.value(name, "string", |attribute| std::str::from_utf8(attribute.s.as_deref()?).ok())
    }

    /// A tensor.
    pub fn tensor(&self, name: &str) -> Result<Option<&'a TensorProto>, Error> {
        self.value(name, "tensor", |attribute| attribute.t.as_deref())
    }

    /// A list of whole numbers.
    pub fn ints(&self, name: &str) -> Option<&'a [i64]> {
        self.attribute(name).map(|attribute| attribute.ints.as_slice())
    }

    /// A list of numbers.
    pub fn floats(&self, name: &str) -> Option<&'a [f32]> {
        self.attribute(name).map(|attribute| attribute.floats.as_slice())
    }

    /// A list of words.
    pub fn strings(&self, name: &str) -> Option<&'a [Vec<u8>]> {
        self.attribute(name).map(|attribute| attribute.strings.as_slice())
    }

    /// Refuses the node unless an attribute that is a whole number is the one that means nothing special.
    pub fn expect(&self, name: &str, expected: i64) -> Result<(), Error> {
        match self.int(name)? {
            Some(found) if found != expected => Err(self.refuse(format!("{name} is {found}, expected {expected}"))),
            _ => Ok(()),
        }
    }

    /// A list of sizes `[height, width]`, each 1 to `limit`.
    pub fn sides(&self, name: &str, limit: usize) -> Result<Option<[usize; 2]>, Error> {
        let Some(sides) = self.ints(name) else { return Ok(None) };
        let side = |&side: &i64| usize::try_from(side).ok().filter(|side| (1..=limit).contains(side));
        match sides {
            [height, width] => side(height).zip(side(width)),
            _ => None,
        }
        .map(|(height, width)| Some([height, width]))
        .ok_or_else(|| self.refuse(format!("{name} is {}, expected two sizes of 1 to {limit}", listed(sides))))
    }
}

/// What helps with a graph that cannot be read as it is.
const HINT: &str = "hint: leave this out of the network or say it with supported layers, train it again where that changes \
    it, and export it once more";

/// What helps with a graph that is not a chain.
pub(super) const BRANCH_HINT: &str =
    "hint: leave the shortcut or the second branch out of the network, train it again, and export it once more";

/// A problem and its hint.
pub(super) fn with_hint(problem: String) -> String {
    if problem.contains("\nhint: ") { problem } else { format!("{problem}\n{HINT}") }
}
