use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::Team;

/// Sizes of teams to try: on WebAssembly only the caller, as there are no other threads.
const SIZES: &[usize] = if cfg!(target_family = "wasm") { &[1] } else { &[1, 2, 3, 5] };

#[test]
fn every_part_is_worked_on_once_at_any_size() {
    for &threads in SIZES {
        let mut team = Team::new(threads);
        assert_eq!(team.threads(), threads);
        for count in [0, 1, 2, 7, 100] {
            let mut parts = vec![0usize; count];
            for _ in 0..50 {
                team.for_each_mut(&mut parts, |index, part| *part += index + 1);
            }
            assert!(parts.iter().enumerate().all(|(index, &part)| part == 50 * (index + 1)));
        }
    }
}

#[test]
fn pieces_cover_arrays_exactly() {
    for &threads in SIZES {
        let mut team = Team::new(threads);
        for length in [0, 1, 15, 16, 17, 33, 1000] {
            let ends: Vec<usize> = (1..=threads).map(|thread| length * thread / threads).collect();
            let (mut a, mut b, mut seen) = (vec![0.0; length], vec![1.0; length], vec![0; threads]);
            team.for_each_cut([&mut a, &mut b], &ends, &mut seen, |range, [a, b], seen| {
                *seen += range.len();
                for (i, (a, b)) in range.zip(a.iter_mut().zip(b)) {
                    *a += i as f32;
                    *b += 1.0;
                }
            });
            assert!(a.iter().enumerate().all(|(i, &a)| a == i as f32));
            assert!(b.iter().all(|&b| b == 2.0));
            assert_eq!(seen.iter().sum::<usize>(), length);
        }
    }
}

#[test]
#[cfg_attr(target_family = "wasm", ignore = "WebAssembly starts no threads")]
fn parts_get_what_belongs_to_their_thread_or_to_themselves() {
    let mut team = Team::new(3);
    for owned in [3, 7, 9] {
        let (mut parts, mut owns) = ([0; 7], vec![0; owned]);
        for _ in 0..20 {
            team.for_each_with(&mut parts, &mut owns, |index, part, own| {
                *part += index;
                *own += 1;
            });
        }
        assert_eq!(parts, [0, 20, 40, 60, 80, 100, 120]);
        assert_eq!(owns.iter().sum::<i32>(), 140);
    }
}

#[test]
#[should_panic(expected = "2 for 3 threads and 4 parts")]
#[cfg_attr(target_family = "wasm", ignore = "WebAssembly starts no threads")]
fn too_few_to_own_are_refused() {
    Team::new(3).for_each_with(&mut [0; 4], &mut [0; 2], |_, _, _| {});
}

#[test]
#[cfg_attr(target_family = "wasm", ignore = "WebAssembly starts no threads")]
fn workers_wake_after_they_went_to_sleep() {
    let mut team = Team::new(3);
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(20));
        let mut parts = [0; 3];
        team.for_each_mut(&mut parts, |_, part| *part += 1);
        assert_eq!(parts, [1; 3]);
    }
}

#[test]
#[cfg_attr(target_family = "wasm", ignore = "WebAssembly starts no threads and catches no panics")]
fn a_panic_reaches_the_caller_and_the_team_lives_on() {
    let mut team = Team::new(2);
    for guilty in [&[0][..], &[1], &[0, 1]] {
        let both = std::sync::Barrier::new(2);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            team.for_each_mut(&mut [0, 1], |index, _| {
                // So that each thread has one of the two.
                both.wait();
                assert!(!guilty.contains(&index), "on purpose");
            });
        }));
        assert!(outcome.is_err());
        let mut parts = [0; 2];
        team.for_each_mut(&mut parts, |_, part| *part = 1);
        assert_eq!(parts, [1, 1]);
    }
}
