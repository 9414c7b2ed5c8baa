use super::*;

/// Known answers published with the Random123 library (`kat_vectors`, philox4x32, 10 rounds).
#[test]
fn philox_known_answers() {
    let pi = ([0xa409_3822, 0x299f_31d0], [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]);
    for ((key, counter), expected) in [
        (([0; 2], [0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        (([u32::MAX; 2], [u32::MAX; 4]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
    ] {
        assert_eq!(philox::block(key, counter), expected);
    }
}

#[test]
fn streams_differ_in_every_part_of_their_key() {
    let first = |seed, purpose, epoch, index| Stream::new(seed, purpose, epoch, index).next_u64();
    let base = first(1, Purpose::Weights, 0, 0);
    assert_eq!(base, first(1, Purpose::Weights, 0, 0));
    for other in [
        first(2, Purpose::Weights, 0, 0),
        first(1 << 32 | 1, Purpose::Weights, 0, 0),
        first(1, Purpose::Shuffle, 0, 0),
        first(1, Purpose::Weights, 1, 0),
        first(1, Purpose::Weights, 0, 1),
    ] {
        assert_ne!(base, other);
    }
}

#[test]
fn moments_are_those_of_the_distributions() {
    let n = 200_000;
    let mut stream = Stream::new(3, Purpose::Test, 0, 0);
    let (mut uniform, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for _ in 0..n {
        let u = f64::from(stream.uniform());
        assert!((0.0..1.0).contains(&u));
        uniform += u;
        let z = stream.normal();
        sum += z;
        squares += z * z;
    }
    let n = f64::from(n);
    // Five standard errors of each mean.
    assert!((uniform / n - 0.5).abs() < 5.0 * (1.0 / 12.0_f64 / n).sqrt());
    assert!((sum / n).abs() < 5.0 / n.sqrt());
    assert!((squares / n - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
}

#[test]
fn shuffle_is_a_permutation_and_every_position_is_reached() {
    let mut seen = [[0u32; 6]; 6];
    for index in 0..6_000 {
        let mut items = [0, 1, 2, 3, 4, 5];
        Stream::new(9, Purpose::Shuffle, 0, index).shuffle(&mut items);
        for (position, &item) in items.iter().enumerate() {
            seen[position][item] += 1;
        }
    }
    // 1,000 expected per cell, standard deviation 29.
    assert!(seen.iter().flatten().all(|&count| (850..1_150).contains(&count)), "{seen:?}");
}

#[test]
#[should_panic(expected = "below 0")]
fn below_zero_is_refused() {
    Stream::new(0, Purpose::Test, 0, 0).below(0);
}
