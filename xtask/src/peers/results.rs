//! Speeds over rounds, and how Tenfold compares.

use super::contestants::{Contestant, Group, Program};
use super::speed::Speed;

/// A table with what was measured.
pub(super) struct Measured {
    pub group: Group,
    /// For each contestant, for each round, its speed or what went wrong.
    pub rounds: Vec<Vec<Result<Speed, String>>>,
    /// Why nothing was measured, where nothing was.
    pub skipped: Option<String>,
}

/// The middle of some numbers and the ends of their range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// The spread of `values`, or `None` if there are none.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (&least, &most) = (values.first()?, values.last()?);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Self { median, least, most })
    }
}

impl Measured {
    /// One contestant's median speeds, in images per second.
    pub(super) fn speeds(&self, contestant: usize) -> Option<Spread> {
        Spread::of(self.rounds[contestant].iter().flatten().map(|speed| speed.median))
    }

    /// In how many rounds a contestant failed, and how the last time.
    pub(super) fn failures(&self, contestant: usize) -> Option<(usize, &str)> {
        let mut failures = self.rounds[contestant].iter().filter_map(|round| round.as_ref().err());
        let count = failures.clone().count();
        failures.next_back().map(|last| (count, last.as_str()))
    }

    /// Tenfold's speed over that of the fastest peer, for each round in which both were measured.
    pub(super) fn ratios(&self) -> Vec<f64> {
        self.ratios_to(Contestant::is_peer)
    }

    /// Tenfold's speed over that of its earlier build, for each round in which both were measured.
    pub(super) fn ratios_to_earlier(&self) -> Vec<f64> {
        self.ratios_to(|contestant| matches!(contestant.program, Program::Earlier { .. }))
    }

    /// Tenfold's speed over that of the fastest of those chosen, for each round in which both were measured.
    fn ratios_to(&self, chosen: impl Fn(&Contestant) -> bool) -> Vec<f64> {
        let rounds = self.rounds.first().map_or(0, Vec::len);
        let speed = |contestant: usize, round: usize| Some(self.rounds[contestant][round].as_ref().ok()?.median);
        let others: Vec<usize> = self.others().filter(|&other| chosen(&self.group.contestants[other])).collect();
        (0..rounds)
            .filter_map(|round| {
                let best = others.iter().filter_map(|&other| speed(other, round)).max_by(f64::total_cmp)?;
                Some(speed(0, round)? / best)
            })
            .collect()
    }

    /// The places of those beside Tenfold that were measured.
    fn others(&self) -> std::ops::Range<usize> {
        1..self.rounds.len()
    }

    /// The peer with the highest median over the rounds.
    pub(super) fn best_peer(&self) -> Option<&'static str> {
        let peers = self.others().filter(|&other| self.group.contestants[other].is_peer());
        let speeds = peers.filter_map(|peer| Some((peer, self.speeds(peer)?.median)));
        let (best, _) = speeds.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        Some(self.group.contestants[best].name)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::peers::contestants::groups;

    /// Training with batch 16, of which Tenfold, two peers and a failing one were measured in three rounds.
    pub(in crate::peers) fn sample() -> Measured {
        let mut group = groups().swap_remove(0);
        group.contestants.truncate(4);
        let speed = |median| Ok(Speed { median, best: median + 10.0, share_of_peak: None, peak_memory: None });
        let failure = || Err("exit status: 1: out | of luck".to_owned());
        let rounds = vec![
            [300.0, 200.0, 400.0].map(speed).to_vec(),
            [100.0, 100.0, 100.0].map(speed).to_vec(),
            vec![speed(150.0), failure(), speed(200.0)],
            vec![failure(), failure(), failure()],
        ];
        Measured { group, rounds, skipped: None }
    }

    #[test]
    fn each_round_is_compared_with_its_own_best_peer() {
        let measured = sample();
        assert_eq!(measured.ratios(), [2.0, 2.0, 2.0]);
        assert_eq!(measured.best_peer(), Some("PyTorch channels_last"));
        assert_eq!(measured.failures(0), None);
        assert_eq!(measured.failures(2), Some((1, "exit status: 1: out | of luck")));
        assert_eq!(measured.speeds(2), Some(Spread { median: 175.0, least: 150.0, most: 200.0 }));
        assert_eq!(measured.speeds(3), None);
    }

    #[test]
    fn a_round_without_tenfold_or_without_peers_is_not_compared() {
        let mut measured = sample();
        measured.rounds[0][0] = Err(String::new());
        assert_eq!(measured.ratios(), [2.0, 2.0]);
        measured.rounds.truncate(1);
        assert!(measured.ratios().is_empty() && measured.best_peer().is_none());
    }

    #[test]
    fn an_earlier_build_is_compared_but_is_not_a_peer() {
        let mut measured = sample();
        assert!(measured.ratios_to_earlier().is_empty());
        let earlier = measured.group.contestants[0].earlier().unwrap();
        measured.group.contestants.insert(1, earlier);
        measured.rounds.insert(1, measured.rounds[0].clone());
        assert_eq!(measured.ratios_to_earlier(), [1.0; 3]);
        assert_eq!((measured.ratios(), measured.best_peer()), (vec![2.0; 3], Some("PyTorch channels_last")));
    }

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Some(Spread { median: 2.0, least: 1.0, most: 3.0 }));
        assert_eq!(Spread::of([4.0, 1.0]).unwrap().median, 2.5);
        assert_eq!(Spread::of([]), None);
    }
}
