//! The end of a graph that averages the answers of several networks: `Mean` of softmaxes, and what makes logits of it.

use super::constant::Constants;
use super::node::{Node, with_hint};
use super::path;
use super::path::Path;
use super::reader::{self, Answer};
use crate::error::Error;
use crate::excerpt::shown;
use crate::onnx::proto::GraphProto;
use tenfold_network::{Member, Model};

/// What a graph's answer is the mean of.
pub(super) struct Ensemble<'a> {
    mean: Node<'a>,
    /// What divides the logarithm of the mean.
    temperature: Option<Node<'a>>,
}

impl<'a> Ensemble<'a> {
    /// That of a graph which gives `output`, if it ends so: `Mean`; or `Mean`, `Max` or not, `Log`, `Div` or not, `Softmax` or
    /// not.
    pub fn of(graph: &'a GraphProto, output: &str) -> Option<Self> {
        let maker = |name: &str| {
            graph.node.iter().map(Node::new).find(|node| node.is_of("") && node.outputs().any(|of| of == name))
        };
        let before = |node: &Node<'a>| node.input(0).and_then(maker);
        let skip = |node: Node<'a>, op: &str| if node.op() == op { before(&node) } else { Some(node) };
        let last = maker(output)?;
        if last.op() == "Mean" {
            return Some(Self { mean: last, temperature: None });
        }
        let node = skip(last, "Softmax")?;
        let temperature = Some(node).filter(|node| node.op() == "Div");
        let log = skip(node, "Div").filter(|node| node.op() == "Log")?;
        let mean = skip(before(&log)?, "Max").filter(|node| node.op() == "Mean")?;
        Some(Self { mean, temperature })
    }

    /// The ensemble of what the graph averages, as [`reader::read`] reads a graph of one network.
    pub fn read(
        self,
        graph: &'a GraphProto,
        (opset, is_own): (i64, bool),
        constants: Constants<'a>,
    ) -> Result<Answer<'a>, Error> {
        let (mut answers, mut image, mut constants): (Vec<Answer<'a>>, _, _) = (Vec::new(), None, constants);
        Error::check_limit(
            "inputs of the mean at the end of the graph",
            *Member::COUNT.end(),
            self.mean.inputs().count(),
        )?;
        for name in self.mean.inputs() {
            let is_softmax = |node: Node<'_>| node.op() == "Softmax" && node.outputs().any(|of| of == name);
            if !graph.node.iter().map(Node::new).any(is_softmax) {
                return Err(self.mean.refuse(format!("averages '{}', expected softmaxes alone", shown(name))));
            }
            let path = Path::to(graph, name)?;
            if *image.get_or_insert(path.input) != path.input {
                return Err(self.mean.refuse("averages what is made of several inputs, expected one input"));
            }
            let answer = reader::read(path, opset, is_own, constants)?;
            constants = answer.constants.clone();
            if answers.first().is_some_and(|first| first.takes_bytes != answer.takes_bytes) {
                return Err(self.mean.refuse("averages what is made of bytes with what is made of pixels from 0 to 1"));
            }
            answers.push(answer);
        }
        let mut members = Vec::with_capacity(answers.len());
        let takes_bytes = answers.first().is_some_and(|first| first.takes_bytes);
        for Answer { model, temperature, .. } in answers {
            members.push(model.with_temperature(temperature.unwrap_or(1.0))?);
        }
        let temperature = self.temperature.map(|node| {
            let tensor = node.input(1).and_then(|name| path::constant(graph, name));
            let scalar = tensor.map(|tensor| constants.floats(tensor)).transpose()?.and_then(|floats| floats.scalar());
            scalar.ok_or_else(|| node.refuse("divides by what is not one constant number"))
        });
        let temperature = temperature.transpose()?;
        let model =
            Model::ensemble(&members).map_err(|error| Error::unsupported("graph", with_hint(error.to_string())))?;
        Ok(Answer { model, temperature, labels: None, takes_bytes, constants })
    }
}
