//! Random small networks that are valid, with random values, images and labels.

use tenfold_network::{Architecture, Initializer, Layer, Model, Padding, PoolKind, Role, Shape};
use tenfold_random::{Purpose, Stream};

/// Multiplications for one image that a network may cost, so that a thousand of them take a minute.
const MAX_COST: u64 = 500_000;

/// A network with what is needed to run and train it.
pub struct Case {
    pub model: Model,
    /// Between 2 and 11 of them, more than a slice holds.
    pub images: Vec<u8>,
    pub labels: Vec<u16>,
}

impl Case {
    /// The same for the same seed.
    pub fn new(seed: u64) -> Self {
        let mut draw = Draw(Stream::new(seed, Purpose::Test, 0, 0));
        let architecture = architecture(&mut draw);
        let mut model = model(&mut draw, architecture);
        if seed % 16 == 15 {
            model = ensemble(&mut draw, model);
        }
        let count = if draw.one_in(4) { draw.within(9, 11) } else { draw.within(2, 4) };
        let pixels = count * model.architecture().input.len();
        let classes = model.outline().classes;
        Self {
            // No pixel is 0: whole windows of zeros, without a bias, put ReLU on its corner.
            images: (0..pixels).map(|_| draw.within(1, 255) as u8).collect(),
            labels: (0..count).map(|_| draw.within(0, classes - 1) as u16).collect(),
            model,
        }
    }
}

struct Draw(Stream);

impl Draw {
    /// One of `least..=most`.
    fn within(&mut self, least: usize, most: usize) -> usize {
        least + self.0.below((most - least + 1) as u32) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.within(1, count) == 1
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.within(0, values.len() - 1)]
    }

    /// Height and width, more often than not the same.
    fn sides(&mut self, least: usize, most: usize) -> [usize; 2] {
        let side = self.within(least, most);
        if self.one_in(3) { [side, self.within(least, most)] } else { [side; 2] }
    }

    fn normal(&mut self) -> f32 {
        self.0.normal() as f32
    }
}

fn architecture(draw: &mut Draw) -> Architecture {
    // Files take images of one channel that are square.
    let input = if draw.one_in(4) {
        let [height, width] = draw.sides(1, 12);
        Shape { height, width, channels: draw.one_of(&[1, 2, 3, 4, 5, 8, 9, 17]) }
    } else {
        let side = draw.within(1, 20);
        Shape { height: side, width: side, channels: 1 }
    };
    network(draw, input)
}

fn network(draw: &mut Draw, input: Shape) -> Architecture {
    let mut network = Architecture { input, layers: Vec::new() };
    let mut shape = input;
    for _ in 0..draw.within(0, 9) {
        let layers = match shape.is_flat() {
            true => vec![flat_layer(draw)],
            false if draw.one_in(4) => block(draw),
            false if draw.one_in(8) => vec![branch(draw, shape)],
            false => vec![image_layer(draw, shape)],
        };
        let before = network.layers.len();
        network.layers.extend(layers);
        match cost(&network) {
            Some(output) => shape = output,
            None => network.layers.truncate(before),
        }
    }
    end(draw, &mut network, shape);
    network
}

/// What the last layer gives; nothing if the network cannot be or costs too much.
fn cost(network: &Architecture) -> Option<Shape> {
    let mut whole = network.clone();
    whole.layers.extend([Layer::Flatten, Layer::dense(2)]);
    let outline = whole.outline().ok()?;
    let pools = outline.layers.iter().map(|layer| match layer.layer {
        Layer::Pool { size, .. } => (layer.output.len() * size[0] * size[1]) as u64,
        _ => 0,
    });
    let cost = outline.multiply_accumulates() + pools.sum::<u64>();
    (cost <= MAX_COST).then(|| outline.layers[outline.layers.len() - 3].output)
}

