//! Networks as data, and the mathematics that trains and runs them.
//!
//! An [`Architecture`] says what a network is: an input shape and a list of layers with their settings. Its [`Outline`]
//! says what follows from that: names, shapes, parameters, cost. A [`Model`] adds values to the parameters. A
//! [`Trainer`] takes steps of gradient descent with a model and a [`Predictor`] runs one; both lower the architecture
//! to the same list of operations with buffers made once.
//!
//! Axis letters: N batch, H height, W width, C channels. Activations are NHWC, images are bytes (0 background, 255 ink)
//! and enter the network divided by 255. Nothing here reads a file, a clock or global randomness.
//!
//! ```
//! use tenfold_network::{Architecture, Engine, Initializer, Model, Predictor};
//!
//! let model = Model::random(Architecture::paper(), Initializer::HeNormal, 1)?;
//! assert_eq!(model.values().len(), 159_254);
//! let predictor = Predictor::new(&model, Engine::single())?;
//! let probabilities = predictor.probabilities(&[0; 784]);
//! assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
//! # Ok::<(), tenfold_network::Error>(())
//! ```

#![forbid(unsafe_code)]

mod absent;
mod architecture;
mod arena;
mod classes;
mod engine;
mod ensemble;
mod error;
mod gradient;
mod initializer;
mod layer;
mod layout;
mod memory;
mod model;
mod optimizer;
mod outline;
mod plan;
mod plan_summary;
mod predictor;
mod presets;
mod quantization;
pub mod reference;
mod regularization;
pub mod scaling;
mod schedule;
mod shape;
mod slice;
mod soft_targets;
mod step_event;
mod tensor;
mod trainer;
mod updater;
mod workspace;

pub use architecture::{Architecture, Layer, Member, Padding, PoolKind, Shape};
pub use engine::Engine;
pub use error::Error;
pub use initializer::Initializer;
pub use layer::LayerOutline;
pub use model::Model;
pub use optimizer::{Optimizer, OptimizerKind, StepSettings};
pub use outline::Outline;
pub use plan::Purpose;
pub use plan_summary::{PlanSummary, StepSummary};
pub use predictor::Predictor;
pub use presets::{PRESETS, Preset};
pub use quantization::{LayerScales, PIXEL_SCALE, Quantization, quantize};
pub use regularization::Regularization;
pub use schedule::{RunPosition, Schedule, ScheduleKind};
pub use soft_targets::SoftTargets;
pub use step_event::StepEvent;
pub use tenfold_error_kind::ErrorKind;
pub use tenfold_kernels::{Activation, Cpu, Level, NO_CLASS, Window};
pub use tensor::{Role, Tensor};
pub use trainer::{Batch, Gradient, StepOutcome, Trainer, TrainerOptions, TrainerState};

#[cfg(test)]
mod tests;
