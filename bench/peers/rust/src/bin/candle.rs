//! Candle on the CPU on the work of `tenfold bench`.

use anyhow::Result;
use candle_core::{DType, Device, Tensor};
use candle_nn::{Conv2d, Linear, Module, Optimizer, SGD, VarBuilder, VarMap};
use tenfold_peers::{Answer, Arguments, Images, SIDE, Work, measure};

/// The paper's network, ending in logits.
struct Paper {
    convolutions: [Conv2d; 3],
    hidden: Linear,
    output: Linear,
}

impl Paper {
    fn new(variables: &VarBuilder<'_>) -> Result<Self> {
        let convolution =
            |name: &str, inputs, outputs| candle_nn::conv2d(inputs, outputs, 3, Default::default(), variables.pp(name));
        Ok(Self {
            convolutions: [
                convolution("conv2d", 1, 32)?,
                convolution("conv2d_1", 32, 64)?,
                convolution("conv2d_2", 64, 64)?,
            ],
            hidden: candle_nn::linear(1024, 100, variables.pp("dense"))?,
            output: candle_nn::linear(100, 10, variables.pp("dense_1"))?,
        })
    }

    fn logits(&self, images: &Tensor) -> Result<Tensor> {
        let [first, second, third] = &self.convolutions;
        let x = first.forward(images)?.relu()?.max_pool2d(2)?;
        let x = second.forward(&x)?.relu()?;
        let x = third.forward(&x)?.relu()?;
        // The pooling drops the last of nine rows and columns, which Candle's gradient of it does not know.
        let x = x.narrow(2, 0, 8)?.narrow(3, 0, 8)?.max_pool2d(2)?;
        let x = self.hidden.forward(&x.flatten_from(1)?)?.relu()?;
        Ok(self.output.forward(&x)?)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let images = Images::load(&arguments)?;
    let variables = VarMap::new();
    let model = Paper::new(&VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu))?;
    match arguments.work {
        // Candle's SGD has no momentum, which is work that it is spared.
        Work::Train => train(&arguments, &images, &model, SGD::new(variables.all_vars(), 0.01)?),
        Work::Predict => predict(&arguments, &images, &model),
    }
}

fn batch(images: &Images, start: usize, batch: usize) -> candle_core::Result<Tensor> {
    Tensor::from_slice(images.pixels(start, batch), (batch, 1, SIDE, SIDE), &Device::Cpu)
}

fn train(arguments: &Arguments, images: &Images, model: &Paper, mut optimizer: SGD) -> Result<()> {
    measure(arguments, images, "cpu", false, |starts| {
        let mut total = 0.0;
        for &start in starts {
            let labels: Vec<u32> = images.labels(start, arguments.batch).iter().map(|&label| label.into()).collect();
            let labels = Tensor::new(labels, &Device::Cpu)?;
            let logits = model.logits(&batch(images, start, arguments.batch)?)?;
            let loss = candle_nn::loss::cross_entropy(&logits, &labels)?;
            optimizer.backward_step(&loss)?;
            total += f64::from(loss.to_scalar::<f32>()?);
        }
        Ok(Answer::Loss(total / starts.len() as f64))
    })
}

fn predict(arguments: &Arguments, images: &Images, model: &Paper) -> Result<()> {
    measure(arguments, images, "cpu", false, |starts| {
        let mut answers = Vec::with_capacity(starts.len());
        for &start in starts {
            // Detached: variables would keep every step for a gradient.
            let logits = model.logits(&batch(images, start, arguments.batch)?)?.detach();
            answers.push(candle_nn::ops::softmax(&logits, 1)?.flatten_all()?.to_vec1()?);
        }
        Ok(Answer::Probabilities(answers))
    })
}
