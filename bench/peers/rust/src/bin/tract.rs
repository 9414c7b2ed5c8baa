//! Tract on the predictions of `tenfold bench`.

use anyhow::Result;
use tenfold_peers::{Answer, Arguments, Images, SIDE, measure};
use tract_onnx::prelude::*;

fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let images = Images::load(&arguments)?;
    if arguments.threads > 1 {
        multithread::set_default_executor(multithread::Executor::multithread(arguments.threads));
    }
    let shape = [arguments.batch, 1, SIDE, SIDE];
    let model = tract_onnx::onnx()
        .model_for_path(arguments.model()?)?
        .with_input_fact(0, f32::fact(shape).into())?
        .with_output_fact(0, Default::default())?
        .into_optimized()?
        .into_runnable()?;
    measure(&arguments, &images, "onnx", true, |starts| {
        let mut answers = Vec::with_capacity(starts.len());
        for &start in starts {
            let input = Tensor::from_shape(&shape, images.pixels(start, arguments.batch))?;
            let outputs = model.run(tvec!(input.into()))?;
            answers.push(outputs[0].to_plain_array_view::<f32>()?.iter().copied().collect());
        }
        Ok(Answer::Probabilities(answers))
    })
}
