//! Networks with a name.

use crate::architecture::{Architecture, Layer, Shape};

/// The names [`Architecture::preset`] knows, with a line about each.
pub const PRESETS: [(&str, &str); 3] = [
    ("paper", "the paper's network: three convolutions, two poolings, two dense layers; 159,254 parameters"),
    ("mlp", "one hidden layer of 100 units; 79,510 parameters"),
    ("linear", "softmax regression; 7,850 parameters"),
];

const DIGIT_IMAGE: Shape = Shape { height: 28, width: 28, channels: 1 };
const DIGITS: usize = 10;

impl Architecture {
    /// The network with a name of [`PRESETS`].
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "paper" => Some(Self::paper()),
            "mlp" => Some(Self::for_digits(vec![Layer::Flatten, Layer::dense(100), Layer::Relu, Layer::dense(DIGITS)])),
            "linear" => Some(Self::for_digits(vec![Layer::Flatten, Layer::dense(DIGITS)])),
            _ => None,
        }
    }

    /// The published network: conv 3x3x32, max-pool 2, conv 3x3x64, conv 3x3x64, max-pool 2, dense 100, dense 10, with
    /// ReLU after each convolution and after the first dense layer.
    pub fn paper() -> Self {
        Self::for_digits(vec![
            Layer::conv(32, 3),
            Layer::Relu,
            Layer::max_pool(2),
            Layer::conv(64, 3),
            Layer::Relu,
            Layer::conv(64, 3),
            Layer::Relu,
            Layer::max_pool(2),
            Layer::Flatten,
            Layer::dense(100),
            Layer::Relu,
            Layer::dense(DIGITS),
        ])
    }

    /// The same network with so many outputs, if it is one of [`PRESETS`]: these are for digits, and for whatever else a data
    /// set has classes of. Any other network stays as it is.
    ///
    /// ```
    /// use tenfold_network::Architecture;
    ///
    /// let letters = Architecture::paper().for_classes(26);
    /// assert_eq!(letters.outline()?.classes, 26);
    /// assert_eq!(letters.for_classes(3), letters);
    /// # Ok::<(), tenfold_network::Error>(())
    /// ```
    pub fn for_classes(&self, classes: usize) -> Self {
        let is_preset = PRESETS.iter().any(|(name, _)| Self::preset(name).as_ref() == Some(self));
        let mut fitted = self.clone();
        if is_preset && let Some(Layer::Dense { units, .. }) = fitted.layers.last_mut() {
            *units = classes;
        }
        fitted
    }

    const fn for_digits(layers: Vec<Layer>) -> Self {
        Self { input: DIGIT_IMAGE, layers }
    }
}
