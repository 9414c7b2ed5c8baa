use tenfold_network::{Layer, Padding, PoolKind, Shape};

use super::*;

fn chain(is_own: bool) -> Chain {
    Chain::new(Shape { height: 8, width: 8, channels: 1 }, is_own).unwrap()
}

const MEAN: Pooling = Pooling::Mean { counts_padding: false };
const COUNTING: Pooling = Pooling::Mean { counts_padding: true };
const AROUND: Padding = Padding::Explicit { before: [1, 1], after: [1, 1] };

#[test]
fn zeros_and_padding_are_one_padding_called_by_its_simplest_name() {
    for (zeros, own, expected) in [
        ([[1, 1], [1, 1]], Padding::Valid, Ok(Padding::Same)),
        ([[2, 0], [0, 2]], Padding::Valid, Ok(Padding::Explicit { before: [2, 0], after: [0, 2] })),
        ([[1, 0], [0, 1]], Padding::Explicit { before: [0, 1], after: [1, 0] }, Ok(Padding::Same)),
        ([[0, 0], [0, 0]], Padding::Same, Ok(Padding::Same)),
        ([[1, 1], [1, 1]], Padding::Same, Err(Refused::PaddedTwice)),
    ] {
        let mut chain = chain(false);
        chain.pad(zeros);
        let added = chain.convolution((2, 1), ([3, 3], [1, 1]), own, true);
        let found = added.map(|index| match chain.layers[index] {
            Layer::Conv2d { padding, .. } => padding,
            _ => panic!("{:?}", chain.layers),
        });
        assert_eq!(found, expected, "{zeros:?} {own:?}");
    }
}

#[test]
fn zeros_wait_for_a_window_that_they_leave_the_same() {
    let mut chain = chain(false);
    chain.pad([[1, 1], [1, 1]]);
    for role in [Role::Axes, Role::Scale, Role::Layer, Role::End] {
        assert_eq!(chain.enter(role), Err(Refused::NoWindow), "{role:?}");
    }
    assert_eq!(chain.enter(Role::Window), Ok(()));
    assert_eq!(chain.pool(Pooling::Max, ([2, 2], [2, 2]), Padding::Valid), Err(Refused::MaximumOfZeros));
    assert!(matches!(chain.finish(), Err(Refused::EndsInZeros)));
}

#[test]
fn a_mean_counts_zeros_and_padding_or_neither() {
    use PoolKind::{Average, AverageWithPadding};
    for (is_own, zeros, pooling, own, expected) in [
        (false, 0, MEAN, AROUND, Ok(Average)),
        (false, 0, COUNTING, AROUND, Ok(AverageWithPadding)),
        (false, 0, COUNTING, Padding::Valid, Ok(Average)),
        (true, 0, COUNTING, Padding::Valid, Ok(AverageWithPadding)),
        (false, 1, MEAN, Padding::Valid, Ok(AverageWithPadding)),
        (false, 1, MEAN, AROUND, Err(Refused::ZerosCountedAlone)),
        (false, 1, COUNTING, AROUND, Ok(AverageWithPadding)),
    ] {
        let mut chain = chain(is_own);
        chain.pad([[zeros; 2]; 2]);
        let found = chain.pool(pooling, ([3, 3], [1, 1]), own).map(|()| match chain.layers[0] {
            Layer::Pool { kind, .. } => kind,
            _ => panic!("{:?}", chain.layers),
        });
        assert_eq!(found, expected, "{is_own} {zeros} {pooling:?} {own:?}");
    }
}

#[test]
fn a_mean_of_whole_windows_times_their_size_is_a_sum() {
    for (pooling, padding, factor, expected) in [
        (MEAN, Padding::Valid, 9.0, true),
        (MEAN, Padding::Valid, 8.0, false),
        (MEAN, AROUND, 9.0, false),
        (COUNTING, AROUND, 9.0, true),
        (Pooling::Max, Padding::Valid, 9.0, false),
    ] {
        let mut chain = chain(false);
        chain.pool(pooling, ([3, 3], [1, 1]), padding).unwrap();
        let before = chain.changes();
        assert_eq!(chain.multiply_to_sum(factor), expected, "{pooling:?} {padding:?} {factor}");
        assert_eq!(chain.changes() != before, expected);
        assert!(!chain.multiply_to_sum(factor), "a sum is none twice");
    }
    let mut chain = chain(false);
    chain.pool(MEAN, ([3, 3], [1, 1]), Padding::Valid).unwrap();
    chain.push(Layer::Relu);
    assert!(!chain.multiply_to_sum(9.0));
}

#[test]
fn limits_have_their_simplest_name() {
    for (low, high, expected) in [
        (None, None, Ok(vec![])),
        (Some(0.0), None, Ok(vec![Layer::Relu])),
        (Some(0.0), Some(6.0), Ok(vec![Layer::Clip { low: 0.0, high: 6.0 }])),
        (None, Some(1.0), Ok(vec![Layer::Clip { low: f32::MIN, high: 1.0 }])),
        (Some(1.0), Some(1.0), Err(Refused::NoRange { low: 1.0, high: 1.0 })),
    ] {
        let mut chain = chain(false);
        assert_eq!(chain.limit(low, high).map(|()| chain.layers), expected, "{low:?} {high:?}");
    }
    assert!(chain(false).limit(Some(f32::NAN), None).is_err());
}

#[test]
fn a_temperature_and_a_softmax_are_the_end() {
    let mut chain = chain(false);
    chain.flatten();
    let index = chain.dense(3, false).unwrap();
    assert_eq!((chain.add_bias(), chain.add_bias()), (Some(index), None));
    chain.set_temperature(2.0);
    assert_eq!(chain.enter(Role::Layer), Err(Refused::AfterTemperature));
    assert_eq!(chain.enter(Role::End), Ok(()));
    chain.end();
    assert_eq!(chain.enter(Role::End), Err(Refused::AfterSoftmax));
    assert_eq!(chain.enter(Role::Axes), Ok(()));
    let (architecture, temperature) = chain.finish().unwrap();
    assert_eq!((architecture.layers, temperature), (vec![Layer::Flatten, Layer::dense(3)], Some(2.0)));
}

#[test]
fn sizes_are_limited_before_they_are_multiplied() {
    let side = 1 << 13;
    assert!(Chain::new(Shape { height: usize::MAX, width: 2, channels: 1 }, false).is_err());
    let mut chain = Chain::new(Shape { height: 1, width: side, channels: 1 }, false).unwrap();
    let added = chain.convolution((side, 1), ([1, 1], [1, 1]), Padding::Valid, true);
    assert_eq!(added, Err(Refused::TooLarge(Shape { height: 1, width: side, channels: side })));
}