fn image_layer(draw: &mut Draw, shape: Shape) -> Layer {
    let (most, filters) = (shape.height.max(shape.width), [1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 33]);
    match draw.within(0, 15) {
        0..=4 => {
            // Winograd's kernels are for 3x3 with stride 1.
            let kernel = if draw.one_in(2) { [3, 3] } else { draw.sides(1, 5) };
            // Sometimes one that is larger than most, or than the image.
            let kernel = if draw.one_in(12) { draw.sides(1, 2 * most) } else { kernel };
            let stride = if draw.one_in(3) { draw.sides(1, 3) } else { [1, 1] };
            let (padding, bias) = (padding(draw, kernel), !draw.one_in(3));
            let (filters, groups) = match draw.within(0, 5) {
                0 => (shape.channels, shape.channels),
                1 => grouped(draw, shape.channels),
                _ => (draw.one_of(&filters), 1),
            };
            Layer::Conv2d { filters, kernel, stride, padding, bias, groups }
        }
        5..=9 => {
            let kinds = [PoolKind::Max, PoolKind::Average, PoolKind::AverageWithPadding, PoolKind::Sum];
            let kind = if draw.one_in(2) { PoolKind::Max } else { draw.one_of(&kinds) };
            let size = if draw.one_in(2) { [2, 2] } else { draw.sides(1, 4) };
            let size = if draw.one_in(12) { draw.sides(1, most.min(8) * 2) } else { size };
            let stride = if draw.one_in(3) { draw.sides(1, 4) } else { size };
            Layer::Pool { kind, size, stride, padding: padding(draw, size) }
        }
        10 if draw.one_in(2) => Layer::ConcatPool,
        10 => Layer::Flatten,
        _ => any_layer(draw),
    }
}

/// Filters and groups for images of so many channels.
fn grouped(draw: &mut Draw, channels: usize) -> (usize, usize) {
    let divisors: Vec<usize> = (1..=channels).filter(|groups| channels.is_multiple_of(*groups)).collect();
    let groups = draw.one_of(&divisors);
    (groups * draw.within(1, 3), groups)
}

/// A convolution with what usually follows it, and is often computed together with it.
fn block(draw: &mut Draw) -> Vec<Layer> {
    let filters = draw.one_of(&[8, 9, 16]);
    let conv = Layer::Conv2d {
        filters,
        kernel: [3, 3],
        stride: [1, 1],
        padding: padding(draw, [3, 3]),
        bias: true,
        groups: 1,
    };
    let pool = Layer::Pool { kind: PoolKind::Max, size: [2, 2], stride: [2, 2], padding: padding(draw, [2, 2]) };
    let between = (0..draw.within(0, 2)).map(|_| any_layer(draw)).collect();
    [vec![conv], between, vec![pool]].concat()
}

/// A residual block, or a gate.
fn branch(draw: &mut Draw, shape: Shape) -> Layer {
    if draw.one_in(2) {
        let (filters, kernel, stride) = (shape.channels, draw.sides(1, 3), [1, 1]);
        let (padding, bias, groups) = (Padding::Same, draw.one_in(2), if draw.one_in(3) { filters } else { 1 });
        let mut layers =
            vec![any_layer(draw), Layer::Conv2d { filters, kernel, stride, padding, bias, groups }, any_layer(draw)];
        layers.truncate(draw.within(1, 3));
        if draw.one_in(3) {
            layers.push(branch(draw, shape));
        }
        return Layer::Residual { layers };
    }
    let (size, stride, padding) = ([shape.height, shape.width], [1, 1], Padding::Valid);
    let pool = Layer::Pool { kind: PoolKind::Average, size, stride, padding };
    Layer::Gate {
        layers: vec![
            pool,
            Layer::dense(draw.within(1, 4)),
            any_layer(draw),
            Layer::dense(shape.channels),
            Layer::Sigmoid,
        ],
    }
}

fn flat_layer(draw: &mut Draw) -> Layer {
    match draw.within(0, 7) {
        0..=2 => Layer::Dense { units: draw.one_of(&[1, 2, 3, 8, 15, 16, 17, 40]), bias: !draw.one_in(3) },
        3 => Layer::Flatten,
        4 => image_layer(draw, Shape::flat(1)),
        _ => any_layer(draw),
    }
}

