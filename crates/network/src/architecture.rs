//! A network as data: its input and its list of layers.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tenfold_kernels::Window;

pub use crate::shape::Shape;

/// What happens at an image's border: Keras' `padding`, or PyTorch's.
///
/// As TOML or JSON `"valid"`, `"same"`, or `{ explicit = { before = [1, 1], after = [1, 1] } }`, which is PyTorch's
/// `padding=1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Padding {
    /// Windows lie wholly inside the image; rows and columns that fill no window are ignored.
    #[default]
    Valid,
    /// Zeros around the image, so that the output has `ceil(input / stride)` rows and columns; where their number is odd
    /// the extra one is below or right of the image.
    Same,
    /// So many zeros at each side of the image, fewer than the window's side; rows and columns that fill no window are
    /// ignored.
    Explicit {
        /// Rows above, columns left.
        before: [usize; 2],
        /// Rows below, columns right.
        after: [usize; 2],
    },
}

impl Padding {
    /// The windows of `size` that move by `stride` over an image with this padding, sizes being `[height, width]`; nothing
    /// if none fits, a size is zero, or explicit padding is as wide as the window.
    pub fn windows(self, image: Shape, size: [usize; 2], stride: [usize; 2]) -> Option<Window> {
        let padding = match self {
            Self::Valid => tenfold_kernels::Padding::Valid,
            Self::Same => tenfold_kernels::Padding::Same,
            Self::Explicit { before, after } => tenfold_kernels::Padding::Explicit { before, after },
        };
        Window::new(image.into(), size, stride, padding)
    }
}

/// How a pooling layer combines a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolKind {
    /// The largest value.
    Max,
    /// The mean of the values inside the image.
    Average,
    /// The mean of the whole window, padding counted as zeros: PyTorch's and ONNX' `count_include_pad`.
    AverageWithPadding,
    /// The sum of the values inside the image.
    Sum,
}

/// One layer and its settings. Sizes are `[height, width]`.
///
/// As TOML or JSON a layer is a table with its kind in `type`, such as `{ type = "dense", units = 100 }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Layer {
    /// Convolution: a kernel of `[height, width, C / groups, filters]` slides over the image.
    #[serde(rename = "conv2d")]
    Conv2d {
        /// Output channels.
        filters: usize,
        /// Height and width of the kernel.
        kernel: [usize; 2],
        /// Steps down and right.
        #[serde(default = "unit_stride")]
        stride: [usize; 2],
        /// What happens at the border.
        #[serde(default)]
        padding: Padding,
        /// Whether a bias is added to each filter.
        #[serde(default = "yes")]
        bias: bool,
        /// Into how many groups channels and filters are divided, so that a filter sees its own group's channels alone: as
        /// many as there are channels for a depthwise convolution. It divides both numbers.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        groups: usize,
    },
    /// Pooling: each channel's window becomes one number.
    Pool {
        /// How.
        kind: PoolKind,
        /// Height and width of the window.
        size: [usize; 2],
        /// Steps down and right; where a file does not say, the window's size.
        #[serde(default = "unsaid_stride")]
        stride: [usize; 2],
        /// What happens at the border; padding is never the largest value, and counts in a mean only where `kind` says so.
        #[serde(default)]
        padding: Padding,
    },
    /// Pooling of the whole image in two ways: the mean of each channel, then the largest number of each.
    ConcatPool,
    /// The image as one vector, in NHWC order.
    Flatten,
    /// Every output is a weighted sum of every input; the input must be flat.
    Dense {
        /// Outputs.
        units: usize,
        /// Whether a bias is added to each output.
        #[serde(default = "yes")]
        bias: bool,
    },
    /// `max(x, 0)`.
    Relu,
    /// The number of `low..=high` nearest to `x`; ReLU6 is 0 to 6. [`f32::MIN`] and [`f32::MAX`] stand for no limit.
    Clip {
        /// Smallest number, finite.
        low: f32,
        /// Largest number, finite and above `low`.
        high: f32,
    },
    /// `tanh(x)`.
    Tanh,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `x` where it is positive, `slope x` elsewhere.
    LeakyRelu {
        /// The steepness below 0, finite, 0 or more. Every framework has another default, so there is none here.
        slope: f32,
    },
    /// `x` where it is positive, `alpha (e^x - 1)` elsewhere.
    Elu {
        /// The depth that it approaches, finite, 0 or more.
        #[serde(default = "elu_alpha")]
        alpha: f32,
    },
    /// [`Self::Elu`] with the depth 1.6733, times 1.0507: it keeps the mean and the variance of numbers near 0 and 1.
    Selu,
    /// `x` times the share of a normal distribution that is below it.
    Gelu {
        /// Whether it is computed by a hyperbolic tangent, which is up to 0.0005 away from the error function.
        #[serde(default)]
        approximate: bool,
    },
    /// `x / (1 + e^-x)`, also called swish.
    Silu,
    /// `x` times [`Self::HardSigmoid`] with the slope 1/6.
    HardSwish,
    /// The number of 0 to 1 nearest to `slope x + 1/2`.
    HardSigmoid {
        /// The steepness between the limits, finite, above 0.
        #[serde(default = "hard_sigmoid_slope")]
        slope: f32,
    },
    /// `ln(1 + e^x)`.
    Softplus,
    /// Normalisation of each channel by its mean and variance: the batch's in training, moving averages afterwards.
    BatchNorm {
        /// What a moving average keeps of its old value at each step, `0..1`.
        #[serde(default = "batch_norm_momentum")]
        momentum: f32,
        /// Added to the variance, above 0.
        #[serde(default = "batch_norm_epsilon")]
        epsilon: f32,
    },
    /// In training, each number becomes 0 with probability `rate` and is divided by `1 - rate` otherwise.
    Dropout {
        /// `0..1`.
        rate: f32,
    },
    /// What some layers make of the image, added to the image: a residual block (He et al. 2016).
    Residual {
        /// What is done in order, which gives as many numbers in the same places.
        layers: Vec<Self>,
    },
    /// The image, each channel times the number that some layers make for it of the image: squeeze and excitation (Hu et al.
    /// 2018), if these are a global mean, two dense layers and a sigmoid.
    Gate {
        /// What is done in order, which gives a number for each channel.
        layers: Vec<Self>,
    },
    /// The logarithm of the mean of several networks' probabilities; a network of its own, with no layer beside it. What is
    /// known of it is at [`Member`].
    Ensemble {
        /// The networks, 2 to 32 of them, with as many classes each.
        members: Vec<Member>,
    },
}

