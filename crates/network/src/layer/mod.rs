//! Kinds of layers: everything about a kind in the file of its name, and what they share.
//!
//! [`Layer::rules`] is the one place that knows all kinds; everything else asks the [`Kind`] that it hands out.

mod activation;
mod batch_norm;
mod bytes;
mod concat_pool;
mod convolution;
mod dense;
mod dropout;
mod effect;
mod ensemble;
mod flatten;
mod join;
mod kind;
mod operation;
mod outline;
mod place;
mod pool;
mod reference;

use tenfold_kernels::Activation;

use crate::architecture::{Layer, Shape};
pub(crate) use batch_norm::scale_and_shift;
pub(crate) use bytes::{ByteKernel, ByteOperation, ByteRole, ByteSettings};
pub(crate) use effect::{Effect, MAX_ALL_ACTIVATIONS, MAX_WORK, check_size};
pub(crate) use ensemble::Ensemble;
pub(crate) use join::Join;
pub(crate) use kind::Kind;
pub(crate) use operation::{Backward, JoinBackward, Mode, Operation, Pass, Product, Saved, Statistics};
pub use outline::LayerOutline;
pub(crate) use place::{Fused, Place, Reach};
pub(crate) use reference::{ByteReference, Derivative, Reference, Values};

impl Layer {
    /// What is true of its kind.
    pub(crate) fn rules(&self) -> Box<dyn Kind> {
        match *self {
            Self::Conv2d { filters, kernel, stride, padding, bias, groups } => {
                Box::new(convolution::Conv2d { filters, kernel, stride, padding, bias, groups })
            }
            Self::Pool { kind, size, stride, padding } => Box::new(pool::Pool { kind, size, stride, padding }),
            Self::ConcatPool => Box::new(concat_pool::ConcatPool),
            Self::Flatten => Box::new(flatten::Flatten),
            Self::Dense { units, bias } => Box::new(dense::Dense { units, bias }),
            Self::Relu => Box::new(Activation::Relu),
            Self::Clip { low, high } => Box::new(Activation::Clip { low, high }),
            Self::Tanh => Box::new(Activation::Tanh),
            Self::Sigmoid => Box::new(Activation::Sigmoid),
            Self::LeakyRelu { slope } => Box::new(Activation::LeakyRelu { slope }),
            Self::Elu { alpha } => Box::new(Activation::Elu { alpha }),
            Self::Selu => Box::new(Activation::Selu),
            Self::Gelu { approximate } => Box::new(Activation::Gelu { approximate }),
            Self::Silu => Box::new(Activation::Silu),
            Self::HardSwish => Box::new(Activation::HardSwish),
            Self::HardSigmoid { slope } => Box::new(Activation::HardSigmoid { slope }),
            Self::Softplus => Box::new(Activation::Softplus),
            Self::BatchNorm { momentum, epsilon } => Box::new(batch_norm::BatchNorm { momentum, epsilon }),
            Self::Dropout { rate } => Box::new(dropout::Dropout { rate }),
            Self::Residual { .. } => Box::new(Join::Residual),
            Self::Gate { .. } => Box::new(Join::Gate),
            Self::Ensemble { .. } => Box::new(ensemble::Ensemble),
        }
    }

    /// The layer's kind: its `type` in a file and the first part of its name in a network.
    pub fn kind(&self) -> &'static str {
        self.rules().name()
    }

    /// The function that the layer applies to each number, if that is all it does.
    pub fn activation(&self) -> Option<Activation> {
        self.rules().activation()
    }

    /// Whether nothing that the layer gives is ever below 0, whatever it takes.
    pub fn is_never_negative(&self) -> bool {
        self.activation().is_some_and(activation::is_never_negative)
    }

    /// What it makes of images of the shape `input`; the error is what is wrong, in words.
    pub(crate) fn effect(&self, input: Shape) -> Result<Effect, String> {
        self.rules().effect(input)
    }
}

impl LayerOutline {
    /// Whether an output of the layer depends on more than one input, so that the order of a flattened image's numbers
    /// ends here: convolution, pooling and dense layers.
    pub fn mixes(&self) -> bool {
        match self.reach() {
            Reach::Window(_) | Reach::All => true,
            Reach::SamePlace | Reach::WholeInTraining | Reach::Flattened => false,
        }
    }

    /// Whether each output comes from the input in the same place alone.
    pub fn is_elementwise(&self) -> bool {
        matches!(self.reach(), Reach::SamePlace | Reach::WholeInTraining)
    }

    pub(crate) fn reach(&self) -> Reach {
        self.layer.rules().reach(self.input)
    }
}
