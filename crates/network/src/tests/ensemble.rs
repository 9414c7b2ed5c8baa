//! Ensembles: the mean of what their members say, whatever these are and whatever computes them.

use super::{batch, engines, model, small_networks};
use crate::reference::{byte_logits, logits, loss_and_gradient};
use crate::{
    Architecture, Engine, Error, Layer, Member, Model, Optimizer, Padding, PoolKind, Predictor, Purpose, Shape,
    Trainer, TrainerOptions, quantize,
};

/// Networks that have nothing in common but images and classes; each with a temperature of its own.
fn members() -> Vec<Model> {
    let networks = small_networks().into_iter().map(|(_, architecture)| architecture);
    let models = networks.enumerate().map(|(i, architecture)| {
        model(architecture).with_temperature(0.5 + 0.25 * (i % 5) as f32).expect("within its limits")
    });
    models.take(32).collect()
}

fn probabilities(model: &Model, engine: Engine, images: &[u8]) -> Vec<f32> {
    Predictor::new(model, engine).unwrap().probabilities(images)
}

#[track_caller]
fn assert_near(found: &[f32], expected: impl IntoIterator<Item = f64>, what: &str) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-5, "{what}: {found}, expected {expected}");
    }
}

/// The mean of what some models say.
fn mean(models: &[Model], images: &[u8]) -> Vec<f64> {
    let each: Vec<_> = models.iter().map(|model| probabilities(model, Engine::single(), images)).collect();
    let at = |i: usize| each.iter().map(|answers| f64::from(answers[i])).sum::<f64>() / each.len() as f64;
    (0..each[0].len()).map(at).collect()
}

#[test]
fn an_ensemble_says_the_mean_of_what_its_members_say() {
    let members = members();
    let ensemble = Model::ensemble(&members).unwrap();
    let (images, ..) = batch(ensemble.architecture().input, 4, 21);
    let expected = mean(&members, &images);
    for engine in engines() {
        let found = probabilities(&ensemble, engine, &images);
        assert_near(&found, expected.iter().copied(), &format!("{}, exact {}", engine.cpu.level(), engine.exact));
    }
    // The oracle's logits are the same logarithms.
    let oracle = logits(&ensemble, &images);
    assert_near(&Predictor::new(&ensemble, Engine::single()).unwrap().logits(&images), oracle, "the oracle");
    let at = |threads| probabilities(&ensemble, Engine { threads, ..Engine::single() }, &images);
    assert!([2, 4].into_iter().all(|threads| at(threads) == at(1)));
    // A temperature of its own comes after the mean.
    let cooler = probabilities(&ensemble.clone().with_temperature(0.5).unwrap(), Engine::single(), &images);
    let squares = expected.chunks(4).flat_map(|row| {
        let sum: f64 = row.iter().map(|p| p * p).sum();
        row.iter().map(move |p| p * p / sum)
    });
    assert_near(&cooler, squares, "cooler");
}

#[test]
fn an_ensemble_comes_apart_into_its_members() {
    let members = members();
    let ensemble = Model::ensemble(&members).unwrap();
    assert_eq!(ensemble.members().unwrap().unwrap(), members);
    assert_eq!(members[0].members().unwrap(), None);
    let parameters: usize = members.iter().map(|member| member.values().len()).sum();
    assert_eq!(ensemble.values().len(), parameters);
    // Statistics lie behind what can be trained, as in any network.
    let trainable: usize = members.iter().map(|member| member.outline().trainable).sum();
    assert_eq!(ensemble.outline().trainable, trainable);
    let names: std::collections::HashSet<_> = ensemble.outline().layers.iter().map(|layer| &layer.name).collect();
    assert_eq!(names.len(), ensemble.outline().layers.len(), "every layer has a name of its own");
    let plan = Predictor::new(&ensemble, Engine::single()).unwrap().plan();
    assert_eq!(plan, ensemble.outline().plan(Purpose::Prediction, Engine::single()));
    let steps = members.iter().map(|member| member.outline().plan(Purpose::Prediction, Engine::single()).steps.len());
    assert_eq!(plan.steps.len(), steps.sum::<usize>() + 1);
    assert!(plan.steps.iter().flat_map(|step| &step.layers).all(|name| names.contains(name)));
}

#[test]
fn another_state_of_an_ensemble_takes_its_place() {
    let members = members();
    let ensemble = Model::ensemble(&members[..3]).unwrap();
    let doubled = ensemble.values().iter().map(|value| 2.0 * value).collect();
    let other = Model::with_values(ensemble.architecture().clone(), doubled).unwrap().with_temperature(2.0).unwrap();
    let (images, ..) = batch(ensemble.architecture().input, 4, 3);
    let mut predictor = Predictor::new(&ensemble, Engine::single()).unwrap();
    predictor.set_values(&other);
    assert_eq!(predictor.probabilities(&images), probabilities(&other, Engine::single(), &images));
}