impl Layer {
    /// A square convolution with stride 1, no padding and a bias.
    pub const fn conv(filters: usize, side: usize) -> Self {
        Self::Conv2d { filters, kernel: [side; 2], stride: [1; 2], padding: Padding::Valid, bias: true, groups: 1 }
    }

    /// A square convolution of each of `channels` channels alone, with stride 1 and zeros around the image.
    pub const fn depthwise(channels: usize, side: usize) -> Self {
        let (kernel, padding) = ([side; 2], Padding::Same);
        Self::Conv2d { filters: channels, kernel, stride: [1; 2], padding, bias: true, groups: channels }
    }

    /// Max pooling over squares of `side` that do not overlap.
    pub const fn max_pool(side: usize) -> Self {
        Self::Pool { kind: PoolKind::Max, size: [side; 2], stride: [side; 2], padding: Padding::Valid }
    }

    /// A dense layer with a bias.
    pub const fn dense(units: usize) -> Self {
        Self::Dense { units, bias: true }
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The derived function, which `remote` makes no trait's.
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Layer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut layer = Self::deserialize(deserializer)?;
        if let Self::Pool { size, stride, .. } = &mut layer
            && *stride == unsaid_stride()
        {
            *stride = *size;
        }
        Ok(layer)
    }
}

/// One network of an [ensemble](Layer::Ensemble), which takes the images that all of them take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// What its logits are divided by before they become probabilities, 0.01 to 100.
    #[serde(default = "no_change", skip_serializing_if = "changes_nothing")]
    pub temperature: f32,
    /// What happens to an image, in order; the last output is flat, one number per class.
    pub layers: Vec<Layer>,
}

impl Member {
    /// How many an ensemble may have.
    pub const COUNT: RangeInclusive<usize> = 2..=32;
    /// What a temperature may be, of any model: far beyond, probabilities would be all alike or no numbers.
    pub(crate) const TEMPERATURES: RangeInclusive<f32> = 0.01..=100.0;
}

/// A classification network: images of one shape in, one logit per class out. Softmax is part of the loss and of
/// prediction, not a layer.
///
/// ```
/// use tenfold_network::{Architecture, Layer, Shape};
///
/// let slope = 0.1;
/// let layers = [Layer::conv(8, 3), Layer::LeakyRelu { slope }, Layer::max_pool(2), Layer::Flatten, Layer::dense(10)];
/// let architecture = Architecture { input: [28, 28, 1].into(), layers: layers.to_vec() };
/// let outline = architecture.outline()?;
/// assert_eq!(outline.layers[1].name, "leaky_relu");
/// assert_eq!(outline.layers[3].output, Shape::flat(13 * 13 * 8));
/// assert_eq!(outline.parameters, (9 + 1) * 8 + (13 * 13 * 8 + 1) * 10);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// What one input image is.
    pub input: Shape,
    /// What happens to it, in order; the last layer's output is flat, one number per class.
    pub layers: Vec<Layer>,
}

const fn unit_stride() -> [usize; 2] {
    [1, 1]
}

/// No stride that can be, for the one that follows from another field.
const fn unsaid_stride() -> [usize; 2] {
    [usize::MAX; 2]
}

const fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_one(count: &usize) -> bool {
    *count == 1
}

const fn yes() -> bool {
    true
}

/// The default of Keras, PyTorch and ONNX.
const fn elu_alpha() -> f32 {
    1.0
}

/// That of PyTorch and of Keras 3; Keras 2 and ONNX have 0.2.
const fn hard_sigmoid_slope() -> f32 {
    1.0 / 6.0
}

/// Keras' default.
const fn batch_norm_momentum() -> f32 {
    0.99
}

/// Keras' default.
const fn batch_norm_epsilon() -> f32 {
    1e-3
}

/// The temperature that leaves logits as they are.
const fn no_change() -> f32 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn changes_nothing(temperature: &f32) -> bool {
    *temperature == no_change()
}
