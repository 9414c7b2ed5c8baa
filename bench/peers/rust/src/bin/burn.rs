//! Burn with its CPU backend Flex on the work of `tenfold bench`.

use anyhow::Result;
use burn::module::{Initializer, Module};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use tenfold_peers::{Answer, Arguments, Images, SIDE, Work, measure};

/// The paper's network, ending in logits.
#[derive(Module, Debug)]
struct Paper {
    convolutions: [Conv2d; 3],
    pool: MaxPool2d,
    hidden: Linear,
    output: Linear,
}

impl Paper {
    fn new(device: &Device) -> Self {
        let he = Initializer::KaimingNormal { gain: 2.0_f64.sqrt(), fan_out_only: false };
        let convolution = |channels| Conv2dConfig::new(channels, [3, 3]).with_initializer(he.clone()).init(device);
        Self {
            convolutions: [[1, 32], [32, 64], [64, 64]].map(convolution),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            hidden: LinearConfig::new(1024, 100).with_initializer(he.clone()).init(device),
            output: LinearConfig::new(100, 10).with_initializer(he.clone()).init(device),
        }
    }

    fn logits(&self, images: Tensor<4>) -> Tensor<2> {
        let [first, second, third] = &self.convolutions;
        let x = self.pool.forward(relu(first.forward(images)));
        let x = relu(second.forward(x));
        let x = self.pool.forward(relu(third.forward(x)));
        self.output.forward(relu(self.hidden.forward(x.flatten(1, 3))))
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let images = Images::load(&arguments)?;
    match arguments.work {
        Work::Train => train(&arguments, &images),
        Work::Predict => predict(&arguments, &images),
    }
}

fn batch(images: &Images, start: usize, batch: usize, device: &Device) -> Tensor<4> {
    let pixels = images.pixels(start, batch).to_vec();
    Tensor::from_data(TensorData::new(pixels, [batch, 1, SIDE, SIDE]), device)
}

fn train(arguments: &Arguments, images: &Images) -> Result<()> {
    let device = Device::flex().autodiff();
    let mut model = Some(Paper::new(&device));
    // Dampening is not part of the recipe, and Burn's default for it is not 0.
    let mut optimizer = SgdConfig::new().with_momentum(Some(MomentumConfig::new().with_dampening(0.0))).init();
    let loss_function = CrossEntropyLossConfig::new().init(&device);
    measure(arguments, images, "flex", false, |starts| {
        let mut total = 0.0;
        for &start in starts {
            let current = model.take().expect("every step puts it back");
            let labels: Vec<i32> = images.labels(start, arguments.batch).iter().map(|&label| label.into()).collect();
            let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [arguments.batch]), &device);
            let loss = loss_function.forward(current.logits(batch(images, start, arguments.batch, &device)), labels);
            let gradients = GradientsParams::from_grads(loss.backward(), &current);
            model = Some(optimizer.step(0.01, current, gradients));
            total += f64::from(loss.into_scalar::<f32>());
        }
        Ok(Answer::Loss(total / starts.len() as f64))
    })
}

fn predict(arguments: &Arguments, images: &Images) -> Result<()> {
    let device = Device::flex();
    let model = Paper::new(&device);
    measure(arguments, images, "flex", false, |starts| {
        let mut answers = Vec::with_capacity(starts.len());
        for &start in starts {
            let logits = model.logits(batch(images, start, arguments.batch, &device));
            answers.push(softmax(logits, 1).try_into_vec_as::<f32>()?);
        }
        Ok(Answer::Probabilities(answers))
    })
}
