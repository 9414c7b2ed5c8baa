//! A graph being written: its nodes and its constants.

use super::proto::{
    AttributeProto, DimensionProto, GraphProto, NodeProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto,
    ValueInfoProto, attribute_type, data_type,
};
use crate::saved_model::SavedModel;

/// Nodes and constants, in the order in which they were added; a node's only output has its name.
#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
}

impl Graph {
    /// Adds a node.
    pub fn node(&mut self, name: &str, op: &str, inputs: &[&str], attribute: Vec<AttributeProto>) {
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![name.to_owned()],
            name: name.to_owned(),
            op_type: op.to_owned(),
            attribute,
            domain: String::new(),
        });
    }

    /// Adds a constant of floats, by its name, shape and values; returns the name.
    pub fn floats(&mut self, (name, shape, values): (String, Vec<usize>, Vec<f32>)) -> String {
        let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let dims = shape.iter().map(|&size| size as i64).collect();
        self.constant(TensorProto { dims, data_type: data_type::FLOAT, name, raw_data, ..TensorProto::default() })
    }

    /// Adds a constant vector of sizes; returns its name.
    pub fn sizes(&mut self, name: String, sizes: Vec<i64>) -> String {
        let raw_data = sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
        let dims = vec![sizes.len() as i64];
        self.constant(TensorProto { dims, data_type: data_type::INT64, name, raw_data, ..TensorProto::default() })
    }

    fn constant(&mut self, tensor: TensorProto) -> String {
        let name = tensor.name.clone();
        self.constants.push(tensor);
        name
    }

    /// Gives the last node's output another name, which is returned.
    pub fn rename_output(&mut self, name: &str) -> String {
        if let Some(output) = self.nodes.last_mut().and_then(|node| node.output.first_mut()) {
            name.clone_into(output);
        }
        name.to_owned()
    }

    /// The graph of a model, with the name of its input, that of the axis of images, and its output with its size.
    pub fn finish(self, saved: &SavedModel, input: &str, batch: &str, output: (&str, usize)) -> GraphProto {
        let shape = saved.model.architecture().input;
        let image = [shape.channels, shape.height, shape.width];
        let (output, classes) = output;
        GraphProto {
            node: self.nodes,
            name: "tenfold".to_owned(),
            initializer: self.constants,
            input: vec![value(input, batch, &image, "Grey images: 0 background to 1 ink, a byte divided by 255.")],
            output: vec![value(output, batch, &[classes], "A row per image, a number per class.")],
        }
    }
}

/// The declaration of a tensor `[batch, sizes]` of floats.
fn value(name: &str, batch: &str, sizes: &[usize], doc: &str) -> ValueInfoProto {
    let batch = DimensionProto { dim_value: None, dim_param: Some(batch.to_owned()) };
    let sizes = sizes.iter().map(|&size| DimensionProto { dim_value: Some(size as i64), dim_param: None });
    let shape = Some(TensorShapeProto { dim: [batch].into_iter().chain(sizes).collect() });
    let tensor_type = Some(TensorTypeProto { elem_type: data_type::FLOAT, shape });
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }), doc_string: doc.to_owned() }
}

/// An attribute that is a number.
pub(super) fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto { f: Some(value), ..attribute(name, attribute_type::FLOAT) }
}

/// An attribute that is a whole number.
pub(super) fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { i: Some(value), ..attribute(name, attribute_type::INT) }
}

/// An attribute that is a list of whole numbers.
pub(super) fn ints<const N: usize>(name: &str, values: [i64; N]) -> AttributeProto {
    AttributeProto { ints: values.to_vec(), ..attribute(name, attribute_type::INTS) }
}

/// An attribute that is a word.
pub(super) fn text(name: &str, value: &str) -> AttributeProto {
    AttributeProto { s: Some(value.as_bytes().to_vec()), ..attribute(name, attribute_type::STRING) }
}

fn attribute(name: &str, kind: i32) -> AttributeProto {
    AttributeProto { name: name.to_owned(), kind, ..AttributeProto::default() }
}
