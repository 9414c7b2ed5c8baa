//! The steps of a network that compute, forward and backward, and what they share.

use std::fmt::Debug;
use std::ops::Range;

use tenfold_kernels::{Buffer, Cpu, Matrix, Moments, gemm};

/// What every operation of one pass over one slice of a batch can see.
#[derive(Clone, Copy)]
pub(crate) struct Pass<'a> {
    pub cpu: Cpu,
    /// All values of the model.
    pub values: &'a [f32],
    /// Images in the slice.
    pub images: usize,
    pub mode: Mode<'a>,
}

/// Whether a pass is part of training, which changes batch normalisation and dropout.
#[derive(Clone, Copy)]
pub(crate) enum Mode<'a> {
    Inference,
    Training {
        seed: u64,
        /// The step's number since training began.
        step: u32,
        /// The number in the batch of the slice's first image.
        first_image: usize,
        /// The whole batch's, by [`Operation::batch_statistics`]; filled in as the pass goes on.
        statistics: &'a [Statistics],
    },
}

/// One batch normalisation's statistics of the current batch, per channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statistics {
    /// Values per channel: images x height x width.
    pub count: usize,
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
    pub inverse_deviation: Vec<f32>,
    /// Sums of `dy` and `dy (x - mean)`, in the backward half.
    pub gradient_sums: Vec<Moments>,
}

/// What an operation keeps from forward to backward; made once for a slice.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    /// Max pooling, alone or after something else: each output's winner.
    pub winners: Vec<u8>,
    /// Dropout: each input's factor.
    pub mask: Vec<f32>,
    /// Batch normalisation: this slice's part of the sums.
    pub moments: Vec<Moments>,
    /// Batch normalisation: what its elements are multiplied by and shifted with.
    pub coefficients: Vec<f32>,
}

/// The trainable parameters of one operation, by how their gradient is put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// Each slice keeps its own gradient, and they are added.
    pub summed: Range<usize>,
    /// A dense kernel, `[rows, columns]`: each slice keeps the factors of its gradient.
    pub product: Option<(Range<usize>, [usize; 2])>,
}

/// The factors of a dense kernel's gradient from the images of one slice.
#[derive(Debug)]
pub(crate) struct Product {
    rows: usize,
    columns: usize,
    input: Buffer,
    gradient: Buffer,
}

impl Product {
    /// Room for the factors of the gradient of a kernel of `[rows, columns]` from up to `images` images.
    pub(crate) fn new(images: usize, [rows, columns]: [usize; 2]) -> Self {
        let (input, gradient) = (Buffer::zeroed(images * rows), Buffer::zeroed(images * columns));
        Self { rows, columns, input, gradient }
    }

    /// Keeps the factors: the layer's input and the gradient of its output.
    pub(crate) fn keep(&mut self, input: &[f32], gradient: &[f32]) {
        self.input[..input.len()].copy_from_slice(input);
        self.gradient[..gradient.len()].copy_from_slice(gradient);
    }

    /// Writes, or adds, rows of `xt dy` over `images` images to `block`.
    pub(crate) fn write(&self, cpu: Cpu, images: usize, rows: Range<usize>, block: &mut [f32], add: bool) {
        let input = Matrix::row_major(&self.input[..images * self.rows], images, self.rows).columns(rows);
        let gradient = Matrix::row_major(&self.gradient[..images * self.columns], images, self.columns);
        gemm(cpu, input.transposed(), gradient, block, add);
    }
}

/// One gradient's way through an operation.
pub(crate) struct Backward<'a> {
    /// What forward took.
    pub input: &'a [f32],
    /// What forward gave.
    pub output: &'a [f32],
    /// The loss's derivative with respect to the output.
    pub output_gradient: &'a [f32],
    /// Where the derivative with respect to the input goes, overwritten; nowhere for the network's first operation.
    pub input_gradient: Option<&'a mut [f32]>,
    /// The derivative with respect to the operation's parameters that are [`Parameters::summed`], overwritten.
    pub summed: &'a mut [f32],
    /// Where the factors of its [`Parameters::product`] are kept.
    pub product: Option<&'a mut Product>,
}

