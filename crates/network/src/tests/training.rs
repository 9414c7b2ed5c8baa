//! Training as a whole: it learns, it is the same at any number of threads, and prediction follows from it.

use super::{batch, model, small_networks};
use crate::{
    Architecture, Batch, Engine, Error, ErrorKind, Initializer, Layer, Model, Optimizer, Padding, Predictor,
    Regularization, Shape, StepSettings, Trainer, TrainerOptions,
};

fn options(batch: usize, threads: usize) -> TrainerOptions {
    TrainerOptions { batch, seed: 1, engine: Engine { threads, ..Engine::single() } }
}

fn bits(model: &Model) -> Vec<u32> {
    model.values().iter().map(|value| value.to_bits()).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for (name, architecture) in small_networks() {
        let regularized =
            Regularization { label_smoothing: 0.1, clip_norm: Some(0.1), decay_kernels_only: true, l1: 1e-4, l2: 1e-3 };
        let adamw = Optimizer::AdamW { learning_rate: 0.01, weight_decay: 0.1 };
        for (optimizer, regularization) in [
            (Optimizer::PAPER, Regularization::NONE),
            (adamw, Regularization::NONE),
            (adamw, regularized),
            (Optimizer::Sgd { learning_rate: 0.01, momentum: 0.9, nesterov: false, weight_decay: 0.1 }, regularized),
        ] {
            let settings = StepSettings { regularization, ..optimizer.settings() };
            let train = |threads| {
                let start = model(architecture.clone());
                let (images, labels, order) = batch(start.architecture().input, 4, 37);
                let mut trainer = Trainer::new(start, optimizer, options(37, threads)).unwrap();
                let losses: Vec<_> = [37, 5, 16]
                    .map(|count| {
                        let batch = Batch { images: &images, labels: &labels, order: &order[..count], soft: None };
                        trainer.step(batch, settings).loss.to_bits()
                    })
                    .to_vec();
                (losses, bits(trainer.model()))
            };
            let one = train(1);
            for threads in [2, 3, 4, 9] {
                assert!(train(threads) == one, "{name} with {optimizer:?} at {threads} threads");
            }
        }
    }
}

#[test]
fn every_optimizer_learns_a_small_batch_by_heart() {
    let adam = Optimizer::Adam { learning_rate: 0.01 };
    let nesterov = Optimizer::Sgd { learning_rate: 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.0 };
    for optimizer in [Optimizer::PAPER, nesterov, adam, Optimizer::AdamW { learning_rate: 0.01, weight_decay: 0.01 }] {
        let (_, architecture) = small_networks().into_iter().find(|(name, _)| name.starts_with("batch norm")).unwrap();
        let start = Model::random(architecture, Initializer::GlorotUniform, 2).unwrap();
        let (images, labels, order) = batch(start.architecture().input, 4, 12);
        let mut trainer = Trainer::new(start, optimizer, options(12, 2)).unwrap();
        let batch = Batch { images: &images, labels: &labels, order: &order, soft: None };
        let first = trainer.step(batch, optimizer.settings());
        let last = (0..150).map(|_| trainer.step(batch, optimizer.settings())).last().unwrap();
        assert!(last.loss < 0.1 * first.loss && last.correct == 12, "{optimizer:?}: {first:?} to {last:?}");
    }
}

