//! The crate from outside: files of other programs, and networks at random in every format.

mod keras;
mod networks_document;
mod onnx;
mod onnx_elsewhere;
mod padded_pooling;
mod presets;
mod random_networks;
