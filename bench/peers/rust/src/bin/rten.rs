//! RTen on the predictions of `tenfold bench`.

use anyhow::Result;
use rten::ModelOptions;
use rten_tensor::NdTensorView;
use rten_tensor::prelude::*;
use tenfold_peers::{Answer, Arguments, Images, SIDE, measure};

fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let images = Images::load(&arguments)?;
    let model = ModelOptions::with_all_ops().prepack_weights(true).load_file(arguments.model()?)?;
    measure(&arguments, &images, "onnx", true, |starts| {
        let mut answers = Vec::with_capacity(starts.len());
        for &start in starts {
            let pixels = images.pixels(start, arguments.batch);
            let input = NdTensorView::from_data([arguments.batch, 1, SIDE, SIDE], pixels);
            let output: rten_tensor::NdTensor<f32, 2> = model.run_one(input.into(), None)?.try_into()?;
            answers.push(output.to_vec());
        }
        Ok(Answer::Probabilities(answers))
    })
}