#[test]
fn predictions_do_not_depend_on_company_or_threads() {
    let model = model(Architecture::paper());
    let (images, ..) = batch(model.architecture().input, 10, 21);
    let alone: Vec<f32> = images
        .chunks(784)
        .flat_map(|image| Predictor::new(&model, Engine::single()).unwrap().probabilities(image))
        .collect();
    for threads in [1, 2, 3, 5] {
        assert_eq!(
            Predictor::new(&model, Engine { threads, ..Engine::single() }).unwrap().probabilities(&images),
            alone
        );
    }
    assert!(alone.chunks(10).all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    assert_eq!(Predictor::new(&model, Engine::default()).unwrap().probabilities(&[]), []);
}

/// With momentum 0 the moving statistics are those of the last batch, so prediction, which folds them into whatever
/// convolution is before them, must find the loss that training found.
#[test]
fn batch_normalisation_predicts_with_moving_statistics() {
    let norm = Layer::BatchNorm { momentum: 0.0, epsilon: 1e-3 };
    let conv = |bias, padding| Layer::Conv2d { filters: 12, kernel: [3, 3], stride: [1, 1], padding, bias, groups: 1 };
    for (name, layers) in [
        ("alone", vec![norm.clone()]),
        ("after few channels, pooled", vec![conv(true, Padding::Valid), norm.clone(), Layer::Relu, Layer::max_pool(2)]),
        (
            "after others",
            vec![
                conv(false, Padding::Same),
                norm.clone(),
                Layer::Relu,
                conv(true, Padding::Valid),
                norm.clone(),
                Layer::max_pool(2),
                norm,
            ],
        ),
    ] {
        let layers = [layers, vec![Layer::Flatten, Layer::dense(3)]].concat();
        let start = model(Architecture { input: Shape { height: 9, width: 8, channels: 2 }, layers });
        let (images, labels, order) = batch(start.architecture().input, 3, 20);
        let mut trainer = Trainer::new(start, Optimizer::PAPER, options(20, 2)).unwrap();
        let loss = trainer.gradient(Batch { images: &images, labels: &labels, order: &order, soft: None }).loss;
        let probabilities = Predictor::new(trainer.model(), Engine::single()).unwrap().probabilities(&images);
        let rows = probabilities.chunks(3).zip(&labels);
        let predicted = rows.map(|(row, &label)| -f64::from(row[usize::from(label)]).ln()).sum::<f64>() / 20.0;
        assert!((predicted - loss).abs() < 1e-5 * loss, "{name}: {predicted}, in training {loss}");
    }
}

/// Statistics worked out anew are those that training finds, weighted by images, whatever they were before.
#[test]
fn statistics_are_the_means_over_batches() {
    let (_, architecture) = small_networks().into_iter().find(|(name, _)| name.starts_with("batch norm")).unwrap();
    let start = model(architecture.clone());
    let (images, labels, order) = batch(start.architecture().input, 4, 20);
    let batches = |cuts: &[[usize; 2]]| -> Vec<Batch<'_>> {
        cuts.iter()
            .map(|cut| Batch { images: &images, labels: &labels, order: &order[cut[0]..cut[1]], soft: None })
            .collect()
    };
    let trainer = |threads| Trainer::new(start.clone(), Optimizer::PAPER, options(20, threads)).unwrap();
    let of = |cuts: &[[usize; 2]]| trainer(2).with_statistics(start.values(), batches(cuts));
    let trainable = start.outline().trainable;

    let (first, second, both) = (of(&[[0, 15]]), of(&[[15, 20]]), of(&[[0, 15], [15, 20]]));
    assert_eq!(both[..trainable], start.values()[..trainable]);
    for index in trainable..both.len() {
        let mean = 0.75 * first[index] + 0.25 * second[index];
        assert!((both[index] - mean).abs() <= 1e-5 * mean.abs().max(1e-3), "{}, expected {mean}", both[index]);
    }
    let mut again = trainer(4);
    let before = again.state();
    assert!(again.with_statistics(start.values(), batches(&[[0, 15], [15, 20]])) == both, "4 threads");
    assert!(again.with_statistics(&both, batches(&[[0, 15], [15, 20]])) == both, "nothing is left of what was before");
    assert_eq!(again.state(), before);
    let plain = model(Architecture::preset("linear").unwrap());
    let mut linear = Trainer::new(plain.clone(), Optimizer::PAPER, options(1, 1)).unwrap();
    assert_eq!(linear.with_statistics(plain.values(), []), plain.values());
}

