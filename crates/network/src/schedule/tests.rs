//! Rates against PyTorch's, at the ends of short runs, and settings that cannot be.

use super::*;

const PEAK: f32 = 0.1;
const EPOCH_STEPS: u32 = 7;
const EPOCHS: u32 = 6;

/// A column of the fixture, which testdata/schedules/generate.py has made with PyTorch.
fn expected(name: &str) -> Vec<f64> {
    let mut rows = include_str!("../../../../testdata/schedules/rates.csv").lines().map(|row| row.split(','));
    let column = rows.next().unwrap().position(|head| head == name).expect("a column of the fixture");
    rows.map(|mut row| row.nth(column).unwrap().parse().unwrap()).collect()
}

#[test]
fn rates_are_pytorchs() {
    let warm_up = 1.0;
    // The losses of the generator, one after each epoch.
    let losses = [1.0, 0.5, 0.499_99, 0.6, 0.55, 0.54];
    for (name, schedule) in [
        ("constant_warm_up", Schedule::Constant { warm_up }),
        ("step", Schedule::Step { every: 2, factor: 0.5, warm_up: 0.0 }),
        ("step_warm_up", Schedule::Step { every: 2, factor: 0.5, warm_up }),
        ("exponential", Schedule::Exponential { factor: 0.5, warm_up: 0.0 }),
        ("exponential_warm_up", Schedule::Exponential { factor: 0.5, warm_up }),
        ("cosine", Schedule::Cosine { floor: 0.0, warm_up: 0.0 }),
        ("cosine_floor_warm_up", Schedule::Cosine { floor: 0.01, warm_up }),
        ("one_cycle", ScheduleKind::OneCycle.with_defaults()),
        ("plateau", Schedule::Plateau { patience: 1, factor: 0.5, warm_up: 0.0 }),
    ] {
        schedule.check(EPOCHS).unwrap();
        let expected = expected(name);
        assert_eq!(expected.len(), (EPOCHS * EPOCH_STEPS) as usize);
        for (step, expected) in (0..).zip(expected) {
            let losses = &losses[..(step / EPOCH_STEPS) as usize];
            let position = RunPosition { step, epoch_steps: EPOCH_STEPS, epochs: EPOCHS, losses };
            let rate = f64::from(schedule.rate(PEAK, position));
            assert!((rate - expected).abs() < 1e-7 * expected + 1e-9, "{name}, step {step}: {rate}, {expected}");
        }
    }
}

#[test]
fn without_a_schedule_the_rate_is_the_optimisers_to_the_bit() {
    for peak in [0.01, 0.1, 3e-38, 1e30] {
        let position = RunPosition { step: u32::MAX, epoch_steps: 1, epochs: 1, losses: &[f64::NAN] };
        assert_eq!(Schedule::default().rate(peak, position).to_bits(), peak.to_bits());
    }
}

#[test]
fn every_rate_is_a_number_however_short_the_run() {
    let kinds = [ScheduleKind::Step, ScheduleKind::Exponential, ScheduleKind::Cosine, ScheduleKind::OneCycle];
    for (kind, epoch_steps, epochs) in kinds.into_iter().flat_map(|kind| {
        [(1, 1), (1, 2), (1, 3), (2, 5), (3, 1)].map(|(epoch_steps, epochs)| (kind, epoch_steps, epochs))
    }) {
        for step in 0..epoch_steps * epochs {
            let position = RunPosition { step, epoch_steps, epochs, losses: &[] };
            let rate = kind.with_defaults().rate(1.0, position);
            assert!((0.0..=1.0).contains(&rate), "{kind}, step {step} of {epoch_steps} x {epochs}: {rate}");
        }
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    for (schedule, expected) in [
        (Schedule::Constant { warm_up: 3.0 }, "the warm-up is 3, expected 0 or more epochs, fewer than the run's"),
        (Schedule::Constant { warm_up: f32::NAN }, "the warm-up is NaN, "),
        (
            Schedule::Step { every: 0, factor: 0.1, warm_up: 0.0 },
            "the epochs between two changes of the learning rate is 0",
        ),
        (
            Schedule::Exponential { factor: 1.5, warm_up: 0.0 },
            "the schedule's factor is 1.5, expected above 0, at most 1",
        ),
        (Schedule::Cosine { floor: -0.1, warm_up: 0.0 }, "the schedule's floor is -0.1, expected 0 to 1"),
        (
            Schedule::OneCycle { rise: 1.0, start: 0.0, floor: 0.0 },
            "the schedule's rise is 1, expected above 0 and below 1",
        ),
        (
            Schedule::Plateau { patience: 1, factor: 1.0, warm_up: 0.0 },
            "the schedule's factor is 1, expected above 0 and below 1",
        ),
    ] {
        let error = schedule.check(3).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