/// One gradient's way through what joins a branch with a trunk.
pub(crate) struct JoinBackward<'a> {
    /// What forward took from the trunk, and from the branch.
    pub trunk: &'a [f32],
    pub branch: &'a [f32],
    /// The loss's derivative with respect to the output.
    pub output_gradient: &'a [f32],
    /// Where the derivatives go, overwritten; that of the trunk is empty where the trunk is the network's input.
    pub trunk_gradient: &'a mut [f32],
    pub branch_gradient: &'a mut [f32],
}

/// One step of a network on the images of a slice; buffers hold `[images, ...]`.
pub(crate) trait Operation: Debug + Send + Sync {
    /// Bytes that [`Self::save_space`] and what is kept in it take for slices of up to `images` images.
    fn saved_bytes(&self, _images: usize) -> usize {
        0
    }

    /// Makes the buffers for slices of up to `images` images.
    fn save_space(&self, _images: usize) -> Saved {
        Saved::default()
    }

    /// How it is computed, in a few words.
    fn method(&self) -> String;

    /// Multiply-adds for one image forward: by its formula, and as its method does it.
    fn multiply_adds(&self) -> (u64, u64) {
        (0, 0)
    }

    /// Its trainable parameters.
    fn parameters(&self) -> Parameters {
        Parameters::default()
    }

    /// Floats of scratch space that forward needs for slices of up to `images` images.
    fn forward_scratch_len(&self, _images: usize) -> usize {
        0
    }

    /// Floats of scratch space that backward needs for slices of up to `images` images.
    fn backward_scratch_len(&self, _images: usize) -> usize {
        0
    }

    /// Floats that [`Self::prepare`] needs.
    fn prepared_len(&self) -> usize {
        0
    }

    /// Works out once what can be from values that will not change: for prediction.
    fn prepare(&mut self, _cpu: Cpu, _values: &[f32]) {}

    /// Computes the output from the input. `scratch`: as much as asked for, of any content.
    fn forward(&self, pass: &Pass<'_>, input: &[f32], output: &mut [f32], saved: &mut Saved, scratch: &mut [f32]);

    /// Computes the gradients after [`Self::forward`] with the same `pass` and `saved`.
    fn backward(&self, pass: &Pass<'_>, gradients: Backward<'_>, saved: &mut Saved, scratch: &mut [f32]);

    /// For an operation that joins a branch with its trunk, in place of [`Self::forward`]: computes the output from both.
    fn join(&self, _pass: &Pass<'_>, _trunk: &[f32], _branch: &[f32], _output: &mut [f32]) {
        unreachable!("{self:?} joins nothing")
    }

    /// For an operation that joins a branch with its trunk, in place of [`Self::backward`].
    fn join_backward(&self, _pass: &Pass<'_>, _gradients: JoinBackward<'_>) {
        unreachable!("{self:?} joins nothing")
    }

    /// For an operation that needs sums over the whole batch: how to get them.
    fn batch_statistics(&self) -> Option<&dyn BatchStatistics> {
        None
    }
}

/// Sums over the whole batch, gathered slice by slice before forward and again before backward.
pub(crate) trait BatchStatistics {
    /// Adds up the slice's part before forward.
    fn gather(&self, pass: &Pass<'_>, input: &[f32], saved: &mut Saved);

    /// Adds up the slice's part before backward.
    fn gather_gradient(&self, pass: &Pass<'_>, input: &[f32], output_gradient: &[f32], saved: &mut Saved);

    /// Puts the slices' parts together before forward, in slice order.
    fn merge(&self, parts: &mut dyn Iterator<Item = &Saved>, images: usize) -> Statistics;

    /// Moves the model's averages towards a batch's statistics; they keep this share of themselves, or else what the layer says.
    fn follow(&self, statistics: &Statistics, kept: Option<f32>, values: &mut [f32]);

    /// Puts the slices' parts together before backward, in slice order.
    fn merge_gradient(&self, parts: &mut dyn Iterator<Item = &Saved>, statistics: &mut Statistics);
}
