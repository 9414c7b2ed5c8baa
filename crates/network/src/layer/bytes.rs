//! What a layer is to a quantised network, and the operations on bytes.

use tenfold_kernels::{Pooling, QuantizedLayer, Window};

use super::operation::Operation;

/// What a layer is to a quantised network.
pub(crate) enum ByteRole {
    /// It has a kernel, with a scale for each filter; what it gives may be negative.
    Kernel {
        /// Products that one output adds up.
        inputs: usize,
        /// Numbers in an image with its padding, of which a copy is made; 0 where none is.
        padded: u64,
    },
    /// It adds up bytes: what it gives has a scale of its own.
    AddsUp {
        /// Cells in a window.
        cells: usize,
    },
    /// What it gives has the scale of what it takes.
    Keeps,
    /// It cuts off what is below 0 and what is above `limit`, which no byte is.
    CutsOff { limit: Option<f32> },
    /// It can only be where floats are, after the last kernel; why.
    AfterKernels(String),
    /// Part of the kernel before it, for [`Model::folded`](crate::Model::folded).
    FoldsIntoKernel,
    /// Nothing, in prediction.
    LeftOut,
}

/// What a quantised model says of a layer.
pub(crate) struct ByteSettings {
    /// Of a layer with a kernel.
    pub kernel: Option<ByteKernel>,
    /// The scale of its input over that of its output; 1 for a layer without scales.
    pub ratio: f32,
}

/// A kernel of bytes.
pub(crate) struct ByteKernel {
    /// In the shape of the layer's kernel.
    pub weights: Vec<i8>,
    /// What the sums of each filter are multiplied by.
    pub scales: Vec<f32>,
    /// What is added then.
    pub biases: Vec<f32>,
    /// Whether it is the last, which gives floats.
    pub is_last: bool,
}

/// One operation of a byte plan.
#[derive(Debug)]
pub(crate) enum ByteOperation {
    /// A convolution or dense layer from bytes to bytes.
    Bytes(Box<QuantizedLayer>, Products),
    /// The last one, from bytes to floats.
    Floats(Box<QuantizedLayer>, Products),
    /// Pooling of bytes; `adding`: how they are added up, nothing for the largest; `ratio`: the scale before over the scale
    /// after.
    Pool { adding: Option<Pooling>, window: Window, ratio: f32 },
    /// Means of whole images of bytes, then the largest of each channel.
    ConcatPool { window: Window },
    /// What follows the last convolution or dense layer, from floats to floats.
    After(Box<dyn Operation>),
}

/// Multiplications for one image, each followed by an addition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Products(pub u64);

impl ByteOperation {
    /// That of a layer with a kernel.
    pub(crate) fn of_kernel(is_last: bool, layer: QuantizedLayer, products: Products) -> Self {
        if is_last { Self::Floats(Box::new(layer), products) } else { Self::Bytes(Box::new(layer), products) }
    }

    /// How it is computed, in a few words.
    pub(crate) fn method(&self) -> String {
        match self {
            Self::Bytes(..) | Self::Floats(..) => "int8".to_owned(),
            Self::Pool { window, .. } => format!("{}x{} pooling of bytes", window.kernel[0], window.kernel[1]),
            Self::ConcatPool { .. } => "global pooling of bytes, twice".to_owned(),
            Self::After(operation) => operation.method(),
        }
    }

    /// Multiplications for one image.
    pub(crate) fn products(&self) -> u64 {
        match self {
            Self::Bytes(_, products) | Self::Floats(_, products) => products.0,
            Self::Pool { .. } | Self::ConcatPool { .. } | Self::After(_) => 0,
        }
    }

    /// Bytes of scratch space for slices of up to `images` images.
    pub(crate) fn scratch_len(&self, images: usize) -> usize {
        match self {
            Self::Bytes(layer, _) | Self::Floats(layer, _) => layer.scratch_len(images),
            Self::Pool { .. } | Self::ConcatPool { .. } | Self::After(_) => 0,
        }
    }
}