#[test]
fn settings_out_of_range_are_refused() {
    let sgd = |learning_rate, momentum| Optimizer::Sgd { learning_rate, momentum, nesterov: false, weight_decay: 0.0 };
    for (optimizer, expected) in [
        (sgd(0.0, 0.9), "the learning rate is 0, expected a number above 0"),
        (sgd(f32::NAN, 0.9), "the learning rate is NaN, expected a number above 0"),
        (sgd(0.1, 1.0), "momentum is 1, expected 0 up to but not including 1"),
        (Optimizer::AdamW { learning_rate: 0.1, weight_decay: -1.0 }, "the weight decay is -1, expected 0 or above"),
    ] {
        let error = Trainer::new(model(Architecture::paper()), optimizer, options(1, 1)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    for (regularization, expected) in [
        (Regularization { label_smoothing: 1.0, ..Regularization::NONE }, "the label smoothing is 1, expected 0 up to"),
        (
            Regularization { clip_norm: Some(0.0), ..Regularization::NONE },
            "the norm at which gradients are clipped is 0",
        ),
    ] {
        assert!(regularization.check().unwrap_err().to_string().starts_with(expected));
    }
    for (batch, threads) in [(0, 1), (65_537, 1), (16, 0)] {
        let outcome = Trainer::new(model(Architecture::paper()), Optimizer::PAPER, options(batch, threads));
        assert!(matches!(outcome, Err(Error::Setting { .. })), "batch {batch}, {threads} threads");
    }
}

#[test]
fn a_batch_too_large_for_the_network_is_refused_before_memory_is_taken() {
    let layers = vec![Layer::conv(1_024, 3), Layer::Relu, Layer::Flatten, Layer::dense(10)];
    let wide = Model::random(Architecture { layers, ..Architecture::paper() }, Initializer::HeNormal, 1).unwrap();
    let text = Trainer::new(wide, Optimizer::PAPER, options(65_536, 1)).unwrap_err().to_string();
    assert!(text.starts_with("the batch is 65536 images, which take about "), "{text}");
    assert!(text.ends_with("GiB, expected a number for which this network's buffers fit into 16 GiB"), "{text}");
}

#[test]
fn a_restored_trainer_goes_on_with_the_same_bits() {
    for (name, architecture) in small_networks() {
        for optimizer in [Optimizer::PAPER, Optimizer::Adam { learning_rate: 0.01 }] {
            let start = model(architecture.clone());
            let (images, labels, order) = batch(start.architecture().input, 4, 16);
            let batch = Batch { images: &images, labels: &labels, order: &order, soft: None };
            let mut whole = Trainer::new(start.clone(), optimizer, options(16, 1)).unwrap();
            let mut again = Trainer::new(start, optimizer, options(16, 2)).unwrap();
            let settings = optimizer.settings();
            whole.step(batch, settings);
            whole.step(batch, settings);
            again.restore(&whole.state()).unwrap();
            for _ in 0..3 {
                assert_eq!(whole.step(batch, settings), again.step(batch, settings), "{name} with {optimizer:?}");
            }
            assert!(bits(whole.model()) == bits(again.model()), "{name} with {optimizer:?}");
            assert_eq!(whole.state(), again.state());
        }
    }
}

#[test]
fn what_another_trainer_remembers_is_refused() {
    let (linear, mlp) = (Architecture::preset("linear").unwrap(), Architecture::preset("mlp").unwrap());
    let adam = Optimizer::Adam { learning_rate: 0.01 };
    let trainer = |architecture: &Architecture, optimizer| {
        Trainer::new(model(architecture.clone()), optimizer, options(1, 1)).unwrap()
    };
    let mut own = trainer(&linear, Optimizer::PAPER);
    let before = own.state();
    let error = own.restore(&trainer(&mlp, Optimizer::PAPER).state()).unwrap_err();
    assert_eq!(error, Error::Values { expected: 7_850, found: 79_510 });
    let error = own.restore(&trainer(&linear, adam).state()).unwrap_err();
    assert_eq!(error.to_string(), "the optimizer remembers 7850 values of 'velocity', found 0");
    let mut more = before.clone();
    more.memory.insert("average".to_owned(), vec![0.0; 7_850]);
    let error = own.restore(&more).unwrap_err();
    assert_eq!(error, Error::OptimizerMemory { name: "average".to_owned(), expected: 0, found: 7_850 });
    assert_eq!(error.kind(), ErrorKind::Contradiction);
    assert_eq!(own.state(), before);
}

/// What an optimiser says of the learning rate and the weight decay is not remembered anywhere.
#[test]
fn a_step_has_the_settings_that_it_is_given() {
    let sgd = |learning_rate| Optimizer::Sgd { learning_rate, momentum: 0.9, nesterov: false, weight_decay: 0.0 };
    let adamw = |learning_rate, weight_decay| Optimizer::AdamW { learning_rate, weight_decay };
    for (optimizer, other) in [(sgd(0.5), sgd(0.01)), (adamw(0.5, 0.25), adamw(0.001, 0.0))] {
        let start = model(Architecture::preset("linear").unwrap());
        let (images, labels, order) = batch(start.architecture().input, 10, 8);
        let batch = Batch { images: &images, labels: &labels, order: &order, soft: None };
        let [mut one, mut two] = [optimizer, other].map(|it| Trainer::new(start.clone(), it, options(8, 1)).unwrap());
        for settings in [other.settings(), optimizer.settings(), other.settings()] {
            assert_eq!(one.step(batch, settings), two.step(batch, settings));
        }
        assert_eq!(one.state(), two.state());
        one.step(batch, optimizer.settings());
        two.step(batch, other.settings());
        assert_ne!(one.state().values, two.state().values);
    }
}

#[test]
fn a_temperature_changes_how_sure_a_model_is_and_not_what_it_says() {
    let model = model(Architecture::preset("linear").unwrap());
    let (images, ..) = batch(model.architecture().input, 10, 5);
    let cool = Predictor::new(&model, Engine::single()).unwrap().logits(&images);
    let warm = Predictor::new(&model.clone().with_temperature(2.0).unwrap(), Engine::single()).unwrap();
    assert_eq!(warm.logits(&images), cool, "logits are the network's own");
    for (logits, probabilities) in cool.chunks(10).zip(warm.probabilities(&images).chunks(10)) {
        let sum: f64 = logits.iter().map(|&logit| (f64::from(logit) / 2.0).exp()).sum();
        for (&logit, &probability) in logits.iter().zip(probabilities) {
            assert!(((f64::from(logit) / 2.0).exp() / sum - f64::from(probability)).abs() < 1e-6);
        }
    }
    for refused in [0.0, -1.0, 0.001, 1e3, f32::NAN] {
        assert!(matches!(model.clone().with_temperature(refused), Err(Error::Setting { .. })), "{refused}");
    }
}

#[test]
fn a_network_without_parameters_predicts_and_is_not_trained() {
    for layers in [
        vec![Layer::Flatten],
        vec![Layer::Flatten, Layer::Relu, Layer::Dropout { rate: 0.5 }],
        vec![Layer::max_pool(2), Layer::Clip { low: 0.0, high: 0.5 }, Layer::Flatten],
    ] {
        let model = model(Architecture { input: Shape { height: 4, width: 4, channels: 1 }, layers });
        let error = Trainer::new(model.clone(), Optimizer::PAPER, options(4, 1)).unwrap_err();
        assert!(matches!(error, Error::Untrainable { .. }), "{error}");
        let logits = Predictor::new(&model, Engine::single()).unwrap().logits(&[255; 32]);
        assert_eq!(logits.len(), 2 * model.outline().classes);
        assert!(logits.iter().all(|&logit| logit == 1.0 || logit == 0.5), "{logits:?}");
    }
}

#[test]
fn other_classes_change_the_last_layer_alone() {
    let input = Shape { height: 6, width: 6, channels: 1 };
    let norm = Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 };
    let pool = Layer::Pool { kind: crate::PoolKind::Average, size: [4, 4], stride: [1, 1], padding: Padding::Valid };
    for (layers, kept) in [
        (vec![Layer::conv(3, 3), norm.clone(), Layer::Relu, Layer::Flatten, Layer::dense(4)], 30 + 6),
        (vec![Layer::conv(3, 3), Layer::Flatten, Layer::dense(4), Layer::Relu], 30),
        (vec![Layer::conv(4, 3), pool, norm, Layer::Flatten], 0),
    ] {
        let start = model(Architecture { input, layers });
        let other = start.with_classes(7, Initializer::HeNormal, 1).unwrap();
        assert_eq!(other.outline().classes, 7);
        assert_eq!(other.values()[..kept], start.values()[..kept]);
        assert_eq!(other.values().iter().filter(|value| !value.is_finite()).count(), 0);
        let names = |model: &Model| model.outline().tensors().map(|tensor| tensor.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&other), names(&start));
        assert!(other.with_classes(4, Initializer::HeNormal, 1).unwrap().architecture() == start.architecture());
    }
    // Moving statistics lie behind everything that is trained.
    let layers =
        vec![Layer::conv(3, 3), Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 }, Layer::Flatten, Layer::dense(4)];
    let start = model(Architecture { input, layers });
    let other = start.with_classes(2, Initializer::HeNormal, 1).unwrap();
    let moving = |model: &Model| model.values()[model.outline().trainable..].to_vec();
    assert_eq!(moving(&other), moving(&start));
    // Behind a block, whose layers an outline lists before it.
    let residual = Layer::Residual { layers: vec![Layer::depthwise(1, 3), Layer::Relu] };
    let start = model(Architecture { input, layers: vec![residual, Layer::Flatten, Layer::dense(4)] });
    let other = start.with_classes(7, Initializer::HeNormal, 1).unwrap();
    assert_eq!((other.outline().classes, &other.values()[..10]), (7, &start.values()[..10]));
    let none = model(Architecture { input, layers: vec![Layer::Flatten] });
    let error = none.with_classes(7, Initializer::HeNormal, 1).unwrap_err().to_string();
    assert_eq!(error, "the network has no last layer that could give 7 classes");
}
