//! Winograd convolution for 3x3 kernels with stride 1: forward and both gradients with a quarter of the products.
//!
//! An output tile of 4x4 pixels is made from the 6x6 input pixels around it in the frequency domain of F(4x4, 3x3):
//!
//! ```text
//! forward   V = Bt d B      for each tile d of the input
//!           U = G g Gt      for each pair of channels
//!           M[f] = V[f] U[f]           one product per frequency f: [tiles, C] x [C, O]
//!           y = At M A      for each tile
//! backward  Mb = A dy At    the adjoint of the last line, used twice
//!           dU[f] = V[f]t Mb[f], dg = Gt dU G
//!           dV[f] = Mb[f] U[f]t, dd = B dV Bt, overlapping tiles added
//! ```
//!
//! Tiles at the right and bottom may be *half* as wide or high (see [`lines`]); they have fewer frequencies, so a
//! frequency has only the tiles that need it.
//!
//! A frequency-domain buffer is worth its traffic only where it is not written to memory, and a second-level cache of 1 MB
//! holds little more than what a slice of images needs. Therefore the output channels are worked through in groups of 64,
//! and the frequencies of a kernel, four times as many as its taps, in three *bands* of 12: a band is made
//! when its products are due, in the place of the band before it.
//!
//! A frequency-domain buffer holds, for each of the 36 frequencies, a matrix: `[images x tiles, channels]` of images,
//! `[C, O]` of a kernel. The matrices lie a cache line further apart than their size: at strides of a power of two the
//! 36 streams of a transform would share one set of the cache.

mod filters;
mod input;
mod layout;
mod lines;
mod output;
mod passes;
mod spacing;
mod walk;

pub use layout::Winograd;
pub use passes::WinogradKernel;
