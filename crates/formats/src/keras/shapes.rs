//! Keras' layers that give the same numbers in another shape, or change nothing.

use serde_json::{Value, json};
use tenfold_network::Shape;

use super::refusals::another_size;
use super::settings::KerasLayer;
use super::translator::Translator;
use crate::error::Error;

impl Translator {
    pub(super) fn flatten(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        layer.check_channels_last()?;
        let length = self.length(layer)?;
        self.check_next(layer)?;
        self.chain.flatten();
        self.sizes = vec![length];
        Ok(())
    }

    /// A new shape for the same numbers: one that this program gives them in any case, or a vector.
    pub(super) fn reshape(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        self.check_next(layer)?;
        let length = self.length(layer)?;
        let target = layer.get(&["target_shape"]).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let given = target.iter().filter_map(Value::as_u64).try_fold(1u64, u64::checked_mul).unwrap_or(0);
        let free = (length as u64).checked_div(given).unwrap_or(0) as usize;
        let size =
            |size: &Value| size.as_u64().map(|size| size as usize).or((size.as_i64() == Some(-1)).then_some(free));
        let sizes: Option<Vec<usize>> = target.iter().map(size).collect();
        let sizes = sizes.ok_or_else(|| layer.unsupported("has no target_shape of numbers"))?;
        let Shape { height, width, channels } = self.chain.shape();
        let stays = match sizes[..] {
            [vector] if vector == length => {
                self.chain.flatten_if(true);
                true
            }
            [rows, columns] => (rows, columns, 1) == (height, width, channels),
            _ => sizes == [height, width, channels],
        };
        if !stays {
            let problem = format!(
                "makes {sizes:?} of {:?}; supported are vectors, and images of vectors at the start",
                self.sizes
            );
            return Err(layer.refuse(problem, "put a Flatten in its place, and train again"));
        }
        self.sizes = sizes;
        Ok(())
    }

    /// A layer for images of another size, which only those of the size that they have anyway get past.
    pub(super) fn resize(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let sides = || Some([layer.count(&["height"]).ok()?, layer.count(&["width"]).ok()?]);
        let Shape { height, width, .. } = self.chain.shape();
        match self.sizes.len() == 3 && sides() == Some([height, width]) {
            true => Ok(()),
            false => Err(another_size(layer)),
        }
    }

    /// Axes in another order, which must be the one that they have.
    pub(super) fn permute(&mut self, layer: &KerasLayer<'_>) -> Result<(), Error> {
        let in_order: Vec<_> = (1..=self.sizes.len()).map(|axis| json!(axis)).collect();
        match layer.get(&["dims"]).and_then(Value::as_array) == Some(&in_order) {
            true => Ok(()),
            false => Err(layer.refuse(
                "has no counterpart in Tenfold where it changes the order of axes",
                "leave the layer out, give the network images as they then are, and train again",
            )),
        }
    }

    /// Numbers in one image up to here.
    fn length(&self, layer: &KerasLayer<'_>) -> Result<usize, Error> {
        let length = self.sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
        length.ok_or_else(|| layer.unsupported(format!("{:?} are too many numbers", self.sizes)))
    }
}