#[test]
fn a_quantised_ensemble_is_one_of_quantised_members() {
    let input = Shape { height: 9, width: 8, channels: 2 };
    let end = [Layer::Relu, Layer::max_pool(2), Layer::Flatten, Layer::dense(4)];
    let norm = Layer::BatchNorm { momentum: 0.9, epsilon: 1e-3 };
    let networks = [
        [vec![Layer::conv(5, 3)], end.to_vec()].concat(),
        // Ends in a clip, which is none of the next member's.
        [vec![Layer::conv(9, 3), norm], end.to_vec(), vec![Layer::Clip { low: 0.0, high: 0.5 }]].concat(),
        vec![Layer::Flatten, Layer::dense(7), Layer::Relu, Layer::dense(4)],
    ];
    let members = networks.map(|layers| model(Architecture { input, layers }).with_temperature(1.5).unwrap());
    let ensemble = Model::ensemble(&members).unwrap().with_temperature(0.75).unwrap();
    let (images, ..) = batch(input, 4, 11);
    let quantized = quantize(&ensemble, &images, Engine::single()).unwrap();
    let each = members.each_ref().map(|member| quantize(member, &images, Engine::single()).unwrap());
    assert_eq!(quantized, Model::ensemble(&each).unwrap().with_temperature(0.75).unwrap());
    assert_eq!(quantized.members().unwrap().unwrap(), each);
    let found = Predictor::new(&quantized, Engine { threads: 2, ..Engine::single() }).unwrap().logits(&images);
    assert_eq!(found, byte_logits(&quantized, &images));
    let floats = probabilities(&ensemble, Engine::single(), &images);
    let bytes = probabilities(&quantized, Engine::single(), &images);
    assert!(floats.iter().zip(&bytes).all(|(a, b)| (a - b).abs() < 0.05), "{floats:?} {bytes:?}");
    assert_near(
        &probabilities(&ensemble.folded().unwrap(), Engine::single(), &images),
        floats.into_iter().map(f64::from),
        "folded",
    );
    // Scales of one layer too many, in the place of the ensemble itself.
    let mut scales = quantized.quantization().unwrap().clone();
    scales.layers.push(crate::LayerScales { layer: quantized.outline().layers.len() - 1, input: 1.0, kernel: vec![] });
    let (architecture, values) = (quantized.architecture().clone(), quantized.values().to_vec());
    assert!(matches!(Model::with_quantization(architecture, values, scales), Err(Error::Quantization { .. })));
    let error = Model::ensemble(&[members[0].clone(), each[1].clone()]).unwrap_err().to_string();
    assert_eq!(error, "model 2 is quantised, and the first is not");
}

#[test]
fn what_cannot_be_an_ensemble_says_why() {
    let input = Shape { height: 4, width: 4, channels: 1 };
    let network = |units: usize| vec![Layer::Flatten, Layer::dense(units)];
    let member = |temperature: f32, layers| Member { temperature, layers };
    let of = |members: Vec<Member>| Layer::Ensemble { members };
    let two = || of(vec![member(1.0, network(4)), member(1.0, network(4))]);
    let padding = Padding::Explicit { before: [120; 2], after: [120; 2] };
    let pool = Layer::Pool { kind: PoolKind::Sum, size: [127; 2], stride: [1; 2], padding };
    let heavy = [vec![pool], network(4)].concat();
    for (layers, expected) in [
        (vec![of(vec![])], "has 0 members, expected 2 to 32"),
        (vec![of(vec![member(1.0, network(4))])], "has 1 members, expected 2 to 32"),
        (vec![of(vec![member(1.0, network(4)); 33])], "has 33 members, expected 2 to 32"),
        (vec![of(vec![member(1.0, network(4)), member(0.0, network(4))])], "the temperature of member 2 is 0"),
        (
            vec![of(vec![member(1.0, network(4)), member(1.0, network(5))])],
            "member 2 ends in 5 outputs, and the first 4, expected as many flat ones in all",
        ),
        (vec![of(vec![member(1.0, vec![]); 2])], "member 1 ends in 4x4x1 outputs, expected as many flat ones in all"),
        (vec![of(vec![member(1.0, vec![two()]), member(1.0, network(4))])], "stands among other layers"),
        (vec![two(), Layer::Relu], "stands among other layers, expected a network of its own"),
        (vec![Layer::Residual { layers: vec![two()] }], "stands among other layers"),
        (
            vec![of(vec![member(1.0, vec![Layer::Relu; 499].into_iter().chain(network(4)).collect()); 2])],
            "more than 1000",
        ),
        (vec![of(vec![member(1.0, heavy); 32])], "multiplications per image up to here"),
    ] {
        let error = Architecture { input, layers }.outline().unwrap_err().to_string();
        assert!(error.contains(expected), "'{error}' should contain '{expected}'");
    }
    let linear = |side: usize| model(Architecture { input: [side, side, 1].into(), layers: network(4) });
    let (small, large) = (linear(4), linear(5));
    let ensemble = Model::ensemble(&[small.clone(), small.clone()]).unwrap();
    for (models, expected) in [
        (vec![small.clone(), large], "model 2 takes images of 5x5x1, and the first 4x4x1"),
        (vec![small.clone(), small.clone(), ensemble.clone()], "model 3 is an ensemble itself"),
        (vec![], "the network takes an input of 0x0x0"),
        (vec![small], "layer 3 (ensemble): has 1 members"),
    ] {
        let error = Model::ensemble(&models).unwrap_err().to_string();
        assert!(error.starts_with(expected), "'{error}' should begin with '{expected}'");
    }
    let options = TrainerOptions { batch: 2, seed: 1, engine: Engine::single() };
    let error = Trainer::new(ensemble.clone(), Optimizer::PAPER, options).unwrap_err().to_string();
    assert_eq!(error, "the network is an ensemble\nhint: train its members, each by itself");
    let values: Vec<f64> = ensemble.values().iter().copied().map(f64::from).collect();
    assert!(matches!(loss_and_gradient(&ensemble, &values, &[0; 16], &[0], 1), Err(Error::Untrainable { .. })));
    assert!(ensemble.with_classes(7, crate::Initializer::HeNormal, 1).is_err());
}