/// One that fits anywhere.
fn any_layer(draw: &mut Draw) -> Layer {
    match draw.within(0, 7) {
        0..=2 => Layer::Relu,
        3 => Layer::Clip { low: draw.one_of(&[0.0, 0.0, -0.5, 0.1]), high: draw.one_of(&[0.6, 1.0, 6.0]) },
        4 => Layer::Dropout { rate: draw.one_of(&[0.0, 0.25, 0.5]) },
        5 => match draw.within(0, 9) {
            0 => Layer::Tanh,
            1 => Layer::Sigmoid,
            2 => Layer::LeakyRelu { slope: draw.one_of(&[0.0, 0.1, 1.0]) },
            3 => Layer::Elu { alpha: draw.one_of(&[0.3, 1.0]) },
            4 => Layer::Selu,
            5 => Layer::Gelu { approximate: draw.one_in(2) },
            6 => Layer::Silu,
            7 => Layer::HardSwish,
            8 => Layer::HardSigmoid { slope: draw.one_of(&[1.0 / 6.0, 0.2]) },
            _ => Layer::Softplus,
        },
        _ => Layer::BatchNorm { momentum: draw.one_of(&[0.0, 0.9, 0.99]), epsilon: draw.one_of(&[1e-3, 1e-2, 0.1]) },
    }
}

fn padding(draw: &mut Draw, window: [usize; 2]) -> Padding {
    match draw.within(0, 3) {
        0 | 1 => Padding::Valid,
        2 => Padding::Same,
        _ => {
            let mut sides = || window.map(|side| draw.within(0, side - 1));
            let before = sides();
            let after = if draw.one_in(2) { before } else { window.map(|side| draw.within(0, side - 1)) };
            Padding::Explicit { before, after }
        }
    }
}

/// Sees to it that the network ends in classes.
fn end(draw: &mut Draw, network: &mut Architecture, shape: Shape) {
    let fits = (2..=256).contains(&shape.len());
    if !shape.is_flat() || network.layers.is_empty() {
        network.layers.push(Layer::Flatten);
    }
    if !(fits && draw.one_in(3)) {
        network.layers.push(Layer::Dense { units: draw.within(2, 12), bias: !draw.one_in(4) });
    }
    while draw.one_in(5) {
        let layer = if draw.one_in(4) { Layer::Flatten } else { any_layer(draw) };
        network.layers.push(layer);
    }
}

/// A model with one or two more that take and give as much, each with a temperature or none.
fn ensemble(draw: &mut Draw, first: Model) -> Model {
    let (input, classes) = (first.architecture().input, first.outline().classes);
    let mut members = vec![first];
    for _ in 0..draw.within(1, 2) {
        let mut architecture = network(draw, input);
        if architecture.outline().unwrap().classes != classes {
            architecture.layers.push(Layer::dense(classes));
        }
        members.push(model(draw, architecture));
    }
    Model::ensemble(&members).unwrap().with_temperature(draw.one_of(&[1.0, 1.0, 0.7])).unwrap()
}

fn model(draw: &mut Draw, architecture: Architecture) -> Model {
    let start = Model::random(architecture.clone(), Initializer::HeNormal, u64::from(draw.0.next_u32())).unwrap();
    let mut values = start.values().to_vec();
    for tensor in start.outline().tensors() {
        for value in &mut values[tensor.range.clone()] {
            match tensor.role {
                Role::Kernel { .. } => {}
                Role::Bias | Role::Beta | Role::MovingMean => *value = 0.3 * draw.normal(),
                Role::Gamma => *value += 0.4 * draw.normal(),
                Role::MovingVariance => *value = 0.2 + draw.normal().abs(),
            }
        }
    }
    let model = Model::with_values(architecture, values).unwrap();
    if draw.one_in(4) { model.with_temperature(0.5 + draw.within(0, 20) as f32 / 8.0).unwrap() } else { model }
}
